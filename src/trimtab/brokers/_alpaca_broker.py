"""An account at Alpaca as the port `Broker`: questions, orders and events.

Fills have one source, the list of activities, so that an execution has one id: the stream only
says that an order filled, and `events` then fetches the fill.  The stream replays nothing; after a
gap `fills` tells what was missed.

Errors: reads raise `BrokerError`; a write answers an `Ack`, whatever happens.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime

from trimtab.brokers._alpaca_rest import AlpacaRest
from trimtab.brokers._alpaca_state import check_account, state_of
from trimtab.brokers._alpaca_stream import TradeStream
from trimtab.brokers._alpaca_updates import Updates
from trimtab.brokers._alpaca_words import (
    Execution,
    instrument_of,
    order_body,
    refusal_of,
    replacement_body,
    report_of,
)
from trimtab.brokers._answers import Answer, verdict_of
from trimtab.brokers._exact_json import NotExact
from trimtab.model.brokers import (
    BrokerError,
    BrokerEvent,
    BrokerInstrument,
    BrokerState,
    Capabilities,
    Trouble,
)
from trimtab.model.orders import Ack, AckVerdict, Fill, Order, OrderReport, OrderState

__all__ = ["AlpacaBroker"]

START_SECONDS = 5.0
"""How long `open` waits for the stream; orders do not depend on it."""
TAKEN_ID = re.compile(r"client.?order.?id.*(unique|exist|duplicate)", re.IGNORECASE)


class AlpacaBroker:
    """An account at Alpaca, as the port `Broker`."""

    account: str
    capabilities: Capabilities

    def __init__(
        self,
        account: str,
        capabilities: Capabilities,
        rest: AlpacaRest,
        stream: TradeStream | None,
        clock: Callable[[], datetime],
        sleep: Callable[[float], None],
    ) -> None:
        self.account, self.capabilities = account, capabilities
        self._rest, self._stream, self._clock, self._sleep = rest, stream, clock, sleep
        self._updates = Updates(rest, self._executions, clock)
        self._order_ids: dict[str, str] = {}
        self._broker_ids: dict[str, str] = {}

    def open(self) -> BrokerState:
        """Check the account and the clock, and start to listen.

        The stream is started before the state is read, so that nothing falls between the two.
        """
        check_account(self._rest, self.account)
        if self._stream is None:
            return self.state()
        self._stream.start(START_SECONDS)
        try:
            return self.state()
        except BrokerError:
            self._stream.stop()
            raise

    def close(self) -> None:
        """Stop listening; orders stand."""
        if self._stream is not None:
            self._stream.stop()
        self._rest.http.close()

    def state(self) -> BrokerState:
        """The account now."""
        state = state_of(self._rest, self.account, self._clock)
        for report in state.open_orders:
            self._know(report)
        return state

    def instrument(self, name: str) -> BrokerInstrument | None:
        """How an instrument is traded here."""
        asset = self._rest.asset(self._rest.names.symbol(name))
        if asset is None:
            return None
        try:
            return instrument_of(asset, name)
        except NotExact as error:
            raise BrokerError(
                Trouble.UNREADABLE, f"Alpaca's asset {name}", self._rest.http.clean(str(error))
            ) from None

    def fills(self, since: datetime) -> Sequence[Fill]:
        """Every execution from a moment on, the oldest first, each with our order's id."""
        found = tuple(one.fill for one in self._executions(since))
        for fill in found:
            self._updates.know(fill)
        return found

    def find(self, order_id: str) -> OrderReport | None:
        """The order of this id; none where Alpaca says that it has none."""
        report = self._rest.order_by_client_id(order_id)
        if report is not None:
            self._know(report)
        return report

    def submit(self, order: Order) -> Ack:
        """Send an order, once; one that Alpaca would not take does not leave."""
        if refusal := refusal_of(order):
            return self._ack(AckVerdict.REJECTED, order.id, "not sent", refusal)
        answer = self._rest.post(order_body(order, self._rest.names.symbol(order.instrument)))
        return self._ack_of_order(order, answer)

    def replace(self, order_id: str, order: Order) -> Ack:
        """Put an order in another's place; the old one stands where that is refused."""
        refusal = refusal_of(order)
        if not refusal and (order.quantity is None or order.quantity % 1):
            refusal = "Alpaca replaces only whole quantities: cancel it and send another"
        if refusal:
            return self._ack(AckVerdict.REJECTED, order.id, "not sent", refusal)
        known = self._broker_id(order_id, order.id)
        if isinstance(known, Ack):
            return known
        return self._ack_of_order(order, self._rest.patch(known, replacement_body(order)))

    def cancel(self, order_id: str) -> Ack:
        """Ask that an order be canceled; what filled until then stands."""
        known = self._broker_id(order_id, order_id)
        if isinstance(known, Ack):
            return known
        answer = self._rest.delete(known)
        return self._ack_of(verdict_of(answer), order_id, answer, known)

    def events(self, wait_seconds: float) -> Sequence[BrokerEvent]:
        """What has happened since the last call, with the fills that it brought."""
        if self._stream is None:
            self._sleep(wait_seconds)
            return ()
        return tuple(self._updates.events(self._stream.heard(wait_seconds)))

    def _executions(self, since: datetime) -> Sequence[Execution]:
        return tuple(
            replace(one, fill=replace(one.fill, order_id=self._order_id(one.fill.broker_id)))
            for one in self._rest.executions(since)
        )

    def _ack_of_order(self, order: Order, answer: Answer) -> Ack:
        """The answer to an order: what was booked has to be what was sent."""
        verdict = verdict_of(answer)
        if verdict is AckVerdict.REJECTED and TAKEN_ID.search(answer.text):
            verdict = AckVerdict.DUPLICATE
        if verdict is not AckVerdict.ACCEPTED:
            return self._ack_of(verdict, order.id, answer)
        try:
            report = report_of(answer.body, self._rest.names)
        except NotExact as error:
            text = f"the answer is unreadable: {self._rest.http.clean(str(error))}"
            return self._ack(AckVerdict.UNKNOWN, order.id, str(answer.status), text)
        sent = (order.id, order.instrument, order.side, order.quantity)
        units = None if order.quantity is None else report.quantity
        booked = (report.order_id, report.instrument, report.side, units)
        if sent != booked:
            text = f"sent {_shown(sent)}, booked {_shown(booked)}"
            return self._ack(AckVerdict.UNKNOWN, order.id, str(answer.status), text)
        self._know(report)
        is_taken = report.state is not OrderState.REJECTED
        verdict = AckVerdict.ACCEPTED if is_taken else AckVerdict.REJECTED
        return self._ack(verdict, order.id, "", report.text, report.broker_id)

    def _ack_of(
        self, verdict: AckVerdict, order_id: str, answer: Answer, broker_id: str = ""
    ) -> Ack:
        said = answer.body if isinstance(answer.body, dict) else {}
        code = str(said.get("code") or answer.status or answer.proof)
        text = said["message"] if isinstance(said.get("message"), str) else answer.text
        ack = self._ack(verdict, order_id, code, self._rest.http.clean(text), broker_id)
        return replace(ack, retry_after=answer.retry_after)

    def _ack(
        self, verdict: AckVerdict, order_id: str, code: str, text: str, broker_id: str = ""
    ) -> Ack:
        return Ack(verdict, order_id, self._clock(), broker_id, code, text)

    def _know(self, report: OrderReport) -> None:
        self._order_ids[report.broker_id] = report.order_id
        if report.order_id:
            self._broker_ids[report.order_id] = report.broker_id

    def _order_id(self, broker_id: str) -> str:
        """Our id of an order of Alpaca's id; empty where it is not ours."""
        if broker_id not in self._order_ids:
            self._know(self._rest.order(broker_id))
        return self._order_ids[broker_id]

    def _broker_id(self, order_id: str, asked_for: str) -> str | Ack:
        """Alpaca's id of one of our orders, or the answer that there is none."""
        if order_id in self._broker_ids:
            return self._broker_ids[order_id]
        try:
            report = self.find(order_id)
        except BrokerError as error:
            return self._ack(AckVerdict.UNKNOWN, asked_for, str(error.trouble), str(error))
        if report is None:
            return self._ack(AckVerdict.REJECTED, asked_for, "absent", f"no order {order_id}")
        return report.broker_id


def _shown(order: Sequence[object]) -> str:
    return " ".join(str(part) for part in order)

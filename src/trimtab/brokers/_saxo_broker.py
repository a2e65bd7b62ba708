"""Saxo's OpenAPI: orders over REST, found again by the reference that they carry.

An order carries our id twice: as its external reference, by which it is found, and as the id of its
request, by which Saxo refuses it a second time within fifteen seconds.  What became of an order
that is not open any more, and every execution, is in the order log.

Errors: reads raise `BrokerError`; a write answers an `Ack`, whatever happens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from trimtab.brokers._account_view import view
from trimtab.brokers._base import Wiring
from trimtab.brokers._http import Answer, Http, Limits, verdict_of
from trimtab.brokers._saxo_instruments import Instruments
from trimtab.brokers._saxo_quotes import SaxoQuotes
from trimtab.brokers._saxo_rest import SaxoRest
from trimtab.brokers._saxo_words import order_body, refusal_of
from trimtab.brokers._secrets import Cleaner
from trimtab.model.brokers import (
    BrokerError,
    BrokerEvent,
    BrokerInstrument,
    BrokerState,
    Capabilities,
    Quote,
    Trouble,
)
from trimtab.model.errors import InputError
from trimtab.model.orders import Ack, AckVerdict, Fill, Order, OrderReport

if TYPE_CHECKING:
    from trimtab.brokers.saxo import Saxo

__all__ = ["SaxoBroker"]

SIMULATION = "https://gateway.saxobank.com/sim/openapi"
LIVE = "https://gateway.saxobank.com/openapi"
LOG_DAYS = timedelta(days=30)
"""How far back the log is searched for an order that is not open."""
ABSENCE_PAUSE_SECONDS = 2.0
"""Between two looks at orders and log: an entry may come a moment after its order."""
UNPROVEN = frozenset(
    {
        *("CouldNotCompleteRequest", "OrderCommandPending", "OrderCommandTimeout", "OtherError"),
        "TradeNotCompleted",
    }
)
"""Errors after which the order may stand all the same."""
LATER = frozenset({Trouble.UNAVAILABLE, Trouble.THROTTLED, Trouble.CREDENTIALS, Trouble.UNREADABLE})
"""Troubles before an order left that a later attempt may not have."""


class SaxoBroker:
    """An account at Saxo, as the ports `Broker` and `QuoteFeed`."""

    def __init__(self, settings: Saxo, wiring: Wiring, limits: Limits | None = None) -> None:
        self.account = settings.account
        self.capabilities = Capabilities(writes_per_second=Decimal(1), reads_per_minute=120)
        self._clock, self._sleep = wiring.clock, wiring.sleep
        self._precheck = settings.precheck
        self._wiring, self._token = wiring, wiring.secret("token")
        self._http = Http(
            "Saxo",
            settings.address or (SIMULATION if settings.simulation else LIVE),
            sign=self._sign,
            secrets=(self._token,),
            pace=wiring.pace,
            clock=wiring.clock,
            sleep=wiring.sleep,
            limits=limits,
            transport=wiring.transport,
        )
        names = Instruments(settings.symbols)
        self._rest = SaxoRest(self._http, wiring.pace, names, settings.account, wiring.clock)
        self._prices = SaxoQuotes(self._rest)
        self._broker_ids: dict[str, str] = {}

    def open(self) -> BrokerState:
        """Check the account and the clock, and show the account."""
        self._rest.keys()
        return self.state()

    def close(self) -> None:
        """Close the connections; orders stand."""
        self._http.close()

    def state(self) -> BrokerState:
        """The account now."""
        return view(self.account, self._clock, self._open_orders, self._rest.holdings)

    def instrument(self, name: str) -> BrokerInstrument | None:
        """How an instrument is traded here."""
        return self._rest.instrument(name)

    def quotes(self, instruments: Sequence[str], at: datetime) -> dict[str, Quote]:
        """Bid and ask of now, as the port `QuoteFeed`."""
        return self._prices.quotes(instruments, at)

    def fills(self, since: datetime) -> Sequence[Fill]:
        """Every execution from a moment on, the oldest first."""
        return self._rest.fills(since)

    def find(self, order_id: str) -> OrderReport | None:
        """The order of this id; none after two looks at the open orders and the log."""
        report = self._look(order_id)
        if report is None:
            self._sleep(ABSENCE_PAUSE_SECONDS)
            report = self._look(order_id)
        return report

    def submit(self, order: Order) -> Ack:
        """Send an order, once."""
        if refusal := refusal_of(order):
            return self._ack(AckVerdict.REJECTED, order.id, "not sent", refusal)
        try:
            uic = self._rest.uic(order.instrument)
            if uic is None:
                text = f"Saxo has no {order.instrument} that may be traded in this account"
                return self._ack(AckVerdict.REJECTED, order.id, "not sent", text)
            body = order_body(order, uic, self._rest.keys().account)
            if self._precheck and (refusal := self._rest.precheck(body)):
                return self._ack(AckVerdict.REJECTED, order.id, "precheck", refusal)
        except BrokerError as error:
            verdict = AckVerdict.THROTTLED if error.trouble in LATER else AckVerdict.REJECTED
            return self._ack(verdict, order.id, f"not sent: {error.trouble}", str(error))
        return self._placed(order.id, self._rest.post(body, order.id))

    def replace(self, order_id: str, order: Order) -> Ack:
        """Refused: Saxo keeps the old reference, so that the new order would never be found."""
        text = f"cancel {order_id} and send another: Saxo would keep its reference"
        return self._ack(AckVerdict.REJECTED, order.id, "not sent", text)

    def cancel(self, order_id: str) -> Ack:
        """Ask that an order be canceled; what filled until then stands."""
        try:
            if order_id not in self._broker_ids and self.find(order_id) is None:
                return self._ack(AckVerdict.REJECTED, order_id, "absent", f"no order {order_id}")
            broker_id = self._broker_ids[order_id]
            answer = self._rest.delete(broker_id, f"{order_id}-cancel")
        except BrokerError as error:
            return self._ack(AckVerdict.UNKNOWN, order_id, str(error.trouble), str(error))
        return self._of(*_read(answer), order_id, answer)

    def events(self, wait_seconds: float) -> Sequence[BrokerEvent]:
        """Wait; orders are polled."""
        self._sleep(wait_seconds)
        return ()

    def _sign(self, _method: str, _address: str) -> Mapping[str, str]:
        """The token as it is now: it lives for minutes, and whoever renews it stores another."""
        try:
            token = self._wiring.secret("token")
        except InputError as error:  # before anything left
            trouble = Trouble.CREDENTIALS
            raise BrokerError(
                trouble, error.subject, error.fact, error.bound, error.remedy
            ) from None
        if token.reveal() != self._token.reveal():
            self._http.clean = Cleaner((self._token, token))
            self._token = token
        return {"Authorization": f"Bearer {token.reveal()}"}

    def _look(self, order_id: str) -> OrderReport | None:
        since = self._clock() - LOG_DAYS
        for report in (*self._rest.open_orders(), *self._rest.logged(since)):
            if report.order_id == order_id:
                self._broker_ids[order_id] = report.broker_id
                return report
        return None

    def _open_orders(self) -> tuple[OrderReport, ...]:
        found = self._rest.open_orders()
        self._broker_ids |= {one.order_id: one.broker_id for one in found if one.order_id}
        return tuple(one for one in found if not one.state.is_closed)

    def _placed(self, order_id: str, answer: Answer) -> Ack:
        verdict, code, text = _read(answer)
        said = answer.body if isinstance(answer.body, dict) else {}
        broker_id = said.get("OrderId")
        if verdict is AckVerdict.ACCEPTED:
            reference = said.get("ExternalReference", order_id)
            if not isinstance(broker_id, str) or reference != order_id:
                return self._of(AckVerdict.UNKNOWN, code, "no OrderId of it", order_id, answer)
            self._broker_ids[order_id] = broker_id
        return self._of(verdict, code, text, order_id, answer)

    def _of(self, verdict: AckVerdict, code: str, text: str, order_id: str, answer: Answer) -> Ack:
        ack = self._ack(verdict, order_id, code, self._http.clean(text))
        known = self._broker_ids.get(order_id, "")
        return replace(ack, retry_after=answer.retry_after, broker_id=known)

    def _ack(self, verdict: AckVerdict, order_id: str, code: str, text: str) -> Ack:
        return Ack(verdict, order_id, self._clock(), "", code, text)


def _read(answer: Answer) -> tuple[AckVerdict, str, str]:
    """What an answer to a write proves; success may hold an error, of the order or of a part.

    A conflict says that the same request came within fifteen seconds, which is no refusal.
    """
    code, text = _error(answer.body)
    if answer.status == 409:
        return AckVerdict.DUPLICATE, code or "409", text or answer.text
    verdict = verdict_of(answer)
    if code and verdict in (AckVerdict.ACCEPTED, AckVerdict.REJECTED):
        verdict = AckVerdict.UNKNOWN if code in UNPROVEN else AckVerdict.REJECTED
    if answer.status == 202:  # taken for later, and not placed yet
        verdict = AckVerdict.UNKNOWN
    return verdict, code or str(answer.status or answer.proof), text or answer.text


def _error(body: Any) -> tuple[str, str]:
    match body:
        case {"ErrorInfo": {"ErrorCode": str(code), **more}}:
            return code, str(more.get("Message", ""))
        case {"ErrorCode": str(code), **more}:
            return code, str(more.get("Message", ""))
        case {"Orders": [{"ErrorInfo": {"ErrorCode": str(code), **more}}, *_]}:
            return code, str(more.get("Message", ""))
    return "", ""

"""What one FIX session has said and heard, as a pure state: no socket, no thread, no clock.

The same messages make the same state, whether they come from the line or from the journal after a
crash: executions are counted once by their id, an old word does not undo a newer one, and every
answer finds the request that it belongs to.

Errors: none; what cannot be understood becomes a `Notice`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from trimtab.brokers._fix_profiles import Profile
from trimtab.brokers._fix_reports import Heard, Reading, Totals, read_report
from trimtab.brokers._fix_wire import Malformed, Message, Tag
from trimtab.brokers._fix_words import Asked, Kind
from trimtab.model.brokers import BrokerEvent, Notice
from trimtab.model.orders import AckVerdict, Fill, OrderReport, OrderState, PendingChange

__all__ = ["Answer", "Book", "status_key"]

OWN_REQUESTS = frozenset({Kind.ORDER, Kind.REPLACE, Kind.CANCEL, Kind.STATUS})
ALREADY_ASKED = "3"
"""A cancel is refused because one is under way."""
UNKNOWN_ID = "1"
"""A business reject because the broker knows no such id."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a broker answered to one request; `report` where it shows an order."""

    verdict: AckVerdict
    broker_id: str = ""
    code: str = ""
    text: str = ""
    report: OrderReport | None = None
    is_absent: bool = False


def status_key(order_id: str) -> str:
    """The key of the answer to a question where an order stands."""
    return f"status {order_id}"


class Book:
    """Orders, executions and answers of one session."""

    def __init__(
        self, profile: Profile, instrument: Callable[[str], str], clean: Callable[[str], str]
    ) -> None:
        self._reading = Reading(profile, instrument, self._order_of)
        self._clean = clean
        self._order_ids: dict[str, str] = {}
        self._by_broker: dict[str, str] = {}
        self._by_number: dict[str, tuple[str, str]] = {}
        self._totals: dict[str, Totals] = {}
        self.asked: dict[str, Asked] = {}
        self.cancels: dict[str, int] = {}
        self.reports: dict[str, OrderReport] = {}
        self.fills: dict[str, Fill] = {}
        self.answers: dict[str, Answer] = {}

    def sent(self, message: Message) -> None:
        """Remember a request of ours."""
        if message.kind not in OWN_REQUESTS:
            return
        own = message.need(Tag.CL_ORD_ID)
        root = own
        if message.kind in (Kind.ORDER, Kind.REPLACE):
            self.asked[own] = Asked.of(message)
        elif message.kind == Kind.CANCEL:
            root = message.need(Tag.ORIG_CL_ORD_ID)
            self._order_ids[own] = root
            self.cancels[root] = self.cancels.get(root, 0) + 1
        key = status_key(own) if message.kind == Kind.STATUS else own
        self._by_number[message.get(Tag.MSG_SEQ_NUM)] = (message.kind, key)

    def heard(self, message: Message, at: datetime) -> list[BrokerEvent]:
        """Take a message in; answers what the world should know of it."""
        try:
            match message.kind:
                case Kind.REPORT:
                    return self._report(message)
                case Kind.CANCEL_REJECT:
                    return self._cancel_reject(message, at)
                case Kind.BUSINESS_REJECT | Kind.REJECT:
                    return self._reject(message, at)
                case Kind.NOTICE:
                    return [Notice("broker", self._clean(message.get(Tag.TEXT)), at)]
        except Malformed as error:
            text = f"{error} (message {message.kind}, {message.get(Tag.EXEC_ID) or 'no execution'})"
            return [Notice("unreadable", self._clean(text), at)]
        return []

    def open_reports(self) -> tuple[OrderReport, ...]:
        """The last word on every order that is not closed."""
        return tuple(one for one in tuple(self.reports.values()) if not one.state.is_closed)

    def _report(self, message: Message) -> list[BrokerEvent]:
        order_id = self._order_of(message)
        before = self._totals.get(order_id, Totals())
        said = read_report(message, self._reading, before)
        report = replace(said.report, text=self._clean(said.report.text))
        self._answer(message, said, report)
        if said.is_absent or said.is_duplicate:
            return []
        if report.broker_id and report.order_id:
            self._by_broker[report.broker_id] = report.order_id
        self._totals[order_id] = _totals_after(before, report)
        self._remember(report)
        events: list[BrokerEvent] = [report]
        if said.replaced and said.replaced != order_id and said.replaced in self.reports:
            events.append(self._replaced(said.replaced, report))
        if said.fill is not None and said.fill.execution_id not in self.fills:
            self.fills[said.fill.execution_id] = said.fill
            events.append(said.fill)
        return events

    def _replaced(self, order_id: str, by: OrderReport) -> OrderReport:
        old = replace(
            self.reports[order_id],
            state=OrderState.CANCELED,
            pending=PendingChange.NONE,
            at=by.at,
            text=f"replaced by {by.order_id}",
        )
        self._remember(old)
        return old

    def _remember(self, report: OrderReport) -> None:
        key = report.order_id or report.broker_id
        old = self.reports.get(key)
        is_old_news = old is not None and (
            (old.state.is_closed and not report.state.is_closed) or report.filled < old.filled
        )
        if not is_old_news:
            self.reports[key] = report

    def _answer(self, message: Message, said: Heard, report: OrderReport) -> None:
        own, code = message.get(Tag.CL_ORD_ID), message.get(Tag.ORD_REJ_REASON)
        verdict = AckVerdict.ACCEPTED
        if said.is_duplicate:
            verdict = AckVerdict.DUPLICATE
        elif report.state is OrderState.REJECTED:
            verdict = AckVerdict.REJECTED
        told = Answer(verdict, report.broker_id, code, report.text, report, said.is_absent)
        self.answers[status_key(own) if said.is_answer else own] = told

    def _cancel_reject(self, message: Message, at: datetime) -> list[BrokerEvent]:
        reason, text = message.get(Tag.CXL_REJ_REASON), self._clean(message.get(Tag.TEXT))
        under_way = reason == ALREADY_ASKED
        verdict = AckVerdict.ACCEPTED if under_way else AckVerdict.REJECTED
        own = message.need(Tag.CL_ORD_ID)
        self.answers[own] = Answer(verdict, message.get(Tag.ORDER_ID), reason, text)
        if own in self.asked:  # a replacement that does not stand
            asked = self.asked[own]
            refused = OrderReport(own, "", OrderState.REJECTED, at, asked.quantity, text=text)
            self._remember(refused)
            return [refused]
        order_id = self._order_of(message)
        old = self.reports.get(order_id)
        if under_way or old is None or old.state.is_closed:
            return [Notice("cancel-refused", f"{order_id}: {text or reason}", at)]
        standing = replace(old, pending=PendingChange.NONE, at=at, text=text)
        self._remember(standing)
        return [standing]

    def _reject(self, message: Message, at: datetime) -> list[BrokerEvent]:
        """A request that was refused as a message, before anybody looked at its order."""
        text = self._clean(message.get(Tag.TEXT)) or "no reason is given"
        kind, key = self._by_number.get(message.get(Tag.REF_SEQ_NUM), ("", ""))
        code = message.get(Tag.BUSINESS_REJECT)
        if not key:
            return [Notice("refused", f"a message was refused: {text}", at)]
        is_absent = kind == Kind.STATUS and code == UNKNOWN_ID
        self.answers[key] = Answer(AckVerdict.REJECTED, code=code, text=text, is_absent=is_absent)
        if kind not in (Kind.ORDER, Kind.REPLACE) or key in self.reports:
            return [Notice("refused", f"{key}: {text}", at)]
        refused = OrderReport(key, "", OrderState.REJECTED, at, self.asked[key].quantity, text=text)
        self._remember(refused)
        return [refused]

    def _order_of(self, message: Message) -> str:
        """The id of the order that a message is of: ours by any of its names, or as it says."""
        own, original = message.get(Tag.CL_ORD_ID), message.get(Tag.ORIG_CL_ORD_ID)
        if own in self._order_ids:
            return self._order_ids[own]
        if own in self.asked:
            return own
        if original in self.asked:
            return original
        return self._by_broker.get(message.get(Tag.ORDER_ID), own)


def _totals_after(before: Totals, report: OrderReport) -> Totals:
    if report.filled <= before.filled or report.average_price is None:
        return before
    return Totals(report.filled, report.filled * report.average_price)

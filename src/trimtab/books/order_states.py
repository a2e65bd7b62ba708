"""An order's state, folded from everything that was recorded of it.

Nobody assigns a state: intent, sendings, answers, reports and fills are appended, and the state is
what the table below makes of them.  What was executed outweighs what was said: fills are counted
once by their execution id, a fill after a cancel counts, a bust is taken back.

Errors: `InvariantError` for a record of another order.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from trimtab.model.errors import must
from trimtab.model.money import ZERO, total
from trimtab.model.orders import (
    Absent,
    Ack,
    AckVerdict,
    Denied,
    Fill,
    Order,
    OrderRecord,
    OrderReport,
    OrderState,
    PendingChange,
    Sent,
)

__all__ = ["TRANSITIONS", "Said", "Ticket", "fold"]


class Said(StrEnum):
    """What a record says, as far as states differ by it; fills say nothing here."""

    SENT = "sent"
    ACCEPTED = "accepted"
    NO_ANSWER = "no answer"
    ABSENT = "proven absent"
    REJECTED = "rejected"
    CANCELED = "canceled"
    EXPIRED = "expired"
    DENIED = "denied"


S = OrderState
TRANSITIONS: Mapping[tuple[OrderState, Said], OrderState] = {
    (S.PLANNED, Said.SENT): S.UNKNOWN,
    (S.PLANNED, Said.DENIED): S.DENIED,
    (S.PLANNED, Said.ACCEPTED): S.WORKING,
    (S.PLANNED, Said.REJECTED): S.REJECTED,
    (S.PLANNED, Said.CANCELED): S.CANCELED,
    (S.PLANNED, Said.EXPIRED): S.EXPIRED,
    (S.UNKNOWN, Said.ABSENT): S.PLANNED,
    (S.UNKNOWN, Said.ACCEPTED): S.WORKING,
    (S.UNKNOWN, Said.REJECTED): S.REJECTED,
    (S.UNKNOWN, Said.CANCELED): S.CANCELED,
    (S.UNKNOWN, Said.EXPIRED): S.EXPIRED,
    (S.WORKING, Said.REJECTED): S.REJECTED,
    (S.WORKING, Said.CANCELED): S.CANCELED,
    (S.WORKING, Said.EXPIRED): S.EXPIRED,
    (S.REJECTED, Said.CANCELED): S.CANCELED,
}
"""Where a word leads; a pair that is not here changes nothing.

What is closed stays closed: a delayed "working" after a cancel is old news.  From `PLANNED` a word
of the broker counts as well, because a proof of absence may have been overtaken by the order.
`PARTIAL` and `FILLED` are reached by fills alone.  Where their sum does not tell (an order by
amount has no quantity, and a bust after the end leaves too few), the broker's word "filled" does,
once every execution that it counts was heard of and nothing was taken back since it was said.
"""
del S

_OF_VERDICT: Mapping[AckVerdict, Said] = {
    AckVerdict.ACCEPTED: Said.ACCEPTED,
    AckVerdict.REJECTED: Said.REJECTED,
    AckVerdict.THROTTLED: Said.ABSENT,
    AckVerdict.QUESTION: Said.NO_ANSWER,
    AckVerdict.DUPLICATE: Said.NO_ANSWER,
    AckVerdict.UNKNOWN: Said.NO_ANSWER,
}
_OF_STATE: Mapping[OrderState, Said] = {
    OrderState.WORKING: Said.ACCEPTED,
    OrderState.PARTIAL: Said.ACCEPTED,
    OrderState.FILLED: Said.ACCEPTED,
    OrderState.CANCELED: Said.CANCELED,
    OrderState.EXPIRED: Said.EXPIRED,
    OrderState.REJECTED: Said.REJECTED,
}


@dataclass(frozen=True, slots=True)
class Ticket:
    """An order with what the fold makes of its records.

    Unit: `heard` is all that was executed, busted or not; `reported` the most that the broker said
    was filled; `attempts` how often it was sent.  `called_full`: the broker called it filled, and
    took nothing back since.
    """

    order: Order
    said: OrderState
    fills: tuple[Fill, ...]
    heard: Decimal
    reported: Decimal
    called_full: bool
    attempts: int
    broker_id: str
    pending: PendingChange
    text: str

    @property
    def filled(self) -> Decimal:
        """What was executed and not busted."""
        return total(fill.quantity for fill in self.fills)

    @property
    def state(self) -> OrderState:
        """The state: what was said, outweighed by what was executed."""
        wanted, filled = self.order.quantity, self.filled
        if wanted is not None and filled >= wanted:
            return OrderState.FILLED
        if self.said.is_closed:
            return self.said
        if self.called_full and self.heard and not self.missing:
            return OrderState.FILLED
        return OrderState.PARTIAL if filled else self.said

    @property
    def missing(self) -> Decimal:
        """Executed by the broker's word, but not heard of one by one: ask for its fills."""
        return max(ZERO, self.reported - self.heard)

    @property
    def left(self) -> Decimal | None:
        """What is still to come; none for an order by amount that may yet fill."""
        if self.state.is_closed:
            return ZERO
        return None if self.order.quantity is None else max(ZERO, self.order.quantity - self.filled)


def fold(order: Order, records: Iterable[OrderRecord]) -> Ticket:
    """The ticket of an order, from its records in the order in which they were made."""
    said, reported, attempts = OrderState.PLANNED, ZERO, 0
    broker_id, text, pending = "", "", PendingChange.NONE
    called_full = False
    fills: dict[str, Fill] = {}
    for record in records:
        must(record.order_id == order.id, f"a record of {record.order_id} is not of {order.id}")
        match record:
            case Fill():
                fills.setdefault(record.execution_id, record)
                broker_id = record.broker_id or broker_id
                called_full = called_full and not record.busts
                continue
            case Sent():
                attempts = max(attempts, record.attempt)
            case OrderReport():
                reported = max(reported, record.filled)
                called_full = called_full or record.state is OrderState.FILLED
                pending, broker_id = record.pending, record.broker_id or broker_id
                text = record.text or text
            case Ack():
                broker_id, text = record.broker_id or broker_id, record.text or text
            case Denied():
                text = record.reason
            case Absent():
                pass
        said = TRANSITIONS.get((said, _said(record)), said)
    busted = {fill.busts for fill in fills.values() if fill.busts}
    live = tuple(one for name, one in fills.items() if name not in busted and one.quantity > ZERO)
    heard = total(one.quantity for one in fills.values() if not one.busts)
    return Ticket(
        order, said, live, heard, reported, called_full, attempts, broker_id, pending, text
    )


def _said(record: Sent | Absent | Denied | Ack | OrderReport) -> Said:
    match record:
        case Sent():
            return Said.SENT
        case Absent():
            return Said.ABSENT
        case Denied():
            return Said.DENIED
        case Ack():
            return _OF_VERDICT[record.verdict]
        case OrderReport():
            return _OF_STATE[record.state]

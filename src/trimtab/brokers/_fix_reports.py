"""What a broker says of orders in FIX, in our words: reports, executions, refusals.

4.2 says in a field of its own whether a report is new, takes back, corrects or only answers; 4.4
says it by the type of execution.  A dialect that tells only running totals has its executions
worked out from the difference to the last total.

Errors: `Malformed` for a report that cannot be understood: it becomes a notice, never a fill.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from trimtab.brokers._fix_profiles import Profile
from trimtab.brokers._fix_wire import Malformed, Message, Tag
from trimtab.brokers._fix_words import SIDES
from trimtab.model.money import ZERO
from trimtab.model.orders import Fill, OrderReport, OrderState, PendingChange
from trimtab.model.snapshots import Side

__all__ = ["Heard", "Reading", "Totals", "read_report"]

S = OrderState
STATES: Mapping[str, OrderState] = {
    **dict.fromkeys(("0", "3", "5", "6", "7", "9", "A", "B", "D", "E"), S.WORKING),
    "1": S.PARTIAL,
    "2": S.FILLED,
    "4": S.CANCELED,
    "8": S.REJECTED,
    "C": S.EXPIRED,
}
"""By OrdStatus; done for the day, stopped, suspended and pending ones are held by the broker."""
del S
PENDING: Mapping[str, PendingChange] = {"6": PendingChange.CANCEL, "E": PendingChange.REPLACE}
SPOKEN: Mapping[str, str] = {
    "3": "done for the day",
    "7": "stopped",
    "9": "suspended",
    "B": "calculated",
}
OUR_SIDES: Mapping[str, Side] = {word: side for side, word in SIDES.items()} | {
    "5": Side.SELL,  # sold short
    "6": Side.SELL,
}
TRADES, CORRECTED, TAKEN_BACK, ANSWERS = "F12", "G", "H", "I"
"""Types of execution that trade: F from 4.3 on; 1 and 2 up to 4.2, and in dialects after it."""
UNKNOWN_ORDER, DUPLICATE_ORDER = "5", "6"
"""Reasons of a rejection."""
NO_ORDER_IDS = frozenset({"", "0", "NONE", "UNKNOWN", "[N/A]"})
WORKED_OUT_STEP = Decimal("0.00000001")
"""A price worked out from totals is a quotient, and is rounded here."""


@dataclass(frozen=True, slots=True)
class Reading:
    """How reports are read: the dialect, our name of a symbol, and the order that an id is of."""

    profile: Profile
    instrument: Callable[[str], str]
    order_of: Callable[[Message], str]


@dataclass(frozen=True, slots=True)
class Totals:
    """What was known of an order before: filled so far, and the money of it."""

    filled: Decimal = ZERO
    value: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Heard:
    """One report: what it says of its order, an execution, and how it is meant.

    `is_answer` where it only answers a question; `is_absent` where it proves that there is no such
    order; `is_duplicate` where it refuses an id that is there already; `replaced` the order in
    whose place this one stands now.
    """

    report: OrderReport
    fill: Fill | None = None
    is_answer: bool = False
    is_absent: bool = False
    is_duplicate: bool = False
    replaced: str = ""


def read_report(message: Message, reading: Reading, before: Totals) -> Heard:
    """An execution report in our words.

    Refuses: states, sides and numbers that are not in the standard, an execution without an id,
    and one whose quantity or price is not above zero.
    """
    status = message.need(Tag.ORD_STATUS)
    if status not in STATES:
        raise Malformed(f"an order's status is {status[:20]!r}, which FIX does not have")
    kind, transaction = message.get(Tag.EXEC_TYPE), message.get(Tag.EXEC_TRANS_TYPE)
    is_answer = kind == ANSWERS or transaction == "3" or bool(message.get(Tag.STATUS_REQUEST))
    report = _report(message, reading, status)
    reason = message.get(Tag.ORD_REJ_REASON)
    is_rejected = report.state is OrderState.REJECTED
    unknown = reason == UNKNOWN_ORDER or message.get(Tag.ORDER_ID).upper() in NO_ORDER_IDS - {""}
    return Heard(
        report,
        None if is_answer or is_rejected else _execution(message, reading, before),
        is_answer,
        is_answer and is_rejected and unknown,
        not is_answer and is_rejected and reason == DUPLICATE_ORDER,
        message.get(Tag.ORIG_CL_ORD_ID) if kind == "5" else "",
    )


def _report(message: Message, reading: Reading, status: str) -> OrderReport:
    filled = message.amount_or(Tag.CUM_QTY, ZERO)
    if filled < ZERO:
        raise Malformed(f"a report says that {filled} is filled, which is below zero")
    state = STATES[status]
    if state is OrderState.WORKING and filled > ZERO:
        state = OrderState.PARTIAL
    average = message.amount_or(Tag.AVG_PX, ZERO)
    quantity = message.amount(Tag.ORDER_QTY) if message.get(Tag.ORDER_QTY) else None
    words = (SPOKEN.get(status, ""), message.get(Tag.TEXT))
    return OrderReport(
        order_id=reading.order_of(message),
        broker_id=message.get(Tag.ORDER_ID),
        state=state,
        at=message.time(_moment(message)),
        quantity=quantity,
        filled=filled,
        average_price=average if average > ZERO else None,
        pending=PENDING.get(status, PendingChange.NONE),
        text=": ".join(word for word in words if word),
        instrument=reading.instrument(message.get(Tag.SYMBOL)),
        side=OUR_SIDES.get(message.get(Tag.SIDE)),
    )


def _execution(message: Message, reading: Reading, before: Totals) -> Fill | None:
    """The execution that a report tells of, where it tells of one."""
    kind, transaction = message.get(Tag.EXEC_TYPE), message.get(Tag.EXEC_TRANS_TYPE)
    if kind == TAKEN_BACK or transaction == "1":
        price = message.amount_or(Tag.LAST_PX, ZERO)
        return _fill(message, reading, ZERO, price, message.need(Tag.EXEC_REF_ID))
    if reading.profile.fills_from_totals:
        return _worked_out(message, reading, before)
    corrects = kind == CORRECTED or transaction == "2"
    if not corrects and (not kind or kind not in TRADES):
        return None
    quantity = message.amount_or(Tag.LAST_QTY, ZERO)
    if quantity == ZERO and not corrects:
        return None
    price = message.amount(Tag.LAST_PX)
    if quantity < ZERO or price <= ZERO:
        raise Malformed(f"an execution is of {quantity} at {price}, which must be above zero")
    return _fill(
        message, reading, quantity, price, message.need(Tag.EXEC_REF_ID) if corrects else ""
    )


def _worked_out(message: Message, reading: Reading, before: Totals) -> Fill | None:
    filled = message.amount_or(Tag.CUM_QTY, ZERO)
    quantity = filled - before.filled
    if quantity <= ZERO:
        return None
    average = message.amount(Tag.AVG_PX)
    price = ((filled * average - before.value) / quantity).quantize(WORKED_OUT_STEP)
    if price <= ZERO:
        raise Malformed(f"an average of {average} over {filled} makes an execution at {price}")
    return _fill(message, reading, quantity, price.normalize() + ZERO, "")


def _fill(
    message: Message, reading: Reading, quantity: Decimal, price: Decimal, busts: str
) -> Fill:
    side = OUR_SIDES.get(message.need(Tag.SIDE))
    if side is None:
        raise Malformed(f"an execution's side is {message.get(Tag.SIDE)[:20]!r}")
    # Only commission type 3 is an amount; per unit and percent say nothing of this execution alone.
    is_amount = message.get(Tag.COMM_TYPE) == "3"
    return Fill(
        execution_id=message.need(Tag.EXEC_ID),
        order_id=reading.order_of(message),
        broker_id=message.get(Tag.ORDER_ID),
        instrument=reading.instrument(message.need(Tag.SYMBOL)),
        side=side,
        quantity=quantity,
        price=price,
        at=message.time(_moment(message)),
        fee=message.amount_or(Tag.COMMISSION, ZERO) if is_amount else ZERO,
        account=message.get(Tag.ACCOUNT),
        busts=busts,
    )


def _moment(message: Message) -> int:
    return Tag.TRANSACT_TIME if message.get(Tag.TRANSACT_TIME) else Tag.SENDING_TIME

"""Orders, records, entries, questions and halts for the tests of the live stores."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from trimtab.model.entries import Entry, EntryKind, Posting
from trimtab.model.live import Approval, ApprovalRequest, ApprovalWord, Halt, HaltKind, StoredAnswer
from trimtab.model.orders import (
    Absent,
    Ack,
    AckVerdict,
    Denied,
    Fill,
    Order,
    OrderReport,
    OrderState,
    Sent,
    TimeInForce,
)
from trimtab.model.snapshots import Side

AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)


def order(name: str) -> Order:
    return Order(name, "c-1", "ira", "VTI", Side.BUY, Decimal(10))


ORDER = Order(
    *("tt-1", "c-1", "ira", "VTI", Side.BUY, Decimal(10), None, Decimal("250.05")),
    TimeInForce.AT_CLOSE,
)
SENT = Sent("tt-1", AT, 1)
ABSENT = Absent("tt-1", AT)
DENIED = Denied("tt-1", AT, "the price is 21 minutes old")
ACK = Ack(AckVerdict.ACCEPTED, "tt-1", AT, "b-1", "200", "taken", "", 0.5)
REPORT = OrderReport(
    *("tt-1", "b-1", OrderState.PARTIAL, AT, Decimal(10), Decimal(4), Decimal("250.01")),
    text="on its way",
    instrument="VTI",
    side=Side.BUY,
)
FILL = Fill(
    *("x-1", "tt-1", "b-1", "VTI", Side.BUY, Decimal(4), Decimal("250.01"), AT, Decimal("0.01")),
    account="A-1",
)
ASKED = ApprovalRequest(
    *("r-1", "smith", "c-1", AT, AT + timedelta(hours=6), "f" * 64, 2, True, '{"trades":[]}')
)
YES = Approval("r-1", "ada", ApprovalWord.APPROVE, AT, "f" * 64, "as discussed")
HALT = Halt("*", HaltKind.ALL, "ada", AT, "the broker answers nonsense")


def answer(step: int) -> StoredAnswer:
    return StoredAnswer("c-1", step, "observe", f'{{"n":{step}.10}}', AT)


def entry(name: str, amount: str = "100.00", kind: EntryKind = EntryKind.DEPOSIT) -> Entry:
    """A deposit, which balances."""
    paid = Decimal(amount)
    postings = (Posting("ira", "USD", paid), Posting("equity", "USD", -paid))
    return Entry(name, kind, DAY, postings, {"text": "from the bank"})

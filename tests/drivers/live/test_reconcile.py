"""Books and broker agree to the last unit, or the account stops and the likely cause is told."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from trimtab.books.entries import opening_cash, opening_lot
from trimtab.books.ledger import Books, replay
from trimtab.drivers.live.reconcile import reconcile
from trimtab.model.breaks import BreakKind
from trimtab.model.brokers import BrokerCash, BrokerPosition, BrokerState
from trimtab.model.errors import InvariantError
from trimtab.model.lots import Lot

D = Decimal
AT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)
TODAY, DAY = AT.date(), date(2024, 1, 5)


def books(units: str = "100", cash: str = "5000") -> Books:
    lot = Lot("a", "ira", "VTI", D(units), D("9000"), DAY)
    entries = [opening_lot("a", DAY, lot), opening_cash("cash", DAY, "ira", "USD", D(cash))]
    found, errors = replay(entries)
    assert not errors
    return found


def shown(units: str = "100", cash: str = "5000", *, is_complete: bool = True) -> BrokerState:
    position = BrokerPosition("VTI", "b-1", D(units), D(units), None, D(250))
    held = (position,) if D(units) else ()
    money = (BrokerCash("USD", D(cash) - 100, D(100)),)
    return BrokerState("ira", AT, None, "USD", money, held, (), is_complete)


def test_where_both_agree_there_is_no_break():
    assert reconcile(books(), shown(), TODAY) == ()


@pytest.mark.parametrize(
    ("state", "kind", "words"),
    [
        (shown("200"), BreakKind.SPLIT, "most likely a split of 2 for 1"),
        (shown("10"), BreakKind.SPLIT, "most likely a split of 1 for 10"),
        (shown("150"), BreakKind.SPLIT, "most likely a split of 3 for 2"),
        (shown("110"), BreakKind.TRANSFER, "most likely a transfer in: cash agrees"),
        (shown("0"), BreakKind.TRANSFER, "most likely a transfer out"),
        (shown("90", "7495"), BreakKind.QUANTITY, "most likely a sale made elsewhere"),
        (shown("110", "2495"), BreakKind.QUANTITY, "most likely a purchase made elsewhere"),
        (shown("90", "9999"), BreakKind.QUANTITY, "the cause is not plain"),
        (shown("99.9999"), BreakKind.TRANSFER, "the books hold 100, the broker shows 99.9999"),
        (shown(cash="5031.20"), BreakKind.CASH, "most likely a dividend, interest or a deposit"),
        (shown(cash="4999.99"), BreakKind.CASH, "most likely a fee, a tax or a withdrawal"),
    ],
)
def test_a_break_is_told_with_its_likely_cause(state, kind, words):
    found = reconcile(books(), state, TODAY)
    assert found[0].kind is kind
    assert words in found[0].message
    assert all(one.blocks and one.remedy for one in found)


def test_less_than_a_cent_of_cash_is_no_break():
    assert reconcile(books(), shown(cash="5000.004"), TODAY) == ()


def test_an_incomplete_state_is_never_held_against_the_books():
    with pytest.raises(InvariantError, match="not known to be absent"):
        reconcile(books(), shown("0", is_complete=False), TODAY)

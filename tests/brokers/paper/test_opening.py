"""A paper account begins with what a household's account holds."""

from decimal import Decimal

import pytest

from tests.brokers.paper.paper_parts import SESSIONS, Market, at, tick
from trimtab.brokers.paper.book import PaperPosition
from trimtab.brokers.paper.opening import listed, open_book, open_from_snapshot
from trimtab.brokers.paper.tape import RecordedTape
from trimtab.model.errors import InputError
from trimtab.model.instruments import Instrument
from trimtab.testing.worlds import world

D = Decimal
HOME = world(
    """
    account   instrument  qty    basis   acquired    price
    taxable   VTI         300    60,000  2019-03-04  250
    taxable   VTI         100    20,000  2020-03-04  250
    taxable   BND         400    .       2020-01-06  72
    taxable   cash        2,000
    roth      VTI         100    .       .           250
    """,
    targets="""
    target  weight  instruments  band
    stocks  100%    VTI,BND      5/25
    """,
)


def test_an_account_holds_its_lots_and_cash_and_nothing_of_other_accounts():
    tape = RecordedTape([tick(at(1, 16), "249", "251")])
    book = open_from_snapshot(HOME.snapshot, "taxable", at(4, 8), SESSIONS, tape)
    assert (book.cash, book.currency) == (2000, "USD")
    assert book.positions["VTI"] == PaperPosition("VTI", D(400), D(80000))
    assert book.positions["BND"].cost is None
    assert book.marks["VTI"].last == 250


def test_accounts_and_their_orders_have_ids_of_their_own():
    books = [
        open_from_snapshot(HOME.snapshot, name, at(4, 8), SESSIONS, RecordedTape([]))
        for name in ("taxable", "roth")
    ]
    assert books[0].id != books[1].id


@pytest.mark.parametrize(("cash", "units"), [("-1", "1"), ("1", "-1")])
def test_an_account_cannot_begin_short(cash, units):
    held = [PaperPosition("VTI", D(units), None)]
    with pytest.raises(InputError, match="short of"):
        open_book("a", at(4), SESSIONS, RecordedTape([]), D(cash), held)


def test_an_account_that_the_household_does_not_have_is_refused():
    with pytest.raises(InputError, match="no such account"):
        open_from_snapshot(HOME.snapshot, "joint", at(4), SESSIONS, RecordedTape([]))


def test_instruments_are_listed_in_whole_units_or_in_fractions():
    names = {"VTI": Instrument("VTI"), "BTC": Instrument("BTC", quantity_step=D("0.001"))}
    whole = listed(names, fractional=False, untradable=["BTC"])
    assert (whole["VTI"].quantity_step, whole["VTI"].fractionable) == (1, False)
    assert not whole["BTC"].tradable
    assert listed(names, fractional=True)["VTI"].fractionable
    assert Market().engine.listing("nothing") is None

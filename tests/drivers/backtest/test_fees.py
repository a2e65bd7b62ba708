"""The adviser's fee: when it is charged, on what, and what becomes of one that cash cannot pay."""

from decimal import Decimal

from tests.drivers.backtest.replayed import backtest, entries, filled
from trimtab.model.entries import EntryKind

HELD = """
    account  instrument  qty  basis   acquired
    joint    VTI         100  10,000  2018-03-01
    joint    cash        500
"""


def test_the_advisers_fee_is_a_quarter_of_its_rate_on_a_quarters_first_session():
    prices = "date VTI\n2020-03-31 100\n2020-04-01 110\n2020-04-02 100\n2020-07-01 100"
    test = backtest(HELD, prices, advisory_fee=0.01)
    fees = entries(test, EntryKind.FEE)
    assert [(one.on.month, -one.postings[0].amount) for one in fees] == [
        (4, Decimal("28.75")),  # a quarter of 1 % of 11,500
        (7, Decimal("26.18")),
    ]
    assert test.result().fees == {"advisory fee": Decimal("54.93")}


def test_a_fee_that_cash_does_not_cover_is_raised_and_paid_later():
    home = "account instrument qty basis acquired\njoint VTI 100 10,000 2018-03-01\njoint cash 5"
    prices = "date VTI\n2020-03-31 100\n2020-04-01 100\n2020-04-02 100\n2020-04-03 100"
    test = backtest(home, prices, policy="hold", advisory_fee=0.01)
    fees = [(one.on.day, -one.postings[0].amount) for one in entries(test, EntryKind.FEE)]
    assert fees == [(1, Decimal("5.00")), (2, Decimal("20.01"))]
    assert filled(test.result()) == ["2020-04-01 sell 1 VTI @ 100.0"]

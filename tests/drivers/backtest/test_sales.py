"""A sale as the books, the wash-sale rule and the record of a fill see it."""

from dataclasses import replace

from tests.drivers.backtest.replayed import PLAIN as SPECIFIC
from tests.drivers.backtest.replayed import D, backtest, entries, run, with_tax
from trimtab.model.entries import EntryKind
from trimtab.model.taxes import ReliefOrder

HOME = """
    account  instrument  qty  basis  acquired    lot  kind
    joint    FUND        100  1,000  2015-03-02  A    mutual_fund
    joint    FUND        100  3,000  2016-03-02  B    mutual_fund
"""
DAYS = "date FUND\n2020-01-02 25\n2020-01-03 25"
SELL = "on account side qty instrument lot\n2020-01-02 joint sell 50 FUND A"
AVERAGE = with_tax(SPECIFIC, relief=ReliefOrder.AVERAGE)


def test_named_lots_are_sold_at_their_own_basis():
    (sale,) = run(HOME, DAYS, orders=SELL).fills[0].lots
    assert (sale.lot, sale.basis, sale.gain) == ("A", 500, 750)


def test_funds_under_average_basis_are_averaged_before_the_sale():
    test = backtest(HOME, DAYS, orders=SELL, mandate=AVERAGE)
    (sale,) = test.run().fills[0].lots
    assert (sale.lot, sale.basis, sale.gain) == ("A", 1_000, 250)
    assert len(entries(test, EntryKind.AVERAGE_BASIS)) == 1
    assert [lot.basis for lot in test.result().lots] == [1_000, 2_000]
    assert test.result().tax_years[0].long == 250


def test_what_is_no_fund_and_what_is_sheltered_is_not_averaged():
    etf = HOME.replace("mutual_fund", "etf")
    assert entries(backtest(etf, DAYS, orders=SELL, mandate=AVERAGE), EntryKind.AVERAGE_BASIS) == []
    roth = backtest(
        HOME.replace("joint", "roth"), DAYS, orders=SELL.replace("joint", "roth"), mandate=AVERAGE
    )
    assert entries(roth, EntryKind.AVERAGE_BASIS) == []


def test_an_average_that_is_there_already_is_not_booked_again():
    orders = SELL + "\n2020-01-03 joint sell 10 FUND A"
    test = backtest(HOME, DAYS, orders=orders, mandate=AVERAGE)
    assert len(entries(test, EntryKind.AVERAGE_BASIS)) == 1


def test_a_gift_between_its_two_bases_is_sold_without_gain_or_loss():
    test = backtest(HOME, DAYS, orders=SELL.replace("50", "100").replace("A", "B"))
    lots = test.holdings.ledger.lots
    lots["B"] = replace(lots["B"], loss_basis=D(2_000))
    (sale,) = test.run().fills[0].lots
    assert sale.gain == 0
    assert test.result().tax_years[0].long == 0

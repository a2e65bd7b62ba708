"""Wash sales over a backtest: across accounts, years, splits and chains of them."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from tests.drivers.backtest.replayed import PLAIN, backtest, lots, run
from trimtab.drivers.backtest.settings import Dividends, FillTiming
from trimtab.model.mandate import WashSaleRules
from trimtab.model.snapshots import Side

HELD = """
    account  instrument  qty  basis   acquired    lot
    joint    VTI         100  12,000  2018-03-01  old
    joint    cash        50,000
    ira      cash        50,000
"""
DAYS = """
    date        VTI  ITOT
    2019-12-20  100  50
    2019-12-31  100  50
    2020-01-10  100  50
    2020-01-21  100  50
    2020-04-15  100  50
    2020-04-16  100  50
"""
SELL = "on account side qty instrument lot\n2019-12-20 joint sell 100 VTI old\n"


def losses(result):
    """What each year's losses came to, and what was disallowed of them."""
    return [(year.year, year.long, year.short, year.disallowed) for year in result.tax_years]


def test_a_loss_that_nothing_replaces_stands():
    assert losses(run(HELD, DAYS, orders=SELL))[0] == (2019, -2_000, 0, 0)


def test_a_purchase_in_january_washes_a_loss_of_december_before_the_year_is_settled():
    result = run(HELD, DAYS, orders=SELL + "2020-01-10 joint buy 100 VTI .")
    assert losses(result) == [(2019, 0, 0, 2_000), (2020, 0, 0, 0)]
    # The loss and the days held are in the replacement.
    (lot,) = result.lots
    assert (lot.basis, lot.washed_quantity) == (12_000, 100)
    assert lot.starts < lot.acquired


def test_a_part_that_is_replaced_disallows_its_part_of_the_loss():
    result = run(HELD, DAYS, orders=SELL + "2020-01-10 joint buy 30 VTI .")
    assert losses(result)[0] == (2019, -1_400, 0, 600)


def test_of_a_larger_purchase_only_the_replacing_units_carry_the_loss():
    orders = SELL.replace("100", "20") + "2020-01-10 joint buy 100 VTI ."
    result = run(HELD, DAYS, orders=orders)
    bases = sorted((lot.quantity, lot.basis) for lot in result.lots)
    assert bases == [(20, Decimal(2_400)), (80, Decimal(8_000)), (80, Decimal(9_600))]


def test_a_purchase_after_thirty_days_washes_nothing():
    assert losses(run(HELD, DAYS, orders=SELL + "2020-01-21 joint buy 100 VTI ."))[0][3] == 0


def test_a_purchase_in_an_ira_loses_the_loss_for_good():
    result = run(HELD, DAYS, orders=SELL + "2020-01-10 ira buy 100 VTI .")
    assert losses(result)[0] == (2019, 0, 0, 2_000)
    assert result.lots[0].basis == 10_000


def test_units_of_an_ira_that_replaced_a_loss_replace_none_of_a_later_day():
    half = SELL.replace("100", "50")
    orders = half + "2019-12-31 ira buy 50 VTI .\n2020-01-10 joint sell 50 VTI old"
    result = run(HELD, DAYS, orders=orders)
    assert losses(result) == [(2019, 0, 0, 1_000), (2020, -1_000, 0, 0)]


def test_a_purchase_in_the_ira_of_the_other_spouse_washes_too():
    accounts = "account owner\njoint ann+bob\nira-bob bob"
    home = HELD.replace("ira", "ira-bob")
    orders = SELL + "2020-01-10 ira-bob buy 100 VTI ."
    assert losses(run(home, DAYS, orders=orders, accounts=accounts))[0][3] == 2_000


def test_what_is_substantially_identical_washes_and_what_is_not_does_not():
    orders = SELL + "2020-01-10 joint buy 200 ITOT ."
    assert losses(run(HELD, DAYS, orders=orders))[0][3] == 0
    alike = HELD.replace("account", "account group").replace("qty", "qty")
    alike = """
        account  instrument  qty  basis   acquired    lot  group
        joint    VTI         100  12,000  2018-03-01  old  total-market
        joint    ITOT        1    50      2018-03-01  it   total-market
        joint    cash        50,000
    """
    assert losses(run(alike, DAYS, orders=orders))[0][3] == 2_000


def test_a_dividend_reinvested_within_thirty_days_washes_its_part():
    orders = SELL.replace("100", "50")
    result = run(
        HELD,
        DAYS,
        "date instrument dividend\n2019-12-31 VTI 2",
        orders=orders,
        dividends=Dividends.REINVEST,
    )
    # 50 units get 100 dollars, which buy one: a fiftieth of the loss of 1,000.
    assert losses(result)[0] == (2019, -980, 0, 20)


def test_a_purchase_before_the_loss_washes_it_on_the_day_of_the_sale():
    orders = "on account side qty instrument lot\n2019-12-20 joint buy 100 VTI .\n"
    orders += "2019-12-31 joint sell 100 VTI old"
    assert losses(run(HELD, DAYS, orders=orders))[0] == (2019, 0, 0, 2_000)


def test_shares_are_matched_in_the_units_of_one_day_across_a_split():
    days = DAYS.replace("2020-01-10  100", "2020-01-10  50").replace(
        "2020-01-21  100", "2020-01-21  50"
    )
    days = days.replace("04-15  100", "04-15  50").replace("04-16  100", "04-16  50")
    split = "date instrument split\n2020-01-10 VTI 2"
    half = run(HELD, days, split, orders=SELL + "2020-01-10 joint buy 100 VTI .")
    assert losses(half)[0] == (2019, -1_000, 0, 1_000)
    every = run(HELD, days, split, orders=SELL + "2020-01-10 joint buy 200 VTI .")
    assert losses(every)[0] == (2019, 0, 0, 2_000)


def test_a_replacement_sold_at_a_loss_before_it_was_matched_bears_the_loss_on():
    # 20 December: sells at a loss of 2,000 and buys back; 31 December: sells that at a loss too.
    days = DAYS.replace("2019-12-31  100", "2019-12-31  95")
    orders = SELL + "2019-12-20 joint buy 100 VTI .\n2019-12-31 joint sell 100 VTI ."
    result = run(HELD, days, orders=orders)
    assert sum(year.long + year.short for year in result.tax_years) == -2_500
    assert result.tax_years[0].disallowed == 2_000


def test_each_fill_says_what_was_disallowed_of_its_lots_in_the_end():
    result = run(HELD, DAYS, orders=SELL + "2020-01-10 joint buy 30 VTI .")
    (sale,) = result.fills[0].lots
    assert (sale.gain, sale.disallowed) == (-2_000, 600)


def test_a_replacement_that_was_sold_first_shows_the_loss_in_its_basis():
    """Bought on the 20th, sold on the 31st together with the loss it had replaced by then."""
    orders = """
        on          account  side  qty  instrument  lot
        2019-12-20  joint    buy   100  VTI         .
        2019-12-31  joint    sell  100  VTI         old
        2020-01-10  joint    sell  100  VTI         .
    """
    result = run(HELD, DAYS, orders=orders)
    sale = result.fills[2].lots[0]
    assert (sale.basis, sale.gain) == (12_000, -2_000)
    assert sum(year.long + year.short for year in result.tax_years) == -2_000


def test_a_gift_that_had_lost_value_disallows_no_more_than_its_own_loss():
    test = backtest(HELD, DAYS, orders=SELL + "2020-01-10 joint buy 100 VTI .")
    ledger = test.holdings.ledger
    ledger.lots["old"] = replace(ledger.lots["old"], loss_basis=Decimal(10_500), by_purchase=False)
    result = test.run()
    assert result.tax_years[0].disallowed == 500
    assert losses(result)[0][1:3] == (0, 0)


def test_fills_at_the_next_open_are_matched_when_they_are_filled():
    result = run(
        HELD,
        DAYS,
        orders=SELL + "2019-12-31 joint buy 100 VTI .",
        fill=FillTiming.NEXT_CLOSE,
    )
    assert losses(result)[0] == (2019, 0, 0, 2_000)


def test_trades_before_the_backtest_are_known_to_those_who_plan():
    trades = "account instrument side on qty amount gain term\n"
    trades += "joint VTI sell 2019-12-10 10 900 -100 long\njoint VTI buy 2019-11-01 10 900 . ."
    test = backtest(HELD, DAYS, trades=trades)
    assert [trade.on.day for trade in test.washes.trades] == [1, 10]
    assert test.washes.traded is not None
    assert test.washes.traded.day == 10


def test_the_mandates_reading_of_the_law_holds():
    rules = WashSaleRules()
    reading = replace(rules.reading, lots_acquired_earlier=False)
    mandate = replace(PLAIN, wash_sales=replace(rules, reading=reading))
    test = backtest(HELD, DAYS, mandate=mandate)
    assert test.washes.reading.lots_acquired_earlier is False


def test_lots_of_crypto_are_not_under_the_rule():
    home = HELD.replace("lot\n", "lot kind\n").replace("old\n", "old crypto\n")
    orders = SELL + "2020-01-10 joint buy 100 VTI ."
    result = run(home, DAYS, orders=orders)
    assert losses(result)[0] == (2019, -2_000, 0, 0)
    assert lots(result) == ["joint 100 VTI 10000.00 2020-01-10"]


def test_a_replacement_that_is_sold_at_a_loss_the_same_day_is_disallowed_once():
    # Four old units lose 20 each, ten of the tenth lose 10 each, all sold on the 20th.  Four of
    # the ten replace the four old ones and bear their 80; ten of the twelfth replace all ten, and
    # bear 80 + 100.  What is bought in January replaces nothing any more.
    held = """
        account  instrument  qty  basis  acquired    lot
        joint    VTI         4    480    2018-03-01  old
        joint    VTI         10   1,100  2019-12-10  tenth
        joint    VTI         10   1,050  2019-12-12  twelfth
        joint    cash        50,000
    """
    orders = """on account side qty instrument lot
        2019-12-20 joint sell 4 VTI old
        2019-12-20 joint sell 10 VTI tenth
        2020-01-10 joint buy 20 VTI .
    """
    result = run(held, DAYS, orders=orders)
    assert losses(result)[0] == (2019, 0, 0, 80 + 80 + 100)
    bases = {(lot.acquired.isoformat(), lot.quantity): lot.basis for lot in result.lots}
    assert sum(basis for (day, _), basis in bases.items() if day < "2020") == 1_050 + 180
    assert bases["2020-01-10", 20] == 2_000


def test_a_replacement_that_was_sold_is_remembered_as_one():
    # Of ten units sold at a loss, six of a later purchase replace six; what planning is told after
    # they are sold too says so, and four are open still.
    orders = """on account side qty instrument lot
        2019-12-20 joint sell 10 VTI old
        2019-12-31 joint buy 6 VTI .
        2020-01-10 joint sell 6 VTI .
    """
    held = HELD.replace("100  12,000", "10   1,200 ")
    test = backtest(held, DAYS, orders=orders, end=date(2020, 1, 21))
    test.run()
    (loss, replacement) = (trade for trade in test.washes.trades if trade.side is Side.SELL)
    assert (loss.washed_quantity, loss.served_quantity) == (6, 0)
    assert (replacement.quantity, replacement.served_quantity) == (6, 6)

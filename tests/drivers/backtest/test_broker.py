"""Orders become fills: when, at which price, at what cost, and how much of them."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.drivers.backtest.replayed import (
    PLAIN,
    backtest,
    cash,
    filled,
    flow,
    lots,
    run,
    said,
    stated_estimates,
)
from trimtab.drivers.backtest.settings import FillTiming
from trimtab.model.mandate import CostRules

CASH = "account instrument qty\njoint cash 10,000"
HELD = "account instrument qty basis acquired\njoint VTI 100 8,000 2018-03-01"
PRICES = """
    date        VTI
    2020-01-02  100
    2020-01-03  110
    2020-01-06  120
"""
BUY = "on account side qty instrument\n2020-01-02 joint buy 10 VTI"
SELL = "on account side qty instrument\n2020-01-02 joint sell 10 VTI"


@pytest.mark.parametrize(
    ("moment", "fill"),
    [
        (FillTiming.CLOSE, "2020-01-02 buy 10 VTI @ 100.0"),
        (FillTiming.NEXT_OPEN, "2020-01-03 buy 10 VTI @ 104.0"),
        (FillTiming.NEXT_CLOSE, "2020-01-03 buy 10 VTI @ 110.0"),
        (FillTiming.NEXT_VWAP, "2020-01-03 buy 10 VTI @ 106.5"),
    ],
)
def test_an_order_is_filled_at_the_moment_that_is_asked_for(moment, fill):
    events = "date instrument open vwap\n2020-01-03 VTI 104 106.5"
    assert filled(run(CASH, PRICES, events, orders=BUY, fill=moment)) == [fill]


@pytest.mark.parametrize(
    ("moment", "what"),
    [
        (FillTiming.NEXT_OPEN, "no opening price"),
        (FillTiming.NEXT_VWAP, "no volume-weighted price"),
    ],
)
def test_a_price_that_the_data_lacks_is_the_close_and_told(moment, what):
    result = run(CASH, PRICES, orders=BUY, fill=moment)
    assert filled(result) == ["2020-01-03 buy 10 VTI @ 110.0"]
    assert said(result, "fill_data") == [
        f"VTI: has {what} on 2020-01-03: its orders were filled at the close"
    ]


def test_a_fill_remembers_the_price_that_the_decision_saw():
    (fill,) = run(CASH, PRICES, orders=BUY, fill=FillTiming.NEXT_CLOSE).fills
    assert (fill.decided.day, fill.on.day) == (2, 3)
    assert (fill.decision_price, fill.price) == (100, 110)


def test_an_order_of_the_last_session_is_not_filled_and_told():
    orders = "on account side qty instrument\n2020-01-06 joint buy 10 VTI"
    result = run(CASH, PRICES, orders=orders, fill=FillTiming.NEXT_OPEN)
    (never,) = result.fills
    assert (never.quantity, never.cancelled, never.closing_price) == (0, 10, 120)
    assert said(result, "fill") == [
        "buy VTI in joint: was ordered on 2020-01-06 and not filled: the backtest ended on "
        "2020-01-06"
    ]


def test_nothing_is_traded_without_a_price_of_the_day_and_the_order_waits_for_one():
    gap = "date VTI BND\n2020-01-02 100 50\n2020-01-03 . 50\n2020-01-06 120 50"
    result = run(CASH, gap, orders=BUY, fill=FillTiming.NEXT_CLOSE)
    assert filled(result) == ["2020-01-06 buy 10 VTI @ 120.0"]
    assert cash(result) == {"joint": "8,800.00"}
    assert said(result, "fill") == [
        "buy VTI in joint: had no price, so that nothing was filled on 2020-01-03; the rest waits"
    ]
    hasty = run(CASH, gap, orders=BUY, fill=FillTiming.NEXT_CLOSE, order_patience_sessions=0)
    assert filled(hasty) == ["2020-01-03 buy 0 VTI @ 100.0"]
    assert hasty.fills[0].cancelled == 10


def costly(**figures):
    return replace(PLAIN, costs=CostRules(**{k: Decimal(v) for k, v in figures.items()}))


def test_half_the_spread_is_paid_from_the_data_of_the_day():
    mandate = costly(half_spread="0.0100", impact="0")
    events = "date instrument half_spread\n2020-01-03 VTI 0.0020"
    late = run(CASH, PRICES, events, orders=BUY, mandate=mandate, fill=FillTiming.NEXT_CLOSE)
    assert late.fills[0].spread == Decimal("2.20")  # 20 bp of 1,100
    assert cash(late) == {"joint": "8,897.80"}


def test_half_the_spread_is_the_mandates_where_the_data_has_none():
    result = run(CASH, PRICES, orders=BUY, mandate=costly(half_spread="0.0100", impact="0"))
    assert result.fills[0].spread == Decimal("10.00")


def test_impact_follows_the_square_root_of_the_part_of_a_days_volume():
    # 10,000 of 1,000,000 dollars a day at a daily volatility v cost 0.5 · v · √0.01 of the trade.
    mandate = costly(half_spread="0", impact="0.5")

    def volatile(seen, rules):
        return replace(stated_estimates(seen, rules), daily_volatility={"VTI": 0.02})

    orders = "on account side qty instrument\n2020-01-02 joint buy 100 VTI"
    plenty = "account instrument qty\njoint cash 50,000"
    result = run(plenty, PRICES, orders=orders, mandate=mandate, volume=10_000, estimator=volatile)
    assert result.fills[0].impact == Decimal("10.00")  # 10,000 · 0.5 · 0.02 · 0.1


def test_commission_is_an_orders_and_a_shares_with_a_minimum():
    accounts = "account commission\njoint 2"
    terms = {"commission_per_share": Decimal("0.05"), "commission_minimum": Decimal(1)}
    few = run(CASH, PRICES, orders=BUY, accounts=accounts, **terms)
    assert few.fills[0].commission == Decimal("3.00")  # 2 an order, and 1 at least for 0.50
    many = run(CASH, PRICES, orders=BUY.replace("10", "50"), accounts=accounts, **terms)
    assert many.fills[0].commission == Decimal("4.50")
    assert lots(many)[0].split()[3] == "5004.50"  # what a lot cost is its basis, commission too


def test_costs_of_a_sale_come_off_its_proceeds():
    result = run(HELD, PRICES, orders=SELL, mandate=costly(half_spread="0.001", impact="0"))
    assert cash(result) == {"joint": "999.00"}
    (sale,) = result.fills[0].lots
    assert (sale.proceeds, sale.basis, sale.gain) == (Decimal("999.00"), 800, Decimal("199.00"))


def test_the_participation_limit_fills_a_part_today_and_the_rest_later():
    result = run(HELD, PRICES, orders=SELL, volume=70, participation_max=0.1)
    assert filled(result) == ["2020-01-02 sell 7 VTI @ 100.0", "2020-01-03 sell 3 VTI @ 110.0"]
    assert [fill.ordered for fill in result.fills] == [10, 3]
    assert [fill.cancelled for fill in result.fills] == [0, 0]
    assert [fill.decision_price for fill in result.fills] == [100, 100]
    assert said(result, "fill") == [
        "sell VTI in joint: was filled 7 of 10: the limit is 10% of a volume of 70 on 2020-01-02; "
        "the rest waits"
    ]


LONGER = "date VTI\n" + "\n".join(f"2020-01-{day:02} {90 + day}" for day in (2, 3, 6, 7, 8, 9))


def test_an_order_that_no_session_fills_is_cancelled_when_its_patience_ends():
    result = run(
        HELD, LONGER, orders=SELL, volume=20, participation_max=0.1, order_patience_sessions=2
    )
    assert filled(result) == [
        *("2020-01-02 sell 2 VTI @ 92.0", "2020-01-03 sell 2 VTI @ 93.0"),
        "2020-01-06 sell 2 VTI @ 96.0",
    ]
    last = result.fills[-1]
    assert (last.ordered, last.quantity, last.cancelled) == (6, 2, 4)
    assert last.closing_price == 96
    assert said(result, "order_cancelled") == [
        "sell VTI in joint: what was left of the order of 2020-01-02, 4, was cancelled on "
        "2020-01-06 after 2 sessions of waiting"
    ]


def test_a_later_decision_replaces_what_waits_for_the_same():
    orders = SELL + "\n2020-01-03 joint sell 1 VTI"
    result = run(
        HELD, LONGER, orders=orders, volume=20, participation_max=0.1,
        fill=FillTiming.NEXT_CLOSE,
    )  # fmt: skip
    assert filled(result) == [
        *("2020-01-03 sell 2 VTI @ 93.0", "2020-01-03 sell 0 VTI @ 92.0"),
        "2020-01-06 sell 1 VTI @ 96.0",
    ]
    replaced = result.fills[1]
    assert (replaced.ordered, replaced.cancelled, replaced.closing_price) == (8, 8, 93)
    assert said(result, "order_replaced") == [
        "sell VTI in joint: what was left of the order of 2020-01-02, 8, was replaced by a "
        "decision of 2020-01-03"
    ]


def test_lots_that_were_sold_are_not_sold_again_by_what_is_left():
    home = """
        account  instrument  qty  basis  acquired    lot
        joint    VTI         4    400    2018-03-01  A
        joint    VTI         6    900    2019-03-01  B
        joint    VTI         9    900    2019-06-01  C
    """
    orders = """
        on          account  side  qty  instrument  lot
        2020-01-02  joint    sell  4   VTI         A
    """
    result = run(home, LONGER, orders=orders, volume=30, participation_max=0.1)
    sold = [(sale.lot, sale.quantity) for fill in result.fills for sale in fill.lots]
    assert sold == [("A", 3), ("A", 1)]
    assert lots(result) == ["joint 6 VTI 900 2019-03-01", "joint 9 VTI 900 2019-06-01"]


def test_a_purchase_waits_for_the_sale_that_pays_for_it():
    home = "account instrument qty basis acquired\njoint VTI 10 800 2018-03-01"
    orders = "on account side qty instrument\n2020-01-02 joint sell 10 VTI\n"
    orders += "2020-01-02 joint buy 20 BND"
    prices = "date VTI BND\n2020-01-02 100 50\n2020-01-03 100 50\n2020-01-06 100 50"
    events = "date instrument volume\n2020-01-02 VTI 60\n2020-01-03 VTI 60"
    result = run(home, prices, events, orders=orders, participation_max=0.1)
    assert filled(result) == [
        *("2020-01-02 sell 6 VTI @ 100.0", "2020-01-02 buy 12 BND @ 50.0"),
        *("2020-01-03 sell 4 VTI @ 100.0", "2020-01-03 buy 8 BND @ 50.0"),
    ]
    assert cash(result) == {"joint": "0.00"}


def test_a_split_while_an_order_waits_restates_what_is_left():
    split = "date instrument split\n2020-01-03 VTI 2"
    result = run(HELD, HALVED, split, orders=SELL, volume=70, participation_max=0.1)
    assert filled(result) == ["2020-01-02 sell 7 VTI @ 100.0", "2020-01-03 sell 6 VTI @ 55.0"]


def test_all_orders_of_a_session_share_the_volume():
    home = "account instrument qty\njoint cash 5,000\nroth cash 5,000"
    orders = BUY + "\n2020-01-02 roth buy 10 VTI"
    result = run(home, PRICES, orders=orders, volume=150, participation_max=0.1)
    today = [fill.quantity for fill in result.fills if fill.on.day == 2]
    assert sorted(today) == [5, 10]


def test_a_limit_on_volume_that_is_not_known_is_told():
    result = run(CASH, PRICES, orders=BUY, participation_max=0.1)
    assert filled(result) == ["2020-01-02 buy 10 VTI @ 100.0"]
    assert said(result, "fill_data") == [
        "VTI: has no volume on 2020-01-02: its orders were filled without regard to the limit on it"
    ]


def test_a_purchase_never_overdraws_its_account():
    orders = "on account side qty instrument\n2020-01-02 joint buy 100 VTI"
    result = run(CASH, PRICES, orders=orders, fill=FillTiming.NEXT_CLOSE)
    assert filled(result) == ["2020-01-03 buy 90 VTI @ 110.0"]
    assert cash(result) == {"joint": "100.00"}
    assert said(result, "fill") == [
        "buy VTI in joint: was filled 90 of 100: the account is 1,000.00 short of cash on "
        "2020-01-03"
    ]


def test_an_account_that_trades_fractions_buys_fractions():
    orders = "on account side qty instrument\n2020-01-02 joint buy 100 VTI"
    accounts = "account fractional\njoint yes"
    result = run(CASH, PRICES, orders=orders, accounts=accounts, fill=FillTiming.NEXT_CLOSE)
    assert filled(result) == ["2020-01-03 buy 90.90909 VTI @ 110.0"]


def test_sales_pay_for_the_purchases_of_the_same_session():
    home = "account instrument qty basis acquired\njoint VTI 100 8,000 2018-03-01"
    orders = "on account side qty instrument\n2020-01-02 joint buy 10 BND\n"
    orders += "2020-01-02 joint sell 10 VTI"
    prices = "date VTI BND\n2020-01-02 100 50\n2020-01-03 100 50"
    assert cash(run(home, prices, orders=orders)) == {"joint": "500.00"}


SPLIT = "date instrument split\n2020-01-03 VTI 2"
HALVED = "date VTI\n2020-01-02 100\n2020-01-03 55\n2020-01-06 60"


def test_a_split_between_decision_and_fill_restates_the_order():
    bought = run(CASH, HALVED, SPLIT, orders=BUY, fill=FillTiming.NEXT_CLOSE)
    assert filled(bought) == ["2020-01-03 buy 20 VTI @ 55.0"]
    assert bought.fills[0].decision_price == 50
    sold = run(HELD, HALVED, SPLIT, orders=SELL, fill=FillTiming.NEXT_CLOSE)
    assert filled(sold)[0].startswith("2020-01-03 sell 20")
    assert cash(sold) == {"joint": "1,100.00"}


def test_a_lot_that_was_to_go_whole_goes_whole_through_a_split_that_leaves_fractions():
    home = "account instrument qty basis acquired\njoint VTI 10 800 2018-03-01"
    third = "date instrument split\n2020-01-03 VTI 0.3333333333"
    result = run(home, HALVED, third, orders=SELL, fill=FillTiming.NEXT_CLOSE)
    assert lots(result) == []


def test_a_lot_parted_by_a_wash_sale_after_the_decision_is_sold_all_the_same():
    # On the 6th a loss of 20 January is matched with half of B; on the same day all of B is sold.
    home = """
        account  instrument  qty  basis  acquired    lot
        joint    VTI         10   2,000  2019-03-01  A
        joint    cash        10,000
    """
    prices = "date VTI\n2020-01-02 100\n2020-01-03 100\n2020-01-06 100\n2020-01-07 100"
    orders = """
        on          account  side  qty  instrument  lot
        2020-01-02  joint    buy   20   VTI         .
        2020-01-02  joint    sell  10   VTI         A
        2020-01-03  joint    sell  20   VTI         .
    """
    result = run(home, prices, orders=orders, fill=FillTiming.NEXT_CLOSE)
    assert sum(fill.quantity for fill in result.fills if fill.side == "sell") == 30


def test_a_deposit_is_there_for_the_orders_of_its_day():
    result = run(
        "account instrument qty\njoint cash 10",
        PRICES,
        orders=BUY,
        flows=(flow("1,000", "2020-01-02"),),
    )
    assert cash(result) == {"joint": "10.00"}


def test_two_runs_are_the_same():
    def figures():
        test = backtest(HELD, PRICES, orders=SELL, volume=70, participation_max=0.1)
        result = test.run()
        return test.holdings.entries, result.fills, result.daily.value.tolist()

    assert figures() == figures()

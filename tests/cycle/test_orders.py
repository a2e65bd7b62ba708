"""Orders of a plan: ids that stay, prices in a collar, parts that add up, lots that follow."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.cycle.orders import (
    OrderRules,
    Pricing,
    Schedule,
    Session,
    Tradable,
    order_id,
    orders_of,
)
from trimtab.model.brokers import BrokerInstrument, Quote
from trimtab.model.errors import InputError
from trimtab.model.orders import ORDER_ID_MAX, TimeInForce
from trimtab.model.plans import LotSale, Trade, TradeCost
from trimtab.model.snapshots import Side

OPENS = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
SESSION = Session(OPENS, datetime(2026, 3, 2, 21, 0, tzinfo=UTC))
D = Decimal


def trade(name: str, side: Side, quantity: str, lots: tuple[LotSale, ...] = ()) -> Trade:
    units, price = D(quantity), D(100)
    return Trade(
        name,
        "ira",
        "VTI",
        side,
        units,
        price,
        units * price,
        TradeCost(),
        "targets.stocks",
        "",
        lots,
    )


def lot(name: str, quantity: str) -> LotSale:
    return LotSale(name, D(quantity), D(0), D(0), None, None)


def market(bid: str = "99.95", ask: str = "100.05", **facts: object) -> Tradable:
    instrument = BrokerInstrument("VTI", "b-VTI")
    named = {name: fact for name, fact in facts.items() if name in ("tradable", "halted")}
    named |= {name: fact for name, fact in facts.items() if name in ("minimum", "quantity_step")}
    quote = Quote("VTI", D(bid), D(ask), OPENS)
    known = {name: fact for name, fact in facts.items() if name not in named}
    return replace(Tradable(replace(instrument, **named), quote), **known)


def planned(trades, tradable: Tradable | None = None, rules: OrderRules | None = None):
    by_place = {} if tradable is None else {("ira", "VTI"): tradable}
    return orders_of("c-1", trades, rules or OrderRules(), SESSION, by_place)


def test_an_id_is_the_same_in_every_attempt_and_another_for_every_part():
    assert order_id("c-1", "t1", 0) == order_id("c-1", "t1")
    ids = {order_id(cycle, name, part) for cycle in "ab" for name in "ab" for part in range(3)}
    assert len(ids) == 12
    assert order_id("c", "1t", 0) != order_id("c1", "t", 0)
    for name in ids:
        assert len(name) <= ORDER_ID_MAX
        assert name.replace("-", "").isalnum()
        assert name == name.lower()


def test_sales_come_before_purchases_and_carry_their_lots():
    sale = trade("t2", Side.SELL, "10", (lot("a", "4"), lot("b", "6")))
    done = planned([trade("t1", Side.BUY, "5"), sale], market())
    assert [one.order.trade for one in done.slices] == ["t2", "t1"]
    assert [(one.lot, one.quantity) for one in done.slices[0].lots] == [("a", 4), ("b", 6)]
    assert not done.findings


@pytest.mark.parametrize(
    ("side", "bid", "ask", "limit"),
    [
        (Side.BUY, "99.95", "100.05", "100.55"),  # 100.05 × 1.005 = 100.55025, down
        (Side.SELL, "99.95", "100.05", "99.46"),  # 99.95 × 0.995 = 99.45025, up
    ],
)
def test_a_limit_stands_within_the_collar_and_on_a_price_step(side, bid, ask, limit):
    (one,) = planned([trade("t1", side, "5")], market(bid, ask)).slices
    assert one.order.limit == D(limit)
    assert one.order.time_in_force is TimeInForce.DAY


def test_an_order_at_the_close_has_no_limit_and_one_part():
    rules = OrderRules(pricing=Pricing.AT_CLOSE)
    (one,) = planned([trade("t1", Side.BUY, "50")], market(daily_volume=D(1000)), rules).slices
    assert one.order.limit is None
    assert one.order.time_in_force is TimeInForce.AT_CLOSE


@pytest.mark.parametrize(
    ("tradable", "quantity", "word"),
    [
        (None, "5", "does not trade it"),
        (market(tradable=False), "5", "not tradable"),
        (market(halted=True), "5", "halted"),
        (market("100", "99"), "5", "makes no sense"),
        (market("0", "99"), "5", "makes no sense"),
        (market(), "0.4", "below the least order of 1"),
        (market(minimum=D(10)), "9", "below the least order of 10"),
    ],
)
def test_what_cannot_be_ordered_is_a_finding_and_the_rest_goes_on(tradable, quantity, word):
    done = planned([trade("t1", Side.BUY, quantity)], tradable)
    assert not done.slices
    (finding,) = done.findings
    assert word in finding.message


def test_a_quantity_comes_down_to_the_steps_that_the_broker_trades():
    (whole,) = planned([trade("t1", Side.BUY, "7.9")], market()).slices
    (fine,) = planned([trade("t1", Side.BUY, "7.98")], market(quantity_step=D("0.1"))).slices
    assert (whole.order.quantity, fine.order.quantity) == (7, D("7.9"))


def test_what_is_large_beside_the_volume_is_sliced_over_the_session():
    sale = trade("t1", Side.SELL, "60", (lot("a", "25"), lot("b", "35")))
    rules = OrderRules(schedule=Schedule.EVEN)
    slices = planned([sale], market(daily_volume=D(1000)), rules).slices
    assert [one.order.quantity for one in slices] == [10] * 6
    assert [one.order.part for one in slices] == [*range(6)]
    assert slices[0].release == OPENS
    assert slices[3].release == datetime(2026, 3, 2, 17, 45, tzinfo=UTC)
    assert [(one.lot, one.quantity) for one in slices[2].lots] == [("a", 5), ("b", 5)]


def test_a_nervous_market_is_sold_to_sooner():
    calm = market(daily_volume=D(100_000), volatility=0.01)
    wild = market(daily_volume=D(100_000), volatility=0.05)
    sale = trade("t1", Side.SELL, "8000")
    first = [planned([sale], one).slices[0].order.quantity for one in (calm, wild)]
    assert 1000 < first[0] < first[1]


def test_what_the_volume_cannot_take_is_left_to_later_cycles():
    done = planned([trade("t1", Side.BUY, "500")], market(daily_volume=D(1000)))
    assert sum(one.order.quantity for one in done.slices) == 100
    (finding,) = done.findings
    assert "10 % of the day's volume" in finding.message


@given(
    quantity=st.integers(1, 10_000),
    volume=st.integers(100, 1_000_000),
    volatility=st.floats(0.0, 0.2),
    schedule=st.sampled_from(Schedule),
)
def test_parts_and_their_lots_add_up_to_the_order(quantity, volume, volatility, schedule):
    half = quantity // 2
    lots = tuple(
        lot(name, str(units)) for name, units in (("a", half), ("b", quantity - half)) if units
    )
    tradable = market(daily_volume=D(volume), volatility=volatility)
    rules = OrderRules(schedule=schedule)
    done = planned([trade("t1", Side.SELL, str(quantity), lots)], tradable, rules)
    ordered = sum(one.order.quantity for one in done.slices)
    most = volume // 10
    assert ordered == min(quantity, most)
    for one in done.slices:
        assert one.order.quantity == sum(units.quantity for units in one.lots)
        assert one.order.quantity >= 1
        assert OPENS <= one.release < SESSION.closes


@pytest.mark.parametrize(
    "wrong", [{"collar": D(0)}, {"participation_max": D(1)}, {"slices_max": 0}]
)
def test_rules_that_cannot_be_are_refused(wrong):
    with pytest.raises(InputError, match="orders"):
        OrderRules(**wrong)

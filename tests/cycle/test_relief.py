"""A plan sells lots in the owner's order, and reckons with what that costs."""

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest

from tests.cycle.driven import decided, withdrawal
from trimtab.model.plans import Decision
from trimtab.model.taxes import ReliefOrder
from trimtab.testing.worlds import World, world

TARGETS = """
target  weight  instruments
stocks  60%     VTI
bonds   40%     BND
"""
LOTS = """
account  instrument  qty  basis   acquired    price  lot
taxable  VTI         40   4,000   2012-03-05  250    oldest
taxable  VTI         40   9,900   2019-03-04  250    dear
taxable  VTI         40   7,000   2022-06-01  250    newest
taxable  BND         80   8,000   2019-03-04  100    bonds
taxable  cash        0
"""


def home(relief: ReliefOrder, lots: str = LOTS) -> World:
    place = world(lots, targets=TARGETS)
    tax = replace(place.mandate.tax, relief=relief)
    return place.under(replace(place.mandate, tax=tax))


def sold(decision: Decision, instrument: str = "VTI") -> dict[str, Decimal]:
    assert decision.plan is not None
    return {
        sale.lot: sale.quantity
        for trade in decision.plan.trades
        if trade.instrument == instrument
        for sale in trade.lots
    }


@pytest.mark.parametrize(
    ("relief", "lots"),
    [
        (ReliefOrder.FIFO, ["oldest", "dear"]),
        (ReliefOrder.LIFO, ["newest", "dear"]),
        (ReliefOrder.HIFO, ["dear", "newest"]),
        (ReliefOrder.LEAST_TAX, ["dear", "oldest"]),  # the newest would be taxed short-term
    ],
)
def test_a_sale_of_half_takes_the_lots_in_the_owners_order(relief, lots):
    rules = "clause kind instruments\nkeep do_not_sell BND"
    place = world(LOTS, targets=TARGETS, rules=rules)
    place = place.under(replace(place.mandate, tax=replace(place.mandate.tax, relief=relief)))
    decision, _ = decided(place, "hold", withdrawal("14,900"))
    assert set(sold(decision)) == set(lots)
    assert sold(decision)[lots[0]] == 40


@pytest.mark.parametrize("policy", ["cost_aware", "threshold", "harvest", "hold", "calendar"])
@pytest.mark.parametrize("relief", [ReliefOrder.FIFO, ReliefOrder.LIFO, ReliefOrder.HIFO])
def test_no_lot_is_touched_before_the_one_in_front_of_it_is_gone(policy, relief):
    place = home(relief)
    order = {
        ReliefOrder.FIFO: ["oldest", "dear", "newest"],
        ReliefOrder.LIFO: ["newest", "dear", "oldest"],
        ReliefOrder.HIFO: ["dear", "newest", "oldest"],
    }[relief]
    for amount in ("2,000", "12,000", "25,000"):
        decision, _ = decided(place, policy, withdrawal(amount))
        taken = [sold(decision).get(lot, Decimal(0)) for lot in order]
        for before, after in pairwise(taken):
            assert after == 0 or before == 40
        assert decision.plan is not None
        assert sum(trade.tax for trade in decision.plan.trades) == decision.plan.tax


WASHED = """
account  instrument  qty  basis   acquired    price  lot
taxable  VTI         40   12,000  {first}  250    washed
taxable  VTI         40   9,000   {second}  250    plain
taxable  BND         120  12,500  2019-03-04  100    bonds
ira      VTI         30   .       2022-10-03  250    recent
"""


@pytest.mark.parametrize("policy", ["cost_aware", "hold", "flows"])
@pytest.mark.parametrize(
    ("relief", "first", "second"),
    [
        (ReliefOrder.FIFO, "2019-03-04", "2020-03-04"),
        (ReliefOrder.LIFO, "2020-03-04", "2019-03-04"),
        (ReliefOrder.HIFO, "2019-03-04", "2020-03-04"),
    ],
)
def test_a_washed_loss_in_front_of_the_queue_keeps_what_is_behind_it(relief, first, second, policy):
    place = home(relief, WASHED.format(first=first, second=second))
    decision, _ = decided(place, policy, withdrawal("3,000", "taxable"))
    assert not {"washed", "plain"} & set(sold(decision))  # each sale would begin with the loss
    assert decision.plan is not None
    assert sum(lot.disallowed for trade in decision.plan.trades for lot in trade.lots) == 0


def test_a_loss_behind_a_large_gain_is_not_harvested_at_the_price_of_the_gain():
    lots = """
    account  instrument  qty  basis   acquired    price  lot
    taxable  VTI         100  5,000   2012-03-05  250    gain
    taxable  VTI         10   4,000   2021-03-04  250    loss
    taxable  BND         180  18,000  2019-03-04  100    bonds
    .        SCHB        .    .       .           50     .
    """
    place = home(ReliefOrder.FIFO, lots)
    subs = replace(place.mandate.wash_sales, substitutes={"VTI": ("SCHB",)})
    place = place.under(replace(place.mandate, wash_sales=subs))
    assert sold(decided(place, "harvest")[0]) == {}
    free = place.under(
        replace(place.mandate, tax=replace(place.mandate.tax, relief=ReliefOrder.HIFO))
    )
    assert list(sold(decided(free, "harvest")[0])) == ["loss"]


def test_the_cheapest_lots_cost_no_more_than_any_order():
    taxes = {}
    for relief in ReliefOrder:
        decision, _ = decided(home(relief), "hold", withdrawal("12,000"))
        assert decision.plan is not None
        taxes[relief] = decision.plan.tax
    assert taxes[ReliefOrder.LEAST_TAX] == min(taxes.values())
    assert taxes[ReliefOrder.FIFO] > taxes[ReliefOrder.LEAST_TAX]


def test_average_basis_prices_each_share_of_a_fund_alike_and_sells_the_oldest_first():
    lots = """
    account  instrument  qty  basis   acquired    price  lot    kind
    taxable  FUND        40   4,000   2014-03-05  250    old    mutual_fund
    taxable  FUND        40   12,000  2020-03-04  250    dear   mutual_fund
    """
    place = world(lots, targets="target weight instruments\nall 100% FUND")
    tax = replace(place.mandate.tax, relief=ReliefOrder.AVERAGE)
    place = place.under(replace(place.mandate, tax=tax))
    decision, _ = decided(place, "hold", withdrawal("5,000"))
    assert decision.plan is not None
    (sale,) = decision.plan.trades[0].lots
    assert sale.lot == "old"
    assert sale.basis == round(sale.quantity * 200, 2)  # 16,000 for 80

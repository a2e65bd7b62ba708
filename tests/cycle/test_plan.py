"""From dollars to whole shares, cents and a bill: nothing appears, nothing vanishes."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.cycle.plan import make_plan
from trimtab.model.errors import InvariantError
from trimtab.model.plans import Plan
from trimtab.model.proposals import Action, Proposal, ProposalStatus, ProposedBuy, ProposedSale
from trimtab.model.snapshots import Side
from trimtab.model.wash_readings import WashSaleReading
from trimtab.testing.situations import PLAIN_RATES, StatedCurve, situation
from trimtab.testing.worlds import World, world

TARGETS = """
target  weight  instruments  band
stocks  60%     VTI,ITOT     5/25
bonds   40%     BND          5/25
"""

ACCOUNTS = """
account   owner  wrapper      fractional
taxable   self   taxable      no
roth      self   roth         yes
ira       self   traditional  no
"""


def home(ira: str = "") -> World:
    return world(
        f"""
        account   instrument  qty    basis   acquired    price  lot
        taxable   VTI         300    60,000  2019-03-04  250    old
        taxable   VTI         40     11,000  2022-05-02  250    new
        taxable   BND         400    32,000  2020-01-06  72     bonds
        taxable   cash        2,000
        roth      ITOT        10     .       .           90     spare
        {ira}
        """,
        targets=TARGETS,
        accounts=ACCOUNTS,
        as_of="2022-10-14",
    )


def proposal(sales: tuple[ProposedSale, ...] = (), buys: tuple[ProposedBuy, ...] = ()) -> Proposal:
    return Proposal(Action.FULL, ProposalStatus.SOLVED, "a test", sales=sales, buys=buys)


def test_dollars_become_whole_shares_of_the_named_lot() -> None:
    at = situation(home())
    plan = make_plan(at, proposal((ProposedSale("old", 2_500.0),)), StatedCurve())
    (trade,) = plan.trades
    assert (trade.id, trade.side, trade.quantity) == ("T1", Side.SELL, Decimal(10))
    assert [(sale.lot, sale.quantity) for sale in trade.lots] == [("old", Decimal(10))]
    assert trade.lots[0].basis == Decimal("2000.00")


def test_a_sale_of_nearly_all_of_a_lot_sells_all_of_it() -> None:
    at = situation(home())
    plan = make_plan(at, proposal((ProposedSale("new", 9_999.999999),)), StatedCurve())
    assert plan.trades[0].quantity == Decimal(40)


def test_cash_after_is_cash_before_plus_sales_less_purchases_and_costs_to_the_cent() -> None:
    at = situation(home())
    wanted = proposal((ProposedSale("old", 5_000.0),), (ProposedBuy("taxable", "BND", 4_000.0),))
    plan = make_plan(at, wanted, StatedCurve())
    expected = Decimal(2_000) + plan.amount(Side.SELL) - plan.amount(Side.BUY) - plan.cost
    assert plan.cash_after["taxable"] == expected


def test_sales_come_before_purchases_and_ids_follow_that_order() -> None:
    at = situation(home())
    wanted = proposal((ProposedSale("old", 5_000.0),), (ProposedBuy("taxable", "BND", 4_000.0),))
    plan = make_plan(at, wanted, StatedCurve())
    assert [(trade.id, trade.side) for trade in plan.trades] == [
        ("T1", Side.SELL),
        ("T2", Side.BUY),
    ]


def test_a_purchase_that_cash_does_not_cover_is_cut_to_what_it_covers() -> None:
    at = situation(home())
    plan = make_plan(at, proposal(buys=(ProposedBuy("taxable", "BND", 2_016.0),)), StatedCurve())
    assert plan.trades[0].quantity == Decimal(27)
    assert plan.cash_after["taxable"] >= 0


def test_the_shares_of_the_bill_add_up_to_the_bill() -> None:
    at = situation(home())
    wanted = proposal((ProposedSale("old", 5_000.0), ProposedSale("new", 2_500.0)))
    plan = make_plan(at, wanted, StatedCurve())
    assert sum(trade.tax for trade in plan.trades) == plan.tax


def test_a_loss_washed_by_the_iras_recent_purchase_is_not_counted() -> None:
    bought = "ira       VTI         10     2,500   2022-10-01  250    trap"
    at = situation(home(bought))
    plan = make_plan(at, proposal((ProposedSale("new", 10_000.0),)), StatedCurve())
    (sale,) = plan.trades[0].lots
    assert sale.gain is not None
    assert sale.disallowed == pytest.approx(-sale.gain / 4, abs=Decimal("0.01"))
    assert plan.coverage is not None
    assert plan.coverage.matches == 1


def test_a_plan_is_judged_under_the_mandates_reading_of_the_law() -> None:
    bought = "401k      VTI         10     2,500   2022-10-01  250    trap"
    strict = situation(home(bought))
    rules = replace(strict.mandate.wash_sales, reading=WashSaleReading(workplace_counts=False))
    lenient = replace(strict, mandate=replace(strict.mandate, wash_sales=rules))
    lost = []
    for at in (strict, lenient):
        plan = make_plan(at, proposal((ProposedSale("new", 10_000.0),)), StatedCurve())
        lost.append(plan.trades[0].lots[0].disallowed > 0)
    assert lost == [True, False]


def test_selling_out_with_the_recent_lot_gives_the_washed_loss_back_the_same_day() -> None:
    recent = "taxable   VTI         40     10,400  2022-10-03  250    fresh"
    at = situation(home(recent))
    sales = (ProposedSale("new", 10_000.0), ProposedSale("fresh", 10_000.0))
    plan = make_plan(at, proposal(sales), StatedCurve())
    lots = {sale.lot: sale for sale in plan.trades[0].lots}
    assert lots["new"].disallowed > 0
    assert lots["fresh"].basis == Decimal(10_400) + lots["new"].disallowed
    allowed = sum(sale.gain + sale.disallowed for sale in lots.values() if sale.gain is not None)
    assert allowed == plan.amount(Side.SELL) - plan.cost - Decimal(11_000) - Decimal(10_400)


def bought_back(account: str, sold: str, as_of: str = "2022-10-14") -> Plan:
    """A plan that buys 10 BND after 50 of it were sold at a long-term loss of 1,000."""
    past = f"""
    account  instrument  side  on      qty  amount  gain    term
    taxable  BND         sell  {sold}  50   3,600   -1,000  long
    """
    lots = """
    account   instrument  qty    basis   acquired    price  lot
    taxable   VTI         300    60,000  2019-03-04  250    old
    taxable   ITOT        10     900     2019-03-04  90     spare
    taxable   BND         400    32,000  2020-01-06  72     bonds
    taxable   cash        2,000
    ira       cash        2,000
    """
    home = world(lots, targets=TARGETS, accounts=ACCOUNTS, trades=past, as_of=as_of)
    wanted = proposal(buys=(ProposedBuy(account, "BND", 720.0),))
    return make_plan(situation(home), wanted, StatedCurve())


@pytest.mark.parametrize(("account", "for_good"), [("taxable", False), ("ira", True)])
def test_a_purchase_that_takes_back_a_loss_of_this_year_pays_its_tax(
    account: str, for_good: bool
) -> None:
    plan = bought_back(account, "2022-10-03")
    (loss,) = plan.earlier_losses
    assert (loss.disallowed, loss.permanent) == (Decimal(200), for_good)
    assert plan.tax == plan.trades[0].tax == 200 * Decimal(str(PLAIN_RATES.long_rate))
    assert plan.tax > 0
    assert plan.after.tax == float(plan.tax)
    assert "disallows $200 of the loss taken on 2022-10-03" in plan.trades[0].reason
    assert ("lost for good" in plan.trades[0].reason) is for_good
    assert plan.coverage is not None
    assert plan.coverage.matches == 1


def test_a_purchase_later_than_thirty_days_after_a_loss_costs_no_tax() -> None:
    plan = bought_back("taxable", "2022-09-13")
    assert (plan.earlier_losses, plan.tax) == ((), Decimal(0))


def test_a_loss_of_last_year_belongs_to_last_years_return() -> None:
    plan = bought_back("taxable", "2021-12-20", as_of="2022-01-14")
    assert [loss.disallowed for loss in plan.earlier_losses] == [Decimal(200)]
    assert plan.tax == 0
    assert "it belongs to the return of 2021" in plan.trades[0].reason


def test_a_proposal_that_names_a_lot_nobody_holds_is_a_broken_promise() -> None:
    with pytest.raises(InvariantError, match="lot 'ghost'"):
        make_plan(situation(home()), proposal((ProposedSale("ghost", 1.0),)), StatedCurve())


def test_a_proposal_that_sells_more_than_a_lot_is_a_broken_promise() -> None:
    with pytest.raises(InvariantError, match="at most all of lot 'new'"):
        make_plan(situation(home()), proposal((ProposedSale("new", 10_100.0),)), StatedCurve())


@given(
    old=st.floats(0, 75_000),
    new=st.floats(0, 10_000),
    bonds=st.floats(0, 28_800),
    buy_stock=st.floats(0, 60_000),
    buy_bonds=st.floats(0, 60_000),
)
def test_whatever_is_proposed_no_share_and_no_cent_appears_or_vanishes(
    old: float, new: float, bonds: float, buy_stock: float, buy_bonds: float
) -> None:
    at = situation(home())
    sales = (ProposedSale("old", old), ProposedSale("new", new), ProposedSale("bonds", bonds))
    buys = (ProposedBuy("taxable", "ITOT", buy_stock), ProposedBuy("taxable", "BND", buy_bonds))
    plan = make_plan(at, proposal(sales, buys), StatedCurve())
    held = {"old": Decimal(300), "new": Decimal(40), "bonds": Decimal(400)}
    for trade in plan.trades:
        assert trade.quantity > 0
        if trade.side is Side.SELL:
            assert trade.quantity == sum(sale.quantity for sale in trade.lots)
            assert trade.amount - trade.cost.total == sum(sale.proceeds for sale in trade.lots)
        for sale in trade.lots:
            assert 0 < sale.quantity <= held[sale.lot]
    moved = plan.amount(Side.SELL) - plan.amount(Side.BUY) - plan.cost
    assert plan.cash_after["taxable"] == Decimal(2_000) + moved
    assert plan.cash_after["taxable"] >= 0
    assert sum(trade.tax for trade in plan.trades) == plan.tax

"""What a person takes out of a plan: the rest is the same exact trades, counted anew."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cycle.test_plan import home, proposal
from tests.examples import examples
from trimtab.cycle.edits import edit_findings, edited_plan, in_plan_order
from trimtab.cycle.plan import make_plan
from trimtab.model.edits import Edits, TradeEdit
from trimtab.model.errors import InputError
from trimtab.model.plans import Plan
from trimtab.model.proposals import ProposedBuy, ProposedSale
from trimtab.model.snapshots import Side
from trimtab.model.taxes import ReliefOrder, TaxProfile
from trimtab.quant.situation import Situation
from trimtab.testing.situations import StatedCurve, situation

WANTED = proposal(
    (ProposedSale("old", 5_000.0), ProposedSale("new", 2_500.0)),
    (ProposedBuy("taxable", "BND", 7_200.0), ProposedBuy("roth", "ITOT", 90.0)),
)
"""T1 sells 20 VTI of the old lot and 10 of the new; T2 buys 100 BND."""


def planned(relief: ReliefOrder = ReliefOrder.LEAST_TAX) -> tuple[Situation, Plan]:
    made = home()
    rules = replace(made.mandate, tax=TaxProfile(relief=relief))
    at = situation(replace(made, mandate=rules))
    return at, make_plan(at, WANTED, StatedCurve())


def edits(*trades: tuple[str, object] | tuple[str, object, str]) -> Edits:
    return Edits(tuple(TradeEdit(one[0], Decimal(str(one[1])), *one[2:]) for one in trades))  # type: ignore[arg-type]


def left(plan: Plan) -> dict[str, Decimal]:
    return {trade.id: trade.quantity for trade in plan.trades}


def test_a_trade_that_is_left_out_leaves_the_others_with_their_ids() -> None:
    at, plan = planned()
    buys = [trade for trade in plan.trades if trade.side is Side.BUY]
    edited = edited_plan(at, plan, edits((buys[0].id, 0)), StatedCurve())
    assert left(edited) == {key: units for key, units in left(plan).items() if key != buys[0].id}
    assert edited.tax == plan.tax


@examples(60)
@given(st.integers(0, 30), st.integers(0, 100))
def test_cash_adds_up_to_the_cent_and_nobody_is_short_whatever_is_taken_out(
    sold: int, bought: int
) -> None:
    at, plan = planned()
    if sold == bought == 0:
        return
    edited = edited_plan(at, plan, edits(("T1", sold), ("T2", bought)), StatedCurve())
    cash = Decimal(2_000) + edited.amount(Side.SELL) - edited.amount(Side.BUY) - edited.cost
    assert edited.cash_after["taxable"] == cash >= 0
    assert left(edited).get("T1", 0) == sold
    assert left(edited).get("T2", 0) <= bought


def test_a_purchase_that_its_account_cannot_pay_any_more_shrinks_and_it_is_told() -> None:
    at, plan = planned()
    asked = edits(("T1", 0))
    edited = edited_plan(at, plan, asked, StatedCurve())
    assert left(edited) == {"T2": Decimal(27)}
    told = [str(one) for one in edit_findings(plan, edited, asked)]
    assert told == [
        "T1 sell VTI in taxable: left out: by a person",
        "T2 buy BND in taxable: 27 of 100 stay: the edits leave no cash for it",
    ]


def test_the_bill_is_that_of_the_lots_that_are_still_sold() -> None:
    at, plan = planned()
    edited = edited_plan(at, plan, edits(("T1", 0, "new")), StatedCurve())
    again = make_plan(
        at,
        proposal((ProposedSale("old", 5_000.0),), (ProposedBuy("taxable", "BND", 6_984.0),)),
        StatedCurve(),
    )
    assert (edited.trades, edited.bill_after) == (again.trades, again.bill_after)
    assert (edited.weights_after, edited.after) == (again.weights_after, again.after)


@pytest.mark.parametrize(
    ("relief", "lots"),
    [
        (ReliefOrder.LEAST_TAX, {"new": 10, "old": 5}),
        (ReliefOrder.FIFO, {"old": 15}),
        (ReliefOrder.HIFO, {"new": 10, "old": 5}),
    ],
)
def test_a_smaller_sale_takes_its_lots_in_the_mandates_order(
    relief: ReliefOrder, lots: dict[str, int]
) -> None:
    at, plan = planned(relief)
    edited = edited_plan(at, plan, edits(("T1", 15)), StatedCurve())
    assert {sale.lot: sale.quantity for sale in edited.trades[0].lots} == lots


def test_edits_that_change_nothing_are_none_and_the_others_stand_in_the_plans_order() -> None:
    _, plan = planned()
    kept = in_plan_order(plan, edits(("T2", "50.0"), ("T1", 30), ("T1", 3, "new")))
    assert kept == edits(("T1", 3, "new"), ("T2", 50))


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        (edits(("T9", 0)), "no such trade"),
        (edits(("T1", 0, "newest")), "Did you mean 'new'"),
        (edits(("T1", 31)), "only takes away"),
        (edits(("T1", -1)), "only takes away"),
        (edits(("T1", "NaN")), "no quantity"),
        (edits(("T1", "Infinity")), "no quantity"),
        (edits(("T1", "2.5")), "in steps of 1"),
        (edits(("T1", 5), ("T1", 6)), "edited twice"),
        (edits(("T1", 5), ("T1", 0, "new")), "one of its lots"),
        (edits(("T1", 0), ("T2", 0)), "leaves nothing to trade"),
    ],
)
def test_an_edit_that_cannot_be_done_says_why(asked: Edits, why: str) -> None:
    at, plan = planned()
    with pytest.raises(InputError, match=why):
        edited_plan(at, plan, asked, StatedCurve())


def test_a_lot_cannot_be_chosen_where_the_mandate_sells_the_oldest_first() -> None:
    at, plan = planned(ReliefOrder.FIFO)
    with pytest.raises(InputError, match="order fifo"):
        edited_plan(at, plan, edits(("T1", 0, "old")), StatedCurve())

"""Guards that ask whether a plan is worth its tax and its cost."""

import pytest

from tests.guards.one_world import (
    HOME,
    LOTS,
    REFUSAL,
    RULE,
    TARGETS,
    WARNING,
    D,
    check,
    codes,
    sells,
    under,
)
from tests.guards.planned import bill, planned
from trimtab.guards._base import Strictness
from trimtab.guards.benefit import Benefit
from trimtab.guards.improvement import Improvement
from trimtab.guards.restricted_list import RestrictedList
from trimtab.guards.short_term_gain import ShortTermGain
from trimtab.guards.tax_budget import TaxBudget
from trimtab.guards.trade_size import TradeSize
from trimtab.guards.turnover import Turnover
from trimtab.model.mandate import Limits, Mandate
from trimtab.model.proposals import CostParts
from trimtab.testing.worlds import world

# --- short-term gain -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantity", "rates", "days", "expected"),
    [
        # bought 26 October 2021, long-term from 27 October 2022: 13 days; $50 a share of gain
        (100, ("0.35", "0.15"), 30, "$1,000"),
        (100, ("0.35", "0.15"), 13, "$1,000"),
        (100, ("0.35", "0.15"), 12, None),
        (2, ("0.35", "0.15"), 30, None),  # $20 is not worth a word
        (100, ("0.15", "0.15"), 30, None),  # losses take the gain up anyway
    ],
)
def test_a_gain_near_its_anniversary_says_what_waiting_saves(quantity, rates, days, expected):
    plan = planned(HOME, sells("young", quantity), after=bill("0", *rates))
    found = check(ShortTermGain(days=days), plan)
    assert codes(found) == ([] if expected is None else [("short_term_gain", WARNING)])
    for finding in found:
        assert f"waiting 13 days would save about {expected}" in finding.message
        assert "long-term from 2022-10-27" in finding.message


def test_long_term_gains_and_losses_are_not_told_to_wait():
    table = sells("old", 10) + "sell taxable ITOT 10 loser\n"
    assert check(ShortTermGain(), planned(HOME, table)) == ()


def test_the_owner_may_refuse_such_sales():
    guard = ShortTermGain(strictness=Strictness.REFUSAL)
    assert codes(check(guard, planned(HOME, sells("young", 100)))) == [("short_term_gain", REFUSAL)]


# --- tax budget ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "budget", "refused"),
    [
        ("0", "1000", None, False),
        ("0", "1000", "1000", False),
        ("0", "1019", "1000", False),  # whole shares cannot meet it exactly
        ("0", "1021", "1000", True),
        ("5000", "4000", "1000", False),  # above the budget, but the plan brings it down
        ("-660", "-100", "0", False),
        ("0", "1", "0", True),
    ],
)
def test_the_years_bill_stays_within_the_budget(before, after, budget, refused):
    home = under(limits=Limits(tax_budget=None if budget is None else D(budget)))
    plan = planned(home, sells("old", 10), before=bill(before), after=bill(after))
    assert codes(check(TaxBudget(), plan, home)) == ([("tax_budget", REFUSAL)] if refused else [])


# --- improvement ---------------------------------------------------------------------------------

DRIFT_ONLY = (CostParts(drift=500.0), CostParts(drift=490.0, spread=20.0))


@pytest.mark.parametrize(
    ("quantity", "refused"),
    [
        # stocks 45.5 % against 40 %, bonds 46.5 % against 60 %: ½(5.5 + 13.5) = 9.5 points
        (10, True),  # ½(4.25 + 13.5) = 8.875: 6.6 % better
        (25, False),  # ½(2.375 + 13.5) = 7.9375: 16.4 % better
    ],
)
def test_a_rebalancing_brings_the_household_noticeably_nearer(quantity, refused):
    plan = planned(HOME, sells("old", quantity), parts=DRIFT_ONLY)
    found = check(Improvement(), plan)
    assert codes(found) == ([("improvement", REFUSAL)] if refused else [])


@pytest.mark.parametrize(("remaining", "refused"), [(0.0092, True), (0.0090, False)])
def test_less_risk_against_the_targets_is_nearer_too(remaining, refused):
    before = CostParts(drift=500.0, tracking_error=0.0100)
    parts = (before, CostParts(drift=490.0, spread=20.0, tracking_error=remaining))
    found = check(Improvement(), planned(HOME, sells("old", 10), parts=parts))
    assert codes(found) == ([("improvement", REFUSAL)] if refused else [])


def test_a_small_step_that_saves_more_than_it_costs_is_worth_taking():
    parts = (CostParts(drift=500.0), CostParts(drift=490.0, spread=9.0))
    assert check(Improvement(), planned(HOME, sells("old", 10), parts=parts)) == ()


def test_a_plan_that_pays_for_itself_need_not_reduce_drift():
    parts = (CostParts(drift=500.0), CostParts(drift=520.0, spread=20.0, tax=-900.0))
    assert check(Improvement(), planned(HOME, sells("old", 1), parts=parts)) == ()


@pytest.mark.parametrize(
    ("bought", "refused"),
    [
        ("buy taxable VTI 4", True),  # stocks are overweight already
        ("buy ira BND 10", False),  # 500 of new bonds: nearer, though by far less than a tenth
    ],
)
def test_cash_put_to_work_only_has_to_come_nearer(bought, refused):
    plan = planned(HOME, f"side account instrument qty\n{bought}", parts=DRIFT_ONLY)
    assert codes(check(Improvement(), plan)) == ([("improvement", REFUSAL)] if refused else [])


def test_a_withdrawal_need_not_reduce_drift():
    flows = {"taxable": "-7000"}
    plan = planned(HOME, sells("old", 10), parts=DRIFT_ONLY, flows=flows)
    assert check(Improvement(), plan) == ()


# --- benefit -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "cost", "warned"),
    [
        # the objective after the plan has its costs in it; 10 % of the cost is asked on top
        (500.0, 400.0, 200, False),
        (500.0, 481.0, 200, True),
        (500.0, 480.0, 200, False),
        (500.0, 700.0, 200, True),
        (500.0, 500.0, 0, False),
    ],
)
def test_a_plan_is_worth_more_than_it_costs(before, after, cost, warned):
    parts = (CostParts(drift=before), CostParts(drift=after))
    plan = planned(HOME, sells("old", 10, rest=f"targets.stocks 0 {cost}"), parts=parts)
    assert codes(check(Benefit(), plan)) == ([("benefit", WARNING)] if warned else [])


def test_a_forced_plan_has_no_price_tag():
    parts = (CostParts(drift=500.0), CostParts(drift=900.0))
    plan = planned(HOME, sells("old", 40), parts=parts, flows={"taxable": "-7000"})
    assert check(Benefit(), plan) == ()
    home = world(LOTS, targets=TARGETS, rules=RULE + "screen never_own . fossil")
    plan = planned(home, sells("unknown", 100, "XOM", "screen 0 0"), parts=parts)
    assert check(Benefit(), plan, home) == ()


def test_a_mandate_without_rules_is_guarded_too():
    bare = HOME.under(Mandate(()))
    plan = planned(bare, sells("old", 10))
    for guard in (Turnover(), TradeSize(), Improvement(), RestrictedList(), TaxBudget()):
        assert check(guard, plan, bare) == ()

"""Trades where drift, cost and tax together fall by enough, and only there."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.model.mandate import CostRules, HarvestRules, Mandate
from trimtab.model.proposals import Action, ProposalStatus
from trimtab.policies.cost_aware import CostAware
from trimtab.testing.proposals import class_weights, faults, traded
from trimtab.testing.situations import estimates_of, situation
from trimtab.testing.worlds import world

TARGETS = """
    target  weight  instruments
    stocks  60%     VTI,ITOT
    bonds   40%     BND
"""
HEAD = "account instrument qty basis acquired price trend\n"
ITOT = "\n. ITOT . . . 100 ."


def household(lots: str, *, flows: dict[str, float] | None = None, mandate: Mandate | None = None):
    return situation(world(HEAD + lots + ITOT, targets=TARGETS, mandate=mandate), flows=flows)


def drifted(stocks: int, basis: int, account: str = "taxable", trend: str = "."):
    """$100,000; stocks bought at a percentage of today's price, bonds without a gain."""
    bonds = 1_000 - stocks
    return (
        f"{account} VTI {stocks} {stocks * basis} 2019-03-04 100 {trend}\n"
        f"{account} BND {bonds} {bonds * 100} 2019-03-04 100 ."
    )


WEIGHED = [
    # stocks  bought at  account    trades?
    (605, 100, "taxable", False),  # hardly any drift
    (800, 100, "taxable", True),  # much drift, no gain
    (660, 20, "taxable", False),  # some drift, but 80 % of what is sold is taxed gain
    (660, 20, "ira", True),  # the same where nothing is taxed
    (950, 20, "taxable", True),  # so much drift that the tax is worth it
]


@pytest.mark.parametrize(("stocks", "basis", "account", "acts"), WEIGHED)
def test_drift_is_weighed_against_what_undoing_it_costs(stocks, basis, account, acts):
    at = household(drifted(stocks, basis, account))
    proposal = CostAware().propose(at)
    assert faults(at, proposal) == ()
    assert (proposal.action is Action.FULL) is acts
    if not acts:
        assert proposal.status is ProposalStatus.HELD


def test_tax_stops_it_short_of_the_target():
    free = household(drifted(950, 100))
    taxed = household(drifted(950, 20))
    after_free = class_weights(free, CostAware().propose(free))["stocks"]
    after_taxed = class_weights(taxed, CostAware().propose(taxed))["stocks"]
    assert 0.60 < after_free < 0.61
    assert after_free < after_taxed < 0.95


ASKED = [
    # minimum benefit, benefit per cost: the trades gain about $1,500 for $20 of cost
    (10.0, 0.25, True),
    (1_000.0, 0.25, True),
    (5_000.0, 0.0, False),
    (0.0, 500.0, False),
]


@pytest.mark.parametrize(("minimum", "per_cost", "acts"), ASKED)
def test_the_benefit_must_reach_what_is_asked(minimum, per_cost, acts):
    at = household(drifted(850, 100))
    proposal = CostAware(minimum, per_cost).propose(at)
    assert (proposal.action is Action.FULL) is acts
    if not acts:
        assert "less than the $" in proposal.reason


def test_it_says_what_is_gained_and_what_it_costs():
    at = household(drifted(800, 90))
    proposal = CostAware().propose(at)
    saved = proposal.before.total - proposal.after.total
    assert f"${proposal.before.drift:,.0f} to ${proposal.after.drift:,.0f}" in proposal.reason
    assert f"${proposal.after.tax:,.0f} of tax" in proposal.reason
    assert f"${saved:,.0f} in all" in proposal.reason
    assert proposal.clause == "targets.stocks"


LOSER = "taxable VTI 600 90,000 2019-03-04 100 .\ntaxable BND 400 40,000 2019-03-04 100 ."


def test_a_loss_that_passes_the_tests_is_taken_and_its_substitute_bought():
    at = household(LOSER)
    proposal = CostAware().propose(at)
    assert faults(at, proposal) == ()
    moved = traded(at, proposal)
    assert moved["VTI"] == pytest.approx(-60_000, abs=1)
    assert moved["ITOT"] == pytest.approx(60_000, rel=0.03)
    assert proposal.after.tax == pytest.approx(-30_000 * 0.15)
    assert proposal.clause == "harvest"


NO_MOTIVE = [
    HarvestRules(enabled=False),
    HarvestRules(minimum_loss=Decimal(50_000)),
    HarvestRules(minimum_loss_fraction=Decimal("0.5")),
    HarvestRules(days_held_min=10_000),
]


@pytest.mark.parametrize("harvest", NO_MOTIVE)
def test_a_loss_that_fails_a_test_is_no_motive_to_trade(harvest):
    at = household(LOSER, mandate=Mandate((), harvest=harvest))
    assert CostAware().propose(at).action is Action.NONE


WASHED = [
    # bought lately in another account    part of the loss of $30,000 that counts
    (60, 540 / 600),
    (61, 0.0),  # more than a tenth: left alone until its window has passed
    (600, 0.0),
]


@pytest.mark.parametrize(("units", "counts"), WASHED)
def test_a_small_purchase_washes_as_many_shares_and_a_large_one_stops_the_sale(units, counts):
    at = household(LOSER + f"\nroth VTI {units} . 2022-10-01 100 .")
    proposal = CostAware().propose(at)
    assert faults(at, proposal) == ()
    assert proposal.after.tax == pytest.approx(-30_000 * 0.15 * counts, rel=0.01)


def test_what_waits_for_its_window_is_not_bought_meanwhile():
    lots = "taxable VTI 300 45,000 2019-03-04 100 .\ntaxable BND 600 60,000 2019-03-04 100 ."
    at = household(lots + "\nroth VTI 100 . 2022-10-01 100 .")
    moved = traded(at, CostAware().propose(at))
    assert moved["BND"] < 0.0 < moved["ITOT"]
    assert "VTI" not in moved


def test_a_washed_loss_is_sold_where_nothing_else_can_pay():
    lots = "taxable VTI 600 90,000 2019-03-04 100 .\nroth VTI 600 . 2022-10-01 100 ."
    at = household(lots + "\n. BND . . . 100 .", flows={"taxable": -20_000})
    proposal = CostAware().propose(at)
    assert faults(at, proposal) == ()
    assert sum(sale.amount for sale in proposal.sales if sale.lot == "L1") >= 20_000


TRENDS = [
    # weight  recent rise  waits longer than without
    (0.0, "30%", False),
    (0.1, "30%", True),
    (0.1, "-30%", False),
    (0.1, ".", False),
]


@pytest.mark.parametrize(("weight", "trend", "waits"), TRENDS)
def test_a_rising_overweight_may_be_sold_later(weight, trend, waits):
    lots = drifted(750, 100, trend=trend)
    at, flat = household(lots), household(drifted(750, 100))
    kept = class_weights(at, CostAware(trend_delay=weight).propose(at))["stocks"]
    usual = class_weights(flat, CostAware().propose(flat))["stocks"]
    assert (kept > usual + 0.005) is waits


def test_a_delay_never_buys_what_rises():
    at = household(drifted(610, 100, trend="200%"))
    moved = traded(at, CostAware(trend_delay=1.0).propose(at))
    assert moved.get("VTI", 0.0) <= 0.0


def test_a_withdrawal_is_raised_while_it_rebalances():
    at = household(drifted(850, 100), flows={"taxable": -20_000})
    proposal = CostAware().propose(at)
    assert faults(at, proposal) == ()
    assert traded(at, proposal)["VTI"] < -20_000
    assert proposal.clause == "flows"
    assert "taxable pays out $20,000" in proposal.reason


def test_where_nothing_more_pays_only_the_withdrawal_is_met():
    at = household(drifted(600, 100), flows={"taxable": -20_000})
    proposal = CostAware(minimum_benefit=5_000.0).propose(at)
    assert faults(at, proposal) == ()
    assert proposal.buys == ()
    assert sum(sale.amount for sale in proposal.sales) == pytest.approx(20_000, abs=15)


@given(
    stocks=st.integers(0, 1_000),
    basis=st.integers(10, 300),
    kappa=st.sampled_from([1, 15, 100]),
    account=st.sampled_from(["taxable", "ira"]),
)
def test_it_is_never_worse_than_no_trade(stocks, basis, kappa, account):
    mandate = Mandate((), costs=replace(CostRules(), drift_aversion=Decimal(kappa)))
    at = household(drifted(stocks, basis, account), mandate=mandate)
    proposal = CostAware().propose(at)
    assert faults(at, proposal) == ()
    assert proposal.after.total <= proposal.before.total + 1e-6


CONFIDENT = [
    # confidence  delays as much as
    (1.0, 1.0),  # a plain trend, which has no confidence of its own
    (0.75, 0.5),  # three in four: half of it exceeds chance
    (0.5, 0.0),  # a coin
    (0.2, 0.0),  # it rather falls
]


@pytest.mark.parametrize(("confidence", "weight"), CONFIDENT)
def test_of_a_trend_with_a_confidence_counts_what_exceeds_chance(confidence, weight):
    home = world(HEAD + drifted(750, 100, trend="1%") + ITOT, targets=TARGETS)
    known = replace(estimates_of(home), trend_confidence=dict.fromkeys(("VTI", "BND"), confidence))
    unsure = CostAware(trend_delay=1.0).propose(situation(home, estimates=known))
    plain = CostAware(trend_delay=weight).propose(situation(home))
    assert (unsure.sales, unsure.buys) == (plain.sales, plain.buys)


DOUBTED = [
    # doubt  uncertainty  how far from the target it stops, in basis points of the household
    (0.0, 0.5, 18),  # as estimated, whatever is known of its error
    (2.0, 0.0, 18),  # nothing to doubt
    (1.0, 0.1, 20),  # 18 / 0.9
    (2.0, 0.2, 30),  # 18 / 0.6
    (2.0, 0.4, 92),  # 18 / 0.2
]


def uncertain(stocks: int, uncertainty: float):
    home = world(HEAD + drifted(stocks, 100, "ira") + ITOT, targets=TARGETS)
    return situation(home, estimates=replace(estimates_of(home), risk_uncertainty=uncertainty))


@pytest.mark.parametrize(("doubt", "uncertainty", "short_of"), DOUBTED)
def test_what_is_not_known_of_the_risk_makes_trades_smaller(doubt, uncertainty, short_of):
    at = uncertain(700, uncertainty)
    stops = class_weights(at, CostAware(doubt=doubt).propose(at))["stocks"]
    assert (stops - 0.60) * 1e4 == pytest.approx(short_of, abs=1)


def test_a_benefit_that_doubt_takes_away_does_not_trade():
    at = uncertain(660, 0.4)
    assert CostAware().propose(at).action is Action.FULL
    held = CostAware(doubt=3.0).propose(at)
    assert held.status is ProposalStatus.HELD
    assert (
        "trading would gain $5, less than the $10 asked, less drift counted at 10 %" in held.reason
    )


@pytest.mark.parametrize("setting", ["minimum_benefit", "benefit_per_cost", "trend_delay", "doubt"])
def test_negative_settings_are_refused(setting):
    with pytest.raises(ValueError, match=f"{setting} is -1"):
        CostAware(**{setting: -1.0})

"""A learned band is plain arrays, and with two instruments a no-trade region."""

from dataclasses import replace

import numpy as np
import pytest

from trimtab.model.errors import InputError
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.control.small_cost import small_cost
from trimtab.quant.control.tracking import TrackingProblem
from trimtab.quant.learned.features import STATIC_FEATURES, HouseholdState
from trimtab.quant.learned.files import from_arrays, to_arrays
from trimtab.quant.learned.models import out_of_range
from trimtab.quant.learned.ppo_band import (
    MARKET_SIGNALS,
    USUAL_MARKET,
    PpoBand,
    region_of_band,
    stretched_to,
)

PROBLEM = TrackingProblem(
    target=np.array([0.45, 0.55]),
    drift=np.array([0.08, 0.03]),
    covariance=np.array([[0.0324, 0.001], [0.001, 0.0036]]),
    cost=np.array([0.003, 0.002]),
    risk_aversion=4.0,
    review_years=1.0 / 12.0,
)
BAND = PpoBand(
    "mine",
    np.array([[0.05, 0.05]]),
    np.array([0.0, -0.2]),
    np.array([[0.5, 0.0, 0.0, 0.0], [0.5, 0.0, 0.0, 0.0]]),
)


@pytest.mark.parametrize(
    ("weight", "reached"), [(0.30, 0.41), (0.41, 0.41), (0.45, 0.45), (0.49, 0.49), (0.60, 0.49)]
)
def test_the_region_of_a_band_trades_to_its_nearer_edge(weight, reached):
    region = region_of_band(PROBLEM, 0.41, 0.49)
    arrived = region.destination(np.array([weight, 1.0 - weight]))
    assert arrived == pytest.approx([reached, 1.0 - reached], abs=1e-6)


def test_a_band_widens_with_what_it_learned_to_widen_with():
    calm, wild = BAND.half_widths(), BAND.half_widths((2.0, 0.5, 0.0, 0.0))
    assert calm[0, 0] == 0.05
    assert calm[0, 1] < 0.05
    assert (wild > calm).all()
    assert BAND.half_widths((99.0, 0.5, 0.0, 0.0))[0] == pytest.approx([0.2, 0.2])
    down, up = calm[0]
    region = BAND.region(PROBLEM, HouseholdState(np.zeros(2), 0.0, np.array(USUAL_MARKET)))
    assert region.centre[0] == pytest.approx(0.45 + 0.5 * (up - down))


def test_it_is_put_together_again_from_its_arrays():
    again = from_arrays(to_arrays(BAND))
    assert isinstance(again, PpoBand)
    assert again.name == "mine"
    assert (again.half_widths() == BAND.half_widths()).all()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"format": np.array("other")}, "'other'"),
        ({"kind": np.array("oracle")}, "known are region, network and ppo_band"),
        ({"bias": np.array([np.nan, 0.0])}, "'bias' is not all finite"),
        ({"bias": np.zeros(3)}, "must fit"),
        ({"reference": np.array([[0.05, 0.0]])}, "not above 0"),
    ],
)
def test_arrays_that_are_no_band_are_refused(change, words):
    with pytest.raises(InputError, match=words):
        from_arrays(to_arrays(BAND) | change)


def a_rule(problem: TrackingProblem) -> NoTradeRegion:
    """The region of the cube-root law: what is proved here holds of any rule to begin with."""
    law = small_cost(problem)
    return NoTradeRegion(law.centre, law.metric, problem.cost)


def three_problem() -> TrackingProblem:
    spread = np.array([0.17, 0.16, 0.06])
    correlation = np.array([[1, 0.5, 0.1], [0.5, 1, 0.2], [0.1, 0.2, 1]])
    return TrackingProblem(
        target=np.array([0.4, 0.2, 0.4]),
        drift=np.array([0.08, 0.04, 0.03]),
        covariance=np.outer(spread, spread) * correlation,
        cost=np.array([0.003, 0.004, 0.002]),
        risk_aversion=4.0,
        review_years=1 / 12,
    )


def test_a_band_of_two_says_nothing_of_three_instruments():
    plain = PpoBand("plain", np.array([[0.05, 0.05]]), np.zeros(2), np.zeros((2, 4)))
    with pytest.raises(InputError, match="asked about 3 instruments"):
        plain.region(three_problem(), HouseholdState.untaxed(3))


def test_edges_of_three_instruments_stretch_the_rules_region_until_each_meets_its_own():
    problem = three_problem()
    rule = a_rule(problem)
    edges = np.array([[0.06, 0.04], [0.05, 0.05], [0.04, 0.06]])
    band = PpoBand("three", edges, np.zeros(6), np.zeros((6, 4)))
    region = band.region(problem, HouseholdState.untaxed(3), rule)
    down, up = region.half_widths()
    assert down == pytest.approx([0.05, 0.05, 0.05], rel=1e-4)
    assert region.centre - down == pytest.approx(problem.target - edges[:, 0], abs=1e-6)
    assert region.centre + up == pytest.approx(problem.target + edges[:, 1], abs=1e-6)


def test_the_rules_own_edges_are_the_rules_own_region():
    rule = a_rule(three_problem())
    down, up = rule.half_widths()
    same = stretched_to(rule, rule.centre, rule.centre - down, rule.centre + up)
    assert same.metric == pytest.approx(rule.metric, rel=1e-5)
    assert same.centre == pytest.approx(rule.centre)


def test_only_a_band_that_heard_the_market_asks_for_signals():
    plain = PpoBand("plain", np.array([[0.05, 0.05]]), np.zeros(2), np.zeros((2, 4)))
    assert plain.signals == ()
    assert plain.features == STATIC_FEATURES
    assert BAND.features == STATIC_FEATURES + MARKET_SIGNALS
    with pytest.raises(InputError, match="is given 0 signals; it was trained with 4"):
        BAND.region(PROBLEM, HouseholdState.untaxed(2))


def test_a_band_that_states_no_ranges_has_seen_nothing():
    plain = PpoBand("plain", np.array([[0.05, 0.05]]), np.zeros(2), np.zeros((2, 4)))
    rule = a_rule(PROBLEM)
    assert out_of_range(plain, PROBLEM, HouseholdState.untaxed(2), rule)


def test_a_band_beside_the_rule_widens_as_the_rules_region_does():
    state, rule = HouseholdState.untaxed(2), region_of_band(PROBLEM, 0.43, 0.47)
    plain = PpoBand("plain", np.array([[0.05, 0.05]]), np.zeros(2), np.zeros((2, 4)))
    with_rule = replace(plain, beside=np.array([0.02]))
    assert with_rule.region(PROBLEM, state, rule).half_widths()[0][0] == pytest.approx(0.05)
    wider = region_of_band(PROBLEM, 0.41, 0.49)
    assert with_rule.region(PROBLEM, state, wider).half_widths()[0][0] == pytest.approx(0.10)
    assert plain.region(PROBLEM, state, wider).half_widths()[0][0] == pytest.approx(0.05)
    with pytest.raises(InputError, match="one width for each band"):
        replace(plain, beside=np.array([0.02, 0.02]))

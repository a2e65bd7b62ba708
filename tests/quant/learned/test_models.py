"""Learned models: a zero network is the rule, a lean is what it says, ranges are watched."""

from dataclasses import replace

import numpy as np
import pytest

from trimtab.model.errors import InputError
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.control.small_cost import small_cost
from trimtab.quant.control.tracking import TrackingProblem
from trimtab.quant.learned.features import (
    STATE_FEATURES,
    STATIC_FEATURES,
    HouseholdState,
    feature_table,
)
from trimtab.quant.learned.models import RegionModel, RegionNetwork, out_of_range, reshaped

FEATURES = len(STATIC_FEATURES) + len(STATE_FEATURES)


def a_problem() -> TrackingProblem:
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


def a_rule(problem: TrackingProblem) -> NoTradeRegion:
    """The region of the cube-root law: what is proved here holds of any rule to begin with."""
    law = small_cost(problem)
    return NoTradeRegion(law.centre, law.metric, problem.cost)


def a_network(last: float) -> RegionNetwork:
    chance = np.random.default_rng(0)
    return RegionNetwork(
        "ours",
        (chance.normal(size=(FEATURES, 4)), last * chance.normal(size=(4, 3))),
        (chance.normal(size=4), np.zeros(3)),
        np.zeros(FEATURES),
        np.ones(FEATURES),
        np.array([1.2, 1.0, 1.0]),
        np.column_stack([np.full(FEATURES, -10.0), np.full(FEATURES, 10.0)]),
    )


def test_a_network_whose_last_layer_is_zero_is_controls_own_region_but_for_gains():
    problem = a_problem()
    rule = a_rule(problem)
    untaxed = HouseholdState(np.array([0.5, 0.1, -0.2]), 0.0, np.empty(0))
    region = a_network(0.0).region(problem, untaxed, rule)
    assert np.array_equal(region.centre, rule.centre)
    assert np.array_equal(region.metric, rule.metric)
    assert not np.array_equal(a_network(1.0).region(problem, untaxed, rule).metric, rule.metric)


def test_gains_widen_a_region_by_the_cube_root_before_anything_is_learned():
    problem = a_problem()
    rule = a_rule(problem)
    gain = np.array([0.5, 0.1, -0.2])
    taxed = a_network(0.0).region(problem, HouseholdState(gain, 0.2, np.empty(0)), rule)
    exchange = 1.0 + 0.5 * 0.2 * np.maximum(gain, 0.0) / problem.cost  # half of the tax each way
    stretch = exchange ** (1.0 / 3.0)
    assert np.allclose(taxed.metric, stretch[:, None] * rule.metric * stretch)


def test_a_household_without_gains_in_a_usual_market_gets_the_rule_from_any_network():
    problem = a_problem()
    rule = a_rule(problem)
    region = a_network(1.0).region(problem, HouseholdState.untaxed(3), rule)
    assert np.array_equal(region.centre, rule.centre)
    assert np.array_equal(region.metric, rule.metric)


def test_a_network_without_an_anchor_may_leave_the_rule_in_usual_times_too():
    problem = a_problem()
    rule = a_rule(problem)
    free = replace(a_network(1.0), is_anchored=False)
    region = free.region(problem, HouseholdState.untaxed(3), rule)
    assert not np.allclose(region.metric, rule.metric)


def test_a_network_stays_within_its_limits_however_far_out_it_is_asked():
    far = a_network(1e6).adjustments(np.full((5, FEATURES), 1e6))
    assert np.all(np.abs(far) <= np.array([1.2, 1.0, 1.0]))


def test_a_lean_makes_selling_cheaper_and_buying_dearer_by_itself():
    problem, still = a_problem(), np.zeros(3)
    rule = a_rule(problem)
    lean = np.array([0.0005, 0.0, 0.0])
    leant = reshaped(rule, still, still, lean, problem.target)
    # The slopes p = M(w − a) of the drift decide: first's, against the others', is up by the lean.
    weights = np.array([0.42, 0.19, 0.39])
    before, after = (one.metric @ (weights - one.centre) for one in (rule, leant))
    assert (after - before)[0] - (after - before)[1] == pytest.approx(0.0005)
    assert (after - before)[1] - (after - before)[2] == pytest.approx(0.0, abs=1e-12)
    far = np.array([0.8, 0.1, 0.1])
    assert leant.destination(far)[0] < rule.destination(far)[0]


def test_a_stretch_narrows_and_a_shift_moves():
    problem, still = a_problem(), np.zeros(3)
    rule = a_rule(problem)
    tight = reshaped(rule, np.full(3, np.log(2.0)), still, still, problem.target)
    assert np.allclose(tight.half_widths()[0], rule.half_widths()[0] / 4.0, rtol=1e-6)
    moved = reshaped(rule, still, np.array([0.5, 0.0, 0.0]), still, problem.target)
    width = np.maximum(*rule.half_widths())[0]
    assert moved.centre[0] - rule.centre[0] == pytest.approx(0.5 * width * 0.6)
    assert moved.centre.sum() == pytest.approx(1.0)


def test_features_have_one_column_each_in_the_stated_order():
    problem = a_problem()
    state = HouseholdState(np.array([0.5, 0.1, 0.0]), 0.2, np.array([0.7]))
    table = feature_table(problem, a_rule(problem), state)
    assert table.shape == (3, FEATURES + 1)
    column = dict(zip((*STATIC_FEATURES, *STATE_FEATURES, "crisis"), table.T, strict=True))
    assert np.allclose(np.exp(column["log_target"]), problem.target)
    assert np.allclose(np.exp(column["log_cost"]), problem.cost)
    assert np.allclose(column["gain"], [0.5, 0.1, 0.0])
    assert np.allclose(column["sale_tax"], [0.1, 0.02, 0.0])
    assert np.allclose(column["mean_gain"], 0.4 * 0.5 + 0.2 * 0.1)
    assert np.allclose(column["crisis"], 0.7)
    assert np.all(np.abs(column["correlation"]) <= 1.0)


def test_a_region_model_is_for_the_problem_it_was_trained_for():
    problem = a_problem()
    rule = a_rule(problem)
    table = feature_table(problem, rule, HouseholdState.untaxed(3))[:, : len(STATIC_FEATURES)]
    ranges = np.column_stack([table.min(axis=0) - 0.1, table.max(axis=0) + 0.1])
    model = RegionModel("mine", rule.centre, rule.metric, 0.0, ranges)
    state = HouseholdState.untaxed(3)
    assert out_of_range(model, problem, state, rule) == ()
    dearer = replace(problem, cost=3 * problem.cost)
    named = {one.feature for one in out_of_range(model, dearer, state)}
    assert "log_cost" in named
    two = TrackingProblem([0.5, 0.5], [0.05, 0.02], np.diag([0.04, 0.01]), [0.001] * 2, 4.0, 1 / 12)
    with pytest.raises(InputError, match="trained for 3 instruments"):
        model.region(two, HouseholdState.untaxed(2))


def test_a_state_that_does_not_fit_is_refused():
    problem = a_problem()
    with pytest.raises(InputError, match="3 instruments"):
        a_network(1.0).region(problem, HouseholdState.untaxed(2), a_rule(problem))
    state = HouseholdState(np.zeros(3), 0.0, np.array([0.5]))
    with pytest.raises(InputError, match="1 signals"):
        a_network(1.0).region(problem, state, a_rule(problem))
    for gain, rate in ((np.array([np.nan]), 0.1), (np.array([1.5]), 0.1), (np.zeros(1), 1.0)):
        with pytest.raises(InputError):
            HouseholdState(gain, rate, np.empty(0))


def test_any_region_of_the_rule_is_left_as_it_is_by_zeros():
    still = np.zeros(2)
    rule = NoTradeRegion([0.6, 0.4], np.diag([0.02, 0.0]), [0.001, 0.001])
    same = reshaped(rule, still, still, still, np.array([0.6, 0.4]))
    assert np.array_equal(same.centre, rule.centre)
    assert np.array_equal(same.metric, rule.metric)

"""What rules cost in the simulated world, held against what is known."""

import json
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from trimtab.app.bands.rules import Rule, band_widths, field_rules, simulate_rules
from trimtab.model.mandate import Band
from trimtab.quant.control.calibration import calibrate
from trimtab.quant.control.tracking import TrackingProblem


def problem_of(case: dict[str, dict[str, list[float]]]) -> TrackingProblem:
    """A case of kind B: two assets, a cost for one unit of weight moved from one to the other."""
    params = case["params"]
    (s1, s2), rho = params["sigma"], params["rho"]
    covariance = np.array([[s1 * s1, rho * s1 * s2], [rho * s1 * s2, s2 * s2]])
    weight, cost = case["answer"]["w_star"], params["cost_per_unit_weight"] / 2  # type: ignore[operator]
    return TrackingProblem(
        np.array([weight, 1 - weight]),
        np.array(params["mu"]),
        covariance,
        np.array([cost, cost]),
        params["gamma"],
        1 / 12,
    )


BANDS = [Band(Decimal("0.05"), None)] * 2


@pytest.mark.parametrize("case_id", ["B_1", "B_2"])
def test_the_usual_rules_cost_what_independent_solvers_found(shared_dir: Path, case_id: str):
    cases = json.loads((shared_dir / "control" / "cases.json").read_text())["cases"]
    case = next(one for one in cases if one["id"] == case_id)
    problem, known = problem_of(case), case["baselines_bps_year"]
    rules = field_rules(problem, BANDS, 21)
    costs = {one.name: one for one in simulate_rules(problem, rules).costs}
    for name, other in (
        ("5 %", "tol_5pct_full"),
        ("every review", "monthly"),
        ("quarterly", "quarterly"),
        ("annual", "annual"),
    ):
        found = costs[name]
        assert found.total * 1e4 == pytest.approx(
            known[other], abs=4e4 * found.error + 0.01 * known[other]
        )


def test_the_zone_costs_less_than_any_band_of_the_field():
    problem = TrackingProblem(
        np.array([0.6, 0.4]), np.zeros(2), np.diag([0.03, 0.004]), np.full(2, 0.002), 10.0, 1 / 12
    )
    zone = Rule("zone", calibrate(problem).destination)
    costs = simulate_rules(problem, (zone, *field_rules(problem, BANDS, 21))).costs
    assert all(costs[0].total < other.total for other in costs[1:])


def test_the_same_seed_gives_the_same_figures():
    problem = TrackingProblem(
        np.array([0.5, 0.5]), np.zeros(2), np.diag([0.03, 0.01]), np.full(2, 0.001), 5.0, 0.25
    )
    rules = field_rules(problem, BANDS, 63)
    assert simulate_rules(problem, rules).costs == simulate_rules(problem, rules).costs


def test_the_mandates_own_bands_are_a_rule_where_they_are_others():
    problem = TrackingProblem(
        np.array([0.5, 0.5]), np.zeros(2), np.diag([0.03, 0.01]), np.full(2, 0.001), 5.0, 1 / 12
    )
    usual = [rule.name for rule in field_rules(problem, [Band(), Band()], 21)]
    other = [rule.name for rule in field_rules(problem, [Band(Decimal("0.03")), Band()], 21)]
    assert "your bands" not in usual
    assert other[0] == "your bands"


def test_175_goes_back_as_far_and_the_others_give_way_towards_their_targets():
    target = np.array([0.5, 0.3, 0.2])
    problem = TrackingProblem(target, np.zeros(3), np.eye(3) * 0.03, np.full(3, 0.001), 5.0, 1 / 12)
    rule = next(r for r in field_rules(problem, [Band()] * 3, 21) if r.name == "200/175")
    (after,) = rule.destination(np.array([[0.53, 0.285, 0.185]]))
    assert after == pytest.approx([0.5175, 0.29125, 0.19125])
    (same,) = rule.destination(np.array([[0.515, 0.29, 0.195]]))
    assert same == pytest.approx([0.515, 0.29, 0.195])


def test_cash_has_no_band():
    widths = band_widths([Band(), Band()], np.array([0.5, 0.4, 0.1]))
    assert widths == pytest.approx([0.05, 0.05, np.inf])

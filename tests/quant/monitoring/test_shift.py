"""Alarms about inputs mean what they say: rarely false, and not overlooked where it matters."""

import numpy as np
import pytest

from trimtab.model.errors import InputError
from trimtab.quant.monitoring.shift import (
    EFFECTIVE_MIN,
    LEVEL,
    Verdict,
    effective_size,
    shifts,
)

SERIES = tuple(f"returns.{name}" for name in ("VTI", "VXUS", "BND", "VNQ", "GLD"))


def returns(seed: int, n: int, volatility: float = 0.01, mean: float = 0.0):
    return mean + volatility * np.random.default_rng(seed).standard_normal(n)


def persistent(seed: int, n: int, memory: float):
    """An autoregression of order one with variance one."""
    chance = np.random.default_rng(seed)
    values = np.empty(n)
    values[0] = chance.standard_normal()
    for t in range(1, n):
        values[t] = memory * values[t - 1] + np.sqrt(1 - memory**2) * chance.standard_normal()
    return values


MOVED = [
    # (what happened to 250 sessions after 2,500 of training, whether it is an alarm)
    ("nothing", {}, False),
    ("volatility doubled", {"volatility": 0.02}, True),
    ("volatility halved", {"volatility": 0.005}, True),
    ("volatility a tenth higher", {"volatility": 0.011}, False),
    ("the mean moved by half a deviation", {"mean": 0.005}, True),
]


@pytest.mark.parametrize(("change", "is_alarm"), [m[1:] for m in MOVED], ids=[m[0] for m in MOVED])
def test_what_moved_far_is_an_alarm(change, is_alarm):
    (found,) = shifts(
        {"returns.VTI": returns(1, 2_500)}, {"returns.VTI": returns(2, 250, **change)}
    )
    assert (found.verdict is Verdict.DRIFTING) == is_alarm


def test_false_alarms_are_as_rare_as_stated_though_five_series_are_looked_at():
    checks = 300
    alarms = 0
    for seed in range(checks):
        reference = {name: returns(1_000 + 20 * seed + k, 500) for k, name in enumerate(SERIES)}
        recent = {name: returns(1_010 + 20 * seed + k, 125) for k, name in enumerate(SERIES)}
        found = shifts(reference, recent, level=0.05)
        alarms += any(one.verdict is Verdict.DRIFTING for one in found)
    assert alarms / checks <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / checks)


def test_false_alarms_stay_rare_where_values_follow_each_other():
    checks = 60
    alarms = sum(
        shifts({"volatility": persistent(2 * s, 2_000, 0.8)},
               {"volatility": persistent(2 * s + 1, 500, 0.8)}, level=0.05)[0].verdict
        is Verdict.DRIFTING
        for s in range(checks)
    )  # fmt: skip
    assert alarms / checks <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / checks)


def test_values_that_follow_each_other_count_for_less():
    assert effective_size(persistent(3, 5_000, 0.0)) == pytest.approx(5_000, rel=0.1)
    assert effective_size(persistent(3, 5_000, 0.8)) == pytest.approx(5_000 / 9, rel=0.25)
    assert effective_size(np.full(100, 0.3)) == 1.0


def test_independent_values_are_tested_as_scipy_tests_them():
    stats = pytest.importorskip("scipy.stats")
    reference, recent = returns(1, 4_000), returns(2, 3_000, 0.0104)
    (found,) = shifts({"x": reference}, {"x": recent})
    theirs = stats.ks_2samp(reference, recent, method="asymp")
    assert found.distance == pytest.approx(theirs.statistic, abs=1e-15)
    assert found.p_value == pytest.approx(theirs.pvalue, rel=0.5)  # their sizes are not cut


def test_too_little_is_no_verdict():
    reference = {"returns.VTI": returns(1, 500), "returns.BND": returns(2, 500)}
    found = shifts(reference, {"returns.VTI": returns(3, int(EFFECTIVE_MIN / 2), 0.5)})
    assert {one.subject: one.verdict for one in found} == {
        "returns.VTI": Verdict.UNKNOWN,
        "returns.BND": Verdict.UNKNOWN,
    }


def test_the_surest_alarm_comes_first_and_the_level_is_shared_out():
    reference = {name: returns(k, 1_000) for k, name in enumerate(SERIES)}
    recent = {name: returns(50 + k, 250) for k, name in enumerate(SERIES)}
    recent["returns.GLD"] = returns(99, 250, 0.03)
    first, second, *_ = shifts(reference, recent)
    assert first.subject == "returns.GLD" and first.verdict is Verdict.DRIFTING
    assert first.bound == pytest.approx(LEVEL / 5)
    assert second.bound == pytest.approx(LEVEL / 4)


def test_what_is_not_finite_is_refused():
    with pytest.raises(InputError, match="value 2 is nan; it must be finite"):
        shifts({"x": np.array([1.0, np.nan])}, {})

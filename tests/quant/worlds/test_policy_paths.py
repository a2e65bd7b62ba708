"""Households in invented worlds: what they are charged, by hand and by law."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.model.errors import InputError, InputErrors
from trimtab.quant.worlds.bands import Bands
from trimtab.quant.worlds.household import Household
from trimtab.quant.worlds.policy_paths import (
    Holdings,
    PathPolicy,
    PathTerms,
    simulate,
)
from trimtab.quant.worlds.zone import Zone, cube_root_metric

TWO = Household(
    target=np.array([0.5, 0.5]),
    cost=np.array([0.01, 0.02]),
    tax_rate=0.2,
    risk_aversion=4.0,
    start_gain=np.array([0.4, 0.0]),
)
UP_THEN_FLAT = np.array([[[0.2, 0.0], [0.0, 0.0]]])
YEARLY = PathTerms(sessions_a_year=1)
NEVER = Bands("never", np.ones(2), 0)
ALWAYS = Bands("always", np.zeros(2))


def worlds(paths: int = 20, sessions: int = 240, n: int = 4, seed: int = 1) -> np.ndarray:
    chance = np.random.default_rng(seed)
    common = chance.normal(0.0, 0.03, (paths, sessions, 1))
    return np.clip(0.006 + common + chance.normal(0.0, 0.04, (paths, sessions, n)), -0.5, 0.5)


def household(n: int = 4, tax_rate: float = 0.2) -> Household:
    target = np.arange(1.0, n + 1.0)
    return Household(target / target.sum(), np.full(n, 1e-3), tax_rate, 4.0, np.full(n, 0.3))


def test_a_sale_is_charged_its_costs_and_the_tax_of_its_share_of_the_gain() -> None:
    # 0.6 and 0.5 are held after the rise; the basis of the first is 0.3.  0.05 is sold and bought.
    found = simulate(UP_THEN_FLAT, TWO, [ALWAYS], YEARLY)[0]
    assert found.trading[0] * 2 == pytest.approx(0.05 * (0.01 + 0.02) / 1.1)
    assert found.tax[0] * 2 == pytest.approx(0.2 * (0.05 - 0.3 * 0.05 / 0.6) / 1.1)
    assert found.turnover[0] * 2 == pytest.approx(0.05 / 1.1)
    assert found.trades[0] == pytest.approx(0.5)


def test_drift_is_charged_half_gamma_times_the_squared_difference_of_returns() -> None:
    returns = np.array([[[0.2, 0.0], [0.0, 0.11]]])
    held = 0.11 * 0.5 / 1.1
    found = simulate(returns, TWO, [NEVER], YEARLY)[0]
    assert found.tracking[0] * 2 == pytest.approx(0.5 * 4.0 * (held - 0.055) ** 2)
    assert found.trading[0] == found.tax[0] == 0.0


def test_what_was_never_sold_is_owed_at_the_end() -> None:
    found = simulate(UP_THEN_FLAT, TWO, [NEVER], YEARLY)[0]
    assert found.deferred[0] == pytest.approx(0.2 * (0.6 - 0.3) / 1.1)


def test_a_loss_brings_no_money_back_but_spares_the_tax_of_a_later_gain() -> None:
    fresh = replace(TWO, start_gain=np.zeros(2))
    both_fall_then_one_rises = np.array([[[-0.4, -0.6], [2.0, 0.0], [0.0, 0.0]]])
    kept = simulate(both_fall_then_one_rises, fresh, [ALWAYS], YEARLY)[0]
    lost = simulate(both_fall_then_one_rises, replace(fresh, losses_kept=0.0), [ALWAYS], YEARLY)[0]
    assert 0.0 <= kept.tax[0] < lost.tax[0]


def test_a_decision_trades_later_where_there_is_a_lag() -> None:
    returns = np.array([[[0.2, 0.0], [0.0, 0.1], [0.0, 0.0]]])
    late = simulate(returns, TWO, [ALWAYS], replace(YEARLY, lag=1))[0]
    # Decided at 0.6 against 0.5: a twelfth of the first is sold, at the end of the next session.
    assert late.turnover[0] * 3 == pytest.approx((0.6 / 12) / 1.15)


def test_stretches_of_time_add_up_to_the_whole() -> None:
    terms = PathTerms(sessions_a_year=12, record=7)
    for found in simulate(worlds(), household(), [Bands("5 %", np.full(4, 0.05))], terms):
        assert found.by_time.sum(axis=1) / 20 == pytest.approx(found.total)


def test_a_calendar_holds_exactly_the_target() -> None:
    calendar = Bands("monthly", np.zeros(4))
    found = simulate(worlds(), household(), [calendar], PathTerms(sessions_a_year=12))[0]
    assert found.tracking.max() < 1e-20


def test_every_policy_meets_the_same_worlds_whatever_runs_beside_it() -> None:
    rules = [Bands("5 %", np.full(4, 0.05)), Bands("3 %", np.full(4, 0.03), 3)]
    together = simulate(worlds(), household(), rules)
    alone = [simulate(worlds(), household(), [rule])[0] for rule in rules]
    assert all((a.total == b.total).all() for a, b in zip(together, alone, strict=True))


@given(st.floats(0.005, 0.2), st.floats(0.1, 1.0), st.floats(0.0, 2.0))
def test_bands_leave_nothing_outside_and_sell_nothing_inside(
    width: float, kept: float, tax_weight: float
) -> None:
    one = household()
    weights = np.random.default_rng(2).dirichlet(30 * one.target, 50)
    gains = np.zeros_like(weights)
    rule = Bands("band", np.full(4, width), 1, kept, tax_weight)
    wanted = rule.destinations(Holdings(1, weights, gains), one)
    assert wanted.sum(axis=1) == pytest.approx(1.0)
    assert (np.abs(wanted - one.target) <= width + 1e-12).all()
    inside = (np.abs(weights - one.target) <= width).all(axis=1)
    assert (wanted[inside] == weights[inside]).all()


@given(st.floats(0.0, 0.6), st.floats(0.0, 2.0), st.floats(0.0, 1.0))
def test_the_zone_trades_to_where_no_exchange_gains(
    gain: float, tax_weight: float, on_sale: float
) -> None:
    one = household()
    weights = np.random.default_rng(3).dirichlet(10 * one.target, 30)
    metric = cube_root_metric(one.target, one.cost, one.risk_aversion)
    metric += 0.2 * np.sqrt(np.outer(np.diag(metric), np.diag(metric)))
    rule = Zone("zone", one.target, metric, one.cost, tax_weight, on_sale)
    wanted = rule.destinations(Holdings(0, weights, np.full_like(weights, gain)), one)
    assert wanted.sum(axis=1) == pytest.approx(1.0)
    assert wanted.min() >= 0.0
    extra = 0.5 * tax_weight * one.tax_rate * gain
    sell, buy = 1e-3 + 2 * on_sale * extra, 1e-3 + 2 * (1 - on_sale) * extra
    root = ((1e-3 + extra) / 1e-3) ** (2.0 / 3.0)
    slope = (wanted - one.target) @ metric * root
    give = np.where(wanted > weights + 1e-12, -buy, sell)
    take = np.where(wanted < weights - 1e-12, -sell, buy)
    giver = np.where(wanted > 0.0, give - slope, np.inf).min(axis=1)
    assert (giver + (slope + take).min(axis=1) >= -2e-3 * (sell + buy)).all()


def test_the_zone_is_wider_where_there_is_more_to_tax() -> None:
    one = household()
    weights = np.array([[0.2, 0.2, 0.3, 0.3]])
    rule = Zone("zone", one.target, cube_root_metric(one.target, one.cost, 4.0), one.cost, 1.0)
    traded = [
        np.abs(rule.destinations(Holdings(0, weights, np.full((1, 4), gain)), one) - weights).sum()
        for gain in (0.0, 0.1, 0.3, 0.6)
    ]
    assert traded == sorted(traded, reverse=True) and traded[0] > traded[-1]


def test_a_zone_that_knows_of_tax_beats_one_that_does_not() -> None:
    one = household()
    metric = cube_root_metric(one.target, one.cost, one.risk_aversion)
    aware, blind = (Zone(f"{part}", one.target, metric, one.cost, part) for part in (1.0, 0.0))
    terms = PathTerms(sessions_a_year=12)
    found = simulate(worlds(paths=60, sessions=360), one, [aware, blind], terms)
    saved = found[1].total - found[0].total
    assert saved.mean() > 3.0 * saved.std() / np.sqrt(len(saved))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"target": np.array([0.5, 0.6])}, "sum to 1"),
        ({"target": np.array([1.2, -0.2])}, "at least 0"),
        ({"cost": np.array([0.1, 1.0])}, "below 1"),
        ({"cost": np.array([0.1])}, "shapes"),
        ({"tax_rate": 1.0}, "tax_rate"),
        ({"losses_kept": 1.5}, "losses_kept"),
        ({"start_gain": np.array([1.0, 0.0])}, "start_gain"),
        ({"risk_aversion": 0.0}, "risk_aversion"),
    ],
)
def test_a_household_that_cannot_be_is_refused(change: dict[str, object], says: str) -> None:
    with pytest.raises(InputErrors, match=says):
        replace(TWO, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("returns", "terms", "says"),
    [
        (np.zeros((1, 4, 3)), YEARLY, "2 instruments"),
        (np.zeros((4, 2)), YEARLY, "2 instruments"),
        (np.zeros((1, 4, 2)), PathTerms(review=0), "review"),
        (np.zeros((1, 4, 2)), PathTerms(lag=2), "lag"),
    ],
)
def test_a_simulation_that_cannot_be_is_refused(
    returns: np.ndarray, terms: PathTerms, says: str
) -> None:
    with pytest.raises(InputError, match=says):
        simulate(returns, TWO, [NEVER], terms)


def make_bands(**change: float) -> PathPolicy:
    return Bands("a rule", np.full(2, 0.05), **change)  # type: ignore[arg-type]


@pytest.mark.parametrize("change", [{"kept": 1.5}, {"every": -1}, {"tax_weight": -0.1}])
def test_a_rule_that_makes_no_sense_is_refused(change: dict[str, float]) -> None:
    with pytest.raises(InputError, match="a rule"):
        make_bands(**change)

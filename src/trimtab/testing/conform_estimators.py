"""What every estimator must be beside a plug-in: blind to what comes after the day.

    @pytest.mark.parametrize(("name", "plugin"), conform.cases("estimators"))
    def test_it_never_sees_the_future(name, plugin):
        assert conform_estimators.future_faults(conform.example(plugin)) == ()

Each kind of estimator is asked in its own way, about simulated returns and fills.

Errors: none of its own; faults are sentences.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np

from trimtab.estimators import _base as estimating
from trimtab.testing.conform import cases, same
from trimtab.testing.simulated_fills import FillWorld, simulated_fills

__all__ = ["estimator_cases", "future_faults", "simulated_returns"]

PAST_SESSIONS = 500
FUTURE_SESSIONS = 120
FILLS = 1_200


def estimator_cases(kind: type[Any]) -> list[tuple[str, type[Any]]]:
    """Every estimator that keeps one protocol, as (name, configuration class)."""
    return [(name, plugin) for name, plugin in cases("estimators") if issubclass(plugin, kind)]


def simulated_returns(
    seed: int, instruments: int, sessions: int, missing: float = 0.0
) -> estimating.Floats:
    """Returns with one common factor, calm but for a wild stretch, some of them missing."""
    chance = np.random.default_rng(seed)
    level = np.where(np.arange(sessions) % 250 > 200, 0.02, 0.007)[:, None]
    common = level * chance.normal(0, 1, (sessions, 1))
    returns = common + chance.normal(0, 0.006, (sessions, instruments))
    returns[chance.random(returns.shape) < missing] = np.nan
    return returns


def future_faults(estimator: object) -> tuple[str, ...]:
    """Where an estimator's answer about a day changes with what comes after it.

    It is asked about the past, about a longer history, and about the past again with another
    future behind it in memory: what it learned from the longer history, and what it could find
    beyond the end of its argument, must not show.  A cost estimator gets the later fills outright,
    since the day is its argument.
    """
    whole = simulated_returns(11, 4, PAST_SESSIONS + FUTURE_SESSIONS, 0.01)
    past = whole[:PAST_SESSIONS]
    found = []
    for what, ask in _questions(estimator):
        before = ask(past)
        ask(whole)
        kept = whole[PAST_SESSIONS:].copy()
        whole[PAST_SESSIONS:] = -3.0 * kept[::-1]
        after = ask(past)
        whole[PAST_SESSIONS:] = kept
        if not same(before, after):
            found.append(f"its {what} changes with what comes after the day")
    if isinstance(estimator, estimating.CostEstimator) and _sees_later_fills(estimator):
        found.append("its cost model changes with fills that come after the day")
    return tuple(found)


def _questions(
    estimator: object,
) -> Iterator[tuple[str, Callable[[estimating.Floats], object]]]:
    """What this estimator can be asked, each question as a function of returns."""
    weights = np.array([0.4, 0.3, 0.2, 0.05])
    if isinstance(estimator, estimating.CovarianceEstimator):
        yield "covariance", estimator.covariance
    if isinstance(estimator, estimating.UncertainCovariance):
        yield "uncertainty", estimator.risk_uncertainty
    if isinstance(estimator, estimating.MeanEstimator):
        mean, risk = estimator.mean, np.diag([0.04, 0.03, 0.02, 0.01])
        names = ("A", "B", "C", "D")
        yield "mean", lambda returns: mean(estimating.Market(names, returns, risk, weights))
    if isinstance(estimator, estimating.StateEstimator):
        yield "state", estimator.state
    if isinstance(estimator, estimating.DriftEstimator):
        drift = estimator.drift
        yield "drift", lambda returns: drift(returns, weights)
    if isinstance(estimator, estimating.TrendEstimator):
        yield "trend", estimator.trend


def _sees_later_fills(estimator: estimating.CostEstimator) -> bool:
    last = date(2024, 6, 28)
    fills = simulated_fills(FillWorld.SQUARE_ROOT, 12, FILLS, last)
    day = fills.on[2 * FILLS // 3]
    later = np.array([on > day for on in fills.on])
    changed = replace(fills, cost=np.where(later, -5.0 * fills.cost, fills.cost))
    asked = fills.orders
    before, after = (estimator.fit(one, day).forecast(asked) for one in (fills, changed))
    return not same(before, after)

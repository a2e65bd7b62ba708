"""Worlds drawn at random, to train a network that has to know many households.

Errors: sizes that cannot be are `InputError`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trimtab.learning.regimes import RegimeMarket
from trimtab.learning.world import World
from trimtab.model.errors import InputError
from trimtab.quant.control.tracking import Floats, TrackingProblem
from trimtab.quant.learned.hearing import Ear

__all__ = ["draw_regime_worlds", "draw_storms", "draw_worlds"]

VOLATILITY = (0.04, 0.28)
COST = (2e-4, 5e-3)
RISK_AVERSION = (2.0, 8.0)
REVIEWS_A_YEAR = (12, 4)
TAX_RATES = (0.0, 0.15, 0.238, 0.3)
STORM_VOLATILITY = (1.6, 3.0)
STORM_CORRELATION = (0.3, 0.9)
"""How much of the way to moving as one."""
STORM_COST = (2.0, 5.0)
STORM_SESSIONS, CALM_SESSIONS = (40, 250), (250, 1000)
APART_KEPT, LEAST_APART = 0.5, 1e-6
"""Of the ways in which a household's classes move apart, what is left of the least in calm."""
PAST_SESSIONS = 2520
"""Ten years, to which a world's ear is fitted; no household lives in them."""


def draw_worlds(seed: int, count: int, instruments: tuple[int, int] = (2, 8)) -> tuple[World, ...]:
    """Households of differing targets, markets, costs, taxes and review periods.

    Unit: `instruments` least and most.
    Refuses: fewer than one world or two instruments.
    """
    if count < 1 or not 2 <= instruments[0] <= instruments[1]:
        fact = f"{count} worlds of {instruments} instruments"
        raise InputError("draw", fact, "at least one world of at least two instruments")
    chance = np.random.default_rng(seed)
    return tuple(_world(chance, instruments) for _ in range(count))


def draw_regime_worlds(
    seed: int, count: int, instruments: tuple[int, int] = (2, 5)
) -> tuple[World, ...]:
    """The same with a calm and a stormy mood each, untaxed and reviewed monthly.

    In a storm everything moves more and more alike, and trading costs more.  What is heard of it is
    what an ear fitted to ten years of that market hears.
    Refuses: as `draw_worlds`.
    """
    chance = np.random.default_rng((seed, 1))
    return tuple(_with_moods(chance, world) for world in draw_worlds(seed, count, instruments))


def draw_storms(
    seed: int, count: int, problem: TrackingProblem, past_sessions: int = PAST_SESSIONS
) -> tuple[World, ...]:
    """One household's own classes in markets of differing storms, with its risk and drift on
    average.

    Unit: `past_sessions` to which each market's ear is fitted.
    Refuses: fewer than one world.
    """
    if count < 1:
        raise InputError("draw", f"{count} worlds", "at least one")
    chance = np.random.default_rng((seed, 2))
    return tuple(
        _with_moods(chance, World(problem), past_sessions, problem.review_years, True)
        for _ in range(count)
    )


def _world(chance: np.random.Generator, instruments: tuple[int, int]) -> World:
    n = int(chance.integers(instruments[0], instruments[1] + 1))
    volatility = _log_uniform(chance, VOLATILITY, n)
    loading = chance.uniform(0.0, 0.9, n)
    correlation = np.outer(loading, loading) + np.diag(1.0 - loading**2)
    problem = TrackingProblem(
        target=chance.dirichlet(np.full(n, 3.0)),
        drift=0.02 + 0.3 * volatility * loading,
        covariance=np.outer(volatility, volatility) * correlation,
        cost=float(_log_uniform(chance, COST, 1)[0]) * chance.uniform(0.5, 2.0, n),
        risk_aversion=float(_log_uniform(chance, RISK_AVERSION, 1)[0]),
        review_years=1.0 / int(chance.choice(REVIEWS_A_YEAR)),
    )
    return World(problem, tax_rate=float(chance.choice(TAX_RATES)))


def _with_moods(
    chance: np.random.Generator,
    world: World,
    past_sessions: int = PAST_SESSIONS,
    review_years: float = 1.0 / 12.0,
    is_average: bool = False,
) -> World:
    """Calm as it was, or on average where `is_average`; a storm that comes and goes."""
    calm, n = world.problem.covariance, world.problem.instruments
    louder = chance.uniform(*STORM_VOLATILITY)
    alike = chance.uniform(*STORM_CORRELATION)
    volatility = louder * np.sqrt(np.diag(calm))
    scale = np.sqrt(np.outer(np.diag(calm), np.diag(calm)))
    usual = np.divide(calm, scale, out=np.zeros_like(calm), where=scale > 0.0)
    together = (1.0 - alike) * usual + alike * np.ones((n, n))
    stormy = np.outer(volatility, volatility) * together
    leave_calm, leave_storm = (
        1.0 / chance.uniform(*sessions) for sessions in (CALM_SESSIONS, STORM_SESSIONS)
    )
    change = np.array([[1.0 - leave_calm, leave_calm], [leave_storm, 1.0 - leave_storm]])
    drift = np.stack([world.problem.drift, world.problem.drift - 0.3 * volatility])
    dearer = float(chance.uniform(*STORM_COST))
    share = leave_storm / (leave_calm + leave_storm)
    factor = np.array([1.0, dearer]) / (share + (1.0 - share) * dearer)  # one on average
    covariance = np.stack([calm, stormy])
    if is_average:
        covariance = _averaging(calm, usual, louder, alike, share)
        drift = drift + (1.0 - share) * 0.3 * volatility
    market = RegimeMarket(change, drift, covariance, factor)
    past, _ = market.sessions(chance, 1, past_sessions, 1.0 / market.sessions_a_year)
    market = replace(market, ear=Ear.fitted(past[:, 0]))
    mean_drift, mean_covariance = market.average()
    known = TrackingProblem(
        world.problem.target,
        mean_drift,
        mean_covariance,
        world.problem.cost,
        world.problem.risk_aversion,
        review_years,
    )
    return World(known, market=market)


def _averaging(mean: Floats, usual: Floats, louder: float, alike: float, share: float) -> Floats:
    """Covariances of calm and storm whose average is `mean`; storms move less alike where no calm
    could make up for it.

    Shape: `mean` and its correlations `usual` (n, n); the answer (2, n, n).
    Unit: `share` of calm.
    """
    volatility = np.sqrt(np.diag(mean))
    moving = volatility > 0.0
    ones = np.ones(int(moving.sum()))
    apart = float(ones @ np.linalg.pinv(usual[np.ix_(moving, moving)], hermitian=True) @ ones) - 1.0
    storms = (1.0 - share) * louder**2
    alike = min(alike, APART_KEPT * share / (storms * max(apart, LEAST_APART)))
    as_one, back = np.outer(volatility, volatility), storms * alike / share
    calm = (1.0 + back) * mean - back * as_one
    stormy = louder**2 * ((1.0 - alike) * mean + alike * as_one)
    return np.stack([calm, stormy]) / (share + storms)


def _log_uniform(chance: np.random.Generator, between: tuple[float, float], n: int) -> Floats:
    least, most = np.log(between)
    return np.exp(chance.uniform(least, most, n))

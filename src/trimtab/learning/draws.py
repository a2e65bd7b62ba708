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

__all__ = ["draw_regime_worlds", "draw_worlds"]

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


def _with_moods(chance: np.random.Generator, world: World) -> World:
    """Calm as it was; a storm that comes and goes."""
    calm, n = world.problem.covariance, world.problem.instruments
    louder = chance.uniform(*STORM_VOLATILITY)
    alike = chance.uniform(*STORM_CORRELATION)
    volatility = louder * np.sqrt(np.diag(calm))
    usual = calm / np.sqrt(np.outer(np.diag(calm), np.diag(calm)))
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
    market = RegimeMarket(change, drift, np.stack([calm, stormy]), factor)
    past, _ = market.sessions(chance, 1, PAST_SESSIONS, 1.0 / market.sessions_a_year)
    market = replace(market, ear=Ear.fitted(past[:, 0]))
    mean_drift, mean_covariance = market.average()
    known = TrackingProblem(
        world.problem.target,
        mean_drift,
        mean_covariance,
        world.problem.cost,
        world.problem.risk_aversion,
        1.0 / 12.0,
    )
    return World(known, market=market)


def _log_uniform(chance: np.random.Generator, between: tuple[float, float], n: int) -> Floats:
    least, most = np.log(between)
    return np.exp(chance.uniform(least, most, n))

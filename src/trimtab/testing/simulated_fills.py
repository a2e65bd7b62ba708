"""Fills with known laws of cost, to hold forecasts of cost against: right ones and wrong ones.

In every world the noise grows with the order, so that an interval of one width would be wrong for
almost every order.  In all but the first the cost follows another law than the forecasts assume.

Errors: none.
"""

from datetime import date, timedelta
from enum import StrEnum

import numpy as np

from trimtab.estimators._base import Fills, Floats, Orders

__all__ = ["FillWorld", "simulated_fills"]

SESSION_FILLS = 10


class FillWorld(StrEnum):
    """How the cost of a fill comes about."""

    SQUARE_ROOT = "square_root"
    """Half a spread, dearer at the open and the close, plus square-root impact; fat tails."""
    LINEAR_IMPACT = "linear_impact"
    """Impact grows with size outright, and noise is skewed: now and then a fill is very dear."""
    HIDDEN_NEWS = "hidden_news"
    """Every tenth fill meets news that no feature tells of, with ten times the noise."""
    WRONG_SPREAD = "wrong_spread"
    """The spread that is told is off by a random factor of two either way."""
    ONE_SIDED = "one_sided"
    """Sales cost three times what purchases do, and the noise of purchases depends on the hour."""


def simulated_fills(world: FillWorld, seed: int, count: int, last: date) -> Fills:
    """So many fills of one world, ten a day, the last of them on `last`."""
    chance = np.random.default_rng(seed)
    orders = Orders(
        half_spread=np.exp(chance.normal(np.log(3e-4), 0.6, count)),
        volatility=np.exp(chance.normal(np.log(0.012), 0.4, count)),
        participation=np.exp(chance.normal(np.log(1e-3), 1.2, count)),
        day_fraction=chance.random(count),
        is_buy=chance.random(count) < 0.5,
    )
    ages = (np.arange(count)[::-1] // SESSION_FILLS).tolist()
    on = tuple(last - timedelta(days=age) for age in ages)
    return Fills(on, orders, _LAWS[world](orders, chance))


def _square_root(orders: Orders, chance: np.random.Generator) -> Floats:
    busy = 1.0 + 0.6 * np.abs(2.0 * orders.day_fraction - 1.0) ** 3
    impact = 0.1 * orders.volatility * np.sqrt(orders.participation)
    expected = orders.half_spread * busy + impact
    noise: Floats = (0.3 * expected + 0.5 * impact) * chance.standard_t(5, len(expected))
    return expected + noise


def _linear_impact(orders: Orders, chance: np.random.Generator) -> Floats:
    expected = orders.half_spread + 2.0 * orders.volatility * orders.participation
    skewed: Floats = chance.lognormal(-0.5, 1.0, len(expected))
    return expected * skewed


def _hidden_news(orders: Orders, chance: np.random.Generator) -> Floats:
    news = np.where(chance.random(len(orders.half_spread)) < 0.1, 10.0, 1.0)
    noise: Floats = news * 0.4 * orders.half_spread * chance.standard_normal(len(news))
    return orders.half_spread + noise


def _wrong_spread(orders: Orders, chance: np.random.Generator) -> Floats:
    truth = orders.half_spread * np.exp(chance.normal(0.0, np.log(2.0), len(orders.half_spread)))
    noise: Floats = 0.2 * truth * chance.standard_normal(len(truth))
    return truth + noise


def _one_sided(orders: Orders, chance: np.random.Generator) -> Floats:
    side = np.where(orders.is_buy, 1.0, 3.0)
    width = np.where(orders.is_buy, 0.1 + orders.day_fraction, 0.3)
    expected = side * orders.half_spread
    noise: Floats = expected * width * chance.standard_normal(len(expected))
    return expected + noise


_LAWS = {
    FillWorld.SQUARE_ROOT: _square_root,
    FillWorld.LINEAR_IMPACT: _linear_impact,
    FillWorld.HIDDEN_NEWS: _hidden_news,
    FillWorld.WRONG_SPREAD: _wrong_spread,
    FillWorld.ONE_SIDED: _one_sided,
}

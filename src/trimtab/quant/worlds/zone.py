"""The no-trade zone over many households, its costs and its metric aware of embedded gains.

Why half of a gain's tax is charged when selling and half when buying: over the years what is sold
of an instrument less what is bought of it is given by how it grows, so that only the *sum* of both
prices moves a policy.  Charging all of it on sales would move the whole zone, and hold too much of
whatever has gained.

Errors: `InputError` for a metric of another shape, and for shares that make no sense.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trimtab.model.errors import InputError
from trimtab.quant.worlds._base import Floats
from trimtab.quant.worlds._rule_kernels import zone_destinations
from trimtab.quant.worlds.household import Household
from trimtab.quant.worlds.policy_paths import Holdings

__all__ = ["Zone", "cube_root_metric"]

LEAST_COST = 1e-9
"""So that what is free to trade has a law too."""
LEAST_SPREAD = 1e-6
"""Weights nearer to 0 or 1 than this have the band that they would have there."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A no-trade region, as min Σ cost·|y − x| + ½(y − centre)ᵀ metric (y − centre) states it.

    Shape: `centre`, `cost` (n,), `metric` (n, n).
    Unit: `cost` one way, as it was believed when the metric was found; `tax_weight` how much of a
    gain's tax counts, 0 for none; `on_sale` the part of it that is charged when selling; `every`
    sessions between looks; `power` of the law by which bands widen with cost.
    Refuses: shapes that differ, a tax weight below zero, a part outside [0, 1].
    """

    name: str
    centre: Floats
    metric: Floats
    cost: Floats
    tax_weight: float = 0.0
    on_sale: float = 0.5
    every: int = 1
    power: float = 1.0 / 3.0

    def __post_init__(self) -> None:
        n = len(self.centre)
        if self.metric.shape != (n, n) or self.cost.shape != (n,):
            fact = f"metric {self.metric.shape}, cost {self.cost.shape}"
            raise InputError(self.name, fact, f"the centre has {n} instruments")
        if self.tax_weight < 0.0 or not 0.0 <= self.on_sale <= 1.0 or self.every < 1:
            fact = f"tax weight {self.tax_weight:g}, on sale {self.on_sale:g}, every {self.every}"
            raise InputError(self.name, fact, "on sale is from 0 to 1, every at least 1")

    def looks(self, day: int) -> bool:
        """Every so many sessions."""
        return day % self.every == 0

    def destinations(self, holdings: Holdings, household: Household) -> Floats:
        """The weights held inside the zone, its boundary outside.

        Shape: (paths, n).
        """
        extra = 0.5 * self.tax_weight * household.tax_rate * np.maximum(holdings.gains, 0.0)
        dearer = (self.cost + extra) / np.maximum(self.cost, LEAST_COST)
        wanted = np.empty_like(holdings.weights)
        zone_destinations(
            *(holdings.weights, np.broadcast_to(self.centre, wanted.shape), self.metric),
            *(dearer**self.power, self.cost + 2.0 * self.on_sale * extra),
            *(self.cost + 2.0 * (1.0 - self.on_sale) * extra, wanted),
        )
        return wanted


def cube_root_metric(target: Floats, cost: Floats, risk_aversion: float) -> Floats:
    """The metric whose bands are those of the cube root, for costs that are small.

    An instrument of weight w that moves alone diffuses by w(1 − w)σ and is charged ½γσ² a year for
    its distance, so that σ drops out: half-width (3·k·w²(1 − w)²/2γ)^⅓ with k the cost of an
    exchange.  For the same reason correlations drop out of the leading term, and the metric is
    diagonal.
    Shape: (n,) each → (n, n).
    Unit: `cost` one way; weights of zero and of one are kept, since nothing there diffuses.
    Source: Rogers (2004), Contemporary Mathematics 351; Goodman and Ostrov (2010), SIAM Journal on
    Applied Mathematics 70(6).
    """
    spread = np.maximum(target * (1.0 - target), LEAST_SPREAD)
    exchange = cost + float(target @ cost)
    width = np.cbrt(3.0 * exchange * spread**2 / (2.0 * risk_aversion))
    return np.diag(exchange / np.maximum(width, LEAST_SPREAD))

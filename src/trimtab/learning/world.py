"""The household world as a differentiable batch: returns move it, a region trades it, costs add up.

State of each household and instrument: its weight, and its basis as a fraction of its value (one
average per instrument, as under average-basis relief).  At every review a flow arrives in cash, the
policy names a no-trade region, the trade step goes there and is paid for, and a period of returns
follows.  Weights always sum to one: costs and taxes are counted, not deducted, as in the dynamic
programs that give the optimum.  Slopes flow through everything, the basis included.

Errors: arrays that do not fit are `InputError`; costs that are not finite are the trainer's matter.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from trimtab.learning.regimes import RegimeMarket
from trimtab.learning.trade_step import trade
from trimtab.model.errors import InputError
from trimtab.quant.control.tracking import TrackingProblem

__all__ = ["Costs", "RegionBatch", "Scenario", "View", "World", "simulate"]


@dataclass(frozen=True, slots=True)
class World:
    """What a household lives in, beside the returns.

    `market` has moods that the problem knows only on average; without one, returns are lognormal
    with the problem's own covariance.
    Unit: `tax_rate` on realised gains (a realised loss is credited at the same rate); `flow` a
    year, fraction of value that arrives in `cash` (the place of an instrument without cost);
    `is_cost_quoted` whether a trade is weighed at the day's cost, else at the usual one, though the
    day's is paid; `return_capture` the part of the return expected of being away from the target
    that counts as won.
    """

    problem: TrackingProblem
    tax_rate: float = 0.0
    cash: int | None = None
    flow: float = 0.0
    market: RegimeMarket | None = None
    is_cost_quoted: bool = True
    return_capture: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.tax_rate < 1.0:
            raise InputError("tax_rate", f"is {self.tax_rate:g}", "it must be in [0, 1)")
        if self.flow and self.cash is None:
            raise InputError("flow", "has no cash to arrive in", remedy="name the cash instrument")
        if not -0.5 < self.flow * self.problem.review_years < 0.5:
            raise InputError("flow", f"is {self.flow:g} a year", "half the value a review at most")
        if not 0.0 <= self.return_capture <= 1.0:
            raise InputError("return_capture", f"is {self.return_capture:g}", "from 0 to 1")


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens to a batch of households: the same for every policy that is compared.

    Shape: `growth` (T, B, n) gross returns of each period; `weights`, `basis` (B, n) at the start;
    `signals` (T, B, k), what is known of the market at each review; `covariance` (K, n, n) of each
    mood, `mood` (T, B) which one holds, of whose risk a period is charged; `cost_factor` (T, B) by
    which trading is dearer than usual; `expected` (T, B, n) the return that the period's mood pays
    on average, which counts only where some of it is to be captured.
    """

    growth: Tensor
    weights: Tensor
    basis: Tensor
    signals: Tensor
    covariance: Tensor
    mood: Tensor
    cost_factor: Tensor
    expected: Tensor

    def __post_init__(self) -> None:
        periods, rows, n = self.growth.shape
        fits = self.weights.shape == self.basis.shape == (rows, n)
        if not fits or self.signals.shape[:2] != (periods, rows):
            shapes = [tuple(array.shape) for array in (self.growth, self.weights, self.basis)]
            raise InputError("scenario", f"its arrays {shapes} do not fit each other")


@dataclass(frozen=True, slots=True)
class View:
    """What a policy sees at a review.  Shape: (B, n), `signals` (B, k)."""

    weights: Tensor
    gain: Tensor
    signals: Tensor


@dataclass(frozen=True, slots=True)
class RegionBatch:
    """A no-trade region per household, as `quant.learned.models.reshaped` makes it.

    Shape: `centre`, `stretch`, `lean` (B, n) or (n,), `metric` (n, n).
    """

    centre: Tensor
    stretch: Tensor
    metric: Tensor
    lean: Tensor


@dataclass(frozen=True, slots=True)
class Costs:
    """What a policy costs each household, fraction of value a year; `deferred`, tax of selling
    all at the end, which the total leaves out.

    Shape: (B,).
    """

    trading: Tensor
    tax: Tensor
    tracking: Tensor
    captured: Tensor
    deferred: Tensor

    @property
    def total(self) -> Tensor:
        """Trading cost + tax + ½γ × tracking variance − what was captured of returns."""
        return self.trading + self.tax + self.tracking - self.captured


def simulate(
    world: World, scenario: Scenario, policy: Callable[[View], RegionBatch], warm_up: int = 0
) -> Costs:
    """Live through a scenario; costs of the first `warm_up` periods are not counted.

    Refuses: a warm-up as long as the scenario.
    """
    periods, rows, _ = scenario.growth.shape
    if not 0 <= warm_up < periods:
        raise InputError("warm_up", f"is {warm_up}", f"the scenario has {periods} periods")
    problem = world.problem
    target, cost = torch.from_numpy(problem.target.copy()), torch.from_numpy(problem.cost.copy())
    risk = 0.5 * problem.risk_aversion * scenario.covariance
    weights, basis = scenario.weights, scenario.basis
    trading, tax, tracking, captured = (torch.zeros(rows, dtype=torch.float64) for _ in range(4))
    for period in range(periods):
        weights, basis = _flow(world, weights, basis)
        gain = 1.0 - basis
        region = policy(View(weights, gain, scenario.signals[period]))
        now = cost * scenario.cost_factor[period, :, None]
        weighed = now if world.is_cost_quoted else cost
        buy = weighed + region.lean
        sell = torch.maximum(weighed + world.tax_rate * gain - region.lean, -buy)
        after = trade(weights, region.centre, region.stretch, region.metric, buy, sell)
        bought, sold = torch.relu(after - weights), torch.relu(weights - after)
        if period >= warm_up:
            away = after - target
            trading = trading + ((bought + sold) * now).sum(1)
            if len(risk) == 1:
                variance = ((away @ risk[0]) * away).sum(1)
            else:
                variance = torch.einsum("bi,bij,bj->b", away, risk[scenario.mood[period]], away)
            tracking = tracking + problem.review_years * variance
            if world.return_capture:
                won = (away * scenario.expected[period]).sum(1)
                captured = captured + world.return_capture * won
            if world.tax_rate:
                tax = tax + world.tax_rate * (sold * gain).sum(1)
        growth = scenario.growth[period]
        if world.tax_rate:  # the basis of what was kept, and of what was bought
            basis = (basis * (weights - sold) + bought) / (after + TINY) / growth
        grown = after * growth
        weights = grown / grown.sum(1, keepdim=True)
    years = (periods - warm_up) * problem.review_years
    left = world.tax_rate * (weights * (1.0 - basis)).sum(1)
    return Costs(trading / years, tax / years, tracking / years, captured / years, left / years)


TINY = 1e-300
"""Keeps the basis of an empty holding a number."""


def _flow(world: World, weights: Tensor, basis: Tensor) -> tuple[Tensor, Tensor]:
    """Cash that came in or is to go out; the others' weights give way."""
    if not world.flow or world.cash is None:
        return weights, basis
    arrived = torch.zeros(weights.shape[1], dtype=torch.float64)
    arrived[world.cash] = world.flow * world.problem.review_years
    total = 1.0 + arrived.sum()
    return (weights + arrived) / total, basis

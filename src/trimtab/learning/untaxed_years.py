"""An untaxed household's years in one differentiable step: what `simulate` costs, faster.

Without taxes and flows a policy's region depends on what is heard alone, not on where a household
stands, so that every review's region is known before the first.  The years are then one function
of regions, with its slope written out backwards: what the weights before a review cost later is
carried from each review to the one before it.

Errors: none for a review whose problem has no answer, as a search that tries parameters out of all
bounds may meet: such years cost infinitely much.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from trimtab.learning.world import Costs, RegionBatch, Scenario, World
from trimtab.model.errors import must
from trimtab.quant.control.tracking import Floats
from trimtab.quant.learned.one_step import destinations
from trimtab.quant.learned.one_step_slopes import destination_slopes

__all__ = ["is_plain", "untaxed_years"]


def is_plain(world: World) -> bool:
    """Whether a world has neither taxes nor flows."""
    return not world.tax_rate and not world.flow


@dataclass(frozen=True, slots=True)
class _Given:
    """What does not depend on the policy.

    Shape: `growth`, `weighed`, `paid`, `won` (T, B, n): by what a trade is weighed, what is paid,
    what a weight wins; `risk` (K, n, n), `mood` (T, B), `weights` (B, n), `target` (n,).
    """

    growth: Floats
    weighed: Floats
    paid: Floats
    won: Floats
    risk: Floats
    mood: Any
    weights: Floats
    target: Floats
    warm_up: int

    @classmethod
    def of(cls, world: World, scenario: Scenario, warm_up: int) -> _Given:
        """A scenario's arrays."""
        problem = world.problem
        paid = scenario.cost_factor.numpy()[:, :, None] * problem.cost
        usual = np.broadcast_to(problem.cost, paid.shape)
        return cls(
            scenario.growth.numpy(),
            np.ascontiguousarray(paid if world.is_cost_quoted else usual),
            paid,
            world.return_capture * scenario.expected.numpy(),
            problem.review_years * 0.5 * problem.risk_aversion * scenario.covariance.numpy(),
            scenario.mood.numpy(),
            scenario.weights.numpy(),
            problem.target,
            warm_up,
        )

    def risk_slope(self, period: int, away: Floats) -> Floats:
        """½ the slope of a period's tracking cost.  Shape: (B, n)."""
        if len(self.risk) == 1:
            return np.asarray(away @ self.risk[0])
        return np.asarray((self.risk[self.mood[period]] @ away[:, :, None])[:, :, 0])


class _Years(torch.autograd.Function):  # type: ignore[misc]  # without types, whether installed or not
    """Trading, tracking and captured return of the counted periods, household by household."""

    @staticmethod
    def forward(
        ctx: Any, given: _Given, centre: Tensor, stretch: Tensor, metric: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Live through the periods; keep what the slopes need."""
        regions = [one.detach().numpy() for one in (centre, stretch, metric)]
        periods, rows, n = given.growth.shape
        before, after = np.empty((periods + 1, rows, n)), np.empty((periods, rows, n))
        side = np.empty((periods, rows, n), dtype=np.int8)
        found = np.zeros((3, rows))
        before[0] = given.weights
        if not all(np.isfinite(one).all() for one in regions):
            found[:], periods = np.inf, 0
        for t in range(periods):
            weighed = given.weighed[t]
            row = destinations(
                before[t],
                regions[0][t],
                regions[1][t],
                regions[2],
                weighed,
                weighed,
                after[t],
                side[t],
            )
            if row >= 0:  # parameters out of all bounds: no search takes what costs infinitely much
                found[:] = np.inf
                break
            if t >= given.warm_up:
                away = after[t] - given.target
                found[0] += (np.abs(after[t] - before[t]) * given.paid[t]).sum(axis=1)
                found[1] += (given.risk_slope(t, away) * away).sum(axis=1)
                found[2] += (away * given.won[t]).sum(axis=1)
            grown = after[t] * given.growth[t]
            before[t + 1] = grown / grown.sum(axis=1, keepdims=True)
        ctx.given, ctx.regions, ctx.path = given, regions, (before, after, side)
        trading, tracking, captured = (torch.from_numpy(one) for one in found)
        return trading, tracking, captured

    @staticmethod
    def backward(
        ctx: Any, trading: Tensor, tracking: Tensor, captured: Tensor
    ) -> tuple[None, Tensor, Tensor, Tensor]:
        """Carry what weights cost later from the last review to the first."""
        given, (centre, stretch, metric), (before, after, side) = ctx.given, ctx.regions, ctx.path
        dearer, riskier, won = (one.numpy()[:, None] for one in (trading, tracking, captured))
        to_centre, to_stretch = np.zeros_like(after), np.zeros_like(after)
        to_metric, unused = np.zeros_like(metric), np.zeros_like(after[0])
        later = np.zeros_like(after[0])
        for t in reversed(range(len(after))):
            grown = (after[t] * given.growth[t]).sum(axis=1, keepdims=True)
            mean = (later * before[t + 1]).sum(axis=1, keepdims=True)
            slope = (later - mean) / grown * given.growth[t]
            paying = np.zeros_like(slope)
            if t >= given.warm_up:
                paying = dearer * np.sign(after[t] - before[t]) * given.paid[t]
                slope += paying + riskier * 2.0 * given.risk_slope(t, after[t] - given.target)
                slope += won * given.won[t]
            later = np.zeros_like(slope)
            row = destination_slopes(
                slope,
                after[t],
                side[t],
                centre[t],
                stretch[t],
                metric,
                later,
                to_centre[t],
                to_stretch[t],
                to_metric,
                unused,
                unused,
            )
            must(row < 0, f"household {row} of the batch has no slope")
            later -= paying
        return None, *(torch.from_numpy(one) for one in (to_centre, to_stretch, to_metric))


def untaxed_years(
    world: World, scenario: Scenario, regions: RegionBatch, warm_up: int = 0
) -> Costs:
    """What regions cost through a scenario of a plain world, as `simulate` has it.

    Shape: `regions` of all reviews, (T·B, n) or (n,) each, the first review's households first.
    """
    shape = scenario.growth.shape
    centre, stretch = (
        one.expand(shape[0] * shape[1], shape[2]).reshape(shape).contiguous()
        for one in (regions.centre, regions.stretch)
    )
    given = _Given.of(world, scenario, warm_up)
    found = _Years.apply(given, centre, stretch, regions.metric.contiguous())
    years = (shape[0] - warm_up) * world.problem.review_years
    trading, tracking, captured = (one / years for one in found)
    nothing = torch.zeros_like(trading)
    return Costs(trading, nothing, tracking, captured, nothing)

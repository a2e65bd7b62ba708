"""The trade of a review as a differentiable function: weights before, weights after.

Forward solves the one-step problem of `quant.learned.one_step` for every household of the batch;
backward solves one linear system per household that traded (`one_step_slopes`).

Errors: none for a batch whose problem has no answer, as a search that tries parameters out of all
bounds may meet: its weights are no numbers, and so is whatever they cost.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from trimtab.model.errors import must
from trimtab.quant.learned.one_step import destinations
from trimtab.quant.learned.one_step_slopes import destination_slopes

__all__ = ["trade"]


class _Trade(torch.autograd.Function):  # type: ignore[misc]  # without types, whether installed or not
    """Forward and backward through the compiled kernels."""

    @staticmethod
    def forward(ctx: Any, *given: Tensor) -> Tensor:
        """Solve each row; keep what the slopes need."""
        arrays = [array.detach().contiguous().numpy() for array in given]
        weights, centre, stretch, metric, buy, sell = arrays
        after, side = np.empty_like(weights), np.empty(weights.shape, dtype=np.int8)
        row = destinations(weights, centre, stretch, metric, buy, sell, after, side)
        is_sound = row < 0 and all(np.isfinite(one).all() for one in arrays)
        if not is_sound:  # parameters out of all bounds: what comes of them is no number
            after[:] = np.nan
        result = torch.from_numpy(after)
        ctx.save_for_backward(result, torch.from_numpy(side), given[1], given[2], given[3])
        return result

    @staticmethod
    def backward(ctx: Any, *later: Tensor) -> tuple[Tensor, ...]:
        """Carry the slope back by the implicit function theorem."""
        after, side, centre, stretch, metric = (
            array.detach().contiguous().numpy() for array in ctx.saved_tensors
        )
        slopes = [np.zeros_like(after) for _ in range(3)]
        to_metric = np.zeros_like(metric)
        to_costs = [np.zeros_like(after) for _ in range(2)]
        row = destination_slopes(
            later[0].contiguous().numpy(),
            after,
            side,
            centre,
            stretch,
            metric,
            slopes[0],
            slopes[1],
            slopes[2],
            to_metric,
            to_costs[0],
            to_costs[1],
        )
        must(row < 0, f"household {row} of the batch has no slope")
        return tuple(torch.from_numpy(array) for array in (*slopes, to_metric, *to_costs))


def trade(
    weights: Tensor, centre: Tensor, stretch: Tensor, metric: Tensor, buy: Tensor, sell: Tensor
) -> Tensor:
    """Weights after the trade that the one-step problem wants; differentiable in every argument.

    Shape: all (B, n) but `metric` (n, n), symmetric; float64.
    Unit: weights in fractions of one; costs one way, in fractions of traded value.
    """
    shape = weights.shape
    parts = (centre.expand(shape), stretch.expand(shape), metric, buy.expand(shape))
    return _Trade.apply(weights, *parts, sell.expand(shape))

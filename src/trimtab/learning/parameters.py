"""What is trained: a region's own numbers, or the layers of the network that reshapes the rule's.

Both are a function from what a household sees to its region, with parameters that slopes reach, and
can be frozen to the model of `quant.learned` that answers the same without PyTorch.

Errors: none of their own.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise

import numpy as np
import torch
from torch import Tensor

from trimtab.learning.world import RegionBatch, View, World
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.control.tracking import Floats
from trimtab.quant.learned.features import (
    LEAST_COST,
    STATE_FEATURES,
    STATIC_FEATURES,
    static_features,
)
from trimtab.quant.learned.models import (
    OUTPUTS,
    RegionModel,
    RegionNetwork,
)
from trimtab.quant.learned.taxes import TAX_EACH_WAY, WIDTH_POWER

__all__ = [
    "LIMITS",
    "NetworkParameters",
    "Policy",
    "RegionParameters",
    "feature_tables",
    "frozen_policy",
    "rule_policy",
    "zone_policy",
]

Policy = Callable[[View], RegionBatch]

LIMITS = (0.5 * math.log(2.0), 1.0, 1.0)
"""How far a network may go from the rule: log-stretch (all of them together halve or double the
half-widths), shift in half-widths, share of the tax."""
MIXED_MAX = 6
"""Instruments up to which a region's metric is free in all its numbers."""
FIRST_SHIFT = 0.1
"""Part of the lesser of weight and its rest that a shift of one moves a region's centre by."""


def rule_policy(world: World, rule: NoTradeRegion) -> Policy:
    """The rule itself, as a policy to compare with."""
    centre, metric = torch.from_numpy(rule.centre.copy()), torch.from_numpy(rule.metric.copy())
    region = RegionBatch(centre, torch.ones_like(centre), metric, torch.zeros_like(centre))
    return lambda view: region


def zone_policy(world: World, rule: NoTradeRegion) -> Policy:
    """The rule as it is where sales are taxed: half of the tax each way, widened by the law."""
    centre, metric = torch.from_numpy(rule.centre.copy()), torch.from_numpy(rule.metric.copy())

    def region(view: View) -> RegionBatch:
        stretched, lean = _taxed_law(world, view.gain)
        return RegionBatch(centre, torch.exp(stretched), metric, lean)

    return region


def _taxed_law(world: World, gain: Tensor) -> tuple[Tensor, Tensor]:
    """`quant.learned.models.taxed_law` with slopes."""
    cost = torch.from_numpy(np.maximum(world.problem.cost, LEAST_COST))
    each_way = TAX_EACH_WAY * world.tax_rate * torch.relu(gain)
    return torch.log1p(each_way / cost) * WIDTH_POWER, each_way


def feature_tables(world: World, rule: NoTradeRegion, signals: int) -> Callable[[View], Tensor]:
    """All features of every household and instrument, as `quant.learned.features` has them.

    Shape: the tables are (B, n, features).
    """
    static = torch.from_numpy(static_features(world.problem, rule))
    target = torch.from_numpy(world.problem.target.copy())

    def tables(view: View) -> Tensor:
        rows, n = view.gain.shape
        mean = (view.gain @ target)[:, None].expand(rows, n)
        state = torch.stack([view.gain, world.tax_rate * view.gain, mean], dim=2)
        market = view.signals[:, None, :signals].expand(rows, n, signals)
        return torch.cat([static.expand(rows, n, -1), state, market], dim=2)

    return tables


def frozen_policy(model: RegionNetwork, world: World, rule: NoTradeRegion) -> Policy:
    """A trained network as a policy again, to be compared in worlds of any kind."""
    return NetworkParameters.of(model).policy(world, rule)


class RegionParameters:
    """One problem's region: its root's stretch per instrument, its centre, the deferral of tax.

    Up to `MIXED_MAX` instruments the root may change in every way, by `mix`; of more, only its
    stretch does, for their number grows with the square.
    """

    def __init__(self, instruments: int) -> None:
        self.stretch = torch.zeros(instruments, dtype=torch.float64, requires_grad=True)
        is_mixed = instruments <= MIXED_MAX
        self.mix = torch.zeros(
            (instruments, instruments), dtype=torch.float64, requires_grad=is_mixed
        )
        self.shift = torch.zeros(instruments, dtype=torch.float64, requires_grad=True)
        self.deferral = torch.zeros((), dtype=torch.float64, requires_grad=True)

    def tensors(self) -> list[Tensor]:
        """What the optimiser may change."""
        every = [self.stretch, self.shift, self.deferral, self.mix]
        return [tensor for tensor in every if tensor.requires_grad]

    def _root(self) -> Tensor:
        return torch.diag(torch.exp(self.stretch)) + self.mix

    def _metric(self, rule: NoTradeRegion) -> Tensor:
        """The rule's metric between twice the same root: it stays what a metric must be."""
        root = self._root()
        metric = root.T @ torch.from_numpy(rule.metric.copy()) @ root
        return 0.5 * (metric + metric.T)

    def _moved(self, world: World) -> Tensor:
        target = torch.from_numpy(world.problem.target.copy())
        moved = FIRST_SHIFT * self.shift * torch.minimum(target, 1.0 - target)
        return moved - moved.mean()

    def _centre(self, world: World, rule: NoTradeRegion) -> Tensor:
        return torch.from_numpy(rule.centre.copy()) + self._moved(world)

    def policy(self, world: World, rule: NoTradeRegion) -> Policy:
        """The rule's region, reshaped; the same for every household but for its gains' tax."""
        centre, metric, rate = self._centre(world, rule), self._metric(rule), world.tax_rate
        ones = torch.ones_like(centre)

        def region(view: View) -> RegionBatch:
            lean = self.deferral * rate * view.gain if rate else torch.zeros_like(centre)
            return RegionBatch(centre, ones, metric, lean)

        return region

    def frozen(
        self, name: str, world: World, rule: NoTradeRegion, margin: float, goes_along: bool = False
    ) -> RegionModel:
        """The model of these numbers; its ranges are the problem's, `margin` either way.

        With `goes_along` it keeps how it differs from the rule as well, and changes as that does.
        """
        with torch.no_grad():
            centre, metric = self._centre(world, rule).numpy(), self._metric(rule).numpy()
            root, moved = self._root().numpy(), self._moved(world).numpy()
        known = static_features(world.problem, rule)
        ranges = np.column_stack([known.min(axis=0) - margin, known.max(axis=0) + margin])
        deferral = float(self.deferral.detach())
        model = RegionModel(name, centre, metric, deferral, ranges)
        return replace(model, root=root, moved=moved) if goes_along else model


class NetworkParameters:
    """Layers shared by all instruments, whose last begins at zero: the start is the rule.

    `signals` names the market's part of the state; `middle` and `spread` scale the features; where
    `is_anchored`, what it says of a household without gains in a usual market is subtracted.
    """

    def __init__(
        self,
        hidden: tuple[int, ...],
        signals: tuple[str, ...],
        middle: Floats,
        spread: Floats,
        seed: int,
        is_anchored: bool = True,
    ) -> None:
        self.is_anchored = is_anchored
        chance = np.random.default_rng(seed)
        sizes = [len(STATIC_FEATURES) + len(STATE_FEATURES) + len(signals), *hidden, len(OUTPUTS)]
        self.signals, self.middle, self.spread = signals, middle, spread
        self.seen = np.column_stack([np.full(sizes[0], np.inf), np.full(sizes[0], -np.inf)])
        self.weights: list[Tensor] = []
        self.biases: list[Tensor] = []
        for place, (inputs, outputs) in enumerate(pairwise(sizes)):
            is_last = place == len(sizes) - 2
            drawn = chance.normal(0.0, inputs**-0.5, (inputs, outputs)) * (not is_last)
            self.weights.append(torch.from_numpy(drawn).requires_grad_())
            self.biases.append(torch.zeros(outputs, dtype=torch.float64, requires_grad=True))

    @classmethod
    def of(cls, model: RegionNetwork) -> NetworkParameters:
        """The layers of a frozen network."""
        hidden = tuple(layer.shape[1] for layer in model.weights[:-1])
        network = cls(hidden, model.signals, model.middle, model.spread, 0, model.is_anchored)
        with torch.no_grad():
            for layer, known in zip(
                network.tensors(), (*model.weights, *model.biases), strict=True
            ):
                layer.copy_(torch.from_numpy(known))
        return network

    def tensors(self) -> list[Tensor]:
        """What the optimiser may change."""
        return [*self.weights, *self.biases]

    def policy(self, world: World, rule: NoTradeRegion) -> Policy:
        """The rule's region, reshaped by what each household and its market look like."""
        target = torch.from_numpy(world.problem.target.copy())
        width = torch.from_numpy(np.maximum(*rule.half_widths()))
        centre, metric = torch.from_numpy(rule.centre.copy()), torch.from_numpy(rule.metric.copy())

        table_of = feature_tables(world, rule, len(self.signals))

        def region(view: View) -> RegionBatch:
            table = table_of(view)
            self.remember(table)
            log_stretch, shift, deferral = self.adjustments(table).unbind(dim=2)
            moved = shift * width
            moved_centre = centre + moved - target * moved.sum(1, keepdim=True)
            stretched, lean = _taxed_law(world, view.gain)
            leaning = lean + deferral * world.tax_rate * view.gain
            return RegionBatch(moved_centre, torch.exp(stretched + log_stretch), metric, leaning)

        return region

    def remember(self, table: Tensor) -> None:
        """Widen what was seen of each feature while learning; comparing does not count."""
        if torch.is_grad_enabled():
            flat = table.detach().reshape(-1, table.shape[-1])
            least, most = flat.amin(0).numpy(), flat.amax(0).numpy()
            self.seen[:, 0] = np.minimum(self.seen[:, 0], least)
            self.seen[:, 1] = np.maximum(self.seen[:, 1], most)

    def adjustments(self, table: Tensor) -> Tensor:
        """Log-stretch, shift, deferral of each instrument.  Shape: (B, n, features) → (B, n, 3)."""
        raw = self._outputs(table)
        if self.is_anchored:
            raw = raw - self._outputs(self._at_rest(table[:1]))
        limits = torch.tensor(LIMITS, dtype=torch.float64)
        return limits * torch.tanh(raw / limits)

    def _at_rest(self, table: Tensor) -> Tensor:
        """What `RegionNetwork.at_rest` says; the same for every household of a world."""
        static, state = len(STATIC_FEATURES), len(STATIC_FEATURES) + len(STATE_FEATURES)
        rest = table.clone()
        rest[..., static:state] = 0.0
        rest[..., state:] = torch.from_numpy(self.middle[state:])
        return rest

    def _outputs(self, table: Tensor) -> Tensor:
        layer = (table - torch.from_numpy(self.middle)) / torch.from_numpy(self.spread)
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            layer = torch.tanh(layer @ weight + bias)
        return layer @ self.weights[-1] + self.biases[-1]

    def frozen(self, name: str) -> RegionNetwork:
        """The model of these layers, with what training has seen of each feature."""
        return RegionNetwork(
            name,
            tuple(layer.detach().numpy().copy() for layer in self.weights),
            tuple(layer.detach().numpy().copy() for layer in self.biases),
            self.middle,
            self.spread,
            np.array(LIMITS),
            self.seen.copy(),
            self.signals,
            self.is_anchored,
        )

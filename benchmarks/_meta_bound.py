"""What listening could at most be worth in one world: regions fitted to that very world.

Three regions that are told more and more: nothing, what an ear hears, the mood itself.  Each is
fitted by gradient to the world that it is then judged in (over other returns), so that none has to
know worlds in general.  What the last gains over the first bounds any listener of this form.
"""

import time
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from trimtab.learning.descent import Budget, settle
from trimtab.learning.measuring import costs_of
from trimtab.learning.parameters import Policy
from trimtab.learning.scenarios import draw_scenario
from trimtab.learning.world import RegionBatch, Scenario, View, World
from trimtab.quant.control.no_trade_region import NoTradeRegion

ROWS, PERIODS, STEPS = 128, 96, 12
TOLD = ("nothing", "signals", "mood")
FARTHEST, WIDEST = 20.0, 3.0
"""Half-widths that a region may move, and the log of its stretch: far beyond what pays, but a
search that counts expected returns would else try regions that no solver can trade to."""


class ToldRegion:
    """The rule's region, its stretch and shift linear in what it is told.

    Shape: `stretch` and `shift` (1 + k, n).
    """

    def __init__(self, instruments: int, told: int) -> None:
        shape = (1 + told, instruments)
        self.stretch = torch.zeros(shape, dtype=torch.float64, requires_grad=True)
        self.shift = torch.zeros(shape, dtype=torch.float64, requires_grad=True)

    def tensors(self) -> list[Tensor]:
        """What the optimiser may change."""
        return [self.stretch, self.shift]

    def policy(self, world: World, rule: NoTradeRegion) -> Policy:
        """As a policy; of the signals only the first so many are looked at."""
        centre, metric = torch.from_numpy(rule.centre.copy()), torch.from_numpy(rule.metric.copy())
        target = torch.from_numpy(world.problem.target.copy())
        width = torch.from_numpy(np.maximum(*rule.half_widths()))
        told = len(self.stretch) - 1

        def region(view: View) -> RegionBatch:
            one = torch.ones((len(view.weights), 1), dtype=torch.float64)
            heard = torch.cat([one, view.signals[:, :told]], dim=1)
            moved = _within(FARTHEST, heard @ self.shift) * width
            stretch = torch.exp(_within(WIDEST, heard @ self.stretch))
            at = centre + moved - target * moved.sum(1, keepdim=True)
            return RegionBatch(at, stretch, metric, torch.zeros_like(stretch))

        return region


def _within(limit: float, found: Tensor) -> Tensor:
    return limit * torch.tanh(found / limit)


def told(scenario: Scenario, what: str) -> tuple[Scenario, int]:
    """A scenario in which a policy hears this, and how many signals that is."""
    if what == "mood":
        return replace(scenario, signals=scenario.mood[:, :, None].double()), 1
    return scenario, scenario.signals.shape[2] if what == "signals" else 0


def fitted_costs(
    world: World, rule: NoTradeRegion, unseen: Scenario, seed: tuple[int, ...]
) -> dict[str, float]:
    """What a region fitted to this world costs over unseen returns, by what it is told."""
    known = draw_scenario(world, seed, rows=ROWS, periods=PERIODS)
    found = {}
    for what in TOLD:
        learnt, signals = told(known, what)
        region = ToldRegion(world.problem.instruments, signals)
        found[what] = _fit(world, rule, region, learnt, told(unseen, what)[0])
    return found


def _fit(
    world: World, rule: NoTradeRegion, region: ToldRegion, learnt: Scenario, unseen: Scenario
) -> float:
    policy = region.policy(world, rule)
    with torch.no_grad():
        start = costs_of(world, learnt, policy, 0)
    unit = float((start.trading + start.tracking).mean())

    def cost() -> Tensor:
        return costs_of(world, learnt, policy, 0).total.mean() / unit

    def validate() -> float:
        with torch.no_grad():
            return float(cost())

    budget = Budget(STEPS, 60.0, time.process_time())
    settle(region.tensors(), cost, validate, budget, lambda step, cost: None)
    with torch.no_grad():
        return float(costs_of(world, unseen, policy, 0).total.mean())

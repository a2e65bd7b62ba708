"""Hold a target where each trade costs a fixed amount besides a proportional one.

The deviation x moves by s dB a year, costs ½qx² a year, and each trade F + κ per unit moved.  One
waits until |x| = D and then trades to d, inside the trigger, symmetrically.  V' is the odd cubic
(2/s²)(λx − qx³/6); it equals κ at d and D, and its excess over κ between them is F.  With
X = √(2λ/q), where V' peaks, the two are X(cos δ ± √3 sin δ), and

    κ = (2qX³/(3s²)) cos 3δ        F = (qX⁴/s²) 4√3 cos δ sin³δ,   0 ≤ δ ≤ π/6,

so that one equation in δ is left: δ = 0 where F = 0 (then d = D), δ = π/6 where κ = 0 (d = 0).

Source: Constantinides & Richard (1978), Existence of optimal simple policies for discounted-cost
inventory and cash management in continuous time, Operations Research 26(4); Dixit (1991), A
simplified treatment of the theory of optimal regulation of Brownian motion, section 3.

Errors: what cannot be a problem is `InputErrors`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq

from trimtab.quant.control._inputs import above_zero, at_least_zero, refuse
from trimtab.quant.control.asymptotics import fixed_cost_trigger, tracking_half_width

__all__ = ["FixedCostAnswer", "FixedCostProblem", "average_cost_of", "solve_fixed_cost"]

MOST = math.pi / 6.0
RATIO_MAX = 100.0
"""Of the log of δ over what is left to π/6: one cost is then nothing beside the other."""


@dataclass(frozen=True, slots=True)
class FixedCostProblem:
    """What moves, what drifting and trading cost.

    Unit: `fixed` F per trade and `cost` κ per unit moved, fractions of value; `penalty` q of ½qx²
    a year; `moves` s a year.
    Refuses: values that are not finite, negative costs, a penalty or a volatility that is not
    positive.
    """

    fixed: float
    cost: float
    penalty: float
    moves: float

    def __post_init__(self) -> None:
        refuse(
            at_least_zero("fixed", self.fixed),
            at_least_zero("cost", self.cost),
            above_zero("penalty", self.penalty),
            above_zero("moves", self.moves),
        )


@dataclass(frozen=True, slots=True)
class FixedCostAnswer:
    """How far to let drift, how far to trade back, and what it costs a year.

    Unit: distances from the target; `average_cost` and `trades` a year.
    """

    trigger: float
    destination: float
    average_cost: float
    trades: float


def solve_fixed_cost(problem: FixedCostProblem) -> FixedCostAnswer:
    """The best trigger and destination; without any cost both are zero and trades endless."""
    delta, rest, peak = _angles_and_peak(problem)
    trigger = 2.0 * peak * math.cos(math.pi / 6.0 + rest)
    destination = 2.0 * peak * math.sin(rest)
    # A motion with variance s² a year takes (D² − d²)/s² years from d to ±D.
    way = 4.0 * math.sqrt(3.0) * peak**2 * math.cos(delta) * math.sin(delta)
    trades = problem.moves**2 / way if way > 0.0 else math.inf
    return FixedCostAnswer(trigger, destination, 0.5 * problem.penalty * peak * peak, trades)


def average_cost_of(problem: FixedCostProblem, trigger: float, destination: float) -> float:
    """What any trigger and destination cost a year, by renewal: cost per cycle over its length.

    Refuses: a destination that is not inside the trigger.
    """
    refuse(above_zero("trigger", trigger), at_least_zero("destination", destination))
    refuse(above_zero("trigger − destination", trigger - destination))
    years = (trigger**2 - destination**2) / problem.moves**2
    drifting = problem.penalty * (trigger**4 - destination**4) / (12.0 * problem.moves**2)
    return (problem.fixed + problem.cost * (trigger - destination) + drifting) / years


def _angles_and_peak(problem: FixedCostProblem) -> tuple[float, float, float]:
    """δ, π/6 − δ and X; both angles, for either may be too small to come from the other."""
    proportional = tracking_half_width(problem.cost, problem.penalty, problem.moves)
    alone = fixed_cost_trigger(problem.fixed, problem.penalty, problem.moves) / math.sqrt(3.0)
    if problem.fixed == 0.0:
        return 0.0, MOST, proportional
    if problem.cost == 0.0:
        return MOST, 0.0, alone

    def apart(log_ratio: float) -> float:
        """X from the fixed cost over X from the proportional one, in logs; it falls with δ."""
        delta, rest = _angles(log_ratio)
        from_fixed = math.log(alone) - 0.25 * math.log(_shape(delta))
        return from_fixed - math.log(proportional) + math.log(math.sin(3.0 * rest)) / 3.0

    delta, rest = _angles(float(brentq(apart, -RATIO_MAX, RATIO_MAX, xtol=1e-14)))
    if delta > rest:
        return delta, rest, alone / _shape(delta) ** 0.25
    return delta, rest, float(proportional / np.cbrt(math.sin(3.0 * rest)))


def _angles(log_ratio: float) -> tuple[float, float]:
    """δ and π/6 − δ from the log of their ratio."""
    rest = MOST / (1.0 + math.exp(log_ratio))
    return MOST / (1.0 + math.exp(-log_ratio)), rest


def _shape(delta: float) -> float:
    """4√3 cos δ sin³δ over its value ¾ at π/6."""
    return 4.0 * math.sqrt(3.0) * math.cos(delta) * math.sin(delta) ** 3 / 0.75

"""Hold a target weight at least long-run cost, with the exact diffusion of the weight.

The weight of the first of two instruments moves by itself, dw = b(w) dt + w(1−w)σ dB, and may be
moved for κ per unit.  What is least is the long-run average (or the discounted sum) of

    ½q(w−w*)² dt + κ |dU|

The answer is a band: nothing inside, at its ends just enough to stay in.  With V the value, V' is
−κ at the lower end and κ at the upper one, and V'' is zero at both (smooth pasting).  Undiscounted
these say that at the ends ½q(w−w*)² ∓ κb(w) is the average cost λ, which leaves one equation in λ.
Discounted, V' and the two ends are found together, by collocation and Newton's method.

In the log odds x = ln(w/(1−w)) the weight has constant drift ν and volatility σ, whatever the two
instruments: b(w) = w(1−w)(ν + σ²(½−w)).

Source: Taksar, Klass & Assaf (1988), Mathematics of Operations Research 13(2), for the average;
Davis & Norman (1990), section 5, for smooth pasting; Harrison (2013), Brownian Models of
Performance and Control, chapters 5 and 6, for the local time at the ends.

Errors: what cannot be a problem is `InputErrors`; a discounted problem so dear to trade that no
band is left is `InputError`.
"""

from __future__ import annotations

from dataclasses import dataclass

from trimtab.quant.control._diffusion import LogOddsDiffusion
from trimtab.quant.control._discounted import discounted_ends
from trimtab.quant.control._inputs import above_zero, at_least_zero, finite, inside_unit, refuse
from trimtab.quant.control._undiscounted import average_cost_ends
from trimtab.quant.control.asymptotics import (
    relative_volatility,
    tracking_half_width,
    weight_volatility,
)

__all__ = ["ExactTrackingAnswer", "ExactTrackingProblem", "solve_exact_tracking"]


@dataclass(frozen=True, slots=True)
class ExactTrackingProblem:
    """Two instruments, a target for the first, what drifting and trading cost.

    Unit: `cost` κ per unit of the first weight traded (the sum of both instruments' costs),
    `penalty` q of ½q(w−w*)² a year, volatilities a year, `drift_difference` that of dS/S of the
    first less the second a year, `discount` a year.  Without `drift_difference` the weight has no
    drift at the target.
    Refuses: values that are not finite, a target not between 0 and 1, negative costs, a penalty or
    a relative volatility that is not positive.
    """

    target: float
    cost: float
    penalty: float
    first_volatility: float
    second_volatility: float = 0.0
    correlation: float = 0.0
    drift_difference: float | None = None
    discount: float = 0.0

    def __post_init__(self) -> None:
        refuse(
            inside_unit("target", self.target),
            at_least_zero("cost", self.cost),
            above_zero("penalty", self.penalty),
            finite("drift_difference", self.drift_difference or 0.0),
            at_least_zero("discount", self.discount),
        )
        refuse(above_zero("relative volatility", self.volatility))

    @property
    def volatility(self) -> float:
        """σ: of the first instrument against the second, a year."""
        return relative_volatility(self.first_volatility, self.second_volatility, self.correlation)

    @property
    def neutral_drift_difference(self) -> float:
        """The drift difference at which the target weight does not drift."""
        w = self.target
        first, second = self.first_volatility**2, self.second_volatility**2
        shared = self.correlation * self.first_volatility * self.second_volatility
        return w * first - (1.0 - w) * second + (1.0 - 2.0 * w) * shared

    @property
    def log_odds_drift(self) -> float:
        """ν: the drift a year of ln(w/(1−w))."""
        difference = self.drift_difference
        if difference is None:
            difference = self.neutral_drift_difference
        return difference - 0.5 * (self.first_volatility**2 - self.second_volatility**2)


@dataclass(frozen=True, slots=True)
class ExactTrackingAnswer:
    """The band and what it costs.

    Unit: weights; `average_*` a year, long-run averages under this band also where discounted;
    `average_turnover` is the weight traded, `average_cost` the sum of drift and trading.  Where
    trading costs more than drifting ever can, the band is (0, 1) and nothing is traded.
    """

    lower: float
    upper: float
    small_cost_half_width: float
    drift_difference: float
    average_drift_cost: float
    average_turnover: float
    average_cost: float


def solve_exact_tracking(problem: ExactTrackingProblem) -> ExactTrackingAnswer:
    """The best band; without costs it has no width and endless turnover."""
    diffusion = LogOddsDiffusion(problem.log_odds_drift, problem.volatility)
    target, cost, penalty = problem.target, problem.cost, problem.penalty
    lower, upper = target, target
    if cost > 0.0:
        lower, upper = average_cost_ends(diffusion, target, cost, penalty)
        if problem.discount > 0.0:
            ends = (lower, upper)
            lower, upper = discounted_ends(diffusion, target, cost, penalty, problem.discount, ends)
    law = diffusion.within(lower, upper)
    drifting = 0.5 * penalty * law.mean_square_distance(target)
    trading = cost * law.turnover if cost > 0.0 else 0.0
    moves = weight_volatility(target, problem.volatility)
    given = problem.drift_difference
    return ExactTrackingAnswer(
        lower=lower,
        upper=upper,
        small_cost_half_width=tracking_half_width(cost, penalty, moves),
        drift_difference=problem.neutral_drift_difference if given is None else given,
        average_drift_cost=drifting,
        average_turnover=law.turnover,
        average_cost=drifting + trading,
    )

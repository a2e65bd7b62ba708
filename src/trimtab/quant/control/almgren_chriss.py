"""Selling a block over time with linear impact: the schedule between haste and risk.

Trading fast moves the price against oneself, trading slowly leaves a position at risk.  Over N
periods of τ = T/N the schedule that minimises expected cost + λ variance holds

    x_j = X sinh(κ(T − t_j)) / sinh(κT),   2(cosh κτ − 1)/τ² = λσ²/η̃,   η̃ = η − ½γτ

Source: Almgren & Chriss (2001), Optimal execution of portfolio transactions, Journal of Risk 3(2),
sections 2.2 and 2.3.

Errors: what cannot be a problem is `InputErrors`, among it a permanent impact so large that
η̃ is not positive, where more periods are needed.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from trimtab.model.errors import InputError
from trimtab.quant.control._inputs import above_zero, at_least_zero, finite, refuse
from trimtab.quant.control.tracking import Floats

__all__ = ["Execution", "ExecutionAnswer", "solve_execution"]

PERIODS_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class Execution:
    """A block to sell (or, where negative, to buy), and how the market answers.

    Unit: `quantity` X in shares; `horizon` T in days (or any unit of time used throughout);
    `volatility` σ in money per share and √time; `half_spread` ε in money per share;
    `permanent_impact` γ and `temporary_impact` η in money per share, per share and per share a
    unit of time; `risk_aversion` λ per money.
    Refuses: values that are not finite or negative, no horizon, no periods, no temporary impact.
    """

    quantity: float
    horizon: float
    periods: int
    volatility: float
    half_spread: float
    permanent_impact: float
    temporary_impact: float
    risk_aversion: float

    def __post_init__(self) -> None:
        refuse(
            finite("quantity", self.quantity),
            above_zero("horizon", self.horizon),
            at_least_zero("volatility", self.volatility),
            at_least_zero("half_spread", self.half_spread),
            at_least_zero("permanent_impact", self.permanent_impact),
            above_zero("temporary_impact", self.temporary_impact),
            at_least_zero("risk_aversion", self.risk_aversion),
        )
        if not 1 <= self.periods <= PERIODS_MAX or self.periods != int(self.periods):
            bound = f"a whole number from 1 to {PERIODS_MAX} is needed"
            refuse(InputError("periods", f"is {self.periods:g}", bound))
        if self.net_temporary_impact <= 0.0:
            bound = f"it must exceed half the permanent one times {self.horizon / self.periods:g}"
            fact = f"is {self.temporary_impact:g}"
            refuse(InputError("temporary_impact", fact, bound, "take more periods"))

    @property
    def net_temporary_impact(self) -> float:
        """η̃ = η − ½γτ."""
        period = self.horizon / self.periods
        return self.temporary_impact - 0.5 * self.permanent_impact * period


@dataclass(frozen=True, slots=True)
class ExecutionAnswer:
    """The schedule, and what it is expected to cost.

    Shape: `holdings` (N + 1,), from all to none.
    Unit: `urgency` κ per unit of time; `expected_cost` in money; `cost_variance` in money squared.
    """

    urgency: float
    holdings: Floats
    expected_cost: float
    cost_variance: float


def solve_execution(problem: Execution) -> ExecutionAnswer:
    """The best schedule; without risk or aversion to it, the same trade every period."""
    period = problem.horizon / problem.periods
    impact = problem.net_temporary_impact
    bend = problem.risk_aversion * (problem.volatility * period) ** 2 / impact
    # cosh κτ = 1 + ½·bend, solved by 2 asinh √(bend/4), which keeps its digits where it is small.
    step = 2.0 * math.asinh(0.5 * math.sqrt(bend))
    left = (problem.periods - np.arange(problem.periods + 1)) * step
    whole = problem.periods * step
    if whole < 1e-9:
        share = np.linspace(1.0, 0.0, problem.periods + 1)
    else:
        share = np.exp(left - whole) * np.expm1(-2.0 * left) / math.expm1(-2.0 * whole)
    holdings = problem.quantity * share
    trades = -np.diff(holdings)
    expected = 0.5 * problem.permanent_impact * problem.quantity**2
    expected += problem.half_spread * abs(problem.quantity)
    expected += impact / period * float(trades @ trades)
    variance = problem.volatility**2 * period * float(holdings[1:] @ holdings[1:])
    return ExecutionAnswer(step / period, holdings, expected, variance)

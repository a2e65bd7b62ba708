"""Long-run growth under constant relative risk aversion and proportional costs: the exact band.

The investor maximises the long-run growth rate of the certainty equivalent, with one risky asset,
a safe one, and a bid and an ask price.  He keeps the risky weight between π* − Δ, valued at the
ask, where he buys, and π* + Δ, valued at the bid, where he sells.  Δ solves one equation:

    ln(ask/bid) = ∫ γ(w−p₋)(p₊−w) / (Q(w) w(1−w)) dw,   Q = w(1−w) − γ(w−p₋)(p₊−w),  p± = π* ± Δ

and the costs take ½γσ²Δ² a year from growth.  Leverage (π* > 1) and short positions (π* < 0) obey
the same equation.

Source: Gerhold, Guasoni, Muhle-Karbe & Schachermayer (2014), Transaction costs, trading volume, and
the liquidity premium, Finance and Stochastics 18(1), theorem 2.2; Taksar, Klass & Assaf (1988).

Errors: what cannot be a problem is `InputErrors`, every fault in one pass.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from scipy.integrate import quad
from scipy.optimize import brentq

from trimtab.quant.control._inputs import above_zero, finite, not_a_corner, refuse
from trimtab.quant.control.asymptotics import growth_half_gap
from trimtab.quant.control.bid_ask import BidAsk

__all__ = ["LongRunAnswer", "LongRunProblem", "solve_long_run"]


@dataclass(frozen=True, slots=True)
class LongRunProblem:
    """One risky asset against a safe one, for the long run.

    Unit: `excess_drift` of dS/S over the safe rate and `volatility`, a year; costs are fractions of
    the traded value at mid.
    Refuses: values that are not finite, a volatility or risk aversion that is not positive,
    negative costs, a Merton weight of 0 or 1.
    """

    excess_drift: float
    volatility: float
    risk_aversion: float
    prices: BidAsk

    def __post_init__(self) -> None:
        refuse(
            finite("excess_drift", self.excess_drift),
            above_zero("volatility", self.volatility),
            above_zero("risk_aversion", self.risk_aversion),
        )
        refuse(not_a_corner("Merton weight", self.merton_weight))

    @property
    def merton_weight(self) -> float:
        """π*: the weight without costs, μ / (γσ²)."""
        return self.excess_drift / (self.risk_aversion * self.volatility**2)


@dataclass(frozen=True, slots=True)
class LongRunAnswer:
    """When to buy and sell, and what growth remains.

    Unit: weights of the risky asset; `equivalent_safe_rate` a year, over the safe rate.
    """

    merton_weight: float
    spread: float
    half_gap: float
    buy_at_ask: float
    sell_at_bid: float
    buy_at_mid: float
    sell_at_mid: float
    small_cost_half_gap: float
    equivalent_safe_rate: float


def solve_long_run(problem: LongRunProblem) -> LongRunAnswer:
    """The band that maximises long-run growth; without costs it has no width."""
    centre, gamma = problem.merton_weight, problem.risk_aversion
    half_gap = _half_gap(centre, gamma, problem.prices.log_spread)
    buy, sell = centre - half_gap, centre + half_gap
    growth = 0.5 * gamma * problem.volatility**2 * (centre * centre - half_gap * half_gap)
    return LongRunAnswer(
        merton_weight=centre,
        spread=problem.prices.spread,
        half_gap=half_gap,
        buy_at_ask=buy,
        sell_at_bid=sell,
        buy_at_mid=problem.prices.ask_to_mid(buy),
        sell_at_mid=problem.prices.bid_to_mid(sell),
        small_cost_half_gap=growth_half_gap(centre, problem.prices.spread, gamma),
        equivalent_safe_rate=growth,
    )


def _half_gap(centre: float, gamma: float, log_spread: float) -> float:
    if log_spread == 0.0:
        return 0.0
    most = _widest_half_gap(centre, gamma)

    def excess(half_gap: float) -> float:
        return math.log(_spread_of(half_gap, centre, gamma) / log_spread)

    low = min(growth_half_gap(centre, log_spread, gamma), 0.5 * most)
    while excess(low) > 0.0:
        low *= 0.5
    high = 0.5 * (low + most)
    while excess(high) < 0.0:  # toward the widest, where the spread grows beyond all bounds
        low, high = high, 0.5 * (high + most)
    return float(brentq(excess, low, high, xtol=1e-300, rtol=1e-14))


def _spread_of(half_gap: float, centre: float, gamma: float) -> float:
    """ln(ask/bid) for which a half-gap is the best one, integrated over the log odds."""

    def rate(log_odds: float) -> float:
        # The odds w/(1−w) are negative for leverage and for short positions.
        odds = side * math.exp(log_odds)
        weight = odds / (1.0 + odds)
        left = gamma * (half_gap - (weight - centre)) * (half_gap + (weight - centre))
        return left / (weight * (1.0 - weight) - left)

    side = 1.0 if 0.0 < centre < 1.0 else -1.0
    ends = [math.log(abs(w / (1.0 - w))) for w in (centre - half_gap, centre + half_gap)]
    total, _ = quad(rate, *ends, epsabs=0.0, epsrel=1e-12, limit=400)
    return float(total)


def _widest_half_gap(centre: float, gamma: float) -> float:
    """The half-gap at which the spread becomes infinite: Q touches zero inside the band.

    Q has the sign of w(1−w) as long as Δ² < (w−π*)² + |w(1−w)|/γ for all w on this side of 0 and 1.
    """
    inside = 0.0 < centre < 1.0
    sign = 1.0 if inside else -1.0
    curve = 1.0 - sign / gamma
    ends = [0.0, 1.0] if inside else [1.0] if centre > 1.0 else [0.0]
    at = list(ends)
    if curve > 0.0:
        turn = (2.0 * centre - sign / gamma) / (2.0 * curve)
        if (0.0 < turn < 1.0) if inside else (turn > 1.0 if centre > 1.0 else turn < 0.0):
            at.append(turn)
    squares = [(w - centre) ** 2 + sign * w * (1.0 - w) / gamma for w in at]
    return float(np.sqrt(min(squares)))

"""Infinite-horizon consumption with proportional costs: the free boundary of Davis and Norman.

The investor lives on the portfolio for ever, with constant relative risk aversion, a safe and a
risky asset, a bid and an ask.  Value the risky asset at its marginal worth to the investor, which
runs from the ask where one buys to the bid where one sells, and let π be its weight at that price,
u the log of risky over safe value, E(u) the growth rate that a safe asset would have to offer:

    π' = π(1−π)(1+h)      E' = −k h π      (log price)' = h      k = (δ − (1−γ)E)/γ
    h = 2 (E − M(π)) / (σ²π(1−π))          M(π) = r + (α−r)π − ½γσ²π²

k is the rate of consumption.  h is zero at both ends (smooth pasting), and ∫h du = ln(bid/ask).
So one starts at a buying weight, follows the equations until h is zero again, and moves the start
until the prices fit.  Without consumption E is constant and the band that of `long_run_growth`;
with it the band's centre moves away from the Merton weight.

Source: Davis & Norman (1990), Portfolio selection with transaction costs, Mathematics of Operations
Research 15(4); Shreve & Soner (1994); the reduction to first order as in Kallsen & Muhle-Karbe
(2010) and Choi, Sîrbu & Žitković (2013), by shadow prices.

Errors: what cannot be a problem, or has no finite value, is `InputErrors`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from scipy.integrate import solve_ivp
from scipy.optimize import brentq

from trimtab.model.errors import InputError
from trimtab.quant.control._consumption_at_one import NearOne, near_one
from trimtab.quant.control._inputs import above_zero, finite, not_a_corner, refuse
from trimtab.quant.control.asymptotics import growth_half_gap
from trimtab.quant.control.bid_ask import BidAsk
from trimtab.quant.control.tracking import Floats

__all__ = ["ConsumptionAnswer", "ConsumptionProblem", "solve_consumption"]

ODE_TOLERANCE = 1e-12
SPAN = 60.0
"""Log odds that a path may cover before it counts as never returning."""
ODDS_MAX = 30.0
"""Log odds at which a weight is 0 or 1 to thirteen digits: a path that gets there never returns."""
FAR = 50.0
"""Stands for the log of an infinite ratio of prices."""
FULL_PRICE = 0.999
"""How near h may come to −1, where the weight would turn back: beyond, the start is too low."""


@dataclass(frozen=True, slots=True)
class ConsumptionProblem:
    """One risky asset, a safe one, and consumption for ever.

    Unit: `safe_rate`, `drift` of dS/S, `volatility` and `impatience` (δ) a year; costs are
    fractions of the traded value at mid.
    Refuses: values that are not finite, a volatility, risk aversion or impatience that is not
    positive, a Merton weight of 0 or 1, and preferences so patient that waiting is always better.
    """

    safe_rate: float
    drift: float
    volatility: float
    risk_aversion: float
    impatience: float
    prices: BidAsk

    def __post_init__(self) -> None:
        refuse(
            finite("safe_rate", self.safe_rate),
            finite("drift", self.drift),
            above_zero("volatility", self.volatility),
            above_zero("risk_aversion", self.risk_aversion),
            above_zero("impatience", self.impatience),
        )
        refuse(not_a_corner("Merton weight", self.merton_weight))
        rate = self.consumption_rate(self.safe_growth(self.merton_weight))
        if rate <= 0.0:
            fact = f"is {self.impatience:g}, at which one would consume {rate:.3g} of wealth a year"
            remedy = "raise the impatience or the risk aversion"
            refuse(InputError("impatience", fact, "consumption must be positive", remedy))

    @property
    def merton_weight(self) -> float:
        """π*: the weight without costs, (α−r) / (γσ²)."""
        excess = self.drift - self.safe_rate
        return excess / (self.risk_aversion * self.volatility**2)

    def safe_growth(self, weight: float) -> float:
        """M(π): the safe rate worth as much as holding this weight for ever."""
        spread = (self.drift - self.safe_rate) * weight
        return self.safe_rate + spread - 0.5 * self.risk_aversion * (self.volatility * weight) ** 2

    def consumption_rate(self, growth: float) -> float:
        """k: what is consumed, as a fraction of wealth a year, where E is `growth`."""
        return (self.impatience - (1.0 - self.risk_aversion) * growth) / self.risk_aversion


@dataclass(frozen=True, slots=True)
class ConsumptionAnswer:
    """When to buy and sell, and the rates of consumption at both ends.

    Unit: weights of the risky asset; rates as fractions of wealth a year, valued at the ask where
    one buys and at the bid where one sells.
    """

    merton_weight: float
    spread: float
    buy_at_ask: float
    sell_at_bid: float
    buy_at_mid: float
    sell_at_mid: float
    small_cost_half_gap: float
    consumption_when_buying: float
    consumption_when_selling: float


@dataclass(frozen=True, slots=True)
class _Path:
    """Where the equations lead from a buying weight, perhaps from a weight `joined` near 1 only.

    There is no selling weight where they stop before one sells, nor a finite spread where one never
    does.
    """

    log_spread: float
    sell: float = math.nan
    growth: float = math.nan
    joined: float = math.nan


def solve_consumption(problem: ConsumptionProblem) -> ConsumptionAnswer:
    """The band within which consumption alone moves the portfolio; no width without costs."""
    centre, prices = problem.merton_weight, problem.prices
    buy, path = centre, _Path(0.0, centre, problem.safe_growth(centre))
    if prices.log_spread > 0.0:
        buy = _buying_weight(problem)
        path = _path(problem, buy)
    rates = [problem.consumption_rate(e) for e in (problem.safe_growth(buy), path.growth)]
    return ConsumptionAnswer(
        merton_weight=centre,
        spread=prices.spread,
        buy_at_ask=buy,
        sell_at_bid=path.sell,
        buy_at_mid=prices.ask_to_mid(buy),
        sell_at_mid=prices.bid_to_mid(path.sell),
        small_cost_half_gap=growth_half_gap(centre, prices.spread, problem.risk_aversion),
        consumption_when_buying=rates[0],
        consumption_when_selling=rates[1],
    )


def _buying_weight(problem: ConsumptionProblem) -> float:
    """The start from which the path ends at the right price, sought outwards from π*."""
    centre, wanted = problem.merton_weight, problem.prices.log_spread

    def excess(gap: float) -> float:
        reached = _path(problem, centre - gap).log_spread
        return math.log(reached / wanted) if math.isfinite(reached) else FAR

    most = centre if centre > 0.0 else math.inf
    low = min(growth_half_gap(centre, wanted, problem.risk_aversion), 0.5 * most)
    while excess(low) > 0.0:
        low *= 0.5
    high = min(2.0 * low, 0.5 * (low + most))
    while excess(high) < 0.0:
        low, high = high, min(2.0 * high, 0.5 * (high + most))
    return centre - float(brentq(excess, low, high, xtol=1e-10, rtol=1e-10))


def _path(problem: ConsumptionProblem, buy: float) -> _Path:
    """From a buying weight to where one sells, past the weight 1 where leverage is wanted.

    With nothing left in the safe asset consumption is borrowed, so one passes 1 upwards and never
    down: what follows is one path, wherever one has bought.  Near 1 it is a series.
    """
    gap = 1.0 - buy
    if problem.merton_weight < 0.0:
        return _follow(problem, buy)
    if problem.consumption_rate(problem.safe_growth(1.0)) <= 0.0:  # nothing draws one through 1
        passes = buy <= 1.0 < problem.merton_weight
        return _Path(math.inf) if passes else _follow(problem, buy)
    near = _near_one(problem)
    if gap < -near.layer:
        return _follow(problem, buy)
    if gap <= near.layer:
        joins, spent = gap, -near.bought_at(gap)
    else:
        joins = min(near.reach, 0.5 * gap)
        before = _follow(problem, buy, until=joins)
        if not math.isnan(before.sell) or math.isinf(before.log_spread):
            return before
        spent = before.log_spread
    beyond = _beyond(problem)
    along = near.log_price(joins, 1.0 - beyond.joined)
    return _Path(spent - along + beyond.log_spread, beyond.sell, beyond.growth)


@lru_cache(maxsize=16)
def _near_one(problem: ConsumptionProblem) -> NearOne:
    """The equations near the weight 1."""
    return near_one(
        problem.impatience,
        problem.risk_aversion,
        problem.volatility**2,
        problem.drift - problem.safe_rate,
        problem.safe_growth(1.0),
    )


@lru_cache(maxsize=16)
def _beyond(problem: ConsumptionProblem) -> _Path:
    """What follows near the weight 1, the same for all that come from below."""
    near = _near_one(problem)
    ends = near.sells()
    if ends is not None:
        weight = 1.0 - ends
        return _Path(0.0, weight, problem.safe_growth(weight), weight)
    start = 1.0 + near.reach
    if problem.merton_weight < 1.0:
        return _Path(math.inf, joined=start)
    return replace(_follow(problem, start, near.below_growth(-near.reach)), joined=start)


def _follow(
    problem: ConsumptionProblem, buy: float, below: float = 0.0, until: float = 0.0
) -> _Path:
    """Follow the equations from a buying weight, where E − M is `below`, to where one sells.

    Stops before where the weight is `until` from 1.

    States are the log odds of π, E − M(π), which keeps its digits where the band is narrow, and the
    log price.  Beyond 1 and below 0 the odds are negative and u runs backwards.
    """
    side = 1.0 if 0.0 < buy < 1.0 else -1.0
    far = math.log((1.0 - until) / until) if until else ODDS_MAX
    excess, gamma = problem.drift - problem.safe_rate, problem.risk_aversion
    variance, taste = problem.volatility**2, (1.0 - gamma) / gamma
    eaten = problem.consumption_rate(problem.safe_rate)

    def terms(state: list[float]) -> tuple[float, float, float]:
        odds = side * math.exp(min(max(state[0], -ODDS_MAX), ODDS_MAX))
        weight = odds / (1.0 + odds)
        swing = weight * (1.0 - weight)
        return weight, swing, 2.0 * state[1] / (variance * swing)

    def rates(_: float, state: Floats) -> list[float]:
        held: list[float] = state.tolist()
        weight, swing, h = terms(held)
        risk = gamma * variance * weight
        consumed = eaten - taste * ((excess - 0.5 * risk) * weight + held[1])
        slope = (excess - risk) * swing * (1.0 + h)
        return [side * (1.0 + h), side * (-consumed * h * weight - slope), side * h]

    def sells(_: float, state: Floats) -> float:
        return float(state[1])

    def turns(_: float, state: Floats) -> float:
        return terms(state.tolist())[2] + FULL_PRICE

    def leaves(_: float, state: Floats) -> float:
        return (float(state[0]) if until else abs(float(state[0]))) - far

    sells.terminal, sells.direction = True, 1.0  # type: ignore[attr-defined]
    turns.terminal = leaves.terminal = True  # type: ignore[attr-defined]
    start = np.array([math.log(abs(buy / (1.0 - buy))), below, 0.0])
    gap = abs(buy - problem.merton_weight)
    least = [gap, gamma * variance * gap * gap, problem.prices.log_spread]
    path = solve_ivp(
        rates,
        (0.0, SPAN),
        start,
        method="DOP853",
        rtol=ODE_TOLERANCE,
        atol=ODE_TOLERANCE * np.array(least),
        events=[sells, turns, leaves],
    )
    if not path.t_events[0].size:
        left = path.y_events[2]
        return _Path(-float(left[0][2])) if left.size else _Path(math.inf)
    end = path.y_events[0][0]
    weight = terms(end.tolist())[0]
    return _Path(-float(end[2]), weight, problem.safe_growth(weight))

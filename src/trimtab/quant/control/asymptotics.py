"""The cube-root laws: how wide a no-trade band is when costs are small, for any target and cost.

They say what matters and serve as first guesses and cross-checks: a band widens with the cube root
of the cost (the fourth root of a fixed cost), so that costs a thousand times smaller make it ten
times narrower, and a band half as wide as the best one costs little.  Exact answers are in
`long_run_growth`, `track_target` and the other modules of this package.

Errors: what is not a number, negative, or a target at 0 or 1 is refused by `InputErrors`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trimtab.quant.control._inputs import (
    above_zero,
    array,
    at_least_zero,
    finite,
    inside_unit,
    refuse,
)
from trimtab.quant.control.tracking import Floats

__all__ = [
    "fixed_cost_trigger",
    "growth_half_gap",
    "instrument_half_widths",
    "least_cost_small",
    "relative_volatility",
    "tracking_half_width",
    "weight_volatility",
]


def growth_half_gap(weight: float, spread: float, risk_aversion: float) -> float:
    """Half the distance between the two boundaries of a long-run CRRA investor.

    (3 π²(1−π)² ε / (4γ))^⅓, the same to this order with consumption.

    Unit: weight; `spread` is ε, the bid below the ask as a fraction.
    Refuses: a negative spread, a risk aversion that is not positive.
    Source: Gerhold, Guasoni, Muhle-Karbe & Schachermayer (2014), Transaction costs, trading volume
    and the liquidity premium, Finance and Stochastics 18, theorem 2.2; Janeček & Shreve (2004).
    """
    refuse(
        finite("weight", weight),
        at_least_zero("spread", spread),
        above_zero("risk_aversion", risk_aversion),
    )
    at_risk = (weight * (1.0 - weight)) ** 2
    return float(np.cbrt(0.75 * at_risk * spread / risk_aversion))


def relative_volatility(first: float, second: float, correlation: float) -> float:
    """Volatility a year of the first instrument against the second, of log returns.

    Refuses: negative volatilities, a correlation outside [−1, 1].
    """
    refuse(
        at_least_zero("first", first),
        at_least_zero("second", second),
        at_least_zero("1 − |correlation|", 1.0 - abs(correlation)),
    )
    variance = first * first + second * second - 2.0 * correlation * first * second
    return float(np.sqrt(max(variance, 0.0)))


def weight_volatility(weight: float, volatility: float) -> float:
    """How much a weight moves a year, w(1−w)σ, where σ is its volatility against the rest.

    Refuses: a weight not between 0 and 1, a negative volatility.
    """
    refuse(inside_unit("weight", weight), at_least_zero("volatility", volatility))
    return weight * (1.0 - weight) * volatility


def tracking_half_width(cost: float, penalty: float, moves: float) -> float:
    """Half-width of the band that holds a target at least long-run cost, (3κs²/(2q))^⅓.

    Unit: weight; `cost` κ per unit of weight traded, `penalty` q of ½q(w−w*)² a year, `moves` s as
    of `weight_volatility`.
    Refuses: a negative cost or volatility, a penalty that is not positive.
    Source: Rogers (2004), Why is the effect of proportional transaction costs O(δ^⅔)?, section 2.
    """
    refuse(at_least_zero("cost", cost), above_zero("penalty", penalty), at_least_zero("s", moves))
    return float(np.cbrt(1.5 * cost * moves * moves / penalty))


def least_cost_small(cost: float, penalty: float, moves: float) -> float:
    """What the best band costs a year, ½qΔ²: a third of it drift, two thirds trading.

    Unit and Refuses: as `tracking_half_width`.
    """
    return 0.5 * penalty * tracking_half_width(cost, penalty, moves) ** 2


def fixed_cost_trigger(fixed: float, penalty: float, moves: float) -> float:
    """How far to let a weight drift when each trade costs the same, (12Fs²/q)^¼.

    One then trades all the way back to the target.

    Unit: weight; `fixed` F per trade, as a fraction of value.
    Refuses: a negative cost or volatility, a penalty that is not positive.
    Source: Øksendal (2000), Stochastic control problems where small intervention costs have big
    effects; Lo, Mamaysky & Wang (2004), section 5.
    """
    refuse(at_least_zero("fixed", fixed), above_zero("penalty", penalty), at_least_zero("s", moves))
    return float((12.0 * fixed * moves * moves / penalty) ** 0.25)


def instrument_half_widths(
    target: npt.ArrayLike, covariance: npt.ArrayLike, cost: npt.ArrayLike, risk_aversion: float
) -> Floats:
    """Cube-root half-widths of each instrument alone against the rest, held pro rata.

    Shape: (n,) from `target`, `cost` (n,) and `covariance` (n, n).
    Unit: weight.  An instrument of weight 0 or 1 has no width.
    Refuses: shapes that differ, values that are not finite, negative costs, a risk aversion that
    is not positive.
    """
    n = int(np.size(target))
    weights, no_target = array("target", target, (n,))
    matrix, no_matrix = array("covariance", covariance, (n, n))
    costs, no_cost = array("cost", cost, (n,))
    refuse(no_target, no_matrix, no_cost, above_zero("risk_aversion", risk_aversion))
    refuse(at_least_zero("cost", float(costs.min())))
    widths = np.zeros(n)
    for i in range(n):
        others = weights.copy()
        others[i] = 0.0
        if others.sum() <= 0.0 or weights[i] <= 0.0:
            continue
        against = -others / others.sum()
        against[i] = 1.0
        variance = float(against @ matrix @ against)
        moves = float(weights[i] * (1.0 - weights[i]) * np.sqrt(max(variance, 0.0)))
        if variance > 0.0:
            exchange = float(costs @ np.abs(against))
            widths[i] = tracking_half_width(exchange, risk_aversion * variance, moves)
    return widths

"""How closely a portfolio followed what was wanted of it, and how much it traded to do so.

The yardstick is the target portfolio: the target weights, rebalanced every day at no cost.  No
portfolio can hold it; the distance from it is what drift, cost and tax came to.

Errors: arrays that do not fit each other, and bands or volumes below zero, are `InputError`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trimtab.model.drift import EDGE
from trimtab.model.errors import InputError
from trimtab.quant.performance._series import (
    SESSIONS_A_YEAR,
    Floats,
    Ints,
    matching,
    return_series,
    series,
)
from trimtab.quant.performance.returns import annualised_return, cumulative_return

__all__ = [
    "OutOfBand",
    "Tracking",
    "Turnover",
    "average_drift",
    "out_of_band",
    "target_returns",
    "tracking",
    "turnover",
]


def target_returns(returns: npt.ArrayLike, target: npt.ArrayLike) -> Floats:
    """The daily returns of the target weights, rebalanced at every close at no cost.

    Shape: `returns` (T, K); `target` (K,), or (T, K) where targets change; the answer (T,).
    Unit: fractions; weights that sum to less than one leave the rest in cash that earns nothing.
    """
    daily = _table(return_series(returns), "returns")
    weights = _broadcast(target, "target", daily)
    return np.asarray((daily * weights).sum(axis=1))


@dataclass(frozen=True, slots=True)
class Tracking:
    """A portfolio beside its target portfolio or benchmark.

    Unit: fractions a year.  `difference` is annualised return minus annualised benchmark return;
    `error` the standard deviation of the daily differences × √252; `information_ratio` the mean
    daily difference over its deviation × √252, NaN where nothing ever differs.
    """

    difference: Floats
    error: Floats
    information_ratio: Floats


def tracking(
    returns: npt.ArrayLike,
    benchmark: npt.ArrayLike,
    years: float,
    sessions_a_year: float = SESSIONS_A_YEAR,
) -> Tracking:
    """Tracking difference and ex-post tracking error against a benchmark.

    Shape: `returns` (T,) or (T, B), `benchmark` (T,); each answer () or (B,).
    Unit: `years` as in `returns.time_weighted_return`.
    Refuses: fewer than two returns.
    Source: ESMA/2012/832, Guidelines on ETFs, III; Grinold and Kahn (2000), ch. 4 and 5.
    """
    daily = return_series(returns, least=2)
    reference = matching(benchmark, "benchmark", daily if daily.ndim == 1 else daily[:, 0], "T")
    active = (daily.T - return_series(reference, "benchmark")).T
    deviation = active.std(axis=0, ddof=1)
    mean = active.mean(axis=0)
    still = deviation <= np.finfo(np.float64).eps
    ratio = np.where(still, np.nan, mean / np.where(still, 1.0, deviation))
    own = annualised_return(cumulative_return(daily), years)
    other = annualised_return(cumulative_return(reference), years)
    scale = np.sqrt(sessions_a_year)
    return Tracking(own - other, deviation * scale, np.asarray(ratio * scale)[()])


@dataclass(frozen=True, slots=True)
class OutOfBand:
    """How often weights left their bands.

    Shape: `days_by_target` (K,).
    Unit: `days` on which at least one weight was outside, `fraction` of all days; `worst_excess`
    the farthest that a weight went beyond its band, a fraction of value.
    """

    days: int
    fraction: float
    days_by_target: Ints
    worst_excess: float


def out_of_band(weights: npt.ArrayLike, target: npt.ArrayLike, band: npt.ArrayLike) -> OutOfBand:
    """Count the closes at which a weight was farther from its target than its band.

    Shape: `weights` (T, K); `target` and `band` (K,), or (T, K) where they change.
    Unit: fractions of value; on the edge of a band is inside, as in the triggers.
    Refuses: a negative band.
    """
    held = _table(series(weights, "weights"), "weights")
    wanted, width = _broadcast(target, "target", held), _broadcast(band, "band", held)
    if (width < 0).any():
        raise InputError("band", f"{float(width.min()):.6g}", "a band is at least zero")
    excess = np.abs(held - wanted) - width
    outside = excess > EDGE
    days = int(outside.any(axis=1).sum())
    return OutOfBand(
        days,
        days / len(held),
        outside.sum(axis=0, dtype=np.int64),
        max(float(excess.max()), 0.0),
    )


def average_drift(weights: npt.ArrayLike, target: npt.ArrayLike) -> float:
    """The mean over all closes of ½ Σ|weight − target|: what had to be traded to be on target.

    Shape: `weights` (T, K); `target` (K,) or (T, K).
    Unit: a fraction of value.
    """
    held = _table(series(weights, "weights"), "weights")
    return float(np.abs(held - _broadcast(target, "target", held)).sum(axis=1).mean() / 2.0)


@dataclass(frozen=True, slots=True)
class Turnover:
    """What was traded: per cycle, and a year.

    Shape: `by_cycle` (C,).
    Unit: fractions of value, one-way; `cycles_traded` counts cycles with a trade.
    """

    by_cycle: Floats
    annual: float
    cycles_traded: int


def turnover(
    bought: npt.ArrayLike, sold: npt.ArrayLike, value: npt.ArrayLike, years: float
) -> Turnover:
    """Turnover max(bought, sold) ÷ value of each cycle, and their sum a year.

    A dollar that moves from one instrument to another is one dollar of turnover, not two, and so is
    a dollar of a deposit that is invested.  (Fund reports take the *lesser* of the year's purchases
    and sales, SEC Form N-1A, item 13, which ignores what flows forced.)

    Shape: (C,) each, one entry a cycle.
    Unit: money; `value` before the trades.
    Refuses: negative amounts, a value of zero, a time that is not positive.
    """
    buys = series(bought, "bought", 0)
    sells, worth = matching(sold, "sold", buys, "bought"), matching(value, "value", buys, "bought")
    if buys.size and (min(buys.min(), sells.min()) < 0 or worth.min() <= 0):
        raise InputError(
            "turnover",
            f"bought at least {buys.min():,.2f}, sold {sells.min():,.2f}, value {worth.min():,.2f}",
            "volumes are not negative, and value is positive",
        )
    if years <= 0:
        raise InputError("years", f"{years:.6g}", "the time must be positive")
    by_cycle = np.maximum(buys, sells) / worth
    return Turnover(by_cycle, float(by_cycle.sum() / years), int(np.count_nonzero(by_cycle)))


def _table(array: Floats, name: str) -> Floats:
    if array.ndim != 2:
        raise InputError(name, f"shape {array.shape}", "a table (T, K) is meant")
    return array


def _broadcast(values: npt.ArrayLike, name: str, like: Floats) -> Floats:
    """One row for all days, or a row a day."""
    array = series(values, name)
    if array.shape not in (like.shape, like.shape[1:]):
        raise InputError(
            name,
            f"shape {array.shape}",
            f"{like.shape[1:]} for all days or {like.shape} day by day is meant",
        )
    return array

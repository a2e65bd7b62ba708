"""How unevenly returns came: volatility, downside, and return for risk.

All from simple daily returns and annualised by √252, as the field does; that takes days to be
uncorrelated.

Errors: fewer returns than the statistic needs, and values that are not finite, are `InputError`.
A series that never moves has no ratio, and its answer is NaN.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trimtab.quant.performance._series import SESSIONS_A_YEAR, Floats, return_series, series

__all__ = ["downside_deviation", "sharpe_ratio", "sortino_ratio", "volatility"]

STILL = 1e-14
"""Daily volatility below which a series only carries rounding: it never moved."""


def volatility(returns: npt.ArrayLike, sessions_a_year: float = SESSIONS_A_YEAR) -> Floats:
    """The annualised standard deviation of daily returns, with n − 1.

    Shape: (T,) → (), (T, B) → (B,).
    Unit: fraction a year.
    Refuses: fewer than two returns.
    """
    daily = return_series(returns, least=2)
    return np.asarray(daily.std(axis=0, ddof=1) * np.sqrt(sessions_a_year))[()]


def downside_deviation(
    returns: npt.ArrayLike, minimum: float = 0.0, sessions_a_year: float = SESSIONS_A_YEAR
) -> Floats:
    """The annualised root mean square of what fell short of a minimum, over *all* days.

    Shape: (T,) → (), (T, B) → (B,).
    Unit: `minimum` a daily return; the answer a fraction a year.
    Source: Sortino and Price (1994), Journal of Investing 3(3).
    """
    short = np.minimum(return_series(returns) - minimum, 0.0)
    return np.asarray(np.sqrt((short**2).mean(axis=0) * sessions_a_year))[()]


def sharpe_ratio(
    returns: npt.ArrayLike,
    riskless: npt.ArrayLike = 0.0,
    sessions_a_year: float = SESSIONS_A_YEAR,
) -> Floats:
    """Mean excess return over its standard deviation, annualised.

    Shape: (T,) → (), (T, B) → (B,); `riskless` () or (T,).
    Unit: `riskless` a daily return; the answer per √year.
    Refuses: fewer than two returns.
    Source: Sharpe (1994), Journal of Portfolio Management 21(1), ex post.
    """
    excess = _excess(returns, riskless)
    return _ratio(excess.mean(axis=0), excess.std(axis=0, ddof=1), sessions_a_year)


def sortino_ratio(
    returns: npt.ArrayLike, minimum: float = 0.0, sessions_a_year: float = SESSIONS_A_YEAR
) -> Floats:
    """Mean return above a minimum over the downside deviation, annualised.

    Shape: (T,) → (), (T, B) → (B,).
    Unit: `minimum` a daily return; the answer per √year.
    Source: Sortino and Price (1994).
    """
    daily = return_series(returns, least=2)
    short = downside_deviation(daily, minimum, 1.0)
    return _ratio((daily - minimum).mean(axis=0), short, sessions_a_year)


def _excess(returns: npt.ArrayLike, riskless: npt.ArrayLike) -> Floats:
    daily = return_series(returns, least=2)
    rate = np.asarray(riskless, dtype=np.float64)
    if rate.ndim == 0:
        return np.asarray(daily - series(rate[None], "riskless")[0])
    rate = series(rate, "riskless", len(daily))
    return np.asarray((daily.T - rate.T).T)


def _ratio(mean: npt.ArrayLike, deviation: npt.ArrayLike, sessions_a_year: float) -> Floats:
    spread = np.asarray(deviation, dtype=np.float64)
    moved = np.where(spread > STILL, spread, np.nan)
    return np.asarray(mean / moved * np.sqrt(sessions_a_year))[()]

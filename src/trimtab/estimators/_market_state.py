"""What the state of a market is read from: one factor, its volatility, concentration and trend.

A crisis is high volatility *and* a breakdown of correlations: diversification fails because one
factor moves everything.  How much one factor moves is the largest eigenvalue's share of the
correlations, whatever their signs (bonds that rise while all stocks fall count as well).

Errors: `InputError` where no instrument has enough returns that move.

Source: the share of the first eigenvalues as a sign of fragile markets, Kritzman, Li, Page &
Rigobon (2011), Principal Components as a Measure of Systemic Risk, J. Portfolio Management 37.
"""

from dataclasses import dataclass
from math import erf, sqrt

import numpy as np

from trimtab.estimators._base import Floats
from trimtab.model.errors import InputError
from trimtab.model.estimates import StateForecast

__all__ = [
    "Reading",
    "concentration",
    "forecast_of",
    "market_factor",
    "moving",
    "normal_probability",
    "percent",
    "probability_of_breakdown",
    "probability_of_trend",
]

STATE_SESSIONS_MIN = 252
"""A year: the least from which states can be told apart."""
CONCENTRATION_SESSIONS = 42
PRESENT_MIN = 2 / 3
"""The part of a window that an instrument must have returns of."""
EARLIER_WINDOWS_MIN = 4
TREND_WINDOW_SESSIONS = 126
TREND_T_MIN = 1.645
"""|t| of a mean beyond which prices count as going one way (5 % on either side)."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The probabilities that a state is made of, none of which depends on another."""

    turbulent: float
    concentrated: float
    trending: float
    reason: str


def forecast_of(reading: Reading) -> StateForecast:
    """Crisis where volatility and concentration are both high; else trending or calm."""
    crisis = reading.turbulent * reading.concentrated
    trending = (1.0 - crisis) * reading.trending
    return StateForecast(1.0 - crisis - trending, trending, crisis, reading.reason)


def percent(fraction: float) -> str:
    """A fraction as screens say it."""
    return f"{fraction * 100:.0f} %"


def normal_probability(z: float) -> float:
    """The standard normal distribution function."""
    return 0.5 * (1.0 + erf(z / sqrt(2.0)))


def moving(returns: Floats) -> Floats:
    """The columns that have enough returns and are not constant, in units of their own volatility.

    Refuses: none of them, with `InputError`.
    """
    present = np.isfinite(returns)
    kept = (present.sum(axis=0) >= STATE_SESSIONS_MIN) & ((returns != 0.0) & present).any(axis=0)
    if not kept.any():
        most = int(present.sum(axis=0).max(initial=0))
        raise InputError(
            "the state of the market",
            f"no instrument has {STATE_SESSIONS_MIN} daily returns that move; the most is {most}",
            "states are told apart by at least a year",
            "give a longer price history, or leave out [estimates] state",
        )
    chosen = returns[:, kept]
    scaled: Floats = chosen / np.sqrt(np.nanmean(chosen**2, axis=0))
    return scaled


def market_factor(scaled: Floats) -> Floats:
    """The average of what moved, session by session; sessions without any are left out."""
    seen = np.isfinite(scaled).any(axis=1)
    return np.asarray(np.nanmean(scaled[seen], axis=1), dtype=np.float64)


def concentration(window: Floats) -> float:
    """The largest eigenvalue's share of the correlations of a window, between 0 and 1.

    It is `nan` where fewer than two instruments have returns in most of the window.
    """
    present = np.isfinite(window)
    kept = present.mean(axis=0) >= PRESENT_MIN
    chosen, there = window[:, kept], present[:, kept]
    filled = np.where(there, chosen, 0.0)
    centre = filled.sum(axis=0) / np.maximum(there.sum(axis=0), 1)
    filled = np.where(there, chosen - centre, 0.0)
    lengths = np.sqrt((filled**2).sum(axis=0))
    filled = filled[:, lengths > 0.0] / lengths[lengths > 0.0]
    size = filled.shape[1]
    return float(np.linalg.eigvalsh(filled.T @ filled)[-1] / size) if size > 1 else float("nan")


def probability_of_breakdown(scaled: Floats) -> tuple[float, str]:
    """How unusual today's concentration is against earlier windows, with words.

    Unit: a probability; one where there is a single instrument, which has no correlations.
    """
    ends = range(len(scaled), CONCENTRATION_SESSIONS - 1, -CONCENTRATION_SESSIONS)
    shares = [concentration(scaled[end - CONCENTRATION_SESSIONS : end]) for end in ends]
    now, known = shares[0], [share for share in shares[1:] if np.isfinite(share)]
    if not np.isfinite(now) or len(known) < EARLIER_WINDOWS_MIN:
        return 1.0, "correlations unknown, so that volatility alone decides"
    spread = max(float(np.std(known, ddof=1)), 1e-3)
    usual = float(np.mean(known))
    words = f"the first factor moves {percent(now)} of everything (usually {percent(usual)})"
    return normal_probability((now - usual) / spread), words


def probability_of_trend(factor: Floats) -> tuple[float, str]:
    """How surely the market has been going one way, with words."""
    recent = factor[-TREND_WINDOW_SESSIONS:]
    spread = float(recent.std(ddof=1))
    t = float(recent.mean()) / spread * sqrt(len(recent)) if spread > 0.0 else 0.0
    return normal_probability(abs(t) - TREND_T_MIN), f"trend t = {t:+.1f}"

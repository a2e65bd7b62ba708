"""The market that every household of the fleet lives in: ten asset classes, two funds of each.

Each class has a fund and a substitute for it (as VTI and ITOT are), which share all of the class's
risk and differ by a little of their own.  One seeded price path for all households makes gains and
losses move together, as they do: in a drawdown, everybody's lots of that class are under water.

Source: volatilities, correlations and yields are round figures of the order seen from 2013 to 2022.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["CLASSES", "HISTORY_DAYS", "INSTRUMENTS", "MODELS", "Market", "make_market"]

Floats = npt.NDArray[np.float64]

# Each row: beta to world equity, to interest rates, to real assets; own volatility; yearly growth;
# yield; whether the yield is taxed as ordinary income; dollars traded a day.
CLASSES = np.array(
    [
        (0.16, 0.00, 0.00, 0.03, 0.095, 0.015, 0, 2.0e9),  # US large
        (0.18, 0.00, 0.00, 0.05, 0.090, 0.015, 0, 3.0e8),  # US mid
        (0.19, 0.00, 0.02, 0.08, 0.080, 0.018, 0, 1.5e8),  # US small value
        (0.15, 0.00, 0.00, 0.07, 0.045, 0.028, 0, 5.0e8),  # developed abroad
        (0.16, 0.00, 0.03, 0.11, 0.025, 0.026, 0, 4.0e8),  # emerging
        (0.00, 0.05, 0.00, 0.02, 0.005, 0.026, 1, 6.0e8),  # US bonds
        (0.01, 0.05, 0.02, 0.02, 0.010, 0.030, 1, 2.0e8),  # inflation-linked
        (0.01, 0.05, 0.00, 0.02, 0.005, 0.000, 0, 1.0e8),  # municipal
        (0.15, 0.04, 0.04, 0.10, 0.030, 0.035, 1, 3.0e8),  # property
        (0.01, 0.04, 0.10, 0.12, 0.030, 0.000, 0, 8.0e8),  # gold
    ]
)
INSTRUMENTS = 2 * len(CLASSES)
# Model portfolios over the classes: growth, balanced, conservative.
MODELS = (
    np.array(
        [
            (34, 10, 8, 18, 9, 7, 3, 3, 5, 3),
            (24, 7, 5, 13, 6, 21, 8, 8, 5, 3),
            (14, 4, 3, 7, 3, 36, 13, 13, 4, 3),
        ]
    )
    / 100.0
)
HISTORY_DAYS = 3_000
TRADING_SHARE = 252.0 / 365.0  # of calendar days
TRADING_DAYS = 252.0
TRACKING_VOLATILITY = 0.008  # of a fund against its class
IMPACT = 0.1  # a trade of a whole day's volume costs this much of the daily volatility
FUND_HALF_SPREAD, SUBSTITUTE_HALF_SPREAD = 0.0001, 0.0003
MARKET_SEED = 26  # leaves about two fifths of taxable value at a loss, by 7 % on average


@dataclass(frozen=True, slots=True)
class Market:
    """What the instruments have in common for all households.

    Shape: n instruments, k factors; fund and substitute of class c are 2c and 2c+1.
    Unit: annualised volatility and variance, fractions of one, dollars.
    """

    loadings: Floats
    """(n, k) with covariance = loadings · loadingsᵀ + diag(own²)."""
    own: Floats
    """(n,) volatility that an instrument shares with no other."""
    covariance: Floats
    price_ago: Floats
    """(HISTORY_DAYS, n) price so many calendar days ago as a fraction of today's."""
    half_spread: Floats
    impact: Floats
    """(n,) dollars per |trade|^1.5."""
    dividend: Floats
    dividend_is_ordinary: npt.NDArray[np.bool_]


def make_market(impact: bool = True) -> Market:
    """The market, always the same; without impact for a comparison of quadratic programs."""
    rng = np.random.default_rng(MARKET_SEED)
    classes = np.repeat(np.arange(len(CLASSES)), 2)
    class_own = np.diag(CLASSES[:, 3])
    loadings = np.hstack((CLASSES[:, :3], class_own))[classes]
    own = np.full(INSTRUMENTS, TRACKING_VOLATILITY)
    covariance = loadings @ loadings.T + np.diag(own**2)
    volatility = np.sqrt(np.diag(covariance))
    volume = CLASSES[classes, 7] * np.tile((1.0, 0.3), len(CLASSES))
    per_root_dollar = IMPACT * volatility / np.sqrt(TRADING_DAYS) / np.sqrt(volume)
    return Market(
        loadings=loadings,
        own=own,
        covariance=covariance,
        price_ago=_price_ago(rng, loadings, own, CLASSES[classes, 4]),
        half_spread=np.tile((FUND_HALF_SPREAD, SUBSTITUTE_HALF_SPREAD), len(CLASSES)),
        impact=per_root_dollar if impact else np.zeros(INSTRUMENTS),
        dividend=CLASSES[classes, 5],
        dividend_is_ordinary=CLASSES[classes, 6] > 0,
    )


def _price_ago(rng: np.random.Generator, loadings: Floats, own: Floats, growth: Floats) -> Floats:
    """Prices going back, in fractions of today's: a random walk with a drawdown at its end."""
    days = HISTORY_DAYS
    shocks = rng.standard_normal((days, loadings.shape[1])) @ loadings.T
    shocks += rng.standard_normal((days, len(own))) * own
    shocks -= shocks.mean(axis=0)  # over the whole history the growth is what CLASSES says
    daily = shocks * np.sqrt(TRADING_SHARE / TRADING_DAYS) + growth / 365.0
    daily[:280] -= 0.20 / 280 * np.abs(loadings[:, :3]).sum(axis=1) / 0.16  # as in 2022
    daily[0] = 0.0
    return np.asarray(np.exp(-np.cumsum(daily, axis=0)))

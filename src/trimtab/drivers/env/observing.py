"""What an agent sees of a household in a backtest: the numbers of the many-household kernel.

| place | what | bounds |
| --- | --- | --- |
| 0 … n−1 | weights of the targets, fractions of value | 0 … 1 |
| n … 2n−1 | wanted weights | 0 … 1 |
| 2n … 3n−1 | embedded gain of taxable lots, fraction of their value | −1 … 1 |
| 3n | cash, fraction of value | 0 … 1 |
| 3n+1 | days since the latest trade, over a year | 0 … 1 |
| 3n+2 | realised volatility over the usual one | 0 … 5 |
| 3n+3 | how much of the variance is common to all | 0 … 1 |
| 3n+4 | recent mean return over a usual period's deviation | −1 … 1 |
| 3n+5 | trading cost paid lately, over that of trading 1 % of value at 10 bp | 0 … 5 |

Nothing later than the close that is observed enters: the usual volatility is that of all periods
until then.

Errors: none.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.drivers.backtest.run import Backtest
from trimtab.drivers.backtest.watch import DayState
from trimtab.quant.worlds.household_layout import observed_bounds
from trimtab.quant.worlds.household_steps import REMEMBERED

__all__ = ["USUAL_COST", "covariance_until", "observe", "preferred"]

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]

USUAL_COST = 1e-5
"""Fraction of value: trading 1 % of it at 10 bp."""
PERIODS_REMEMBERED = 24
"""Periods after which what was remembered has faded to half a percent."""
DAYS_A_YEAR, SESSIONS_A_YEAR = 365.0, 252
HISTORY_SESSIONS = 756
LEAST = 1e-12


def observe(backtest: Backtest, t: int, recent_cost: float) -> Singles:
    """The household at the close of a session.

    Unit: `recent_cost` fraction of value, remembered as the market is.
    """
    market, holdings = backtest.market, backtest.holdings
    state = DayState.of(t, holdings, market)
    traded = backtest.washes.traded
    days = DAYS_A_YEAR if traded is None else (market.dates[t] - traded).days
    seen = np.concatenate(
        [
            backtest.watch.weights(state),
            backtest.watch.stated.stated,
            _embedded_gains(backtest, t),
            [holdings.all_cash / max(state.value, LEAST), days / DAYS_A_YEAR],
            _market_figures(market, preferred(backtest), t, backtest.settings.review_sessions),
            [recent_cost / USUAL_COST],
        ]
    )
    bounds = observed_bounds(len(backtest.watch.stated.stated))
    return np.clip(seen, *bounds).astype(np.float32)


def preferred(backtest: Backtest) -> list[int]:
    """The market's column of each target's first instrument."""
    column = backtest.market.column
    return [column[target.instruments[0]] for target in backtest.start.mandate.targets]


def covariance_until(backtest: Backtest, t: int) -> Floats:
    """Sample covariance of the targets' first instruments over three years up to a session.

    Shape: (K, K). Unit: a year.
    """
    columns = preferred(backtest)
    returns = backtest.market.total_return[max(0, t - HISTORY_SESSIONS + 1) : t + 1, columns]
    if len(returns) < 2:
        return np.zeros((len(columns), len(columns)))
    return np.atleast_2d(np.cov(returns, rowvar=False)) * SESSIONS_A_YEAR


def _embedded_gains(backtest: Backtest, t: int) -> Floats:
    lots, market = backtest.holdings.lot_columns, backtest.market
    worth = lots.quantity * market.close[t][lots.column]
    n = len(market.instruments)
    value = np.bincount(lots.column, worth, n)
    gain = value - np.bincount(lots.column, lots.basis, n)
    members = backtest.watch.stated.members
    return np.asarray(members @ gain / np.maximum(members @ value, LEAST))


def _market_figures(market: MarketDays, columns: list[int], t: int, sessions: int) -> Floats:
    """Volatility, common share and trend of the periods that end at a session."""
    periods = (t + 1) // sessions
    if periods < 1:
        return np.array([1.0, 1.0 / len(columns), 0.0])
    daily = market.total_return[t + 1 - periods * sessions : t + 1, columns]
    returns = (1.0 + daily).reshape(periods, sessions, -1).prod(axis=1) - 1.0
    usual = max(float(np.mean(returns**2)), LEAST)
    square, common, trend = usual, usual / len(columns), 0.0
    for row in returns[-PERIODS_REMEMBERED:]:
        square += (1.0 - REMEMBERED) * (float(np.mean(row**2)) - square)
        common += (1.0 - REMEMBERED) * (float(row.mean()) ** 2 - common)
        trend += (1.0 - REMEMBERED) * (float(row.mean()) - trend)
    return np.array([np.sqrt(square / usual), common / max(square, LEAST), trend / np.sqrt(usual)])

"""What today's holdings would have weighed on past days, at the closes of those days.

It is no record of what was held: purchases and sales since are not taken back, and exchange rates
are today's.  Screens that show it say so.

Errors: those of the household's price feed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from trimtab.app.household import LoadedHousehold
from trimtab.app.status import Status
from trimtab.model.snapshots import PriceHistory

__all__ = ["SESSIONS", "PastWeights", "past_weights"]

Floats = npt.NDArray[np.float64]

SESSIONS = 126
"""Half a year of trading days."""
SOURCE = "today's holdings at the closes of those days; it is no record of what was held then"


@dataclass(frozen=True, slots=True)
class PastWeights:
    """Weights and worth day by day; `source` says what they rest on.

    Shape: `weights` (T, K), with K the targets of the standing; `worth` (T,).
    Unit: fractions of what the holdings would have been worth; `worth` base currency.
    """

    dates: tuple[date, ...]
    weights: Floats
    worth: Floats
    source: str

    @staticmethod
    def array(fractions: Sequence[float]) -> Floats:
        """Fractions as an array that stands beside the weights."""
        return np.array(fractions, dtype=np.float64)


def past_weights(loaded: LoadedHousehold, status: Status) -> PastWeights | None:
    """Weights of the past half year; none where too few closes are known."""
    units: dict[str, float] = defaultdict(float)
    for lot in loaded.snapshot.lots:
        units[lot.instrument] += float(lot.quantity)
    if not units:
        return None
    history = loaded.feed.history(tuple(units), status.as_of, SESSIONS)
    closes = _filled(history, loaded)
    rows = np.flatnonzero(~np.isnan(closes).any(axis=1))
    if len(rows) < 2:
        return None
    known = loaded.snapshot.instruments
    rates = [float(loaded.snapshot.rate(known[name].currency)) for name in history.instruments]
    held = np.array([units[name] for name in history.instruments])
    values = closes[rows] * held * np.array(rates)
    worth = values.sum(axis=1) + float(status.cash)
    weights = np.zeros((len(values), len(status.targets)))
    for k, target in enumerate(status.targets):
        own = [at for at, name in enumerate(history.instruments) if name in target.instruments]
        weights[:, k] = values[:, own].sum(axis=1) / np.where(worth > 0, worth, 1.0)
    dates = tuple(history.dates[at] for at in rows.tolist())
    return PastWeights(dates, weights, worth, SOURCE)


def _filled(history: PriceHistory, loaded: LoadedHousehold) -> Floats:
    """Closes with gaps filled by the close before; what never had one keeps its price of today."""
    closes = np.array(history.closes, dtype=np.float64).reshape(len(history.dates), -1)
    for row in range(1, len(closes)):
        gaps = np.isnan(closes[row])
        closes[row, gaps] = closes[row - 1, gaps]
    never = np.isnan(closes).all(axis=0) if len(closes) else np.array([], dtype=bool)
    for column in np.flatnonzero(never).tolist():
        closes[:, column] = float(loaded.snapshot.prices[history.instruments[column]].amount)
    return closes

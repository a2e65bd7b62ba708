"""The history that direct-indexing portfolios live in: prices, dividends, index weights, names.

Arrays are checked once, here; the kernel trusts them.  Prices and dividends are per share after
all splits of the period, so that units never change.  A name that the index does not hold has
weight zero and may have any price, as long as it is positive while the name can be held.

Errors: `InputError` naming the array, the first bad session and name, and what is wanted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from trimtab.model.errors import InputError
from trimtab.model.lots import long_term_from
from trimtab.quant.simulate.direct_layout import FREQUENCIES, NOBODY, World

__all__ = ["DirectMarket", "due_sessions", "index_returns", "world_of"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

WEIGHTS_SUM_TOLERANCE = 1e-9
DAYS_BEFORE = 400  # a holding period carried further back than this is long-term in any case
DAYS_AFTER = 400


@dataclass(frozen=True, slots=True)
class DirectMarket:
    """Prices, dividends and index weights of names over sessions.

    Shape: prices, dividends, weights T × N; sectors, twins N.
    Unit: weights are fractions of one at each close, zero while a name is not in the index;
    `twins[i]` is the name that stands in for `i` while `i` may not be bought, or -1.  A twin has
    no weight of its own.
    Refuses: shapes that differ, dates out of order, prices that are not positive and finite,
    dividends or weights below zero, weights that do not sum to one, twins with weights.
    """

    names: tuple[str, ...]
    dates: tuple[date, ...]
    prices: Floats
    dividends: Floats
    weights: Floats
    sectors: Integers
    twins: Integers

    def __post_init__(self) -> None:
        shape = (len(self.dates), len(self.names))
        for said, array in (
            ("prices", self.prices),
            ("dividends", self.dividends),
            ("weights", self.weights),
        ):
            if array.shape != shape:
                raise InputError(said, f"shape {array.shape}", f"dates and names make {shape}")
        if self.sectors.shape != shape[1:] or self.twins.shape != shape[1:]:
            raise InputError("sectors and twins", "not one per name", f"{shape[1]} names")
        if len(self.dates) < 2:
            raise InputError("dates", f"{len(self.dates)} sessions", "at least 2 are needed")
        for earlier, later in zip(self.dates, self.dates[1:], strict=False):
            if later <= earlier:
                raise InputError("dates", f"{later} follows {earlier}", remedy="sort the sessions")
        self._refuse("prices", self.prices, ~(np.isfinite(self.prices) & (self.prices > 0.0)))
        self._refuse("dividends", self.dividends, ~(self.dividends >= 0.0))
        self._refuse("weights", self.weights, ~(self.weights >= 0.0))
        self._check_weights()

    def _refuse(self, said: str, array: Floats, bad: NDArray[np.bool_]) -> None:
        """Refuse an array at the first place where it is bad."""
        if bad.any():
            t, i = (int(place) for place in np.argwhere(bad)[0])
            raise InputError(
                f"{said} of {self.names[i]} on {self.dates[t]}",
                f"{array[t, i]} ({int(bad.sum())} such)",
                "prices are above zero, dividends and weights not below it",
                "leave the name out or mend the data",
            )

    def _check_weights(self) -> None:
        """Refuse weights that do not sum to one, and twins that cannot stand in."""
        off = np.abs(self.weights.sum(axis=1) - 1.0)
        if off.max() > WEIGHTS_SUM_TOLERANCE:
            t = int(off.argmax())
            raise InputError(
                f"weights on {self.dates[t]}", f"sum to {self.weights[t].sum()}", "need 1"
            )
        count = len(self.names)
        twins = self.twins[self.twins != NOBODY]
        if ((twins < 0) | (twins >= count)).any() or len(np.unique(twins)) != len(twins):
            raise InputError("twins", f"{self.twins.tolist()}", "each a name of its own, or -1")
        if (self.twins[twins] != NOBODY).any() or self.weights[:, twins].any():
            raise InputError("twins", "a twin has a weight or a twin", "it only stands in")
        if (self.sectors < 0).any():
            raise InputError("sectors", "a number below 0", "sectors count from 0")


def due_sessions(dates: tuple[date, ...]) -> NDArray[np.bool_]:
    """Which sessions are the last of a year, quarter, month, week or day, row by row.

    The last session of all ends every period, so that nothing stays unsettled.
    """
    last = len(dates) - 1
    keys: tuple[Callable[[date], tuple[int, ...]], ...] = (
        lambda day: (day.year,),
        lambda day: (day.year, (day.month - 1) // 3),
        lambda day: (day.year, day.month),
        lambda day: tuple(day.isocalendar()[:2]),
    )
    due = np.zeros((FREQUENCIES, len(dates)), dtype=np.bool_)
    for row, key in enumerate(keys, start=1):
        due[row] = [t == last or key(dates[t]) != key(dates[t + 1]) for t in range(last + 1)]
    due[FREQUENCIES - 1] = True
    return due


def world_of(market: DirectMarket) -> World:
    """The arrays that the kernel reads."""
    first = market.dates[0] - timedelta(days=DAYS_BEFORE)
    days = (market.dates[-1] - first).days + DAYS_AFTER
    calendar = [(day.toordinal(), day.year - market.dates[0].year) for day in market.dates]
    return World(
        panel=np.ascontiguousarray(np.stack([market.prices, market.dividends, market.weights])),
        calendar=np.array(calendar, dtype=np.int64),
        due=due_sessions(market.dates),
        long_from=np.array(
            [long_term_from(first + timedelta(days=k)).toordinal() for k in range(days)],
            dtype=np.int64,
        ),
        edges=np.array([first.toordinal()], dtype=np.int64),
    )


def index_returns(market: DirectMarket) -> Floats:
    """Total return of the index on each session, the first being zero.

    Dividends are reinvested; the weights of one close are held to the next.
    """
    relative = (market.prices[1:] + market.dividends[1:]) / market.prices[:-1] - 1.0
    return np.concatenate([[0.0], (market.weights[:-1] * relative).sum(axis=1)])

"""What simulated households hold lot by lot: least tax first, two terms, wash sales, tax by year.

Each purchase is a lot.  Of an instrument that is sold, the lots with the least tax a unit go first,
at the rate of their term; a loss that a purchase of the last thirty days would wash counts as
nothing there.  Gains and losses are netted by term and then with each other within a calendar year;
what losses are left is carried forward by term and brings no money back.  A loss is disallowed as
far as the same is bought within thirty days before or after, and joins the basis of what was bought
with the days that the sold lot was held; where that purchase falls into January, the loss is taken
back in the new year.  `_lot_store` says how lots are merged where there are too many.

Errors: `InputError` for rates and days that make no sense.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.quant.worlds._base import Floats
from trimtab.quant.worlds._lot_kernels import liquidation_tax, trade_lots
from trimtab.quant.worlds._lot_layout import DISALLOWED, LONG_DAYS, Law, lot_room
from trimtab.quant.worlds.household import Household
from trimtab.quant.worlds.path_books import AverageBook

__all__ = ["LotBook", "LotTerms", "price_levels"]

Days = npt.NDArray[np.datetime64]

DAYS_A_YEAR = 365.25
FIRST_DAY = np.datetime64("2001-01-01", "D")
OPENING_AGE = 2.0 * LONG_DAYS
"""Days that the lots of the beginning have been held: they are long-term."""


@dataclass(frozen=True, slots=True)
class LotTerms:
    """That lots are told apart, and how they are taxed.

    Shape: `days` (sessions + 1,), the day on which each session begins and the last one ends, as
    its trades are dated; `None` for sessions of the same length from the first of a year.
    Unit: `short_rate` of gains on what was held for a year or less; that of the household is for
    the others.
    Refuses: a rate outside [0, 1), days that do not ascend.
    """

    short_rate: float
    days: Days | None = None

    def __post_init__(self) -> None:
        if not 0.0 <= self.short_rate < 1.0:
            raise InputError("short_rate", f"is {self.short_rate:g}", "it is from 0 to below 1")
        if self.days is not None and (np.diff(self.days) <= np.timedelta64(0, "D")).any():
            raise InputError(
                "days of sessions", "do not ascend", "each is later than the one before"
            )

    def calendar(self, sessions: int, sessions_a_year: float) -> Days:
        """The day on which each session begins and the last one ends.

        Refuses: days of another number of sessions.
        """
        if self.days is None:
            passed = np.floor(np.arange(sessions + 1) * (DAYS_A_YEAR / sessions_a_year))
            return FIRST_DAY + passed.astype(np.int64)
        if len(self.days) != sessions + 1:
            fact = f"are {len(self.days)} for {sessions} sessions"
            raise InputError("days of sessions", fact, "one more than sessions is needed")
        return self.days.astype("datetime64[D]")


class LotBook(AverageBook):
    """Many households with their lots.

    Shape: `prices` (sessions + 1, paths, n), of which those of the beginning are 1.
    """

    def __init__(
        self, household: Household, prices: Floats, record: int, terms: LotTerms, calendar: Days
    ) -> None:
        sessions, paths, _ = prices.shape
        super().__init__(household, paths, sessions - 1, record)
        self.prices = prices
        self.law = Law(terms.short_rate, household.tax_rate)
        self.days = calendar.astype(np.int64).astype(np.float64)
        self.years = calendar.astype("datetime64[Y]").astype(np.int64).astype(np.float64)
        first = float(self.days[0]) - OPENING_AGE
        self.room = lot_room(self.values, self.basis, first, float(self.years[0]))

    @property
    def disallowed(self) -> Floats:
        """All losses that wash sales have disallowed, dollars of which the household had 1."""
        return np.asarray(self.room.accounts[:, DISALLOWED])

    def trade(self, session: int, place: int) -> None:
        """Trade lot by lot, and charge it to an entry of `by_time`."""
        trade_lots(
            *(self.room, self.values, self.basis, self.prices[session], self.sold, self.bought),
            *(self.household.cost, self.law, self.days[session], self.years[session]),
            *(self.sums, self.by_time, place),
        )

    def deferred(self) -> Floats:
        """The tax of selling all at the end, a fraction of value."""
        found = np.zeros(len(self.values))
        last = self.prices[-1], self.law, self.days[-1], self.years[-1]
        liquidation_tax(self.room, *last, found)
        return np.asarray(found / self.values.sum(axis=1))


def price_levels(returns: Floats) -> Floats:
    """Prices before and after each session, 1 at the beginning.

    Shape: `returns` (sessions, paths, n) → (sessions + 1, paths, n).
    """
    levels = np.ones((len(returns) + 1, *returns.shape[1:]))
    np.cumprod(1.0 + returns, axis=0, out=levels[1:])
    return levels

"""Where a member stops and asks: the columns of a decision, and the way back for its trades.

Errors: none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from trimtab.model.taxes import TaxCurve
from trimtab.quant.simulate.lot_sheet import (
    AFTER,
    BUY_COST,
    COUNT,
    FIRST,
    GAIN,
    HELD,
    IS_HARVESTABLE,
    IS_LONG,
    IS_RECENT,
    LOT_VALUE,
    LOWER,
    NETTING,
    RECENT,
    SHORT_RATE,
    SOLD,
    UPPER,
    VALUE,
    WEIGHT,
)
from trimtab.quant.simulate.lots_layout import (
    BARRED,
    CASH,
    CLOSE,
    GAP,
    LONG,
    LONG_IN,
    ORDINARY,
    OWN,
    QUALIFIED,
    SHORT,
    SHORT_IN,
    TAXED,
    YEAR,
    Book,
    World,
)
from trimtab.quant.simulate.tax_table import rates_of_years, tax_of_years

__all__ = ["Stop"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

NO_BOUND = 1e299
"""Dollars above which a bound is none."""


@dataclass(frozen=True, slots=True)
class Stop:
    """A member at a session in which it leaves the decision to its caller.

    Shape: `columns` (n,) the instruments that are listed; what is of instruments is (n,), what is
    of lots (l,), instrument by instrument, `lot_place` among the n.
    Unit: dollars, gains fractions of value.
    """

    on: date
    book: Book
    year: int
    columns: Integers
    rows: Integers
    lot_place: Integers
    price: Floats

    @classmethod
    def at(cls, world: World, book: Book, t: int, on: date) -> Stop:
        """The stop of a member at a session."""
        state = world.state[t]
        columns = np.flatnonzero((state == OWN) | (state == GAP))
        first, count = book.spans[FIRST, columns], book.spans[COUNT, columns]
        rows = [np.arange(a, a + c) for a, c in zip(first.tolist(), count.tolist(), strict=True)]
        return cls(
            on,
            book,
            int(world.calendar[YEAR, t]),
            columns,
            np.concatenate([np.zeros(0, dtype=np.int64), *rows]),
            np.repeat(np.arange(len(columns)), count),
            world.panel[CLOSE, t, columns],
        )

    @property
    def value(self) -> float:
        """Value before the trades."""
        return float(self.book.terms[VALUE])

    @property
    def cash(self) -> float:
        """Cash before the trades."""
        return float(self.book.totals[CASH])

    @property
    def weight(self) -> Floats:
        """Stated weights."""
        return self._place(WEIGHT)

    @property
    def cost(self) -> Floats:
        """Cost of a dollar traded."""
        return self._place(BUY_COST)

    @property
    def lower(self) -> Floats:
        """Least dollars."""
        return self._place(LOWER)

    @property
    def upper(self) -> Floats:
        """Most dollars, barred purchases left aside; nothing without a weight is bought."""
        held, upper = self._place(HELD), self._place(UPPER)
        open_ended = (upper >= NO_BOUND) | self.barred
        most = np.where(open_ended, np.inf, upper)
        return np.where(self.weight > 0.0, most, np.minimum(most, held))

    @property
    def barred(self) -> Flags:
        """Where a purchase would wash a loss of the last 30 days."""
        return self._place(BARRED) != 0.0

    @property
    def recent(self) -> Floats:
        """Dollars bought lately that would wash a loss sale."""
        return self._place(RECENT)

    @property
    def lot_value(self) -> Floats:
        """Value of each lot."""
        return self._lot(LOT_VALUE)

    @property
    def lot_gain(self) -> Floats:
        """Gain of each lot, zero where it is not taxed."""
        return self._lot(GAIN)

    @property
    def lot_long(self) -> Flags:
        """Whether each lot is long-term."""
        return self._lot(IS_LONG) != 0.0

    @property
    def lot_recent(self) -> Flags:
        """Whether each lot was bought within the last 30 days."""
        return self._lot(IS_RECENT) != 0.0

    @property
    def harvestable(self) -> Flags:
        """Whether each lot's loss passes the harvest tests."""
        return self._lot(IS_HARVESTABLE) != 0.0

    @property
    def curve(self) -> TaxCurve:
        """The year's tax curve as it stands."""
        if self.book.account[TAXED] == 0.0:
            return TaxCurve(0.0, 0.0)
        return _curve(self.book.terms[SHORT_RATE:NETTING], self.book.terms[NETTING] != 0.0)

    def priced(self, short: float, long: float) -> tuple[TaxCurve, float]:
        """The tax curve at the rates after these gains, and the tax that they add, what losses left
        are worth taken off."""
        if self.book.account[TAXED] == 0.0:
            return self.curve, 0.0
        own = self.book.years[self.year]
        start = [own[SHORT] - own[SHORT_IN], own[LONG] - own[LONG_IN]]
        more = [own[QUALIFIED], own[ORDINARY], 0.0]
        incomes = np.array([[*start, *more], [start[0] + short, start[1] + long, *more]])
        tables = np.repeat(self.book.table, 2, axis=0)
        rates, taxes = np.zeros((2, 6)), np.zeros((2, 3))
        rates_of_years(tables, incomes, rates)
        tax_of_years(tables, incomes, taxes)
        curve = _curve(np.array([*rates[1], *start]), self.curve.netting)
        worth = (rates[:, 4:] * taxes[:, 1:]).sum(axis=1)
        return curve, float(taxes[1, 0] - worth[1] - taxes[0, 0] + worth[0])

    def trade(self, bought: Floats, sold: Floats) -> None:
        """Write a decision: dollars bought of each instrument and sold of each lot."""
        places, lots = self.book.places, self.book.lots
        places[AFTER] = places[HELD]
        given_up = np.bincount(self.lot_place, sold, len(self.columns))
        places[AFTER, self.columns] += bought - given_up
        lots[SOLD] = 0.0
        lots[SOLD, self.rows] = sold

    def hold(self) -> None:
        """Write that nothing is traded."""
        self.trade(np.zeros(len(self.columns)), np.zeros(len(self.rows)))

    def _place(self, row: int) -> Floats:
        return np.asarray(self.book.places[row, self.columns])

    def _lot(self, row: int) -> Floats:
        return np.asarray(self.book.lots[row, self.rows])


def _curve(known: Floats, netting: bool) -> TaxCurve:
    """A tax curve from its row in a sheet."""
    short, long, ordinary, limit, carry_short, carry_long, net_short, net_long = known.tolist()
    return TaxCurve(
        short, long, ordinary, limit, carry_short, carry_long, net_short, net_long, netting
    )

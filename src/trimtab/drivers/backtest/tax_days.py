"""Tax owed and the tax of selling everything, noted as the days go and worked out for all at once.

A day notes where its tax year stands (what is realised and carried), what is unrealised, and what
other years still owe; the float64 kernel of `quant.simulate.tax_table`, held equal to the exact
bill, then assesses every day in one call.  It rounds once where a bill rounds each line, so that a
day can be some cents off; the last day of each year and the last of all are the exact regime's.

Errors: none of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from trimtab.drivers.backtest.tax_office import TaxOffice
from trimtab.quant.simulate.tax_rows import table_rows
from trimtab.quant.simulate.tax_table import tax_of_years

__all__ = ["TaxDays"]

Floats = npt.NDArray[np.float64]
YEAR, OWED = 0, 1
INCOME = slice(2, 7)
UNREALISED = slice(7, 9)
COLUMNS = 9
CENTS = 2


@dataclass(slots=True)
class TaxDays:
    """What each session notes.

    Shape: `table` (T, 9): the year; what is owed besides the year's own tax, payments towards that
    taken off; short, long, qualified and ordinary dividends, interest; unrealised short and long.
    Unit: dollars.
    """

    table: Floats
    exact: dict[int, tuple[float, float]] = field(default_factory=dict)
    _stands: tuple[float, ...] = ()
    _changed: tuple[int, int] = (-1, -1)

    @classmethod
    def of(cls, sessions: int) -> TaxDays:
        """Room for so many sessions."""
        return cls(np.zeros((sessions, COLUMNS)))

    def note(
        self,
        row: int,
        on: date,
        office: TaxOffice,
        paid_outside: float,
        unrealised: tuple[float, float],
        is_last: bool,
    ) -> None:
        """Note a session; where the year stands is looked up again after each entry.

        Taxes paid from elsewhere count as if they were still owed: they are gone all the same.
        `is_last` of its year, or of all.
        """
        changed = (len(office.holdings.entries), on.year)
        if self._changed != changed:
            owed = float(office.owed_besides(on.year)) + paid_outside
            self._stands = (on.year, owed, *office.position(on.year))
            self._changed = changed
        self.table[row] = (*self._stands, *unrealised)
        if is_last:
            owed = float(office.accrued(on)) + paid_outside
            self.exact[row] = owed, office.liquidation(on, *unrealised)

    def taxes(self, office: TaxOffice, done: int) -> tuple[Floats, Floats]:
        """What was owed and not paid yet, and what selling everything would have added to it.

        Shape: (done,) both.
        """
        if not office.is_taxed or done == 0:
            return np.zeros(done), np.zeros(done)
        table = self.table[:done]
        every, which = np.unique(table[:, YEAR].astype(np.int64), return_inverse=True)
        years = table_rows([office.regime.table(office.profile, int(y)) for y in every])
        income = table[:, INCOME].copy()
        held = _assessed(years[which], income)
        income[:, :2] += table[:, UNREALISED]
        sold = _assessed(years[which], income)
        owed, liquidation = table[:, OWED] + held, sold - held
        for row, figures in self.exact.items():
            owed[row], liquidation[row] = figures
        return owed, liquidation


def _assessed(years: Floats, income: Floats) -> Floats:
    """The tax of each row, in cents.

    Shape: (T, table columns), (T, 5) and (T,).
    """
    found = np.zeros((len(income), 3))
    tax_of_years(years, income, found)
    return np.asarray(np.round(found[:, 0], CENTS))

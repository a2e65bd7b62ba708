"""Dividends by tax year and character, kept true while their holding periods run.

A dividend is counted when it is paid, as if what is held were held on.  A sale that comes too early
restates it: from qualified to ordinary, in the year of the payment, which may be over by then.  So
a year is billed when its return is due, not on its last day; see `dividend_periods` for the rule.

Errors: `InputError` for dividends that cannot be.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trimtab.books.dividend_periods import (
    DividendSplit,
    HeldUnits,
    able_to_qualify,
    first_sale_that_keeps_it,
    split_dividend,
)
from trimtab.model.errors import InputError
from trimtab.model.money import cents

__all__ = ["DividendTest", "Restated"]


@dataclass(frozen=True, slots=True)
class Restated:
    """Part of a dividend that a sale turned from qualified into ordinary income.

    Unit: `amount` base currency; `year` is the tax year of the payment, which may be over.
    """

    year: int
    instrument: str
    ex_date: date
    lot: str
    sold: date
    amount: Decimal


@dataclass(slots=True)
class _Open:
    """One lot's part of a dividend that a sale before `safe_from` makes ordinary."""

    year: int
    instrument: str
    ex_date: date
    safe_from: date
    quantity: Decimal
    amount: Decimal

    def take(self, quantity: Decimal) -> Decimal:
        """Let units go with their share of the dividend, in cents; the last take all."""
        part = self.amount
        if quantity < self.quantity:
            part = cents(self.amount * quantity / self.quantity)
        self.quantity -= min(quantity, self.quantity)
        self.amount -= part
        return part


class DividendTest:
    """Dividends by year and character, as far as sales up to now tell.

    Record each dividend on its ex-date, then report sales, splits and divisions of lots in the
    order in which they happen.  A year is final on `final_from(year)`: at the latest 60 days after
    its last ex-date, in time for the return of 15 April.
    """

    __slots__ = ("_open", "_ordinary", "_qualified")

    def __init__(self) -> None:
        self._qualified: defaultdict[int, Decimal] = defaultdict(Decimal)
        self._ordinary: defaultdict[int, Decimal] = defaultdict(Decimal)
        self._open: dict[str, list[_Open]] = {}

    def paid(
        self,
        instrument: str,
        amount: Decimal,
        ex_date: date,
        held: Sequence[HeldUnits],
        *,
        on: date,
        qualified_fraction: Decimal = Decimal(1),
    ) -> DividendSplit:
        """Record a dividend on these units, all held at the close before the ex-date.

        It counts in the year of `on`, the day of the payment.
        Unit: `amount` base currency.
        Refuses: as `split_dividend`; a lot whose `sold` is set, because a sale is reported.
        """
        if any(units.sold is not None for units in held):
            fact, remedy = f"a lot of {instrument} is said to be sold", "report it with `sold`"
            raise InputError(f"the dividend of {ex_date}", fact, remedy=remedy)
        split = split_dividend(amount, ex_date, held, ex_date, qualified_fraction)
        self._qualified[on.year] += split.qualified
        self._ordinary[on.year] += split.ordinary
        if split.provisional:
            parts = able_to_qualify(amount, ex_date, held, qualified_fraction)
            for units, part in zip(held, parts, strict=True):
                if units.acquired is None or units.acquired >= ex_date:
                    continue
                safe = first_sale_that_keeps_it(units.acquired, ex_date)
                if safe > ex_date:
                    entry = _Open(on.year, instrument, ex_date, safe, units.quantity, part)
                    before = self._open.get(units.lot, ())
                    self._open[units.lot] = [e for e in before if ex_date < e.safe_from] + [entry]
        return split

    def sold(self, lot: str, quantity: Decimal, on: date) -> tuple[Restated, ...]:
        """Report a sale of units of a lot; what it makes ordinary has been moved.

        Unit: `quantity` in units of the day of the sale.
        """
        if lot not in self._open:
            return ()
        restated = []
        for entry in self._open[lot]:
            part = entry.take(quantity)
            if part > 0 and on < entry.safe_from:
                self._qualified[entry.year] -= part
                self._ordinary[entry.year] += part
                what = entry.year, entry.instrument, entry.ex_date
                restated.append(Restated(*what, lot, on, part))
        self._keep(lot, on)
        return tuple(restated)

    def split(self, instrument: str, new: int, old: int) -> None:
        """A split of `new` units for every `old`: open units are counted in new ones from here."""
        for entries in self._open.values():
            for entry in entries:
                if entry.instrument == instrument:
                    entry.quantity = entry.quantity * new / old

    def divided(self, lot: str, new_lot: str, quantity: Decimal, on: date) -> None:
        """Units of a lot became a lot of their own, by a wash sale or a transfer.

        Their days go on as they were: a longer holding period that a wash sale lends is not counted
        here (26 USC 246(c)(3)(B)).
        """
        if lot not in self._open:
            return
        for entry in self._open[lot]:
            units = min(quantity, entry.quantity)
            part = entry.take(units)
            what = entry.year, entry.instrument, entry.ex_date, entry.safe_from
            self._open.setdefault(new_lot, []).append(_Open(*what, units, part))
        self._keep(lot, on)

    def forget(self, on: date) -> None:
        """Drop what no sale from this day on can change, so that the test stays small."""
        for lot in list(self._open):
            self._keep(lot, on)

    def qualified(self, year: int) -> Decimal:
        """Qualified dividends of a tax year, if what is held is held on."""
        return self._qualified[year]

    def ordinary(self, year: int) -> Decimal:
        """Dividends of a tax year that are not qualified."""
        return self._ordinary[year]

    def final_from(self, year: int) -> date:
        """The first day from which no sale can change a year, 1 January after it at the earliest.

        Sales reported so far are in it.
        """
        over = date(year + 1, 1, 1)
        entries = (entry for lot in self._open.values() for entry in lot if entry.year == year)
        return max(over, max((entry.safe_from for entry in entries), default=over))

    def _keep(self, lot: str, on: date) -> None:
        """Keep of a lot what a sale from this day on can still change."""
        entries = [e for e in self._open[lot] if e.quantity > 0 and on < e.safe_from]
        if entries:
            self._open[lot] = entries
        else:
            del self._open[lot]

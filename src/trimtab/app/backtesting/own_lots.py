"""Lots with their days, as a backtest opens them: held from the first day, or bought with money
that comes in later.

Units are counted as the price data count them: a split that the data show after the first day is
still to come then, one that they do not show (closes adjusted for splits) has happened already.

Errors: none; what cannot be told of a lot is a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal

from trimtab.app.backtesting.opening import OPENED
from trimtab.books.entries import opening_lot
from trimtab.drivers.backtest.market_days import NEVER, MarketDays
from trimtab.model.entries import Entry, EntryKind, split_ratio
from trimtab.model.findings import Finding, Severity
from trimtab.model.lots import Lot
from trimtab.model.mandate import CashFlow

__all__ = ["FirstDay", "LotsOpened", "left_out"]

SPLIT_DAYS = timedelta(days=7)
"""How far the days may lie apart on which a journal and price data have a split."""
UNIT = Decimal("0.000001")


@dataclass(slots=True)
class LotsOpened:
    """Entries that open lots, money that comes in for others, and what there is to say."""

    entries: list[Entry] = field(default_factory=list)
    flows: list[CashFlow] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    without_price: list[Lot] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class FirstDay:
    """The first session of a backtest; its own splits and dividends are still to come."""

    market: MarketDays
    session: int
    base: str

    @property
    def on(self) -> date:
        """Its date."""
        return self.market.dates[self.session]

    def open_lots(self, lots: Iterable[Lot], counted_on: date) -> LotsOpened:
        """Open lots by the days on which they were bought; units are those of `counted_on`."""
        done = LotsOpened()
        for lot in lots:
            if lot.acquired is None or lot.acquired <= self.on:
                ratio = 1 / self._split_after(lot, counted_on)
                self.hold(done, _counted(lot, ratio))
            elif lot.reinvested:
                continue  # bought with a dividend, which the backtest pays itself
            elif lot.basis is not None and lot.basis > 0:
                clause = f"lot {lot.id}"
                done.flows.append(CashFlow(lot.basis, lot.acquired, lot.account, clause))
            else:
                fact = f"was bought on {lot.acquired} for a sum that is not known"
                done.findings.append(left_out(f"lot {lot.id}", fact))
        return done

    def hold(self, done: LotsOpened, lot: Lot) -> None:
        """Open a lot as it was held, or say that it has no price."""
        column = self.market.column.get(lot.instrument)
        if column is not None and self.market.age[self.session, column] != NEVER:
            entry_id = f"{OPENED} {lot.id}"
            done.entries.append(opening_lot(entry_id, self.on, lot, self.base))
        else:
            done.without_price.append(lot)
            done.findings.append(_without_price(lot, self.on))

    def as_priced(self, lot: Lot, entries: Sequence[Entry]) -> Lot:
        """A journal's lot in the units of the price data: its later splits are counted already
        where the data do not show them."""
        ratio = Decimal(1)
        for on, one in _splits_of(entries, lot.instrument):
            if self.on <= on <= self.market.dates[-1] and not self._shows(lot.instrument, on):
                ratio *= one
        return _counted(lot, ratio)

    def _split_after(self, lot: Lot, until: date) -> Decimal:
        """New units for each of the first morning's, by the splits that the prices show."""
        column, ratio = self.market.column.get(lot.instrument), Decimal(1)
        if column is None:
            return ratio
        bought_today = lot.acquired == self.on
        for t in range(self.session + bought_today, len(self.market.dates)):
            if self.market.split[t, column] != 1.0 and self.market.dates[t] <= until:
                ratio *= Decimal(repr(float(self.market.split[t, column])))
        return ratio

    def _shows(self, name: str, on: date) -> bool:
        """Whether the prices show a split around a day."""
        column = self.market.column.get(name)
        return column is not None and any(
            abs(day - on) <= SPLIT_DAYS and self.market.split[t, column] != 1.0
            for t, day in enumerate(self.market.dates)
        )


def _counted(lot: Lot, ratio: Decimal) -> Lot:
    """A lot whose units are counted otherwise; what it cost stays."""
    if ratio == 1:
        return lot
    units = (lot.quantity * ratio).quantize(UNIT).normalize()
    return replace(
        lot, quantity=units, washed_quantity=(lot.washed_quantity * ratio).quantize(UNIT)
    )


def _splits_of(entries: Sequence[Entry], name: str) -> Iterator[tuple[date, Decimal]]:
    """The days and ratios of a journal's splits of an instrument."""
    for entry in entries:
        if entry.kind is EntryKind.SPLIT and entry.postings[0].commodity == name:
            yield entry.on, split_ratio(entry)


def left_out(subject: str, fact: str) -> Finding:
    """What of a household's past no policy can be asked about."""
    return Finding("left_out", Severity.WARNING, subject, f"{fact}: the backtest leaves it out")


def _without_price(lot: Lot, on: date) -> Finding:
    cost = "nothing, as its cost is not known" if lot.basis is None else f"{lot.basis:,.2f} in cash"
    return Finding(
        "held_without_price",
        Severity.WARNING,
        f"lot {lot.id}",
        f"{lot.instrument} was held on {on} and has no price by then: it begins as {cost}",
        remedy=f"give prices of {lot.instrument}",
    )

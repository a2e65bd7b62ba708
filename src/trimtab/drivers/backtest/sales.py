"""A sale as the books, the wash-sale rule and the record of a fill see it: one place for all three.

Funds under average basis are averaged before the sale; what each lot brings is told to those who
look for wash sales, and handed back as it was realised.

Errors: none of its own; lots that are not there are an `InvariantError` of the books.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from trimtab.books._lot_changes import share_of, taxable_gain
from trimtab.books.average_basis import average_basis, averaged
from trimtab.books.lot_entries import sell
from trimtab.books.relief import LotUnits
from trimtab.drivers.backtest.holdings import Holdings
from trimtab.drivers.backtest.results import FillRecord
from trimtab.drivers.backtest.washes import WashBook
from trimtab.model.entries import Entry, EntryKind
from trimtab.model.instruments import Instrument, InstrumentKind
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO, share_out
from trimtab.model.plans import LotSale
from trimtab.model.taxes import ReliefOrder

__all__ = ["SalesDesk", "with_disallowed"]


class SalesDesk:
    """Books sales of named lots."""

    def __init__(
        self,
        holdings: Holdings,
        washes: WashBook,
        instruments: Mapping[str, Instrument],
        relief: ReliefOrder,
    ) -> None:
        self.holdings, self.washes, self.instruments = holdings, washes, instruments
        self.averages = relief is ReliefOrder.AVERAGE

    def sell(
        self, on: date, chosen: Sequence[LotUnits], proceeds: Decimal, what: str
    ) -> tuple[LotSale, ...]:
        """Sell units of lots of one instrument in one account; what each lot brought.

        Unit: `proceeds` base currency, net of costs, shared out by units.
        """
        holdings = self.holdings
        first = holdings.ledger.lots[chosen[0].lot]
        if self.averages and self._is_averaged(first):
            self._average(on, first.account, first.instrument)
        parts = share_out(proceeds, [units.quantity for units in chosen])
        sales = [self._sale(on, units, part) for units, part in zip(chosen, parts, strict=True)]
        entry_id = holdings.next_id(on, what)
        entry = sell(entry_id, on, holdings.ledger.view(), chosen, proceeds, holdings.base)
        holdings.book(entry)
        return tuple(sales)

    def _is_averaged(self, lot: Lot) -> bool:
        is_fund = self.instruments[lot.instrument].kind is InstrumentKind.MUTUAL_FUND
        return is_fund and lot.account in self.holdings.taxable

    def _average(self, on: date, account: str, fund: str) -> None:
        """Book average basis, where the lots differ in what a share costs."""
        holdings = self.holdings
        lots = holdings.ledger.lots_of(fund, account)
        bases = averaged(lots)
        if any(bases.get(lot.id, lot.basis) != lot.basis for lot in lots):
            entry_id = holdings.next_id(on, f"average {fund}")
            books = holdings.ledger.view()
            holdings.book(average_basis(entry_id, on, books, account, fund))

    def _sale(self, on: date, units: LotUnits, part: Decimal) -> LotSale:
        """What one lot brings, told to those who look for wash sales before the books forget it."""
        lot, basis = self.holdings.ledger.lots[units.lot], None
        if lot.basis is not None:
            basis = share_of(lot.basis, units.quantity, lot.quantity)
            of_loss = basis
            if lot.loss_basis is not None:
                of_loss = share_of(lot.loss_basis, units.quantity, lot.quantity)
            self.washes.sold(lot, units.quantity, part, of_loss, on)
            basis = part - taxable_gain(part, basis, of_loss)
        return LotSale(lot.id, units.quantity, part, basis, lot.acquired, lot.term(on))


def with_disallowed(
    fills: Iterable[FillRecord], entries: Iterable[Entry]
) -> tuple[FillRecord, ...]:
    """Fills whose sales say what wash sales took back afterwards, and what losses they bear.

    A replacement that was sold before its loss was matched bears it as basis.
    """
    disallowed: dict[tuple[str, str], Decimal] = {}
    borne: dict[tuple[str, str], Decimal] = {}
    for entry in entries:
        if entry.kind is not EntryKind.WASH_SALE:
            continue
        loss, bearer = entry.details["loss"], entry.details.get("replacement_sold")
        for posting in entry.postings:
            if posting.place != "gains" or posting.lot is None:
                continue
            if posting.lot == loss and posting.amount < 0:
                key = loss, entry.details["sold"]
                disallowed[key] = disallowed.get(key, ZERO) - posting.amount
            elif bearer is not None:
                key = posting.lot, bearer
                borne[key] = borne.get(key, ZERO) + posting.amount
    return tuple(
        replace(fill, lots=tuple(_adjusted(sale, fill.on, disallowed, borne) for sale in fill.lots))
        for fill in fills
    )


def _adjusted(
    sale: LotSale,
    on: date,
    disallowed: Mapping[tuple[str, str], Decimal],
    borne: Mapping[tuple[str, str], Decimal],
) -> LotSale:
    key = sale.lot, on.isoformat()
    more, lost = borne.get(key, ZERO), disallowed.get(key, ZERO)
    if not more and not lost:
        return sale
    basis = None if sale.basis is None else sale.basis + more
    return replace(sale, basis=basis, disallowed=sale.disallowed + lost)

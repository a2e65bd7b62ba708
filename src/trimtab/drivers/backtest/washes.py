"""Wash sales during a backtest: every loss is matched as soon as something replaces it.

What the engine of `books.wash_sales` is told are the sales of the last 60 days as they happened and
the lots that are held; each match is booked once, and what it used up is remembered.
Source: 26 USC 1091; 26 CFR 1.1091-1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from trimtab.books.lot_entries import wash_sale
from trimtab.books.wash_sales import WINDOW, match_wash_sales
from trimtab.books.wash_values import HistoricLot, WashMatch, WashSaleReading, WashSegment
from trimtab.drivers.backtest.holdings import Holdings
from trimtab.model.instruments import Instrument
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO, cents
from trimtab.model.snapshots import Side, TradeRecord

__all__ = ["WashBook"]

LOOKBACK = 3 * WINDOW
UNIT_PLACES = 9  # of units, as the books keep them after a split


class WashBook:
    """The recent sales and purchases of a household, and the losses among them still open."""

    def __init__(
        self,
        holdings: Holdings,
        instruments: Mapping[str, Instrument],
        reading: WashSaleReading,
        past: Iterable[TradeRecord] = (),
    ) -> None:
        self.holdings, self.reading, self.instruments = holdings, reading, instruments
        self.accounts = {account.id: account for account in holdings.household.accounts}
        self.sales: dict[str, list[HistoricLot]] = defaultdict(list)
        self.trades: list[TradeRecord] = sorted(past, key=lambda trade: trade.on)
        self.disallowed: dict[int, Decimal] = defaultdict(Decimal)
        self.parts: dict[str, list[str]] = defaultdict(list)
        """Lots that matches parted from others, by the lot that they were a part of."""
        self.matched = 0

    def group_of(self, instrument: str) -> str:
        """The group of substantially identical instruments that one belongs to."""
        return self.instruments[instrument].wash_group

    def forget(self, on: date) -> None:
        """Drop what can no longer matter."""
        oldest = on - LOOKBACK
        if self.trades and self.trades[0].on < oldest:
            latest = self.trades[-1:]  # calendars ask for it, however long ago it was
            self.trades = [trade for trade in self.trades if trade.on >= oldest] or latest
        for group, sales in self.sales.items():
            if sales and (sales[0].sold or on) < oldest:
                self.sales[group] = [sale for sale in sales if (sale.sold or on) >= oldest]

    def sold(
        self, lot: Lot, quantity: Decimal, proceeds: Decimal, basis: Decimal, on: date
    ) -> None:
        """Note a sale of units of a lot, before the books forget the lot.

        Unit: `proceeds` and `basis` dollars of the units sold, the latter as it counts for losses.
        """
        served = min(lot.washed_quantity, quantity)
        for part, used in ((served, True), (quantity - served, False)):
            if part > 0 and self.instruments[lot.instrument].is_security:
                self.sales[self.group_of(lot.instrument)].append(
                    self._historic(
                        lot, part, basis * part / quantity, on, proceeds * part / quantity, used
                    )
                )
        gain = proceeds - basis
        where = (lot.account, lot.instrument, Side.SELL, on, quantity, proceeds)
        term = lot.term(on)
        self.trades.append(
            TradeRecord(*where, gain, term, lot.id, order=lot.order, served_quantity=served)
        )

    def split(self, instrument: str, new: int, old: int) -> None:
        """Count what was sold and bought of an instrument in the units of today.

        Shares match shares of the same kind: a loss on 100 is replaced by 200 after 2 for 1.
        """
        for group, sales in self.sales.items():
            self.sales[group] = [
                replace(sale, quantity=_restated(sale.quantity, new, old))
                if sale.instrument == instrument
                else sale
                for sale in sales
            ]
        self.trades = [
            replace(
                trade,
                quantity=_restated(trade.quantity, new, old),
                washed_quantity=_restated(trade.washed_quantity, new, old),
                served_quantity=_restated(trade.served_quantity, new, old),
            )
            if trade.instrument == instrument
            else trade
            for trade in self.trades
        ]

    def bought(self, lot: Lot, on: date) -> None:
        """Note a purchase, as calendars look for the latest trade."""
        paid = lot.basis or ZERO
        self.trades.append(
            TradeRecord(lot.account, lot.instrument, Side.BUY, on, lot.quantity, paid, lot=lot.id)
        )

    def parts_of(self, lot: str) -> list[str]:
        """The lots that matches made of parts of this one, and of those in turn."""
        parts = self.parts.get(lot, [])
        return [name for part in parts for name in (part, *self.parts_of(part))]

    @property
    def traded(self) -> date | None:
        """The day of the latest trade."""
        return self.trades[-1].on if self.trades else None

    def book_matches(self, on: date) -> None:
        """Find what replaces what by now, and book it."""
        if self.matched == len(self.holdings.entries):
            return  # nothing was bought or sold since the last look
        for group, sales in self.sales.items():
            if not any(self._is_open_loss(sale, on) for sale in sales):
                continue
            lots = [*sales, *self._held(group, on)]
            result = match_wash_sales(lots, self.reading, as_of=on)
            for match in result.matches:
                self._book(match, on)
            if result.matches:
                self.sales[group] = _left(sales, result.segments)
        self.matched = len(self.holdings.entries)

    def _is_open_loss(self, sale: HistoricLot, on: date) -> bool:
        """Whether a loss is still within its window."""
        if sale.sold is None or sale.proceeds is None or sale.cost is None:
            return False
        return sale.wrapper.is_taxable and sale.cost > sale.proceeds and on <= sale.sold + WINDOW

    def _held(self, group: str, on: date) -> Iterator[HistoricLot]:
        """Lots bought recently enough to replace something."""
        oldest = on - 2 * WINDOW
        for lot in self.holdings.lots:
            recent = lot.acquired is not None and lot.acquired >= oldest
            if not recent or self.group_of(lot.instrument) != group:
                continue
            served = min(lot.washed_quantity, lot.quantity)
            for part, used in ((served, True), (lot.quantity - served, False)):
                if part > 0:
                    basis = None if lot.basis is None else lot.basis * part / lot.quantity
                    yield self._historic(lot, part, basis, None, None, used)

    def _historic(
        self,
        lot: Lot,
        quantity: Decimal,
        basis: Decimal | None,
        sold: date | None,
        proceeds: Decimal | None,
        used: bool,
    ) -> HistoricLot:
        account = self.accounts[lot.account]
        return HistoricLot(
            lot=lot.id,
            account=lot.account,
            owner=account.owner,
            wrapper=account.wrapper,
            instrument=lot.instrument,
            group=self.group_of(lot.instrument),
            quantity=quantity,
            acquired=lot.acquired,
            cost=basis,
            order=lot.order if lot.order is not None else f"lot {lot.id}",
            sold=sold,
            proceeds=proceeds,
            already_used=used,
            holding_start=lot.holding_start,
            by_purchase=lot.by_purchase and not lot.inherited,
        )

    def _book(self, match: WashMatch, on: date) -> None:
        """The entry of one match; a loss that rounds to nothing needs none."""
        if cents(match.disallowed) == 0:
            return
        holdings = self.holdings
        books = holdings.ledger.view()
        name = holdings.ledger.free_lot_id(f"{match.replacement.lot}+")
        entry = wash_sale(holdings.next_id(on, "wash sale"), on, books, match, name)
        holdings.book(entry)
        if "part_of" in entry.details:
            self.parts[entry.details["part_of"]].append(name)
        sold = match.loss.sold or on
        self.disallowed[sold.year] += cents(match.disallowed)
        self._mark(match)

    def _mark(self, match: WashMatch) -> None:
        """Say in the record of trades how many units are disallowed, and how many sold have served.

        A replacement that is still held says so itself.
        """
        if (at := self._sale_of(match.loss)) is not None:
            trade = self.trades[at]
            washed = min(trade.quantity, trade.washed_quantity + match.quantity)
            self.trades[at] = replace(trade, washed_quantity=washed)
        if match.replacement.sold and (at := self._sale_of(match.replacement)) is not None:
            trade = self.trades[at]
            served = min(trade.quantity, trade.served_quantity + match.quantity)
            self.trades[at] = replace(trade, served_quantity=served)

    def _sale_of(self, lot: HistoricLot) -> int | None:
        """Where the record of trades has a lot's sale."""
        for at, trade in enumerate(self.trades):
            if trade.lot == lot.lot and trade.on == lot.sold and trade.side is Side.SELL:
                return at
        return None


def _restated(quantity: Decimal, new: int, old: int) -> Decimal:
    return round(quantity * new / old, UNIT_PLACES)


def _left(sales: Sequence[HistoricLot], segments: Iterable[WashSegment]) -> list[HistoricLot]:
    """The sales as a matching leaves them: without what is disallowed, and with what a replacement
    that was sold bears now, which can make it a loss of its own."""
    known = {(sale.lot, sale.sold): sale for sale in sales}
    left = [
        replace(
            known[one.lot, one.sold],
            quantity=one.quantity,
            cost=one.adjusted_basis,
            proceeds=one.proceeds,
            holding_start=one.holding_start,
            already_used=one.served,
        )
        for one in segments
        if one.sold is not None and not one.disallowed
    ]
    return sorted(left, key=lambda sale: sale.sold or date.max)

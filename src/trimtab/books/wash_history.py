"""A household's recent past and its plan, stated as the wash-sale engine needs them.

Past trades count as far as they can still matter: loss sales of the last 60 days, and purchases of
the last 90, which such a loss could have used up.  What falls before that could only make fewer
units free, so leaving it out errs on the side of finding a wash sale.
Errors: `InputError` for a sale of what is not there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from trimtab.books._unaccounted import unaccounted
from trimtab.books.wash_sales import WINDOW, match_wash_sales
from trimtab.books.wash_values import HistoricLot, WashSaleReading, WashSaleResult
from trimtab.model.errors import InputError, nearest
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO
from trimtab.model.plans import Coverage
from trimtab.model.snapshots import Side, Snapshot, TradeRecord

__all__ = ["PLANNED", "PlannedPurchase", "PlannedSale", "WashHistory"]

SALES_LOOKBACK = 2 * WINDOW
PURCHASES_LOOKBACK = 3 * WINDOW
PLANNED = "planned purchase"
"""How the lots that a plan would buy are named, with a number."""


@dataclass(frozen=True, slots=True)
class PlannedSale:
    """Units of a lot that a plan sells, and what they bring net of costs, in base currency."""

    lot: str
    quantity: Decimal
    proceeds: Decimal


@dataclass(frozen=True, slots=True)
class PlannedPurchase:
    """Units of an instrument that a plan buys in an account."""

    account: str
    instrument: str
    quantity: Decimal


class WashHistory:
    """A snapshot's lots and past trades as `HistoricLot`s."""

    def __init__(self, snapshot: Snapshot, on: date, reading: WashSaleReading) -> None:
        self.snapshot, self.on, self.reading = snapshot, on, reading
        self.household = snapshot.household
        self.lots = {lot.id: lot for lot in snapshot.lots}
        self.accounts = {account.id: account for account in self.household.accounts}
        self.purchased = {self._order(lot.id): lot.acquired for lot in snapshot.lots}  # and held

    @property
    def groups(self) -> set[str]:
        """Every group that the snapshot holds or traded."""
        held = {lot.instrument for lot in self.snapshot.lots}
        traded = {trade.instrument for trade in self.snapshot.trades}
        return {self.group_of(instrument) for instrument in held | traded}

    def group_of(self, instrument: str) -> str:
        """The group of substantially identical instruments that one belongs to."""
        known = self.snapshot.instruments.get(instrument)
        return instrument if known is None else known.wash_group

    def group_of_lot(self, lot: str) -> str:
        """The group of a held lot.

        Refuses: a lot that the snapshot does not have.
        """
        if lot not in self.lots:
            raise InputError(f"lot {lot!r}", "it is not held", remedy=nearest(lot, self.lots))
        return self.group_of(self.lots[lot].instrument)

    def held(self, groups: Collection[str]) -> list[HistoricLot]:
        """The lots as they are held, as far as they could replace something."""
        return [part for lot in self._counted(groups) for part in self._parts(lot, None)]

    def planned(
        self, sales: Sequence[PlannedSale], purchases: Sequence[PlannedPurchase]
    ) -> list[HistoricLot]:
        """The lots as the plan would leave them, and what it would buy."""
        groups = {self.group_of_lot(sale.lot) for sale in sales}
        groups |= {self.group_of(purchase.instrument) for purchase in purchases}
        selling: dict[str, PlannedSale] = {}
        for sale in sales:
            before = selling.get(sale.lot, PlannedSale(sale.lot, ZERO, ZERO))
            selling[sale.lot] = PlannedSale(
                sale.lot, before.quantity + sale.quantity, before.proceeds + sale.proceeds
            )
        lots = {lot.id: lot for lot in self._counted(groups)}
        lots |= {name: self.lots[name] for name in selling if self._is_covered(self.lots[name])}
        parts = [part for name, lot in lots.items() for part in self._parts(lot, selling.get(name))]
        return parts + [
            self._purchase(f"{PLANNED} {number}", purchase, self.on)
            for number, purchase in enumerate(purchases, start=1)
            if self._covers(purchase.instrument)
        ]

    def past(self, groups: Collection[str]) -> list[HistoricLot]:
        """Sales of the last 60 days, and purchases that no lot and no sale accounts for."""
        trades = [
            trade
            for trade in self.snapshot.trades
            if trade.on <= self.on
            and self._covers(trade.instrument)
            and self.group_of(trade.instrument) in groups
        ]
        bought = {trade.lot: trade for trade in trades if trade.side is Side.BUY and trade.lot}
        sold = [
            part
            for number, trade in enumerate(trades, start=1)
            if trade.side is Side.SELL
            and trade.on >= self.on - SALES_LOOKBACK
            and trade.gain is not None
            for part in self._past_sale(number, trade, bought)
        ]
        return sold + [
            self._purchase(
                f"purchase of {trade.on} ({number})",
                PlannedPurchase(trade.account, trade.instrument, quantity),
                trade.on,
            )
            for number, (trade, quantity) in enumerate(
                unaccounted(trades, self.snapshot.lots, self.on - PURCHASES_LOOKBACK), start=1
            )
        ]

    def notes(self, groups: Collection[str], selling: Collection[str]) -> Iterator[str]:
        """What could not be checked."""
        for lot in self.snapshot.lots:
            if self.group_of(lot.instrument) not in groups or not self._covers(lot.instrument):
                continue
            if lot.acquired is None and lot.by_purchase and not lot.inherited:
                yield f"lot {lot.id!r} has no purchase date: not checked as a replacement"
            if lot.basis is None and lot.id in selling and self._is_taxable(lot.account):
                yield f"lot {lot.id!r} has no basis: a loss on it was not checked"

    def _covers(self, instrument: str) -> bool:
        """Whether the rule covers it: stock or securities (26 USC 1091(a))."""
        known = self.snapshot.instruments.get(instrument)
        return known is None or known.is_security or self.reading.crypto_counts

    def _is_taxable(self, account: str) -> bool:
        return self.accounts[account].wrapper.is_taxable

    def _is_covered(self, lot: Lot) -> bool:
        return self._covers(lot.instrument) and lot.basis is not None

    def _counted(self, groups: Collection[str]) -> Iterator[Lot]:
        """Held lots that were bought recently enough to matter."""
        oldest = self.on - PURCHASES_LOOKBACK
        for lot in self.snapshot.lots:
            recent = lot.acquired is not None and oldest <= lot.acquired <= self.on
            if recent and self.group_of(lot.instrument) in groups and self._covers(lot.instrument):
                yield lot

    def _parts(self, lot: Lot, sale: PlannedSale | None) -> Iterator[HistoricLot]:
        """A lot in up to four parts: sold or kept, and served as a replacement already or not.

        What has served is sold first, so that as many kept units as can be still count.
        """
        selling = ZERO if sale is None or lot.basis is None else sale.quantity
        if not ZERO <= selling <= lot.quantity:
            raise InputError(
                f"lot {lot.id!r}", f"{selling} units are to be sold", f"it holds {lot.quantity}"
            )
        served = min(lot.washed_quantity, lot.quantity)
        sold_served = min(served, selling)
        parts = (
            (sold_served, True, True),
            (selling - sold_served, True, False),
            (served - sold_served, False, True),
            (lot.quantity - selling - served + sold_served, False, False),
        )
        for quantity, is_sold, is_served in parts:
            if quantity > 0 and (is_sold or lot.acquired is not None):  # `notes` tells of the rest
                proceeds = sale.proceeds * quantity / selling if sale and is_sold else None
                yield self._part(lot, quantity, proceeds, is_served)

    def _part(
        self, lot: Lot, quantity: Decimal, proceeds: Decimal | None, served: bool
    ) -> HistoricLot:
        account = self.accounts[lot.account]
        basis = lot.basis
        if proceeds is not None and lot.loss_basis is not None:
            basis = lot.loss_basis  # a loss on a gift counts from its value when given
        return HistoricLot(
            lot=lot.id,
            account=lot.account,
            owner=account.owner,
            wrapper=account.wrapper,
            instrument=lot.instrument,
            group=self.group_of(lot.instrument),
            quantity=quantity,
            acquired=lot.acquired,
            cost=None if basis is None else basis * quantity / lot.quantity,
            order=self._order(lot.id),
            sold=self.on if proceeds is not None else None,
            proceeds=proceeds,
            already_used=served,
            holding_start=lot.holding_start,
            by_purchase=lot.by_purchase and not lot.inherited,
        )

    def _order(self, lot: str) -> str:
        """The purchase that a lot belongs to, also where it is sold in several steps."""
        known = self.lots.get(lot)
        return known.order if known is not None and known.order is not None else f"lot {lot}"

    def _past_sale(
        self, number: int, trade: TradeRecord, bought: dict[str, TradeRecord]
    ) -> Iterator[HistoricLot]:
        """A sale of the past, its units that are not disallowed yet.

        Those that had served are told apart: else they would seem to replace what is still open,
        and a purchase that is disallowed would look free.
        """
        open_quantity = trade.quantity - trade.washed_quantity
        served = min(trade.served_quantity, open_quantity)
        order = trade.order or (self._order(trade.lot) if trade.lot else None)
        whole = (order or "").removeprefix("lot ")  # a part is bought with its whole
        purchase = bought.get(trade.lot or whole) or bought.get(whole)
        acquired = self.purchased.get(order or "") or (purchase.on if purchase else None)
        account = self.accounts[trade.account]
        for quantity, used in ((served, True), (open_quantity - served, False)):
            if quantity <= 0:
                continue
            part = quantity / trade.quantity
            yield HistoricLot(
                lot=f"{trade.lot or trade.instrument} sold {trade.on} ({number})",
                account=trade.account,
                owner=account.owner,
                wrapper=account.wrapper,
                instrument=trade.instrument,
                group=self.group_of(trade.instrument),
                quantity=quantity,
                acquired=acquired,
                cost=(trade.amount - (trade.gain or ZERO)) * part,
                order=order,
                sold=trade.on,
                proceeds=trade.amount * part,
                already_used=used,
                term=trade.term,
            )

    def _purchase(self, name: str, purchase: PlannedPurchase, on: date) -> HistoricLot:
        """Units bought whose cost does not matter, because they are not sold."""
        account = self.household.account(purchase.account)
        return HistoricLot(
            lot=name,
            account=purchase.account,
            owner=account.owner,
            wrapper=account.wrapper,
            instrument=purchase.instrument,
            group=self.group_of(purchase.instrument),
            quantity=purchase.quantity,
            acquired=on,
            cost=None,
        )

    def match(self, lots: Sequence[HistoricLot]) -> WashSaleResult:
        """The engine's answer, with the coverage of the whole household."""
        not_loaded, on = self.household.not_loaded, self.on
        result = match_wash_sales(lots, self.reading, not_loaded=not_loaded, as_of=on)
        accounts, matches = tuple(self.accounts), result.coverage.matches
        coverage = Coverage(accounts, not_loaded, on - WINDOW, on, matches)
        return replace(result, coverage=coverage)

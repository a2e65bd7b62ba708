"""Purchases of the past that neither a lot nor a sale explains, and which replace losses too.

Errors: none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from trimtab.model.lots import Lot
from trimtab.model.money import ZERO
from trimtab.model.snapshots import Side, TradeRecord

__all__ = ["unaccounted"]


def unaccounted(
    trades: Sequence[TradeRecord], lots: Sequence[Lot], oldest: date
) -> Iterator[tuple[TradeRecord, Decimal]]:
    """Purchases, or what is left of them, that neither a lot nor a sale explains.

    A purchase of today may not show among the lots yet; it replaces all the same.
    Unit: units left of each purchase, since `oldest`.
    """
    held = {lot.id for lot in lots}
    named_sales = {trade.lot for trade in trades if trade.side is Side.SELL and trade.lot}
    free_sales: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for trade in trades:
        if trade.side is Side.SELL and trade.lot is None:
            free_sales[trade.account, trade.instrument] += trade.quantity
    shown = dict(_shown(lots)) if any(not trade.lot for trade in trades) else {}
    for trade in sorted(trades, key=lambda trade: trade.on):
        if trade.side is not Side.BUY or trade.on < oldest:
            continue
        left = trade.quantity
        if trade.lot is not None:
            left = ZERO if trade.lot in held or trade.lot in named_sales else left
        else:
            place = (trade.account, trade.instrument)
            day = (*place, trade.on)
            seen = min(left, shown.get(day, ZERO))
            shown[day] = shown.get(day, ZERO) - seen
            gone = min(left - seen, free_sales[place])
            free_sales[place] -= gone
            left -= seen + gone
        if left > 0:
            yield trade, left


def _shown(lots: Sequence[Lot]) -> Mapping[tuple[str, str, date], Decimal]:
    """Units that the lots show as bought, by account, instrument and day."""
    shown: dict[tuple[str, str, date], Decimal] = defaultdict(Decimal)
    for lot in lots:
        if lot.acquired is not None:
            shown[lot.account, lot.instrument, lot.acquired] += lot.quantity
    return shown

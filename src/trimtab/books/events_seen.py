"""Dividends and splits that a feed told of and the journal has already.

The broker's own row of the same event comes later, often after the pay date: it is noted as booked
and moves nothing a second time.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from trimtab.books.ledger import Outside
from trimtab.books.statement_rows import StatementRow
from trimtab.model.entries import Entry, EntryKind
from trimtab.model.money import total
from trimtab.model.statements import Action

__all__ = ["EventsSeen"]

BY_FEED = "event "
"""How ids begin of entries that a feed's events made."""
BEFORE = timedelta(days=5)
PAID_WITHIN = timedelta(days=45)
"""A dividend is booked on its ex-date and paid up to six weeks later."""
AMOUNT_TOLERANCE = Decimal("0.02")


class EventsSeen:
    """The entries of a feed's events, each of which answers one row."""

    def __init__(self, past: Iterable[Entry]) -> None:
        self.open: dict[tuple[EntryKind, str], list[Entry]] = defaultdict(list)
        entries = tuple(past)
        answered = {entry.details.get("booked_with", "") for entry in entries}
        for entry in entries:
            if not entry.id.startswith(BY_FEED):
                continue
            if entry.kind is EntryKind.DIVIDEND and entry.id not in answered:
                self.open[entry.kind, entry.details.get("instrument", "")].append(entry)
            elif entry.kind is EntryKind.SPLIT and entry.postings:
                self.open[entry.kind, entry.postings[0].commodity].append(entry)

    def taken(self, row: StatementRow) -> Entry | None:
        """The event that a row tells of again, once; `None` where it is news."""
        one = row.transaction
        if one.instrument is None or one.action not in (Action.DIVIDEND, Action.SPLIT):
            return None
        kind = EntryKind.SPLIT if one.action is Action.SPLIT else EntryKind.DIVIDEND
        for entry in self.open.get((kind, one.instrument.symbol), ()):
            if not -BEFORE <= one.on - entry.on <= PAID_WITHIN:
                continue
            if kind is EntryKind.SPLIT:
                return entry  # a split is of every account: its row stands in each of their files
            is_here = any(leg.place == one.account for leg in entry.postings)
            if is_here and _is_about(entry, one.amount):
                self.open[kind, one.instrument.symbol].remove(entry)
                return entry
        return None


def _is_about(entry: Entry, amount: Decimal | None) -> bool:
    """Whether an entry paid about an amount; taxes and roundings differ by little."""
    paid = -total(leg.amount for leg in entry.postings if leg.place == Outside.INCOME)
    return amount is not None and abs(paid - amount) <= AMOUNT_TOLERANCE * max(paid, amount)

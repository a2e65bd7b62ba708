"""Journal entries: balanced sets of movements, from which the books are computed.

An entry's postings sum to zero in every commodity of every currency ledger: value leaves one place
and arrives in another, so nothing appears or vanishes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from trimtab.model.money import exact

__all__ = ["Entry", "EntryKind", "Posting", "balance_of", "split_ratio"]


class EntryKind(StrEnum):
    """What happened."""

    OPENING = "opening"
    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    BUY = "buy"
    SELL = "sell"
    DIVIDEND = "dividend"
    REINVESTMENT = "reinvestment"
    INTEREST = "interest"
    FEE = "fee"
    SPLIT = "split"
    TRANSFER = "transfer"
    RETURN_OF_CAPITAL = "return_of_capital"
    SYMBOL_CHANGE = "symbol_change"
    GIFT_IN = "gift_in"
    GIFT_OUT = "gift_out"
    INHERITANCE = "inheritance"
    WASH_SALE = "wash_sale"
    AVERAGE_BASIS = "average_basis"
    CONVERSION = "conversion"
    CORRECTION = "correction"  # what a broker's file shows in place of what was recorded
    DECISION = "decision"


@dataclass(frozen=True, slots=True)
class Posting:
    """One leg: an amount of a commodity into (positive) or out of (negative) a place.

    `place` is an account's id, or one of the outside places (`market`, `equity`, `income`,
    `expense`, `gains`).  `commodity` is a currency or an instrument id.  A lot's leg names the lot.
    """

    place: str
    commodity: str
    amount: Decimal
    lot: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened, with the facts that replay needs in `details` (all text)."""

    id: str
    kind: EntryKind
    on: date
    postings: tuple[Posting, ...]
    details: Mapping[str, str] = field(default_factory=dict)


def balance_of(entry: Entry) -> Mapping[str, Decimal]:
    """What an entry's postings sum to, by commodity, where that is not zero."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for posting in entry.postings:
        sums[posting.commodity] += posting.amount
    return {commodity: amount for commodity, amount in sums.items() if amount}


def split_ratio(entry: Entry) -> Decimal:
    """New units for an old one, of an entry that books a split."""
    new, _, old = entry.details["ratio"].partition(":")
    return exact(new) / exact(old)

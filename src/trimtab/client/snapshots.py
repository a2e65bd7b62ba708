"""All that was known at a moment: lots, cash, prices.

Written by `tools/make_client.py` from the API's description; do not edit.

Errors: `ProblemError` for what is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trimtab.client._transport import Transport, place

__all__ = [
    "CashHeld",
    "LotHeld",
    "PriceSeen",
    "Snapshot",
    "SnapshotLine",
    "SnapshotPage",
    "SnapshotsResource",
]


@dataclass(frozen=True, slots=True)
class SnapshotLine:
    """A snapshot that can be read."""

    id: str  # `current`, or the cycle that observed it.
    as_of: date


@dataclass(frozen=True, slots=True)
class SnapshotPage:
    """Snapshots: the current one, then those of cycles that asked people, the latest first."""

    next_cursor: str | None  # Ask for the next page with it; null on the last.
    items: tuple[SnapshotLine, ...]


@dataclass(frozen=True, slots=True)
class LotHeld:
    """Units acquired together."""

    id: str
    account: str
    instrument: str
    quantity: Decimal  # Units of the instrument.
    basis: Decimal | None  # Base currency; null where it is not known.
    acquired: date | None
    holding_start: date | None  # Where a holding period was carried over.
    term: str | None  # Of a sale on `as_of`: short or long.
    value: Decimal | None  # Base currency; null without a price.
    gain: Decimal | None  # Value less basis, base currency.


@dataclass(frozen=True, slots=True)
class CashHeld:
    """Cash of one currency in one account, in that currency."""

    account: str
    currency: str
    amount: Decimal
    unsettled: Decimal  # The part that may not be spent yet.


@dataclass(frozen=True, slots=True)
class PriceSeen:
    """The price of one unit."""

    instrument: str
    amount: Decimal  # In `currency`.
    currency: str
    on: date
    source: str | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that was known at `as_of`, nothing later."""

    id: str
    as_of: date
    base_currency: str
    lots: tuple[LotHeld, ...]
    cash: tuple[CashHeld, ...]
    prices: tuple[PriceSeen, ...]
    rates: Mapping[str, Decimal]  # Base currency for one unit of each other one.
    blocked: Mapping[str, str]  # Accounts in which nothing is traded, and why.


@dataclass(frozen=True, slots=True)
class SnapshotsResource:
    """All that was known at a moment: lots, cash, prices."""

    transport: Transport

    def list_snapshots(
        self, household: str, *, cursor: str | None = None, limit: int = 50
    ) -> SnapshotPage:
        """The current snapshot, then those of cycles that asked people, the latest first.

        Needs the right `view`.
        """
        return self.transport.ask(
            SnapshotPage,
            "GET",
            place("/api/v1/households/{}/snapshots", household),
            query={"cursor": cursor, "limit": limit},
        )

    def get_snapshot(self, household: str, snapshot: str) -> Snapshot:
        """Lots, cash and prices: `current`, or what a cycle observed.

        Needs the right `view`.
        """
        return self.transport.ask(
            Snapshot, "GET", place("/api/v1/households/{}/snapshots/{}", household, snapshot)
        )

"""The world as protocols: what a driver asks of brokers, feeds, journals and notifiers.

Nothing here performs I/O; adapters under `feeds`, `stores` and `brokers` do.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Protocol, runtime_checkable

from trimtab.model.corporate_actions import CorporateAction
from trimtab.model.entries import Entry
from trimtab.model.market import MarketHistory
from trimtab.model.snapshots import Price, PriceHistory

__all__ = ["ActionFeed", "Feed", "Journal", "MarketFeed", "PriceHistory"]


class Feed(Protocol):
    """Prices, from wherever they come."""

    def latest(self, instruments: Sequence[str], as_of: date) -> dict[str, Price]:
        """The last price of each instrument on or before `as_of`; absent where there is none."""
        ...

    def history(self, instruments: Sequence[str], as_of: date, sessions: int) -> PriceHistory:
        """Up to `sessions` daily closes up to and including `as_of`."""
        ...


@runtime_checkable
class ActionFeed(Protocol):
    """What a feed may know beside prices: dividends and splits."""

    def actions(
        self, instruments: Sequence[str], since: date, until: date
    ) -> tuple[CorporateAction, ...]:
        """Dividends and splits with an ex-date from `since` to `until`, both included."""
        ...


@runtime_checkable
class MarketFeed(Protocol):
    """A feed that can also give a whole history, as a backtest replays it."""

    def market(
        self, instruments: Sequence[str], since: date, until: date, currency: str = "USD"
    ) -> MarketHistory:
        """Every day from `since` to `until`, both included, on which any of them has a price.

        Unit: `currency`, the household's base; what is quoted in another is converted day by day.
        Refuses: an interval without any price, and a currency without a rate to `currency`.
        """
        ...


class Journal(Protocol):
    """An append-only, hash-chained list of entries."""

    def append(self, entries: Iterable[Entry]) -> None:
        """Add entries, all or none."""
        ...

    def entries(self) -> Iterable[Entry]:
        """All entries in order."""
        ...

"""The world as protocols: what a driver asks of brokers, feeds, journals and notifiers.

Nothing here performs I/O; adapters under `feeds`, `stores` and `brokers` do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Protocol, runtime_checkable

from trimtab.model.corporate_actions import CorporateAction
from trimtab.model.entries import Entry
from trimtab.model.market import MarketHistory
from trimtab.model.models import (
    ModelCard,
    ModelManifest,
    ModelStatus,
    Provenance,
    StatusChange,
    StoredModel,
)
from trimtab.model.snapshots import Price, PriceHistory

__all__ = ["ActionFeed", "Feed", "Journal", "MarketFeed", "ModelRegistry", "PriceHistory"]


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


class ModelRegistry(Protocol):
    """Versions of learned models that are never changed, and a log of who let them in.

    Every method refuses, with `InputError`, what was altered, cut short, signed by somebody else or
    made by another version of Trimtab.
    """

    def names(self) -> tuple[str, ...]:
        """Every model that has a version."""
        ...

    def versions(self, name: str) -> tuple[int, ...]:
        """The versions of a model, the oldest first."""
        ...

    def manifest(self, name: str, version: int) -> ModelManifest:
        """What a version says about itself."""
        ...

    def load(self, name: str, version: int) -> StoredModel:
        """A version with the bytes of its files, all of them checked."""
        ...

    def add(
        self,
        name: str,
        kind: str,
        at: datetime,
        provenance: Provenance,
        card: ModelCard,
        files: Mapping[str, bytes],
    ) -> ModelManifest:
        """Register a new version, all of it or nothing."""
        ...

    def record(self, changes: Sequence[StatusChange]) -> None:
        """Add acts to the log, all of them or none."""
        ...

    def log(self) -> tuple[StatusChange, ...]:
        """Every act, the oldest first."""
        ...

    def status(self, manifest: ModelManifest) -> ModelStatus:
        """Where a version stands."""
        ...

    def promoted(self, name: str) -> ModelManifest | None:
        """The version that runs, if a person has promoted one."""
        ...

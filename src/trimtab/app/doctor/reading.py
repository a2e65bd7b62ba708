"""Read as much of a household's folder as can be read, and keep every mistake on the way.

A plan stops where one file is broken; a check of health goes on, since a person wants to mend all
at once.

Errors: none but for a folder that is not there; mistakes are kept.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from trimtab.app.config import MANDATE_NAME, MandateFile, read_mandate
from trimtab.app.household import (
    foreign_prices,
    known_names,
    load_folder,
    needed_prices,
    read_holdings,
)
from trimtab.app.importing.commit import finish_pending
from trimtab.app.importing.names import Names, read_names
from trimtab.app.importing.store import kept_statements
from trimtab.app.lots_file import LotsFile
from trimtab.app.price_feed import feed_of
from trimtab.feeds._rates import exchange_rates
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.lots import Lot
from trimtab.model.snapshots import Price, PriceHistory, TradeRecord
from trimtab.model.statements import Statement
from trimtab.model.toml_lines import Path as KeyPath
from trimtab.ports import ActionFeed, Feed

__all__ = ["Examined", "examine"]

Found = TypeVar("Found")
LONG_AGO = date(1900, 1, 1)


@dataclass(slots=True)
class Examined:
    """What a folder holds, as far as it could be read.

    Unit: `rates` base-currency units for one of a currency; `returns` daily returns known of each
    instrument.
    """

    folder: Path
    as_of: date
    mandate_file: MandateFile | None = None
    lots: LotsFile | None = None
    trades: tuple[TradeRecord, ...] = ()
    feed: Feed | None = None
    needed: tuple[str, ...] = ()
    prices: Mapping[str, Price] = field(default_factory=dict)
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    history: PriceHistory | None = None
    statements: tuple[Statement, ...] = ()
    names: Names = field(default_factory=Names)
    mistakes: list[InputError] = field(default_factory=list)

    def value(self, lot: Lot) -> Decimal | None:
        """What a lot is worth in base currency, where its price and rate are known."""
        price = self.prices.get(lot.instrument)
        if price is None:
            return None
        base = "" if self.mandate_file is None else self.mandate_file.household.base_currency
        rate = Decimal(1) if price.currency == base else self.rates.get(price.currency)
        return None if rate is None else lot.quantity * price.amount * rate

    def tried(self, read: Callable[[], Found], otherwise: Found) -> Found:
        """What a reader gives; its mistakes are kept, and `otherwise` stands in."""
        try:
            return read()
        except InputErrors as several:
            self.mistakes += several.errors
        except InputError as error:
            self.mistakes.append(error)
        return otherwise


def examine(folder: Path, as_of: date | None) -> Examined:
    """All that can be read of a folder, as of a day: the one given, else the mandate's, else today.

    Refuses: a folder that is not there.
    """
    if not folder.is_dir():
        load_folder(folder)  # says so
    found = Examined(folder, as_of or date.today())
    found.tried(lambda: finish_pending(folder), False)
    file = found.mandate_file = found.tried(lambda: read_mandate(folder / MANDATE_NAME), None)
    if as_of is None and file is not None and file.as_of is not None:
        found.as_of = file.as_of
    known = None if file is None else known_names(file)
    found.lots, found.trades = read_holdings(folder, known, found.as_of, found.mistakes)
    found.statements = found.tried(lambda: kept_statements(folder), ())
    found.names = found.tried(lambda: read_names(folder), Names())
    if file is not None:
        _read_prices(found, file)
        _read_settings(found, file)
    return found


def _read_prices(found: Examined, file: MandateFile) -> None:
    """Prices, rates, history and events, each as far as it can be read."""
    feed = found.feed = found.tried(lambda: feed_of(found.folder, file), None)
    if feed is None:
        return
    lots = found.lots or LotsFile((), (), {})
    found.needed = tuple(needed_prices(found.folder, file, lots))
    found.prices = found.tried(lambda: feed.latest(found.needed, found.as_of), {})
    found.mistakes += foreign_prices(found.prices, file)
    currencies = {price.currency for price in found.prices.values()}
    currencies |= {balance.currency for balance in lots.cash}
    base = file.household.base_currency
    found.rates = found.tried(lambda: exchange_rates(feed, currencies, base, found.as_of), {})
    found.history = found.tried(
        lambda: feed.history(found.needed, found.as_of, file.mandate.estimates.sessions), None
    )
    if isinstance(feed, ActionFeed) and file.feed.name == "files":
        found.tried(lambda: bool(feed.actions(found.needed, LONG_AGO, found.as_of)), False)


@dataclass(frozen=True, slots=True)
class _Places:
    """Where the keys of the mandate stand, for mistakes that a plug-in finds."""

    folder: Path
    lines: Mapping[KeyPath, int]


def _read_settings(found: Examined, file: MandateFile) -> None:
    """Settings of plug-ins, which only the plug-ins themselves can judge."""
    from trimtab.app.api import guards_of, policy_of, regime_of, target_source_of
    from trimtab.app.commands.deciding import mandate_places

    places = _Places(found.folder, file.lines)
    for configured in (policy_of, guards_of, regime_of, target_source_of):

        def judge(configured: Callable[..., object] = configured) -> object:
            with mandate_places(places):
                return configured(file.mandate)

        found.tried(judge, None)

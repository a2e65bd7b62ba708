"""Load a household's folder: mandate, lots, recent trades and prices become one snapshot.

    household/
      mandate.toml    the rules (`trimtab init` writes a commented one)
      lots.csv        what is held, one row a lot
      trades.csv      recent purchases and sales, for wash sales; may be absent
      prices.csv      prices, unless [feed] names another source

The mistakes of all files are reported together.  This is where the clock is read, once, for the
day that a plan is made for when nobody names one.

Errors: `InputErrors`, each with file, line, value, bound and remedy.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from trimtab.app.config import MANDATE_NAME, MandateFile, read_mandate
from trimtab.app.importing.open_breaks import blocked_accounts, break_findings, open_breaks
from trimtab.app.load_findings import (
    new_folder_findings,
    past_flows,
    price_gaps,
    stale_prices,
    unknown_bases,
)
from trimtab.app.lots_file import LOTS_NAME, LotsFile, read_lots
from trimtab.app.price_checks import Place, foreign_prices, no_price
from trimtab.app.price_feed import feed_of
from trimtab.app.row_checks import Known
from trimtab.app.trades_file import TRADES_NAME, read_trades
from trimtab.cycle.realized_gains import with_sales
from trimtab.model.accounts import Household
from trimtab.model.breaks import Break
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.findings import Finding
from trimtab.model.mandate import Mandate
from trimtab.model.snapshots import Snapshot, TradeRecord
from trimtab.model.toml_lines import Path as KeyPath
from trimtab.ports import Feed

__all__ = [
    "VALUE_MAX",
    "LoadedHousehold",
    "foreign_prices",
    "known_names",
    "load_folder",
    "needed_prices",
    "read_holdings",
]

IMPORTS_FOLDER = "imports"
VALUE_MAX = 10**15
"""More than all the shares of the world; amounts below it keep their cents in floating point."""


@dataclass(frozen=True, slots=True)
class LoadedHousehold:
    """A household as its folder describes it, with prices.

    `notes` say what looked odd in the files and was used all the same; `findings` what deserves a
    look and is found again in every plan; `lines` tell where each key of the mandate stands, for
    those who find a mistake in it later.  `mandate` has the year's gains up to the snapshot's day,
    `stated` as its file has them: a cycle that is taken up again counts from what it saw first.
    """

    household: Household
    mandate: Mandate
    stated: Mandate
    snapshot: Snapshot
    feed: Feed
    folder: Path
    findings: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()
    lines: Mapping[KeyPath, int] = field(default_factory=dict)


def load_folder(
    folder: str | Path, as_of: date | None = None, mandate_file: MandateFile | None = None
) -> LoadedHousehold:
    """The household in a folder, as of a day: the one given, else the mandate's, else today.

    `mandate_file` takes the place of the folder's own, to see what another would come to.
    Refuses: whatever is wrong in its files, all at once, with `InputErrors`.
    """
    folder = Path(folder)
    if not folder.is_dir():
        fact = "it is a file" if folder.exists() else "there is no such folder"
        remedy = f"name the folder that holds {MANDATE_NAME}, or make one with `trimtab init`"
        raise InputErrors([InputError(f"household folder {str(folder)!r}", fact, "", remedy)])
    _finish_import(folder)
    errors: list[InputError] = []
    if mandate_file is None:
        try:
            mandate_file = read_mandate(folder / MANDATE_NAME)
        except InputErrors as several:
            errors += several.errors
    known = None if mandate_file is None else known_names(mandate_file)
    day = as_of or (mandate_file.as_of if mandate_file is not None else None)
    if day is None and mandate_file is not None:
        day = date.today()
    lots, trades = read_holdings(folder, known, day, errors)
    if errors or mandate_file is None or lots is None or day is None:
        raise InputErrors(errors)
    try:
        return _priced(folder, mandate_file, lots, trades, day)
    except InputError as error:  # from a feed, which stops at the first thing it cannot read
        raise InputErrors([error]) from None


def _finish_import(folder: Path) -> None:
    """Finish an import that was interrupted; nothing is loaded where none ever was begun."""
    if (folder / IMPORTS_FOLDER).is_dir():
        from trimtab.app.importing.commit import finish_pending

        finish_pending(folder)


def _breaks(folder: Path) -> tuple[Break, ...]:
    """The open breaks of imports."""
    return open_breaks(folder) if (folder / IMPORTS_FOLDER).is_dir() else ()


def known_names(mandate_file: MandateFile) -> Known:
    """The names that a mandate declares, against which the rows of other files are checked."""
    """What rows of lots and trades are checked against."""
    accounts = mandate_file.household.accounts
    return Known(
        currencies={account.id: account.currency for account in accounts},
        instruments=mandate_file.instruments,
        menus=mandate_file.menus,
        taxable=frozenset(account.id for account in accounts if account.wrapper.is_taxable),
    )


def read_holdings(
    folder: Path, known: Known | None, as_of: date | None, errors: list[InputError]
) -> tuple[LotsFile | None, tuple[TradeRecord, ...]]:
    """Lots and recent trades; what is wrong in either is added to `errors`."""
    lots: LotsFile | None = None
    trades: tuple[TradeRecord, ...] = ()
    try:
        lots = read_lots(folder / LOTS_NAME, known, as_of)
    except InputErrors as several:
        # Without a mandate to name the accounts, a missing file says nothing new.
        errors += [error for error in several.errors if known is not None or error.line]
    if (folder / TRADES_NAME).exists():
        try:
            trades = read_trades(folder / TRADES_NAME, known, as_of)
        except InputErrors as several:
            errors += several.errors
    return lots, trades


def _priced(
    folder: Path,
    mandate_file: MandateFile,
    lots: LotsFile,
    trades: tuple[TradeRecord, ...],
    as_of: date,
) -> LoadedHousehold:
    """The household with the prices and rates of a day."""
    from trimtab.feeds._rates import exchange_rates

    household, mandate = mandate_file.household, mandate_file.mandate
    feed = feed_of(folder, mandate_file)
    needed = needed_prices(folder, mandate_file, lots)
    prices = feed.latest(tuple(needed), as_of)
    missing = [name for name in needed if name not in prices]
    is_new = not lots.lots and not any(balance.amount for balance in lots.cash)
    errors: list[InputError] = []
    if not is_new:
        errors += [no_price(name, needed[name], mandate_file, as_of) for name in missing]
    errors += foreign_prices(prices, mandate_file)
    currencies = {price.currency for price in prices.values()}
    currencies |= {balance.currency for balance in lots.cash}
    currencies |= {account.currency for account in household.accounts}
    rates = {}
    try:
        rates = exchange_rates(feed, currencies, household.base_currency, as_of)
    except InputError as error:
        errors.append(error)
    if errors:
        raise InputErrors(errors)
    breaks = _breaks(folder)
    blocked = blocked_accounts(breaks, (one.id for one in household.accounts))
    snapshot = Snapshot(
        as_of=as_of,
        household=household,
        instruments=mandate_file.instruments,
        lots=lots.lots,
        cash=lots.cash,
        prices=prices,
        rates=rates,
        trades=trades,
        blocked=blocked,
    )
    mandate, unknown_gains = with_sales(mandate, snapshot)
    findings = (
        *break_findings(breaks, blocked),
        *new_folder_findings(is_new, missing),
        *stale_prices(snapshot, mandate),
        *unknown_bases(snapshot),
        *unknown_gains,
    )
    notes = (*lots.findings, *price_gaps(prices.values()), *past_flows(mandate, as_of))
    _refuse_absurd(snapshot, lots, folder)
    return LoadedHousehold(
        *(household, mandate, mandate_file.mandate, snapshot, feed, folder),
        *(findings, notes, mandate_file.lines),
    )


def _refuse_absurd(snapshot: Snapshot, lots: LotsFile, folder: Path) -> None:
    """A value that nobody has comes from a cell in the wrong column or unit."""
    if abs(snapshot.value) <= VALUE_MAX:
        return
    largest = max(snapshot.lots, key=snapshot.lot_value, default=None)
    fact, line = f"is worth {snapshot.value:,.0f}", None
    if largest is not None:
        line = lots.lines[largest.id]
        price = snapshot.prices[largest.instrument].amount
        fact += f", most of it {largest.quantity:,f} {largest.instrument} at {price:,f}"
    raise InputErrors(
        [
            InputError(
                "household",
                fact,
                f"at most {VALUE_MAX:,}",
                "is a quantity or a price in the wrong column?",
                file=str(folder / LOTS_NAME),
                line=line,
            )
        ]
    )


def needed_prices(folder: Path, mandate_file: MandateFile, lots: LotsFile) -> dict[str, Place]:
    """What needs a price: what is held, wanted, or may stand in for it."""
    needed: dict[str, Place] = {}
    for lot in lots.lots:
        place = Place(folder / LOTS_NAME, lots.lines[lot.id], f"account {lot.account!r} holds it")
        needed.setdefault(lot.instrument, place)
    for index, target in enumerate(mandate_file.mandate.targets):
        line = mandate_file.line("targets", index, "instruments")
        for name in target.instruments:
            place = Place(mandate_file.path, line, f"target {target.name!r} names it")
            needed.setdefault(name, place)
    line = mandate_file.line("wash_sales", "substitutes")
    for original, others in mandate_file.mandate.wash_sales.substitutes.items():
        for name in others:
            place = Place(mandate_file.path, line, f"it stands in for {original}")
            needed.setdefault(name, place)
    return needed

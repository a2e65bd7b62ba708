"""The household's files as an import leaves them: mandate, lots, trades, prices, and the names.

What a person wrote stays: a mandate keeps every line, `prices.csv` every price, `trades.csv` every
trade that the statements do not tell.  Errors: `InputErrors` of files that cannot be used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from trimtab.app.config import MANDATE_NAME, MandateFile
from trimtab.app.importing.lots_text import LOTS_COMMENT, OwnWords, lots_text
from trimtab.app.importing.mandate_additions import Held, added_text, guessed_wrapper, new_mandate
from trimtab.app.importing.names import NAMES_FILE, NamedAccount, Names
from trimtab.app.importing.prices_text import prices_text, seen_prices
from trimtab.app.importing.recent_trades import recent_trades
from trimtab.app.importing.trades_text import own_trades, trades_text
from trimtab.app.lots_file import LOTS_NAME
from trimtab.app.starter import PRICES_NAME, TargetAnswer
from trimtab.app.text_files import read_text
from trimtab.app.trades_file import TRADES_NAME
from trimtab.books.from_statements import FromStatements
from trimtab.books.statement_facts import Currencies
from trimtab.model.money import ZERO
from trimtab.model.snapshots import TradeRecord

__all__ = ["HouseholdSource", "household_texts", "taxable_accounts"]

SALES_SHOWN = 4
BEFORE_IMPORTS = "imports/lots-before-imports.csv"
"""Where the lots file that a person kept by hand stays as it was, with its comments."""
FIRST_DAY = date(1990, 1, 1)


@dataclass(frozen=True, slots=True)
class HouseholdSource:
    """All that the files are made of."""

    folder: Path
    mandate: MandateFile | None
    names: Names
    done: FromStatements
    currencies: Currencies
    targets: Sequence[TargetAnswer] = ()
    own: OwnWords = field(default_factory=OwnWords)

    @property
    def last_day(self) -> date:
        """The last day that a statement tells of."""
        days = [one.as_of for one in self.done.holdings.values()]
        days += [row.transaction.on for row in self.done.rows[-1:]]
        return max(days, default=FIRST_DAY)

    def currencies_of_accounts(self) -> dict[str, str]:
        """The currency of each account's cash: the mandate's, else that of most of its rows."""
        found: dict[str, str] = {}
        if self.mandate is not None:
            found = {one.id: one.currency for one in self.mandate.household.accounts}
        for account in self.names.new_accounts:
            count: Counter[str] = Counter()
            holdings = self.done.holdings.get(account.id)
            if holdings is not None:
                count.update(row.currency for row in holdings.positions.values() if row.currency)
                count.update(code for code in holdings.cash if code)
            if not count:
                count.update(code for place, code in self.done.ledger.cash if place == account.id)
            found[account.id] = count.most_common(1)[0][0] if count else self.currencies.base
        return found


def household_texts(source: HouseholdSource) -> tuple[dict[str, str], tuple[str, ...]]:
    """The files by their names, and notes on what they cannot say."""
    names, done = source.names, source.done
    currency_of = source.currencies_of_accounts()
    taxable = taxable_accounts(source.mandate, names.new_accounts)
    trades, unknown = recent_trades(done, source.currencies, taxable, source.last_day)
    path = source.folder / TRADES_NAME
    before = read_text(path, "trades") if path.exists() else None
    own = () if before is None else own_trades(before, str(path), trades)
    texts = {
        **_lots_texts(source, currency_of),
        NAMES_FILE: names.text(),
        **_mandate_text(source, currency_of, (*own, *trades)),
        **_prices_text(source),
    }
    if trades or before is not None:
        texts[TRADES_NAME] = trades_text(before, trades)
    return texts, _unknown_gains(unknown)


def _lots_texts(source: HouseholdSource, currency_of: Mapping[str, str]) -> dict[str, str]:
    """`lots.csv`, and a copy of the one that was written by hand before the first import."""
    path, ledger = source.folder / LOTS_NAME, source.done.ledger
    if source.mandate is None or not path.exists():
        return {LOTS_NAME: lots_text(ledger, currency_of)}
    before = read_text(path, "lots")
    texts = {LOTS_NAME: lots_text(ledger, currency_of, source.own)}
    return texts if LOTS_COMMENT in before else texts | {BEFORE_IMPORTS: before}


def taxable_accounts(
    mandate: MandateFile | None, new_accounts: Iterable[NamedAccount]
) -> frozenset[str]:
    """Accounts in which a sale is a taxable event, by the mandate or by their name."""
    known = () if mandate is None else mandate.household.accounts
    taxable = {one.id for one in known if one.wrapper.is_taxable}
    for one in new_accounts:
        words = f"{one.stated.name or one.stated.id} {one.stated.kind}"
        if guessed_wrapper(words).is_taxable:
            taxable.add(one.id)
    return frozenset(taxable)


def _mandate_text(
    source: HouseholdSource, currency_of: Mapping[str, str], trades: Sequence[TradeRecord]
) -> dict[str, str]:
    """The mandate, where it is new or gains something."""
    base, names = source.currencies.base, source.names
    held = _held(source, {trade.instrument for trade in trades})
    fresh = [(one, currency_of.get(one.id, base)) for one in names.new_accounts]
    if source.mandate is None:
        in_base = (a for (_, code), a in source.done.ledger.cash.items() if code == base)
        cash = max(sum(in_base, ZERO), ZERO)
        name = source.folder.resolve().name.replace("-", " ").replace("_", " ")
        return {MANDATE_NAME: new_mandate(name, fresh, held, cash, base, source.targets)}
    before = read_text(source.folder / MANDATE_NAME, "mandate")
    after = added_text(before, fresh, held, base)
    return {} if after == before else {MANDATE_NAME: after}


def _held(source: HouseholdSource, traded: set[str]) -> list[Held]:
    """Every instrument in the books or traded lately, with its value at the prices seen."""
    base, rates = source.currencies.base, source.done.rates
    price = {one.instrument: one for one in seen_prices(source.done, base)}
    units: dict[str, Decimal] = dict.fromkeys(traded, ZERO)
    in_parts: set[str] = set()
    for lot in source.done.ledger.lots.values():
        units[lot.instrument] = units.get(lot.instrument, ZERO) + lot.quantity
        if lot.quantity != lot.quantity.to_integral_value():
            in_parts.add(lot.instrument)
    held = []
    for name in sorted(units):
        stated = source.names.seen.get(name)
        if stated is None:
            continue
        one = price.get(name)
        currency = one.currency if one is not None else base
        rate = Decimal(1) if currency == base else rates.get(currency, (None, ZERO))[1]
        value = units[name] * one.amount * rate if one is not None else ZERO
        held.append(Held(replace(stated, symbol=name), value, name in in_parts, currency))
    return held


def _prices_text(source: HouseholdSource) -> dict[str, str]:
    """`prices.csv` with the prices that statements show, where the household keeps one."""
    if source.mandate is not None and source.mandate.feed.name != "files":
        return {}
    seen = seen_prices(source.done, source.currencies.base)
    if not seen:
        return {}
    path = source.folder / PRICES_NAME
    before = read_text(path, "prices") if path.exists() else None
    return {PRICES_NAME: prices_text(before, seen, source.currencies.base)}


def _unknown_gains(sales: Sequence[str]) -> tuple[str, ...]:
    """A note on sales whose wash sales cannot be seen."""
    different = list(dict.fromkeys(sales))
    if not different:
        return ()
    shown = ", ".join(different[:SALES_SHOWN])
    more = len(different) - SALES_SHOWN
    words = f"{shown} and {more} more" if more > 0 else shown
    return (
        f"the gain of recent sales is unknown ({words}), so wash sales of them are not seen: "
        "import the broker's realised gains",
    )

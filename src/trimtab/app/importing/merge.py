"""Statements and a household's folder come to what an import would write, and nothing is written.

All is computed first: entries of the journal, `lots.csv`, `trades.csv`, `prices.csv`, additions to
the mandate, the breaks.  `commit` then writes it in one step.  Errors: `InputErrors` of files of
the folder that cannot be used; nothing was written then.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from trimtab.app.as_json import Json
from trimtab.app.config import MANDATE_NAME, MandateFile, read_mandate
from trimtab.app.importing.breaks_found import row_breaks, unknown_lots, value_breaks
from trimtab.app.importing.by_hand import entries_by_hand
from trimtab.app.importing.lots_text import lots_text
from trimtab.app.importing.mandate_additions import (
    Held,
    added_text,
    guessed_wrapper,
    new_mandate,
)
from trimtab.app.importing.names import NAMES_FILE, NamedAccount, Names, read_names
from trimtab.app.importing.prices_text import SeenPrice, prices_text, seen_prices
from trimtab.app.importing.recent_trades import recent_trades, trades_text
from trimtab.app.importing.store import kept_statements, statement_file, statement_text
from trimtab.app.journal_folder import BASE_CURRENCY, FolderJournal, base_currency_of
from trimtab.app.lots_file import LOTS_NAME
from trimtab.app.starter import PRICES_NAME, TargetAnswer
from trimtab.app.text_files import read_text
from trimtab.app.trades_file import TRADES_NAME
from trimtab.books.entries import decision
from trimtab.books.from_statements import FromStatements, book_statements
from trimtab.books.statement_facts import Currencies
from trimtab.model.breaks import Break
from trimtab.model.entries import Entry
from trimtab.model.errors import InputError, nearest
from trimtab.model.money import ZERO
from trimtab.model.statements import Statement

__all__ = ["BREAKS_FILE", "Merge", "break_json", "merge"]

BREAKS_FILE = "imports/breaks.json"
ANSWERED = "break"
"""The detail of a journal entry that names the break it settles."""


@dataclass(slots=True)
class Merge:
    """What an import comes to: entries for the journal, files to write, and what is left open."""

    folder: Path
    entries: list[Entry] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    breaks: tuple[Break, ...] = ()
    accounts: Mapping[str, str] = field(default_factory=dict)
    new_accounts: tuple[NamedAccount, ...] = ()
    seen_before: tuple[str, ...] = ()
    done: FromStatements | None = None
    notes: tuple[str, ...] = ()
    is_new: bool = False

    @property
    def added(self) -> Counter[str]:
        """How many entries of each kind are new."""
        return Counter(entry.kind.value for entry in self.entries)


def merge(
    folder: Path,
    statements: Sequence[Statement],
    *,
    today: date,
    accounts: Mapping[str, str] | None = None,
    targets: Sequence[TargetAnswer] = (),
) -> Merge:
    """What importing these statements into a folder comes to.

    `accounts` say which of the household's a broker's account is; `targets` are for a household
    that has no mandate yet, which otherwise wants what it holds.
    Refuses: a mandate, map, journal or lots file that cannot be read.
    """
    mandate = read_mandate(folder / MANDATE_NAME) if (folder / MANDATE_NAME).exists() else None
    names = read_names(folder)
    names.accounts |= _told(accounts or {}, statements)
    kept = {one.digest: one for one in kept_statements(folder)}
    seen_before = tuple(one.file for one in statements if kept.get(one.digest) is not None)
    kept |= {one.digest: one for one in statements if one.format}
    taken = [] if mandate is None else [account.id for account in mandate.household.accounts]
    named = [names.named(one, taken) for one in kept.values()]
    journal = FolderJournal(folder)
    past = journal.entries() if journal.exists else ()
    base = _base(mandate, past, named)
    result = Merge(folder, seen_before=seen_before, is_new=mandate is None)
    if not past:
        facts = {BASE_CURRENCY: base, "household": folder.name}
        result.entries.append(decision("journal opened", today, facts))
    result.entries += entries_by_hand(folder, mandate, past, base, today)
    currencies = Currencies(base, lambda currency, on: None)
    done = book_statements(named, (*past, *result.entries), currencies, today)
    result.entries += done.entries
    result.entries += _noted(statements, past, today)
    result.done, result.new_accounts = done, tuple(names.new_accounts)
    _write_texts(result, mandate, names, done, base, targets)
    for one in statements:
        if one.format:
            result.texts[statement_file(one)] = statement_text(one)
    _find_breaks(result, [*named, *(one for one in statements if not one.format)], past)
    return result


def _told(told: Mapping[str, str], statements: Sequence[Statement]) -> dict[str, str]:
    """What `--account` says, for each key of the map that it means.

    Refuses: an account that none of the files is of.
    """
    keys: dict[str, tuple[str, ...]] = {}
    for statement in statements:
        for stated in statement.accounts:
            key = f"{statement.broker} {stated.id}".strip()
            keys[key] = (key, stated.id, stated.name)
        if statement.broker:
            keys.setdefault(statement.broker, (statement.broker,))
    found: dict[str, str] = {}
    for word, account in told.items():
        matching = [key for key, words in keys.items() if word in words]
        if not matching:
            remedy = nearest(word, {one for words in keys.values() for one in words if one})
            raise InputError("--account", f"no file is of an account {word!r}", "", remedy)
        found |= dict.fromkeys(matching, account)
    return found


def _base(
    mandate: MandateFile | None, past: Sequence[Entry], statements: Sequence[Statement]
) -> str:
    """The base currency: the mandate's, the journal's, or what most rows are in."""
    if mandate is not None:
        return mandate.household.base_currency
    if past:
        return base_currency_of(past)
    count: Counter[str] = Counter()
    for one in statements:
        count.update(row.currency for row in one.positions if row.currency)
        count.update(row.currency for row in one.lots if row.currency)
        count.update(row.currency for row in one.transactions if row.currency)
    return count.most_common(1)[0][0] if count else "USD"


def _noted(statements: Sequence[Statement], past: Sequence[Entry], today: date) -> list[Entry]:
    """An entry that says which file was imported, once for each content."""
    before = {entry.id for entry in past}
    noted = []
    for one in {one.digest: one for one in statements if one.format}.values():
        entry_id = f"imported {one.digest[:16]}"
        if entry_id not in before:
            facts = {
                "file": Path(one.file).name,
                "sha256": one.digest,
                "broker": one.broker,
                "format": one.format,
                "rows": str(one.rows),
                "taken": str(one.taken),
            }
            noted.append(decision(entry_id, today, facts))
    return noted


def _write_texts(
    result: Merge,
    mandate: MandateFile | None,
    names: Names,
    done: FromStatements,
    base: str,
    targets: Sequence[TargetAnswer],
) -> None:
    """The files of the folder as they will be."""
    folder = result.folder
    seen = seen_prices(done, base)
    currency_of = _account_currencies(result, mandate, done, base)
    held = _held(names, done, seen, base)
    fresh = [(one, currency_of.get(one.id, base)) for one in result.new_accounts]
    if mandate is None:
        cash = sum((a for (_, code), a in done.ledger.cash.items() if code == base), ZERO)
        name = folder.name.replace("-", " ").replace("_", " ") or "household"
        cash = max(cash, ZERO)
        result.texts[MANDATE_NAME] = new_mandate(name, fresh, held, cash, base, targets)
    else:
        before = read_text(folder / MANDATE_NAME, "mandate")
        after = added_text(before, fresh, held, base)
        if after != before:
            result.texts[MANDATE_NAME] = after
    result.texts[LOTS_NAME] = lots_text(done.ledger, currency_of)
    taxable = _taxable(result, mandate)
    today = max((one.as_of for one in done.holdings.values()), default=date.min)
    today = max(today, max((row.transaction.on for row in done.rows), default=date.min))
    trades, unknown = recent_trades(
        done, Currencies(base, lambda currency, on: None), taxable, max(today, date(1990, 1, 1))
    )
    if trades or (folder / TRADES_NAME).exists():
        result.texts[TRADES_NAME] = trades_text(trades)
    if unknown:
        result.notes += tuple(
            f"sale of {one}: its gain is unknown, so its wash sales are not seen; import the "
            "broker's realised gains"
            for one in unknown
        )
    if mandate is None or mandate.feed.name == "files":
        path = folder / PRICES_NAME
        before_prices = read_text(path, "prices") if path.exists() else None
        if seen:
            result.texts[PRICES_NAME] = prices_text(before_prices, seen, base)
    result.texts[NAMES_FILE] = names.text()
    result.accounts = currency_of


def _account_currencies(
    result: Merge, mandate: MandateFile | None, done: FromStatements, base: str
) -> dict[str, str]:
    """The currency of each account's cash: the mandate's, else that of most of its rows."""
    found: dict[str, str] = {}
    if mandate is not None:
        found = {one.id: one.currency for one in mandate.household.accounts}
    for account in result.new_accounts:
        count: Counter[str] = Counter()
        holdings = done.holdings.get(account.id)
        if holdings is not None:
            count.update(row.currency for row in holdings.positions.values() if row.currency)
            count.update(code for code in holdings.cash if code)
        codes = {code for place, code in done.ledger.cash if place == account.id}
        if not count:
            count.update(codes)
        found[account.id] = count.most_common(1)[0][0] if count else base
    return found


def _held(names: Names, done: FromStatements, seen: Sequence[SeenPrice], base: str) -> list[Held]:
    """Every instrument in the books, with its value at the prices seen."""
    price = {one.instrument: one for one in seen}
    units: dict[str, Decimal] = {}
    whole: dict[str, bool] = {}
    for lot in done.ledger.lots.values():
        units[lot.instrument] = units.get(lot.instrument, ZERO) + lot.quantity
        is_whole = lot.quantity == lot.quantity.to_integral_value()
        whole[lot.instrument] = whole.get(lot.instrument, True) and is_whole
    held = []
    for name in sorted(units):
        stated = names.seen.get(name)
        if stated is None:
            continue
        one = price.get(name)
        is_base = one is not None and one.currency == base
        value = units[name] * one.amount if one is not None and is_base else ZERO
        currency = one.currency if one is not None else base
        held.append(Held(replace(stated, symbol=name), value, not whole[name], currency))
    return held


def _taxable(result: Merge, mandate: MandateFile | None) -> frozenset[str]:
    known = () if mandate is None else mandate.household.accounts
    taxable = {one.id for one in known if one.wrapper.is_taxable}
    taxable |= {
        one.id
        for one in result.new_accounts
        if guessed_wrapper(f"{one.stated.name or one.stated.id} {one.stated.kind}").is_taxable
    }
    return frozenset(taxable)


def _find_breaks(result: Merge, statements: Sequence[Statement], past: Sequence[Entry]) -> None:
    """All breaks that are open: found now, and not answered in the journal."""
    done = result.done
    if done is None:
        return
    mandate_path = result.folder / MANDATE_NAME
    mandate = read_mandate(mandate_path) if mandate_path.exists() else None
    taxable = _taxable(result, mandate)
    found = [
        *done.breaks,
        *value_breaks(done.holdings),
        *row_breaks(statements),
        *unknown_lots(done.ledger.lots.values(), taxable),
    ]
    answered = {entry.details[ANSWERED] for entry in past if ANSWERED in entry.details}
    unique = {one.id: one for one in found if one.id not in answered}
    result.breaks = tuple(unique.values())
    rows = [break_json(one) for one in result.breaks]
    result.texts[BREAKS_FILE] = json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def break_json(one: Break) -> dict[str, Json]:
    """A break as plain JSON values."""
    return {
        "id": one.id,
        "kind": one.kind.value,
        "account": one.account,
        "instrument": one.instrument,
        "message": one.message,
        "remedy": one.remedy,
        "blocks": one.blocks,
        "facts": dict(one.facts),
        "source": one.source,
    }

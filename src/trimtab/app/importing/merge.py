"""Statements and a household's folder come to what an import would write, and nothing is written.

All is computed first: entries of the journal, `lots.csv`, `trades.csv`, `prices.csv`, additions to
the mandate, the breaks.  `commit` then writes it in one step.  Errors: `InputErrors` of files of
the folder that cannot be used; nothing was written then.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from trimtab.app.as_json import Json
from trimtab.app.config import MANDATE_NAME, MandateFile, read_mandate
from trimtab.app.importing.breaks_found import row_breaks, unknown_lots, value_breaks
from trimtab.app.importing.by_hand import written_by_hand
from trimtab.app.importing.household_texts import (
    HouseholdSource,
    household_texts,
    taxable_accounts,
)
from trimtab.app.importing.names import NamedAccount, read_names
from trimtab.app.importing.open_breaks import BREAKS_FILE, SINCE, first_found
from trimtab.app.importing.store import kept_statements, statement_file, statement_text
from trimtab.app.journal_folder import BASE_CURRENCY, FolderJournal, base_currency_of
from trimtab.app.starter import TargetAnswer
from trimtab.books.entries import decision
from trimtab.books.from_statements import FromStatements, book_statements
from trimtab.books.ledger import Books, Ledger
from trimtab.books.statement_facts import Currencies
from trimtab.model.breaks import ANSWERED, Break
from trimtab.model.entries import Entry
from trimtab.model.errors import InputError, nearest
from trimtab.model.statements import Statement

__all__ = ["Merge", "break_json", "merge"]


@dataclass(slots=True)
class Merge:
    """What an import comes to: entries for the journal, files to write, and what is left open.

    `after` is the end of the journal that it was computed from.
    """

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
    after: str = ""

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
    answers: Callable[[Ledger], Sequence[Entry]] | None = None,
    renames: Mapping[str, str] | None = None,
) -> Merge:
    """What importing these statements into a folder comes to.

    `accounts` say which of the household's a broker's account is; `targets` are for a household
    that has no mandate yet, which otherwise wants what it holds; `answers` makes the entries that
    a person's answers are and books them, before the statements are; `renames` what instruments are
    called now.
    Refuses: a mandate, map, journal or lots file that cannot be read.
    """
    statements = [_dated(one, today) for one in statements]
    mandate = read_mandate(folder / MANDATE_NAME) if (folder / MANDATE_NAME).exists() else None
    names = read_names(folder)
    names.instruments |= renames or {}
    told = _told(accounts or {}, statements)
    if mandate is not None:
        for account in told.values():
            mandate.household.account(account)  # refuses one that is misspelt
    names.accounts |= told
    journal = FolderJournal(folder)
    journal_end = journal.end
    past = journal.entries() if journal.exists else ()
    kept = _kept(folder, past)
    seen_before = tuple(one.file for one in statements if kept.get(one.digest) is not None)
    kept |= {one.digest: one for one in statements if one.format}
    taken = [] if mandate is None else [account.id for account in mandate.household.accounts]
    # Files that name their accounts come first, so that an id does not hang on the order of files.
    in_order = sorted(kept.values(), key=lambda one: not any(a.name for a in one.accounts))
    named = [names.named(one, taken) for one in in_order]
    base = _base(mandate, past, named)
    result = Merge(folder, seen_before=seen_before, is_new=mandate is None, after=journal_end)
    if not past:
        facts = {BASE_CURRENCY: base, "household": folder.name}
        result.entries.append(decision("journal opened", today, facts))
    ledger = Ledger(Books(base))
    refused = [one.id for one in (*past, *result.entries) if not ledger.apply_if_sound(one)]
    by_hand = written_by_hand(folder, mandate, ledger, today, is_first=not past)
    result.entries += by_hand.entries
    if answers is not None:
        result.entries += answers(ledger)
    currencies = Currencies(base, lambda currency, on: None)
    before = (*past, *result.entries)
    done = book_statements(named, before, ledger, currencies, today, names.instrument)
    result.entries += done.entries
    result.entries += _noted(statements, past, today)
    result.done, result.new_accounts = done, tuple(names.new_accounts)
    source = HouseholdSource(folder, mandate, names, done, currencies, targets, by_hand.own)
    result.accounts = source.currencies_of_accounts()
    texts, notes = household_texts(source)
    result.notes = (
        *_refused_entries(refused),
        *notes,
        *_assumed_currency(result, named, past),
    )
    result.texts |= texts
    for one in statements:
        if one.format:
            result.texts[statement_file(one)] = statement_text(one)
    unread = [one for one in statements if not one.format]
    taxable = taxable_accounts(mandate, result.new_accounts)
    _find_breaks(result, done, [*named, *unread], (*past, *result.entries), taxable)
    days = first_found(folder, result.breaks, today)
    rows = [break_json(one) | {SINCE: days[one.id].isoformat()} for one in result.breaks]
    result.texts[BREAKS_FILE] = json.dumps(rows, ensure_ascii=False, indent=1) + "\n"
    return result


def _refused_entries(refused: Sequence[str]) -> tuple[str, ...]:
    """A note on entries of the journal that contradict those before them."""
    if not refused:
        return ()
    return (
        f"{len(refused)} of the journal's entries are refused by the books and left out, the first "
        f"{refused[0]!r}: `trimtab journal verify` tells why",
    )


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


def _dated(statement: Statement, today: date) -> Statement:
    """A list that does not tell its day is of the day on which it is imported."""
    is_list = bool(statement.positions or statement.lots)
    return replace(statement, as_of=today) if is_list and statement.as_of is None else statement


def _kept(folder: Path, past: Sequence[Entry]) -> dict[str, Statement]:
    """The statements imported before by their digest, in the order in which they were."""
    place = {entry.id: number for number, entry in enumerate(past)}
    kept = kept_statements(folder)
    in_order = sorted(kept, key=lambda one: place.get(_imported_id(one), len(place)))
    return {one.digest: one for one in in_order}


def _imported_id(statement: Statement) -> str:
    """The entry that says that a file was imported."""
    return f"imported {statement.digest[:16]}"


def _base(
    mandate: MandateFile | None, past: Sequence[Entry], statements: Sequence[Statement]
) -> str:
    """The base currency: the mandate's, the journal's, the reports', or what most rows are in."""
    if mandate is not None:
        return mandate.household.base_currency
    if past:
        return base_currency_of(past)
    count: Counter[str] = Counter()
    for one in statements:
        count.update(code for code, rate in one.rates.items() if rate == 1)
    if count:
        return count.most_common(1)[0][0]
    for one in statements:
        count.update(row.currency for row in one.positions if row.currency)
        count.update(row.currency for row in one.lots if row.currency)
        count.update(row.currency for row in one.transactions if row.currency)
    return count.most_common(1)[0][0] if count else "USD"


def _assumed_currency(
    result: Merge, statements: Sequence[Statement], past: Sequence[Entry]
) -> tuple[str, ...]:
    """A note where no file says which currency it is in."""
    told = {row.currency for one in statements for row in one.positions}
    told |= {row.currency for one in statements for row in one.lots}
    told |= {row.currency for one in statements for row in one.transactions}
    if past or not result.is_new or told != {""}:
        return ()
    return (
        "no file says which currency it is in, so USD is assumed: set base_currency in "
        f"{MANDATE_NAME} and import anew if it is another",
    )


def _noted(statements: Sequence[Statement], past: Sequence[Entry], today: date) -> list[Entry]:
    """An entry that says which file was imported, once for each content."""
    before = {entry.id for entry in past}
    noted = []
    for one in {one.digest: one for one in statements if one.format}.values():
        entry_id = _imported_id(one)
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


def _find_breaks(
    result: Merge,
    done: FromStatements,
    statements: Sequence[Statement],
    past: Sequence[Entry],
    taxable: Collection[str],
) -> None:
    """All breaks that are open: found now, and not answered in the journal."""
    found = [
        *done.breaks,
        *value_breaks(done.holdings),
        *row_breaks(statements),
        *unknown_lots(done.ledger.lots.values(), taxable),
    ]
    answered = {entry.details[ANSWERED] for entry in past if ANSWERED in entry.details}
    unique = {one.id: one for one in found if one.id not in answered}
    result.breaks = tuple(sorted(unique.values(), key=_place_in_queue))


def _place_in_queue(one: Break) -> tuple[bool, str, str, str, str]:
    """Those that stop trading first, then by account and instrument, however they were found."""
    return not one.blocks, one.account, one.instrument, one.kind.value, one.id


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

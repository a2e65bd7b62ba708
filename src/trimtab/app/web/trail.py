"""Who approved what on which data, and whether the records are as they were written.

The trail is the live store's questions with people's words; every word names the hash of the
prices, positions and mandate that it was said about.  The check recomputes everything that it says
it did, and says what it could not check.

Errors: those of stores and journals.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from trimtab.app.web.tables import Column, Kind, Row, Table
from trimtab.books.checkpoints import prove_growth, read_note
from trimtab.model.errors import InputError, InputErrors
from trimtab.stores._checkpoint_keys import CheckingKey

if TYPE_CHECKING:
    from trimtab.app.journal_folder import JournalCheck
    from trimtab.books.audit_chain import AuditCheck

__all__ = [
    "Checked",
    "Said",
    "audit_checks",
    "check_table",
    "checks_of",
    "said_in",
    "trail_rows",
    "trail_table",
]

COLUMNS = (
    Column("at", "When", Kind.MOMENT),
    Column("household", "Household"),
    Column("person", "Who"),
    Column("word", "Word"),
    Column("question", "Question"),
    Column("sentence", "About"),
    Column("as_of", "Data of"),
    Column("data", "Bound to data"),
    Column("shown", "Hash of what was shown"),
    Column("became", "The question is"),
    Column("note", "Note"),
)


@dataclass(frozen=True, slots=True)
class Said:
    """One word of one person, with what it was said about.

    `bound_to` is the hash of prices, positions and mandate, `shown` that of everything on the
    screen; `counts` is false for a word that is bound to other data than its question.
    """

    household: str
    name: str
    at: datetime
    person: str
    word: str
    note: str
    question: str
    cycle: str
    sentence: str
    as_of: str
    bound_to: str
    shown: str
    became: str
    counts: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """One thing that was checked: what, what came of it, and whether that is well.

    `is_well` is none where it could not be checked.
    """

    what: str
    found: str
    is_well: bool | None


def check_table(checks: Sequence[Checked]) -> Table:
    """Every check as a row."""
    columns = Column("what", "What"), Column("result", "Result"), Column("found", "In words")
    words = {None: "not checked", True: "well", False: "wrong"}
    rows = tuple(
        Row((one.what, words[one.is_well], one.found), "alert" if one.is_well is False else "")
        for one in checks
    )
    return Table("checks", "Every check, with what came of it", columns, rows)


def said_in(folder: Path, household: str, name: str) -> Iterator[Said]:
    """Every word said to the questions of a folder's household, the oldest first.

    Refuses: settings or a store that cannot be read.
    """
    from trimtab.app.live.service import household_of, open_settings, opened_store

    settings = open_settings(folder)
    if "://" not in settings.store and not Path(settings.store_place).exists():
        return
    with opened_store(settings) as store:
        for asked in store.requests(household_of(settings)):
            seen, shown = _seen(asked.seen), sha256(asked.seen.encode()).hexdigest()
            for word in store.approvals(asked.id):
                yield Said(
                    household, name, word.at, word.person, word.word.value, word.note, asked.id,
                    asked.cycle_id, *seen, word.bound_to, shown, asked.status.value,
                    word.bound_to == asked.bound_to,
                )  # fmt: skip


def trail_rows(said: Iterable[Said]) -> list[Said]:
    """The words, the latest first."""
    return sorted(said, key=lambda one: (one.at, one.household, one.question), reverse=True)


def trail_table(said: Sequence[Said]) -> Table:
    """The trail as a table."""
    rows = tuple(
        Row(
            (
                *(one.at, one.name, one.person, one.word, one.question, one.sentence, one.as_of),
                one.bound_to if one.counts else f"{one.bound_to}: other data than the question's",
                *(one.shown, one.became, one.note),
            ),
            "" if one.counts else "alert",
        )
        for one in said
    )
    return Table("trail", "Who said what", COLUMNS, rows, "Nobody has said anything yet.")


def checks_of(folder: Path, key: str) -> list[Checked]:
    """Check the journals of a household: of its folder, and of its live store where it has one.

    `key` is the checking key that checkpoints must be signed with; empty where none was given.
    Refuses: a key that is none, and a journal that cannot be read at all.
    """
    from trimtab.app.journal_folder import FolderJournal
    from trimtab.app.store_journal import live_journal

    signer = CheckingKey.read(key) if key.strip() else None
    found, book = list[Checked](), FolderJournal(folder)
    if book.exists:
        found += _chain("The folder's journal", book.verify())
        found.append(_replayed("The folder's journal", book.books()[1]))
    else:
        found.append(Checked("The folder's journal", "there is none", None))
    live = live_journal(folder)
    if live is None:
        return [*found, Checked("The live store's journal", "there is none", None)]
    try:
        found += _chain("The live store's journal", live.verify())
        found.append(_replayed("The live store's journal", live.books()[1]))
        notes = live.store.checkpoints(live.household)
        if not notes:
            found.append(Checked("Signed checkpoints", "none was handed out", None))
        lines = live.lines() if notes else ()
        for note in notes:
            found += _checkpoint(note, lines, signer)
    finally:
        live.store.close()
    return found


def audit_checks(check: AuditCheck) -> list[Checked]:
    """What came of the check of what people did."""
    what = "What people did here"
    many = "1 record" if check.count == 1 else f"{check.count:,} records"
    told = f"{many}, every hash computed again; the last hash is {check.head.hash}"
    found = [Checked(f"{what}: hash chain", told, check.is_whole)]
    return found + [Checked(what, str(finding), False) for finding in check.findings]


def _chain(what: str, check: JournalCheck) -> Iterator[Checked]:
    head = "" if check.head is None else f"; the last hash is {check.head.hash}"
    told = f"{check.entries:,} entries, every hash computed again{head}"
    yield Checked(f"{what}: hash chain", told, check.is_whole)
    for finding in check.findings:
        yield Checked(what, str(finding), False)


def _replayed(what: str, refused: Sequence[InputError]) -> Checked:
    told = "; ".join(map(str, refused)) or "every entry balances, and the books replay"
    return Checked(f"{what}: books", told, not refused)


def _checkpoint(note: str, lines: Sequence[str], signer: CheckingKey | None) -> Iterator[Checked]:
    """Whether the journal still begins with what a checkpoint says, and who signed it."""
    said, _, signatures = read_note(note)
    what = f"Checkpoint of {said.count:,} entries, {said.at:%Y-%m-%d %H:%M} UTC"
    try:
        prove_growth(note, note, lines)
        yield Checked(f"{what}: root", "the journal begins with what was signed", True)
    except (InputError, InputErrors) as error:
        yield Checked(f"{what}: root", str(error), False)
    names = ", ".join(one.name for one in signatures)
    if signer is None:
        told = f"signed by {names}; not checked, because no checking key was given"
        yield Checked(f"{what}: signature", told, None)
    elif signer.made(note):
        yield Checked(f"{what}: signature", f"made with the key {signer}", True)
    else:
        yield Checked(f"{what}: signature", f"not made with the key {signer}", False)


def _seen(text: str) -> tuple[str, str]:
    """Sentence and day of what was shown; empty where that cannot be read."""
    try:
        told = json.loads(text)
        return str(told["sentence"]), str(told["as_of"])
    except (ValueError, KeyError, TypeError):
        return "what was shown cannot be read", ""

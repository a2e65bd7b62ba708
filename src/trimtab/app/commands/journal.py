"""`trimtab journal`: begin a household's journal, read it, and check that it is whole.

Exit codes: 0 done and nothing found, 1 something is wrong with the journal, 2 bad input.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trimtab.app.commands.journal_events import events
from trimtab.app.commands.journal_proofs import check, checkpoint, key, prove
from trimtab.app.commands.journal_replay import replay
from trimtab.app.commands.journal_upgrade import upgrade
from trimtab.app.commands.options import as_of_option, folder_argument, json_option, store_options
from trimtab.app.exits import Exit
from trimtab.model.errors import InputError

if TYPE_CHECKING:
    from trimtab.app.as_json import Json
    from trimtab.app.journal_folder import JournalCheck
    from trimtab.books.audit_chain import AuditCheck
    from trimtab.books.chain import Record
    from trimtab.model.entries import Entry

__all__ = ["journal"]


@click.group()
def journal() -> None:
    """What was recorded, and whether it is whole."""


for command in (replay, events, checkpoint, prove, check, key, upgrade):
    journal.add_command(command)


@journal.command("open")
@folder_argument
@as_of_option
@json_option
def open_journal(folder: Path, as_of: date | None, as_json: bool) -> int:
    """Begin the journal of the household in DIR with the lots and cash that it holds."""
    from trimtab.app.household import load_folder
    from trimtab.app.journal_folder import FolderJournal, opening_entries

    book = FolderJournal(folder)
    if book.exists and book.records():
        fact, remedy = f"it has {len(book.records())} entries already", "see `trimtab journal show`"
        path = str(book.file.path)
        raise InputError("journal", fact, "a journal is opened once", remedy, file=path)
    entries = opening_entries(load_folder(folder, as_of).snapshot)
    book.append(entries)
    if as_json:
        _print_json({"entries": len(entries), "journal": str(book.file.path)})
    else:
        click.echo(f"{len(entries)} entries recorded in {book.file.path}.")
    return Exit.DONE


@journal.command()
@folder_argument
@click.option(
    "--noted", metavar="HASH", default="", help="The head noted earlier; it must still be there."
)
@json_option
@store_options
def verify(
    folder: Path, noted: str, as_json: bool, store: str | None, household: str | None
) -> int:
    """Find every altered, removed, added or moved entry, and every entry that the books refuse.

    Note the head that is printed somewhere else: whoever can rewrite this folder can rewrite the
    journal with its head, and only a head noted elsewhere shows that. A household that is traded
    live has a second journal, in its store, and a dashboard an audit; both are checked as well.
    """
    from trimtab.app.store_journal import StoreJournal, journal_at, live_journal
    from trimtab.app.web_audit import folder_audit

    book = journal_at(folder, store, household)
    check = book.verify(noted.strip().lower())
    refused = () if check.findings else book.books()[1]
    live = None if isinstance(book, StoreJournal) else live_journal(folder)
    stored = None if live is None else live.verify()
    people = None if store is not None else folder_audit(folder)
    for opened in (book, live):
        if isinstance(opened, StoreJournal):
            opened.store.close()
    if as_json:
        told = _check_json(check) | {"refused": [str(error) for error in refused]}
        whole = check.is_whole and not refused
        _print_json(
            told
            | {"whole": whole, "store": None if stored is None else _check_json(stored)}
            | {"audit": None if people is None else _audit_json(people)}
        )
    else:
        _show_check(check, refused)
        if stored is not None:
            click.echo("In the live service's store:")
            _show_check(stored, ())
        if people is not None:
            from trimtab.app.screens.audit_screen import show_audit_check

            click.echo("What people did at the dashboard:")
            show_audit_check(people)
    others = [one.is_whole for one in (stored, people) if one is not None]
    is_whole = check.is_whole and not refused and all(others)
    return Exit.DONE if is_whole else Exit.FINDINGS


def _check_json(check: JournalCheck) -> dict[str, Json]:
    from trimtab.app.as_json import finding_json

    return {
        "whole": check.is_whole,
        "entries": check.entries,
        "head": None if check.head is None else check.head.hash,
        "findings": [finding_json(finding) for finding in check.findings],
    }


def _audit_json(check: AuditCheck) -> dict[str, Json]:
    from trimtab.app.as_json import finding_json

    return {
        "whole": check.is_whole,
        "records": check.count,
        "head": check.head.hash,
        "findings": [finding_json(finding) for finding in check.findings],
    }


@journal.command()
@folder_argument
@click.option("--last", type=click.IntRange(min=1), help="Only this many, the latest.")
@json_option
@store_options
def show(
    folder: Path, last: int | None, as_json: bool, store: str | None, household: str | None
) -> int:
    """List the entries: number, day, what happened, and what it moved."""
    from trimtab.app.journal_folder import base_currency_of
    from trimtab.app.store_journal import journal_at

    book = journal_at(folder, store, household)
    records = book.records()
    shown = records if last is None else records[-last:]
    if as_json:
        from trimtab.books.entry_json import entry_json

        _print_json(
            [
                {"sequence": one.sequence, "hash": one.hash, "entry": entry_json(one.entry)}
                for one in shown
            ]
        )
    else:
        _show_records(shown, base_currency_of([one.entry for one in records]))
    return _warn_of_findings(book.verify())


@journal.command()
@folder_argument
@click.option(
    "--adopt", is_flag=True, help="Also accept a journal whose head file was lost, as it is."
)
def mend(folder: Path, adopt: bool) -> int:
    """Move aside what an interrupted write left behind; nothing that was acknowledged is touched.

    What is moved stands in `journal.interrupted`; record its entries again.
    """
    from trimtab.app.journal_folder import FolderJournal

    book = FolderJournal(folder)
    text = book.read()
    if adopt and text.head is None:
        click.echo(f"Accepted {book.adopt().count} entries; the head is recorded anew.")
        return Exit.DONE
    if text.head is not None and not text.is_interrupted:
        click.echo("Nothing to mend: no write was interrupted.")
        return Exit.DONE
    moved = book.file.set_aside()
    click.echo(f"Moved {len(moved.encode()):,} bytes to {book.file.aside_path}.")
    return Exit.DONE


def _print_json(value: Json) -> None:
    from trimtab.app.as_json import print_json

    print_json(value)


def _warn_of_findings(check: JournalCheck) -> int:
    """Say on stderr that the journal is not whole."""
    for finding in check.findings:
        click.echo(f"{finding.severity.name.lower()}: {finding}", err=True)
    return Exit.FINDINGS if check.findings else Exit.DONE


def _show_check(check: JournalCheck, refused: tuple[InputError, ...]) -> None:
    from trimtab.app.screens.status_screen import show_findings
    from trimtab.app.screens.words import console

    out = console()
    if check.is_whole and not refused:
        out.print(f"The journal is whole: {check.entries} entries.")
    else:
        count = len(check.findings) + len(refused)
        out.print(f"The journal is not whole: {count} finding{'s' if count != 1 else ''}.")
    show_findings(out, check.findings)
    for error in refused:
        out.print(f"  refused: {error}")
    if check.head is not None:
        out.print(f"Head: {check.head.hash} (entry {check.head.count})", soft_wrap=True)


def _show_records(records: tuple[Record, ...], base_currency: str) -> None:
    from trimtab.app.screens.tables import plain_table, show_table
    from trimtab.app.screens.words import console

    table = plain_table(
        ("No", "right"), ("Day", "left"), ("What", "left"), ("Entry", "fold"), ("Moves", "fold")
    )
    for record in records:
        entry = record.entry
        what = entry.kind.value.replace("_", " ")
        moves = "\n".join(_moves(entry, base_currency))
        table.add_row(str(record.sequence), str(entry.on), what, entry.id, moves)
    show_table(console(), table)


def _moves(entry: Entry, base_currency: str) -> Iterator[str]:
    """What an entry moves in the accounts, and the gains it takes."""
    from trimtab.books.ledger import OUTSIDE_PLACES, Outside

    for posting in entry.postings:
        amount = f"{posting.amount:+,f}".replace("-", "−")
        if posting.place == Outside.GAINS:
            yield f"gain {-posting.amount:+,.2f}".replace("-", "−")
        elif posting.place in OUTSIDE_PLACES:
            continue
        elif posting.lot is not None and posting.commodity == base_currency:
            yield f"basis {amount}"
        else:
            yield f"{posting.place} {amount} {posting.commodity}"

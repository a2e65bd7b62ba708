"""`trimtab journal replay`: the books from the journal, or what an approver saw, computed anew.

Exit codes: 0 done, 1 an entry is refused or what is rebuilt is not what was shown, 2 bad input.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trimtab.app.commands.options import as_of_option, folder_argument, json_option, store_options
from trimtab.app.exits import Exit

if TYPE_CHECKING:
    from trimtab.app.as_json import Json
    from trimtab.books.ledger import Books

__all__ = ["replay"]


@click.command()
@folder_argument
@as_of_option
@click.option(
    "--approval", metavar="ID", help="Rebuild what the approvers of question ID were shown."
)
@json_option
@store_options
def replay(
    folder: Path,
    as_of: date | None,
    approval: str | None,
    as_json: bool,
    store: str | None,
    household: str | None,
) -> int:
    """Compute the books from the journal: lots, cash and realised gains.

    With --approval the decision of a question is made again, from the snapshot, prices, mandate and
    proposal that were stored with it, and held against what its approvers were shown.
    """
    if approval is not None:
        return _replay_question(folder, approval, as_json)
    return _replay_books(folder, as_of, as_json, store, household)


def _replay_books(
    folder: Path, as_of: date | None, as_json: bool, store: str | None, household: str | None
) -> int:
    from trimtab.app.store_journal import journal_at

    book = journal_at(folder, store, household)
    books, refused = book.books(as_of)
    if as_json:
        from trimtab.app.as_json import print_json

        print_json(_books_json(books) | {"refused": [str(error) for error in refused]})
    else:
        _show_books(books)
    for error in refused:
        click.echo(f"refused: {error}", err=True)
    findings = book.verify().findings
    for finding in findings:
        click.echo(f"{finding.severity.name.lower()}: {finding}", err=True)
    return Exit.FINDINGS if findings or refused else Exit.DONE


def _replay_question(folder: Path, request_id: str, as_json: bool) -> int:
    from trimtab.app.live.replaying import replayed
    from trimtab.app.live.service import open_settings, opened_store
    from trimtab.app.solver_start import start_solver

    start_solver()
    settings = open_settings(folder)
    with opened_store(settings) as store:
        found = replayed(store, request_id, folder)
    if as_json:
        import json

        from trimtab.app.as_json import print_json

        print_json(
            {
                "id": found.request.id,
                "is_same": found.is_same,
                "differs": found.differs,
                "seen": json.loads(found.request.seen),
                "rebuilt": json.loads(found.rebuilt),
                "words": [
                    {"person": one.person, "word": one.word.value, "at": one.at.isoformat()}
                    for one in found.words
                ],
            }
        )
    else:
        from trimtab.app.screens.live_screen import show_replayed

        show_replayed(found)
    return Exit.DONE if found.is_same else Exit.FINDINGS


def _show_books(books: Books) -> None:
    from trimtab.app.screens.tables import plain_table, show_table
    from trimtab.app.screens.words import console, heading, money_cents, quantity

    out, currency = console(), books.base_currency
    heading(out, "Lots")
    lots = plain_table(
        *(("Account", "fold"), ("Instrument", "left"), ("Lot", "fold"), ("Held from", "left")),
        *(("Units", "right"), ("Basis", "right")),
    )
    for lot in sorted(books.lots.values(), key=lambda lot: (lot.account, lot.instrument, lot.id)):
        basis = "unknown" if lot.basis is None else money_cents(lot.basis, currency)
        held_from = str(lot.starts or "unknown")
        place = (lot.account, lot.instrument, lot.id)
        lots.add_row(*place, held_from, quantity(lot.quantity), basis)
    show_table(out, lots)
    heading(out, "Cash")
    cash = plain_table(("Account", "fold"), ("Cash", "right"))
    for (account, unit), amount in sorted(books.cash.items()):
        cash.add_row(account, money_cents(amount, unit))
    show_table(out, cash)
    for year in sorted({one.on.year for one in books.realized}):
        gains = books.gains(year)
        out.print(
            f"Realised in {year}: short-term {money_cents(gains.short, currency)}, "
            f"long-term {money_cents(gains.long, currency)} (all accounts)"
        )


def _books_json(books: Books) -> dict[str, Json]:
    return {
        "base_currency": books.base_currency,
        "lots": [
            {
                "id": lot.id,
                "account": lot.account,
                "instrument": lot.instrument,
                "quantity": f"{lot.quantity:f}",
                "basis": None if lot.basis is None else f"{lot.basis:f}",
                "acquired": lot.acquired.isoformat() if lot.acquired else None,
                "holding_start": lot.holding_start.isoformat() if lot.holding_start else None,
            }
            for _, lot in sorted(books.lots.items())
        ],
        "cash": [
            {"account": account, "currency": currency, "amount": f"{amount:f}"}
            for (account, currency), amount in sorted(books.cash.items())
        ],
        "realized": [
            {
                "entry": one.entry,
                "kind": one.kind.value,
                "lot": one.lot,
                "account": one.account,
                "on": one.on.isoformat(),
                "gain": None if one.gain is None else f"{one.gain:f}",
                "term": one.term.value if one.term else None,
            }
            for one in books.realized
        ],
    }

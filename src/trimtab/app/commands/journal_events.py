"""`trimtab journal events [DIR]`: book the dividends and splits that the journal lacks.

Exit codes: 0 done, 1 where something was left for a person, 2 bad input.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trimtab.app.commands.options import as_of_option, folder_argument, json_option
from trimtab.app.exits import Exit, error_json
from trimtab.app.values import read_day
from trimtab.model.errors import InputError, InputErrors

if TYPE_CHECKING:
    from trimtab.app.as_json import Json
    from trimtab.app.corporate_events import DueEvent, Events, LeftEvent
    from trimtab.app.journal_folder import FolderJournal
    from trimtab.books.ledger import Ledger
    from trimtab.model.corporate_actions import CorporateAction
    from trimtab.model.entries import Entry
    from trimtab.ports import ActionFeed

__all__ = ["events"]


@click.command()
@folder_argument
@as_of_option
@click.option(
    "--since", metavar="DAY", default=None,
    help="Ex-dates from this day on; from the day each account is booked to where left out.",
)  # fmt: skip
@click.option("--dry-run", is_flag=True, help="Show what would be booked, and book nothing.")
@json_option
def events(
    folder: Path, as_of: date | None, since: str | None, dry_run: bool, as_json: bool
) -> int:
    """Book the dividends and splits that the feed knows and the journal of DIR lacks.

    Dividends count for the units held on the eve of the ex-date and are booked on it, since feeds
    know no day of payment; splits go over every lot held then. What an imported transaction or an
    earlier run booked is left alone, so a second run adds nothing.
    """
    from trimtab.app.config import MANDATE_NAME, read_mandate
    from trimtab.app.corporate_events import due_events
    from trimtab.app.events_booked import booked_until
    from trimtab.app.journal_folder import FolderJournal, base_currency_of
    from trimtab.app.price_feed import feed_of
    from trimtab.policies._schedule import is_session
    from trimtab.ports import ActionFeed

    mandate_file = read_mandate(folder / MANDATE_NAME)
    book = FolderJournal(folder)
    entries = book.entries()
    until = as_of or mandate_file.as_of or date.today()
    asked = read_day(since, "--since") if since else None
    first = asked or min(booked_until(entries).values(), default=until) + timedelta(days=1)
    feed = feed_of(folder, mandate_file)
    if not isinstance(feed, ActionFeed):
        raise InputError(
            f"feed {mandate_file.feed.name!r}",
            "it knows no dividends and splits",
            remedy="take the feed files (actions.csv beside the prices) or yahoo",
            file=str(mandate_file.path),
            line=mandate_file.line("feed", "kind"),
        )
    actions, failed = _asked(feed, _held(entries, base_currency_of(entries)), (first, until))
    found = due_events(entries, actions, base_currency_of(entries), is_session, asked)
    is_written = False
    if found.due and not dry_run:
        is_written = _book(folder, book, [event.entry for event in found.due], until)
    span = (first, until)
    if as_json:
        from trimtab.app.as_json import print_json

        told: dict[str, Json] = {
            "lots_written": is_written,
            "failed": [error_json(one) for one in failed],
        }
        print_json(_json(found, span, dry_run) | told)
    else:
        _show(found, span, dry_run, len(actions))
        if found.due and not dry_run and not is_written:
            click.echo("lots.csv is as you wrote it: `trimtab doctor` names where it differs now.")
    for error in failed:
        click.echo(f"not asked: {error}", err=True)
    is_open = any(not left.entry for left in found.left)
    return Exit.FINDINGS if is_open or failed else Exit.DONE


def _asked(
    feed: ActionFeed, instruments: Sequence[str], span: tuple[date, date]
) -> tuple[list[CorporateAction], list[InputError]]:
    """What the feed knows, one instrument after the other: a bond that it cannot name hides none.

    Refuses: where no instrument at all has an answer, with the reasons.
    """
    found: list[CorporateAction] = []
    failed: dict[str, InputError] = {}
    count = 0
    for name in instruments if span[0] <= span[1] else ():
        try:
            found += feed.actions((name,), *span)
            count += 1
        except InputErrors as several:
            failed |= {str(error): error for error in several.errors}
        except InputError as error:
            failed[str(error)] = error
    if failed and not count:
        raise InputErrors(failed.values())
    return found, list(failed.values())


def _book(folder: Path, book: FolderJournal, entries: Sequence[Entry], today: date) -> bool:
    """Record entries; whether lots.csv was written anew, as it is where imports keep it."""
    from trimtab.app.importing.commit import commit
    from trimtab.app.importing.merge import merge
    from trimtab.app.importing.store import IMPORTS_FOLDER

    if not (folder / IMPORTS_FOLDER).is_dir():
        book.append(entries)
        return False

    def made(ledger: Ledger) -> Sequence[Entry]:
        for entry in entries:
            ledger.apply(entry)
        return entries

    merged = merge(folder, (), today=today, answers=made)
    commit(folder, merged.entries, merged.texts, merged.after)
    return True


def _held(entries: tuple[Entry, ...], base_currency: str) -> tuple[str, ...]:
    """Every instrument of which the journal ever held a lot."""
    named = {
        leg.commodity
        for entry in entries
        for leg in entry.postings
        if leg.lot is not None and leg.commodity != base_currency
    }
    return tuple(sorted(named))


def _json(found: Events, span: tuple[date, date], dry_run: bool) -> dict[str, Json]:
    return {
        "since": span[0].isoformat(),
        "until": span[1].isoformat(),
        "dry_run": dry_run,
        "booked": [_due_json(event) for event in found.due],
        "left": [_left_json(event) for event in found.left],
    }


def _action_json(action: CorporateAction) -> dict[str, Json]:
    return {
        "kind": action.kind.value,
        "instrument": action.instrument,
        "on": action.on.isoformat(),
        "per_unit": None if action.amount is None else f"{action.amount:f}",
        "ratio": _ratio_words(action) or None,
        "currency": action.currency,
        "source": action.source,
    }


def _due_json(event: DueEvent) -> Json:
    paid = [leg.amount for leg in event.entry.postings if leg.place in event.accounts]
    is_dividend = event.action.amount is not None
    return {
        **_action_json(event.action),
        "entry": event.entry.id,
        "accounts": list(event.accounts),
        "units": f"{event.units:f}",
        "amount": f"{paid[0]:f}" if is_dividend else None,
    }


def _left_json(event: LeftEvent) -> Json:
    return {
        **_action_json(event.action),
        "account": event.account,
        "reason": event.reason,
        "entry": event.entry or None,
    }


def _ratio_words(action: CorporateAction) -> str:
    ratio = action.ratio
    return "" if ratio is None else f"{ratio.numerator}:{ratio.denominator}"


def _show(found: Events, span: tuple[date, date], dry_run: bool, known: int) -> None:
    """What was booked, what is left for a person, and how many were booked before."""
    from trimtab.app.screens.words import console, heading, paragraph

    out = console()
    did = "would be booked" if dry_run else "booked"
    count = len(found.due)
    events = f"{count} event{'s' if count != 1 else ''}"
    paragraph(out, f"{events} {did}; ex-dates from {span[0]} to {span[1]}.")
    for event in found.due:
        paragraph(out, _due_words(event), indent=2, hang=2)
    own = sum(left.is_own for left in found.left)
    others = [left for left in found.left if not left.is_own]
    if own:
        paragraph(out, f"{own} booked by an earlier run.", "dim")
    if others:
        heading(out, "Left alone")
    for left in others:
        what = f"{left.action.kind} of {left.action.instrument}, {left.action.on}, {left.account}"
        paragraph(out, f"{what}: {left.reason}", indent=2, hang=2)
    if not known:
        paragraph(
            out,
            "The feed names none in that time; the feed files reads an actions.csv beside the "
            "prices (date,instrument,dividend,split).",
            "dim",
        )


def _due_words(event: DueEvent) -> str:
    from trimtab.app.screens.words import money_cents, quantity

    action = event.action
    head = f"{action.on} {action.kind} of {action.instrument}"
    if action.amount is None:
        where = ", ".join(event.accounts)
        return f"{head}: {_ratio_words(action)} over {quantity(event.units)} units in {where}"
    paid = next(leg.amount for leg in event.entry.postings if leg.place in event.accounts)
    each = f"{quantity(event.units)} × {action.amount:f}"
    return f"{head}: {money_cents(paid, action.currency)} to {event.accounts[0]} ({each})"

"""`trimtab approvals`, `approve`, `reject`, `hold`: what waits for people, and their words.

Exit codes: 0 done, 2 bad input, among it a question that has lapsed.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trimtab.app.commands.options import as_of_option, folder_argument, json_option
from trimtab.app.exits import Exit

if TYPE_CHECKING:
    from trimtab.app.json_text import Json
    from trimtab.model.live import Approval, ApprovalRequest

__all__ = ["approvals", "approve", "hold", "reject"]

id_argument = click.argument("request_id", metavar="ID")
note_option = click.option("--note", metavar="TEXT", default="", help="Why, kept with your word.")
name_option = click.option(
    "--as", "name", metavar="NAME", default="", help="Your name, kept beside this machine's user."
)


@click.command()
@folder_argument
@as_of_option
@click.option("--all", "is_all", is_flag=True, help="Answered and lapsed questions too.")
@json_option
def approvals(folder: Path, as_of: date | None, is_all: bool, as_json: bool) -> int:
    """What waits for people at the household in DIR: the trades, and what was said.

    A question lapses when a price moves past the limit, when positions or the mandate change, and
    when the trading day is over.
    """
    from trimtab.app.live.asking import OPEN, settle
    from trimtab.app.live.service import open_service

    with open_service(folder, as_of) as service:
        every = [settle(service, one) for one in service.store.requests(service.household)]
        found = [
            (one, service.store.approvals(one.id)) for one in every if is_all or one.status in OPEN
        ]
    if as_json:
        from trimtab.app.json_text import print_json

        print_json({"schema": 1, "approvals": [_row(*one) for one in found]})
    else:
        from trimtab.app.screens.live_screen import show_approvals

        show_approvals(found, is_all)
    return Exit.DONE


@click.command()
@id_argument
@folder_argument
@note_option
@name_option
@as_of_option
@click.option(
    "--without", metavar="TRADE", multiple=True, help="Leave out a trade (T3), or a lot (T3/LOT)."
)
@click.option(
    "--reduce", metavar="TRADE=UNITS", multiple=True, help="Trade only so many units (T1=10)."
)
def approve(
    request_id: str,
    folder: Path,
    note: str,
    name: str,
    as_of: date | None,
    without: tuple[str, ...],
    reduce: tuple[str, ...],
) -> int:
    """Say yes to the trades of question ID of the household in DIR.

    With --without or --reduce the plan is edited first: people are asked about what is left of it
    in place of ID, and your yes is to that.
    """
    if without or reduce:
        request_id = _edit(request_id, folder, note, name, as_of, without, reduce)
    return _say("approve", request_id, folder, note, name, as_of)


@click.command()
@id_argument
@folder_argument
@note_option
@name_option
@as_of_option
def reject(request_id: str, folder: Path, note: str, name: str, as_of: date | None) -> int:
    """Say no to the trades of question ID of the household in DIR; one no is final."""
    return _say("reject", request_id, folder, note, name, as_of)


@click.command()
@id_argument
@folder_argument
@note_option
@name_option
@as_of_option
def hold(request_id: str, folder: Path, note: str, name: str, as_of: date | None) -> int:
    """Let question ID of the household in DIR wait until you approve or reject it."""
    return _say("hold", request_id, folder, note, name, as_of)


def _say(word: str, request_id: str, folder: Path, note: str, name: str, as_of: date | None) -> int:
    from trimtab.app.live.asking import say
    from trimtab.app.live.service import open_service
    from trimtab.app.screens.live_screen import show_approval
    from trimtab.model.live import ApprovalWord

    with open_service(folder, as_of) as service:
        found = say(service, request_id, ApprovalWord(word), note, name)
        show_approval(found, service.store.approvals(found.id))
    return Exit.DONE


def _edit(
    request_id: str,
    folder: Path,
    note: str,
    name: str,
    as_of: date | None,
    without: tuple[str, ...],
    reduce: tuple[str, ...],
) -> str:
    """The id of the question that an edited plan became."""
    from trimtab.app.live.editing import edit_question, edits_of_words
    from trimtab.app.live.service import open_service

    with open_service(folder, as_of) as service:
        edits = edits_of_words(without, reduce)
        return edit_question(service, request_id, edits, note, name).id


def _row(request: ApprovalRequest, words: Sequence[Approval]) -> dict[str, Json]:
    return {
        "id": request.id,
        "cycle": request.cycle_id,
        "status": request.status.value,
        "reason": request.reason,
        "asked_at": request.asked_at.isoformat(),
        "lapses_at": request.lapses_at.isoformat(),
        "bound_to": request.bound_to,
        "needed": request.needed,
        "note_required": request.note_required,
        "seen": json.loads(request.seen),
        "words": [
            {
                "person": word.person,
                "word": word.word.value,
                "at": word.at.isoformat(),
                "bound_to": word.bound_to,
                "note": word.note,
            }
            for word in words
        ],
    }

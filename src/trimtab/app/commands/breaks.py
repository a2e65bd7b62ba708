"""`trimtab breaks`: work off what an import left open, one answer after the other."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trimtab.app.called_as import called_as
from trimtab.app.commands.options import folder_argument, json_option
from trimtab.app.exits import Exit
from trimtab.model.errors import InputError

if TYPE_CHECKING:
    from trimtab.app.importing.answers import Answer
    from trimtab.model.breaks import Break

__all__ = ["breaks"]


@click.command()
@folder_argument
@click.option("--answer", "break_ids", multiple=True, metavar="ID", help="The break to answer; "
              "several where one answer fits them all, or `all`.")  # fmt: skip
@click.option("--take", type=click.Choice(["positions", "lots", "journal"]),
              help="Which record is right.")  # fmt: skip
@click.option("--basis", metavar="AMOUNT", help="What the whole lot cost.")
@click.option("--acquired", metavar="DAY", help="The day of purchase, as 2021-03-04.")
@click.option(
    "--link", "account", metavar="ACCOUNT", default="", help="The other side of a transfer."
)
@click.option("--outside", is_flag=True, help="A transfer from or to outside the household.")
@click.option("--ratio", metavar="NEW:OLD", help="A split's ratio, as 2:1.")
@click.option("--became", metavar="SYMBOL", default="", help="What the instrument is called now.")
@click.option("--accept", is_flag=True, help="Leave it as it is.")
@click.option("--note", metavar="TEXT", default="", help="Why; kept in the journal.")
@click.option("--work", is_flag=True, help="Go through the list and ask for each.")
@json_option
def breaks(
    folder: Path,
    break_ids: tuple[str, ...],
    take: str | None,
    basis: str | None,
    acquired: str | None,
    account: str,
    outside: bool,
    ratio: str | None,
    became: str,
    accept: bool,
    note: str,
    work: bool,
    as_json: bool,
) -> int:
    """List what an import of the household in DIR left open, and answer it.

    Each answer is an entry of the journal. Exits with 0 where nothing is open, with 1 where
    something is, with 2 where an answer does not fit.
    """
    from trimtab.app.importing.work_queue import answer_from, chosen_breaks, found_anew

    listed = found_anew(folder, date.today())
    if break_ids:
        given = {
            "take": take, "basis": basis, "acquired": acquired, "link": account,
            "outside": "yes" if outside else "", "ratio": ratio, "became": became,
            "accept": "yes" if accept else "", "note": note,
        }  # fmt: skip
        answer = answer_from({name: text for name, text in given.items() if text is not None})
        listed = _answered(folder, chosen_breaks(listed, break_ids), answer, listed)
    elif work:
        listed = _worked(folder, listed)
    _show(listed, folder, as_json)
    return Exit.FINDINGS if listed else Exit.DONE


def _answered(
    folder: Path, chosen: Sequence[Break], answer: Answer, listed: Sequence[Break]
) -> tuple[Break, ...]:
    """Record an answer to some of the breaks that are listed, and say so; what is open then."""
    from trimtab.app.importing.work_queue import answered

    left = answered(folder, chosen, answer, listed, date.today())
    for one in chosen:
        click.echo(f"{one.id} answered: {answer.words or 'as it is'}.", err=True)
    return left


def _worked(folder: Path, listed: Sequence[Break]) -> tuple[Break, ...]:
    """Ask for each break in turn; an empty line leaves it open."""
    from trimtab.app.importing.answers import FITTING

    left = tuple(listed)
    for one in listed:
        if one.id not in {still.id for still in left}:
            continue  # an answer before settled it too
        click.echo(f"\n{one.account or 'file'}: {one.message}", err=True)
        click.echo(f"  {one.remedy}. Answer with {FITTING[one.kind]}.", err=True)
        while True:
            text: str = click.prompt("  >", default="", show_default=False, err=True)
            if not text.strip():
                break
            try:
                left = _answered(folder, [one], _parsed(text), left)
                break
            except InputError as error:
                click.echo(f"  {error}", err=True)
    return left


def _parsed(text: str) -> Answer:
    """An answer as it is typed: the options of the command, dashes or not."""
    from trimtab.app.importing.work_queue import answer_from

    words = text.replace("--", "").split()
    given: dict[str, str] = {}
    while words:
        name = words.pop(0)
        if name in ("accept", "outside"):
            given[name] = "yes"
        elif name in ("take", "basis", "acquired", "link", "ratio", "became") and words:
            given[name] = words.pop(0)
        else:
            raise InputError("answer", f"{name!r} is not understood", "", "write it as above")
    return answer_from(given)


def _show(listed: Sequence[Break], folder: Path, as_json: bool) -> None:
    """The open breaks, and how to answer them."""
    if as_json:
        from trimtab.app.as_json import print_json
        from trimtab.app.importing.merge import break_json

        print_json({"breaks": [break_json(one) for one in listed]})
        return
    from trimtab.app.importing.answers import FITTING
    from trimtab.app.screens.import_screen import show_breaks
    from trimtab.app.screens.words import console

    if not listed:
        click.echo("Nothing is open.")
        return
    show_breaks(console(), listed)
    first = listed[0]
    click.echo("", err=True)
    click.echo(
        f"Answer one with `{called_as()} breaks {folder} --answer {first.id}` and, for", err=True
    )
    for kind in dict.fromkeys(one.kind for one in listed):
        click.echo(f"  {kind.value.replace('_', ' ')}: {FITTING[kind]}", err=True)
    if sys.stdin is not None and sys.stdin.isatty():
        click.echo(
            f"or go through all of them with `{called_as()} breaks {folder} --work`.", err=True
        )

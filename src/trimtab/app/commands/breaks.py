"""`trimtab breaks`: work off what an import left open, one answer after the other."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from trimtab.app.called_as import called_as
from trimtab.app.commands.options import folder_argument, json_option
from trimtab.app.exits import Exit
from trimtab.app.values import read_day, read_number
from trimtab.model.errors import InputError, nearest

if TYPE_CHECKING:
    from trimtab.app.importing.answers import Answer
    from trimtab.app.importing.merge import Merge
    from trimtab.books.ledger import Ledger
    from trimtab.model.breaks import Break
    from trimtab.model.entries import Entry

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
    from trimtab.app.importing.answers import Answer, Side

    listed = _found_anew(folder)
    if break_ids:
        answer = Answer(
            take=None if take is None else Side(take),
            basis=None if basis is None else _amount(basis),
            acquired=None if acquired is None else read_day(acquired, "--acquired"),
            account=account,
            is_outside=outside,
            ratio=None if ratio is None else _ratio(ratio),
            became=became.strip(),
            accept=accept,
            note=note,
        )
        listed = _answered(folder, _chosen(listed, break_ids), answer, listed)
    elif work:
        listed = _worked(folder, listed)
    _show(listed, folder, as_json)
    return Exit.FINDINGS if listed else Exit.DONE


def _found_anew(folder: Path) -> tuple[Break, ...]:
    """The open breaks, computed again from what was imported; plans go by what is written here."""
    from trimtab.app.importing.commit import commit
    from trimtab.app.importing.open_breaks import BREAKS_FILE

    merged = _merged(folder, None)
    commit(folder, (), {BREAKS_FILE: merged.texts[BREAKS_FILE]}, merged.after)
    return merged.breaks


def _merged(
    folder: Path,
    answers: Callable[[Ledger], Sequence[Entry]] | None,
    renames: Mapping[str, str] | None = None,
) -> Merge:
    """What the imports come to, after answers.

    Refuses: a folder that is no household's.
    """
    from trimtab.app.importing.commit import finish_pending
    from trimtab.app.importing.merge import merge

    finish_pending(folder)
    if not (folder / "mandate.toml").exists():
        remedy = "name the household's folder, or begin one with `trimtab import FILE …`"
        raise InputError(f"household folder {str(folder)!r}", "there is none", "", remedy)
    return merge(folder, (), today=date.today(), answers=answers, renames=renames)


def _answered(
    folder: Path, chosen: Sequence[Break], answer: Answer, listed: Sequence[Break]
) -> tuple[Break, ...]:
    """Record an answer to some of the breaks that are listed; what is open then.

    Refuses: a link to an account that the household does not have.
    """
    from trimtab.app.config import read_mandate
    from trimtab.app.importing.answer_entries import answer_entries
    from trimtab.app.importing.commit import commit

    if answer.account:
        read_mandate(folder / "mandate.toml").household.account(answer.account)

    def entries(ledger: Ledger) -> list[Entry]:
        made: list[Entry] = []
        for one in chosen:
            if one.facts.get("row") not in ledger.entries:  # else an answer before booked it too
                made += answer_entries(one, answer, ledger, date.today(), listed)
        return made

    became = answer.became
    renames = {one.instrument: became for one in chosen if became and one.instrument}
    merged = _merged(folder, entries, renames)
    commit(folder, merged.entries, merged.texts, merged.after)
    for one in chosen:
        click.echo(f"{one.id} answered: {answer.words or 'as it is'}.", err=True)
    return merged.breaks


def _chosen(listed: Sequence[Break], ids: Sequence[str]) -> list[Break]:
    """The breaks with these ids, or all.

    Refuses: an id that none has.
    """
    if "all" in ids:
        return list(listed)
    by_id = {one.id: one for one in listed}
    for wanted in ids:
        if wanted not in by_id:
            remedy = nearest(wanted, by_id) if by_id else "nothing is open"
            raise InputError(f"break {wanted!r}", "no open break has this id", "", remedy)
    return [by_id[wanted] for wanted in ids]


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
    from trimtab.app.importing.answers import Answer, Side

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
    if given.get("take", "lots") not in list(Side):
        raise InputError("take", f"{given['take']!r} is none", "", nearest(given["take"], Side))
    return Answer(
        take=Side(given["take"]) if "take" in given else None,
        basis=_amount(given["basis"]) if "basis" in given else None,
        acquired=read_day(given["acquired"], "acquired") if "acquired" in given else None,
        account=given.get("link", ""),
        is_outside="outside" in given,
        ratio=_ratio(given["ratio"]) if "ratio" in given else None,
        became=given.get("became", ""),
        accept="accept" in given,
    )


def _amount(text: str) -> Decimal:
    """A basis, not negative."""
    amount = read_number(text, "--basis")
    if amount < 0:
        raise InputError("--basis", f"{text} is negative", "at least 0", "write what it cost")
    return amount


def _ratio(text: str) -> tuple[int, int]:
    """Units after for units before.

    Refuses: what is no pair of whole numbers above zero.
    """
    found = re.fullmatch(r"(\d{1,6})\s*[:/]\s*(\d{1,6})", text.strip())
    if found is None or "0" in (found[1].strip("0") or "0", found[2].strip("0") or "0"):
        remedy = "write it like 2:1, or 1:25 for a reverse split"
        raise InputError("--ratio", f"{text!r} is no ratio", "", remedy)
    return int(found[1]), int(found[2])


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

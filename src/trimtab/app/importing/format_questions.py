"""Ask a person what the columns of an unknown table are, each question with an answer ready.

`map_file` is what `trimtab import` and `trimtab formats new` call.  Questions go to standard error,
so that results can be piped.

Errors: `InputError` where the answers end before the questions do: nothing is written then.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click

from trimtab.app.importing.format_options import NOTHING, action_words
from trimtab.app.importing.guessing import ASKED, guess_columns, guess_kind, known_names
from trimtab.app.importing.new_format import (
    FormatAnswers,
    check_answers,
    currency_of,
    date_form_of,
    decimal_of,
    file_name_of,
    format_text,
    read_with,
    unknown_actions,
    write_format,
)
from trimtab.app.importing.reading import FORMATS_FOLDER, known_formats
from trimtab.app.importing.sheet import DATE_FORMS, Sheet, read_sheet
from trimtab.app.screens.format_screen import show_sheet, show_statement
from trimtab.app.screens.words import messages
from trimtab.importers._format import Format
from trimtab.importers._text import decode, read_bytes
from trimtab.model.errors import InputError
from trimtab.model.statements import StatementKind

__all__ = ["map_file"]

_WHAT: Mapping[StatementKind, str] = {
    StatementKind.POSITIONS: "what is held, a row for each instrument",
    StatementKind.LOTS: "what was bought together, a row for each purchase",
    StatementKind.TRANSACTIONS: "what happened, a row for each purchase, sale or payment",
    StatementKind.REALISED_GAINS: "what sales realised",
}


def map_file(path: Path, folder: Path) -> Path | None:
    """Ask what a file's columns mean and write the format into the household's folder.

    Gives the format file, `None` where the person does not want it after all.
    Refuses: a file without a table, and an end of the answers before that of the questions.
    """
    if not folder.is_dir():
        fact = "it is a file" if folder.exists() else "there is no such folder"
        raise InputError(f"household folder {str(folder)!r}", fact, "", "name another")
    if sys.stdin is None or sys.stdin.closed:
        raise _unanswered()
    try:
        return _mapped(path, folder)
    except click.Abort:
        if sys.stdin.isatty():
            raise
        click.echo(err=True)
        raise _unanswered() from None


def _unanswered() -> InputError:
    return InputError(
        "formats new",
        "the answers ended before the questions did",
        "nothing was written",
        "run it in a terminal, or ask nothing with --kind and --map",
    )


def _mapped(path: Path, folder: Path) -> Path | None:
    data = read_bytes(path)
    text = decode(data, str(path))
    sheet = read_sheet(text, str(path))
    formats = known_formats(folder)
    show_sheet(messages(), sheet, path)
    answers = _ask(sheet, formats, path, folder)
    made = format_text(sheet, answers, path.name)
    statement = read_with(made, answers.name, data, text, str(path))
    show_statement(messages(), statement)
    if not click.confirm("Keep this format?", default=True, err=True):
        return None
    return write_format(folder, answers.name, made, force=True)


def _ask(sheet: Sheet, formats: Sequence[Format], path: Path, folder: Path) -> FormatAnswers:
    """Ask all questions; those about what a row needs are asked again until it has it."""
    kind = _kind(sheet, formats)
    while True:
        columns = _columns(sheet, kind, formats)
        try:
            check_answers(sheet, FormatAnswers("name", "broker", kind, columns))
            break
        except InputError as error:
            click.echo(f"  {error}", err=True)
    decimal = _settled(lambda: decimal_of(sheet, columns), "  Decimal mark", (".", ","))
    date_form = _settled(lambda: date_form_of(sheet, columns), "  Days are written", DATE_FORMS)
    actions = _actions(sheet, columns) if kind is StatementKind.TRANSACTIONS else {}
    click.echo("\nThe rest", err=True)
    account = "" if "account" in columns else _text("  Account, - if the file is of many", NOTHING)
    currency = currency_of(sheet, columns) or "USD"
    currency = "" if "currency" in columns else _text("  Currency", currency).upper()
    return FormatAnswers(
        name=_name(path, folder),
        broker=_text("  Whose file is it?", "own"),
        kind=kind,
        columns=columns,
        decimal=decimal,
        date_form=date_form,
        account="" if account == NOTHING else account,
        currency=currency,
        actions=actions,
    )


def _text(question: str, ready: str) -> str:
    answer: str = click.prompt(question, ready, err=True)
    return answer.strip()


def _kind(sheet: Sheet, formats: Sequence[Format]) -> StatementKind:
    click.echo("\nWhat are its rows?", err=True)
    for kind, what in _WHAT.items():
        click.echo(f"  {kind.value:15} {what}", err=True)
    choices = click.Choice([kind.value for kind in _WHAT])
    ready = guess_kind(sheet, formats).value
    return StatementKind(click.prompt("  Which?", ready, type=choices, err=True))


def _columns(sheet: Sheet, kind: StatementKind, formats: Sequence[Format]) -> dict[str, int]:
    """Ask for each field which column it is."""
    click.echo(f"\nWhich column is what? A number or a name; {NOTHING} for none.", err=True)
    guessed = guess_columns(sheet, kind, known_names(kind, formats))
    columns: dict[str, int] = {}
    for field in ASKED[kind]:
        ready = guessed.get(field)
        shown = NOTHING if ready is None or ready in columns.values() else sheet.reference(ready)
        place = _column(sheet, field, shown)
        if place is not None:
            columns[field] = place
    return columns


def _column(sheet: Sheet, field: str, ready: str) -> int | None:
    while True:
        answer = _text(f"  {field.replace('_', ' ')}", ready)
        if answer == NOTHING:
            return None
        try:
            return sheet.column(answer).place
        except InputError as error:
            click.echo(f"  {error}", err=True)


def _settled(guess: Callable[[], str], question: str, known: Sequence[str]) -> str:
    """What the cells say, or the answer of a person where they can be read in several ways."""
    try:
        return guess()
    except InputError as error:
        click.echo(f"\n  {error}", err=True)
        choices = click.Choice(list(known))
        answer: str = click.prompt(question, type=choices, show_choices=len(known) < 5, err=True)
        return answer


def _actions(sheet: Sheet, columns: Mapping[str, int]) -> dict[str, str]:
    """Ask what each word does that nobody knows; what is left out becomes a break."""
    words = unknown_actions(sheet, columns)
    if not words:
        return {}
    click.echo("\nWhat do these words do? - leaves their rows open.", err=True)
    choices = click.Choice([*action_words(), NOTHING])
    found: dict[str, str] = {}
    for word in words:
        do: str = click.prompt(f"  {word}", NOTHING, type=choices, show_choices=not found, err=True)
        if do != NOTHING:
            found[word] = do
    return found


def _name(path: Path, folder: Path) -> str:
    """A name for the format that none has yet."""
    while True:
        name = file_name_of(_text("  Name of the format", file_name_of(path.stem)))
        if not (folder / FORMATS_FOLDER / f"{name}.toml").exists():
            return name
        if click.confirm(f"  {name} is there already. Replace it?", default=False, err=True):
            return name

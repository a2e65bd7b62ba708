"""The answers to the questions about an unknown table that options gave; the rest is guessed.

Errors: `InputError` for options that name no column, field or action, and for guesses that could
be wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from trimtab.app.importing.guessing import guess_columns, guess_kind, known_names
from trimtab.app.importing.new_format import (
    FormatAnswers,
    check_answers,
    currency_of,
    date_form_of,
    decimal_of,
    file_name_of,
    format_text,
    read_with,
    write_format,
)
from trimtab.app.importing.reading import known_formats
from trimtab.app.importing.sheet import Sheet, read_sheet
from trimtab.importers._format import FIELDS, BySign, Format
from trimtab.importers._text import decode, read_bytes
from trimtab.model.errors import InputError, nearest
from trimtab.model.statements import Action, StatementKind

__all__ = ["NOTHING", "FormatOptions", "action_words", "answers_of", "new_by_options", "pairs"]

NOTHING = "-"
"""What maps a field to no column at all."""


@dataclass(frozen=True, slots=True)
class FormatOptions:
    """What was said on the command line; empty where nothing was.

    `columns` and `actions` are by field and by word, as written.
    """

    kind: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)
    actions: Mapping[str, str] = field(default_factory=dict)
    decimal: str = ""
    date_form: str = ""
    broker: str = ""
    name: str = ""
    account: str = ""
    currency: str = ""


def pairs(written: Sequence[str], option: str, example: str) -> dict[str, str]:
    """`field=Column` as field and column; the last of a name counts.

    Refuses: a pair without `=` or with nothing before it.
    """
    found: dict[str, str] = {}
    for one in written:
        name, mark, value = one.partition("=")
        if not mark or not name.strip():
            raise InputError(option, f"{one!r} is no pair", "", f"write it like {option} {example}")
        found[name.strip()] = value.strip()
    return found


def action_words() -> tuple[str, ...]:
    """What a word of a broker may be said to do."""
    return tuple(word.value for words in (Action, BySign) for word in words)


def new_by_options(file: Path, folder: Path, options: FormatOptions, *, force: bool) -> Path:
    """Make a format for a file, try it, and write it into a household's folder.

    Refuses: what `answers_of` refuses, a format that takes no row, and a place that is taken.
    """
    data = read_bytes(file)
    text = decode(data, str(file))
    sheet = read_sheet(text, str(file))
    answers = answers_of(sheet, options, known_formats(folder), file)
    made = format_text(sheet, answers, file.name)
    read_with(made, answers.name, data, text, str(file))
    return write_format(folder, answers.name, made, force=force)


def answers_of(
    sheet: Sheet, options: FormatOptions, formats: Sequence[Format], path: Path
) -> FormatAnswers:
    """The answers that options give, completed by guesses.

    Refuses: options that name nothing, and what cannot be guessed.
    """
    kind = _kind(options.kind) if options.kind else guess_kind(sheet, formats)
    columns = _columns(sheet, kind, options.columns, formats)
    broker = options.broker or "own"
    answers = FormatAnswers(
        name=options.name or file_name_of(path.stem),
        broker=broker,
        kind=kind,
        columns=columns,
        account=options.account,
        currency=options.currency.upper() or currency_of(sheet, columns),
        actions=_actions(options.actions),
    )
    check_answers(sheet, answers)
    return FormatAnswers(
        name=answers.name,
        broker=broker,
        kind=kind,
        columns=columns,
        decimal=_decimal(options.decimal) if options.decimal else decimal_of(sheet, columns),
        date_form=options.date_form or date_form_of(sheet, columns),
        account=answers.account,
        currency=answers.currency,
        actions=answers.actions,
    )


def _kind(word: str) -> StatementKind:
    try:
        return StatementKind(word.strip().lower().replace("-", "_").replace(" ", "_"))
    except ValueError:
        raise InputError(
            "kind", f"there is none {word!r}", "", nearest(word, StatementKind)
        ) from None


def _columns(
    sheet: Sheet, kind: StatementKind, given: Mapping[str, str], formats: Sequence[Format]
) -> dict[str, int]:
    """Guesses, where nobody said otherwise; a column that was given to one field is no other's."""
    said: dict[str, int] = {}
    for name, title in given.items():
        if name not in FIELDS[kind]:
            raise InputError("field", f"there is none {name!r}", "", nearest(name, FIELDS[kind]))
        if title != NOTHING:
            said[name] = sheet.column(title).place
    guessed = guess_columns(sheet, kind, known_names(kind, formats))
    free = {
        name: place
        for name, place in guessed.items()
        if name not in given and place not in said.values()
    }
    return {name: (said | free)[name] for name in FIELDS[kind] if name in said or name in free}


def _decimal(written: str) -> str:
    if written not in (".", ","):
        raise InputError("decimal", f"{written!r} is no decimal mark", "", 'write "." or ","')
    return written


def _actions(given: Mapping[str, str]) -> Mapping[str, str]:
    for do in given.values():
        if do not in action_words():
            raise InputError("action", f"there is none {do!r}", "", nearest(do, action_words()))
    return given

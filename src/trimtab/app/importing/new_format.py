"""A format file made from what a person says about an unknown table.

Nothing is written before the file has been read with the new format: a format that does not parse
or takes no row never lands in the household.

Errors: `InputError` for answers that are missing, contradict each other, or can mean two things.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from trimtab.app.importing.guessing import DATES, NUMBERS
from trimtab.app.importing.reading import FORMATS_FOLDER
from trimtab.app.importing.sheet import Sheet, date_forms, decimal_marks
from trimtab.app.text_files import write_text
from trimtab.importers._actions import action_of
from trimtab.importers._catalogue import common_rules
from trimtab.importers._format_file import parse_format
from trimtab.importers._table import read_table
from trimtab.importers._text import digest_of
from trimtab.importers._values import CellError
from trimtab.model.errors import InputError
from trimtab.model.statements import Statement, StatementKind

__all__ = [
    "FormatAnswers",
    "check_answers",
    "currency_of",
    "date_form_of",
    "decimal_of",
    "file_name_of",
    "format_text",
    "read_with",
    "unknown_actions",
    "write_format",
]

ACTIONS_MAX = 80
MARK_CHARACTERS_MAX = 160
_NAME = re.compile(r"[a-z][a-z0-9_]{0,59}")
_TOTAL = re.compile(r'^[\s"]*(grand |account |sub ?)?totals?\b', re.IGNORECASE)
_SIGNS = {"$": "USD", "€": "EUR", "£": "GBP"}
_INSTRUMENT = ("symbol", "isin", "cusip", "name")
_NEEDS: Mapping[StatementKind, tuple[tuple[str, ...], ...]] = {
    StatementKind.POSITIONS: (_INSTRUMENT, ("quantity", "value")),
    StatementKind.LOTS: (_INSTRUMENT, ("quantity",), ("acquired",)),
    StatementKind.TRANSACTIONS: (("on",), ("action", "text"), ("amount", "quantity")),
    StatementKind.REALISED_GAINS: (_INSTRUMENT, ("sold",), ("proceeds", "gain")),
}
"""Of each group, one field at least must have a column."""
_REQUIRED = (
    "symbol",
    "quantity",
    "value",
    "acquired",
    "on",
    "action",
    "amount",
    "sold",
    "proceeds",
)


@dataclass(frozen=True, slots=True)
class FormatAnswers:
    """What a person said: `columns` are places (from 0) by field, `actions` what each word does."""

    name: str
    broker: str
    kind: StatementKind
    columns: Mapping[str, int]
    decimal: str = "."
    date_form: str = "%Y-%m-%d"
    account: str = ""
    currency: str = ""
    actions: Mapping[str, str] | None = None


def file_name_of(written: str) -> str:
    """A format's name, made of a file's: `my_broker_2024`."""
    plain = re.sub(r"[^a-z0-9]+", "_", written.lower()).strip("_")[:60].strip("_")
    return plain if _NAME.fullmatch(plain) else f"own_{plain}"[:60].strip("_")


def check_answers(sheet: Sheet, answers: FormatAnswers) -> None:
    """Hold answers against what a format of their kind needs.

    Refuses: a name that is none, and fields without a column that rows of the kind must have.
    """
    if not _NAME.fullmatch(answers.name):
        bound = "small letters, digits and _, a letter first"
        raise InputError("name", f"{answers.name!r} is no name for a format", bound)
    for group in _NEEDS[answers.kind]:
        if not any(field in answers.columns for field in group):
            titles = ", ".join(repr(one.title) for one in sheet.columns if one.title)
            raise InputError(
                f"a file of {answers.kind.value}",
                f"no column is mapped to {' or '.join(group)}",
                f"the columns are {titles}",
                f'say which one with --map "{group[0]}=COLUMN"',
            )
    taken: dict[int, str] = {}
    for field, place in answers.columns.items():
        if place in taken:
            fact = f"{sheet.columns[place].title!r} is mapped to {taken[place]} and to {field}"
            raise InputError("columns", fact, "", "a column has one meaning")
        taken[place] = field


def date_form_of(sheet: Sheet, columns: Mapping[str, int]) -> str:
    """How the mapped columns write days.

    Refuses: days that could mean two things, and days in no known form.
    """
    return _told(sheet, columns, DATES, "%Y-%m-%d", "--date-format")


def decimal_of(sheet: Sheet, columns: Mapping[str, int]) -> str:
    """The decimal mark of the mapped columns.

    Refuses: numbers that could mean two things, and columns without numbers.
    """
    return _told(sheet, columns, NUMBERS, ".", "--decimal")


def _told(
    sheet: Sheet, columns: Mapping[str, int], fields: Sequence[str], none: str, option: str
) -> str:
    """The one way in which the cells of some fields can be read."""
    places = [place for field, place in columns.items() if field in fields]
    cells = [cell for place in places for cell in sheet.columns[place].samples]
    if not cells:
        return none
    is_day = fields is DATES
    ways = date_forms(cells) if is_day else decimal_marks(cells)
    if len(ways) == 1:
        return ways[0]
    what = "days" if is_day else "numbers"
    if not ways:
        titles = ", ".join(repr(sheet.columns[place].title) for place in places)
        fact = f"most cells of {titles} are none, such as {cells[0]!r}"
        raise InputError(what, fact, "", f"map another column, or name their form with {option}")
    shown = " or ".join(f"{option} {way!r}" for way in ways)
    fact = f"{_ambiguous(cells)!r} can be read in {len(ways)} ways"
    raise InputError(what, fact, "", f"say which: {shown}")


def _ambiguous(cells: Sequence[str]) -> str:
    """A cell that shows what is in doubt."""
    return next((cell for cell in cells if re.search(r"\d[.,/-]\d", cell)), cells[0])


def currency_of(sheet: Sheet, columns: Mapping[str, int]) -> str:
    """The currency whose sign stands in the cells, empty where none or several do."""
    if "currency" in columns:
        return ""
    places = [place for field, place in columns.items() if field in NUMBERS]
    text = "".join(cell for place in places for cell in sheet.columns[place].cells)
    found = [code for sign, code in _SIGNS.items() if sign in text]
    return found[0] if len(found) == 1 else ""


def unknown_actions(sheet: Sheet, columns: Mapping[str, int]) -> tuple[str, ...]:
    """Words of the action column (else the text) that the shared rules do not know."""
    place = columns.get("action", columns.get("text"))
    if place is None:
        return ()
    found: list[str] = []
    for word in dict.fromkeys(sheet.columns[place].samples):
        try:
            action_of(
                common_rules().actions, {"action": word, "text": word}.__getitem__, None, None
            )
        except CellError as error:
            if error.reason == "unknown_action":
                found.append(word)
    return tuple(found[:ACTIONS_MAX])


def format_text(sheet: Sheet, answers: FormatAnswers, source: str) -> str:
    """The format file that the answers make; `source` names the file that it was made for."""
    header = sheet.delimiter.join(one.title for one in sheet.columns)
    lines = [
        f"# Made by `trimtab formats new` for {_plain(source)}; edit it as you like, and check it",
        "# with `trimtab formats test`.",
        f"broker = {_quoted(answers.broker)}",
        f"name = {_quoted(f'{answers.broker}, {answers.kind.value}'.replace('_', ' '))}",
        "",
        "[file]",
        f"delimiter = {_quoted(sheet.delimiter)}",
    ]
    if answers.currency:
        lines.append(f"currency = {_quoted(answers.currency)}")
    if answers.account:
        lines.append(f"account = {_quoted(answers.account)}")
    if header.isprintable() and '"' not in header:
        lines.append(f"marks = [{_pattern(header[:MARK_CHARACTERS_MAX])}]")
    lines += ["", "[numbers]", f"decimal = {_quoted(answers.decimal)}"]
    lines += ["", "[dates]", f"formats = [{_quoted(answers.date_form)}]"]
    lines += ["", "[[sections]]", f"kind = {_quoted(answers.kind.value)}"]
    needed = ", ".join(_quoted(field) for field in _required(answers))
    lines += [f"required = [{needed}]", "", "[sections.columns]"]
    lines += [
        f"{field} = [{_quoted(sheet.reference(place))}]" for field, place in answers.columns.items()
    ]
    if any(_TOTAL.search(cell) for row in sheet.rows for cell in row[:1]):
        lines += ["", "[[sections.ignore]]", 'rule = "total"', f"match = '{_TOTAL.pattern}'"]
    for word, do in (answers.actions or {}).items():
        lines += ["", "[[sections.actions]]", f"match = {_pattern(word, whole=True)}"]
        lines += [f"do = {_quoted(do)}"]
        lines += [] if "action" in answers.columns else ['column = "text"']
    if _is_unsigned(sheet, answers):
        lines += ["", "[sections.amounts]", 'sign = "unsigned"']
    return "\n".join(lines) + "\n"


def _required(answers: FormatAnswers) -> tuple[str, ...]:
    """The fields without whose columns a header is another one."""
    wanted = [field for field in _REQUIRED if field in answers.columns]
    return tuple(wanted) or tuple(answers.columns)


def _is_unsigned(sheet: Sheet, answers: FormatAnswers) -> bool:
    """Whether no amount of a file of transactions has a sign: the action says which way it went."""
    if answers.kind is not StatementKind.TRANSACTIONS or "amount" not in answers.columns:
        return False
    cells = sheet.columns[answers.columns["amount"]].samples
    return not any(re.search(r"^\s*[(−–-]|-\s*$|[$€£]\s*-", cell) for cell in cells)


def _quoted(text: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _pattern(text: str, *, whole: bool = False) -> str:
    """A pattern for a text itself, as TOML writes it; without escapes where that is possible."""
    escaped = re.sub(r"([\\.^$*+?{}\[\]|()])", r"\\\1", text)
    pattern = f"^{escaped}$" if whole else escaped
    return _quoted(pattern) if "'" in text or not text.isprintable() else f"'{pattern}'"


def _plain(text: str) -> str:
    """A file's name that stands in a comment."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)


def read_with(form_text: str, name: str, data: bytes, text: str, file: str) -> Statement:
    """The statement in a file by a format that is not yet written.

    Refuses: a format that is wrong, and one that takes no row of the file.
    """
    form = replace(parse_format(form_text, name, f"{name}.toml", common_rules()), is_own=True)
    statement = read_table(text, form, form.delimiter, file, digest_of(data))
    if not statement.taken:
        first = next(
            (f"line {one.line}: {one.text}" for one in statement.breaks), "all are ignored"
        )
        raise InputError(
            "format", f"with it no row of {file} is taken ({first})", "", "map it anew"
        )
    return statement


def write_format(folder: Path, name: str, text: str, *, force: bool = False) -> Path:
    """Write a format into a household's folder, whole or not at all.

    Refuses: a household that is not there, and to replace a format of the same name.
    """
    path = folder / FORMATS_FOLDER / f"{name}.toml"
    if not folder.is_dir():
        fact = "it is a file" if folder.exists() else "there is no such folder"
        remedy = "name the household's folder with --household DIR"
        raise InputError(f"household folder {str(folder)!r}", fact, "", remedy)
    if path.exists() and not force:
        remedy = "take another --name, or replace it with --force"
        raise InputError("format", "there is one of this name already", "", remedy, file=str(path))
    try:
        path.parent.mkdir(exist_ok=True)
    except OSError as error:
        fact = error.strerror or str(error)
        raise InputError("format", fact, "", "check the folder", file=str(path.parent)) from None
    write_text(path, text)
    return path

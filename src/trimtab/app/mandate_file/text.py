"""Write `mandate.toml` with a comment at every key, from the same table that reads it.

What a document does not set stands there commented out, with its default or an example, so that a
person can see all that is possible without opening a manual.

Errors: none; what is written is checked by reading it back (`app.starter`).
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from trimtab.app.mandate_file.keys import Form, Key, Kind, Section
from trimtab.app.mandate_file.sections import SECTIONS

__all__ = ["Document", "Toml", "mandate_text", "section_text", "toml_value"]

Toml = str | bool | int | Decimal | date | Sequence["Toml"] | Mapping[str, "Toml"]
Document = Mapping[str, Sequence[Mapping[str, Toml]]]
"""Tables by section; in a named section each table gives its own name under `NAME_KEY`."""

NAME_KEY = "NAME"
COMMENT_COLUMN = 38
LINE_LENGTH_MAX = 100


def toml_value(value: Toml) -> str:
    """A value as TOML."""
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case str():
            return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
        case Mapping():
            pairs = (f"{_bare(name)} = {toml_value(item)}" for name, item in value.items())
            return "{ " + ", ".join(pairs) + " }"
        case _:
            return "[" + ", ".join(toml_value(item) for item in value) + "]"


def _bare(name: str) -> str:
    """A key, in quotes where it must be."""
    plain = name.replace("_", "").replace("-", "")
    return name if plain.isascii() and plain.isalnum() else toml_value(name)


def section_text(section: Section, tables: Sequence[Mapping[str, Toml]] = ()) -> str:
    """A section with its comments: the tables given, or an example that is commented out."""
    lines = [f"# {line}" for line in section.doc.splitlines()]
    if not tables and section.form is not Form.TABLE:
        shown = _table_lines(section, _example(section), "all")
        lines += [line if line.startswith("# ") else f"# {line}" for line in shown]
    elif not tables:
        lines += _table_lines(section, {}, "all")
    for number, table in enumerate(tables):
        if number:
            lines.append("")
        lines += _table_lines(section, table, "all" if number == 0 else "given")
    return "\n".join(lines) + "\n"


def _example(section: Section) -> Mapping[str, Toml]:
    return {NAME_KEY: "turnover" if section.name == "guards" else "VTI"}


def _table_lines(section: Section, table: Mapping[str, Toml], which: str) -> list[str]:
    """One table: what it sets, and (in the first of a section) what it could set."""
    name = _bare(str(table.get(NAME_KEY, "")))
    heading = section.heading.replace(".NAME", f".{name}") if NAME_KEY in table else section.heading
    lines = [heading]
    for key in section.keys:
        if key.name in table:
            lines.append(_pair(f"{key.name} = {toml_value(table[key.name])}", _doc(key), which))
        elif which == "all":
            lines.append(_pair(f"# {key.name} = {_suggestion(key)}", _doc(key), which))
    lines += [
        f"{_bare(name)} = {toml_value(value)}"
        for name, value in table.items()
        if name != NAME_KEY and section.key(name) is None
    ]
    return lines


def _pair(text: str, doc: str, which: str) -> str:
    """A line with its comment behind it, or before it where both would be too long."""
    if which != "all" or not doc:
        return text
    line = f"{text:<{COMMENT_COLUMN - 2}}  # {doc}"
    return line if len(line) <= LINE_LENGTH_MAX else f"# {doc}:\n{text}"


def _doc(key: Key) -> str:
    """The meaning of a key, with its choices."""
    choices = f": {', '.join(key.choices)}" if key.choices else ""
    return f"{key.doc}{choices}"


def _suggestion(key: Key) -> str:
    """The default where there is one, else an example."""
    if key.default not in (None, ""):
        return toml_value(key.default)
    if key.example:
        return key.example
    if key.choices:
        return toml_value(key.choices[0])
    match key.kind:
        case Kind.FRACTION:
            return "0.1"
        case Kind.CURRENCY:
            return '"EUR"'
        case Kind.WORDS:
            return '["joint"]'
        case Kind.WORD | Kind.TEXT:
            return '"joint"' if key.name == "account" else '"…"'
        case _:
            return "0"


def mandate_text(document: Document, opening: str) -> str:
    """A whole mandate file; `opening` is the comment at its top."""
    parts = ["".join(f"# {line}".rstrip() + "\n" for line in opening.splitlines())]
    parts += [section_text(section, document.get(section.name, ())) for section in SECTIONS]
    return "\n".join(parts)

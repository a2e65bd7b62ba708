"""Put an entry into a list of `mandate.toml`, change one or take one out, and touch nothing else.

Lists are `[[accounts]]`, `[[flows]]`, `[[liabilities]]`: tables that a key names.  Comments, the
order of keys, spaces and line ends stay as the person has them; keys of an entry that nobody asked
about stay too.  What was written is read again and held against what was meant.

Errors: `InputError` for a text that cannot be edited so; the text given is never changed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from trimtab.app.mandate_file.text import Toml, toml_value
from trimtab.model.errors import InputError
from trimtab.model.toml_lines import key_lines

__all__ = ["entries_of", "with_entry", "without_entry"]

BY_HAND = "write it by hand; `trimtab keys` explains the section"


def entries_of(text: str, section: str) -> tuple[Mapping[str, Any], ...]:
    """The entries of a list as they are written, in their order."""
    found = _plain(text, section).get(section, [])
    return tuple(one for one in found if isinstance(one, dict)) if isinstance(found, list) else ()


def with_entry(
    text: str, section: str, key: str, values: Mapping[str, Toml | None], place: int | None
) -> str:
    """The text with an entry that says `values`: the one at `place`, or a new one at the end.

    `key` names entries in messages; a value of `None` takes its key out.
    Refuses: a list that is written in a way that cannot be edited.
    """
    given = {name: value for name, value in values.items() if value is not None}
    if place is None:
        written = _added(text, section, given)
    else:
        written = _changed(text, section, place, values)
    before, after = _plain(text, section), _plain(written, section)
    entries = list(before.pop(section, ()))
    meant = _meant(given)
    if place is None:
        entries.append(meant)
    else:
        kept = {name: value for name, value in entries[place].items() if name not in values}
        entries[place] = kept | meant
    subject = f"[[{section}]] {given.get(key, '')}".strip()
    if after.pop(section, None) != entries or after != before:
        raise InputError(subject, "it cannot be written without changing more", "", BY_HAND)
    return written


def without_entry(text: str, section: str, place: int) -> str:
    """The text without the entry at a place; comments behind it stay.

    Refuses: as `with_entry`.
    """
    before = _plain(text, section)
    rows = text.splitlines(keepends=True)
    first, last = _span(text, rows, section, place)
    is_alone = last == len(rows) or not rows[last].strip()
    if first and not rows[first - 1].strip() and is_alone:  # two blank lines would be left
        first -= 1
    written = "".join((*rows[:first], *rows[last:]))
    after = _plain(written, section)
    entries = list(before.pop(section, ()))
    del entries[place]
    if after.pop(section, []) != entries or after != before:
        raise InputError(f"[[{section}]]", "it cannot be edited so", "", BY_HAND)
    return written


def _added(text: str, section: str, values: Mapping[str, Toml]) -> str:
    """The text with a further entry, behind the last of its list or at the end."""
    ending = "\r\n" if "\r\n" in text else "\n"
    block = [f"[[{section}]]", *(f"{name} = {toml_value(value)}" for name, value in values.items())]
    told = "".join(f"{line}{ending}" for line in block)
    rows = text.splitlines(keepends=True)
    if rows and not rows[-1].endswith("\n"):
        rows[-1] += ending
    count = len(_plain(text, section).get(section, ()))
    end = _span("".join(rows), rows, section, count - 1)[1] if count else len(rows)
    behind = [ending] if end < len(rows) and rows[end].strip() else []
    before = [ending] if end and rows[end - 1].strip() else []
    return "".join((*rows[:end], *before, told, *behind, *rows[end:]))


def _changed(text: str, section: str, place: int, values: Mapping[str, Toml | None]) -> str:
    """The text with other values in an entry."""
    try:
        document = tomlkit.parse(text)
        entry = document[section][place]
        known = _plain(text, section)[section][place]
        for name, value in values.items():
            if value is None:
                if name in known:
                    del entry[name]
            elif known.get(name) != _meant({name: value})[name]:
                entry[name] = tomlkit.value(toml_value(value))
        written = tomlkit.dumps(document)
    except (TOMLKitError, TypeError, AttributeError, IndexError, KeyError) as error:
        raise InputError(f"[[{section}]]", f"it cannot be edited ({error})", "", BY_HAND) from None
    return re.sub(r"(?<!\r)\n", "\r\n", written) if "\r\n" in text else written


def _span(text: str, rows: Sequence[str], section: str, place: int) -> tuple[int, int]:
    """The rows of an entry: from its heading to behind its last value.

    Refuses: a list that is not written as `[[section]]`.
    """
    lines = key_lines(text)
    first = lines.get((section, place), 0) - 1
    if first < 0 or not rows[first].lstrip().startswith("[["):
        raise InputError(f"[[{section}]]", "it is not written as a block", "", BY_HAND)
    starts = [line for path, line in lines.items() if path[:2] != (section, place)]
    last = min((line - 1 for line in starts if line - 1 > first), default=len(rows))
    while last > first + 1 and (not rows[last - 1].strip() or rows[last - 1].lstrip()[0] == "#"):
        last -= 1
    return first, last


def _meant(values: Mapping[str, Toml]) -> dict[str, Any]:
    told = "".join(f"{name} = {toml_value(value)}\n" for name, value in values.items())
    return tomllib.loads(told, parse_float=Decimal)


def _plain(text: str, section: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text, parse_float=Decimal)
    except ValueError as error:
        raise InputError(f"[[{section}]]", f"the file breaks: {error}", "", BY_HAND) from None

"""The values of a format's text, with those of the format that it says it is like.

A text that is like another says only what differs: each of its tables takes the place of the
other's whole table.  Errors: `InputErrors` for what is no TOML.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable

from trimtab.importers._format_table import FormatText
from trimtab.model.errors import InputError, InputErrors

__all__ = ["TextOf", "toml_values", "with_base"]

TextOf = Callable[[str], str]
"""The text of a format by its name; refuses one that there is none of, with `InputError`."""
LIKE = "like"
_LINE_OF_TOML = re.compile(r"\(at line (\d+)")


def with_base(
    values: dict[str, object], source: FormatText, text_of: TextOf | None
) -> dict[str, object]:
    """The values with those of what they are like; a mistake in that is kept in `source`."""
    like = values.pop(LIKE, None)
    if like is None:
        return values
    if not isinstance(like, str) or text_of is None:
        source.refuse((LIKE,), f"{like!r} is no format's name", "", "see `trimtab formats list`")
        return values
    try:
        return {**toml_values(text_of(like), like), **values}
    except InputError as error:
        source.refuse((LIKE,), error.fact, "", error.remedy)
        return values


def toml_values(text: str, file: str) -> dict[str, object]:
    """The values of a text.

    Refuses: what is no TOML, with its line.
    """
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _LINE_OF_TOML.search(str(error))
        line = int(found.group(1)) if found else text.count("\n") + 1
        fact = f"it is no TOML ({_LINE_OF_TOML.split(str(error))[0].strip()})"
        remedy = "correct the line, or take the file away"
        raise InputErrors([InputError("format", fact, "", remedy, file=file, line=line)]) from None

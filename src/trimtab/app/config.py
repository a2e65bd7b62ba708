"""Read `mandate.toml`: the owner's rules as typed values, or every mistake in it at once.

    mandate_file = read_mandate(Path("~/money/mandate.toml").expanduser())

What each key means stands in `mandate_keys`; this module parses, keeps the lines, and hands over.

Errors: `InputErrors`, each with file, line, value, bound and remedy.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path

from trimtab.app.folder_names import MANDATE_NAME
from trimtab.app.mandate_file.build import BuiltMandate, build
from trimtab.app.mandate_file.checks import check_document
from trimtab.app.text_files import Collector, read_text
from trimtab.model.accounts import Household
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.instruments import Instrument
from trimtab.model.mandate import Mandate, PlugInChoice
from trimtab.model.toml_lines import Path as KeyPath
from trimtab.model.toml_lines import key_lines

__all__ = ["MANDATE_NAME", "MandateFile", "parse_mandate", "read_mandate"]

KEPT_MAX = 32
"""So many texts are kept as they were read."""
_TOML_LINE = re.compile(r" \(at line (\d+), column \d+\)")


@dataclass(frozen=True, slots=True)
class MandateFile:
    """All that a mandate file states.

    `menus` lists, account by account, what an account with a fixed menu can hold; `as_of` is the
    day that the files describe, where they say so.
    """

    path: Path
    household: Household
    mandate: Mandate
    instruments: Mapping[str, Instrument]
    menus: Mapping[str, frozenset[str]]
    feed: PlugInChoice
    as_of: date | None
    lines: Mapping[KeyPath, int]

    def line(self, *path: str | int) -> int | None:
        """The line of a key, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)


def read_mandate(path: Path) -> MandateFile:
    """The mandate in a file.

    Refuses: whatever is wrong in it, all at once, with `InputErrors`.
    """
    remedy = "make one with `trimtab init`, or name the folder that holds it"
    try:
        text = read_text(path, "mandate", remedy)
    except InputError as error:
        raise InputErrors([error]) from None
    return parse_mandate(text, path)


def parse_mandate(text: str, path: Path) -> MandateFile:
    """The mandate in a text; `path` is the place that errors name.

    Refuses: whatever is wrong in it, all at once, with `InputErrors`.
    """
    return _parse(text, path)


@lru_cache(maxsize=KEPT_MAX)
def _parse(text: str, path: Path) -> MandateFile:
    """What a text says never changes: a service reads the same again at every look."""
    errors = Collector(str(path))
    document = _parsed(text, errors)
    errors.raise_any()
    lines = key_lines(text)
    checked = check_document(document, lines, errors)
    built: BuiltMandate = build(checked, lines, errors)
    errors.raise_any()
    return MandateFile(
        path,
        built.household,
        built.mandate,
        built.instruments,
        built.menus,
        built.feed,
        built.as_of,
        lines,
    )


def _parsed(text: str, errors: Collector) -> Mapping[str, object]:
    """The parsed TOML, or one error that names the line where it breaks."""
    try:
        return tomllib.loads(text, parse_float=_exact_float)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        place = _TOML_LINE.search(message)
        line = int(place[1]) if place else text.count("\n") + 1
        fact = _TOML_LINE.sub("", message).replace(" (at end of document)", "")
        errors.refuse(
            line, "mandate", f"the file breaks here: {fact}", "", _toml_remedy(text, line, fact)
        )
    except RecursionError:
        errors.refuse(None, "mandate", "it is nested too deeply", "", "flatten its lists")
    except ValueError as error:
        errors.refuse(None, "mandate", str(error), "", "write numbers like 1234.56")
    return {}


def _exact_float(text: str) -> Decimal:
    try:
        return Decimal(text)
    except ArithmeticError:
        raise ValueError(f"{text[:20]!r} is not a number that can be kept") from None


def _toml_remedy(text: str, line: int, fact: str) -> str:
    """What usually mends a line that TOML cannot read."""
    if fact.startswith("Cannot overwrite"):
        return "this key stands twice in its section: remove one of the two"
    if fact.startswith("Cannot declare"):
        return "this section stands twice: join the two"
    rows = text.splitlines()
    row = rows[line - 1].strip() if 0 < line <= len(rows) else ""
    if line >= len(rows) and not text.endswith("\n"):
        return "the file ends in the middle of this line: it may have been cut off"
    if row.count('"') % 2:
        return "a quotation mark is missing in this line"
    if re.fullmatch(r"[\w.-]+\s*=\s*[A-Za-z][\w ]*", row.split("#")[0].strip()):
        return "put the text after the equals sign in quotes"
    if row.startswith("[") and "]" not in row:
        return "the bracket that closes the heading is missing"
    if re.fullmatch(r"[\w.-]+\s*:.*", row):
        return "write an equals sign between key and value"
    return "each line is `key = value`, texts in quotes, headings like [tax] or [[accounts]]"

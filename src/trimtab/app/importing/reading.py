"""Read broker files with every format and reader that is known; one bad file stops no other.

Errors: none for a file that cannot be read: that is its outcome, with every row accounted for.
`InputErrors` for a format file of the household's own that is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from trimtab.importers._base import StatementReader
from trimtab.importers._catalogue import catalogue
from trimtab.importers._format import Format
from trimtab.importers._read import UnknownFormatError, read_statement
from trimtab.importers._text import decode, digest_of, read_bytes
from trimtab.model.errors import InputError
from trimtab.model.statements import RowBreak, Statement
from trimtab.plugins import configure, names

__all__ = ["FORMATS_FOLDER", "Outcome", "known_formats", "own_format_files", "read_files"]

FORMATS_FOLDER = "formats"
"""Where a household keeps format files of its own."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A file, its statement, and why it could not be read where that is so."""

    path: Path
    statement: Statement
    error: InputError | None = None

    @property
    def is_unknown(self) -> bool:
        """Whether it is a text whose columns nobody knows."""
        return isinstance(self.error, UnknownFormatError)


def known_formats(folder: Path | None) -> tuple[Format, ...]:
    """All formats: the package's and those in a household's folder.

    Refuses: a file of the household's own that is wrong.
    """
    return catalogue(own_format_files(folder))


def own_format_files(folder: Path | None) -> tuple[Path, ...]:
    """The format files of a household, by name."""
    return () if folder is None else tuple(sorted((folder / FORMATS_FOLDER).glob("*.toml")))


def read_files(
    paths: Sequence[Path],
    formats: Sequence[Format],
    done: Callable[[Path], None] = lambda path: None,
) -> tuple[Outcome, ...]:
    """What each file says; `done` is told after each."""
    readers = [cast(StatementReader, configure("importers", n, {})) for n in names("importers")]
    outcomes = []
    for path in paths:
        outcomes.append(_read(path, formats, readers))
        done(path)
    return tuple(outcomes)


def _read(path: Path, formats: Sequence[Format], readers: Iterable[StatementReader]) -> Outcome:
    try:
        return Outcome(path, read_statement(path, formats, tuple(readers)))
    except UnknownFormatError as error:
        return Outcome(path, _unknown(path, error), error)
    except InputError as error:
        row = RowBreak(error.line or 1, "unreadable", error.fact, error.remedy)
        return Outcome(path, Statement(str(path), "", "", "", 1, breaks=(row,)), error)


def _unknown(path: Path, error: InputError) -> Statement:
    """A text that no format knows: every row waits for somebody to say what it is."""
    data = read_bytes(path)
    lines = decode(data, str(path)).split("\n")
    breaks = tuple(
        RowBreak(number, "unknown_format", error.fact, error.remedy)
        for number, line in enumerate(lines, start=1)
        if line.strip()
    )
    return Statement(str(path), "", "", digest_of(data), len(breaks), breaks=breaks)

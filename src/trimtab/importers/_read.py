"""One file becomes one statement, by the reader or format that knows it by its content.

Errors: `InputError` for a file that cannot be read at all, `UnknownFormatError` for a text that
nothing knows, with what its rows look like.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from trimtab.importers._base import ROWS_MAX, StatementReader
from trimtab.importers._format import Format
from trimtab.importers._recognise import recognise
from trimtab.importers._table import read_table
from trimtab.importers._text import decode, digest_of, read_bytes
from trimtab.model.errors import InputError
from trimtab.model.statements import Statement

__all__ = ["UnknownFormatError", "read_statement"]


class UnknownFormatError(InputError):
    """A text in which no format finds its columns."""


def read_statement(
    path: Path, formats: Sequence[Format], readers: Sequence[StatementReader] = ()
) -> Statement:
    """The statement in a file.

    Refuses: what is no file of a broker, is damaged as a whole, or is too large.
    """
    file, data = str(path), read_bytes(path)
    digest = digest_of(data)
    for reader in readers:
        if reader.recognises(data):
            return reader.read(file, data, digest)
    text = decode(data, file)
    found = recognise(text, formats)
    if found is None:
        lines = text.count("\n")
        if lines > ROWS_MAX:
            fact, bound = f"it has {lines:,} lines", f"a statement has at most {ROWS_MAX:,} rows"
            raise InputError("file", fact, bound, "is it a broker's file?", file=file)
        raise UnknownFormatError(
            "file",
            "no known format has its columns",
            f"{len(formats)} formats are known",
            "map its columns once with `trimtab formats new FILE`",
            file=file,
        )
    return read_table(text, found.format, found.delimiter, file, digest)

"""What every reader of broker files offers: to say whether a file is its own, and to read it.

A plug-in of this family is a file of this folder that ends in `PLUGIN = TheReader`.  Most formats
need none: they are described in `formats/`.
"""

from __future__ import annotations

from typing import Protocol

from trimtab.model.statements import Statement

__all__ = ["FILE_BYTES_MAX", "ROWS_MAX", "StatementReader"]

FILE_BYTES_MAX = 32 * 1024 * 1024
"""Twenty times the largest download seen; what lies above is another kind of file."""
ROWS_MAX = 250_000
"""Rows of one file; more would need more memory than a laptop gives to one command."""


class StatementReader(Protocol):
    """A reader of files that are no tables."""

    def recognises(self, data: bytes) -> bool:
        """Whether the file is of this reader's kind, by its content; damaged ones too."""
        ...

    def read(self, file: str, data: bytes, digest: str) -> Statement:
        """The file as a statement; `file` is its name, for the statement alone.

        Refuses: what cannot be read at all, with `InputError`; a row that cannot be taken becomes
        a break of the statement instead.
        """
        ...

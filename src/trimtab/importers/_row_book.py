"""Rows of files that are no tables enter the tally here, each exactly once.

A reader says of a row what was taken, which rule ignores it, or why it cannot be taken; rows taken
+ ignored + broken are then the rows of the file by construction.  Errors: `InputError` for a file
with more rows than one command may hold.
"""

from __future__ import annotations

from trimtab.importers._base import ROWS_MAX
from trimtab.importers._take import Taken
from trimtab.importers._tally import Tally
from trimtab.importers._values import CellError
from trimtab.model.errors import InputError

__all__ = ["Outcome", "enter"]

Outcome = Taken | str | CellError
"""A row as it was taken, the name of the rule that ignores it, or why it breaks."""


def enter(tally: Tally, file: str, line: int, outcome: Outcome) -> None:
    """Enter what became of one row.

    Refuses: more than `ROWS_MAX` rows, with `InputError`.
    """
    tally.rows += 1
    if tally.rows > ROWS_MAX:
        raise InputError(
            "file",
            f"it has more than {ROWS_MAX:,} rows",
            "",
            "download a shorter period, or one account at a time",
            file=file,
            line=line,
        )
    if isinstance(outcome, str):
        tally.ignore(line, outcome)
    elif isinstance(outcome, CellError):
        tally.broken(line, outcome.reason, outcome.fact, outcome.remedy)
    else:
        tally.take(outcome)

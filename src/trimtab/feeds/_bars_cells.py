"""Cells of price files as numbers: names as codes, dates as days since 1970, amounts as floats.

Errors: `InputError` with file and line for an instrument whose currency changes; a date or number
that is none is gathered, so that all of a file are named in one pass.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from trimtab.feeds._actions_file import split_ratio
from trimtab.feeds._bars import ERRORS_MAX, BarField, Floats
from trimtab.feeds._file_rows import day_of
from trimtab.feeds._market_question import EPOCH, MarketQuestion
from trimtab.feeds._series import GAPS, quote_currency
from trimtab.model.errors import InputError
from trimtab.model.money import exact

__all__ = ["NO_DAY", "Days", "Names", "cell_numbers", "day_numbers", "no_date"]

NO_DAY = np.iinfo(np.int64).min
"""Stands for a text that is no date, until the row is named in an error."""


@dataclass(slots=True)
class Names:
    """Instruments in the order in which a file names them, and the currency of each."""

    otherwise: str
    question: MarketQuestion
    codes: dict[str, int] = field(default_factory=dict)
    currencies: list[str] = field(default_factory=list)

    def code(self, text: str, currency: str, path: str, line: int) -> int:
        """The number of a name, -1 where it is not asked for.

        Refuses: an instrument whose currency changes.
        """
        name = text.strip()
        if not self.question.is_asked(name):
            return -1
        found = currency.strip() or quote_currency(name, self.otherwise)
        code = self.codes.setdefault(name, len(self.codes))
        if code == len(self.currencies):
            self.currencies.append(found)
        if self.currencies[code] != found:
            both = " and ".join(sorted((self.currencies[code], found)))
            raise InputError(
                f"currency of {name}",
                f"changes between {both}",
                "one series has one currency",
                file=path,
                line=line,
            )
        return code


class Days(dict[str, int]):
    """Days since 1970 by their text, each text read once."""

    def __missing__(self, text: str) -> int:
        try:
            found = day_of(text).toordinal() - EPOCH
        except ValueError:
            found = NO_DAY
        self[text] = found
        return found


def day_numbers(texts: Sequence[str], days: Days | None = None) -> npt.NDArray[np.int64]:
    """Days since 1970, `NO_DAY` where a text is no date."""
    known = Days() if days is None else days
    return np.fromiter(map(known.__getitem__, texts), np.int64, len(texts))


def no_date(text: object) -> InputError:
    """The error for a date that is none."""
    return InputError("date", f"{text!r} is no date", remedy="write it as 2022-10-14")


def cell_numbers(
    one: BarField,
    cells: Sequence[str],
    place: Callable[[int], tuple[str, int]],
    path: str,
    errors: list[InputError],
) -> Floats:
    """Cells as numbers, `nan` for a gap; what is no number goes to the errors.

    `place` tells the subject and the line of a cell.
    """
    try:
        return np.fromiter(map(float, cells), np.float64, len(cells))
    except ValueError:  # gaps, or something worse: cell by cell
        pass
    values = np.full(len(cells), np.nan)
    for at, cell in enumerate(cells):
        if not cell or cell.strip().lower() in GAPS:
            continue
        try:
            values[at] = float(cell)
        except ValueError:
            if len(errors) < ERRORS_MAX:
                subject, line = place(at)
                try:
                    values[at] = float(_exact(one, cell, subject))
                except InputError as error:
                    errors.append(error.at(path, line))
    return values


def _exact(one: BarField, cell: str, subject: str) -> float:
    """A number as people write it: `1,234.5`, and ratios like `4:1`."""
    return float(split_ratio(cell, subject) if one is BarField.SPLIT else exact(cell, subject))

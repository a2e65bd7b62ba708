"""Dividends and splits from a file beside the prices: `date,instrument,dividend,split[,currency]`.

    date,instrument,dividend,split,currency
    2026-09-28,VTI,0.9124,,
    2026-06-10,NVDA,,10:1,

The date is the ex-date, `dividend` the cash for one unit as traded that day, `split` new units for
old ones (`4:1`, `4`, `0.05`).  Rows may stand in any order; lines that open with # are comments.

Errors: `InputError` or `InputErrors` with file and line, all rows in one pass.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path

from trimtab.model.corporate_actions import ActionKind, CorporateAction
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.money import exact

__all__ = ["ACTIONS_NAME", "read_actions", "split_ratio"]

ACTIONS_NAME = "actions.csv"
REQUIRED = ("date", "instrument", "dividend", "split")
ERRORS_MAX = 20
RATIO_PART_MAX = 1000
"""Splits are ratios of small whole numbers: 0.3333 is one for three."""


def read_actions(path: Path, currency: str) -> tuple[CorporateAction, ...]:
    """All actions of a file, oldest first; none where there is no such file.

    Refuses: another header, rows cut off, days, amounts and ratios that are none, the same twice.
    """
    if not path.exists():
        return ()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise InputError("actions", f"cannot be read ({reason})", file=str(path)) from None
    found: dict[CorporateAction, int] = {}
    errors: list[InputError] = []
    for line, header, row in _rows(text, path):
        try:
            for one in _actions(_cells(header, row), currency, path.name):
                if one in found:
                    raise _twice(one, found[one])
                found[one] = line
        except InputError as error:
            errors.append(error.at(str(path), line))
    if errors:
        raise errors[0] if len(errors) == 1 else InputErrors(errors[:ERRORS_MAX])
    return tuple(sorted(found, key=lambda one: (one.on, one.instrument, one.kind)))


def _rows(text: str, path: Path) -> Iterator[tuple[int, list[str], list[str]]]:
    """The rows with their lines, under the header.

    Refuses: a header that lacks a column.
    """
    reader = csv.reader(text.splitlines())
    header: list[str] = []
    for row in reader:
        if not any(cell.strip() for cell in row) or row[0].startswith("#"):
            continue
        if header:
            yield reader.line_num, header, row
            continue
        header = [cell.strip().lower() for cell in row]
        missing = [name for name in REQUIRED if name not in header]
        if missing:
            raise InputError(
                "actions",
                f"has no column {', '.join(missing)}",
                f"the first line is {','.join(REQUIRED)}",
                "name the columns so",
                file=str(path),
                line=reader.line_num,
            )


def _cells(header: list[str], row: list[str]) -> Mapping[str, str]:
    """The cells of a row by column."""
    if len(row) != len(header):
        fact = f"has {len(row)} of {len(header)} columns"
        remedy = "is the file cut off, or a number written with a comma?"
        raise InputError("row", fact, remedy=remedy)
    return dict(zip(header, (cell.strip() for cell in row), strict=True))


def _twice(one: CorporateAction, line: int) -> InputError:
    subject = f"{one.kind} of {one.instrument} on {one.on}"
    return InputError(subject, f"stands in line {line} already", remedy="remove one of the two")


def _actions(cells: Mapping[str, str], currency: str, source: str) -> Iterator[CorporateAction]:
    """The dividend and the split of one row."""
    name = cells["instrument"]
    if not name:
        raise InputError("instrument", "it is empty", remedy="name it as in lots.csv")
    try:
        on = date.fromisoformat(cells["date"])
    except ValueError:
        raise InputError(
            "date", f"{cells['date']!r} is no date", remedy="write it as 2026-09-28"
        ) from None
    if not cells["dividend"] and not cells["split"]:
        raise InputError(
            f"row of {name} on {on}",
            "has neither dividend nor split",
            remedy="give one, or remove it",
        )
    in_currency = cells.get("currency") or currency
    if cells["dividend"]:
        amount = exact(cells["dividend"], f"dividend of {name} on {on}")
        yield CorporateAction(name, on, ActionKind.DIVIDEND, amount, None, in_currency, source)
    if cells["split"]:
        ratio = split_ratio(cells["split"], f"split of {name} on {on}")
        yield CorporateAction(name, on, ActionKind.SPLIT, None, ratio, in_currency, source)


def split_ratio(text: str, subject: str) -> Fraction:
    """New units for each old one: `4:1`, `3/2`, `4`, `0.05`.

    Refuses: what is no ratio.
    """
    new, _, old = text.replace("/", ":").partition(":")
    parts = exact(new, subject), exact(old or "1", subject)
    if parts[1] <= 0:
        raise InputError(subject, f"{text!r} is no ratio", remedy="write it like 4:1")
    return (Fraction(parts[0]) / Fraction(parts[1])).limit_denominator(RATIO_PART_MAX)

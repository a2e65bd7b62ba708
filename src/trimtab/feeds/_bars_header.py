"""What the header of a bar file says: wide or long, which column is what, and what is not read.

Errors: `InputError` with file and line for a name that stands twice, a long file without closes,
and closes adjusted for dividends beside a column of dividends, which would count them twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from trimtab.feeds._bars import BarField
from trimtab.feeds._file_rows import (
    CLOSE_NAMES,
    CURRENCY_NAMES,
    DATE_NAMES,
    INSTRUMENT_NAMES,
    column_at,
    header_of,
)
from trimtab.feeds._market_question import MarketQuestion
from trimtab.model.errors import InputError, nearest
from trimtab.model.findings import Finding
from trimtab.model.market_findings import columns_unread

__all__ = ["BarColumns", "bar_columns"]

ADJUSTED_NAMES = ("adj close", "adj_close", "adjusted_close")
PASSED_OVER = ("high", "low", "adj close", "adj_close", "adjusted_close")
"""Columns that price files often have and a backtest has no use for."""
AS_TRADED_ONLY = (BarField.OPEN, BarField.VWAP)
"""Fields that do not fit beside adjusted closes."""


@dataclass(frozen=True, slots=True)
class BarColumns:
    """Where each column of a file stands.

    `instrument` is `None` in the wide form, which has one column of closes an instrument:
    `closes`, by name, those that are asked for.  The long form has `fields` instead.
    """

    names: tuple[str, ...]
    date: int
    instrument: int | None
    currency: int | None
    fields: tuple[tuple[BarField, int], ...]
    closes: tuple[tuple[str, int], ...]
    is_adjusted: bool
    findings: tuple[Finding, ...]

    def source(self, path: str) -> str:
        """What the prices of the file are, in words."""
        adjusted = ", adjusted for dividends and splits" if self.is_adjusted else ""
        return f"closes of {Path(path).name}{adjusted}"


def bar_columns(header: Sequence[str], path: str, question: MarketQuestion) -> BarColumns:
    """The columns of a file, from its header.

    Refuses: what the module's docstring says.
    """
    names, at_date = header_of(header, path)
    _refuse_twice(names, path)
    lowered = [name.lower() for name in names]
    at_instrument = column_at(lowered, INSTRUMENT_NAMES)
    if at_instrument is None:
        closes = tuple(
            (n, at) for at, n in enumerate(names) if at != at_date and question.is_asked(n)
        )
        return BarColumns(tuple(names), at_date, None, None, (), closes, False, ())
    at_close = column_at(lowered, (*CLOSE_NAMES, *ADJUSTED_NAMES))
    if at_close is None:
        raise InputError(
            "header",
            f"has no column of closes: {', '.join(names[:6])}",
            f"one must be called {' or '.join(CLOSE_NAMES[:2])}",
            file=path,
            line=1,
        )
    is_adjusted = lowered[at_close] in ADJUSTED_NAMES
    fields = _fields(lowered, at_close, is_adjusted, path)
    at_currency = column_at(lowered, CURRENCY_NAMES)
    read = {at_date, at_instrument, at_currency, *(at for _, at in fields)}
    unread = [name for at, name in enumerate(names) if name and at not in read]
    findings = _unread(path, unread)
    return BarColumns(
        tuple(names), at_date, at_instrument, at_currency, fields, (), is_adjusted, findings
    )


def _fields(
    lowered: Sequence[str], at_close: int, is_adjusted: bool, path: str
) -> tuple[tuple[BarField, int], ...]:
    """The fields of a long file and where they stand."""
    fields = [(BarField.CLOSE, at_close)]
    for field in BarField:
        if field is BarField.CLOSE or field.value not in lowered:
            continue
        if is_adjusted and field in (BarField.DIVIDEND, BarField.SPLIT):
            raise InputError(
                f"column {field}",
                f"stands beside {lowered[at_close]}, which contains it",
                f"every {field} would count twice",
                f"give closes as traded in a column close, or leave {field} out",
                file=path,
                line=1,
            )
        if not (is_adjusted and field in AS_TRADED_ONLY):
            fields.append((field, lowered.index(field.value)))
    return tuple(fields)


def _refuse_twice(names: Sequence[str], path: str) -> None:
    seen: set[str] = set()
    for name in names:
        if name and name in seen:
            remedy = "remove one of the two, or give it its own name"
            raise InputError(
                f"column {name}", "stands in the header twice", "", remedy, file=path, line=1
            )
        seen.add(name)


def _unread(path: str, unread: Sequence[str]) -> tuple[Finding, ...]:
    """A finding for columns that are not read, with the name that one may have been meant to be."""
    strange = tuple(name for name in unread if name.lower() not in PASSED_OVER)
    if not strange:
        return ()
    known = (*(field.value for field in BarField), *CURRENCY_NAMES, *DATE_NAMES)
    meant = [f"{name}: {words}" for name in strange if (words := _meant(name, known))]
    return (columns_unread(Path(path).name, strange, "; ".join(meant)),)


def _meant(name: str, known: Sequence[str]) -> str:
    words = nearest(name, known)
    return words if words.startswith("did you mean") else ""

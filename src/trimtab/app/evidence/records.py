"""The tables that a comparison is kept in: their columns, and their rows.

Both kinds of file, JSON and Parquet, write these; `docs/concepts/backtest-files.md` lists them for
readers.  Columns and tables are only ever added; `SCHEMA` changes when one changes its meaning.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import islice
from typing import Generic, TypeVar

from trimtab.app.evidence.comparison import Comparison
from trimtab.app.evidence.rows import (
    Row,
    daily_rows,
    decision_rows,
    difference_rows,
    figure_rows,
    fill_rows,
    finding_rows,
    lot_rows,
    lot_sale_rows,
    setting_rows,
    target_rows,
    tax_year_rows,
    weight_rows,
)

__all__ = ["SCHEMA", "TABLES", "Column", "Kind", "Table", "in_batches"]

SCHEMA = 1

Source = TypeVar("Source")
"""What a table tells of: a comparison, or a sweep."""


class Kind(Enum):
    """What a column holds, and how files write it."""

    WORD = "text"
    DAY = "day"
    EXACT = "exact number, as text"
    NUMBER = "number"
    COUNT = "whole number"
    YES_NO = "yes or no"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Table(Generic[Source]):
    """One table: its columns, and where its rows come from, in the order of the columns."""

    name: str
    columns: tuple[Column, ...]
    rows: Callable[[Source], Iterable[Row]]


def in_batches(rows: Iterable[Row], size: int) -> Iterator[tuple[Row, ...]]:
    """Rows some at a time, so that a long table never lies in memory whole."""
    left = iter(rows)
    while batch := tuple(islice(left, size)):
        yield batch


def _words(names: str) -> tuple[Column, ...]:
    return _columns(Kind.WORD, names)


def _days(names: str) -> tuple[Column, ...]:
    return _columns(Kind.DAY, names)


def _exact(names: str) -> tuple[Column, ...]:
    return _columns(Kind.EXACT, names)


def _numbers(names: str) -> tuple[Column, ...]:
    return _columns(Kind.NUMBER, names)


def _counts(names: str) -> tuple[Column, ...]:
    return _columns(Kind.COUNT, names)


def _yes_no(names: str) -> tuple[Column, ...]:
    return _columns(Kind.YES_NO, names)


def _columns(kind: Kind, names: str) -> tuple[Column, ...]:
    """Columns of one kind; their names stand in one text, parted by blanks."""
    return tuple(Column(name, kind) for name in names.split())


TABLES: tuple[Table[Comparison], ...] = (
    Table(
        "figures",
        (
            *_words("policy"),
            *_days("first last"),
            *_counts("sessions"),
            *_numbers("years"),
            *_yes_no("is_annual"),
            *_numbers(
                "value_start flows value_end after_tax_end after_liquidation_end "
                "benchmark_end time_weighted money_weighted after_tax_return "
                "after_liquidation_return volatility drawdown_max tracking_error turnover"
            ),
            *_counts("decisions refused trades unfilled"),
            *_numbers("trades_a_year lots_a_year"),
            *_exact("spread impact commission fees cost delay opportunity shortfall"),
            *_numbers("shortfall_ratio"),
            *_exact("realised_short realised_long disallowed"),
            *_numbers("tax_paid tax_owed tax_deferred tax_drag"),
            *_counts("days_outside"),
            *_numbers("share_outside lots_mean"),
            *_counts("lots_end"),
        ),
        figure_rows,
    ),
    Table(
        "differences",
        (
            *_words("policy against"),
            *_numbers("wealth yearly low high p_value"),
            *_yes_no("is_beyond_chance"),
        ),
        difference_rows,
    ),
    Table(
        "targets",
        (
            *_words("policy target"),
            *_numbers("weight band"),
        ),
        target_rows,
    ),
    Table(
        "daily",
        (
            *_words("policy"),
            *_days("on"),
            *_numbers(
                "value after_tax after_liquidation benchmark flow tax_paid accrued_tax "
                "liquidation_tax cash bought sold cost income"
            ),
            *_counts("lots"),
        ),
        daily_rows,
    ),
    Table(
        "weights",
        (
            *_words("policy"),
            *_days("on"),
            *_words("target"),
            *_numbers("weight"),
        ),
        weight_rows,
    ),
    Table(
        "fills",
        (
            *_words("policy"),
            *_counts("fill"),
            *_days("decided on"),
            *_words("account instrument side"),
            *_exact("ordered quantity decision_price price cancelled closing_price"),
            *_exact("amount spread impact commission cost"),
            *_words("clause reason"),
        ),
        fill_rows,
    ),
    Table(
        "lot_sales",
        (
            *_words("policy"),
            *_counts("fill"),
            *_words("lot"),
            *_exact("quantity proceeds basis gain"),
            *_days("acquired"),
            *_words("term"),
            *_exact("disallowed"),
        ),
        lot_sale_rows,
    ),
    Table(
        "decisions",
        (
            *_words("policy"),
            *_days("on"),
            *_words("verdict sentence"),
            *_counts("trades"),
            *_numbers("tracking_error"),
            *_counts("findings"),
        ),
        decision_rows,
    ),
    Table(
        "tax_years",
        (
            *_words("policy"),
            *_counts("year"),
            *_exact(
                "short long disallowed qualified_dividends ordinary_dividends interest "
                "net_short net_long deduction carry_short carry_long tax estimated settled"
            ),
            *_days("settled_on"),
        ),
        tax_year_rows,
    ),
    Table(
        "findings",
        (
            *_words("policy"),
            *_days("on"),
            *_words("code severity subject message actual bound remedy clause"),
        ),
        finding_rows,
    ),
    Table(
        "lots",
        (
            *_words("policy account instrument lot"),
            *_exact("quantity basis"),
            *_days("acquired holding_start"),
        ),
        lot_rows,
    ),
    Table("settings", (*_words("policy key value"),), setting_rows),
)
"""Every table of a comparison."""

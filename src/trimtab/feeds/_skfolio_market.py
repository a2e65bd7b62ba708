"""Bars out of the tables of the skfolio sample, whose closes contain dividends and splits.

Errors: `InputError` or `InputErrors` for a close that is no number, zero or negative.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np

from trimtab.feeds._bars import BarField, Bars, check_bars, raised
from trimtab.feeds._bars_cells import cell_numbers, day_numbers
from trimtab.feeds._market_question import MarketQuestion
from trimtab.model.errors import InputError

__all__ = ["sample_bars"]

FIRST_LINE = 2
FILE = "the skfolio sample"


def sample_bars(
    tables: Iterable[tuple[Mapping[str, int], Sequence[str]]],
    question: MarketQuestion,
    source: str,
    seen: tuple[date, date],
) -> Bars:
    """The closes that are asked for, of tables given as columns by name and lines of text.

    Refuses: what the module's docstring says.
    """
    names: list[str] = []
    days, codes, lines, closes = [], [], [], []
    errors: list[InputError] = []
    for columns, texts in tables:
        wanted = [name for name in question.instruments if name in columns]
        if not wanted or not texts:
            continue
        cells = list(zip(*(line.split(",") for line in texts), strict=True))
        day = day_numbers(cells[0])
        for name in wanted:

            def place(at: int, whose: str = name, on: Sequence[str] = cells[0]) -> tuple[str, int]:
                return f"price of {whose} on {on[at]}", at + FIRST_LINE

            column = cells[columns[name]]
            closes.append(cell_numbers(BarField.CLOSE, column, place, FILE, errors))
            codes.append(np.full(len(day), len(names), dtype=np.int32))
            lines.append(np.arange(len(day)) + FIRST_LINE)
            days.append(day)
            names.append(name)
    raised(errors)
    empty = np.zeros(0)
    bars = Bars(
        tuple(names),
        ("USD",) * len(names),
        np.concatenate([*days, empty]).astype(np.int64).astype("datetime64[D]"),
        np.concatenate([*codes, empty]).astype(np.int32),
        np.concatenate([*lines, empty]).astype(np.int64),
        {BarField.CLOSE: np.concatenate([*closes, empty])},
        FILE,
        source,
        is_adjusted=True,
        seen=seen,
    )
    check_bars(bars)
    return bars

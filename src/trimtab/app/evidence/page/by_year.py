"""Charts of calendar years: a grid of policies by years, and one policy's tax year by year.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from trimtab.app.evidence.page.over_time import short_money
from trimtab.app.evidence.page.shapes import Drawing, Shape
from trimtab.app.report.svg import LETTER_WIDTH, Layout, Line, Rect, Scale, Text
from trimtab.app.report.words import Money
from trimtab.drivers.backtest.results import DailyRecord

__all__ = [
    "YearTax",
    "YearTotals",
    "tax_chart",
    "year_grid",
    "year_taxes",
    "year_totals",
    "year_word",
]

Floats = npt.NDArray[np.float64]

SHADES = 6
"""Classes of a cell's shade, `shade-0` (none) to `shade-5` (the most of the grid)."""
CELL_HEIGHT = {"wide": 26.0, "narrow": 24.0}
WORDS_ROOM = 30.0
"""A cell narrower than this has a shade and no words."""
NAMES_ROOM = {"wide": 112.0, "narrow": 78.0}
NAMES_ROOM_MAX = {"wide": 240.0, "narrow": 140.0}
"""A long name takes more room than others, and is cut only beyond this."""
NAME_AIR = 8.0


@dataclass(frozen=True, slots=True)
class YearTotals:
    """One policy's figure for each calendar year.

    Shape: `values` (Y,), as many as the years of the span.
    """

    policy: str
    values: Floats


@dataclass(frozen=True, slots=True)
class YearTax:
    """One calendar year of one policy.

    Unit: dollars; `paid` within the year, `deferred` what its last day would still owe if
    everything were sold.
    """

    year: int
    paid: float
    deferred: float


def year_totals(daily: DailyRecord, values: Floats) -> tuple[tuple[int, ...], Floats]:
    """Daily figures added up by calendar year.

    Shape: (T,) → the years, and (Y,).
    """
    years = np.array([on.year for on in daily.dates])
    found, starts = np.unique(years, return_index=True)
    return tuple(found.tolist()), np.add.reduceat(values, starts)


def year_taxes(daily: DailyRecord) -> tuple[YearTax, ...]:
    """Tax paid in each year, and what its end would have owed on a sale of everything."""
    years, paid = year_totals(daily, daily.tax_paid)
    owed = daily.accrued_tax + daily.liquidation_tax
    lasts = [max(at for at, on in enumerate(daily.dates) if on.year == year) for year in years]
    return tuple(
        YearTax(year, float(amount), float(owed[last]))
        for year, amount, last in zip(years, paid.tolist(), lasts, strict=True)
    )


def year_grid(
    rows: Sequence[YearTotals],
    years: Sequence[int],
    words: Callable[[float], str],
    name: tuple[str, str],
    layout: Layout,
) -> Drawing:
    """Policies by years, the more the darker; `name` is the chart's id and title."""
    height, left = CELL_HEIGHT[layout.name], _names_room(rows, layout)
    width = (layout.width - left - 4) / max(1, len(years))
    top, limit = 22.0, int((left - NAME_AIR) / LETTER_WIDTH)
    most = max((float(np.abs(row.values).max()) for row in rows), default=0.0)
    shapes: list[Shape] = []
    every = max(1, int(-(-34 // width)))
    for at, year in enumerate(years):
        if at % every == 0:
            shapes.append(
                Text(
                    left + width * (at + 0.5), 14, year_word(year, width * every), "tick", "middle"
                )
            )
    for number, row in enumerate(rows):
        y = top + height * number
        label = row.policy if len(row.policy) <= limit else f"{row.policy[: limit - 1]}…"
        shapes.append(Text(left - NAME_AIR, y + height / 2 + 4, label, "label", "end"))
        for at, value in enumerate(row.values.tolist()):
            shade = _shade(value, most)
            x = left + width * at
            shapes.append(Rect(x + 1, y + 1, width - 2, height - 2, f"cell {shade}"))
            if width >= WORDS_ROOM and value:
                shapes.append(
                    Text(
                        x + width / 2,
                        y + height / 2 + 4,
                        words(value),
                        f"cell-word {shade}",
                        "middle",
                    )
                )
    told = "; ".join(
        f"{row.policy} "
        + ", ".join(
            f"{year} {words(value)}" for year, value in zip(years, row.values.tolist(), strict=True)
        )
        for row in rows
    )
    chart_id, title = name
    bottom = top + height * len(rows) + 4
    return Drawing(
        f"{chart_id}-{layout.name}", layout.name, layout.width, bottom, title, told, tuple(shapes)
    )


def _names_room(rows: Sequence[YearTotals], layout: Layout) -> float:
    """What the names take: as much as the longest needs, within bounds."""
    needed = max((len(row.policy) for row in rows), default=0) * LETTER_WIDTH + NAME_AIR
    return min(max(needed, NAMES_ROOM[layout.name]), NAMES_ROOM_MAX[layout.name])


def _shade(value: float, most: float) -> str:
    """How dark a cell is: nothing is blank, and even a little is seen."""
    if not value or most <= 0:
        return "shade-0"
    step = min(SHADES - 1, 1 + int(abs(value) / most * (SHADES - 1)))
    return f"{'less' if value < 0 else 'shade'}-{step}"


def year_word(year: int, width: float) -> str:
    """A year, short where there is little room."""
    return str(year) if width >= 32 else f"’{year % 100:02}"


def tax_chart(
    taxes: Sequence[YearTax], policy: str, chart_id: str, money: Money, layout: Layout
) -> Drawing:
    """Tax paid each year (filled) beside what its end still deferred (hollow)."""
    left, right, height = (66.0, 14.0, 150.0) if layout.name == "wide" else (50.0, 8.0, 140.0)
    amounts = [amount for tax in taxes for amount in (tax.paid, tax.deferred)]
    low, high = min(0.0, *amounts), max(0.0, *amounts, 1.0)
    up = Scale(low, high * 1.06, height + 6, 6)
    width = (layout.width - left - right) / max(1, len(taxes))
    bar = min(22.0, width * 0.36)
    shapes: list[Shape] = []
    for value in up.ticks(4):
        y = up.at(value)
        shapes.append(Line(left, y, layout.width - right, y, "grid" if value else "zero"))
        shapes.append(Text(left - 6, y + 4, short_money(money)(value), "tick", "end"))
    every = max(1, int(-(-34 // width)))
    for at, tax in enumerate(taxes):
        middle = left + width * (at + 0.5)
        for amount, look, x in (
            (tax.paid, "paid", middle - bar - 1),
            (tax.deferred, "deferred", middle + 1),
        ):
            start, end = sorted((up.at(0.0), up.at(amount)))
            if end - start > 0.2:
                shapes.append(Rect(x, start, bar, max(1.0, end - start), look))
        if at % every == 0:
            word = year_word(tax.year, width * every)
            shapes.append(Text(middle, height + 22, word, "tick", "middle"))
    told = "; ".join(
        f"{tax.year} paid {money(tax.paid)}, deferred {money(tax.deferred)}" for tax in taxes
    )
    title = f"{policy}: tax paid and deferred"
    return Drawing(
        f"{chart_id}-tax-{layout.name}", layout.name, layout.width, height + 30, title, told,
        tuple(shapes),
    )  # fmt: skip


def year_ends(dates: Sequence[date]) -> tuple[int, ...]:
    """The index of the last day of each calendar year."""
    return tuple(
        at for at, on in enumerate(dates) if at + 1 == len(dates) or dates[at + 1].year != on.year
    )

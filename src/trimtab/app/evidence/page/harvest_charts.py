"""Charts of harvesting: losses taken and tax saved year by year, and the lead that came of it.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

from trimtab.app.evidence.harvest import HarvestReport, HarvestYear
from trimtab.app.evidence.page.by_year import year_word
from trimtab.app.evidence.page.over_time import Series, lead_chart, short_money
from trimtab.app.evidence.page.shapes import Drawing, Shape
from trimtab.app.report.svg import Dot, Layout, Line, Rect, Scale, Text
from trimtab.app.report.words import Money

__all__ = ["ahead_chart", "losses_chart", "saved_chart"]

HEIGHT = 170.0
SIDES = {"wide": (66.0, 16.0), "narrow": (54.0, 10.0)}


def losses_chart(report: HarvestReport, money: Money, layout: Layout) -> Drawing:
    """Losses of each year, kept and disallowed, with what has been kept so far as a line."""
    years = report.years
    sums = list(accumulate(year.kept for year in years))
    told = "; ".join(
        f"{year.year} kept {money(year.kept)}, disallowed {money(year.disallowed)}, "
        f"so far {money(so_far)}"
        for year, so_far in zip(years, sums, strict=True)
    )
    bars = [((year.kept, "kept-loss"), (year.disallowed, "washed-loss")) for year in years]
    shapes = _columns(years, bars, sums, money, layout)
    return _drawing("losses", "Losses harvested", told, shapes, layout)


def saved_chart(report: HarvestReport, money: Money, layout: Layout) -> Drawing:
    """Tax saved in each year, with what has been saved so far as a line."""
    years = report.years
    sums = list(accumulate(year.tax_saved for year in years))
    told = "; ".join(
        f"{year.year} {money(year.tax_saved)}, so far {money(so_far)}"
        for year, so_far in zip(years, sums, strict=True)
    )
    bars = [
        ((year.tax_saved, "saved-tax" if year.tax_saved >= 0 else "more-tax"),) for year in years
    ]
    shapes = _columns(years, bars, sums, money, layout)
    return _drawing("saved", "Tax saved, before that of a liquidation", told, shapes, layout)


def ahead_chart(report: HarvestReport, money: Money, layout: Layout) -> Drawing:
    """How much more the harvesting run had, day by day."""
    series = (
        Series(report.plain, "s0", report.ahead * 0.0),
        Series(report.harvested, "s3", report.ahead),
    )
    return lead_chart(series, report.dates, money, layout)


def _columns(
    years: Sequence[HarvestYear],
    bars: Sequence[tuple[tuple[float, str], ...]],
    sums: Sequence[float],
    money: Money,
    layout: Layout,
) -> list[Shape]:
    """Stacked bars a year, and a line through the sums."""
    left, right = SIDES[layout.name]
    tops = [sum(max(0.0, amount) for amount, _ in parts) for parts in bars]
    lows = [sum(min(0.0, amount) for amount, _ in parts) for parts in bars]
    low, high = min(0.0, *lows, *sums), max(1.0, *tops, *sums)
    up = Scale(low, high * 1.06, HEIGHT + 8, 8)
    width = (layout.width - left - right) / max(1, len(years))
    bar = min(34.0, width * 0.55)
    shapes: list[Shape] = []
    for value in up.ticks(4):
        y = up.at(value)
        shapes.append(Line(left, y, layout.width - right, y, "grid" if value else "zero"))
        shapes.append(Text(left - 6, y + 4, short_money(money)(value), "tick", "end"))
    every = max(1, int(-(-34 // width)))
    middles = [left + width * (at + 0.5) for at in range(len(years))]
    for at, (year, parts) in enumerate(zip(years, bars, strict=True)):
        above, below = 0.0, 0.0
        for amount, look in parts:
            start = above if amount > 0 else below
            ends = sorted((up.at(start), up.at(start + amount)))
            shapes.append(Rect(middles[at] - bar / 2, ends[0], bar, ends[1] - ends[0], look))
            above, below = above + max(0.0, amount), below + min(0.0, amount)
        if at % every == 0:
            word = year_word(year.year, width * every)
            shapes.append(Text(middles[at], HEIGHT + 24, word, "tick", "middle"))
    places = [up.at(so_far) for so_far in sums]
    for at in range(1, len(years)):
        shapes.append(Line(middles[at - 1], places[at - 1], middles[at], places[at], "so-far-line"))
    shapes.extend(Dot(x, y, 3, "so-far") for x, y in zip(middles, places, strict=True))
    return shapes


def _drawing(chart_id: str, title: str, told: str, shapes: list[Shape], layout: Layout) -> Drawing:
    return Drawing(
        f"{chart_id}-{layout.name}",
        layout.name,
        layout.width,
        HEIGHT + 32,
        title,
        told,
        tuple(shapes),
    )

"""Everyone's drift as one strip of dots: each household's farthest drift, in widths of its band.

Between −1 and 1 a household is inside its bands.  Households that stand at the same place are
stacked; where there are many, a dot stands for several.

Errors: none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from math import ceil, floor

from trimtab.app.report.svg import Chart, Layout, Line, Rect, Scale, Shape, Text
from trimtab.app.web.charts import Figure, figure_of
from trimtab.app.web.tables import Column, Kind, Row, Table

__all__ = ["drift_strip"]

REACH = 3.0
"""Drifts beyond so many widths of the band are shown at the end."""
DOT = 6.0
"""Room of a dot; the style sheet draws a line of dots with this distance."""
DOTS_MAX = 20
AXIS = 22.0
EDGE = 14.0
STEP = 0.5
TITLE = "Everyone's farthest drift, in widths of the band"


def drift_strip(drifts: Iterable[tuple[float, float]]) -> Figure:
    """The strip of drifts, each with the width of its band; without a band there is no dot.

    Unit: fractions of the household's value.
    """
    given = list(drifts)
    widths = [drift / band for drift, band in given if band > 0]
    outside = sum(abs(one) > 1 for one in widths)
    noun = "household" if len(widths) == 1 else "households"
    words = f"{len(widths):,} {noun} with a band: {outside:,} outside it, the rest inside."
    if len(widths) < len(given):
        words += f" {len(given) - len(widths):,} have none, or no data."
    table = _table(widths)
    return figure_of(lambda layout: _strip(widths, words, layout), words, table)


def _strip(widths: Sequence[float], words: str, layout: Layout) -> Chart:
    scale = Scale(-REACH, REACH, EDGE, layout.width - EDGE)
    columns = Counter(floor(scale.at(max(-REACH, min(REACH, one))) / DOT) for one in widths)
    most = max(columns.values(), default=1)
    each = ceil(most / DOTS_MAX)
    base = DOT * min(most, DOTS_MAX) + DOT
    left, right = scale.at(-1.0), scale.at(1.0)
    shapes: list[Shape] = [
        Rect(left, 0.0, right - left, base, "band"),
        Line(scale.at(0.0), 0.0, scale.at(0.0), base, "target"),
    ]
    for column, count in sorted(columns.items()):
        x, dots = (column + 0.5) * DOT, ceil(count / each)
        look = "dots" if left - DOT / 2 <= x <= right + DOT / 2 else "dots out"
        shapes.append(Line(x, base - DOT / 2, x, base - DOT * (dots - 0.5) - 0.1, look))
    ends = ((-REACH, "start", f"−{REACH:.0f} or more"), (REACH, "end", f"{REACH:.0f} or more"))
    shapes += [Text(scale.at(at), base + AXIS - 6, text, "axis", end) for at, end, text in ends]
    inner = ((-1.0, "below the band"), (1.0, "above the band"))
    if layout.width > 400:
        shapes += [
            Text(scale.at(at), base + AXIS - 6, text, "axis", "middle") for at, text in inner
        ]
    told = f"{words} A dot stands for {each:,} households." if each > 1 else words
    name = f"drifts-{layout.name}"
    return Chart(name, layout.name, layout.width, base + AXIS, TITLE, told, tuple(shapes))


def _table(widths: Sequence[float]) -> Table:
    steps = round(REACH / STEP)
    bins = Counter(max(-steps, min(steps - 1, floor(one / STEP))) for one in widths)
    rows = tuple(Row((_range_words(at, steps), bins[at])) for at in range(-steps, steps))
    columns = (
        Column("widths", "Widths of the band"),
        Column("households", "Households", Kind.NUMBER),
    )
    return Table("drifts", TITLE, columns, rows)


def _range_words(at: int, steps: int) -> str:
    low, high = (f"{value * STEP:.1f}".replace("-", "−") for value in (at, at + 1))
    if at == -steps:
        return f"below {high}"
    return f"{low} or more" if at == steps - 1 else f"{low} to below {high}"

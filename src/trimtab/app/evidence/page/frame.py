"""A chart over time: its frame, its grid, and lines, areas and readings placed in it.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt

from trimtab.app.evidence.page.shapes import Drawing, LogScale, Reading, Readings, Shape, area, line
from trimtab.app.evidence.page.thinning import POINTS_MAX, kept_days, spread_days
from trimtab.app.report.svg import Layout, Line, Scale, Text
from trimtab.app.report.words import day

__all__ = ["Frame", "Margins", "day_marks"]

Floats = npt.NDArray[np.float64]
Upward = Scale | LogScale

AXIS_HEIGHT = 22.0
READINGS: Mapping[str, int] = {"wide": 42, "narrow": 18}
"""Columns that answer a pointer."""
MARK_WIDTH, MONTH_MARK_WIDTH = 52, 76
"""Room that a year or a day takes with its words, and a month, whose words are twice as long."""
LETTER_WIDTH = 6.5
MONTH_DAYS = 31
YEAR_DAYS = 366


@dataclass(frozen=True, slots=True)
class Margins:
    """Room left and right of a plot, for its words."""

    left: float
    right: float


@dataclass(slots=True)
class Frame:
    """A plot over days; shapes are collected from the back to the front."""

    layout: Layout
    dates: Sequence[date]
    margins: Margins
    shapes: list[Shape] = field(default_factory=list)
    bottom: float = 6.0

    @property
    def left(self) -> float:
        """Where the first day stands."""
        return self.margins.left

    @property
    def right(self) -> float:
        """Where the last day stands."""
        return self.layout.width - self.margins.right

    @property
    def across(self) -> Scale:
        """Days to places."""
        first, last = self.dates[0].toordinal(), self.dates[-1].toordinal()
        return Scale(first, max(last, first + 1), self.left, self.right)

    @property
    def points(self) -> int:
        """Points that a line may have: half as many on a phone."""
        return POINTS_MAX if self.layout.name == "wide" else POINTS_MAX // 2

    def places(self, days: npt.NDArray[np.int64] | None = None) -> Floats:
        """Where days stand: those of some indices, or all.

        Shape: (N,).
        """
        across = self.across
        found = self.dates if days is None else [self.dates[at] for at in days.tolist()]
        return np.array([across.at(on.toordinal()) for on in found])

    def room(self, height: float) -> tuple[float, float]:
        """Take height below what is there; gives its top and its bottom."""
        top, self.bottom = self.bottom, self.bottom + height
        return top, self.bottom

    def levels(self, up: Upward, words: Callable[[float], str], count: int = 5) -> None:
        """Grid lines across the plot, behind everything, with their values at the left."""
        grid: list[Shape] = []
        for value in up.ticks(count):
            y = up.at(value)
            is_zero = isinstance(up, Scale) and abs(value) < (up.high - up.low) * 1e-9
            grid.append(Line(self.left, y, self.right, y, "zero" if is_zero else "grid"))
            grid.append(Text(self.left - 6, y + 4, words(value), "tick", "end"))
        self.shapes[:0] = grid

    def draw(self, values: Floats, up: Upward, look: str) -> None:
        """A line of daily values."""
        kept = kept_days(values, self.points)
        heights = np.array([up.at(value) for value in values[kept].tolist()])
        self.shapes.append(line(self.places(kept), heights, look))

    def fill(self, values: Floats, up: Upward, base: float, look: str) -> None:
        """The area between daily values and a level."""
        kept = kept_days(values, self.points)
        heights = np.array([up.at(value) for value in values[kept].tolist()])
        self.shapes.append(area(self.places(kept), heights, up.at(base), look))

    def days_axis(self, top: float) -> None:
        """Marks of time through all that was drawn since `top`, and their words below."""
        across = self.across
        grid: list[Shape] = []
        for on, words in day_marks(self.dates[0], self.dates[-1], self.right - self.left):
            x = across.at(on.toordinal())
            grid.append(Line(x, top, x, self.bottom, "grid upright"))
            if self.left + 10 <= x <= self.right - 2:
                half = len(words) * LETTER_WIDTH / 2.0
                middle = min(max(x, half), self.layout.width - half)  # no word leaves the chart
                grid.append(Text(middle, self.bottom + 15, words, "tick", "middle"))
        self.shapes[:0] = grid
        self.bottom += AXIS_HEIGHT

    def readings(
        self,
        chart_id: str,
        top: float,
        height: float,
        box_width: float,
        names: Sequence[tuple[str, str]],
        figures: Callable[[int], tuple[str, ...]],
        counts: Mapping[str, int] = READINGS,
    ) -> None:
        """Columns that show the figures of their day while a pointer is on them."""
        picked = spread_days(len(self.dates), counts[self.layout.name])
        places = self.places(picked)
        edges = np.concatenate([[self.left], (places[1:] + places[:-1]) / 2, [self.right]])
        middle = (self.left + self.right) / 2
        columns = []
        for at, x, start, stop in zip(
            picked.tolist(), places.tolist(), edges[:-1].tolist(), edges[1:].tolist(), strict=True
        ):
            box = x + 8 if x < middle else x - 8 - box_width
            box = min(max(box, 2.0), self.layout.width - box_width - 2)
            columns.append(Reading(x, start, stop - start, box, day(self.dates[at]), figures(at)))
        self.shapes.append(
            Readings(
                f"{chart_id}-{self.layout.name[0]}",
                top,
                height,
                box_width,
                tuple(names),
                tuple(columns),
            )
        )

    def drawing(self, chart_id: str, title: str, description: str) -> Drawing:
        """The finished chart."""
        return Drawing(
            f"{chart_id}-{self.layout.name}",
            self.layout.name,
            self.layout.width,
            self.bottom + 2,
            title,
            description,
            tuple(self.shapes),
        )


def day_marks(first: date, last: date, width: float) -> list[tuple[date, str]]:
    """Days to mark between two, with words: years, months or days, as there is room for."""
    days = (last - first).days
    room = max(2, int(width // MARK_WIDTH))
    if days > 2 * YEAR_DAYS:
        step = next(s for s in (1, 2, 5, 10, 20, 50) if days / YEAR_DAYS / s <= room)
        years = [year for year in range(first.year + 1, last.year + 1) if year % step == 0]
        return [(date(year, 1, 1), str(year)) for year in years]
    if days > 2 * MONTH_DAYS:
        room = max(2, int(width // MONTH_MARK_WIDTH))
        step = next(s for s in (1, 2, 3, 6, 12) if days / MONTH_DAYS / s <= room)
        months = [(first.year * 12 + first.month + at) for at in range(days // 28 + 1)]
        found = [date(month // 12, month % 12 + 1, 1) for month in months if month % step == 0]
        return [(on, f"{on:%b} {on.year}") for on in found if on <= last]
    if days == 0:
        return [(first, day(first))]
    step = max(1, -(-days // room))
    return [
        (date.fromordinal(at), f"{date.fromordinal(at).day} {date.fromordinal(at):%b}")
        for at in range(first.toordinal(), last.toordinal() + 1, step)
    ]

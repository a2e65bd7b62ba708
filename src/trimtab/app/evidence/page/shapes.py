"""What the charts of a backtest need besides bars: long lines, and readings under a pointer.

The shapes of the decision report (`report.svg`) serve here too.  A chart has no script: a reading
is a group of its own over each stretch of days, which the style sheet shows while a pointer is on
it.  Whoever has no pointer finds the same figures in the table beside the chart.

Errors: none.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import floor, log10

import numpy as np
import numpy.typing as npt

from trimtab.app.report.svg import Dot, Line, Rect, Text

__all__ = ["Drawing", "LogScale", "Path", "Reading", "Readings", "Shape", "area", "line"]

Floats = npt.NDArray[np.float64]

TENTHS = 10
"""Places are rounded to tenths of a unit: finer than any screen."""


@dataclass(frozen=True, slots=True)
class Path:
    """A line or an area; `points` is what SVG calls its data."""

    points: str
    look: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The figures of one day, shown while a pointer is on its column.

    Unit: `x` where the day stands, `start` and `width` the column, `box` where the words
    begin.
    """

    x: float
    start: float
    width: float
    box: float
    heading: str
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Readings:
    """All the columns of a plot; `names` are looks and words, the same for every day.

    Unit: `top` and `height` those of the plot, `box_width` the room of the words.
    """

    id: str
    top: float
    height: float
    box_width: float
    names: tuple[tuple[str, str], ...]
    columns: tuple[Reading, ...]


Shape = Rect | Line | Dot | Text | Path | Readings


@dataclass(frozen=True, slots=True)
class Drawing:
    """A finished chart; `description` says in words what the shapes show."""

    id: str
    layout: str
    width: float
    height: float
    title: str
    description: str
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class LogScale:
    """Maps positive values to places so that equal ratios are equal distances."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The place of a value."""
        span = log10(self.high / self.low) or 1.0
        return self.start + log10(value / self.low) / span * (self.end - self.start)

    def ticks(self, count: int) -> list[float]:
        """Round values between the ends, about `count` of them."""
        decades = range(floor(log10(self.low)), floor(log10(self.high)) + 1)
        for steps in (
            (1,),
            (1, 2, 5),
            (1, 1.5, 2, 3, 4, 5, 7),
            tuple(1 + 0.1 * k for k in range(90)),
        ):
            marks = [step * 10.0**decade for decade in decades for step in steps]
            inside = [mark for mark in marks if self.low <= mark <= self.high]
            if len(inside) >= count:
                return inside[:: max(1, round(len(inside) / count))]
        return inside


def line(x: Floats, y: Floats, look: str) -> Path:
    """A line through points.

    Shape: (N,) each, at least one.
    """
    return Path(_data(x, y), look)


def area(x: Floats, y: Floats, level: float, look: str) -> Path:
    """What lies between a line and a level.

    Shape: (N,) each, at least one.
    """
    base = f"V{_short(round(level * TENTHS))}H{_short(round(float(x[0]) * TENTHS))}z"
    return Path(_data(x, y) + base, look)


def _data(x: Floats, y: Floats) -> str:
    """Path data in steps from point to point: half the length of places."""
    places = np.rint(np.column_stack([x, y]) * TENTHS).astype(np.int64)
    steps = np.diff(places, axis=0)
    moved = steps[(steps != 0).any(axis=1)]
    start = f"M{_short(int(places[0, 0]))},{_short(int(places[0, 1]))}"
    if not len(moved):
        return start + "h0"
    return start + "l" + " ".join(f"{_short(dx)},{_short(dy)}" for dx, dy in moved.tolist())


def _short(tenths: int) -> str:
    """Tenths of a unit as SVG reads them, without idle digits."""
    whole, rest = divmod(abs(tenths), TENTHS)
    sign = "-" if tenths < 0 else ""
    return f"{sign}{whole}" if not rest else f"{sign}{whole or ''}.{rest}"

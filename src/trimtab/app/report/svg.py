"""A chart as shapes: what a template needs to draw it, and the scales that place the shapes.

Colours and weights belong to the style sheet: a shape only has a class.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from math import ceil, floor, log10

__all__ = [
    "LETTER_WIDTH",
    "NARROW",
    "WIDE",
    "Canvas",
    "Chart",
    "Dot",
    "Layout",
    "Line",
    "Rect",
    "Scale",
    "Text",
]


@dataclass(frozen=True, slots=True)
class Rect:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    look: str


@dataclass(frozen=True, slots=True)
class Line:
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float
    look: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A circle."""

    x: float
    y: float
    radius: float
    look: str


@dataclass(frozen=True, slots=True)
class Text:
    """Words; `anchor` is start, middle or end."""

    x: float
    y: float
    words: str
    look: str = ""
    anchor: str = "start"


Shape = Rect | Line | Dot | Text


@dataclass(frozen=True, slots=True)
class Layout:
    """How a chart uses its width: labels beside the bars, or above them where it is narrow."""

    name: str
    width: float
    gutter: float
    row_height: float
    margin: float = 8.0

    @property
    def labels_above(self) -> bool:
        """Whether a row's label stands above its bar."""
        return self.gutter == 0

    def fitting(self, labels: Iterable[str]) -> Layout:
        """This layout, or the one with labels above the bars where one is too long to stand beside.

        What does not fit would be cut at the chart's edge.
        """
        longest = max(map(len, labels), default=0) * LETTER_WIDTH
        return self if longest <= self.gutter else replace(self, gutter=0, row_height=TALL_ROW)


LETTER_WIDTH = 7.5
"""Of a label's letters, on average and bold ones too."""
TALL_ROW = 40.0
"""A row with its label above the bar."""
WIDE = Layout("wide", 720, 184, 28)
NARROW = Layout("narrow", 340, 0, TALL_ROW)
LABEL_HEIGHT = 16.0
AXIS_HEIGHT = 24.0


@dataclass(frozen=True, slots=True)
class Chart:
    """A finished chart; `description` says in words what the shapes show."""

    id: str
    layout: str
    width: float
    height: float
    title: str
    description: str
    shapes: tuple[Shape, ...]


@dataclass(frozen=True, slots=True)
class Scale:
    """Maps values to places, from `low` at `start` to `high` at `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """The place of a value."""
        span = self.high - self.low or 1.0
        return self.start + (value - self.low) / span * (self.end - self.start)

    def ticks(self, count: int) -> list[float]:
        """Round values between the ends, about `count` of them."""
        raw = (self.high - self.low or 1.0) / max(1, count)
        unit = 10.0 ** floor(log10(raw))
        step = next(unit * factor for factor in (1, 2, 2.5, 5, 10) if unit * factor >= raw)
        first, last = ceil(self.low / step - 1e-9), floor(self.high / step + 1e-9)
        return [step * at for at in range(first, last + 1)]


@dataclass(slots=True)
class Canvas:
    """Collects the shapes of a chart made of rows, top to bottom."""

    layout: Layout
    shapes: list[Shape] = field(default_factory=list)
    bottom: float = 4.0

    @property
    def left(self) -> float:
        """Where bars may begin."""
        return self.layout.gutter + self.layout.margin

    @property
    def right(self) -> float:
        """Where bars must end."""
        return self.layout.width - self.layout.margin

    def add(self, *shapes: Shape) -> None:
        """Draw shapes, later ones on top."""
        self.shapes.extend(shapes)

    def row(self, label: str, look: str = "label") -> float:
        """Begin a row with its label; gives the height of its bar's middle."""
        top, self.bottom = self.bottom, self.bottom + self.layout.row_height
        if self.layout.labels_above:
            self.add(Text(self.layout.margin, top + 12, label, look))
            return top + LABEL_HEIGHT + (self.layout.row_height - LABEL_HEIGHT) / 2 - 1
        middle = top + self.layout.row_height / 2
        self.add(Text(self.layout.gutter, middle + 4, label, look, "end"))
        return middle

    def heading(self, words: str) -> None:
        """A line of words above the rows that follow."""
        self.add(Text(self.layout.margin, self.bottom + 16, words, "heading"))
        self.bottom += 24.0

    def axis(self, scale: Scale, marks: list[tuple[float, str]], top: float = 4.0) -> None:
        """Grid lines through all rows, behind them, and their labels below."""
        grid: list[Shape] = []
        for value, words in marks:
            x = scale.at(value)
            grid.append(Line(x, top, x, self.bottom, "grid"))
            grid.append(
                Text(_inside(x, self.layout.width), self.bottom + 15, words, "tick", "middle")
            )
        self.shapes[:0] = grid
        self.bottom += AXIS_HEIGHT

    def chart(self, chart_id: str, title: str, description: str) -> Chart:
        """The finished chart."""
        return Chart(
            f"{chart_id}-{self.layout.name}",
            self.layout.name,
            self.layout.width,
            self.bottom + 2,
            title,
            description,
            tuple(self.shapes),
        )


def _inside(x: float, width: float) -> float:
    """A label's middle, kept far enough from the chart's edges."""
    return min(max(x, 22.0), width - 26.0)

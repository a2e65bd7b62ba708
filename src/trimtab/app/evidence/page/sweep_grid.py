"""The grid of a sweep as a chart: a heat map of two settings, or a line along one.

Colour tells the distance to the policy as it stands; what the words of a cell say, the table beside
the chart says too.

Errors: none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trimtab.app.evidence.page.frame import Margins
from trimtab.app.evidence.page.shapes import Drawing, Shape, line
from trimtab.app.evidence.sweep_figures import Axis, SweepFigures, shown
from trimtab.app.report.svg import Dot, Layout, Line, Rect, Scale, Text
from trimtab.app.report.words import percent
from trimtab.model.mandate import Setting

__all__ = ["Plane", "axis_chart", "heat_map", "plane_of"]

Floats = npt.NDArray[np.float64]

STEPS = 5
"""Shades to either side of the policy as it stands."""
CELL_HEIGHT = 30.0
NAMES_ROOM = {"wide": 84.0, "narrow": 58.0}
WORDS_ROOM = 34.0
"""A cell narrower than this has a shade and no words."""
SAME = 5e-6
"""Yearly returns closer than this are the same to the digits shown."""
MARGINS = {"wide": Margins(62, 18), "narrow": Margins(52, 14)}
LINE_HEIGHT = 210.0


@dataclass(frozen=True, slots=True)
class Plane:
    """Two settings of a grid, with the yearly return of each pair; others are as the winner's.

    Shape: `rates` (rows, columns), `nan` where the grid has no such trial; `trials` likewise, −1.
    """

    down: Axis
    across: Axis
    rates: Floats
    trials: npt.NDArray[np.int64]
    fixed: tuple[str, ...]


def plane_of(figures: SweepFigures) -> Plane | None:
    """The two settings with the most values; none where fewer than two differ."""
    if len(figures.axes) < 2:
        return None
    largest = sorted(figures.axes, key=lambda axis: -len(axis.values))[:2]
    across, down = largest
    winner = figures.sweep.winner.entrant.choice.settings
    others = [axis.name for axis in figures.axes if axis not in largest]
    trials = np.full((len(down.values), len(across.values)), -1, dtype=np.int64)
    for at, trial in enumerate(figures.sweep.trials):
        settings = trial.entrant.choice.settings
        if all(settings[name] == winner[name] for name in others):
            row = down.values.index(settings[down.name])
            trials[row, across.values.index(settings[across.name])] = at
    rates = np.where(trials < 0, np.nan, figures.rates[np.maximum(trials, 0)])
    fixed = tuple(f"{name}={shown(winner[name])}" for name in others)
    return Plane(down, across, rates, trials, fixed)


def heat_map(figures: SweepFigures, plane: Plane, layout: Layout) -> Drawing:
    """Yearly return after all tax of each pair of settings."""
    left, columns = NAMES_ROOM[layout.name], len(plane.across.values)
    width = (layout.width - left - 4) / columns
    top, usual = 40.0, figures.default_rate
    reach = float(np.nanmax(np.abs(plane.rates - usual)))
    shapes: list[Shape] = [
        Text(left + width * columns / 2, 13, plane.across.name, "tick", "middle"),
        Text(4, 31, plane.down.name, "tick"),
    ]
    every = max(1, int(-(-36 // width)))
    for at, value in enumerate(plane.across.values):
        if at % every == 0:
            x = left + width * (at + 0.5)
            shapes.append(Text(x, 31, _short(value), "label", "middle"))
    marks = _marks(figures)
    for row, value in enumerate(plane.down.values):
        y = top + CELL_HEIGHT * row
        shapes.append(Text(left - 8, y + CELL_HEIGHT / 2 + 4, _short(value), "label", "end"))
        for at in range(columns):
            trial = int(plane.trials[row, at])
            if trial >= 0:
                box = (left + width * at, y, width)
                shapes += _cell(float(plane.rates[row, at]), usual, reach, box, marks.get(trial))
    told = "; ".join(
        f"{plane.down.name} {down}, {plane.across.name} {across}: {percent(rate, 2)}"
        for down, rates in zip(plane.down.values, plane.rates.tolist(), strict=True)
        for across, rate in zip(plane.across.values, rates, strict=True)
        if rate == rate
    )
    title = f"A year after all tax, by {plane.down.name} and {plane.across.name}"
    bottom = top + CELL_HEIGHT * len(plane.down.values) + 4
    return Drawing(
        f"heat-{layout.name}", layout.name, layout.width, bottom, title, told, tuple(shapes)
    )


def _cell(
    rate: float, usual: float, reach: float, box: tuple[float, float, float], mark: str | None
) -> list[Shape]:
    """One pair of settings: its shade, its words where there is room, and what it is."""
    x, y, width = box
    shade = _shade(rate - usual, reach)
    look = f"heat {shade}" + (f" {mark}" if mark else "")
    air = 2.5 if mark else 1.0
    shapes: list[Shape] = [Rect(x + air, y + air, width - 2 * air, CELL_HEIGHT - 2 * air, look)]
    if width >= WORDS_ROOM:
        words = percent(rate, 2).removesuffix(" %")
        shapes.append(
            Text(x + width / 2, y + CELL_HEIGHT / 2 + 4, words, f"cell-word {shade}", "middle")
        )
    return shapes


def _shade(lead: float, reach: float) -> str:
    if reach < SAME or abs(lead) < SAME:
        return "same"
    step = min(STEPS, 1 + int(abs(lead) / reach * STEPS * 0.9999))
    return f"{'over' if lead > 0 else 'under'}-{step}"


def _marks(figures: SweepFigures) -> dict[int, str]:
    """What single trials are: the winner, or the policy as it stands."""
    found = {
        at: "as-is" for at, one in enumerate(figures.sweep.trials) if one is figures.sweep.default
    }
    return found | {figures.sweep.winner_at: "winner"}


def axis_chart(figures: SweepFigures, axis: Axis, layout: Layout) -> Drawing:
    """Yearly return after all tax along one setting, with the policy as it stands across it."""
    margins = MARGINS[layout.name]
    left, right = margins.left, layout.width - margins.right
    usual = figures.default_rate
    low = min(float(figures.rates.min()), usual)
    high = max(float(figures.rates.max()), usual)
    air = max((high - low) * 0.12, 0.0002)
    up = Scale(low - air, high + air, LINE_HEIGHT, 10.0)
    x = _places(axis, left + 12, right - 12)
    y = np.array([up.at(rate) for rate in figures.rates.tolist()])
    shapes: list[Shape] = []
    for value in up.ticks(5):
        shapes.append(Line(left, up.at(value), right, up.at(value), "grid"))
        shapes.append(Text(left - 6, up.at(value) + 4, percent(value, 2), "tick", "end"))
    shapes.append(Line(left, up.at(usual), right, up.at(usual), "line s0 usual"))
    order = np.argsort(x, kind="stable")
    shapes.append(line(x[order], y[order], "line s1"))
    marks = _marks(figures)
    for at in range(len(x)):
        look = f"trial {marks.get(at, '')}".strip()
        shapes.append(Dot(float(x[at]), float(y[at]), 5.5 if at in marks else 3.0, look))
    shapes += _values_below(axis, x, LINE_HEIGHT)
    told = "; ".join(
        f"{axis.name} {value}: {percent(rate, 2)}"
        for value, rate in zip(axis.values, figures.rates.tolist(), strict=True)
    )
    title = f"A year after all tax, by {axis.name}"
    return Drawing(
        f"axis-{layout.name}", layout.name, layout.width, LINE_HEIGHT + 44, title, told,
        tuple(shapes),
    )  # fmt: skip


def _places(axis: Axis, start: float, end: float) -> Floats:
    """Numbers stand where their value puts them, words at even distances."""
    try:
        values = [float(str(value)) for value in axis.values]
    except ValueError:
        values = list(map(float, range(len(axis.values))))
    across = Scale(min(values), max(values), start, end)
    return np.array([across.at(value) for value in values])


def _values_below(axis: Axis, x: Floats, bottom: float) -> list[Shape]:
    """The values of an axis, as many as have room, and its name."""
    shapes: list[Shape] = []
    free = -np.inf
    for at in np.argsort(x, kind="stable").tolist():
        words = _short(axis.values[at])
        half = 3.2 * len(words) + 3
        if x[at] - half >= free:
            shapes.append(Text(float(x[at]), bottom + 16, words, "tick", "middle"))
            free = float(x[at]) + half
    middle = float((x.min() + x.max()) / 2)
    return [*shapes, Text(middle, bottom + 34, axis.name, "tick", "middle")]


def _short(value: Setting) -> str:
    text = shown(value)
    return text if len(text) <= 12 else f"{text[:11]}…"

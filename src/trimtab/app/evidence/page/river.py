"""The river: weights over time, each target a ribbon with its target line and its band.

A ribbon is as thick as the weight, so all of them together are the whole household.  Each lies on
a bed of its own that does not move; so its upper edge can be held against the target and the edges
of the band, and what is beyond them is marked.  Below it, on the same days: how much of its band
the farthest target has used, and what was traded.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from trimtab.app.evidence.page.frame import Frame, Margins
from trimtab.app.evidence.page.shapes import Drawing, Shape, area
from trimtab.app.evidence.page.thinning import kept_days
from trimtab.app.report.svg import Layout, Line, Rect, Scale, Text
from trimtab.app.report.words import percent
from trimtab.drivers.backtest.results import BacktestRun

__all__ = ["WeightsOverTime", "band_use", "drift_chart", "river_chart", "river_of", "target_look"]

Floats = npt.NDArray[np.float64]

LOOKS = 10
MARGINS = {"wide": Margins(124, 56), "narrow": Margins(10, 10)}
HEIGHTS = {"wide": 380.0, "narrow": 380.0}
GAP = {"wide": 7.0, "narrow": 20.0}
"""Between two ribbons; on a phone their names stand there."""
RIVER_READINGS = {"wide": 30, "narrow": 12}
"""Fewer than elsewhere: each tells every target, and every policy has a river."""
RIBBON_MIN = 13.0
BOX_WIDTH = 172.0
NAME_LENGTH_MAX = 15
BAND_USE_SHOWN_MAX = 3.0
"""Beyond three bands the chart is cut: a policy that never trades would flatten all others."""


def target_look(number: int) -> str:
    """The class of a target's colour."""
    return f"t{number % LOOKS}"


@dataclass(frozen=True, slots=True)
class WeightsOverTime:
    """What a river shows: weights day by day, against targets that stood all the while.

    Shape: `weights` (T, K), `targets` and `bands` (K,).
    Unit: fractions of the household's value.
    """

    title: str
    dates: Sequence[date]
    target_names: tuple[str, ...]
    targets: Floats
    bands: Floats
    weights: Floats


def river_chart(run: BacktestRun, chart_id: str, layout: Layout) -> Drawing:
    """Weights with their bands, target by target."""
    shown = WeightsOverTime(
        f"{run.policy}: weights and their bands",
        run.daily.dates,
        tuple(run.target_names),
        run.targets,
        run.bands,
        run.daily.weights,
    )
    return river_of(shown, chart_id, layout, RIVER_READINGS)


def river_of(
    run: WeightsOverTime, chart_id: str, layout: Layout, readings: Mapping[str, int]
) -> Drawing:
    """Weights with their bands; `readings` is how many columns answer a pointer, by layout."""
    frame = Frame(layout, run.dates, MARGINS[layout.name])
    weights = run.weights
    highest = np.maximum(weights.max(axis=0), run.targets + run.bands)
    gap = GAP[layout.name]
    unit = (HEIGHTS[layout.name] - gap * len(highest)) / max(float(highest.sum()), 1e-9)
    start = frame.bottom
    for k, name in enumerate(run.target_names):
        top, bed = frame.room(max(float(highest[k]) * unit, RIBBON_MIN) + gap)
        up = Scale(0.0, float(highest[k]), bed, bed - max(float(highest[k]) * unit, RIBBON_MIN))
        _ribbon(frame, run, k, up)
        _names(frame, name, float(run.targets[k]), float(run.bands[k]), top, up)
        if layout.name == "wide":
            last = float(weights[-1, k])
            y = up.at(last / 2) + 4
            frame.shapes.append(Text(frame.right + 6, y, percent(last, 1), "value"))
    height = frame.bottom - start
    frame.days_axis(start)

    def figures(at: int) -> tuple[str, ...]:
        return tuple(percent(float(weight)) for weight in weights[at])

    names = [(target_look(k), _short(name)) for k, name in enumerate(run.target_names)]
    frame.readings(f"{chart_id}-river", start, height, BOX_WIDTH, names, figures, readings)
    outside = np.abs(weights - run.targets) > run.bands
    words = "; ".join(
        f"{name} target {percent(run.targets[k])} ± {percent(run.bands[k])}, between "
        f"{percent(weights[:, k].min())} and {percent(weights[:, k].max())}, outside its band on "
        f"{int(outside[:, k].sum())} of {len(weights)} days"
        for k, name in enumerate(run.target_names)
    )
    return frame.drawing(f"{chart_id}-river", run.title, words)


def _ribbon(frame: Frame, run: WeightsOverTime, k: int, up: Scale) -> None:
    """One target: its weight, the part beyond its band, the target and the band's edges."""
    target, band = float(run.targets[k]), float(run.bands[k])
    low, high = max(0.0, target - band), target + band
    weights = run.weights[:, k]
    kept = kept_days(weights, frame.points // 2)
    x, held = frame.places(kept), weights[kept]

    def heights(values: Floats) -> Floats:
        return np.array([up.at(value) for value in values.tolist()])

    shapes: list[Shape] = [
        Rect(frame.left, up.at(high), frame.right - frame.left, up.at(low) - up.at(high), "band"),
        area(x, heights(held), up.at(0.0), f"ribbon {target_look(k)}"),
    ]
    for start, stop in (*_stretches(held > high), *_stretches(held < low)):
        part = slice(start, stop)
        level = high if held[start] > high else low
        shapes.append(area(x[part], heights(held[part]), up.at(level), "breach"))
    for level, look in ((low, "edge"), (high, "edge"), (target, "wanted")):
        shapes.append(Line(frame.left, up.at(level), frame.right, up.at(level), look))
    frame.shapes.extend(shapes)


def _stretches(is_true: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Where each run of true values begins and ends."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_true, [False]]).astype(np.int8)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _names(frame: Frame, name: str, target: float, band: float, top: float, up: Scale) -> None:
    """A ribbon's name with its target and band: beside it, or above it on a phone."""
    wanted = f"{percent(target, 0 if target > 0.1 else 1)} ± {band * 100:.1f}"
    if frame.layout.name == "wide":
        middle = up.at(up.high / 2)
        if up.start - up.end >= 2 * RIBBON_MIN:
            frame.shapes.append(Text(frame.left - 8, middle - 2, _short(name), "label", "end"))
            frame.shapes.append(Text(frame.left - 8, middle + 12, wanted, "tick", "end"))
        else:
            frame.shapes.append(Text(frame.left - 8, middle + 4, _short(name), "label", "end"))
        return
    frame.shapes.append(Text(frame.left, top + 14, f"{_short(name)}", "label"))
    frame.shapes.append(Text(frame.right, top + 14, wanted, "tick", "end"))


def _short(name: str) -> str:
    return name if len(name) <= NAME_LENGTH_MAX else f"{name[: NAME_LENGTH_MAX - 1]}…"


def band_use(run: BacktestRun) -> Floats:
    """The farthest target's drift as a part of its band, day by day; above one is outside.

    A target without a band counts by the widest band of the others, or by a whole weight.
    Shape: (T,).
    """
    widest = float(run.bands.max()) if len(run.bands) else 0.0
    bands = np.where(run.bands > 0, run.bands, widest or 1.0)
    return np.asarray((np.abs(run.daily.weights - run.targets) / bands).max(axis=1))


def drift_chart(run: BacktestRun, chart_id: str, layout: Layout) -> Drawing:
    """How much of its band the farthest target has used, and what was traded."""
    frame = Frame(layout, run.daily.dates, MARGINS[layout.name])
    if layout.name == "narrow":
        frame.margins = Margins(44, 10)
    daily = run.daily
    use = band_use(run)
    shown = np.minimum(use, BAND_USE_SHOWN_MAX)
    start, bottom = frame.room(130.0)
    up = Scale(0.0, max(1.15, float(shown.max()) * 1.05), bottom, start)
    frame.fill(shown, up, 0.0, "drift")
    frame.levels(up, lambda part: f"{part:g}×", 3)
    frame.shapes.append(Line(frame.left, up.at(1.0), frame.right, up.at(1.0), "limit"))
    if use.max() > BAND_USE_SHOWN_MAX:
        cut = f"cut at {BAND_USE_SHOWN_MAX:g}×, at most {use.max():.1f}×"
        frame.shapes.append(Text(frame.left + 6, start + 12, cut, "tick"))
    _trades(frame, run)
    height = frame.bottom - start
    frame.days_axis(start)

    def figures(at: int) -> tuple[str, ...]:
        since = _since(at, len(daily.dates))
        bought, sold = float(daily.bought[since].sum()), float(daily.sold[since].sum())
        value = float(daily.value[at]) or 1.0
        return percent(float(use[at]), 0), percent(bought / value), percent(sold / value)

    names = (
        ("drift", "of the band used"),
        ("buy", "bought about then"),
        ("sell", "sold about then"),
    )
    frame.readings(f"{chart_id}-drift", start, height, 196.0, names, figures)
    days = int(((daily.bought > 0) | (daily.sold > 0)).sum())
    words = (
        f"The farthest target used {percent(use.mean(), 0)} of its band on average and "
        f"{percent(use.max(), 0)} at most; {int((use > 1).sum())} of {len(use)} days were outside; "
        f"{days} days with trades"
    )
    return frame.drawing(f"{chart_id}-drift", f"{run.policy}: drift and trades", words)


def _since(at: int, count: int) -> slice:
    """The days that a column of readings stands for."""
    half = max(1, count // 96)
    return slice(max(0, at - half), min(count, at + half))


def _trades(frame: Frame, run: BacktestRun) -> None:
    """A bar for each day with trades: bought upward, sold downward, as parts of value."""
    daily = run.daily
    top, bottom = frame.room(70.0)
    middle = (top + bottom) / 2 + 4
    value = np.where(daily.value > 0, daily.value, 1.0)
    bought, sold = daily.bought / value, daily.sold / value
    reach = max(float(bought.max()), float(sold.max()), 1e-9)
    size = (bottom - top) / 2 - 10
    days = np.flatnonzero((daily.bought > 0) | (daily.sold > 0))
    marks: list[Shape] = [Line(frame.left, middle, frame.right, middle, "zero")]
    for at, x in zip(days.tolist(), frame.places(days).tolist(), strict=True):
        for part, look, sign in ((bought[at], "buy", -1), (sold[at], "sell", 1)):
            if part > 0:
                end = middle + sign * max(1.5, float(part) / reach * size)
                marks.append(Line(x, middle, x, end, f"trade {look}"))
    frame.shapes.extend(marks)
    scale = f"{percent(reach, 0 if reach >= 0.1 else 1)}" if len(days) else "no trades"
    frame.shapes.append(Text(frame.left - 6, middle - size + 6, scale, "tick", "end"))

"""Charts of how far a sweep's winner can be trusted: the days judged, and in against out of sample.

Errors: none.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt

from trimtab.app.evidence.page.frame import Frame, Margins
from trimtab.app.evidence.page.over_time import Series, lead_chart
from trimtab.app.evidence.page.shapes import Drawing, Shape
from trimtab.app.evidence.sweep_figures import SweepFigures, yearly
from trimtab.app.report.svg import Dot, Layout, Line, Scale, Text
from trimtab.app.report.words import money_in
from trimtab.quant.performance.criteria import Criterion
from trimtab.quant.performance.walk_forward import WalkForward

__all__ = ["POINTS_DRAWN_MAX", "judged_chart", "lead_over_time", "scatter_chart"]

Floats = npt.NDArray[np.float64]

HEIGHTS = {"wide": 250.0, "narrow": 200.0}
MARGINS = {"wide": Margins(60, 14), "narrow": Margins(46, 8)}
BOX_WIDTH = 190.0
POINTS_DRAWN_MAX = 1_500
"""Points of the scatter chart; of more, every so many is left out, and the caption says so."""


def judged_chart(figures: SweepFigures, walk: WalkForward, layout: Layout) -> Drawing:
    """A hundred dollars over the days judged: chosen on the past, the winner, and as it stands."""
    dates, series = _judged(figures, walk)
    frame = Frame(layout, dates, MARGINS[layout.name])
    low = min(float(one.values.min()) for one in series)
    high = max(float(one.values.max()) for one in series)
    air = (high - low) * 0.05 or 1.0
    top, bottom = frame.room(HEIGHTS[layout.name])
    up = Scale(low - air, high + air, bottom, top)
    for window in figures.windows[1:]:
        x = frame.across.at(window.held_from.toordinal())
        frame.shapes.append(Line(x, top, x, bottom, "turn"))
    for one in series:
        frame.draw(one.values, up, f"line {one.look}")
    frame.levels(up, lambda value: f"${value:,.0f}")
    frame.days_axis(top)
    ordered = sorted(series, key=lambda one: -float(one.values[-1]))
    names = [(one.look, one.policy) for one in ordered]
    frame.readings(
        "judged", top, frame.bottom - top, BOX_WIDTH, names,
        lambda at: tuple(f"${float(one.values[at]):,.2f}" for one in ordered),
    )  # fmt: skip
    ends = "; ".join(f"{one.policy} ${one.values[-1]:,.2f}" for one in ordered)
    return frame.drawing(
        "judged", "What $100 became after all tax over the days judged", f"At the end: {ends}"
    )


def lead_over_time(figures: SweepFigures, walk: WalkForward, layout: Layout) -> Drawing:
    """How much more of a hundred dollars either choice had than the policy as it stands."""
    dates, series = _judged(figures, walk)
    return lead_chart(series, dates, money_in("USD", 2), layout)


def _judged(figures: SweepFigures, walk: WalkForward) -> tuple[list[date], list[Series]]:
    """A hundred dollars over the days judged, the policy as it stands first."""
    sweep, days = figures.sweep, walk.days
    return [sweep.dates[at] for at in days.tolist()], [
        Series("as it stands", "s0", _worth(sweep.default.returns[days])),
        Series("winner", "s2", _worth(sweep.winner.returns[days])),
        Series("chosen on the past", "s1", _worth(walk.returns)),
    ]


def _worth(returns: Floats) -> Floats:
    return np.asarray(100.0 * np.cumprod(1.0 + returns))


def scatter_chart(walk: WalkForward, layout: Layout) -> Drawing:
    """Every trial in every window, less the middle trial there: learnt from against held.

    Years differ by far more than settings do, so that only distances within a window compare.
    """
    inside, outside = (_distances(one, walk.log.criterion) for one in _scores(walk))
    trials = walk.log.in_sample.shape[1]
    chosen = np.arange(len(walk.log.chosen)) * trials + walk.log.chosen
    margins, height = MARGINS[layout.name], HEIGHTS[layout.name] * 1.15
    left, right = margins.left, layout.width - margins.right
    across = _scale(inside, left + 6, right - 6)
    up = _scale(outside, height - 6, 12.0)
    shapes: list[Shape] = []
    for value in up.ticks(5):
        look = "zero" if abs(value) < 1e-9 else "grid"
        shapes.append(Line(left, up.at(value), right, up.at(value), look))
        shapes.append(Text(left - 6, up.at(value) + 4, _word(value), "tick", "end"))
    for value in across.ticks(6 if layout.name == "wide" else 4):
        x, look = across.at(value), "zero" if abs(value) < 1e-9 else "grid upright"
        shapes.append(Line(x, 8, x, height, look))
        shapes.append(Text(x, height + 16, _word(value), "tick", "middle"))
    step = max(1, -(-len(inside) // POINTS_DRAWN_MAX))
    for at in range(0, len(inside), step):
        shapes.append(Dot(across.at(inside[at]), up.at(outside[at]), 2.6, "tried"))
    for at in chosen.tolist():
        shapes.append(Dot(across.at(inside[at]), up.at(outside[at]), 5.0, "held"))
    shapes.append(
        Text((left + right) / 2, height + 34, "in the days learnt from", "tick", "middle")
    )
    told = "; ".join(
        f"window {number}: {_word(inside[at])} where learnt, {_word(outside[at])} where held"
        for number, at in enumerate(chosen.tolist(), start=1)
    )
    title = "Against the middle setting of the window: in the days learnt from, and in those held"
    return Drawing(
        f"scatter-{layout.name}", layout.name, layout.width, height + 42, title,
        f"The chosen: {told}", tuple(shapes),
    )  # fmt: skip


def _scores(walk: WalkForward) -> tuple[Floats, Floats]:
    return walk.log.in_sample, walk.log.out_of_sample


def _distances(scores: Floats, criterion: Criterion) -> Floats:
    """Yearly figures less the middle of their window: points, or Sharpe ratios as they are.

    Shape: (W, N) → (W × N,).
    """
    scale = 1.0 if criterion is Criterion.SHARPE else 100.0
    found = np.array([yearly(one, criterion) for one in scores.ravel().tolist()])
    table = found.reshape(scores.shape) * scale
    return np.asarray((table - np.median(table, axis=1, keepdims=True)).ravel())


def _word(value: float) -> str:
    """A signed distance."""
    text = f"{abs(value):.2f}".rstrip("0").rstrip(".")
    return text if not text.strip("0.") else f"{'−' if value < 0 else '+'}{text}"


def _scale(values: Floats, start: float, end: float) -> Scale:
    low, high = float(values.min()), float(values.max())
    air = (high - low) * 0.06 or 0.01
    return Scale(low - air, high + air, start, end)

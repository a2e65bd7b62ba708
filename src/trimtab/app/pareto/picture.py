"""The picture of a front: tracking error against cost and tax, with the plan of each policy.

Errors: none.
"""

from __future__ import annotations

import numpy as np

from trimtab.app.evidence.page.shapes import Drawing, Shape, line
from trimtab.app.pareto.question import ParetoFront, PlanPoint
from trimtab.app.pareto.sentences import bp, money
from trimtab.app.report.svg import Dot, Layout, Line, Scale, Text

__all__ = ["front_picture"]

MARGINS = {"wide": (66.0, 26.0), "narrow": (54.0, 14.0)}
HEIGHT = {"wide": 400.0, "narrow": 320.0}
AIR = 0.06
LABEL_GAP = 15.0
LETTER = 7.0


def front_picture(front: ParetoFront, layout: Layout) -> Drawing:
    """Tracking error across, cost and tax together up; lower and further left is better."""
    left, right = MARGINS[layout.name]
    height = HEIGHT[layout.name]
    every = (*front.points, *front.policies)
    across = _scale([one.tracking_error for one in every], left, layout.width - right, floor=0.0)
    up = _scale([one.paid for one in every], height, 14.0)
    shapes = _grid(across, up, layout, height)
    ordered = sorted(front.points, key=lambda one: one.tracking_error)
    stairs = _lower_edge(ordered)
    if len(stairs) > 1:
        x = np.array([across.at(one.tracking_error) for one in stairs])
        y = np.array([up.at(one.paid) for one in stairs])
        shapes.append(line(x, y, "front-line"))
    best = front.best if front.points else None
    for one in front.points:
        radius, look = (6.5, "front-best") if one is best else (4.0, "front-dot")
        shapes.append(Dot(across.at(one.tracking_error), up.at(one.paid), radius, look))
    shapes += _policies(front, across, up, layout)
    title = "Tracking error against trading cost and tax"
    words = "; ".join(f"{bp(one.tracking_error)} for {money(one.paid)}" for one in ordered)
    return Drawing(
        f"front-{layout.name}", layout.name, layout.width, height + 44, title, words, tuple(shapes)
    )


def _lower_edge(ordered: list[PlanPoint]) -> list[PlanPoint]:
    """The points that are cheaper than all closer to target: where cost and tax are one amount."""
    edge: list[PlanPoint] = []
    for one in ordered:
        if not edge or one.paid < edge[-1].paid:
            edge.append(one)
    return edge


def _scale(values: list[float], start: float, end: float, floor: float | None = None) -> Scale:
    """A range with air around the values."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    air = AIR * (high - low) or max(abs(high), 1e-4) * AIR
    low = low - air if floor is None else max(floor, low - air)
    return Scale(low, high + air, start, end)


def _grid(across: Scale, up: Scale, layout: Layout, height: float) -> list[Shape]:
    shapes: list[Shape] = []
    for value in up.ticks(6):
        y = up.at(value)
        look = "zero" if abs(value) < 1e-9 else "grid"
        shapes.append(Line(across.start, y, across.end, y, look))
        shapes.append(Text(across.start - 6, y + 4, money(value), "tick", "end"))
    for value in across.ticks(4 if layout.name == "narrow" else 7):
        x = across.at(value)
        shapes.append(Line(x, up.end, x, up.start, "grid"))
        shapes.append(Text(x, height + 16, bp(value), "tick", "middle"))
    middle = (across.start + across.end) / 2
    shapes.append(Text(middle, height + 36, "tracking error, a year →", "label", "middle"))
    shapes.append(Text(across.start + 6, 26, "↑ cost and tax", "label"))
    return shapes


def _policies(front: ParetoFront, across: Scale, up: Scale, layout: Layout) -> list[Shape]:
    """Each policy's plan with its name; where two would overlap, one name stands lower."""
    shapes: list[Shape] = []
    taken: list[tuple[float, float]] = []
    for names, one in _together(front):
        x, y = across.at(one.tracking_error), up.at(one.paid)
        shapes.append(Line(x - 6, y - 6, x + 6, y + 6, "target"))
        shapes.append(Line(x - 6, y + 6, x + 6, y - 6, "target"))
        half = len(names) * LETTER / 2
        middle = min(max(x, across.start + half), layout.width - half - 6)
        height = y - 12
        while any(abs(height - h) < LABEL_GAP and abs(middle - m) < 2 * half for m, h in taken):
            height -= LABEL_GAP
        height = height if height > 44 else y + 22  # above lies what the axis is called
        taken.append((middle, height))
        shapes.append(Text(middle, height, names, "label total", "middle"))
    return shapes


def _together(front: ParetoFront) -> list[tuple[str, PlanPoint]]:
    """Policies whose plans are the same stand under one name."""
    groups: dict[tuple[int, int], list[PlanPoint]] = {}
    for one in front.policies:
        groups.setdefault((round(one.tracking_error * 1e5), round(one.paid)), []).append(one)
    return [(", ".join(one.policy for one in group), group[0]) for group in groups.values()]

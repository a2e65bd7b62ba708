"""Charts of one row a policy: what it gave up, what trading cost, and the distance to the first.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Sequence

from trimtab.app.evidence.comparison import Comparison
from trimtab.app.evidence.figures import PolicyFigures
from trimtab.app.evidence.page.shapes import Drawing
from trimtab.app.report.svg import Canvas, Dot, Layout, Line, Rect, Scale, Text
from trimtab.app.report.words import Money, signed

__all__ = ["COST_KINDS", "cost_chart", "cost_kinds", "cost_parts", "interval_chart", "share_points"]

BAR = 14.0
LABEL_ROOM = 64.0

COST_KINDS = ("spread", "impact", "commission", "fees")
"""In the order in which they are stacked; each is a class of the style sheet too."""


def cost_parts(figures: PolicyFigures) -> tuple[float, ...]:
    """The costs of a policy in the order of `COST_KINDS`."""
    costs = figures.costs
    kinds = (costs.spread, costs.impact, costs.commission, costs.fees)
    return tuple(float(kind) for kind in kinds)


def cost_kinds(figures: Sequence[PolicyFigures]) -> tuple[str, ...]:
    """The kinds of cost that any policy had."""
    sums = [sum(parts) for parts in zip(*map(cost_parts, figures), strict=True)]
    return tuple(kind for kind, amount in zip(COST_KINDS, sums, strict=True) if amount)


def cost_chart(figures: Sequence[PolicyFigures], money: Money, layout: Layout) -> Drawing:
    """What trading and keeping the accounts cost, by kind."""
    canvas = Canvas(layout.fitting(one.policy for one in figures))
    reach = max((float(one.costs.total) for one in figures), default=0.0) or 1.0
    scale = Scale(0.0, reach, canvas.left, canvas.right - LABEL_ROOM)
    for one in figures:
        y = canvas.row(one.policy)
        start = 0.0
        for kind, part in zip(COST_KINDS, cost_parts(one), strict=True):
            width = scale.at(start + part) - scale.at(start)
            canvas.add(Rect(scale.at(start), y - BAR / 2, width, BAR, f"kind-{kind}"))
            start += part
        words = money(one.costs.total)
        canvas.add(Text(scale.at(start) + 6, y + 4, words, "value total"))
    words = "; ".join(
        f"{one.policy} {money(one.costs.total)}: "
        + ", ".join(
            f"{kind} {money(part)}" for kind, part in zip(COST_KINDS, cost_parts(one), strict=True)
        )
        for one in figures
    )
    return _drawing(canvas, "costs", "What trading and fees cost, by kind", words)


def interval_chart(comparison: Comparison, layout: Layout) -> Drawing:
    """Each policy's yearly return after all tax less that of the first, with its interval."""
    found = comparison.ranked_differences
    canvas = Canvas(layout.fitting(one.policy for one in found))
    low = min(0.0, *(one.low for one in found))
    high = max(0.0, *(one.high for one in found))
    air = (high - low) * 0.06 or 0.001
    scale = Scale(low - air, high + air, canvas.left, canvas.right - 8)
    for one in found:
        y = canvas.row(one.policy)
        look = "beyond" if one.is_beyond_chance else "within"
        canvas.add(
            Line(scale.at(one.low), y, scale.at(one.high), y, f"whisker {look}"),
            Line(scale.at(one.low), y - 5, scale.at(one.low), y + 5, f"whisker {look}"),
            Line(scale.at(one.high), y - 5, scale.at(one.high), y + 5, f"whisker {look}"),
            Dot(scale.at(one.yearly), y, 5.5, f"estimate {look}"),
        )
    zero = scale.at(0.0)
    canvas.shapes.insert(0, Line(zero, 4, zero, canvas.bottom, "reference"))
    canvas.axis(scale, [(tick, share_points(tick)) for tick in scale.ticks(5)])
    words = "; ".join(
        f"{one.policy} {share_points(one.yearly)} points a year, between {share_points(one.low)} "
        f"and {share_points(one.high)}"
        for one in found
    )
    against = comparison.first.policy
    return _drawing(
        canvas, "intervals", f"Yearly return after all tax, less that of {against}", words
    )


def share_points(fraction: float) -> str:
    """A difference of yearly returns in percentage points, signed."""
    text = f"{abs(fraction) * 100:.2f}"
    return signed(text if fraction >= 0 or not text.strip("0.") else f"−{text}")


def _drawing(canvas: Canvas, chart_id: str, title: str, description: str) -> Drawing:
    chart = canvas.chart(chart_id, title, description)
    return Drawing(
        chart.id, chart.layout, chart.width, chart.height, title, description, chart.shapes
    )

"""Charts of the evidence: what each policy costs by part, what it saves, how far from the optimum.

Each takes plain data of the run, in basis points a year, and a layout.

Errors: none.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from trimtab.app.evidence.page.shapes import Drawing
from trimtab.app.report.svg import Canvas, Dot, Layout, Line, Rect, Scale, Text

__all__ = ["PARTS", "best_rule", "parts_chart", "saving", "savings_chart", "truth_chart"]

PARTS = (("trading", "kind-spread"), ("tax", "kind-fees"), ("tracking", "kind-commission"))
"""The parts of the cost in the order in which they are stacked, with their looks."""
BAR = 14.0
LABEL_ROOM = 64.0
NAME_ROOM = 214.0
TIMES_BEST_MAX = 3.0
"""What costs more than so many times the cheapest is named and not drawn to scale."""
RATIO_MAX = 1.5
CHALLENGERS = ("control", "learned", "one seed")

Data = Mapping[str, Any]


def parts_chart(case: Data, chart_id: str, layout: Layout) -> Drawing:
    """Trading, tax and tracking of each policy, the cheapest first."""
    policies = sorted(case["policies"], key=lambda one: one["total_bps"])
    reach = min(policies[-1]["total_bps"], TIMES_BEST_MAX * policies[0]["total_bps"])
    canvas = Canvas(_roomy(layout))
    scale = Scale(0.0, reach or 1.0, canvas.left, canvas.right - LABEL_ROOM)
    for one in policies:
        y = canvas.row(one["name"], "label out" if one["role"] in CHALLENGERS else "label")
        start, whole = 0.0, one["total_bps"]
        for part, look in PARTS:
            stop = min(start + max(0.0, one[f"{part}_bps"]), reach)
            canvas.add(
                Rect(scale.at(start), y - BAR / 2, scale.at(stop) - scale.at(start), BAR, look)
            )
            start = stop
        more = "…" if whole > reach else ""
        canvas.add(Text(scale.at(start) + 6, y + 4, f"{more}{whole:.1f}", "value total"))
    words = "; ".join(f"{one['name']} {one['total_bps']:.1f}" for one in policies)
    title = f"Basis points a year: {case['world']}, costs × {case['cost_times']:g}"
    return _drawing(canvas, chart_id, title, words)


def best_rule(case: Data) -> Data:
    """The cheapest policy of a case that is no challenger."""
    rules = [one for one in case["policies"] if one["role"] not in CHALLENGERS]
    found: Data = min(rules, key=lambda one: one["total_bps"])
    return found


def saving(case: Data, challenger: str) -> Data:
    """The challenger's difference from the cheapest rule of a case."""
    against = best_rule(case)["name"]
    found: Data = next(
        one
        for one in case["differences"]
        if one["challenger"] == challenger and one["against"] == against
    )
    return found


def savings_chart(cases: Sequence[Data], challenger: str, chart_id: str, layout: Layout) -> Drawing:
    """What a challenger saves against the cheapest rule of each case, with its interval."""
    found = [(case, saving(case, challenger)) for case in cases]
    low = min(0.0, *(one["low_bps"] for _, one in found))
    high = max(0.0, *(one["high_bps"] for _, one in found))
    air = 0.06 * (high - low) or 1.0
    canvas = Canvas(_roomy(layout))
    scale = Scale(low - air, high + air, canvas.left, canvas.right - 8)
    for case, one in found:
        name = f"{case['world']} × {case['cost_times']:g}"
        y = canvas.row(name)
        look = "beyond" if one["low_bps"] > 0.0 or one["high_bps"] < 0.0 else "within"
        ends = scale.at(one["low_bps"]), scale.at(one["high_bps"])
        canvas.add(
            Line(ends[0], y, ends[1], y, f"whisker {look}"),
            *(Line(end, y - 5, end, y + 5, f"whisker {look}") for end in ends),
            Dot(scale.at(one["saves_bps"]), y, 5.5, f"estimate {look}"),
        )
    zero = scale.at(0.0)
    canvas.shapes.insert(0, Line(zero, 4, zero, canvas.bottom, "reference"))
    canvas.axis(scale, [(tick, f"{tick:g}") for tick in scale.ticks(5)])
    words = "; ".join(
        f"{case['world']}, costs × {case['cost_times']:g}: {one['saves_bps']:.1f} against "
        f"{one['against']}, between {one['low_bps']:.1f} and {one['high_bps']:.1f}"
        for case, one in found
    )
    return _drawing(canvas, chart_id, f"What {challenger} saves, basis points a year", words)


def truth_chart(rows: Sequence[Data], chart_id: str, layout: Layout) -> Drawing:
    """Cost over the optimum of each policy, a dot a problem."""
    names = list(dict.fromkeys(row["policy"] for row in rows))
    canvas = Canvas(_roomy(layout))
    scale = Scale(1.0, RATIO_MAX, canvas.left, canvas.right - LABEL_ROOM)
    for name in names:
        own = [row["ratio"] for row in rows if row["policy"] == name]
        y = canvas.row(name)
        shown = [min(max(ratio, 1.0), RATIO_MAX) for ratio in own]
        canvas.add(*(Dot(scale.at(ratio), y, 4.0, "estimate beyond") for ratio in shown))
        worst = f"{max(own):.3f}" if max(own) < 10 else f"{max(own):.0f}"
        canvas.add(Text(canvas.right - LABEL_ROOM + 10, y + 4, worst, "value total"))
    canvas.axis(scale, [(tick, f"{tick:.1f}") for tick in scale.ticks(5)])
    words = "; ".join(
        f"{name} at worst {max(row['ratio'] for row in rows if row['policy'] == name):.3f}"
        for name in names
    )
    return _drawing(canvas, chart_id, "Cost over the optimum, and the worst of each", words)


def _roomy(layout: Layout) -> Layout:
    """Room for the longest name of a policy, where names stand beside the bars."""
    return layout if layout.labels_above else replace(layout, gutter=NAME_ROOM)


def _drawing(canvas: Canvas, chart_id: str, title: str, description: str) -> Drawing:
    chart = canvas.chart(chart_id, title, description)
    return Drawing(
        chart.id, chart.layout, chart.width, chart.height, title, description, chart.shapes
    )

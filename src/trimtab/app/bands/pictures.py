"""The pictures of `trimtab bands`: zones class by class, the region in a plane, and yearly costs.

Errors: none.
"""

from __future__ import annotations

import numpy as np

from trimtab.app.bands.geometry import section
from trimtab.app.bands.question import Bands, ClassBands
from trimtab.app.bands.sentences import basis_points
from trimtab.app.evidence.page.shapes import Drawing, Path, Shape, area, line
from trimtab.app.report.svg import Canvas, Dot, Layout, Line, Rect, Scale, Text
from trimtab.app.report.words import percent
from trimtab.quant.problem import Floats

__all__ = ["costs_picture", "interval_picture", "plane_picture", "zones_picture"]

ZONE_BAR, BAND_BAR = 13.0, 5.0
LABEL_ROOM = 70.0
NEVER_MAX = 3.0
"""A rule that costs so many times the next is left to the table, or it would flatten the others."""
PLANE_MARGINS = {"wide": (58.0, 18.0), "narrow": (46.0, 12.0)}
PLANE_HEIGHT = {"wide": 430.0, "narrow": 300.0}
AIR = 1.35
"""The plane shows so many times what stands in it."""
BINS = 40


def zones_picture(bands: Bands, layout: Layout) -> Drawing:
    """Each class in points from its target: its zone, 5/25, where it is, where a trade leads."""
    canvas = Canvas(layout.fitting(one.name for one in bands.classes))
    low, high = _drift_reach(bands)
    across = Scale(low, high, canvas.left, canvas.right - 8)
    for at, one in enumerate(bands.classes):
        _zone_row(canvas, across, one, float(bands.destination[at]), bands.place.is_outside)
    zero = across.at(0.0)
    canvas.shapes.insert(0, Line(zero, 4, zero, canvas.bottom, "zero"))
    canvas.axis(across, [(tick, _points(tick)) for tick in across.ticks(6)])
    words = "; ".join(
        f"{one.name}: target {percent(one.weight)}, zone {percent(one.lower)} to "
        f"{percent(one.upper)}, now {percent(one.actual)}"
        for one in bands.classes
    )
    return _finished(canvas, "zones", "No-trade zones, in points from each target", words)


def _zone_row(
    canvas: Canvas, across: Scale, one: ClassBands, destination: float, trades: bool
) -> None:
    y = canvas.row(one.name, "label out" if one.is_outside else "label")
    if one.five_25 is not None:
        left, right = across.at(-min(one.five_25, one.weight)), across.at(one.five_25)
        canvas.add(Rect(left, y - BAND_BAR / 2, right - left, BAND_BAR, "field-band"))
    left, right = across.at(one.lower - one.weight), across.at(one.upper - one.weight)
    canvas.add(Rect(left, y - ZONE_BAR / 2, max(2.0, right - left), ZONE_BAR, "zone"))
    now, then = across.at(one.actual - one.weight), across.at(destination - one.weight)
    if trades and abs(now - then) > 1.0:
        canvas.add(Line(now, y, then, y, "move"), Dot(then, y, 4, "after"))
    canvas.add(Dot(now, y, 5, "before out" if one.is_outside else "before"))


def _drift_reach(bands: Bands) -> tuple[float, float]:
    """The drifts that the picture has room for."""
    drifts = [0.0]
    for one in bands.classes:
        width = one.five_25 or 0.0
        drifts += [one.lower - one.weight, one.upper - one.weight, one.actual - one.weight]
        drifts += [-min(width, one.weight), width]
    air = 0.03 * (max(drifts) - min(drifts))
    return min(drifts) - air, max(drifts) + air


def interval_picture(bands: Bands, layout: Layout) -> Drawing:
    """Two classes: the first one's weight, its zone, other bands, and where the zone would live."""
    one = bands.classes[0]
    canvas = Canvas(layout)
    widths = {"200/175": one.two, "5/25": one.five_25, "5 %": one.five}
    reach = max(width or 0.0 for width in widths.values())
    low = max(0.0, min(one.weight - reach, one.lower, one.actual) - 0.01)
    high = min(1.0, max(one.weight + reach, one.upper, one.actual) + 0.01)
    across = Scale(low, high, canvas.left, canvas.right - 8)
    canvas.bottom += 64.0
    hill = _density(bands.met[:, 0], across, canvas.bottom, 56.0)
    rows = [("no-trade zone", one.lower, one.upper, "zone")]
    for name, width in widths.items():
        if width is not None:
            rows.append((name, one.weight - width, one.weight + width, "field-band"))
    for name, start, stop, look in rows:
        y = canvas.row(name)
        left, right = across.at(max(start, low)), across.at(min(stop, high))
        canvas.add(Rect(left, y - ZONE_BAR / 2, max(2.0, right - left), ZONE_BAR, look))
    wanted, now = across.at(one.weight), across.at(one.actual)
    canvas.add(Line(wanted, 8, wanted, canvas.bottom, "target"))
    canvas.add(Dot(now, 68.0, 5, "before out" if one.is_outside else "before"))
    canvas.axis(across, [(tick, percent(tick, 0)) for tick in across.ticks(6)])
    words = f"zone {percent(one.lower)} to {percent(one.upper)}, target {percent(one.weight)}"
    title = f"The weight of {one.name}; the rest is {bands.classes[1].name}"
    return _finished(canvas, "interval", title, words, hill)


def _density(met: Floats, across: Scale, bottom: float, height: float) -> Path:
    """How often each weight would be met, as a hill on a level."""
    count, edges = np.histogram(met, bins=BINS, range=(across.low, across.high))
    places = np.array([across.at(edge) for edge in (edges[1:] + edges[:-1]) / 2])
    return area(places, bottom - height * count / max(1, count.max()), bottom, "met-hill")


def plane_picture(bands: Bands, pair: tuple[int, int], layout: Layout) -> Drawing:
    """The region where two classes vary: its edge, where the household is, where it would live."""
    first, second = pair
    cut = section(bands.region, first, second).corners
    names = bands.classes[first], bands.classes[second]
    left, right = PLANE_MARGINS[layout.name]
    height = PLANE_HEIGHT[layout.name]
    shown = np.vstack([cut, [[one.actual for one in names]], [[one.weight for one in names]]])
    x_low, x_high = _room(shown[:, 0])
    y_low, y_high = _room(shown[:, 1])
    across = Scale(x_low, x_high, left, layout.width - right)
    up = Scale(y_low, y_high, height, 12.0)
    shapes = _grid(across, up, (names[0].name, names[1].name), layout, height)
    shapes.append(_band_box(names, across, up))
    inside = bands.met[:, [first, second]]
    inside = inside[(inside > [x_low, y_low]).all(axis=1) & (inside < [x_high, y_high]).all(axis=1)]
    corners = np.vstack([cut, cut[:1]])
    shapes.append(_outline(corners, across, up, "zone-area"))
    shapes += [Dot(across.at(x), up.at(y), 1.6, "met") for x, y in inside.tolist()]
    shapes += _places(bands, pair, across, up)
    title = f"The no-trade region: {names[0].name} across, {names[1].name} up"
    words = "corners at " + "; ".join(f"{percent(x)}, {percent(y)}" for x, y in cut.tolist())
    return Drawing(
        f"plane-{layout.name}", layout.name, layout.width, height + 44, title, words, tuple(shapes)
    )


def _room(values: Floats) -> tuple[float, float]:
    """A range with air around the values, within 0 and 1."""
    low, high = float(values.min()), float(values.max())
    middle, half = (low + high) / 2.0, max((high - low) / 2.0, 0.002) * AIR
    return max(0.0, middle - half), min(1.0, middle + half)


def _grid(
    across: Scale, up: Scale, names: tuple[str, str], layout: Layout, height: float
) -> list[Shape]:
    """Grid lines of both weights with their figures, and what each axis is."""
    shapes: list[Shape] = []
    for value in up.ticks(6):
        y = up.at(value)
        shapes.append(Line(across.start, y, across.end, y, "grid"))
        shapes.append(Text(across.start - 6, y + 4, percent(value), "tick", "end"))
    for value in across.ticks(4 if layout.name == "narrow" else 7):
        x = across.at(value)
        shapes.append(Line(x, up.end, x, up.start, "grid"))
        shapes.append(Text(x, height + 16, percent(value), "tick", "middle"))
    middle = (across.start + across.end) / 2
    shapes.append(Text(middle, height + 36, f"{names[0]} →", "label", "middle"))
    shapes.append(Text(across.start + 6, 26, f"↑ {names[1]}", "label"))
    return shapes


def _band_box(names: tuple[ClassBands, ClassBands], across: Scale, up: Scale) -> Path:
    """The 5/25 bands of both classes as a box, as far as it is in the picture."""
    spans = []
    for one, scale in zip(names, (across, up), strict=True):
        width = 1.0 if one.five_25 is None else one.five_25
        spans.append((max(scale.low, one.weight - width), min(scale.high, one.weight + width)))
    (west, east), (south, north) = spans
    corners = np.array([[west, south], [east, south], [east, north], [west, north], [west, south]])
    return _outline(corners, across, up, "field-edge")


def _outline(corners: Floats, across: Scale, up: Scale, look: str) -> Path:
    x = np.array([across.at(value) for value in corners[:, 0].tolist()])
    y = np.array([up.at(value) for value in corners[:, 1].tolist()])
    return line(x, y, look)


def _places(bands: Bands, pair: tuple[int, int], across: Scale, up: Scale) -> list[Shape]:
    """The target as a cross, where the household is, and where a trade of the zone leads."""
    first, second = (bands.classes[at] for at in pair)
    x, y = across.at(first.weight), up.at(second.weight)
    shapes: list[Shape] = [
        Line(x - 7, y, x + 7, y, "target"),
        Line(x, y - 7, x, y + 7, "target"),
    ]
    now = across.at(first.actual), up.at(second.actual)
    if bands.place.is_outside:
        to = tuple(float(bands.destination[at]) for at in pair)
        then = across.at(to[0]), up.at(to[1])
        shapes += [Line(*now, *then, "move"), Dot(*then, 4.5, "after")]
    look = "before out" if bands.place.is_outside else "before"
    return [*shapes, Dot(*now, 6, look)]


def costs_picture(bands: Bands, layout: Layout) -> Drawing:
    """What each rule costs a year: drift and trading."""
    canvas = Canvas(layout)
    rules = [bands.rules[0], *sorted(bands.rules[1:], key=lambda rule: rule.total)]
    while len(rules) > 2 and rules[-1].total > NEVER_MAX * rules[-2].total:
        rules.pop()
    reach = max(rule.total for rule in rules) or 1.0
    scale = Scale(0.0, reach, canvas.left, canvas.right - LABEL_ROOM)
    for rule in rules:
        y = canvas.row(rule.name, "label total" if rule is bands.rules[0] else "label")
        middle, end = scale.at(rule.trading), scale.at(rule.total)
        canvas.add(
            Rect(scale.start, y - 7, middle - scale.start, 14, "kind-trading"),
            Rect(middle, y - 7, end - middle, 14, "kind-drift"),
            Text(end + 6, y + 4, basis_points(rule.total), "value total"),
        )
    words = "; ".join(
        f"{rule.name} {basis_points(rule.total)}: trading {basis_points(rule.trading)}, drift "
        f"{basis_points(rule.drift)}"
        for rule in rules
    )
    return _finished(canvas, "rule-costs", "What each rule costs a year", words)


def _points(fraction: float) -> str:
    sign = "+" if fraction > 1e-9 else "−" if fraction < -1e-9 else ""
    return f"{sign}{abs(fraction) * 100:g}"


def _finished(
    canvas: Canvas, chart_id: str, title: str, description: str, *behind: Path
) -> Drawing:
    chart = canvas.chart(chart_id, title, description)
    return Drawing(
        chart.id, chart.layout, chart.width, chart.height, title, description,
        (*behind, *canvas.shapes),
    )  # fmt: skip

"""Shapes as SVG text.

A page has tens of thousands of shapes, so they are written here and not by a template; every word
is escaped.

Errors: none.
"""

from __future__ import annotations

from html import escape

from markupsafe import Markup

from trimtab.app.evidence.page.shapes import Drawing, Path, Reading, Readings, Shape
from trimtab.app.report.svg import Dot, Line, Rect, Text

__all__ = ["svg"]

LINE_HEIGHT = 14.0
BOX_PADDING = 6.0
FIRST_LINE = 15.0
"""Where the day of a reading stands, from the top of its box."""


def svg(drawing: Drawing) -> Markup:
    """A chart as one SVG element with its title and description."""
    name = escape(drawing.id)
    shapes = "\n".join(map(_shape, drawing.shapes))
    return Markup(  # every word in it is escaped below  # nosec B704
        f'<svg class="chart {escape(drawing.layout)}" role="img" '
        f'viewBox="0 0 {_px(drawing.width)} {_px(drawing.height)}" '
        f'aria-labelledby="{name}-title {name}-description">\n'
        f'<title id="{name}-title">{escape(drawing.title)}</title>\n'
        f'<desc id="{name}-description">{escape(drawing.description)}</desc>\n'
        f"{shapes}\n</svg>"
    )


def _shape(shape: Shape) -> str:
    match shape:
        case Path(points, look):
            return f'<path d="{points}" class="{escape(look)}"/>'
        case Rect(x, y, width, height, look):
            return (
                f'<rect x="{_px(x)}" y="{_px(y)}" width="{_px(max(0.0, width))}" '
                f'height="{_px(max(0.0, height))}" class="{escape(look)}"/>'
            )
        case Line(x1, y1, x2, y2, look):
            return (
                f'<line x1="{_px(x1)}" y1="{_px(y1)}" x2="{_px(x2)}" y2="{_px(y2)}" '
                f'class="{escape(look)}"/>'
            )
        case Dot(x, y, radius, look):
            return f'<circle cx="{_px(x)}" cy="{_px(y)}" r="{_px(radius)}" class="{escape(look)}"/>'
        case Text():
            return _text(shape.x, shape.y, shape.words, shape.look, shape.anchor)
        case Readings():
            return _readings(shape)


def _text(x: float, y: float, words: str, look: str = "", anchor: str = "start") -> str:
    side = "" if anchor == "start" else f' text-anchor="{escape(anchor)}"'
    named = f' class="{escape(look)}"' if look else ""
    return f'<text x="{_px(x)}" y="{_px(y)}"{side}{named}>{escape(words)}</text>'


def _readings(readings: Readings) -> str:
    """Columns that catch the pointer, each with what it then shows; the names are written once."""
    name, width = escape(readings.id), readings.box_width
    height = 2 * BOX_PADDING + LINE_HEIGHT * (len(readings.names) + 1) - 2.0
    parts = [
        f'<defs><path id="{name}" d="M0,{_px(readings.top)}v{_px(readings.height)}" class="rule"/>'
        f'<g id="{name}n"><rect width="{_px(width)}" height="{_px(height)}" rx="4" class="box"/>'
    ]
    for number, (look, words) in enumerate(readings.names, 1):
        y = FIRST_LINE + LINE_HEIGHT * number
        if look:
            parts.append(f'<circle cx="9" cy="{_px(y - 4)}" r="3.5" class="{escape(look)}"/>')
        parts.append(_text(17.0 if look else BOX_PADDING, y, words))
    parts.append("</g></defs>")
    parts.extend(_reading(readings, one, name) for one in readings.columns)
    return "".join(parts)


def _reading(readings: Readings, one: Reading, name: str) -> str:
    top, right = _px(readings.top), _px(readings.box_width - BOX_PADDING)
    figures = "".join(
        f'<tspan x="{right}" dy="{LINE_HEIGHT:.0f}">{escape(figure)}</tspan>'
        for figure in one.figures
    )
    column = f"M{_px(one.start)},{top}h{_px(one.width)}v{_px(readings.height)}h-{_px(one.width)}z"
    return (
        f'<g class="at"><path d="{column}"/><g><use href="#{name}" x="{_px(one.x)}"/>'
        f'<g transform="translate({_px(one.box)} {top})"><use href="#{name}n"/>'
        f'<text><tspan x="{right}" dy="{FIRST_LINE:.0f}">{escape(one.heading)}</tspan>'
        f"{figures}</text></g></g></g>"
    )


def _px(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")

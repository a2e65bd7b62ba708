"""The pictures of the plan screen: where each target may be, and where it would have been.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from markupsafe import Markup

from trimtab.app.evidence.page.draw import svg
from trimtab.app.evidence.page.shapes import Drawing, Shape, line
from trimtab.app.report.svg import (
    NARROW,
    WIDE,
    Canvas,
    Chart,
    Dot,
    Layout,
    Line,
    Rect,
    Scale,
    Text,
)
from trimtab.app.report.words import percent
from trimtab.app.status import TargetStanding
from trimtab.app.web.charts import Figure, figure_of
from trimtab.app.web.tables import Cell, Column, Kind, Row, Table

if TYPE_CHECKING:
    from trimtab.app.bands.question import ClassBands
    from trimtab.app.bands_past import PastBands, PastTarget
    from trimtab.app.web.past_runs import PastAnswer

__all__ = ["PastPicture", "bands_figure", "past_picture"]

BAND_BAR, ZONE_BAR = 14.0, 5.0
STRIP, LABEL, GAP = 54.0, 17.0, 8.0
"""The height of one target's strip, of its label, and of the room below it."""
POINTS_MAX = 130
"""So many days are drawn of a line: finer than any screen shows."""
AIR = 1.25
GUTTER, NARROW_GUTTER = 52.0, 40.0


def bands_figure(
    targets: Sequence[TargetStanding], zones: Mapping[str, ClassBands], caption: str
) -> Figure:
    """Each target's band and its weight today; the no-trade zone beside it where it is known."""
    columns = [
        Column("target", "Target"),
        Column("weight", "Wanted", Kind.SHARE),
        Column("low", "Band from", Kind.SHARE),
        Column("high", "Band to", Kind.SHARE),
        Column("now", "Now", Kind.SHARE),
    ]
    if zones:
        columns.append(Column("zone_low", "Zone from", Kind.SHARE))
        columns.append(Column("zone_high", "Zone to", Kind.SHARE))
    rows = []
    for one in targets:
        low, high = max(one.weight - one.band, 0 * one.band), one.weight + one.band
        cells: list[Cell] = [one.name, one.weight, low, high, one.actual]
        if zones:
            zone = zones.get(one.name)
            cells += [None, None] if zone is None else [zone.lower, zone.upper]
        rows.append(Row(tuple(cells), "alert" if one.is_out else ""))
    table = Table("bands", "Where each target may be", tuple(columns), tuple(rows))
    return figure_of(partial(_bands_chart, targets, zones), caption, table)


def _bands_chart(
    targets: Sequence[TargetStanding], zones: Mapping[str, ClassBands], layout: Layout
) -> Chart:
    canvas = Canvas(layout.fitting(one.name for one in targets))
    tops = [float(max(one.actual, one.weight + one.band)) for one in targets]
    tops += [zones[one.name].upper for one in targets if one.name in zones]
    scale = Scale(0.0, max([*tops, 0.01]) * 1.04, canvas.left, canvas.right)
    words = []
    for one in targets:
        y = canvas.row(one.name, "label out" if one.is_out else "label")
        low, high = float(max(one.weight - one.band, 0 * one.band)), float(one.weight + one.band)
        wanted = scale.at(float(one.weight))
        canvas.add(
            Rect(scale.at(low), y - BAND_BAR / 2, scale.at(high) - scale.at(low), BAND_BAR, "band")
        )
        zone, said = zones.get(one.name), ""
        if zone is not None:
            left, right = scale.at(zone.lower), scale.at(zone.upper)
            canvas.add(Rect(left, y - ZONE_BAR / 2, max(2.0, right - left), ZONE_BAR, "zone"))
            said = f", no-trade zone {percent(zone.lower)} to {percent(zone.upper)}"
        now = scale.at(float(one.actual))
        canvas.add(
            Line(wanted, y - BAND_BAR / 2 - 2, wanted, y + BAND_BAR / 2 + 2, "target"),
            Dot(now, y, 5, "before out" if one.is_out else "before"),
        )
        words.append(
            f"{one.name} {percent(one.actual)}, wanted {percent(one.weight)}, band "
            f"{percent(low)} to {percent(high)}{said}"
        )
    canvas.axis(scale, [(tick, percent(tick, 0)) for tick in scale.ticks(6)])
    return canvas.chart("bands", "Targets, bands and weights today", "; ".join(words))


@dataclass(frozen=True, slots=True)
class PastPicture:
    """What mandates would have done: a picture in both widths, and its two tables."""

    drawn: tuple[Markup, Markup]
    caption: str
    targets: Table
    figures: Table


def past_picture(answer: PastAnswer) -> PastPicture:
    """The weights of each target over the past under one mandate or two."""
    shown = answer.draft or answer.saved
    first, last = shown.dates[0], shown.dates[-1]
    who = (
        "The line is the weight"
        if answer.draft is None
        else ("The solid line is the weight under the draft, the thin one under the saved mandate")
    )
    caption = (
        f"{first:%d %b %Y} to {last:%d %b %Y}. {who}; the bar is the band, ticks below it are days "
        "with trades. The household begins on its targets; prices are those of the past, and the "
        "past says nothing certain of what comes."
    )
    return PastPicture(
        (svg(_past_drawing(answer, WIDE)), svg(_past_drawing(answer, NARROW))),
        caption,
        _target_table(answer),
        _figure_table(answer),
    )


def _past_drawing(answer: PastAnswer, layout: Layout) -> Drawing:
    shown = answer.draft or answer.saved
    old = {one.name: one for one in answer.saved.targets} if answer.draft is not None else {}
    left = GUTTER if layout is WIDE else NARROW_GUTTER
    across = Scale(0.0, max(1.0, len(shown.dates) - 1.0), left, layout.width - layout.margin)
    shapes: list[Shape] = []
    top, words = 4.0, []
    for target in shown.targets:
        shapes += _strip(target, old.get(target.name), shown, across, top)
        top += LABEL + STRIP + GAP
        words.append(f"{target.name}: {target.outside} of {len(shown.dates)} days outside its band")
    shapes += _days(shown, across, top)
    said = "; ".join(words) + f"; trades on {len(shown.traded)} days"
    return Drawing(
        f"past-{layout.name}", layout.name, layout.width, top + 20,
        "Weights over the past, with their bands", said, tuple(shapes),
    )  # fmt: skip


def _strip(
    target: PastTarget, old: PastTarget | None, shown: PastBands, across: Scale, top: float
) -> list[Shape]:
    """One target: its label, its band, its weights, and the days with trades."""
    both = target.weights if old is None else np.concatenate([target.weights, old.weights])
    away = float(np.max(np.abs(both - target.weight), initial=0.0))
    reach = max(target.band, away, 0.002) * AIR
    begin, end = top + LABEL, top + LABEL + STRIP
    up = Scale(max(0.0, target.weight - reach), min(1.0, target.weight + reach), end, begin)
    high = up.at(min(up.high, target.weight + target.band))
    low = up.at(max(up.low, target.weight - target.band))
    wanted = up.at(target.weight)
    shapes: list[Shape] = [
        Text(across.start, top + 12, target.name, "label"),
        Rect(across.start, high, across.end - across.start, low - high, "band"),
        Line(across.start, wanted, across.end, wanted, "wanted"),
        Text(across.start - 6, wanted + 4, percent(target.weight, 0), "tick", "end"),
    ]
    if old is not None and len(old.weights) == len(target.weights):
        shapes.append(_weights(old, across, up, "was"))
    shapes.append(_weights(target, across, up, "is"))
    place = {day: at for at, day in enumerate(shown.dates)}
    marks = sorted({round(across.at(place[day]), 1) for day in shown.traded if day in place})
    shapes += [Line(x, end + 1, x, end + 5, "traded") for x in marks]
    return shapes


def _weights(target: PastTarget, across: Scale, up: Scale, look: str) -> Shape:
    count = len(target.weights)
    places = np.unique(np.linspace(0, count - 1, min(count, POINTS_MAX)).round().astype(int))
    x = np.array([across.at(float(at)) for at in places.tolist()])
    y = np.array([up.at(float(target.weights[at])) for at in places.tolist()])
    return line(x, y, look)


def _days(shown: PastBands, across: Scale, top: float) -> list[Shape]:
    """The first, middle and last day below the strips."""
    last = len(shown.dates) - 1
    marks = [(0, "start"), (last // 2, "middle"), (last, "end")] if last > 1 else [(0, "start")]
    return [
        Text(across.at(float(at)), top + 8, f"{shown.dates[at]:%b %Y}", "tick", anchor)
        for at, anchor in marks
    ]


def _target_table(answer: PastAnswer) -> Table:
    """Days outside the band and the farthest distance, target by target."""
    columns = [Column("target", "Target")]
    sides = [("saved", "saved", answer.saved)]
    if answer.draft is not None:
        sides.append(("draft", "draft", answer.draft))
    for key, label, _ in sides:
        columns.append(Column(f"{key}_band", f"Band ±, {label}", Kind.SHARE))
        columns.append(Column(f"{key}_outside", f"Days outside, {label}", Kind.NUMBER))
        columns.append(Column(f"{key}_far", f"Farthest, {label}", Kind.SHARE))
    names = dict.fromkeys(one.name for _, _, past in reversed(sides) for one in past.targets)
    rows = []
    for name in names:
        cells: list[Cell] = [name]
        for _, _, past in sides:
            one = next((target for target in past.targets if target.name == name), None)
            if one is None:
                cells += [None, None, None]
            else:
                far = float(np.max(np.abs(one.weights - one.weight), initial=0.0))
                cells += [one.band, one.outside, far]
        rows.append(Row(tuple(cells)))
    return Table("past-targets", "Targets over the past", tuple(columns), tuple(rows))


def _figure_table(answer: PastAnswer) -> Table:
    """What it would have come to, in a few figures."""
    columns = (
        Column("mandate", "Mandate"),
        Column("days", "Days with trades", Kind.NUMBER),
        Column("trades", "Trades", Kind.NUMBER),
        Column("turnover", "Turnover", Kind.SHARE),
        Column("costs", "Cost", Kind.MONEY),
        Column("tax", "Tax", Kind.MONEY),
        Column("tracking", "Tracking error", Kind.SHARE),
        Column("drawdown", "Deepest fall", Kind.SHARE),
        Column("left", "Left after all tax", Kind.MONEY),
    )
    sides = [("saved", answer.saved)]
    if answer.draft is not None:
        sides.append(("draft", answer.draft))
    rows = tuple(
        Row(
            (
                name,
                len(past.traded),
                past.figures.trades,
                past.figures.turnover,
                past.figures.costs.total,
                past.figures.taxes.total,
                past.figures.tracking_error,
                past.figures.drawdown_max,
                past.figures.after_liquidation_end,
            )
        )
        for name, past in sides
    )
    return Table("past-figures", "What it would have come to", columns, rows)

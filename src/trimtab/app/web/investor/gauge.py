"""The drift gauge: how much of its band each target uses, and used over the past half year.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Sequence

from trimtab.app.report.svg import Canvas, Chart, Dot, Layout, Line, Rect, Scale
from trimtab.app.report.words import percent
from trimtab.app.status import TargetStanding
from trimtab.app.web.charts import Figure, figure_of
from trimtab.app.web.investor.past import PastWeights
from trimtab.app.web.tables import Column, Kind, Row, Table

__all__ = ["drift_figure"]

BAR = 14.0
SHOWN_MAX = 2.0
"""Beyond two bands a target is drawn at the edge; the table says how far it is."""


def drift_figure(targets: Sequence[TargetStanding], past: PastWeights | None) -> Figure:
    """Each target's drift as a part of its band, with its range over the past."""
    names = [one.name for one in targets]
    spans = [_span(one, past, k) for k, one in enumerate(targets)]

    def draw(layout: Layout) -> Chart:
        return _chart(targets, spans, layout.fitting(names))

    caption = "Today's drift against the band of each class."
    if past is not None:
        since = f"{past.dates[0].day} {past.dates[0]:%b %Y}"
        caption += f" The thin line is its range since {since}: {past.source}."
    return figure_of(draw, caption, _table(targets, spans))


Span = tuple[float, float] | None


def _span(target: TargetStanding, past: PastWeights | None, k: int) -> Span:
    """The lowest and the highest drift of the past."""
    if past is None:
        return None
    drifts = past.weights[:, k] - float(target.weight)
    return float(drifts.min()), float(drifts.max())


def _chart(targets: Sequence[TargetStanding], spans: Sequence[Span], layout: Layout) -> Chart:
    canvas = Canvas(layout)
    scale = Scale(-SHOWN_MAX, SHOWN_MAX, canvas.left, canvas.right - 8)

    def at(drift: float, band: float) -> float:
        part = drift / band if band else (SHOWN_MAX if drift > 0 else -SHOWN_MAX if drift else 0.0)
        return scale.at(min(SHOWN_MAX, max(-SHOWN_MAX, part)))

    for target, span in zip(targets, spans, strict=True):
        y = canvas.row(target.name, "label out" if target.is_out else "label")
        band, drift = float(target.band), float(target.drift)
        width = scale.at(1.0) - scale.at(-1.0)
        canvas.add(Rect(scale.at(-1.0), y - BAR / 2, width, BAR, "band"))
        canvas.add(Line(scale.at(0.0), y - BAR / 2, scale.at(0.0), y + BAR / 2, "target"))
        if span is not None:
            canvas.add(Line(at(span[0], band), y, at(span[1], band), y, "range"))
        canvas.add(Dot(at(drift, band), y, 6, "now out" if target.is_out else "now"))
    canvas.axis(scale, [(-1.0, "below"), (0.0, "target"), (1.0, "above")])
    words = "; ".join(
        f"{one.name} {percent(one.actual)}, target {percent(one.weight)} ± {percent(one.band)}, "
        f"{one.words}"
        for one in targets
    )
    return canvas.chart("gauge", "Drift of each class as a part of its band", words)


def _table(targets: Sequence[TargetStanding], spans: Sequence[Span]) -> Table:
    share = Kind.SHARE
    columns = (
        Column("class", "Class"),
        Column("now", "Now", share),
        Column("target", "Target", share),
        Column("band", "Band ±", share),
        Column("drift", "Drift", share),
        Column("lowest", "Lowest drift", share),
        Column("highest", "Highest drift", share),
        Column("standing", "Standing"),
    )
    rows = tuple(
        Row(
            (
                one.name,
                one.actual,
                one.weight,
                one.band,
                one.drift,
                None if span is None else span[0],
                None if span is None else span[1],
                one.words,
            ),
            "alert" if one.is_out else "",
        )
        for one, span in zip(targets, spans, strict=True)
    )
    return Table("drift", "Classes against their targets and bands", columns, rows)

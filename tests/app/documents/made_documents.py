"""A document with one of everything, and with words that must not become markup."""

from datetime import UTC, date, datetime
from decimal import Decimal

from trimtab.app.documents.document import Document, Drawn, Line, Paper, Section
from trimtab.app.documents.tables import Column, Kind, Row, Table
from trimtab.app.report.charts import both
from trimtab.app.report.svg import Canvas, Chart, Layout, Rect

HOSTILE = "<img src=x onerror=alert(1)>"
TABLE = Table(
    "drift",
    "Targets",
    (
        Column("name", "Target"),
        Column("weight", "Weight", Kind.SHARE),
        Column("value", "Value", Kind.MONEY),
        Column("gain", "Gain", Kind.CENTS),
        Column("units", "Units", Kind.QUANTITY),
        Column("on", "On", Kind.DATE),
        Column("at", "At", Kind.MOMENT),
    ),
    (
        Row(
            (
                f"stocks {HOSTILE}",
                Decimal("0.615"),
                Decimal("-1234.5"),
                Decimal("0.055"),
                Decimal("12.500"),
                date(2026, 3, 31),
                datetime(2026, 3, 31, 14, 5, tzinfo=UTC),
            ),
            "out",
        ),
        Row(("bonds", None, 0, None, None, None, None)),
    ),
)


def _draw(layout: Layout) -> Chart:
    canvas = Canvas(layout)
    y = canvas.row("stocks")
    canvas.add(Rect(canvas.left, y, 20, 10, "band"))
    return canvas.chart("weights", "Weights and bands", "stocks 61.5 %")


def made(paper: Paper = Paper.LETTER) -> Document:
    """The document."""
    inner = Section("inner", "Inside", points=(Line("a point", "targets.stocks"),))
    changed = (
        Line("now it is so", "cash.reserve", "changed", "it was so"),
        Line("it came", "flows.roof", "added"),
        Line("", "flows.car", "removed", "it went"),
    )
    return Document(
        f"Report of {HOSTILE}",
        "one week",
        (Line("All of it at once."),),
        (
            Section(
                "first",
                "What stands",
                (Line("A sentence.", look="alert"),),
                (Drawn(both(_draw), "A caption."),),
                (TABLE,),
                (Line("The first point."),),
                (inner,),
            ),
            Section("changes", "What changed", points=changed),
            Section("none", "Nothing", tables=(Table("none", "No rows", TABLE.columns, ()),)),
        ),
        paper,
        "The foot of it.",
    )

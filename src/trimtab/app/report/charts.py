"""The report's charts: each takes figures and a layout, and gives shapes with a description.

What a chart shows stands in a table beside it too, so nothing depends on seeing it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from trimtab.app.report.figures import (
    AccountTrades,
    AgingLot,
    CostRow,
    TargetRow,
    WashRow,
)
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
from trimtab.app.report.words import Money, day, percent
from trimtab.model.plans import Plan
from trimtab.model.snapshots import Side

__all__ = ["aging_chart", "both", "cost_chart", "tax_chart", "trade_chart", "wash_chart"]

BAR = 14.0
LABEL_ROOM = 70.0
"""Room at a bar's end for its amount."""
LETTER_WIDTH, LINE_HEIGHT = 8.0, 13.0
"""Room that a label takes, generously."""


def both(draw: Callable[[Layout], Chart]) -> tuple[Chart, Chart]:
    """A chart for wide and for narrow screens; the style sheet shows one of the two."""
    return draw(WIDE), draw(NARROW)


def weight_chart(rows: Sequence[TargetRow], layout: Layout) -> Chart:
    """Each target's band, its weight today (hollow) and after the plan (filled)."""
    canvas = Canvas(layout.fitting(row.name for row in rows))
    top = max((max(row.before, row.after, row.weight + row.band) for row in rows), default=1.0)
    scale = Scale(0.0, top * 1.04, canvas.left, canvas.right)
    for row in rows:
        y = canvas.row(row.name, "label" if row.is_inside else "label out")
        low, high = max(0.0, row.weight - row.band), row.weight + row.band
        canvas.add(
            Rect(scale.at(low), y - BAR / 2, scale.at(high) - scale.at(low), BAR, "band"),
            Line(scale.at(row.weight), y - BAR / 2, scale.at(row.weight), y + BAR / 2, "target"),
            Line(scale.at(row.before), y, scale.at(row.after), y, "move"),
            Dot(scale.at(row.before), y, 5, "before" if row.is_inside else "before out"),
            Dot(scale.at(row.after), y, 5, "after"),
        )
    canvas.axis(scale, [(tick, percent(tick, 0)) for tick in scale.ticks(6)])
    words = "; ".join(
        f"{row.name} {percent(row.before)} to {percent(row.after)}, "
        f"target {percent(row.weight)} ± {percent(row.band)}"
        for row in rows
    )
    return canvas.chart("weights", "Weights against targets and bands", words)


def trade_chart(groups: Sequence[AccountTrades], money: Money, layout: Layout) -> Chart:
    """Sales to the left, purchases to the right, account by account."""
    canvas = Canvas(layout)
    amounts = [float(trade.amount) for group in groups for trade in group.trades]
    reach = max(amounts, default=1.0)
    scale = Scale(-reach, reach, canvas.left + LABEL_ROOM, canvas.right - LABEL_ROOM)
    for group in groups:
        canvas.heading(group.account.label)
        for trade in group.trades:
            sells = trade.side is Side.SELL
            y = canvas.row(f"{trade.side.value} {trade.instrument}")
            amount = float(trade.amount) * (-1 if sells else 1)
            start, end = sorted((scale.at(0), scale.at(amount)))
            anchor, x = ("end", start - 6) if sells else ("start", end + 6)
            canvas.add(
                Rect(start, y - BAR / 2, max(1.0, end - start), BAR, trade.side.value),
                Text(x, y + 4, money(trade.amount), "value", anchor),
            )
    zero = scale.at(0)
    canvas.shapes.insert(0, Line(zero, 4, zero, canvas.bottom, "zero"))
    words = "; ".join(
        f"{group.account.label}: "
        + ", ".join(f"{t.side.value} {t.instrument} {money(t.amount)}" for t in group.trades)
        for group in groups
    )
    return canvas.chart("trades", "Sales and purchases by account", words)


def tax_chart(plan: Plan, money: Money, layout: Layout) -> Chart:
    """Net gains of the year and their tax, without and with the plan."""
    before, after = plan.bill_before, plan.bill_after
    rows = [
        ("Short-term, without", before.net_short, "without"),
        ("Short-term, with", after.net_short, "with"),
        ("Long-term, without", before.net_long, "without"),
        ("Long-term, with", after.net_long, "with"),
        ("Tax, without", before.tax, "without"),
        ("Tax, with", after.tax, "with"),
    ]
    canvas = Canvas(layout)
    amounts = [float(amount) for _, amount, _ in rows]
    low, high = min(0.0, *amounts), max(0.0, *amounts)
    scale = Scale(low, high, canvas.left + LABEL_ROOM, canvas.right - LABEL_ROOM)
    for label, amount, look in rows:
        y = canvas.row(label)
        start, end = sorted((scale.at(0), scale.at(float(amount))))
        anchor, x = ("end", start - 6) if amount < 0 else ("start", end + 6)
        canvas.add(
            Rect(start, y - BAR / 2, max(1.0, end - start), BAR, look),
            Text(x, y + 4, money(amount), "value", anchor),
        )
    zero = scale.at(0)
    canvas.shapes.insert(0, Line(zero, 4, zero, canvas.bottom, "zero"))
    words = "; ".join(f"{label} {money(amount)}" for label, amount, _ in rows)
    return canvas.chart("taxes", "The year's net gains and tax, without and with the plan", words)


def cost_chart(rows: Sequence[CostRow], money: Money, layout: Layout) -> Chart:
    """Doing nothing against the plan, each a stack of its costs; savings lie left of zero."""
    canvas = Canvas(layout)
    sides = [("Doing nothing", [row.before for row in rows])]
    sides.append(("The plan", [row.after for row in rows]))
    low = min(sum(min(0.0, part) for part in parts) for _, parts in sides)
    high = max(sum(max(0.0, part) for part in parts) for _, parts in sides)
    scale = Scale(low, high, canvas.left + (LABEL_ROOM if low else 0), canvas.right - LABEL_ROOM)
    for label, parts in sides:
        y = canvas.row(label)
        right, left = 0.0, 0.0
        for row, part in zip(rows, parts, strict=True):
            start = right if part > 0 else left + part
            width = scale.at(start + abs(part)) - scale.at(start)
            canvas.add(Rect(scale.at(start), y - BAR / 2, width, BAR, f"cost-{row.look}"))
            right, left = right + max(0.0, part), left + min(0.0, part)
        canvas.add(Text(scale.at(right) + 6, y + 4, money(sum(parts)), "value total"))
    zero = scale.at(0)
    canvas.add(Line(zero, 4, zero, canvas.bottom, "zero"))
    words = "; ".join(f"{label} {money(sum(parts))}" for label, parts in sides)
    return canvas.chart("costs", "What doing nothing costs, against the plan", words)


def wash_chart(rows: Sequence[WashRow], today: date, layout: Layout) -> Chart:
    """The 61 days around each loss, with what was bought within them."""
    canvas = Canvas(layout)
    first = min(row.first for row in rows) - timedelta(days=2)
    last = max(row.last for row in rows) + timedelta(days=2)
    scale = Scale(first.toordinal(), last.toordinal(), canvas.left, canvas.right)

    def at(on: date) -> float:
        return scale.at(on.toordinal())

    for row in rows:
        y = canvas.row(row.label)
        split = min(max(today, row.first), row.last)
        canvas.add(
            Rect(at(row.first), y - BAR / 2, at(split) - at(row.first), BAR, "window"),
            Rect(at(split), y - BAR / 2, at(row.last) - at(split), BAR, "window ahead"),
            Line(at(row.sold), y - BAR / 2 - 2, at(row.sold), y + BAR / 2 + 2, "sold"),
        )
        canvas.add(*(Dot(at(on), y, 5, "bought") for on, _ in row.purchases))
    marks = [(float(at_day.toordinal()), f"{at_day.day} {at_day:%b}") for at_day in _marks(today)]
    inside = [mark for mark in marks if scale.low <= mark[0] <= scale.high]
    canvas.axis(scale, inside)
    words = "; ".join(
        f"{row.label}: {row.note}"
        + "".join(f", {words} on {day(on)}" for on, words in row.purchases)
        for row in rows
    )
    return canvas.chart("wash", "Wash-sale windows of 61 days", words)


def _marks(today: date) -> list[date]:
    return [today + timedelta(days=days) for days in (-60, -45, -30, -15, 0, 15, 30)]


def aging_chart(lots: Sequence[AgingLot], money: Money, layout: Layout) -> Chart:
    """Short-term lots by days to long-term and gain; those the plan sells are filled."""
    canvas = Canvas(layout)
    height = 210.0
    gains = [float(lot.gain) for lot in lots]
    reach_up, reach_down = max(0.0, *gains), min(0.0, *gains)
    room = (reach_up - reach_down or 1.0) * 0.1
    margin = 64.0
    down = Scale(reach_down - room, reach_up + room, canvas.bottom + height, canvas.bottom + 8)
    across = Scale(0.0, 366.0, margin, layout.width - layout.margin - 8)
    for tick in down.ticks(4):
        y = down.at(tick)
        canvas.add(
            Line(margin, y, across.end, y, "zero" if abs(tick) < 1e-9 else "grid"),
            Text(margin - 6, y + 4, money(tick), "tick", "end"),
        )
    dots = [(across.at(lot.days_left), down.at(float(lot.gain))) for lot in lots]
    for lot, (x, y) in zip(lots, dots, strict=True):
        side = "gain" if lot.gain > 0 else "loss"
        canvas.add(Dot(x, y, 5, f"{side} sold-lot" if lot.is_sold else f"{side} kept"))
    canvas.add(*_lot_labels(lots, dots, down.at(0.0), margin, across.end))
    canvas.bottom += height
    days = [(0.0, "now"), (90.0, "90 days"), (180.0, "180"), (270.0, "270"), (366.0, "1 year")]
    canvas.axis(across, days)
    words = "; ".join(
        f"{lot.instrument} {money(lot.gain)}, long-term in {lot.days_left} days"
        + (", sold" if lot.is_sold else "")
        for lot in lots
    )
    return canvas.chart("aging", "Short-term lots by days until they are long-term", words)


def _lot_labels(
    lots: Sequence[AgingLot],
    dots: Sequence[tuple[float, float]],
    zero: float,
    start_at: float,
    end: float,
) -> list[Text]:
    """Names beside, above or below the dots where there is room, the largest amounts first.

    No name stands on a dot, on another name, or on the line of zero, which would strike it out.
    """
    taken = [(x - 6, x + 6, y) for x, y in dots]
    labels: list[Text] = []
    for lot, (x, y) in sorted(zip(lots, dots, strict=True), key=lambda pair: -abs(pair[0].gain)):
        width = LETTER_WIDTH * len(lot.instrument) + 4
        for anchor, at, left, middle in (
            ("start", x + 9, x + 7, y),
            ("end", x - 9, x - 7 - width, y),
            ("middle", x, x - width / 2, y - LINE_HEIGHT),
            ("middle", x, x - width / 2, y + LINE_HEIGHT),
        ):
            right = left + width
            crosses = any(
                start < right and left < stop and abs(middle - other) < LINE_HEIGHT
                for start, stop, other in taken
                if (start, stop, other) != (x - 6, x + 6, y)
            )
            inside = left >= start_at and right <= end + 8
            if inside and not crosses and abs(middle - zero) >= LINE_HEIGHT / 2:
                labels.append(Text(at, middle + 4, lot.instrument, "value", anchor))
                taken.append((left, right, middle))
                break
    return labels

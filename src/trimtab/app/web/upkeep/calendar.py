"""The wash-sale calendar: 61 days around each loss that was taken, and around each purchase that
bars one.

Errors: none.
Source: 26 USC 1091(a).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from trimtab.app.report.figures import WINDOW, WashRow, wash_rows
from trimtab.app.report.svg import Canvas, Chart, Dot, Layout, Line, Rect, Scale
from trimtab.app.report.words import day
from trimtab.app.web.charts import Figure, figure_of
from trimtab.app.web.tables import Column, Kind, Row, Table

if TYPE_CHECKING:
    from trimtab.app.web.households import View

__all__ = ["WindowBar", "calendar_figure", "window_bars"]

BAR = 14.0
AIR = timedelta(days=2)
MARK_DAYS = (-60, -45, -30, -15, 0, 15, 30)
BARS_MAX = 40
"""So many are drawn; the table has all."""


@dataclass(frozen=True, slots=True)
class WindowBar:
    """One window: what happened on its middle day, and what it makes unwise until its last.

    `others` are days within it on which the same was bought, with what was done.
    """

    instrument: str
    account: str
    on: date
    what: str
    meaning: str
    is_purchase: bool
    others: tuple[tuple[date, str], ...] = ()

    @property
    def first(self) -> date:
        """The first day of the window."""
        return self.on - WINDOW

    @property
    def last(self) -> date:
        """The last day of the window."""
        return self.on + WINDOW


def window_bars(view: View) -> tuple[WindowBar, ...]:
    """Every window that is open on the household's day or would be opened by today's plan."""
    loaded = view.loaded
    reading = loaded.mandate.wash_sales.reading
    sales = [_of_sale(row) for row in wash_rows(view.decision, loaded.snapshot, reading)]
    purchases = [
        WindowBar(
            one.instrument,
            loaded.household.account(one.account).label,
            one.on,
            "bought",
            f"a loss sold by {day(one.until)} is washed by it"
            + (", and lost for good" if one.permanent else ""),
            True,
        )
        for one in view.status.windows
        if one.bars == "sale"
    ]
    return tuple(sorted((*sales, *purchases), key=lambda one: (one.last, one.instrument)))


def _of_sale(row: WashRow) -> WindowBar:
    what = "sold at a loss by today's plan" if row.is_planned else "sold at a loss"
    meaning = f"buying it by {day(row.last)} washes the loss"
    return WindowBar(row.label, "", row.sold, what, meaning, False, row.purchases)


def calendar_figure(bars: Sequence[WindowBar], today: date) -> Figure | None:
    """The calendar with its table; none where no window is open."""
    if not bars:
        return None
    columns = (
        Column("instrument", "Instrument"),
        Column("account", "Account"),
        Column("what", "What happened"),
        Column("on", "On", Kind.DATE),
        Column("from", "Window from", Kind.DATE),
        Column("until", "Until", Kind.DATE),
        Column("days_left", "Days left", Kind.NUMBER),
        Column("meaning", "What it means"),
    )
    rows = tuple(
        Row(
            (
                one.instrument,
                one.account,
                one.what,
                one.on,
                one.first,
                one.last,
                max(0, (one.last - today).days),
                one.meaning,
            )
        )
        for one in bars
    )
    table = Table("windows", "Wash-sale windows of 61 days", columns, rows)
    caption = (
        "Bars are the 61 days around a loss that was sold, or would be by today's plan (a line), "
        "or a purchase that bars one (a filled dot); the part still ahead is orange."
    )
    return figure_of(partial(calendar_chart, bars[:BARS_MAX], today), caption, table)


def calendar_chart(bars: Sequence[WindowBar], today: date, layout: Layout) -> Chart:
    """Each window as a bar, split at today."""
    canvas = Canvas(layout.fitting(one.instrument for one in bars))
    first = min(one.first for one in bars) - AIR
    last = max(one.last for one in bars) + AIR
    scale = Scale(first.toordinal(), last.toordinal(), canvas.left, canvas.right)

    def at(on: date) -> float:
        return scale.at(on.toordinal())

    for one in bars:
        y = canvas.row(one.instrument)
        split = min(max(today, one.first), one.last)
        canvas.add(
            Rect(at(one.first), y - BAR / 2, at(split) - at(one.first), BAR, "window"),
            Rect(at(split), y - BAR / 2, at(one.last) - at(split), BAR, "window ahead"),
        )
        if one.is_purchase:
            canvas.add(Dot(at(one.on), y, 5, "bought"))
        else:
            canvas.add(Line(at(one.on), y - BAR / 2 - 2, at(one.on), y + BAR / 2 + 2, "sold"))
            canvas.add(*(Dot(at(on), y, 5, "bought") for on, _ in one.others))
    canvas.add(Line(at(today), 4, at(today), canvas.bottom, "zero"))
    days = [today + timedelta(days=days) for days in MARK_DAYS]
    canvas.axis(
        scale,
        [(float(on.toordinal()), f"{on.day} {on:%b}") for on in days if first <= on <= last],
    )
    words = "; ".join(
        f"{one.instrument} {one.what} on {day(one.on)}: {one.meaning}" for one in bars
    )
    return canvas.chart("windows", "Wash-sale windows of 61 days", words)

"""Net worth: what is held less what is owed, half a year back and as far ahead as money is dated.

Ahead, nothing grows and no interest runs: only the deposits, needs and repayments that the mandate
dates are counted.  No plan looks at liabilities; they stand here alone.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
from markupsafe import Markup

from trimtab.app.evidence.page.draw import svg
from trimtab.app.evidence.page.frame import Frame, Margins
from trimtab.app.evidence.page.shapes import line
from trimtab.app.report.svg import NARROW, WIDE, Dot, Layout, Line, Scale
from trimtab.app.status import Status
from trimtab.app.web.investor.past import PastWeights
from trimtab.app.web.tables import Column, Kind, Row, Table
from trimtab.model.mandate import CashFlow, Liability, Mandate
from trimtab.model.money import total

__all__ = ["NetWorth", "net_worth_of", "worth_days", "worth_drawings"]

AHEAD_MAX = timedelta(days=366)
"""Money dated later than this is in the table and not on the line."""
ROOM = 0.12
Money = Callable[[float], str]


@dataclass(frozen=True, slots=True)
class NetWorth:
    """What is held and owed.

    Unit: base currency; `owed` positive.
    """

    assets: Decimal
    owed: Decimal
    as_of: date
    flows: tuple[CashFlow, ...]
    liabilities: tuple[Liability, ...]

    @property
    def net(self) -> Decimal:
        """What is held less what is owed."""
        return self.assets - self.owed

    @property
    def table(self) -> Table:
        """Every part of it, and the money that is dated, the next first."""
        rows = [Row(("Holdings and cash", None, self.assets, ""))]
        rows += [
            Row((one.name, one.due, -one.amount, "owed; counts here and in no plan"))
            for one in self.liabilities
        ]
        rows.append(Row(("Net worth", None, self.net, ""), "sum"))
        rows += [
            Row((_name(flow), flow.due, flow.amount, _what(flow, self.as_of)))
            for flow in self.flows
        ]
        columns = (
            Column("what", "What"),
            Column("due", "Due", Kind.DATE),
            Column("amount", "Amount", Kind.MONEY),
            Column("note", "Note"),
        )
        return Table("worth", "Net worth, and money that is dated", columns, tuple(rows))


def net_worth_of(status: Status, mandate: Mandate) -> NetWorth:
    """The net worth of a household as it stands."""
    owed = total(one.amount for one in mandate.liabilities)
    return NetWorth(status.value, owed, status.as_of, status.flows, mandate.liabilities)


def worth_days(worth: NetWorth, past: PastWeights, days: Iterable[int]) -> Table:
    """The line as a table: dated money ahead, today, and chosen days of the past, latest first."""
    rows = [Row((due, level, "dated money")) for due, level in reversed(_steps(worth))]
    rows.append(Row((worth.as_of, worth.net, "today")))
    owed = float(worth.owed)
    rows += [
        Row((past.dates[at], float(past.worth[at]) - owed, "past"))
        for at in days
        if past.dates[at] < worth.as_of
    ]
    columns = (
        Column("day", "Day", Kind.DATE),
        Column("net", "Net worth", Kind.MONEY),
        Column("what", "What it is"),
    )
    return Table("worth-days", "Net worth, day by day", columns, tuple(rows))


def worth_drawings(worth: NetWorth, past: PastWeights | None, money: Money) -> tuple[Markup, ...]:
    """The line of net worth for wide and narrow screens; none where no past is known."""
    if past is None:
        return ()
    return tuple(_drawn(worth, past, money, layout) for layout in (WIDE, NARROW))


def _name(flow: CashFlow) -> str:
    return flow.clause.removeprefix("flows.")


def _what(flow: CashFlow, as_of: date) -> str:
    """What dated money is; what was due before is counted nowhere."""
    if flow.due is not None and flow.due < as_of:
        return "was due before; not counted"
    return "needed" if flow.amount < 0 else "coming in"


def _steps(worth: NetWorth) -> list[tuple[date, float]]:
    """Days ahead on which money comes or goes, and the net worth from then on."""
    last = worth.as_of + AHEAD_MAX
    dated = sorted(
        (flow.due, float(flow.amount))
        for flow in worth.flows
        if flow.due is not None and worth.as_of < flow.due <= last
    )
    steps, level = [], float(worth.net)
    for due, amount in dated:
        level += amount
        steps.append((due, level))
    return steps


def _drawn(worth: NetWorth, past: PastWeights, money: Money, layout: Layout) -> Markup:
    steps = _steps(worth)
    ends = max([worth.as_of, *(due for due, _ in steps)]) + timedelta(days=14)
    days = [*(on for on in past.dates if on < worth.as_of), worth.as_of]
    worths = past.worth[: len(days) - 1] - float(worth.owed)
    levels = np.append(worths, float(worth.net))
    frame = Frame(layout, [days[0], ends], Margins(76 if layout.name == "wide" else 60, 14))
    top, bottom = frame.room(170.0)
    lowest = min(float(levels.min()), *(level for _, level in steps), float(worth.net))
    highest = max(float(levels.max()), *(level for _, level in steps), float(worth.net))
    room = (highest - lowest or abs(highest) or 1.0) * ROOM
    up = Scale(lowest - room, highest + room, bottom, top)
    across = frame.across
    x = np.array([across.at(on.toordinal()) for on in days])
    y = np.array([up.at(level) for level in levels.tolist()])
    frame.shapes.append(line(x, y, "worth-line"))
    at, level = float(x[-1]), float(worth.net)
    frame.shapes.append(Line(at, top, at, bottom, "today"))
    for due, after in [*steps, (ends, steps[-1][1] if steps else level)]:
        place = across.at(due.toordinal())
        frame.shapes.append(Line(at, up.at(level), place, up.at(level), "ahead-line"))
        if due != ends:
            frame.shapes.append(Line(place, up.at(level), place, up.at(after), "ahead-line"))
            frame.shapes.append(Dot(place, up.at(after), 4, "dated"))
        at, level = place, after
    frame.levels(up, money, 4)
    frame.days_axis(top)
    words = f"Net worth today {money(float(worth.net))}"
    words += "".join(f"; {money(level)} from {due}" for due, level in steps)
    return svg(frame.drawing("worth", "Net worth, and what dated money leaves of it", words))

"""Where the household stands: worth, drift, every target before, now and after the plan.

Errors: none.
"""

from __future__ import annotations

from functools import partial

from trimtab.app.documents.document import Drawn, Line, Section
from trimtab.app.documents.tables import Cell, Column, Kind, Row, Table
from trimtab.app.documents.wording import Wording
from trimtab.app.period_report.facts import Beginning, Happened
from trimtab.app.report import charts
from trimtab.app.report.figures import TargetRow
from trimtab.app.report.words import day
from trimtab.app.status import Status
from trimtab.model.mandate import Mandate
from trimtab.model.money import ZERO, total
from trimtab.model.plans import Plan

__all__ = ["standing_section"]

MOVED = {
    "deposit": "came in as deposits",
    "withdrawal": "went out as withdrawals",
    "dividend": "came in as dividends",
    "interest": "came in as interest",
    "fee": "went out as fees",
}


def standing_section(
    status: Status, mandate: Mandate, plan: Plan | None, happened: Happened, wording: Wording
) -> Section:
    """The section; `plan` is what the rules come to today, where there is one."""
    rows = _rows(status, plan)
    chart = partial(charts.weight_chart, rows)
    end = "filled after today's plan" if plan is not None else "filled the same"
    caption = f"Hollow: the weight on {day(status.as_of)}; {end}; the bar is the band."
    return Section(
        "standing",
        "Where the household stands",
        _lines(status, mandate, happened, wording),
        (Drawn(charts.both(chart), caption),) if rows else (),
        (_table(status, plan, happened.beginning), _accounts(status)),
    )


def _rows(status: Status, plan: Plan | None) -> tuple[TargetRow, ...]:
    after = {} if plan is None else plan.weights_after
    return tuple(
        TargetRow(
            one.name,
            float(one.weight),
            float(one.band),
            float(one.actual),
            after.get(one.name, float(one.actual)),
        )
        for one in status.targets
    )


def _lines(
    status: Status, mandate: Mandate, happened: Happened, wording: Wording
) -> tuple[Line, ...]:
    out = [one.name for one in status.targets if one.is_out]
    stands = f"Outside their bands: {', '.join(out)}." if out else "All targets are in their bands."
    lines = [
        Line(
            f"On {day(status.as_of)} the household holds {wording.money(status.value)}, "
            f"{wording.money(status.cash)} of it cash. {stands} All drifts together come to "
            f"{wording.share(status.drift_total)} of everything."
        )
    ]
    owed = total(debt.amount for debt in mandate.liabilities)
    if owed:
        worth = wording.money(status.value - owed)
        lines.append(Line(f"It owes {wording.money(owed)}, so that its net worth is {worth}."))
    beginning = happened.beginning
    if beginning is not None:
        lines.append(Line(f"On {day(beginning.on)} it held {wording.money(beginning.value)}."))
    if happened.booked is not None and happened.booked.moved:
        told = ", ".join(
            f"{wording.money(abs(amount))} {MOVED[kind]}"
            for kind, amount in happened.booked.moved.items()
        )
        lines.append(Line(f"In the period {told}."))
    return tuple(lines)


def _table(status: Status, plan: Plan | None, beginning: Beginning | None) -> Table:
    columns = [
        Column("target", "Target"),
        Column("wanted", "Wanted", Kind.SHARE),
        Column("band", "Band ±", Kind.SHARE),
    ]
    if beginning is not None:
        columns.append(Column("before", day(beginning.on), Kind.SHARE))
    columns.append(Column("now", day(status.as_of), Kind.SHARE))
    if plan is not None:
        columns.append(Column("after", "After the plan", Kind.SHARE))
    columns.append(Column("standing", "Standing today"))
    rows = []
    for one, row in zip(status.targets, _rows(status, plan), strict=True):
        cells: list[Cell] = [one.name, one.weight, one.band]
        if beginning is not None:
            cells.append(beginning.weights.get(one.name, ZERO))
        cells.append(one.actual)
        if plan is not None:
            cells.append(plan.weights_after.get(one.name, 0.0))
        ending = f", {row.ending} after the plan" if plan is not None and row.ending else ""
        rows.append(Row((*cells, one.words + ending), "out" if one.is_out else ""))
    caption = "Every target: what is wanted and what is held"
    if plan is not None:
        caption += "; after the plan, of the value after deposits and withdrawals"
    return Table("targets", caption, tuple(columns), tuple(rows), "No targets.")


def _accounts(status: Status) -> Table:
    columns = (
        Column("account", "Account"),
        Column("value", "Value", Kind.MONEY),
        Column("cash", "Cash", Kind.CENTS),
        Column("share", "Of everything", Kind.SHARE),
    )
    rows = tuple(
        Row((one.account.label, one.value, one.cash, one.weight)) for one in status.accounts
    )
    return Table("accounts", "Every account", columns, rows)

"""Kept backtests as tables and a chart; several runs stand side by side in the same table.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup

from trimtab.app.evidence.page.draw import svg
from trimtab.app.evidence.page.frame import Frame, Margins
from trimtab.app.evidence.page.over_time import policy_look, short_money
from trimtab.app.evidence.page.shapes import Drawing
from trimtab.app.report.svg import NARROW, WIDE, Layout, Scale
from trimtab.app.report.words import money_in
from trimtab.app.web.backtests.kept import Outcome, StoredRun
from trimtab.app.web.tables import Column, Kind, Row, Table

__all__ = ["curve_table", "figure_table", "looks", "run_table", "wealth_chart"]

HEIGHTS = {"wide": 260.0, "narrow": 190.0}
MARGINS = {"wide": Margins(66, 14), "narrow": Margins(54, 8)}
ROWS_MAX = 24
FIGURES = (
    ("after_liquidation_end", "After liquidation tax", Kind.MONEY),
    ("after_tax_end", "After tax owed", Kind.MONEY),
    ("value_end", "Value", Kind.MONEY),
    ("after_liquidation_return", "Return a year, after liquidation", Kind.SHARE),
    ("volatility", "Volatility", Kind.SHARE),
    ("drawdown_max", "Deepest fall", Kind.SHARE),
    ("tracking_error", "Tracking error", Kind.SHARE),
    ("turnover", "Turnover a year", Kind.SHARE),
    ("trades", "Trades", Kind.NUMBER),
    ("days_outside", "Days outside bands", Kind.NUMBER),
    ("cost", "Cost", Kind.MONEY),
    ("tax", "Tax", Kind.MONEY),
)


def run_table(runs: Sequence[StoredRun], place: str) -> Table:
    """The runs of a household, each leading to its page."""
    columns = (
        Column("run", "Run"),
        Column("asked_at", "Asked", Kind.MOMENT),
        Column("person", "By"),
        Column("policies", "Policies"),
        Column("from", "From", Kind.DATE),
        Column("until", "Until", Kind.DATE),
        Column("state", "State"),
        Column("words", "In words"),
    )
    rows = tuple(
        Row(
            (
                *(one.id, one.asked_at, one.person, ", ".join(one.asked.policies)),
                *(one.asked.start, one.asked.end, one.state.value, _words(one)),
            ),
            link=f"{place}/{one.id}",
        )
        for one in runs
    )
    return Table("runs", "Backtests that were asked for", columns, rows, "None was asked for yet.")


def figure_table(runs: Sequence[StoredRun]) -> Table:
    """Figures of every policy of some runs; with several runs each row says which it is of."""
    several = len(runs) > 1
    columns = (
        Column("policy", "Policy"),
        *((Column("run", "Run"), Column("days", "Days")) if several else ()),
        *(Column(name, label, kind) for name, label, kind in FIGURES),
    )
    rows = []
    for run in runs:
        if run.outcome is None:
            continue
        first, last = run.outcome.days[0], run.outcome.days[-1]
        which = (run.id, f"{first} to {last}") if several else ()
        for figures in run.outcome.figures:
            cells = (_figure(figures.get(name), kind) for name, _, kind in FIGURES)
            rows.append(Row((str(figures["policy"]), *which, *cells)))
    return Table("figures", "What each policy came to", columns, tuple(rows))


def wealth_chart(outcome: Outcome) -> tuple[Markup, Markup]:
    """Each policy's wealth after liquidation tax over time, for wide and narrow screens."""
    return svg(_wealth(outcome, WIDE)), svg(_wealth(outcome, NARROW))


def curve_table(outcome: Outcome) -> Table:
    """The same as a table, on some of the days."""
    step = max(1, len(outcome.days) // ROWS_MAX)
    picked = sorted({*range(0, len(outcome.days), step), len(outcome.days) - 1})
    columns = (
        Column("day", "Day", Kind.DATE),
        *(Column(f"policy_{at}", one.policy, Kind.MONEY) for at, one in enumerate(outcome.curves)),
    )
    rows = tuple(
        Row((outcome.days[at], *(one.values[at] for one in outcome.curves))) for at in picked
    )
    return Table("wealth", "Wealth after liquidation tax", columns, rows)


def looks(outcome: Outcome) -> tuple[tuple[str, str], ...]:
    """Every policy with the class of its line, for the legend."""
    return tuple((one.policy, policy_look(at)) for at, one in enumerate(outcome.curves))


def _wealth(outcome: Outcome, layout: Layout) -> Drawing:
    money = money_in(outcome.currency)
    curves = [np.array(one.values) for one in outcome.curves]
    low, high = min(map(np.min, curves)), max(map(np.max, curves))
    air = float(high - low) * 0.04 or 1.0
    frame = Frame(layout, outcome.days, MARGINS[layout.name])
    top, bottom = frame.room(HEIGHTS[layout.name])
    up = Scale(float(low) - air, float(high) + air, bottom, top)
    for at, values in reversed(list(enumerate(curves))):
        frame.draw(values, up, f"line {policy_look(at)}")
    frame.levels(up, short_money(money))
    frame.days_axis(top)
    ends = "; ".join(f"{one.policy} {money(one.values[-1])}" for one in outcome.curves)
    return frame.drawing("wealth", "Wealth after liquidation tax", f"At the end: {ends}")


def _figure(value: float | str | None, kind: Kind) -> float | str | None:
    """A figure as its column holds it; counts are whole."""
    return int(value) if kind is Kind.NUMBER and isinstance(value, float) else value


def _words(run: StoredRun) -> str:
    if run.outcome is not None and run.outcome.sentences:
        return run.outcome.sentences[0]
    return run.words

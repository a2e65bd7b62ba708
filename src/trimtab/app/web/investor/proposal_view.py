"""A decision as the proposal screen shows it: also a stored one, an edited one and a replayed one.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from trimtab.app.report.figures import TargetRow
from trimtab.app.report.svg import Canvas, Chart, Layout, Line, Rect, Scale
from trimtab.app.report.view import Report, gather
from trimtab.app.report.words import Money, percent
from trimtab.app.web.charts import Figure, figure_of
from trimtab.app.web.investor.proposal_tables import (
    cash_table,
    cost_table,
    skipped_table,
    tax_table,
    trades_table,
    weights_table,
)
from trimtab.app.web.tables import Table
from trimtab.model.lots import Term
from trimtab.model.mandate import Mandate
from trimtab.model.money import total
from trimtab.model.plans import Decision, Trade
from trimtab.model.snapshots import Snapshot

__all__ = ["ProposalView", "gains_of", "proposal_view"]

AFTER_MONEY = " after deposits and withdrawals"
SAME_WEIGHT = 0.0005
"""Weights that differ by less read the same."""
BAR = 9.0
GAP = 1.0


@dataclass(frozen=True, slots=True)
class ProposalView:
    """All that the screen shows of one decision.

    `figures` are its charts with their tables, `tables` all of its tables, for CSV too; `gains`
    what each trade realises, short- and long-term.
    """

    decision: Decision
    snapshot: Snapshot
    report: Report
    figures: dict[str, Figure]
    tables: dict[str, Table]
    gains: dict[str, tuple[Decimal, Decimal]]

    @property
    def has_trades(self) -> bool:
        """Whether there is something to trade."""
        return self.decision.plan is not None and bool(self.decision.plan.trades)

    @property
    def all_tables(self) -> tuple[Table, ...]:
        """Every table of the screen."""
        return tuple(self.tables.values())


def proposal_view(
    decision: Decision, snapshot: Snapshot, mandate: Mandate, money: Money
) -> ProposalView:
    """The view of a decision; `mandate` is the one that it was made by."""
    if decision.targets is not None:
        mandate = decision.targets.applied_to(mandate)
    report = gather(decision, snapshot, mandate, money)
    plan = decision.plan
    tables: dict[str, Table] = {}
    figures: dict[str, Figure] = {}
    gains: dict[str, tuple[Decimal, Decimal]] = {}
    if plan is not None and report.figures is not None:
        is_other = _is_other_value(report.figures.targets, mandate, snapshot)
        of = AFTER_MONEY if is_other else ""
        tables = {
            "weights": weights_table(report.figures.targets, of),
            "trades": trades_table(plan, snapshot),
            "taxes": tax_table(plan),
            "costs": cost_table(report.figures.costs, plan),
            "cash": cash_table(plan, snapshot),
            "skipped": skipped_table(plan.skipped),
        }
        figures = _figures(report, tables, of)
        gains = {trade.id: gains_of(trade) for trade in plan.trades}
    return ProposalView(decision, snapshot, report, figures, tables, gains)


def gains_of(trade: Trade) -> tuple[Decimal, Decimal]:
    """What a trade realises short-term and long-term, disallowed losses taken out."""
    found = {Term.SHORT: Decimal(0), Term.LONG: Decimal(0)}
    for sale in trade.lots:
        if sale.gain is not None and sale.term is not None:
            found[sale.term] += sale.gain + sale.disallowed
    return found[Term.SHORT], found[Term.LONG]


def _is_other_value(rows: Sequence[TargetRow], mandate: Mandate, snapshot: Snapshot) -> bool:
    """Whether the plan weighs things by another value than today's: money that comes or goes."""
    value = snapshot.value
    held: dict[str, Decimal] = {}
    for lot in snapshot.lots:
        held[lot.instrument] = held.get(lot.instrument, Decimal(0)) + snapshot.lot_value(lot)
    for row, target in zip(rows, mandate.targets, strict=True):
        worth = total(held.get(name, Decimal(0)) for name in target.instruments)
        if value and abs(row.before - float(worth / value)) > SAME_WEIGHT:
            return True
    return False


def _figures(report: Report, tables: dict[str, Table], of: str) -> dict[str, Figure]:
    captions = {
        "trades": "Sales to the left, purchases to the right, account by account.",
        "taxes": "The year's net gains and tax, without and with the plan.",
        "costs": "What doing nothing costs over a year, against the plan.",
    }
    found = {
        name: Figure(report.charts[name], caption, tables[name])
        for name, caption in captions.items()
        if name in report.charts
    }
    if report.figures is not None and report.figures.targets:
        rows = report.figures.targets
        caption = "Now above, with the plan below; the upright stroke is the target in its band."
        if of:
            caption += f" Weights are shares of the value{of}; Home shows those of today's value."
        found["weights"] = figure_of(lambda at: _bars(rows, at), caption, tables["weights"])
    return found


def _bars(rows: Sequence[TargetRow], layout: Layout) -> Chart:
    """Current, proposed and target weights as bars, one row a class."""
    canvas = Canvas(layout.fitting([row.name for row in rows]))
    highest = max(max(row.before, row.after, row.weight + row.band) for row in rows)
    scale = Scale(0.0, max(highest, 0.01) * 1.04, canvas.left, canvas.right)
    for row in rows:
        is_inside = row.is_inside and row.ends_inside
        y = canvas.row(row.name, "label" if is_inside else "label out")
        low, high = max(0.0, row.weight - row.band), row.weight + row.band
        top = y - BAR - GAP
        look = "current" if row.is_inside else "current out"
        ends = "proposed" if row.ends_inside else "proposed out"
        canvas.add(
            Rect(scale.at(low), top - 2, scale.at(high) - scale.at(low), 2 * BAR + 6, "band"),
            Rect(scale.at(0.0), top, scale.at(row.before) - scale.at(0.0), BAR, look),
            Rect(scale.at(0.0), y + GAP, scale.at(row.after) - scale.at(0.0), BAR, ends),
            Line(scale.at(row.weight), top - 3, scale.at(row.weight), y + BAR + 4, "target"),
        )
    canvas.axis(scale, [(tick, percent(tick, 0)) for tick in scale.ticks(6)])
    words = "; ".join(
        f"{row.name} now {percent(row.before)}, with the plan {percent(row.after)}, "
        f"target {percent(row.weight)} ± {percent(row.band)}{', ' * bool(row.ending)}{row.ending}"
        for row in rows
    )
    return canvas.chart("bars", "Weights now, with the plan, and their targets", words)

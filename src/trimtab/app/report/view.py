"""All that the page shows, gathered in one value: the template reads it and computes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from trimtab.app.clauses import clause_text
from trimtab.app.positions import price_words
from trimtab.app.report import charts
from trimtab.app.report.figures import (
    AccountTrades,
    AgingLot,
    CostRow,
    TargetRow,
    WashRow,
    account_trades,
    aging_lots,
    cost_rows,
    target_rows,
    wash_rows,
)
from trimtab.app.report.svg import Chart
from trimtab.app.report.words import Money
from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import CashFlow, Mandate
from trimtab.model.plans import Decision, Plan, Verdict
from trimtab.model.snapshots import Side, Snapshot

__all__ = ["Report", "gather"]

VERDICTS = {
    Verdict.HOLD: "Hold",
    Verdict.TRADE: "Trade",
    Verdict.APPROVAL: "Waits for your approval",
    Verdict.REFUSED: "Refused by a guard",
    Verdict.INFEASIBLE: "No plan meets the mandate",
}

Pair = tuple[Chart, Chart]


@dataclass(frozen=True, slots=True)
class PlanFigures:
    """What a plan adds to the page.

    Unit: `turnover` fraction of value, one-way; `benefit` what doing nothing costs more, in
    dollars over a year.
    """

    targets: tuple[TargetRow, ...]
    groups: tuple[AccountTrades, ...]
    costs: tuple[CostRow, ...]
    turnover: float
    benefit: float
    is_new_tax: bool


@dataclass(frozen=True, slots=True)
class Report:
    """The page's content; charts come wide and narrow, and are absent where they show nothing."""

    verdict: str
    sentence: str
    figures: PlanFigures | None
    washes: tuple[WashRow, ...]
    aging: tuple[AgingLot, ...]
    charts: dict[str, Pair]
    findings: tuple[Finding, ...]
    flows: tuple[CashFlow, ...]
    clauses: tuple[tuple[str, str], ...]
    prices: str
    is_risk_assumed: bool


def gather(decision: Decision, snapshot: Snapshot, mandate: Mandate, money: Money) -> Report:
    """The content of the page for one decision."""
    plan = decision.plan
    figures = None if plan is None else _figures(plan, snapshot, mandate)
    washes = wash_rows(decision, snapshot, mandate.wash_sales.reading)
    aging = aging_lots(plan, snapshot)
    drawn: dict[str, Pair] = {}
    if plan is not None and figures is not None:
        drawn |= _plan_charts(plan, figures, money)
    if washes:
        drawn["wash"] = charts.both(partial(charts.wash_chart, washes, snapshot.as_of))
    if aging:
        drawn["aging"] = charts.both(partial(charts.aging_chart, aging, money))
    return Report(
        verdict=VERDICTS[decision.verdict],
        # the badge before it says so already
        sentence=decision.sentence.removeprefix("Waits for approval: "),
        figures=figures,
        washes=washes,
        aging=aging,
        charts=drawn,
        findings=tuple(sorted(decision.findings, key=lambda found: -found.severity)),
        flows=mandate.flows,
        clauses=_clauses(decision, mandate),
        prices=price_words(snapshot.prices.values()),
        is_risk_assumed=any(found.code == "risk_assumed" for found in decision.findings),
    )


def _figures(plan: Plan, snapshot: Snapshot, mandate: Mandate) -> PlanFigures:
    turnover = max(plan.amount(Side.BUY), plan.amount(Side.SELL))
    value = snapshot.value
    return PlanFigures(
        targets=target_rows(plan, mandate),
        groups=account_trades(plan, snapshot),
        costs=cost_rows(plan.before, plan.after),
        turnover=float(turnover / value) if value else 0.0,
        benefit=plan.before.total - plan.after.total,
        is_new_tax=plan.tax > Decimal(0),
    )


def _plan_charts(plan: Plan, figures: PlanFigures, money: Money) -> dict[str, Pair]:
    drawn = {"taxes": charts.both(partial(charts.tax_chart, plan, money))}
    if figures.targets:
        drawn["weights"] = charts.both(partial(charts.weight_chart, figures.targets))
    if figures.groups:
        drawn["trades"] = charts.both(partial(charts.trade_chart, figures.groups, money))
    if figures.costs:
        drawn["costs"] = charts.both(partial(charts.cost_chart, figures.costs, money))
    return drawn


def _clauses(decision: Decision, mandate: Mandate) -> tuple[tuple[str, str], ...]:
    """Every clause that the page cites and the mandate spells out, with its words."""
    cited = [flow.clause for flow in mandate.flows]
    cited += [finding.clause for finding in decision.findings]
    if decision.plan is not None:
        cited += [trade.clause for trade in decision.plan.trades]
        cited += [skipped.clause for skipped in decision.plan.skipped]
        cited += [binding.clause for binding in decision.plan.bindings]
    spelled = ((clause, clause_text(mandate, clause)) for clause in sorted(set(cited) - {""}))
    return tuple((clause, text) for clause, text in spelled if text != clause)


def gravity(finding: Finding) -> str:
    """How grave a finding is, in a word for its class and for readers."""
    return {
        Severity.NOTE: "note",
        Severity.WARNING: "warning",
        Severity.APPROVAL: "needs approval",
        Severity.REFUSAL: "refusal",
    }[finding.severity]

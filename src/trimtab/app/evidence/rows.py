"""The rows of the tables that a comparison is kept in, in the order of their columns.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from trimtab.app.evidence.comparison import Comparison
from trimtab.model.findings import Finding

__all__ = [
    "Row",
    "Value",
    "daily_rows",
    "decision_rows",
    "difference_rows",
    "figure_rows",
    "fill_rows",
    "finding_rows",
    "lot_rows",
    "lot_sale_rows",
    "setting_rows",
    "target_rows",
    "tax_year_rows",
    "weight_rows",
]

Value = str | int | float | date | Decimal | bool | None
Row = tuple[Value, ...]


def figure_rows(comparison: Comparison) -> Iterator[Row]:
    """One row a policy."""
    for one in comparison.figures:
        costs, taxes = one.costs, one.taxes
        yield (
            *(one.policy, one.first, one.last, one.sessions, one.years, one.is_annual),
            *(one.value_start, one.flows, one.value_end, one.after_tax_end),
            *(one.after_liquidation_end, one.benchmark_end),
            *(one.time_weighted, one.money_weighted, one.after_tax_return),
            *(one.after_liquidation_return, one.volatility, one.drawdown_max),
            *(one.tracking_error, one.turnover, one.decisions, one.refused),
            *(one.trades, one.unfilled, one.trades_a_year, one.lots_a_year),
            *(costs.spread, costs.impact, costs.commission, costs.fees, costs.total),
            *(costs.delay, costs.opportunity, costs.shortfall, costs.shortfall_ratio),
            *(taxes.realised_short, taxes.realised_long, taxes.disallowed),
            *(taxes.paid, taxes.owed, taxes.deferred, taxes.drag),
            *(one.days_outside, one.share_outside, one.lots_mean, one.lots_end),
        )


def difference_rows(comparison: Comparison) -> Iterator[Row]:
    """One row a policy after the first."""
    for one in comparison.differences:
        yield (
            *(one.policy, one.against, one.wealth, one.yearly, one.low, one.high),
            *(one.p_value, one.is_beyond_chance),
        )


def target_rows(comparison: Comparison) -> Iterator[Row]:
    """One row a policy and target."""
    for run in comparison.runs:
        pairs = zip(run.target_names, run.targets.tolist(), run.bands.tolist(), strict=True)
        for name, weight, band in pairs:
            yield run.policy, name, weight, band


def daily_rows(comparison: Comparison) -> Iterator[Row]:
    """One row a policy and session."""
    for run in comparison.runs:
        daily = run.daily
        arrays = (
            *(daily.value, daily.after_tax, daily.after_liquidation, run.benchmark),
            *(daily.flow, daily.tax_paid, daily.accrued_tax, daily.liquidation_tax),
            *(daily.cash, daily.bought, daily.sold, daily.cost, daily.income, daily.lots),
        )
        days = zip(daily.dates, *(array.tolist() for array in arrays), strict=True)
        yield from ((run.policy, *day) for day in days)


def weight_rows(comparison: Comparison) -> Iterator[Row]:
    """One row a policy, session and target."""
    for run in comparison.runs:
        for on, weights in zip(run.daily.dates, run.daily.weights.tolist(), strict=True):
            for name, weight in zip(run.target_names, weights, strict=True):
                yield run.policy, on, name, weight


def fill_rows(comparison: Comparison) -> Iterator[Row]:
    """One row for what a session filled or cancelled of an order."""
    for run in comparison.runs:
        for number, fill in enumerate(run.fills, 1):
            yield (
                *(run.policy, number, fill.decided, fill.on, fill.account, fill.instrument),
                *(fill.side.value, fill.ordered, fill.quantity, fill.decision_price, fill.price),
                *(fill.cancelled, fill.closing_price),
                *(fill.amount, fill.spread, fill.impact, fill.commission, fill.cost),
                *(fill.clause, fill.reason),
            )


def lot_sale_rows(comparison: Comparison) -> Iterator[Row]:
    """One row a lot that an order sold from."""
    for run in comparison.runs:
        for number, fill in enumerate(run.fills, 1):
            for sale in fill.lots:
                yield (
                    *(run.policy, number, sale.lot, sale.quantity, sale.proceeds, sale.basis),
                    *(sale.gain, sale.acquired, sale.term.value if sale.term else None),
                    sale.disallowed,
                )


def decision_rows(comparison: Comparison) -> Iterator[Row]:
    """One row a cycle that was asked."""
    for run in comparison.runs:
        for one in run.decisions:
            yield (
                *(run.policy, one.on, one.verdict.value, one.sentence, one.trades),
                *(one.tracking_error, len(one.findings)),
            )


def tax_year_rows(comparison: Comparison) -> Iterator[Row]:
    """One row a tax year."""
    for run in comparison.runs:
        for one in run.tax_years:
            bill = one.bill
            yield (
                *(run.policy, one.year, one.short, one.long, one.disallowed),
                *(one.qualified_dividends, one.ordinary_dividends, one.interest),
                *(bill.net_short, bill.net_long, bill.deduction, bill.carry_short),
                *(bill.carry_long, bill.tax, one.estimated, one.settled, one.settled_on),
            )


def finding_rows(comparison: Comparison) -> Iterator[Row]:
    """One row a finding; those of the whole run have no day."""
    for run in comparison.runs:
        for finding in run.findings:
            yield run.policy, None, *_finding(finding)
        for decision in run.decisions:
            for finding in decision.findings:
                yield run.policy, decision.on, *_finding(finding)


def _finding(one: Finding) -> Row:
    return (
        *(one.code, one.severity.name.lower(), one.subject, one.message),
        *(one.actual, one.bound, one.remedy, one.clause),
    )


def lot_rows(comparison: Comparison) -> Iterator[Row]:
    """One row a lot that was left."""
    for run in comparison.runs:
        for lot in run.lots:
            yield (
                *(run.policy, lot.account, lot.instrument, lot.id, lot.quantity, lot.basis),
                *(lot.acquired, lot.starts),
            )


def setting_rows(comparison: Comparison) -> Iterator[Row]:
    """One row a setting."""
    for run in comparison.runs:
        for key, value in (run.settings or {}).items():
            yield run.policy, key, value

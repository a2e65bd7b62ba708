"""The tables of the page, as texts: each chart has one, so that nothing depends on seeing it.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from trimtab.app.evidence.comparison import Comparison
from trimtab.app.evidence.figures import PolicyFigures, daily_returns
from trimtab.app.evidence.page.bars import COST_KINDS, cost_parts
from trimtab.app.evidence.page.by_year import YearTax, YearTotals, year_totals
from trimtab.app.evidence.page.over_time import Series
from trimtab.app.evidence.page.river import band_use
from trimtab.app.report.words import Money, day, percent, signed
from trimtab.drivers.backtest.results import BacktestRun
from trimtab.quant.performance.drawdowns import drawdowns

__all__ = [
    "Table",
    "cost_table",
    "drawdown_table",
    "drift_table",
    "figure_table",
    "grid_table",
    "river_table",
    "tax_table",
    "value_table",
]

DRAWDOWNS_SHOWN = 3
UNKNOWN = "–"


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts: the first column names the row."""

    caption: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def value_table(
    series: Sequence[Series], dates: Sequence[object], ends: Sequence[int], money: Money
) -> Table:
    """What each policy would have left at the end of each year."""
    rows = tuple((str(dates[at]), *(money(float(one.values[at])) for one in series)) for at in ends)
    heads = ("Last day", *(one.policy for one in series))
    return Table("Value after liquidation tax at the end of each year", heads, rows)


def drawdown_table(runs: Sequence[BacktestRun]) -> Table:
    """The deepest falls of each policy."""
    rows: list[tuple[str, ...]] = []
    for run in runs:
        daily = run.daily
        returns = daily_returns(daily.value, daily.flow - daily.tax_paid)
        if returns is None:
            continue
        for found in drawdowns(
            returns, np.array(daily.dates, dtype="datetime64[D]"), DRAWDOWNS_SHOWN
        ):
            back = "not yet" if found.recovery is None else day(found.recovery)
            rows.append(
                (run.policy, percent(found.depth), day(found.peak), day(found.trough), back)
            )
    heads = ("Policy", "Depth", "From", "Deepest on", "Back on")
    return Table(
        f"The {DRAWDOWNS_SHOWN} deepest falls of each policy, before tax", heads, tuple(rows)
    )


def cost_table(figures: Sequence[PolicyFigures], money: Money) -> Table:
    """Costs by kind, and the implementation shortfall beside them."""
    rows = tuple(
        (
            one.policy,
            *(money(part) for part in cost_parts(one)),
            money(one.costs.total),
            money(one.costs.shortfall),
        )
        for one in figures
    )
    heads = ("Policy", *(kind.capitalize() for kind in COST_KINDS), "Together", "Shortfall")
    return Table("Cost by kind over the whole span, in dollars", heads, rows)


def grid_table(
    caption: str, rows: Sequence[YearTotals], years: Sequence[int], words: Callable[[float], str]
) -> Table:
    """Years by policies."""
    heads = ("Year", *(row.policy for row in rows))
    body = tuple(
        (str(year), *(words(float(row.values[at])) for row in rows))
        for at, year in enumerate(years)
    )
    return Table(caption, heads, body)


def river_table(run: BacktestRun) -> Table:
    """Each target's weight over the run."""
    weights = run.daily.weights
    outside = (np.abs(weights - run.targets) > run.bands).sum(axis=0)
    rows = tuple(
        (
            name,
            f"{percent(run.targets[k])} ± {run.bands[k] * 100:.1f}",
            percent(weights[:, k].min()),
            percent(weights[:, k].mean()),
            percent(weights[:, k].max()),
            percent(weights[-1, k]),
            f"{int(outside[k]):,}",
        )
        for k, name in enumerate(run.target_names)
    )
    heads = ("Target", "Wanted", "Least", "Mean", "Most", "At the end", "Days outside")
    return Table(f"Weights under {run.policy}", heads, rows)


def drift_table(run: BacktestRun, money: Money) -> Table:
    """How much of its band the farthest target used, and what was traded, year by year."""
    daily = run.daily
    use = band_use(run)
    years, outside = year_totals(daily, (use > 1.0).astype(np.float64))
    _, sums = year_totals(daily, use)
    _, counts = year_totals(daily, np.ones(len(use)))
    _, bought = year_totals(daily, daily.bought)
    _, sold = year_totals(daily, daily.sold)
    rows = tuple(
        (
            str(year),
            percent(float(sums[at] / counts[at]), 0),
            f"{int(outside[at])}",
            money(float(bought[at])),
            money(float(sold[at])),
        )
        for at, year in enumerate(years)
    )
    heads = ("Year", "Band used, mean", "Days outside", "Bought", "Sold")
    return Table(f"Drift and trades under {run.policy}", heads, rows)


def tax_table(run: BacktestRun, by_year: Sequence[YearTax], money: Money) -> Table:
    """Each tax year as it was assessed, with what was paid within it and deferred at its end."""
    assessed = {record.year: record for record in run.tax_years}
    rows = []
    for tax in by_year:
        record = assessed.get(tax.year)
        words = (
            (UNKNOWN,) * 4
            if record is None
            else (
                signed(money(record.short)),
                signed(money(record.long)),
                money(record.qualified_dividends + record.ordinary_dividends + record.interest),
                money(record.bill.tax),
            )
        )
        rows.append((str(tax.year), *words, money(tax.paid), money(tax.deferred)))
    heads = (
        "Year",
        "Short-term",
        "Long-term",
        "Income",
        "Tax of the year",
        "Paid in it",
        "Deferred",
    )
    return Table(f"Tax years under {run.policy}", heads, tuple(rows))


def figure_table(comparison: Comparison, money: Money) -> Table:
    """All figures, policy beside policy, in the order of the ranking."""
    ranking = comparison.ranking
    over = "a year" if comparison.first.is_annual else "over the span"

    def rate(value: float | None) -> str:
        return UNKNOWN if value is None else percent(value, 2)

    def row(name: str, words: Callable[[PolicyFigures], str]) -> tuple[str, ...]:
        return (name, *(words(one) for one in ranking))

    rows = (
        row("Value at the end", lambda one: money(one.value_end)),
        row("After tax owed", lambda one: money(one.after_tax_end)),
        row("After liquidation tax", lambda one: money(one.after_liquidation_end)),
        row("Paid in (+) or drawn out (−)", lambda one: signed(money(one.flows))),
        row(f"Return before tax, {over}", lambda one: rate(one.time_weighted)),
        row(f"Return after tax paid, {over}", lambda one: rate(one.after_tax_return)),
        row(f"Return after liquidation, {over}", lambda one: rate(one.after_liquidation_return)),
        row(f"Money-weighted return, {over}", lambda one: rate(one.money_weighted)),
        row(f"Tax drag, {over}", lambda one: rate(one.taxes.drag)),
        row("Volatility", lambda one: rate(one.volatility)),
        row("Deepest drawdown", lambda one: rate(one.drawdown_max)),
        row("Tracking error against the targets", lambda one: rate(one.tracking_error)),
        row(f"Turnover, {over}", lambda one: rate(one.turnover)),
        row("Decisions", lambda one: f"{one.decisions:,}"),
        row("Refused or impossible", lambda one: f"{one.refused:,}"),
        row("Trades", lambda one: f"{one.trades:,}"),
        row(f"Trades {over}", lambda one: f"{one.trades_a_year:,.1f}"),
        row("Orders not filled, or not whole", lambda one: f"{one.unfilled:,}"),
        row(f"Lots opened {over}", lambda one: f"{one.lots_a_year:,.1f}"),
        row("Lots held, on average", lambda one: f"{one.lots_mean:,.1f}"),
        row("Cost", lambda one: money(one.costs.total)),
        row("Delay: prices moved before the fill", lambda one: signed(money(one.costs.delay))),
        row("Opportunity: never filled", lambda one: signed(money(one.costs.opportunity))),
        row("Implementation shortfall", lambda one: money(one.costs.shortfall)),
        row("Shortfall of what was decided", lambda one: _basis_points(one.costs.shortfall_ratio)),
        row("Realised short-term", lambda one: signed(money(one.taxes.realised_short))),
        row("Realised long-term", lambda one: signed(money(one.taxes.realised_long))),
        row("Losses disallowed (wash sales)", lambda one: money(one.taxes.disallowed)),
        row("Tax paid", lambda one: money(one.taxes.paid)),
        row("Tax owed for the last year", lambda one: money(one.taxes.owed)),
        row("Tax deferred at the end", lambda one: money(one.taxes.deferred)),
        row("Days outside a band", _outside),
        row("Lots at the end", lambda one: f"{one.lots_end:,}"),
    )  # fmt: skip
    return Table("All figures", ("Figure", *(one.policy for one in ranking)), rows)


def _outside(one: PolicyFigures) -> str:
    return f"{one.days_outside:,} ({percent(one.share_outside, 0)})"


def _basis_points(ratio: float | None) -> str:
    return UNKNOWN if ratio is None else f"{ratio * 1e4:.1f} bp"

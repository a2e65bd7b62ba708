"""All that the page shows, gathered in one value: the template reads it and computes nothing.

Errors: none of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np
from markupsafe import Markup, escape

from trimtab.app.evidence.about import About
from trimtab.app.evidence.comparison import Comparison, Difference
from trimtab.app.evidence.figures import PolicyFigures, daily_returns
from trimtab.app.evidence.page import tables
from trimtab.app.evidence.page.bars import cost_chart, cost_kinds, interval_chart
from trimtab.app.evidence.page.by_year import (
    YearTotals,
    tax_chart,
    year_ends,
    year_grid,
    year_taxes,
    year_totals,
)
from trimtab.app.evidence.page.draw import svg
from trimtab.app.evidence.page.over_time import (
    Series,
    lead_chart,
    policy_look,
    underwater_chart,
    value_chart,
)
from trimtab.app.evidence.page.river import drift_chart, river_chart
from trimtab.app.evidence.page.shapes import Drawing
from trimtab.app.evidence.page.tables import Table
from trimtab.app.evidence.page.told import ToldFinding, told_findings, verdict_words
from trimtab.app.evidence.sentences import NAME_ENDS, NAME_STARTS, result_sentences
from trimtab.app.report.svg import NARROW, WIDE, Layout
from trimtab.app.report.words import Money, money_in, percent
from trimtab.drivers.backtest.results import BacktestRun, FillRecord
from trimtab.quant.performance.drawdowns import underwater

__all__ = ["Page", "Panel", "both", "gather", "with_names"]

LARGEST_TRADES = 12
FINDINGS_SHOWN_MAX = 15
LONG_SPAN_YEARS = 5.0
"""From so many years on a scale of equal ratios is offered too."""

Pair = tuple[Markup, Markup]


@dataclass(frozen=True, slots=True)
class Panel:
    """One policy from close by."""

    id: str
    look: str
    figures: PolicyFigures
    difference: Difference | None
    river: Pair
    drift: Pair
    taxes: Pair
    river_table: Table
    drift_table: Table
    tax_table: Table
    trades: tuple[FillRecord, ...]
    verdicts: str
    findings: tuple[ToldFinding, ...]
    findings_left: int


@dataclass(frozen=True, slots=True)
class Page:
    """The page's content; charts come wide and narrow, and are absent where they show nothing."""

    about: About
    opening: tuple[Markup, ...]
    sentences: tuple[Markup, ...]
    comparison: Comparison
    looks: dict[str, str]
    charts: dict[str, Pair]
    tables: dict[str, Table]
    cost_kinds: tuple[str, ...]
    panels: tuple[Panel, ...]
    settings: tuple[tuple[str, str], ...]
    own_settings: tuple[tuple[str, str], ...]


def both(draw: Callable[[Layout], Drawing]) -> Pair:
    """A chart for wide and for narrow screens, as SVG; the style sheet shows one of the two."""
    return svg(draw(WIDE)), svg(draw(NARROW))


def gather(comparison: Comparison, about: About) -> Page:
    """The content of the page."""
    money = money_in(about.currency)
    looks = {run.policy: policy_look(at) for at, run in enumerate(comparison.runs)}
    charts, found = _over_time(comparison, looks, money)
    more_charts, more_tables = _costs_and_taxes(comparison, money)
    ranking = [figures.policy for figures in comparison.ranking]
    panels = tuple(
        _panel(run, comparison, looks[run.policy], at, money)
        for at, run in enumerate(sorted(comparison.runs, key=lambda run: ranking.index(run.policy)))
    )
    shared, own = _settings(comparison.runs)
    return Page(
        about=about,
        opening=tuple(map(with_names, about.opening)),
        sentences=tuple(map(with_names, result_sentences(comparison, money))),
        comparison=comparison,
        looks=looks,
        charts=charts | more_charts,
        tables=found | more_tables | {"figures": tables.figure_table(comparison, money)},
        cost_kinds=cost_kinds(comparison.figures),
        panels=panels,
        settings=shared,
        own_settings=own,
    )


def with_names(sentence: str) -> Markup:
    """A sentence with the policies' names in bold type."""
    text = str(escape(sentence)).replace(" %", "\u00a0%")
    bold = text.replace(NAME_STARTS, "<b>").replace(NAME_ENDS, "</b>")
    return Markup(bold)  # escaped two lines above  # nosec B704


def _over_time(
    comparison: Comparison, looks: dict[str, str], money: Money
) -> tuple[dict[str, Pair], dict[str, Table]]:
    """Value, lead and depth over time; none of them for a single day."""
    runs, dates = comparison.runs, comparison.runs[0].daily.dates
    series = [Series(run.policy, looks[run.policy], run.daily.after_liquidation) for run in runs]
    charts: dict[str, Pair] = {}
    found = {"value": tables.value_table(series, dates, year_ends(dates), money)}
    if len(dates) < 2:
        return charts, found
    charts["value"] = both(partial(value_chart, series, dates, money, False))
    is_positive = all(float(one.values.min()) > 0 for one in series)
    if is_positive and comparison.first.years >= LONG_SPAN_YEARS:
        charts["value_log"] = both(partial(value_chart, series, dates, money, True))
    if len(runs) > 1:
        charts["lead"] = both(partial(lead_chart, series, dates, money))
    if comparison.differences:
        charts["intervals"] = both(partial(interval_chart, comparison))
    depths = _depths(runs, looks)
    if depths:
        charts["underwater"] = both(partial(underwater_chart, depths, dates))
        found["underwater"] = tables.drawdown_table(runs)
    return charts, found


def _depths(runs: tuple[BacktestRun, ...], looks: dict[str, str]) -> list[Series]:
    """Below the last high before tax, of the policies that have returns."""
    found = []
    for run in runs:
        returns = daily_returns(run.daily.value, run.daily.flow - run.daily.tax_paid)
        if returns is not None:
            found.append(Series(run.policy, looks[run.policy], underwater(returns)))
    return found


def _costs_and_taxes(
    comparison: Comparison, money: Money
) -> tuple[dict[str, Pair], dict[str, Table]]:
    """Costs by kind, and turnover and tax by year, in the order of the ranking."""
    ranking = comparison.ranking
    by_name = {run.policy: run for run in comparison.runs}
    runs = [by_name[figures.policy] for figures in ranking]
    years = year_totals(runs[0].daily, runs[0].daily.value)[0]
    turnover = [YearTotals(run.policy, _turnover_by_year(run)) for run in runs]
    paid = [YearTotals(run.policy, year_totals(run.daily, run.daily.tax_paid)[1]) for run in runs]
    charts: dict[str, Pair] = {}
    found: dict[str, Table] = {}
    if any(figures.costs.total for figures in ranking):
        charts["costs"] = both(partial(cost_chart, ranking, money))
        found["costs"] = tables.cost_table(ranking, money)
    if any(row.values.any() for row in turnover):
        name = ("turnover", "Turnover by year")
        charts["turnover"] = both(
            partial(year_grid, turnover, years, lambda part: percent(part, 0), name)
        )
        found["turnover"] = tables.grid_table(
            "Turnover by year: what was traded of the value before it", turnover, years, percent
        )
    if any(row.values.any() for row in paid):
        name = ("paid", "Tax paid by year")
        charts["paid"] = both(partial(year_grid, paid, years, _thousands, name))
        found["paid"] = tables.grid_table("Tax paid in each year, in dollars", paid, years, money)
    return charts, found


def _thousands(amount: float) -> str:
    """Dollars in thousands, for a narrow cell."""
    sign = "−" if amount < 0 else ""
    size = abs(amount) / 1e3
    return f"{sign}{size:.0f}k" if size >= 9.95 else f"{sign}{size:.1f}k"


def _turnover_by_year(run: BacktestRun) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """The larger of purchases and sales to the day's value, added up by year."""
    daily = run.daily
    value = np.where(daily.value > 0, daily.value, np.inf)
    return year_totals(daily, np.maximum(daily.bought, daily.sold) / value)[1]


def _panel(run: BacktestRun, comparison: Comparison, look: str, at: int, money: Money) -> Panel:
    """One policy from close by."""
    panel_id = f"p{at}"
    by_year = year_taxes(run.daily)
    largest = sorted(run.fills, key=lambda fill: (-fill.amount, fill.on))[:LARGEST_TRADES]
    findings = told_findings(run)
    return Panel(
        id=panel_id,
        look=look,
        figures=next(one for one in comparison.figures if one.policy == run.policy),
        difference=comparison.difference(run.policy),
        river=both(partial(river_chart, run, panel_id)),
        drift=both(partial(drift_chart, run, panel_id)),
        taxes=both(partial(tax_chart, by_year, run.policy, panel_id, money)),
        river_table=tables.river_table(run),
        drift_table=tables.drift_table(run, money),
        tax_table=tables.tax_table(run, by_year, money),
        trades=tuple(largest),
        verdicts=verdict_words(run),
        findings=findings[:FINDINGS_SHOWN_MAX],
        findings_left=max(0, len(findings) - FINDINGS_SHOWN_MAX),
    )


def _settings(
    runs: tuple[BacktestRun, ...],
) -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """Settings that all runs share, and those of single policies."""
    given = [dict(run.settings or {}) for run in runs]
    shared = {
        key: value
        for key, value in given[0].items()
        if all(other.get(key) == value for other in given)
    }
    own = [
        (f"{run.policy}: {key}", value)
        for run, settings in zip(runs, given, strict=True)
        for key, value in settings.items()
        if key not in shared
    ]
    return tuple(shared.items()), tuple(own)

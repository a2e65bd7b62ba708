"""What one run comes to, in figures: computed once, for the page, the files and the screen alike.

Every figure is a measure of `quant.performance`, applied to the days and events of a run; what is
said of a policy in words is one of these.  A run whose value touches zero has no returns: they are
`None`, and shown as unknown.

Errors: a run of no day, or whose arrays do not fit together, is `InputError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from trimtab.app.evidence.shortfall import shortfall_of
from trimtab.drivers.backtest.results import BacktestRun
from trimtab.model.errors import InputError
from trimtab.model.money import cents, total
from trimtab.model.plans import Verdict
from trimtab.model.snapshots import Side
from trimtab.quant.performance.after_tax import AfterTax, after_tax
from trimtab.quant.performance.drawdowns import maximum_drawdown
from trimtab.quant.performance.money_weighted import money_weighted_return
from trimtab.quant.performance.returns import (
    FlowTiming,
    TimeWeightedReturn,
    net_returns,
    years_by_days,
)
from trimtab.quant.performance.risk import volatility
from trimtab.quant.performance.tracking import out_of_band, tracking, turnover

__all__ = ["CostKinds", "PolicyFigures", "TaxFigures", "daily_returns", "figures_of"]

Floats = npt.NDArray[np.float64]

STOPPED = (Verdict.REFUSED, Verdict.INFEASIBLE)
RETURNS_MIN = 2
"""Fewer daily returns have no deviation."""


@dataclass(frozen=True, slots=True)
class CostKinds:
    """What trading and keeping accounts cost over a run, in dollars.

    Unit: `delay` is what prices moved between decision and fill, `opportunity` what they moved
    until an order ended on what of it was never filled; both may be gains, which are negative.
    `shortfall` is these two and the three costs of trading, `shortfall_ratio` per dollar decided.
    """

    spread: Decimal
    impact: Decimal
    commission: Decimal
    fees: Decimal
    delay: Decimal
    opportunity: Decimal
    shortfall_ratio: float | None

    @property
    def shortfall(self) -> Decimal:
        """Implementation shortfall: its five parts, together."""
        return self.delay + self.spread + self.impact + self.commission + self.opportunity

    @property
    def total(self) -> Decimal:
        """All kinds that were paid, together."""
        return self.spread + self.impact + self.commission + self.fees


@dataclass(frozen=True, slots=True)
class TaxFigures:
    """What a run realised, and what tax it paid and still owes.

    Unit: dollars; `owed` is what the last year would still cost, `deferred` what selling
    everything on the last day would cost besides; `drag` pre-tax less after-tax yearly return.
    """

    realised_short: Decimal
    realised_long: Decimal
    disallowed: Decimal
    paid: float
    owed: float
    deferred: float
    drag: float | None

    @property
    def total(self) -> float:
        """All tax of the run: paid, owed, and due if everything were sold on its last day."""
        return self.paid + self.owed + self.deferred


@dataclass(frozen=True, slots=True)
class PolicyFigures:
    """One policy's run in figures.

    Unit: amounts dollars; returns and ratios fractions of one a year, or over the whole span where
    that is less than a year (`is_annual`); `drawdown_max` a negative fraction of the last high;
    `turnover` the larger of purchases and sales to value; `refused` counts the decisions whose plan
    a guard refused, or for which there was none; `trades` counts fills, one a session for an order
    that took several, `unfilled` the orders of which something never was; `lots_a_year` are those
    that purchases opened, `lots_mean` those open at the close of a session, on average.  What has
    no value is `None`.
    """

    policy: str
    first: date
    last: date
    sessions: int
    years: float
    value_start: float
    flows: float
    value_end: float
    after_tax_end: float
    after_liquidation_end: float
    benchmark_end: float
    time_weighted: float | None
    money_weighted: float | None
    after_tax_return: float | None
    after_liquidation_return: float | None
    volatility: float | None
    drawdown_max: float | None
    tracking_error: float | None
    turnover: float | None
    decisions: int
    refused: int
    trades: int
    unfilled: int
    trades_a_year: float
    lots_a_year: float
    costs: CostKinds
    taxes: TaxFigures
    days_outside: int
    share_outside: float
    lots_mean: float
    lots_end: int

    @property
    def is_annual(self) -> bool:
        """Whether the returns are yearly rates."""
        return self.years >= 1.0


def figures_of(run: BacktestRun) -> PolicyFigures:
    """A run's figures.

    Refuses: a run without a day, and what the measures refuse.
    """
    daily = run.daily
    if not daily.dates:
        raise InputError(f"policy {run.policy!r}", "its run has no day", remedy="widen the span")
    first, last = daily.dates[0], daily.dates[-1]
    years = years_by_days(first, last) if last > first else 0.0
    returns = daily_returns(daily.value, daily.flow - daily.tax_paid)
    taxed = _after_tax(run, years)
    outside = out_of_band(daily.weights, run.targets, run.bands)
    trades = [fill for fill in run.fills if fill.quantity > 0]
    return PolicyFigures(
        policy=run.policy,
        first=first,
        last=last,
        sessions=len(daily.dates),
        years=years,
        value_start=float(daily.value[0]),
        flows=float(daily.flow[1:].sum()),
        value_end=float(daily.value[-1]),
        after_tax_end=float(daily.after_tax[-1]),
        after_liquidation_end=float(daily.after_liquidation[-1]),
        benchmark_end=float(run.benchmark[-1]),
        time_weighted=None if taxed is None else _rate(taxed.pre_tax),
        money_weighted=_money_weighted(run),
        after_tax_return=None if taxed is None else _rate(taxed.after_tax),
        after_liquidation_return=None if taxed is None else _rate(taxed.after_liquidation),
        volatility=_volatility(returns),
        drawdown_max=None if returns is None else float(maximum_drawdown(returns)),
        tracking_error=_tracking_error(run, returns, years),
        turnover=_turnover(run, years),
        decisions=len(run.decisions),
        refused=sum(one.verdict in STOPPED for one in run.decisions),
        trades=len(trades),
        unfilled=sum(fill.cancelled > 0 for fill in run.fills),
        trades_a_year=len(trades) / max(years, 1.0),
        lots_a_year=sum(fill.side is Side.BUY for fill in trades) / max(years, 1.0),
        costs=_costs(run),
        taxes=_taxes(run, taxed),
        days_outside=outside.days,
        share_outside=outside.fraction,
        lots_mean=float(daily.lots.mean()),
        lots_end=int(daily.lots[-1]),
    )


def daily_returns(value: Floats, flow: Floats) -> Floats | None:
    """Returns between closes, flows at the close; none of one day or of nothing at work.

    Shape: (T,) each → (T − 1,).
    """
    if len(value) < RETURNS_MIN or (value <= 0).any() or ((value - flow)[1:] < 0).any():
        return None
    return net_returns(value, flow, FlowTiming.END)


def _after_tax(run: BacktestRun, years: float) -> AfterTax | None:
    """The three wealths, where there are returns and something is left after liquidation."""
    daily = run.daily
    due = float(daily.accrued_tax[-1] + daily.liquidation_tax[-1])
    flows = (daily.flow, daily.flow - daily.tax_paid)
    if due > daily.value[-1] or any(daily_returns(daily.value, flow) is None for flow in flows):
        return None
    return after_tax(daily.value, daily.flow, daily.tax_paid, due, years, timing=FlowTiming.END)


def _rate(found: TimeWeightedReturn) -> float:
    return found.cumulative if found.short else found.annualised


def _money_weighted(run: BacktestRun) -> float | None:
    """The rate on the owner's money; `None` where no rate, or more than one, explains its flows."""
    daily = run.daily
    if daily_returns(daily.value, daily.flow) is None:
        return None
    try:
        found = money_weighted_return(
            daily.value, daily.flow, np.array(daily.dates, "datetime64[D]")
        )
    except InputError:  # it says that there is no such figure, which is what `None` means here
        return None
    return found.annualised if found.years >= 1.0 else found.cumulative


def _volatility(returns: Floats | None) -> float | None:
    return None if returns is None or len(returns) < RETURNS_MIN else float(volatility(returns))


def _tracking_error(run: BacktestRun, returns: Floats | None, years: float) -> float | None:
    wanted = daily_returns(run.benchmark, run.daily.flow)
    if returns is None or wanted is None or len(returns) < RETURNS_MIN:
        return None
    return float(tracking(returns, wanted, years).error)


def _turnover(run: BacktestRun, years: float) -> float | None:
    """What was traded of the value before it, a year; each session is one cycle."""
    daily = run.daily
    if not years or (daily.value <= 0).any():
        return None
    return turnover(daily.bought, daily.sold, daily.value, max(years, 1.0)).annual


def _costs(run: BacktestRun) -> CostKinds:
    shortfall = shortfall_of(run.fills)
    return CostKinds(
        spread=total(fill.spread for fill in run.fills),
        impact=total(fill.impact for fill in run.fills),
        commission=total(fill.commission for fill in run.fills),
        fees=total(run.fees.values()),
        delay=cents(Decimal(float(shortfall.delay.sum()))),
        opportunity=cents(Decimal(float(shortfall.opportunity.sum()))),
        shortfall_ratio=shortfall.fraction if run.fills else None,
    )


def _taxes(run: BacktestRun, taxed: AfterTax | None) -> TaxFigures:
    drag = None
    if taxed is not None:
        drag = _rate(taxed.pre_tax) - _rate(taxed.after_tax)
    return TaxFigures(
        realised_short=total(year.short for year in run.tax_years),
        realised_long=total(year.long for year in run.tax_years),
        disallowed=total(year.disallowed for year in run.tax_years),
        paid=float(run.daily.tax_paid.sum()),
        owed=float(run.daily.accrued_tax[-1]),
        deferred=float(run.daily.liquidation_tax[-1]),
        drag=drag,
    )

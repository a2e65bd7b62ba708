"""Plausible runs of several policies over one made-up market, for the tests of the evidence.

A small simulation of weights with average basis and one flat tax: enough that every figure has a
value and the parts agree with each other.  The same arguments give the same runs.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

import numpy as np

from trimtab.drivers.backtest.results import (
    BacktestRun,
    DailyRecord,
    DecisionRecord,
    FillRecord,
    TaxYearRecord,
)
from trimtab.model.findings import Finding, Severity
from trimtab.model.lots import Lot, Term
from trimtab.model.money import ZERO
from trimtab.model.plans import LotSale, Verdict
from trimtab.model.snapshots import Side
from trimtab.model.taxes import TaxBill, TaxLine

TARGETS = (
    *(("us_stocks", 0.36, "VTI"), ("world_stocks", 0.22, "VXUS"), ("small_value", 0.08, "VBR")),
    *(("bonds", 0.20, "BND"), ("inflation", 0.06, "TIP"), ("real_estate", 0.08, "VNQ")),
)
YEARLY_RETURN = (0.095, 0.065, 0.09, 0.03, 0.03, 0.075)
VOLATILITY = (0.17, 0.18, 0.21, 0.045, 0.055, 0.2)
STOCK_LOADING = (0.95, 0.9, 0.9, 0.05, 0.15, 0.7)
GAINS_RATE = 0.238
HALF_SPREAD = 0.0003


@dataclass(frozen=True)
class Rule:
    """When a made-up policy trades: every so many sessions, or once a band is left."""

    every: int = 0
    band: float = 0.0
    relative: float = 0.0


RULES = {
    "annual": Rule(every=252),
    "hold": Rule(),
    "quarterly": Rule(every=63),
    "5 %": Rule(band=0.05),
    "5/25": Rule(band=0.05, relative=0.25),
    "200/175": Rule(band=0.02, relative=0.2),
    "cost_aware": Rule(band=0.035, relative=0.3),
}


def sessions(first: date, count: int) -> tuple[date, ...]:
    """Week days from a first day on."""
    found, day = [], first
    while len(found) < count:
        if day.weekday() < 5:
            found.append(day)
        day += timedelta(days=1)
    return tuple(found)


def returns(count: int, seed: int) -> np.ndarray:
    """Daily returns (count, K) with one common factor, fat tails and a crash."""
    chance = np.random.default_rng(seed)
    common = chance.standard_t(4, count) / np.sqrt(2)
    common[count // 3 : count // 3 + 25] -= 0.8
    loading = np.array(STOCK_LOADING)
    own = chance.standard_normal((count, len(TARGETS)))
    noise = common[:, None] * loading + own * np.sqrt(1 - loading**2)
    daily = noise * np.array(VOLATILITY) / np.sqrt(252)
    return daily + (np.array(YEARLY_RETURN) + 0.015) / 252


@cache
def made_run(
    policy: str,
    count: int = 2520,
    seed: int = 7,
    first: date = date(2013, 1, 2),
    value: float = 1_000_000.0,
    yearly_flow: float = 0.0,
) -> BacktestRun:
    """One policy over `count` sessions of the market of `seed`."""
    return _Simulation(policy, sessions(first, count), returns(count, seed), value).run(yearly_flow)


def made_runs(*policies: str, count: int = 2520, seed: int = 7) -> tuple[BacktestRun, ...]:
    """Several policies over the same market; all of them where none is named."""
    return tuple(made_run(policy, count, seed) for policy in policies or tuple(RULES))


class _Simulation:
    def __init__(self, policy: str, dates: tuple[date, ...], daily: np.ndarray, value: float):
        self.policy, self.dates, self.daily = policy, dates, daily
        self.rule = RULES[policy]
        self.weights = np.array([weight for _, weight, _ in TARGETS])
        bands = np.full(len(TARGETS), self.rule.band or 0.05)
        if self.rule.relative:
            bands = np.minimum(bands, self.rule.relative * self.weights)
        self.bands = bands
        self.held = self.weights * value
        self.basis = self.held * 0.8
        self.cash = 0.0
        self.prices = np.full(len(TARGETS), 100.0)
        self.year_gain = self.carry = 0.0
        self.year_dividends = 0.0
        self.due = 0.0
        self.fills: list[FillRecord] = []
        self.decisions: list[DecisionRecord] = []
        self.years: list[TaxYearRecord] = []
        self.lots = len(TARGETS)

    def run(self, yearly_flow: float) -> BacktestRun:
        count, K = len(self.dates), len(TARGETS)
        columns = {
            name: np.zeros(count)
            for name in (
                *("value", "flow", "tax_paid", "accrued_tax", "liquidation_tax", "cash"),
                *("bought", "sold", "cost", "income"),
            )
        }
        weights, lots = np.zeros((count, K)), np.zeros(count, dtype=np.int64)
        benchmark = np.zeros(count)
        target_value = self.held.sum()
        for at, on in enumerate(self.dates):
            if at:
                growth = np.exp(self.daily[at])
                self.held, self.prices = self.held * growth, self.prices * growth
                target_value *= float(self.weights @ growth)
            is_new_year = at and on.year != self.dates[at - 1].year
            if is_new_year:
                columns["flow"][at] = yearly_flow
                self.held = self.held + self.weights * yearly_flow
                self.basis = self.basis + self.weights * max(yearly_flow, 0.0)
                target_value += yearly_flow
                self._close_year(self.dates[at - 1].year, on)
            if self.due and on.month >= 4:
                columns["tax_paid"][at] = self.due
                self.held = self.held * (1 - self.due / self.held.sum())
                self.due = 0.0
            if on.month in (3, 6, 9, 12) and at and self.dates[at - 1].month != on.month:
                columns["income"][at] = income = 0.004 * self.held.sum()
                self.year_dividends += income
            if self._wants(at):
                columns["sold"][at], columns["bought"][at], columns["cost"][at] = self._trade(at)
                self.lots += 3
            columns["value"][at] = self.held.sum() + self.cash
            columns["accrued_tax"][at] = self.due + GAINS_RATE * max(0.0, self.year_gain)
            gain = float(np.sum(self.held - self.basis))
            columns["liquidation_tax"][at] = GAINS_RATE * (gain if gain > 0 else 0.5 * gain)
            columns["cash"][at] = self.cash
            weights[at], lots[at] = self.held / self.held.sum(), self.lots
            benchmark[at] = target_value
        self._close_year(self.dates[-1].year, None)
        return self._result(DailyRecord(self.dates, **columns, weights=weights, lots=lots),
                            benchmark)  # fmt: skip

    def _wants(self, at: int) -> bool:
        if not at:
            return False
        if self.rule.every:
            return at % self.rule.every == 0
        drift = np.abs(self.held / self.held.sum() - self.weights)
        return bool(self.rule.band and np.any(drift > self.bands))

    def _trade(self, at: int) -> tuple[float, float, float]:
        on, total = self.dates[at], self.held.sum()
        wanted = self.weights * total
        change = wanted - self.held
        drift = np.abs(change) / total
        if self.policy == "cost_aware":
            change *= 0.6
        sold = bought = cost = 0.0
        for k, (name, weight, symbol) in enumerate(TARGETS):
            amount = abs(change[k])
            if amount < 50:
                continue
            side = Side.SELL if change[k] < 0 else Side.BUY
            sales: tuple[LotSale, ...] = ()
            if side is Side.SELL:
                part = self.basis[k] * amount / self.held[k]
                self.year_gain += amount - part
                self.basis[k] -= part
                sales = (self._sale(symbol, amount, part, on, at),)
                sold += amount
            else:
                self.basis[k] += amount
                bought += amount
            spread = amount * HALF_SPREAD
            cost += spread + 1.0
            self.fills.append(
                FillRecord(
                    decided=on,
                    on=on,
                    account="joint" if k % 3 else "ana_ira",
                    instrument=symbol,
                    side=side,
                    ordered=_exact(amount / self.prices[k], 4),
                    quantity=_exact(amount / self.prices[k], 4),
                    decision_price=_exact(self.prices[k], 4),
                    price=_exact(self.prices[k], 4),
                    spread=_exact(spread),
                    impact=_exact(amount * 1e-5),
                    commission=Decimal("1.00"),
                    lots=sales,
                    clause=f"targets.{name}",
                    reason=f"{name} is {drift[k] * 100:.1f} points from its target "
                    f"{weight * 100:.0f} %",
                )
            )
        self.held = self.held + change
        self.held = self.held * (1 - cost / total)
        found = (
            Finding("turnover", Severity.WARNING, symbol, "more than usual was traded", "12 %",
                    "10 %", "raise limits.turnover_max", "limits.turnover_max"),
        ) if sold > 0.1 * total else ()  # fmt: skip
        self.decisions.append(
            DecisionRecord(on, Verdict.TRADE, "Trades back to target.", len(TARGETS),
                           float(np.linalg.norm(drift)) * 0.1, found)
        )  # fmt: skip
        return sold, bought, cost

    def _sale(self, symbol: str, amount: float, basis: float, on: date, at: int) -> LotSale:
        term = Term.SHORT if at % 5 == 0 else Term.LONG
        washed = ZERO if amount > basis else _exact((basis - amount) / 4)
        acquired = on - timedelta(days=200 if term is Term.SHORT else 900)
        return LotSale(f"joint/{symbol}/{acquired}", _exact(amount / 100, 4), _exact(amount),
                       _exact(basis), acquired, term, washed)  # fmt: skip

    def _close_year(self, year: int, on: date | None) -> None:
        net = self.year_gain + self.carry
        tax = GAINS_RATE * max(0.0, net) + 0.15 * self.year_dividends
        self.carry = min(0.0, net)
        if on is not None:
            self.due = tax
        short = _exact(self.year_gain * 0.25)
        long = _exact(self.year_gain) - short
        carried = _exact(-self.carry)
        lines = (TaxLine("tax on gains", _exact(tax), "26 USC 1(h)"),)
        bill = TaxBill(_exact(tax), short, long, ZERO, ZERO, carried, lines)
        paid = date(year + 1, 4, 15)
        self.years.append(
            TaxYearRecord(year, short, long, ZERO, _exact(self.year_dividends * 0.8),
                          _exact(self.year_dividends * 0.2), ZERO, bill, ZERO, _exact(tax), paid)
        )  # fmt: skip
        self.year_gain = self.year_dividends = 0.0

    def _result(self, daily: DailyRecord, benchmark: np.ndarray) -> BacktestRun:
        left = tuple(
            Lot(f"joint/{symbol}/{self.dates[0]}", "joint", symbol,
                _exact(self.held[k] / self.prices[k], 4), _exact(self.basis[k]), self.dates[0])
            for k, (_, _, symbol) in enumerate(TARGETS)
        )  # fmt: skip
        note = Finding("late_listing", Severity.NOTE, "VXUS", "has prices from 2011-01-28 on")
        return BacktestRun(
            policy=self.policy,
            target_names=tuple(name for name, _, _ in TARGETS),
            targets=self.weights,
            bands=self.bands,
            daily=daily,
            benchmark=benchmark,
            fills=tuple(self.fills),
            decisions=tuple(self.decisions),
            tax_years=tuple(self.years),
            lots=left,
            cash={"joint": _exact(self.cash)},
            fees={"management": Decimal("0.00")},
            findings=(note,),
            settings={"fills": "close", "relief": "least_tax", "liquidation": "yes"},
        )


def _exact(amount: float, digits: int = 2) -> Decimal:
    return Decimal(f"{amount:.{digits}f}")

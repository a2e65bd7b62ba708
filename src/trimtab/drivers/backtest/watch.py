"""Whether a day needs a decision at all.

Most sessions change nothing: no band is left, nothing is due, no limit is broken.  A policy that
can say so from a look (`Watchful`) is not asked then; the others are asked at each review.  Where
this says no, asking would have led to no trade.

Errors: a policy that raises when it looks is asked in full, where that is caught and told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from trimtab.drivers.backtest.day_rules import DayRules, RulesByDay, ranges_of
from trimtab.drivers.backtest.findings import policy_raised
from trimtab.drivers.backtest.holdings import Holdings
from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.drivers.backtest.settings import BacktestSettings
from trimtab.drivers.backtest.start import Start
from trimtab.drivers.backtest.target_days import TargetDays
from trimtab.model.drift import Drift, TargetDrift
from trimtab.model.findings import Finding
from trimtab.model.mandate import Mandate
from trimtab.policies._base import Look, Policy, Watchful

__all__ = ["DayState", "Watch"]

Floats = npt.NDArray[np.float64]
CENT = 0.01


@dataclass(slots=True)
class DayState:
    """The household at a moment of a day, valued at the day's close.

    Shape: `held`, `stuck` (A, N) dollars by account and instrument, the latter of unknown basis;
    `by_instrument` (N,); `cash`, `flow` (A,), the latter what withdrawals of the weeks ahead take.
    """

    t: int
    entries: int
    value: float
    held: Floats
    by_instrument: Floats
    invested: float
    stuck: Floats
    cash: Floats
    flow: Floats

    @classmethod
    def of(cls, t: int, holdings: Holdings, market: MarketDays) -> DayState:
        """The household as its books stand."""
        worth, cash = market.worth[t], holdings.cash_amounts
        held = holdings.units * worth
        by_instrument = held.sum(axis=0)
        invested = float(by_instrument.sum())
        value = invested + holdings.all_cash
        stuck, none = holdings.stuck_units * worth, np.zeros_like(cash)
        entries = len(holdings.entries)
        return cls(t, entries, value, held, by_instrument, invested, stuck, cash, none)


class Watch:
    """The household's targets and limits as arrays, looked at once a session."""

    def __init__(
        self,
        start: Start,
        market: MarketDays,
        settings: BacktestSettings,
        policy: Policy,
        targets: TargetDays,
    ) -> None:
        self.mandate, self.settings = start.mandate, settings
        self.watchful = policy if isinstance(policy, Watchful) else None
        self.market = market
        self.rules = RulesByDay(targets, market, settings.forward_fill_sessions_max)
        self.stated = DayRules.of(start.mandate, market.column)
        accounts = start.household.accounts
        names = tuple(account.id for account in accounts)
        self.ranges = ranges_of(start.mandate, names, market, start.instruments)
        kept = start.mandate.cash.account_reserve
        self.account_reserve = np.array([float(kept.get(name, 0)) for name in names])
        taxable = [row for row, account in enumerate(accounts) if account.wrapper.is_taxable]
        self.keepers = taxable or list(range(len(accounts)))
        self.findings: list[Finding] = []

    def weights(self, state: DayState) -> Floats:
        """Weights of all the mandate's targets.

        Shape: (K,).
        """
        if state.value <= 0.0:
            return np.zeros(len(self.stated.stated))
        return np.asarray(self.stated.members @ state.by_instrument / state.value)

    def mandate_on(self, t: int) -> Mandate:
        """The mandate as it can be met in a session."""
        return self.rules.on(t).mandate

    def reserves(self, state: DayState) -> Floats:
        """The least cash of each account: its own, and the household's in its largest taxable one.

        Shape: (A,).
        """
        household = float(self.mandate.cash.reserve)
        if household <= 0.0:
            return self.account_reserve
        values = state.cash + state.held.sum(axis=1)
        keeper = max(self.keepers, key=lambda row: float(values[row]))
        reserve = self.account_reserve.copy()
        reserve[keeper] = max(reserve[keeper], household)
        return reserve

    def drift(self, state: DayState) -> Drift:
        """The drift of the day, without its tracking error."""
        rules = self.rules.on(state.t)
        value = state.value + float(state.flow.sum())
        actual = (rules.members @ state.by_instrument / value).tolist()
        stated = rules.wanted
        investable = 1.0 - float(self.reserves(state).sum()) / value
        scale = min(1.0, max(investable, 0.0) / stated) if stated > 0.0 else 1.0
        targets = tuple(
            TargetDrift(target.name, scale * weight, is_now, band)
            for target, weight, is_now, band in zip(
                rules.mandate.targets, rules.stated, actual, rules.bands, strict=True
            )
        )
        invested = state.invested / value
        return Drift(targets, 0.0, invested - sum(actual), 1.0 - invested)

    def needs_cycle(self, state: DayState, first: int, traded: date | None) -> bool:
        """Whether the cycle is asked today, where no money waits to come or go.

        `first` is the first session of all, `traded` the day of the latest trade.
        """
        if state.value + float(state.flow.sum()) <= 0.0:
            return False
        if self._is_short(state) or self._breaks_range(state):
            return True
        if self.watchful is not None:
            on = self.market.dates[state.t]
            look = Look(on, traded, self.drift(state), self.mandate_on(state.t))
            try:
                return self.watchful.may_act(look)
            except Exception as error:
                self.findings.append(policy_raised(on, error))
                return True
        return (state.t - first) % self.settings.review_sessions == 0

    def _is_short(self, state: DayState) -> bool:
        """Whether an account lacks cash for its reserve, or for what it has to pay out soon."""
        return bool((state.cash + state.flow < self.reserves(state) - CENT).any())

    def _breaks_range(self, state: DayState) -> bool:
        """Whether a holding lies outside what a restriction allows today."""
        if not self.ranges:
            return False
        value = state.value + float(state.flow.sum())
        for one in self.ranges:
            held = float(state.held[one.covered].sum())
            most = max(one.most * value, float(state.stuck[one.covered].sum()))
            if held < one.least * value or held > most:
                return True
        return False

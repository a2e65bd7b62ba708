"""The cycle, asked on a day of the past and answered from what was known then.

Errors: a policy that raises, a flow that no account can pay and prices that no estimate can be made
from are findings with the day; the household then holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

from trimtab.cycle.flow import CycleSetup, Estimator, run_cycle
from trimtab.cycle.requests import Answer, Authorise, Observation, Observe, Propose
from trimtab.cycle.situate import instruments_of
from trimtab.drivers.backtest.holdings import Holdings
from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.drivers.backtest.outgoings import Outgoing
from trimtab.drivers.backtest.settings import BacktestSettings
from trimtab.drivers.backtest.start import Start
from trimtab.drivers.backtest.tax_office import TaxOffice
from trimtab.drivers.backtest.washes import WashBook
from trimtab.guards._base import Guard
from trimtab.model.errors import InputError, InputErrors, InvariantError
from trimtab.model.estimates import Estimates
from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import CashFlow, Mandate
from trimtab.model.plans import Decision
from trimtab.model.proposals import Proposal
from trimtab.model.snapshots import Snapshot
from trimtab.policies._base import Policy
from trimtab.quant.situation import Situation
from trimtab.taxes._base import TaxRegime

__all__ = ["Asker"]


class Asker:
    """Runs one cycle for a day and gives back its decision, or why there was none."""

    def __init__(
        self,
        name: str,
        policy: Policy,
        start: Start,
        market: MarketDays,
        regime: TaxRegime,
        guards: tuple[Guard, ...],
        estimator: Estimator,
        settings: BacktestSettings,
    ) -> None:
        self.name, self.policy, self.start, self.market = name, policy, start, market
        self.regime, self.guards, self.estimator = regime, guards, estimator
        self.settings = settings
        self.findings: list[Finding] = []
        self.estimates: Estimates | None = None
        self._estimated_at = -1

    def snapshot(self, t: int, holdings: Holdings, washes: WashBook) -> Snapshot:
        """All that was known at the close of a session."""
        return Snapshot(
            as_of=self.market.dates[t],
            household=self.start.household,
            instruments=self.start.instruments,
            lots=holdings.lots,
            cash=holdings.balances(),
            prices=self.market.prices(t),
            trades=tuple(washes.trades),
        )

    def mandate(
        self, base: Mandate, on: date, office: TaxOffice, waiting: Sequence[Outgoing],
        ahead: Sequence[CashFlow],
    ) -> Mandate:  # fmt: skip
        """The mandate of the day: the year's gains so far, what is due, and what is due soon."""
        due = tuple(CashFlow(-one.amount, on, one.account, one.clause) for one in waiting)
        soon = tuple(flow for flow in ahead if flow.amount < 0)
        return replace(base, tax=office.profile_on(on), flows=(*due, *soon))

    def decide(
        self, t: int, snapshot: Snapshot, mandate: Mandate, deposits: tuple[CashFlow, ...]
    ) -> Decision | None:
        """One cycle; none where it could not be run, which a finding says."""
        on = self.market.dates[t]
        setup = CycleSetup(
            cycle_id=f"{self.name} {on.isoformat()}",
            as_of=on,
            mandate=mandate,
            regime=self.regime,
            estimator=lambda seen, rules: self._estimate(t, seen, rules),
            guards=self.guards,
            flows=deposits,
        )
        try:
            return self._answered(t, setup, snapshot)
        except (InputError, InputErrors) as error:
            self._say("not_decided", "household", f"no decision on {on}: {error}")
        except _PolicyFailed as failed:
            self._say(
                "policy_raised", f"policy {self.name}", f"it failed on {on}: {failed.__cause__!r}"
            )
        return None

    def _answered(self, t: int, setup: CycleSetup, snapshot: Snapshot) -> Decision:
        cycle = run_cycle(setup)
        request = next(cycle)
        while True:
            answer: Answer
            match request:
                case Observe(sessions=sessions):
                    names = instruments_of(snapshot, setup.mandate)
                    answer = Observation(snapshot, self.market.history_until(t, names, sessions))
                case Propose(situation=situation):
                    answer = _ask(self.policy.propose, situation)
                case Authorise(decision=decision):
                    answer = decision  # nobody is asked in the past: what may be approved, is
            try:
                request = cycle.send(answer)
            except StopIteration as stop:
                decided: Decision = stop.value
                return decided

    def _estimate(self, t: int, seen: Observation, mandate: Mandate) -> Estimates:
        """Risk and cost, worked out anew after so many sessions or for other instruments."""
        names = instruments_of(seen.snapshot, mandate)
        known = self.estimates
        is_old = t - self._estimated_at >= self.settings.estimate_sessions
        if known is None or is_old or known.instruments != names:
            self.estimates = known = self.estimator(seen, mandate)
            self._estimated_at = t
        return known

    def _say(self, code: str, subject: str, message: str) -> None:
        self.findings.append(Finding(code, Severity.WARNING, subject, message))


class _PolicyFailed(Exception):  # noqa: N818  (it carries a failure, it is none)
    """A policy raised; the cause is what it raised."""


def _ask(propose: Callable[[Situation], Proposal], situation: Situation) -> Proposal:
    try:
        return propose(situation)
    except InvariantError:
        raise
    except Exception as error:
        raise _PolicyFailed from error

"""The cycle, asked on a day of the past and answered from what was known then.

Errors: a policy that raises and prices that no estimate can be made from are findings with the day,
and the household holds; of a withdrawal that its accounts are not worth, what they are is raised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from trimtab.cycle.flow import CycleSetup, Estimator, Listener, run_cycle
from trimtab.cycle.flows import allocate_flows
from trimtab.cycle.requests import Answer, Authorise, Observation, Observe, Propose
from trimtab.cycle.situate import instruments_of
from trimtab.drivers.backtest.findings import policy_raised
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
from trimtab.model.money import ZERO, cents, total
from trimtab.model.plans import Decision
from trimtab.model.proposals import Proposal
from trimtab.model.snapshots import PriceHistory, Snapshot
from trimtab.model.targets import CurrentTargets
from trimtab.policies._base import Policy
from trimtab.quant.situation import Situation
from trimtab.taxes._base import TaxRegime

__all__ = ["Asker"]

SOLD_OUT = Decimal("0.99")
"""What an account's worth brings when all is sold, with room for costs and whole shares."""


class Asker:
    """Runs one cycle for a day and gives back its decision, or why there was none.

    Risk and costs are estimated on every `estimate_sessions`-th session, whether anyone asked then
    or not, so that a decision does not depend on which quiet days were looked at.  What a policy
    hears of the market, if it listens, is heard anew on every day on which it is asked.
    """

    def __init__(
        self,
        name: str,
        policy: Policy,
        start: Start,
        market: MarketDays,
        sessions: range,
        regime: TaxRegime,
        guards: tuple[Guard, ...],
        estimator: Estimator,
        settings: BacktestSettings,
        listener: Listener | None = None,
    ) -> None:
        self.name, self.policy, self.start, self.market = name, policy, start, market
        self.sessions, self.regime, self.guards = sessions, regime, guards
        self.estimator, self.settings, self.listener = estimator, settings, listener
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
        self,
        base: Mandate,
        t: int,
        snapshot: Snapshot,
        office: TaxOffice,
        waiting: Iterable[Outgoing],
        ahead: Iterable[CashFlow],
    ) -> Mandate:
        """The mandate of the day: the year's gains so far, what is due, and what is due soon."""
        on = self.market.dates[t]
        due = [CashFlow(-one.amount, on, one.account, one.clause) for one in waiting]
        flows = self._payable(snapshot, base, [*due, *ahead])
        return replace(base, tax=office.profile_on(on), flows=tuple(flows))

    def _payable(
        self, snapshot: Snapshot, mandate: Mandate, flows: list[CashFlow]
    ) -> list[CashFlow]:
        """Withdrawals as far as their accounts are worth them: one that is too large must not keep
        the household from deciding anything."""
        if not flows or self.shares_of(snapshot, mandate, flows) is not None:
            return flows
        taken: list[CashFlow] = []
        for flow in flows:
            if self.shares_of(snapshot, mandate, [*taken, flow]) is not None:
                taken.append(flow)
                continue
            most = self._worth_of_payers(snapshot, mandate, flow, taken)
            if most > 0:
                taken.append(replace(flow, amount=-most))
            self.findings.append(_too_large(flow, most, snapshot.as_of))
        return taken

    def _worth_of_payers(
        self, snapshot: Snapshot, mandate: Mandate, flow: CashFlow, taken: Sequence[CashFlow]
    ) -> Decimal:
        """What the accounts that a flow may come from could pay, if all in them were sold."""
        accounts = self.start.household.accounts
        payers = [a.id for a in accounts if a.wrapper.is_taxable] or [a.id for a in accounts]
        shares = self.shares_of(snapshot, mandate, taken) or {}
        kept = mandate.cash.account_reserve
        left = total(
            max(ZERO, snapshot.account_value(a) + shares.get(a, ZERO) - kept.get(a, ZERO))
            for a in ([flow.account] if flow.account is not None else payers)
        )
        return cents(left * SOLD_OUT)

    def shares_of(
        self, snapshot: Snapshot, mandate: Mandate, flows: Sequence[CashFlow]
    ) -> Mapping[str, Decimal] | None:
        """What each account pays of these flows, as the cycle shares them out; none where it would
        refuse to."""
        try:
            return allocate_flows(snapshot, replace(mandate, flows=()), flows)
        except InputError:
            return None

    def decide(
        self,
        t: int,
        snapshot: Snapshot,
        mandate: Mandate,
        deposits: tuple[CashFlow, ...],
        targets: CurrentTargets | None = None,
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
            explains=False,
            targets=targets,
        )
        try:
            return self._answered(setup, snapshot)
        except (InputError, InputErrors) as error:
            fact = f"no decision could be made on {on}, so that nothing was traded: {error}"
            self.findings.append(Finding("not_decided", Severity.WARNING, "household", fact))
        except _PolicyFailed as failed:
            self.findings.append(policy_raised(on, failed.error))
        return None

    def _answered(self, setup: CycleSetup, snapshot: Snapshot) -> Decision:
        cycle = run_cycle(setup)
        request = next(cycle)
        while True:
            answer: Answer
            match request:
                case Observe():
                    # The history is added where an estimate is made: most days none is.
                    answer = Observation(snapshot, PriceHistory((), (), (), ""))
                case Propose(situation=situation):
                    answer = proposal = _ask(self.policy.propose, situation)
                    self._note(proposal.findings)
                case Authorise(decision=decision):
                    answer = decision  # nobody is asked in the past: what may be approved, is
            try:
                request = cycle.send(answer)
            except StopIteration as stop:
                decided: Decision = stop.value
                return decided

    def _note(self, findings: Iterable[Finding]) -> None:
        """Keep what estimates and a policy say of how they came about, each kind once for its
        subject: a model that is missing is missing every day."""
        known = {(one.code, one.subject) for one in self.findings}
        for one in findings:
            if (one.code, one.subject) not in known:
                known.add((one.code, one.subject))
                self.findings.append(one)

    def _estimate(self, t: int, seen: Observation, mandate: Mandate) -> Estimates:
        """Risk and cost as of the latest session on which they were to be estimated."""
        names = instruments_of(seen.snapshot, mandate)
        every = self.settings.estimate_sessions
        at = t - (t - self.sessions.start) % every
        known = self.estimates
        if known is None or at != self._estimated_at or known.instruments != names:
            history = self.market.history_until(at, names, mandate.estimates.sessions)
            known = self.estimator(replace(seen, history=history), mandate)
            stated, costs = seen.snapshot.instruments, mandate.costs
            self.estimates = known = self.market.with_trading_data(known, at, stated, costs)
            self._estimated_at = at
            self._note(
                replace(one, message=f"on {self.market.dates[at]}, {one.message}")
                for one in known.findings
            )
        if self.listener is None:
            return known
        return self._listened(self.listener, t, known, mandate)

    def _listened(
        self, listener: Listener, t: int, known: Estimates, mandate: Mandate
    ) -> Estimates:
        """Estimates with what is heard of the market up to the day itself."""
        names, sessions = known.instruments, mandate.estimates.sessions
        heard = listener(self.market.history_until(t, names, sessions), mandate)
        if isinstance(heard, Finding):
            self._note((heard,))
            return known
        return replace(known, heard=heard)


def _too_large(flow: CashFlow, most: Decimal, on: date) -> Finding:
    return Finding(
        "withdrawal_too_large",
        Severity.WARNING,
        f"withdrawal of {-flow.amount:,.2f} from {flow.account or 'any account'}",
        f"is more than is there on {on}: {most:,.2f} is raised for it",
        actual=f"{-flow.amount:.2f}",
        bound=f"{most:.2f}",
        remedy="withdraw less, or from an account that holds more",
        clause=flow.clause,
    )


class _PolicyFailed(Exception):  # noqa: N818  (it carries a failure, it is none)
    """A policy raised this."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


def _ask(propose: Callable[[Situation], Proposal], situation: Situation) -> Proposal:
    try:
        return propose(situation)
    except InvariantError:
        raise
    except Exception as error:
        raise _PolicyFailed(error) from error

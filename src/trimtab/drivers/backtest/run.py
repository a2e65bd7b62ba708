"""The backtest's loop: one household, one policy, one session after the other.

The cycle is the one that plans live: it is asked on every day on which the policy could want
something, and answered from history.  What it decides is filled, settled, taxed and booked here.
The order of a day is that of docs/internals/backtest.md.

Errors: `InputError` for a period without sessions and holdings without prices.  A policy that
raises, a withdrawal that cannot be paid and a plan that is refused are findings of the run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np

from trimtab.books.entries import deposit
from trimtab.cycle.flow import Estimator
from trimtab.cycle.flows import FLOW_HORIZON_DAYS, allocate_flows
from trimtab.drivers.backtest.asking import Asker
from trimtab.drivers.backtest.broker import Broker
from trimtab.drivers.backtest.custodian import Custodian
from trimtab.drivers.backtest.findings import Said
from trimtab.drivers.backtest.holdings import Holdings
from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.drivers.backtest.outgoings import Outgoing, Outgoings
from trimtab.drivers.backtest.recorder import Recorder, benchmark_values
from trimtab.drivers.backtest.results import BacktestRun, DecisionRecord, FillRecord
from trimtab.drivers.backtest.settings import BacktestSettings, FillTiming, TaxesPaid
from trimtab.drivers.backtest.start import Start, dated_flows, refuse_unusable
from trimtab.drivers.backtest.tax_office import TaxDue, TaxOffice
from trimtab.drivers.backtest.washes import WashBook
from trimtab.drivers.backtest.watch import DayState, Watch
from trimtab.guards._base import Guard
from trimtab.model.accounts import Account
from trimtab.model.mandate import CashFlow
from trimtab.model.money import ZERO, total
from trimtab.model.plans import Decision, Verdict
from trimtab.model.snapshots import Side
from trimtab.policies._base import Policy
from trimtab.taxes._base import TaxRegime

__all__ = ["Backtest"]

Progress = Callable[[int, int], None]
NO_TRADES = (Verdict.REFUSED, Verdict.INFEASIBLE)


class Backtest:
    """One policy over one history; `step` does a session, `run` all of them."""

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
        self.name, self.start, self.market, self.settings = name, start, market, settings
        self.sessions = market.sessions(settings.start, settings.end)
        first = market.dates[self.sessions.start]
        refuse_unusable(start, market, self.sessions.start)
        mandate, household = start.mandate, start.household
        self.holdings = Holdings(household, market, start.books)
        self.washes = WashBook(
            self.holdings, start.instruments, mandate.wash_sales.reading, start.trades
        )
        self.custodian = Custodian(self.holdings, market, settings, self.washes)
        self.broker = Broker(self.holdings, market, settings, self.washes, mandate.costs)
        self.office = TaxOffice(
            self.holdings, regime, mandate.tax, first, start.instruments,
            settings.estimated_payments,
        )  # fmt: skip
        self.watch = Watch(mandate, market, settings, policy)
        self.asker = Asker(name, policy, start, market, regime, guards, estimator, settings)
        self.outgoings = Outgoings(self.holdings, settings.withdrawal_patience_sessions)
        self.recorder = Recorder(self.sessions, len(mandate.targets))
        self.ahead = dated_flows(mandate, settings, first)
        self.decisions: list[DecisionRecord] = []
        self.said = Said()
        self.paid_outside = ZERO
        self._accrued, self._accrued_at = 0.0, (-1, -1)

    def run(self, progress: Progress | None = None) -> BacktestRun:
        """Every session, and what came of it."""
        for done, t in enumerate(self.sessions, start=1):
            self.step(t)
            if progress is not None:
                progress(done, len(self.sessions))
        return self.result()

    def step(self, t: int) -> None:
        """One session."""
        on, is_at_close = self.market.dates[t], self.settings.fill is FillTiming.CLOSE
        self.office.open_year(on.year)
        dividends = self.custodian.open_session(t)
        self.office.note_dividends(dividends)
        fills = [] if is_at_close else self.broker.fill(t)
        following = self.market.dates[t + 1] if t + 1 < len(self.market.dates) else None
        self.custodian.close_session(t, following, self.market.close[t])
        tax_paid = self._taxes_due(t)
        deposits = self._flows_due(t)
        if self.watch.needs_cycle(self._state(t, bool(deposits)), self.sessions.start):
            self._decide(t, deposits)
        self._book_deposits(t, deposits)
        if is_at_close:
            fills += self.broker.fill(t)
        self.washes.forget(on)
        self.washes.book_matches(on)
        paid = self.outgoings.pay(t, on)
        for due in paid.taxes:
            self.office.was_paid(due)
        tax_paid += float(total(due.amount for due in paid.taxes))
        flow = float(total(one.amount for one in deposits) - paid.withdrawn)
        income = float(total(one.amount for one in dividends))
        self._record(t, flow, tax_paid, income, fills)

    def _state(self, t: int, has_deposit: bool) -> DayState:
        """The day as the watch looks at it."""
        held = np.nan_to_num(self.holdings.units * self.market.close[t])
        cash = {account.id: self.holdings.cash(account.id) for account in self._accounts}
        value = float(held.sum()) + float(total(cash.values()))
        has_flow = has_deposit or bool(self.outgoings.waiting)
        on = self.market.dates[t]
        return DayState(t, on, value, held, cash, self.washes.traded, has_flow)

    @property
    def _accounts(self) -> Sequence[Account]:
        return self.start.household.accounts

    def _flows_due(self, t: int) -> tuple[CashFlow, ...]:
        """Deposits that arrive today; withdrawals that fall due join those that wait."""
        on, deposits = self.market.dates[t], []
        while self.ahead and (self.ahead[0].due or on) <= on:
            flow = self.ahead.pop(0)
            if flow.amount > 0:
                deposits.append(replace(flow, due=None))
            else:
                self.outgoings.add(Outgoing(-flow.amount, flow.account, flow.clause, t))
        return tuple(deposits)

    def _taxes_due(self, t: int) -> float:
        """Taxes that fall due today: refunds arrive, payments join what waits to be paid."""
        on, refunded = self.market.dates[t], ZERO
        self.office.read_books()
        for due in self.office.due(on):
            if self.settings.taxes_paid is TaxesPaid.OUTSIDE:
                self.office.was_paid(due)
                self.paid_outside += due.amount
            elif due.amount > 0:
                self.outgoings.add(Outgoing(due.amount, None, "taxes", t, due))
            elif due.amount < 0:
                self._refund(t, due)
                refunded += due.amount
        return float(refunded)

    def _refund(self, t: int, due: TaxDue) -> None:
        """Too much was paid: it comes back to the taxable account with the most cash."""
        on, base = self.market.dates[t], self.holdings.base
        account = max(sorted(self.holdings.taxable), key=self.holdings.cash)
        entry_id = self.holdings.next_id(on, f"tax refund {due.year}")
        self.holdings.book([deposit(entry_id, on, account, base, -due.amount)])

    def _decide(self, t: int, deposits: tuple[CashFlow, ...]) -> None:
        """Ask the cycle, and hand its trades to the broker."""
        on = self.market.dates[t]
        snapshot = self.asker.snapshot(t, self.holdings, self.washes)
        horizon = on + timedelta(days=FLOW_HORIZON_DAYS)
        soon = [flow for flow in self.ahead if flow.due is not None and flow.due <= horizon]
        base = self.watch.mandate_on(t)
        mandate = self.asker.mandate(base, on, self.office, self.outgoings.waiting, soon)
        decision = self.asker.decide(t, snapshot, mandate, deposits)
        if decision is None:
            return
        trades = decision.plan.trades if decision.plan is not None else ()
        if decision.verdict in NO_TRADES:
            trades = ()
        self.decisions.append(_recorded(decision, len(trades)))
        if trades and self.asker.estimates is not None:
            self.broker.submit(on, t, trades, self.asker.estimates)

    def _book_deposits(self, t: int, deposits: tuple[CashFlow, ...]) -> None:
        """Put new money where the cycle counted it: the account named, else the largest."""
        if not deposits:
            return
        on = self.market.dates[t]
        snapshot = self.asker.snapshot(t, self.holdings, self.washes)
        plain = replace(self.start.mandate, flows=())
        for account, amount in allocate_flows(snapshot, plain, deposits).items():
            if amount > 0:
                entry_id = self.holdings.next_id(on, f"deposit {account}")
                base = self.holdings.base
                self.holdings.book([deposit(entry_id, on, account, base, amount)])

    def _record(
        self, t: int, flow: float, tax_paid: float, income: float, fills: Sequence[FillRecord]
    ) -> None:
        state = self._state(t, has_deposit=False)
        self.office.read_books()
        accrued, liquidation = self._taxes_at(t)
        sums = {side: float(total(f.amount for f in fills if f.side is side)) for side in Side}
        figures = (
            state.value,
            flow,
            tax_paid,
            accrued,
            liquidation,
            float(total(state.cash.values())),
            sums[Side.BUY],
            sums[Side.SELL],
            float(total(one.cost for one in fills)),
            income,
        )
        self.recorder.note(t, figures, self.watch.weights(state), len(self.holdings.lots))

    def _taxes_at(self, t: int) -> tuple[float, float]:
        """What the year would still cost, and what selling everything would add to that."""
        if not self.office.is_taxed:
            return 0.0, 0.0
        on = self.market.dates[t]
        changed = (len(self.holdings.entries), on.year)
        if changed != self._accrued_at:
            self._accrued = float(self.office.accrued(on) + self.paid_outside)
            self._accrued_at = changed
        short, long = self.holdings.unrealised(self.market.close[t], on)
        return self._accrued, self.office.liquidation(on, short, long)

    def result(self) -> BacktestRun:
        """What came of it, up to the last session that was done."""
        dates = self.market.dates
        last = dates[self.sessions.stop - 1]
        daily = self.recorder.record(dates)
        mandate = self.start.mandate
        flows = daily.flow.copy()
        flows[0] = 0.0
        start_value = float(daily.value[0])
        every = (self.custodian, self.broker, self.outgoings, self.asker)
        for source in every:
            self.said.add_all(source.findings)
        return BacktestRun(
            policy=self.name,
            target_names=tuple(target.name for target in mandate.targets),
            targets=self.watch.stated,
            bands=self.watch.bands,
            daily=daily,
            benchmark=benchmark_values(mandate, self.market, self.sessions, start_value, flows),
            fills=tuple(self.broker.fills),
            decisions=tuple(self.decisions),
            tax_years=self.office.records(last, self.washes.disallowed),
            lots=self.holdings.lots,
            cash={account.id: self.holdings.cash(account.id) for account in self._accounts},
            fees={"advisory fee": self.custodian.fees},
            findings=self.said.all(),
            settings=None,
        )


def _recorded(decision: Decision, trades: int) -> DecisionRecord:
    return DecisionRecord(
        decision.as_of,
        decision.verdict,
        decision.sentence,
        trades,
        decision.proposal.before.tracking_error,
        tuple(finding for finding in decision.findings if finding.severity > 0),
    )

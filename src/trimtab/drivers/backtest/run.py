"""The backtest's loop: one household, one policy, one session after the other.

The cycle is the one that plans live: it is asked on every day on which the policy could want
something, and answered from history; docs/internals/backtest.md has a day's order.

Errors: `InputError` for a period without sessions and holdings without prices.  A policy that
raises, a withdrawal that cannot be paid and a plan that is refused are findings of the run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from trimtab.cycle.flow import Estimator, Listener
from trimtab.drivers.backtest.asking import Asker
from trimtab.drivers.backtest.benchmark import benchmark_values
from trimtab.drivers.backtest.broker import Broker
from trimtab.drivers.backtest.cash_ahead import CashAhead
from trimtab.drivers.backtest.checkpoint import as_json
from trimtab.drivers.backtest.custodian import Custodian
from trimtab.drivers.backtest.deposits import book_deposits
from trimtab.drivers.backtest.fees import ADVISORY_FEE, charge_fee
from trimtab.drivers.backtest.findings import Said
from trimtab.drivers.backtest.holdings import Holdings
from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.drivers.backtest.outgoings import Outgoing, OutgoingKind, Outgoings
from trimtab.drivers.backtest.recorder import DayFigures, OpenSession, Recorder
from trimtab.drivers.backtest.results import BacktestRun, DecisionRecord, FillRecord
from trimtab.drivers.backtest.sales import SalesDesk, with_disallowed
from trimtab.drivers.backtest.settings import BacktestSettings, FillTiming
from trimtab.drivers.backtest.start import Start, dated_flows, refuse_unusable
from trimtab.drivers.backtest.target_days import TargetDays, TargetEstimator
from trimtab.drivers.backtest.tax_days import TaxDays
from trimtab.drivers.backtest.tax_office import TaxOffice
from trimtab.drivers.backtest.tax_payments import TaxPayments
from trimtab.drivers.backtest.washes import WashBook
from trimtab.drivers.backtest.watch import DayState, Watch
from trimtab.guards._base import Guard
from trimtab.model.errors import must
from trimtab.model.mandate import CashFlow
from trimtab.model.money import ZERO, total
from trimtab.model.plans import Verdict
from trimtab.model.snapshots import Side
from trimtab.policies._base import Policy
from trimtab.taxes._base import TaxRegime

__all__ = ["Backtest"]

Floats = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]
SAVE_SESSIONS = 500
"""Sessions from one checkpoint to the next, where they are kept: some seconds of work."""
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
        targets: TargetEstimator | None = None,
        listener: Listener | None = None,
    ) -> None:
        self.name, self.start, self.market, self.settings = name, start, market, settings
        self.sessions = market.sessions(settings.start, settings.end)
        first, instruments = market.dates[self.sessions.start], start.instruments
        refuse_unusable(start, market, settings, self.sessions.start)
        mandate, household = start.mandate, start.household
        self.holdings = Holdings(household, market, start.books)
        reading = mandate.wash_sales.reading
        self.washes = WashBook(self.holdings, instruments, reading, start.trades)
        desk = SalesDesk(self.holdings, self.washes, instruments, mandate.tax.relief)
        self.custodian = Custodian(self.holdings, market, self.sessions, settings, desk)
        self.broker = Broker(self.holdings, market, settings, desk, mandate.costs, instruments)
        self.office = TaxOffice(
            self.holdings, regime, mandate.tax, first, instruments, settings.estimated_payments
        )
        self.target_days = TargetDays(mandate, market, targets)
        self.watch = Watch(start, market, settings, policy, self.target_days)
        self.asker = Asker(
            *(name, policy, start, market, self.sessions),
            *(regime, guards, estimator, settings, listener),
        )
        self.outgoings = Outgoings(self.holdings, settings.withdrawal_patience_sessions)
        self.payments = TaxPayments(self.holdings, self.office, self.outgoings, settings.taxes_paid)
        self.recorder = Recorder(self.sessions, len(mandate.targets))
        self.tax_days = TaxDays.of(len(self.sessions))
        self.ahead = CashAhead(household, mandate.cash, dated_flows(mandate, settings))
        self.decisions: list[DecisionRecord] = []
        self.done = 0
        self.fees = ZERO
        self._state: DayState | None = None

    def run(
        self,
        progress: Progress | None = None,
        save: Callable[[str], None] | None = None,
        save_sessions: int = SAVE_SESSIONS,
    ) -> BacktestRun:
        """Every session that is left, and what came of it all.

        `save` is given a checkpoint every so many sessions, from which `resumed` goes on.
        """
        for t in self.sessions[self.done :]:
            self.step(t)
            if progress is not None:
                progress(self.done, len(self.sessions))
            if save is not None and self.done % save_sessions == 0:
                save(as_json(self))
        return self.result()

    def step(self, t: int) -> None:
        """One session; they are done in order."""
        self.finish(self.begin(t))

    def begin(self, t: int) -> OpenSession:
        """A session up to its decision: what can be seen then is what a decision sees."""
        must(t == self.sessions.start + self.done, "a backtest does its sessions in order")
        day = DayFigures()
        self.office.open_year(self.market.dates[t].year)
        self._open(t, day)
        fills = [] if self.settings.fill is FillTiming.CLOSE else self.broker.fill(t)
        self._close(t, day)
        return OpenSession(t, day, fills, self._flows_due(t))

    def finish(self, session: OpenSession) -> None:
        """The rest of a session: decide where it asks for that, trade, pay out, record."""
        t, day, deposits, fills = session.t, session.day, session.deposits, session.fills
        on = self.market.dates[t]
        if self._needs_cycle(t, deposits):
            self._decide(t, deposits)
        self._book_deposits(t, deposits)
        day.flow += float(total(one.amount for one in deposits))
        if self.settings.fill is FillTiming.CLOSE:
            fills += self.broker.fill(t)
        self.washes.forget(on)
        self.washes.book_matches(on)
        self._pay_out(t, day)
        self._record(t, day, fills)
        self.done += 1

    def _open(self, t: int, day: DayFigures) -> None:
        """What happens to the accounts before anyone trades."""
        self.custodian.open_session(t)
        if not self.market.event_days[t]:
            return
        owed = self.custodian.dividends_owed(t)
        for done in self.custodian.split(t):
            self.broker.split(done)
            self.washes.split(done.instrument, done.new, done.old)
        dividends = [self.custodian.pay(t, one) for one in owed]
        self.office.note_dividends(dividends)
        day.income += float(total(one.amount for one in dividends))

    def _close(self, t: int, day: DayFigures) -> None:
        """What falls due at the close: interest, fees, taxes."""
        day.income += float(self.custodian.credit_interest(t))
        rate, first = self.settings.advisory_fee, self.sessions.start
        self.fees += charge_fee(t, first, rate, self.holdings, self.market, self.outgoings)
        day.tax_paid += float(self.payments.fall_due(t, self.market.dates[t]))

    def _pay_out(self, t: int, day: DayFigures) -> None:
        """Let money out that settled cash covers."""
        paid = self.outgoings.pay(t, self.market.dates[t])
        for due in paid.taxes:
            self.office.was_paid(due)
        self.fees += paid.fees
        day.tax_paid += float(total(due.amount for due in paid.taxes))
        day.flow -= float(paid.withdrawn)

    def _needs_cycle(self, t: int, deposits: tuple[CashFlow, ...]) -> bool:
        """Whether the day asks for a decision, money that leaves now or soon included."""
        if deposits:
            return True
        state, first, traded = self._day(t), self.sessions.start, self.washes.traded
        flows = [CashFlow(-one.amount, None, one.account) for one in self.outgoings.waiting]
        flows += self.ahead.soon(self.market.dates[t])
        if flows:
            shares = self.ahead.plain_shares(flows, state.cash)
            if shares is None:
                shares = self._shares(t, flows)
            if shares is None:
                return True
            state = replace(state, flow=shares)
        return self.watch.needs_cycle(state, first, traded)

    def _shares(self, t: int, flows: Sequence[CashFlow]) -> Floats | None:
        """What each account pays of these flows, as the cycle shares them out; none where it
        would refuse to."""
        snapshot = self.asker.snapshot(t, self.holdings, self.washes)
        shares = self.asker.shares_of(snapshot, self.watch.mandate_on(t), flows)
        return None if shares is None else np.array([float(amount) for amount in shares.values()])

    def _day(self, t: int) -> DayState:
        """The household at this moment, at today's close."""
        entries = len(self.holdings.entries)
        if self._state is None or (self._state.t, self._state.entries) != (t, entries):
            self._state = DayState.of(t, self.holdings, self.market)
        return self._state

    def _flows_due(self, t: int) -> tuple[CashFlow, ...]:
        """Deposits that arrive today; withdrawals that fall due join those that wait."""
        deposits = []
        for flow in self.ahead.due(self.market.dates[t]):
            if flow.amount > 0:
                deposits.append(replace(flow, due=None))
            else:
                out = OutgoingKind.WITHDRAWAL, -flow.amount, flow.account, flow.clause, t
                self.outgoings.add(Outgoing(*out))
        return tuple(deposits)

    def _decide(self, t: int, deposits: tuple[CashFlow, ...]) -> None:
        """Ask the cycle, and hand its trades to the broker."""
        snapshot = self.asker.snapshot(t, self.holdings, self.washes)
        waiting, soon = self.outgoings.waiting, self.ahead.soon(self.market.dates[t])
        base = self.watch.mandate_on(t)
        mandate = self.asker.mandate(base, t, snapshot, self.office, waiting, soon)
        decision = self.asker.decide(t, snapshot, mandate, deposits, self.target_days.on(t))
        if decision is None:
            return
        trades = decision.plan.trades if decision.plan is not None else ()
        if decision.verdict in NO_TRADES:
            trades = ()
        self.decisions.append(DecisionRecord.of(decision, len(trades)))
        if trades and self.asker.estimates is not None:
            self.broker.submit(self.market.dates[t], trades, self.asker.estimates)

    def _book_deposits(self, t: int, deposits: tuple[CashFlow, ...]) -> None:
        """Put new money where the cycle counted it."""
        if deposits:
            snapshot = self.asker.snapshot(t, self.holdings, self.washes)
            book_deposits(self.holdings, snapshot, self.start.mandate, deposits)

    def _record(self, t: int, day: DayFigures, fills: Sequence[FillRecord]) -> None:
        state, on = self._day(t), self.market.dates[t]
        self.office.read_books()
        day.value = state.value
        day.cash = self.holdings.all_cash
        if self.office.is_taxed:
            unrealised = self.holdings.unrealised(self.market.close[t], on)
            outside = float(self.payments.outside)
            is_last = t + 1 == self.sessions.stop or self.market.following(t).year != on.year
            self.tax_days.note(self.done, on, self.office, outside, unrealised, is_last)
        for fill in fills:
            if fill.side is Side.BUY:
                day.bought += float(fill.amount)
            else:
                day.sold += float(fill.amount)
            day.cost += float(fill.cost)
        weights = self.watch.weights(state)
        self.recorder.note(t, day, weights, len(self.holdings.lots))

    def result(self) -> BacktestRun:
        """What came of it, up to the last session that was done.

        Refuses: to tell of a backtest of which no session was done, with `InvariantError`.
        """
        must(self.done > 0, "a backtest has a result after its first session")
        sessions = self.sessions[: self.done]
        dates, mandate = self.market.dates, self.start.mandate
        last, stated = dates[sessions[-1]], self.watch.stated
        owed, liquidation = self.tax_days.taxes(self.office, self.done)
        daily = self.recorder.record(dates, self.done, owed, liquidation)
        flows = daily.flow.copy()
        flows[0] = 0.0
        start_value = float(daily.value[0])
        said, broker, outgoings = Said(), self.broker, self.outgoings
        custody = (self.custodian, broker.offers, broker, outgoings)
        for source in (*custody, self.watch, self.asker, self.target_days):
            said.add_all(source.findings)
        said.add_all((*outgoings.still_waiting(last), *broker.still_waiting(last)))
        return BacktestRun(
            policy=self.name,
            target_names=tuple(target.name for target in mandate.targets),
            targets=np.array(stated.stated),
            bands=np.array(stated.bands),
            daily=daily,
            benchmark=benchmark_values(self.start, self.market, sessions, start_value, flows),
            fills=with_disallowed(
                (*broker.fills, *broker.left_over(sessions[-1])), self.holdings.entries
            ),
            decisions=tuple(self.decisions),
            tax_years=self.office.records(last, self.washes.disallowed),
            lots=self.holdings.lots,
            cash={account: self.holdings.cash(account) for account in self.holdings.accounts},
            fees={ADVISORY_FEE: self.fees},
            findings=said.all(),
        )

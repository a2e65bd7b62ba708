"""A simulated life of the live driver: a seed drives a world in which everything goes wrong.

A household trades for a day or two.  Between any two requests the process may die, the disk be
full, an answer be lost; a new engine on the same store goes on.  Things happen that no order of
ours made: splits, dividends, trades by hand, which a person books from the broker's statement later
on.  Then the world calms down, what is open ends, and the invariants are looked at: no unit or cent
lost, no order sent twice, none while the books do not know what the account shows, books equal
broker, the chain whole, every order explained by a decision.

    run = simulate(seed=7)
    assert not run.violations

Errors: none; what does not hold is a violation with its words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from random import Random

from trimtab.books.ledger import replay
from trimtab.cycle.orders import OrdersPlanned, Session
from trimtab.drivers.live.booking import Currencies, FillBook
from trimtab.drivers.live.desk import Pace
from trimtab.drivers.live.durable import begin
from trimtab.drivers.live.engine import Engine, Work
from trimtab.model.brokers import BrokerInstrument
from trimtab.model.errors import InputError, InvariantError, LeaseLost
from trimtab.model.live import Halt, HaltKind
from trimtab.model.lots import Lot
from trimtab.model.plans import Decision
from trimtab.stores._memory_live import MemoryStore
from trimtab.testing.account_events import bust
from trimtab.testing.exact_account import ExactAccount
from trimtab.testing.faults import RATES, Chaos, Crash, FaultKind, FaultyStore, SimulatedClock
from trimtab.testing.faulty_broker import FaultyBroker
from trimtab.testing.invariants import broken
from trimtab.testing.simulated_custody import Custody, opening
from trimtab.testing.simulated_decisions import random_decision
from trimtab.testing.simulated_orders import HOUSEHOLD, PRICES, WASH_TERMS, orders_at

__all__ = ["Run", "World", "simulate"]

START = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
SESSION_MINUTES = (4, 12, 120)
"""Sessions that end in the middle of everything, and one that does not."""
CHAOS_TURNS = 45
TURNS_MAX = 400
CLOSING_TURNS = 60
"""Calm turns after which the session is over, for whatever is not done by then."""
LAST_LOOKS = 12
PATIENCE = timedelta(hours=2)
"""So long after the close the last looks are over."""
LATE_SHARE = 0.3
"""The chance that a process that wakes up does so after every lease has run out."""
LIFT_SHARE = 0.3
"""The chance, at each turn, that a halt is lifted."""
IMPORT_SHARE = 0.1
"""The chance, at each turn, that a person books what the broker's statement has."""
SPLIT_AT_OPEN_SHARE = 0.2
"""The chance that a day begins with a split."""
TAKEN_BACK_SHARE = 0.3
"""The chance that an account loses an execution after its day is over."""

MakeEngine = Callable[..., Engine]


@dataclass(frozen=True, slots=True)
class Run:
    """What a seed came to: faults by kind, and every invariant that did not hold."""

    seed: int
    faults: Mapping[FaultKind, int]
    violations: tuple[str, ...]
    orders: int
    executions: int
    processes: int


def simulate(seed: int, make: MakeEngine = Engine, rates: Mapping[FaultKind, float] = RATES) -> Run:
    """Live through the world of a seed, with an engine of this make."""
    world = World(seed, make, rates)
    violations: list[str] = []
    for day in range(world.chance.choice((1, 1, 2))):
        try:
            ended = world.live(day)
        except InvariantError as error:
            violations.append(f"day {day}: the code broke its own promise: {error}")
            break
        if not ended:
            violations.append(f"day {day}: the orders came to no end")
            break
        violations += broken(world.store, HOUSEHOLD, world.brokers.values(), world.planned)
        violations += world.custody.sent_unknowing(world.brokers.values(), world.pace)
    accounts = [broker.exact for broker in world.brokers.values()]
    return Run(
        seed=seed,
        faults=dict(world.chaos.counts),
        violations=tuple(dict.fromkeys(violations)),
        orders=sum(len(account.orders) for account in accounts),
        executions=sum(account.executions for account in accounts),
        processes=world.processes,
    )


class World:
    """A household, its accounts at a broker, a store, a clock, and what goes wrong."""

    def __init__(self, seed: int, make: MakeEngine, rates: Mapping[FaultKind, float]) -> None:
        self.chance, self.make = Random(seed), make
        self.chaos = Chaos(self.chance, rates)
        self.clock = SimulatedClock(self.chaos, START)
        self.store = MemoryStore()
        self.faulty = FaultyStore(self.store, self.chaos)
        self.pace = Pace()
        self.processes = 0
        self.planned: dict[str, OrdersPlanned] = {}
        names = ["taxable", "ira"][: self.chance.choice((1, 2))]
        self.brokers = {name: self._opened(name) for name in names}
        accounts = {name: broker.exact for name, broker in self.brokers.items()}
        self.custody = Custody(accounts, self.chance)

    def _opened(self, name: str) -> FaultyBroker:
        """An account with its opening in the journal."""
        chance = self.chance
        cash = Decimal(chance.randint(100_000, 1_500_000)) / 100
        units = {one: Decimal(chance.randint(0, 120)) for one in PRICES}
        account = ExactAccount(
            *(name, cash, units, PRICES, chance),
            takes_twice=chance.random() < 0.3,
            settles_later=chance.random() < 0.3,
        )
        lease = self.store.lease(HOUSEHOLD, "opening", START, 1.0)
        if lease is not None:
            self.store.append(list(opening(name, START.date(), cash, units, PRICES)), lease)
            self.store.release(lease)
        instruments = {one: BrokerInstrument(one, f"b-{one}") for one in PRICES}
        return FaultyBroker(account, self.chaos, self.clock, START, instruments)

    def live(self, day: int) -> bool:
        """One cycle, through every crash, to the end of its orders; whether it came to one."""
        opens = START + timedelta(days=day)
        self.clock.true, self.chaos.is_calm = opens, False
        minutes = self.chance.choice(SESSION_MINUTES)
        session = Session(opens, opens + timedelta(minutes=minutes))
        for broker in self.brokers.values():
            broker.closes = session.closes
            broker.exact.open(opens)
        decision = random_decision(self.chance, f"c-{day}", opens.date(), self._held(), self.prices)
        if day and self.chaos.rates and self.chance.random() < SPLIT_AT_OPEN_SHARE:
            self.chaos.counts[FaultKind.SPLIT] += self.custody.split(opens)
            for broker in self.brokers.values():
                broker.exact.open(opens)
        engine: Engine | None = None
        old: Engine | None = None
        for turn in range(TURNS_MAX):
            if turn == CHAOS_TURNS:
                self._calm()
            if turn == CHAOS_TURNS + CLOSING_TURNS:
                self.clock.true = max(self.clock.true, session.closes)
            try:
                if engine is None:
                    engine = self._started(decision, session)
                elif old is not None and self.chaos.strikes(FaultKind.ZOMBIE):
                    old = self._woken(old)
                elif engine.step().is_done:
                    self._calm()
                    return self._ended(engine, decision, session)
                self.clock.wait(self.chance.uniform(0.5, 20.0))
                self._custody()
                self._people()
                if self._reads_statement():
                    engine = self._imported(engine)
            except (Crash, LeaseLost, InputError):
                old, engine = engine, None
        return False

    def _calm(self) -> None:
        self.chaos.is_calm, self.clock.off = True, timedelta(0)
        self.store.lift_halt("*", "ada", self.clock.true)

    @property
    def prices(self) -> Mapping[str, Decimal]:
        """What instruments cost now."""
        return next(iter(self.brokers.values())).exact.prices

    def _reads_statement(self) -> bool:
        """Whether a person looks now, and there is something to book."""
        is_now = self.chaos.is_calm or self.chance.random() < IMPORT_SHARE
        return is_now and self.custody.can_book(self.store, HOUSEHOLD)

    def _imported(self, engine: Engine | None) -> Engine | None:
        """A person ends the process, books the statement, and lets another process go on."""
        if engine is not None:
            self.store.release(engine.lease)
        lease = self.store.lease(HOUSEHOLD, "ada", self.clock.true, self.pace.lease)
        if lease is not None:
            self.custody.book(self.store, lease, self.clock.true)
            self.store.release(lease)
        return None

    def _custody(self) -> None:
        """What happens in the accounts without us."""
        now, chaos, custody = self.clock.true, self.chaos, self.custody
        happens = {
            FaultKind.SPLIT: custody.split,
            FaultKind.DIVIDEND: custody.pay_dividend,
            FaultKind.BY_HAND: custody.trade_by_hand,
        }
        for kind, event in happens.items():
            if chaos.strikes(kind) and not event(now):
                chaos.counts[kind] -= 1

    def _people(self) -> None:
        """Somebody stops everything, or lets it go on."""
        if self.store.halts():
            if self.chance.random() < LIFT_SHARE:
                self.store.lift_halt("*", "ada", self.clock.true)
        elif self.chaos.strikes(FaultKind.STOPPED):
            kind = self.chance.choice((HaltKind.NEW, HaltKind.ALL))
            self.store.put_halt(Halt("*", kind, "ada", self.clock.true, "simulated"))

    def _started(self, decision: Decision, session: Session) -> Engine | None:
        """A new process, as soon as it has the household to itself."""
        now, name = self.clock(), f"process {self.processes + 1}"
        lease = self.faulty.lease(HOUSEHOLD, name, now, self.pace.lease)
        if lease is None:
            return None
        self.processes += 1
        made = partial(self._orders, decision, session)
        orders = begin(decision, self.faulty, lease, self.clock, made)
        self.planned[decision.cycle_id] = orders
        work = Work(orders.slices, session)
        make = partial(self.make, self.faulty, lease, self.brokers, work, self.clock)
        return make(pace=self.pace, read_book=self._book)

    def _book(self) -> FillBook:
        """The books as a process reads them from the store."""
        return FillBook(self.faulty.entries(HOUSEHOLD), Currencies(), wash_terms=WASH_TERMS)

    def _orders(self, decision: Decision, session: Session) -> OrdersPlanned:
        told = self.brokers, self.prices, self.clock.true, self.chance
        return orders_at(decision, session, *told)

    def _held(self) -> dict[str, tuple[Decimal, list[Lot]]]:
        """Spendable cash and lots of every account, as the books have them."""
        books, _ = replay(self.store.entries(HOUSEHOLD))
        return {
            name: (
                broker.exact.spendable,
                [lot for lot in books.lots.values() if lot.account == name],
            )
            for name, broker in self.brokers.items()
        }

    def _taken_back(self) -> None:
        """The exchange takes something back when all is over, and wash sales are booked."""
        for broker in self.brokers.values():
            if self.chaos.rates and self.chance.random() < TAKEN_BACK_SHARE:
                self.chaos.counts[FaultKind.BUSTED_LATE] += bust(
                    broker.exact, self.clock.true, ended=True
                )

    def _woken(self, old: Engine) -> Engine | None:
        """A process that was thought dead goes on where it was, until the store stops it.

        It may wake so late that the lease of the process after it has run out as well.
        """
        if self.chance.random() < LATE_SHARE:
            self.clock.wait(2.0 * self.pace.lease)
        try:
            old.step()
        except (Crash, LeaseLost, InputError):
            return None
        return old

    def _ended(self, engine: Engine | None, decision: Decision, session: Session) -> bool:
        """Look a few times more: what was on its way arrives, what fills late is heard of.

        A process that died with its clock ahead leaves a lease for as long: it is waited for.
        """
        self._taken_back()
        done, looks = False, 0
        while looks < LAST_LOOKS and self.clock.true < session.closes + PATIENCE:
            if self._reads_statement():
                engine = self._imported(engine)
            engine = engine or self._started(decision, session)
            if engine is None:
                self.clock.wait(self.pace.lease)
                continue
            engine.look_again()
            done, looks = engine.step().is_done, looks + 1
            self.clock.wait(20.0)
        return done and not self.custody.unbooked

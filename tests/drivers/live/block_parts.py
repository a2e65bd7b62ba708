"""Accounts at one broker that takes blocks, and a household whose process may die at every write.

The broker shares out by its own arithmetic: units by largest remainder, money on the running total.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from tests.drivers.live.live_parts import HOME, OPENS, SESSION
from trimtab.books.entries import opening_cash, opening_lot
from trimtab.books.ledger import Books, replay
from trimtab.books.order_states import Ticket, fold
from trimtab.books.relief import LotUnits
from trimtab.cycle.blocks import in_blocks
from trimtab.cycle.orders import OrdersPlanned, Slice, Tradable, order_id
from trimtab.drivers.live.desk import Pace
from trimtab.drivers.live.durable import orders_once
from trimtab.drivers.live.engine import Engine, Work
from trimtab.drivers.live.sending import AtSending
from trimtab.model.brokers import (
    BrokerCash,
    BrokerEvent,
    BrokerInstrument,
    BrokerPosition,
    BrokerState,
    Capabilities,
    Quote,
)
from trimtab.model.lots import Lot
from trimtab.model.orders import Ack, AckVerdict, Fill, Order, OrderReport, OrderState
from trimtab.model.snapshots import Side
from trimtab.stores._memory_live import MemoryStore
from trimtab.testing.faults import Crash

D = Decimal
CENT = D("0.01")
HELD = D(100)


@dataclass
class Taken:
    """A block as the broker has it; `given` what its accounts have of it."""

    order: Order
    parts: Sequence[Order]
    state: OrderState = OrderState.WORKING
    fills: list[Fill] = field(default_factory=list)
    given: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)


@dataclass
class Pool:
    """The broker: units and money of each account, and blocks that it carries out for them."""

    cash: dict[str, Decimal]
    units: dict[str, Decimal]
    blocks: dict[str, Taken] = field(default_factory=dict)
    sent: list[Order] = field(default_factory=list)
    answers: list[AckVerdict] = field(default_factory=list)

    def submit_block(self, order: Order, parts: Sequence[Order]) -> Ack:
        self.sent.append(order)
        verdict = self.answers.pop(0) if self.answers else AckVerdict.ACCEPTED
        if order.id in self.blocks:
            verdict = AckVerdict.DUPLICATE
        if verdict is AckVerdict.ACCEPTED:
            self.take(order, parts)
        return Ack(verdict, order.id, OPENS, text=verdict.value)

    def take(self, order: Order, parts: Sequence[Order]) -> None:
        self.blocks[order.id] = Taken(order, parts)

    def fill(self, quantity: str, price: str, fee: str = "0.07", busts: str = "") -> None:
        """Execute a part of the last block; its accounts have it when the block has ended."""
        taken = [*self.blocks.values()][-1]
        name = f"x{len(taken.fills) + 1}"
        order = taken.order
        told = (name, order.id, "b-1", order.instrument, order.side)
        fee_paid = D(0) if busts else D(fee)
        taken.fills.append(Fill(*told, D(quantity), D(price), OPENS, fee_paid, busts=busts))
        if sum(one.quantity for one in live(taken.fills)) >= (order.quantity or 0):
            taken.state = OrderState.FILLED
        if taken.state.is_closed:
            self._share_out(taken)

    def end(self, state: OrderState = OrderState.CANCELED) -> None:
        for taken in self.blocks.values():
            if not taken.state.is_closed:
                taken.state = state
                self._share_out(taken)

    def _share_out(self, taken: Taken) -> None:
        for account, (units, money) in taken.given.items():
            self.units[account] -= units
            self.cash[account] -= money
        sign = 1 if taken.order.side is Side.BUY else -1
        fills = live(taken.fills)
        filled = sum((one.quantity for one in fills), D(0))
        traded = sum(((one.quantity * one.price).quantize(CENT) for one in fills), D(0))
        fees = sum((one.fee for one in fills), D(0))
        shares = by_largest_remainder(filled, taken.parts)
        money, paid = on_running_total(traded, shares), on_running_total(fees, shares)
        taken.given = {
            part.account: (sign * share, -sign * cash - fee)
            for part, share, cash, fee in zip(taken.parts, shares, money, paid, strict=True)
        }
        for account, (units, cash) in taken.given.items():
            self.units[account] += units
            self.cash[account] += cash


def live(fills: Sequence[Fill]) -> list[Fill]:
    busted = {one.busts for one in fills}
    return [one for one in fills if one.execution_id not in busted and one.quantity]


def by_largest_remainder(filled: Decimal, parts: Sequence[Order]) -> list[Decimal]:
    whole = sum(part.quantity for part in parts)
    quotas = [Fraction(filled) * Fraction(part.quantity) / Fraction(whole) for part in parts]
    shares = [int(quota) for quota in quotas]
    order = sorted(range(len(parts)), key=lambda k: (shares[k] - quotas[k], parts[k].id))
    for k in order[: int(filled) - sum(shares)]:
        shares[k] += 1
    return [D(share) for share in shares]


def on_running_total(amount: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    whole, done, given, shares = sum(weights), D(0), D(0), []
    for weight in weights:
        given += weight
        upto = (amount * given / whole).quantize(CENT) if whole else D(0)
        shares.append(upto - done)
        done = upto
    return shares


@dataclass
class PoolBroker:
    """One account of the pool, as the port; blocks are told to the account that sent them."""

    account: str
    pool: Pool
    capabilities: Capabilities

    def open(self) -> BrokerState:
        return self.state()

    def close(self) -> None:
        pass

    def state(self) -> BrokerState:
        units = self.pool.units[self.account]
        position = BrokerPosition("VTI", "b-VTI", units, units, None, D(100))
        money = self.pool.cash[self.account]
        standing = [self._report(one) for one in self._own() if not one.state.is_closed]
        return BrokerState(
            self.account, OPENS, None, "USD", (BrokerCash("USD", money, D(0), money),),
            (position,) if units else (), tuple(standing),
        )  # fmt: skip

    def instrument(self, name: str) -> BrokerInstrument:
        return BrokerInstrument(name, f"b-{name}")

    def fills(self, since: datetime) -> Sequence[Fill]:
        return [fill for taken in self._own() for fill in taken.fills]

    def find(self, order_id: str) -> OrderReport | None:
        taken = self.pool.blocks.get(order_id)
        return None if taken is None else self._report(taken)

    def submit(self, order: Order) -> Ack:
        self.pool.sent.append(order)
        return Ack(AckVerdict.REJECTED, order.id, OPENS, text="only blocks here")

    def submit_block(self, order: Order, parts: Sequence[Order]) -> Ack:
        return self.pool.submit_block(order, parts)

    def replace(self, order_id: str, order: Order) -> Ack:
        return Ack(AckVerdict.REJECTED, order_id, OPENS)

    def cancel(self, order_id: str) -> Ack:
        self.pool.end()
        return Ack(AckVerdict.ACCEPTED, order_id, OPENS)

    def events(self, wait_seconds: float) -> Sequence[BrokerEvent]:
        return ()

    def _own(self) -> list[Taken]:
        return [one for one in self.pool.blocks.values() if one.order.account == self.account]

    def _report(self, taken: Taken) -> OrderReport:
        filled = sum((one.quantity for one in taken.fills if not one.busts), D(0))
        return OrderReport(taken.order.id, "b-1", taken.state, OPENS, taken.order.quantity, filled)


class MortalStore:
    """A memory store that ends the process before or after its n-th write."""

    def __init__(self, store: MemoryStore) -> None:
        self.store, self.writes, self.dies_at, self.dies_before = store, 0, 0, False

    def __getattr__(self, name: str) -> object:
        found = getattr(self.store, name)
        return self._mortal(found) if name in ("append", "put_orders", "put_records") else found

    def _mortal(self, write: Callable[..., object]) -> Callable[..., object]:
        def wrapped(*told: object) -> object:
            self.writes += 1
            if self.writes == self.dies_at and self.dies_before:
                raise Crash
            answer = write(*told)
            if self.writes == self.dies_at:
                raise Crash
            return answer

        return wrapped


def wants(account: str, quantity: str, side: Side = Side.BUY, cycle: str = "c-1") -> Slice:
    name = f"t-{account}"
    order = Order(
        *(order_id(cycle, name), cycle, account, "VTI", side, D(quantity)),
        limit=D(101) if side is Side.BUY else D(99),
        trade=name,
    )
    lots = (LotUnits(f"lot {account}", D(quantity)),) if side is Side.SELL else ()
    return Slice(order, OPENS, lots)


class Home:
    """The household: its orders as blocks, its store, and its engine."""

    def __init__(
        self,
        *slices: Slice,
        cash: str = "6000",
        look: AtSending | None = None,
        takes_blocks: bool = True,
    ) -> None:
        self.accounts = sorted({one.order.account for one in slices})
        self.pool = Pool(dict.fromkeys(self.accounts, D(cash)), dict.fromkeys(self.accounts, HELD))
        can = Capabilities(unique_id_days=7, blocks=takes_blocks)
        self.brokers = {one: PoolBroker(one, self.pool, can) for one in self.accounts}
        self.store, self.now, self.look = MortalStore(MemoryStore()), OPENS, look
        lease = self._lease()
        day = OPENS.date() - timedelta(days=400)
        for one in self.accounts:
            lot = Lot(f"lot {one}", one, "VTI", HELD, D(8000), day)
            opening = [opening_cash(f"cash {one}", day, one, "USD", D(cash))]
            self.store.store.append([*opening, opening_lot(lot.id, day, lot)], lease)
        self.store.store.release(lease)
        self.planned = OrdersPlanned(slices)
        self.engine = self.start()

    def _lease(self):
        self.now += timedelta(seconds=61)
        lease = self.store.store.lease(HOME, f"p{self.now}", self.now, 60.0)
        assert lease is not None
        return lease

    def start(self, *slices: Slice) -> Engine:
        """A new process; with `slices`, for another decision."""
        lease = self._lease()
        planned = OrdersPlanned(slices) if slices else self.planned
        lines = {name: "pool" for name, one in self.brokers.items() if one.capabilities.blocks}
        quote = Quote("VTI", D(100), D(100), OPENS)
        tradable = Tradable(BrokerInstrument("VTI", "b-VTI"), quote)
        tradables = {(one, "VTI"): tradable for one in self.accounts}
        cycle = planned.slices[0].order.cycle_id
        kept = orders_once(
            cycle, self.store.store, lease, lambda: self.now,
            lambda: in_blocks(planned, lines, tradables),
        )  # fmt: skip
        work = Work(kept.slices, SESSION, kept.blocks)
        self.engine = Engine(
            self.store, lease, self.brokers, work, lambda: self.now,
            at_sending=self.look, pace=Pace(),
        )  # fmt: skip
        return self.engine

    def step(self, seconds: float = 16.0):
        self.now += timedelta(seconds=seconds)
        return self.engine.step()

    def run(self, *happens: Callable[[], None], dies_at: int = 0, before: bool = False) -> None:
        """Step through it all, through one death, while these things happen one by one."""
        self.store.dies_at, self.store.dies_before = dies_at, before
        waiting = list(happens)
        for _ in range(40):
            try:
                progress = self.step()
            except Crash:
                self.start()
                continue
            if waiting and self.pool.blocks:
                waiting.pop(0)()
            elif progress.is_done and not waiting:
                return
        raise AssertionError("it came to no end")

    def ticket(self, account: str) -> Ticket:
        order = next(
            one
            for one in self.store.store.orders(HOME)
            if one.account == account and one.trade == f"t-{account}"
        )
        return fold(order, self.store.store.records(order.id))

    @property
    def books(self) -> Books:
        books, errors = replay(self.store.store.entries(HOME))
        assert not errors
        return books

    def agrees(self) -> bool:
        """Whether every account's books are what the broker has, to the unit and the cent."""
        return all(
            self.books.units("VTI", one) == self.pool.units[one]
            and self.books.cash[one, "USD"] == self.pool.cash[one]
            for one in self.accounts
        )


__all__ = ["Home", "Pool", "PoolBroker", "wants"]

"""One account, three instruments, a broker that does what a test says, and a store in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from trimtab.books.entries import opening_cash, opening_lot
from trimtab.books.order_states import Ticket, fold
from trimtab.books.relief import LotUnits
from trimtab.cycle.orders import Session, Slice, order_id
from trimtab.drivers.live.desk import Pace
from trimtab.drivers.live.engine import Engine, Progress, Work
from trimtab.drivers.live.sending import AtSending
from trimtab.model.brokers import (
    BrokerCash,
    BrokerError,
    BrokerEvent,
    BrokerInstrument,
    BrokerPosition,
    BrokerState,
    Capabilities,
    Trouble,
)
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO
from trimtab.model.orders import (
    Ack,
    AckVerdict,
    Fill,
    Order,
    OrderRecord,
    OrderReport,
    OrderState,
)
from trimtab.model.snapshots import Side
from trimtab.stores._memory_live import MemoryStore

D = Decimal
OPENS = datetime(2026, 3, 2, 14, 30, tzinfo=UTC)
SESSION = Session(OPENS, OPENS + timedelta(hours=6))
HOME, ACCOUNT = "home", "ira"
CASH, HELD = D("1000.00"), D(30)
PRICE = D(100)


def buy(name: str = "t1", quantity: str = "5", instrument: str = "VTI", part: int = 0) -> Slice:
    order = Order(
        *(order_id("c-1", name, part), "c-1", ACCOUNT, instrument, Side.BUY, D(quantity)),
        limit=PRICE,
        trade=name,
        part=part,
    )
    return Slice(order, OPENS)


def sell(name: str = "t2", quantity: str = "5", instrument: str = "BND") -> Slice:
    bought = buy(name, quantity, instrument)
    return Slice(replace(bought.order, side=Side.SELL), OPENS, (LotUnits("a", D(quantity)),))


UNIQUE = Capabilities(unique_id_days=7)


@dataclass
class Scripted:
    """A broker that answers as a test says, and keeps what it is told."""

    account: str = ACCOUNT
    capabilities: Capabilities = UNIQUE
    answers: list[AckVerdict] = field(default_factory=list)
    cash: Decimal = CASH
    unsettled: Decimal = ZERO
    held: dict[str, Decimal] = field(default_factory=lambda: {"BND": HELD})
    orders: dict[str, OrderReport] = field(default_factory=dict)
    executed: list[Fill] = field(default_factory=list)
    stream: list[BrokerEvent] = field(default_factory=list)
    sent: list[Order] = field(default_factory=list)
    canceled: list[str] = field(default_factory=list)
    trouble: Trouble | None = None
    is_complete: bool = True

    def open(self) -> BrokerState:
        return self.state()

    def close(self) -> None:
        pass

    def state(self) -> BrokerState:
        self._reachable()
        positions = tuple(
            BrokerPosition(name, f"b-{name}", units, units, None, PRICE)
            for name, units in self.held.items()
            if units
        )
        cash = BrokerCash("USD", self.cash - self.unsettled, self.unsettled, self.cash)
        standing = tuple(one for one in self.orders.values() if not one.state.is_closed)
        return BrokerState(
            self.account, OPENS, None, "USD", (cash,), positions, standing, self.is_complete
        )

    def instrument(self, name: str) -> BrokerInstrument:
        return BrokerInstrument(name, f"b-{name}")

    def fills(self, since: datetime) -> Sequence[Fill]:
        self._reachable()
        return tuple(fill for fill in self.executed if fill.at >= since)

    def find(self, order_id: str) -> OrderReport | None:
        self._reachable()
        return self.orders.get(order_id)

    def submit(self, order: Order) -> Ack:
        self.sent.append(order)
        verdict = self.answers.pop(0) if self.answers else AckVerdict.ACCEPTED
        if verdict is AckVerdict.ACCEPTED:
            self.take(order)
        return Ack(verdict, order.id, OPENS, text=verdict.value, question="Are you sure?")

    def replace(self, order_id: str, order: Order) -> Ack:
        return Ack(AckVerdict.REJECTED, order_id, OPENS)

    def cancel(self, order_id: str) -> Ack:
        self.canceled.append(order_id)
        return Ack(AckVerdict.ACCEPTED, order_id, OPENS)

    def events(self, wait_seconds: float) -> Sequence[BrokerEvent]:
        self._reachable()
        heard, self.stream = self.stream, []
        return heard

    def _reachable(self) -> None:
        if self.trouble is not None:
            raise BrokerError(self.trouble, "broker", "does not answer")

    # What a test makes happen at the exchange

    def take(self, order: Order) -> None:
        """The exchange has the order."""
        self._report(order, OrderState.WORKING, D(0))

    def fill(self, order: Order, quantity: str, name: str = "x1", price: Decimal = PRICE) -> Fill:
        """Execute a part; nothing of it is on the stream."""
        units = D(quantity)
        fill = Fill(
            *(name, order.id, "b-1", order.instrument, order.side, units, price, OPENS),
            account=self.account,
        )
        self.executed.append(fill)
        sign = 1 if order.side is Side.BUY else -1
        self.cash -= sign * units * price
        self.held[order.instrument] = self.held.get(order.instrument, D(0)) + sign * units
        done = sum(one.quantity for one in self.executed if one.order_id == order.id)
        state = OrderState.FILLED if done == order.quantity else OrderState.PARTIAL
        self._report(order, state, done)
        return fill

    def end(self, order: Order, state: OrderState) -> None:
        """Cancel or expire it at the exchange."""
        self._report(order, state, self.orders[order.id].filled)

    def _report(self, order: Order, state: OrderState, filled: Decimal) -> None:
        self.orders[order.id] = OrderReport(order.id, "b-1", state, OPENS, order.quantity, filled)


class Live:
    """A household with its books, a broker, and an engine that may be lost and made anew."""

    def __init__(self, *slices: Slice, look: AtSending | None = None) -> None:
        self.store, self.broker, self.now = MemoryStore(), Scripted(), OPENS
        self.slices, self.look, self.processes = slices, look, 0
        lease = self._lease()
        day = OPENS.date() - timedelta(days=400)
        lot = Lot("a", ACCOUNT, "BND", HELD, D("2700.00"), day)
        opening = [opening_cash("cash", day, ACCOUNT, "USD", CASH), opening_lot("a", day, lot)]
        self.store.append(opening, lease)
        self.engine = self.start()

    def _lease(self):
        self.processes += 1
        self.now += timedelta(seconds=61)
        lease = self.store.lease(HOME, f"p{self.processes}", self.now, 60.0)
        assert lease is not None
        return lease

    def start(self) -> Engine:
        """A new process, after the old one was lost."""
        self.engine = Engine(
            self.store,
            self._lease(),
            {ACCOUNT: self.broker},
            Work(self.slices, SESSION),
            lambda: self.now,
            at_sending=self.look,
            pace=Pace(),
        )
        return self.engine

    def step(self, seconds: float = 1.0) -> Progress:
        self.now += timedelta(seconds=seconds)
        return self.engine.step()

    def ticket(self, one: Slice) -> Ticket:
        orders = {order.id: order for order in self.store.orders(HOME)}
        return fold(orders[one.order.id], self.records(one))

    def records(self, one: Slice) -> tuple[OrderRecord, ...]:
        return self.store.records(one.order.id)

    def state(self, one: Slice) -> OrderState:
        return self.ticket(one).state

    def units(self, instrument: str) -> Decimal:
        return self.engine.book.books.units(instrument, ACCOUNT)

    @property
    def cash(self) -> Decimal:
        return self.engine.book.books.cash[ACCOUNT, "USD"]

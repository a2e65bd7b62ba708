"""The engine on the paper broker: a real matching engine behind the same port."""

import time
from datetime import timedelta
from decimal import Decimal

from tests.brokers.paper.paper_parts import Market, at, tick
from trimtab.books.entries import opening_cash, opening_lot
from trimtab.cycle.orders import Session, Slice, order_id
from trimtab.drivers.live.engine import Engine, Work
from trimtab.model.lots import Lot
from trimtab.model.orders import Order
from trimtab.model.snapshots import Side
from trimtab.stores._memory_live import MemoryStore

D = Decimal
TICKS = [
    tick(at(4, 9, 30), "100.00", "100.10", "100000"),
    tick(at(4, 11), "100.00", "100.20", "60000"),
]
ORDERS, SECONDS_MAX = 50, 1.0


def test_fifty_orders_leave_within_a_second_and_end_in_the_books_as_at_the_broker():
    market = Market(TICKS, cash="500000", held={"VTI": "50"})
    market.clock = now = at(4)
    store, broker = MemoryStore(), market.broker()
    lease = store.lease("home", "p1", now, 60.0)
    assert lease is not None
    lot = Lot("a", "taxable", "VTI", D(50), D(4000), now.date())
    cash = opening_cash("cash", now.date(), "taxable", "USD", D(500_000))
    store.append([cash, opening_lot("a", now.date(), lot)], lease)
    names = [f"t{number}" for number in range(ORDERS)]
    rest = ("c-1", "taxable", "VTI", Side.BUY, D(10))
    slices = tuple(
        Slice(Order(order_id("c-1", name), *rest, limit=D(101), trade=name), now) for name in names
    )
    work = Work(slices, Session(now, now + timedelta(hours=5)))
    engine = Engine(store, lease, {"taxable": broker}, work, lambda: market.clock)
    began = time.process_time()
    progress = engine.step()
    assert time.process_time() - began < SECONDS_MAX
    assert (progress.waiting, progress.unsettled) == (0, ORDERS)
    while not progress.is_done:
        market.clock += timedelta(seconds=16)
        progress = engine.step()
    market.clock += timedelta(seconds=16)
    engine.step()
    (theirs,) = broker.state().cash
    assert engine.book.books.units("VTI") == 550
    assert engine.book.books.cash["taxable", "USD"] == theirs.settled + theirs.unsettled
    assert engine.desks["taxable"].breaks == ()

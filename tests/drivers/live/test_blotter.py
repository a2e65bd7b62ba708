"""A blotter reads what is open and what is asked for, however long the household has traded."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.drivers.live.live_parts import ACCOUNT, HOME, OPENS, SESSION, Live, buy
from trimtab.cycle.orders import Slice
from trimtab.drivers.live.blotter import ORDERS_AT_ONCE, Blotter
from trimtab.drivers.live.engine import Engine, Work
from trimtab.model.live import Lease
from trimtab.model.orders import Ack, AckVerdict, Fill, OrderState, Sent
from trimtab.stores._memory_live import MemoryStore

D = Decimal


class Counting:
    """A store that counts the orders and records that it hands out."""

    def __init__(self, store: MemoryStore) -> None:
        self.store, self.read = store, Counter[str]()

    def __getattr__(self, name: str) -> object:
        found = getattr(self.store, name)
        return self._counted(name, found) if name in COUNTED else found

    def _counted(self, name: str, ask: Callable[..., tuple[object, ...]]) -> object:
        def counted(*told: object, **named: object) -> tuple[object, ...]:
            answer = ask(*told, **named)
            self.read["records" if name == "records" else "orders"] += len(answer)
            return answer

        return counted


COUNTED = ("orders", "some_orders", "records")


def done_before(live: Live, count: int, days: int = 1) -> None:
    """So many orders of the days before, each of them filled long ago."""
    at, lease = OPENS - timedelta(days=days), live.engine.lease
    for number in range(count):
        order = replace(buy(f"old-{number}").order, id=f"old-{number}", cycle_id=f"c-old-{number}")
        fill = Fill(f"x-{number}", order.id, "b", "VTI", order.side, D(5), D(100), at)
        live.store.put_orders([order], lease)
        ack = Ack(AckVerdict.ACCEPTED, order.id, at, "b")
        live.store.put_records([Sent(order.id, at, 1), ack, fill], lease)


def day_of_work(earlier: int) -> Counter[str]:
    """What a process reads that sends an order, hears its fill, and dies and starts on the way."""
    one = buy()
    live = Live(one)
    done_before(live, earlier)
    counting = Counting(live.store)

    def started() -> Engine:
        work = Work((one,), SESSION)
        brokers = {ACCOUNT: live.broker}
        return Engine(counting, live._lease(), brokers, work, lambda: live.now)  # type: ignore[arg-type]

    live.engine = started()
    live.step()
    live.broker.fill(one.order, "2")
    live.engine = started()
    for _ in range(3):
        live.step(20.0)
    live.broker.fill(one.order, "3", "x2")
    live.step(20.0)
    assert live.state(one) is OrderState.FILLED
    return counting.read


def test_what_a_day_reads_is_the_same_after_any_number_of_orders() -> None:
    few = day_of_work(2 * ORDERS_AT_ONCE)
    assert day_of_work(20 * ORDERS_AT_ONCE) == few
    assert few["orders"] <= 10 * ORDERS_AT_ONCE


def blotter_of(live: Live) -> tuple[Blotter, Counting]:
    counting = Counting(live.store)
    return Blotter(counting, live.engine.lease), counting  # type: ignore[arg-type]


def test_an_earlier_order_is_known_by_its_id_and_what_is_nobodys_is_asked_for_once() -> None:
    live = Live()
    done_before(live, 30)
    blotter, counting = blotter_of(live)
    assert not counting.read.total()
    assert "old-7" in blotter
    assert blotter.ticket("old-7").state is OrderState.FILLED
    assert counting.read == {"orders": 1, "records": 3}
    assert "somebody's" not in blotter
    live.store.some_orders = pytest.fail  # type: ignore[assignment]
    assert "somebody's" not in blotter
    assert "old-7" in blotter


def test_an_intent_that_is_there_already_is_not_recorded_again() -> None:
    live = Live()
    done_before(live, 3)
    blotter, _ = blotter_of(live)
    order = live.store.orders(HOME)[1]
    blotter.intend([order])
    assert list(blotter.unsettled()) == []
    assert live.store.orders(HOME, open_only=True) == ()


@pytest.mark.parametrize("today", [0, 3, ORDERS_AT_ONCE, 2 * ORDERS_AT_ONCE + 5])
def test_what_was_sent_since_a_moment_is_read_from_the_latest_back(today: int) -> None:
    live = Live()
    done_before(live, 10 * ORDERS_AT_ONCE, days=2)
    slices: list[Slice] = [buy(f"t{number}") for number in range(today)]
    lease: Lease = live.engine.lease
    live.store.put_orders([one.order for one in slices], lease)
    live.store.put_records([Sent(one.order.id, OPENS, 1) for one in slices], lease)
    blotter, counting = blotter_of(live)
    counting.read.clear()
    found = [one.id for one in blotter.sent_since(OPENS - timedelta(hours=1))]
    assert found == [one.order.id for one in reversed(slices)]
    assert counting.read["orders"] <= today + ORDERS_AT_ONCE

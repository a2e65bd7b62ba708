"""How fast the paper broker is: 50 orders over HTTP, 50 in the process, and a month of trading.

    python -m benchmarks.paper_speed [--orders 50] [--repeats 5] [--json]

Orders go one after another over one connection on this machine, to an account on disk, and each is
acknowledged before the next is sent; the time is from the first request to the last answer, once by
plain HTTP and once by our own adapter for Alpaca, its checks and its pace included.  The engine's
time is from the decision to the last acknowledged order: decision and orders are put into a store
on disk, the account is asked and held against the books, every intent, sending and answer is
recorded.  The month has 21 sessions of five-minute ticks for 20 instruments and 20 orders a day, in
memory and on disk.

Errors: an order that is not acknowledged ends the benchmark.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from statistics import median

import httpx

from trimtab.app.paper_server.clocks import ReplayClock
from trimtab.app.paper_server.pace import Pace
from trimtab.app.paper_server.server import listening_socket, running
from trimtab.app.paper_server.service import Door, PaperService
from trimtab.books.entries import decision, opening_cash, opening_lot
from trimtab.brokers._base import Wiring
from trimtab.brokers._pace import Pace as SharedPace
from trimtab.brokers._secrets import Secret
from trimtab.brokers.alpaca import Alpaca
from trimtab.brokers.paper.book import PaperBook, PaperPosition
from trimtab.brokers.paper.book_file import BookFile
from trimtab.brokers.paper.broker import PaperBroker
from trimtab.brokers.paper.checks import Rules
from trimtab.brokers.paper.desk import PaperDesk
from trimtab.brokers.paper.engine import PaperEngine
from trimtab.brokers.paper.opening import listed, open_book
from trimtab.brokers.paper.sessions import nyse_sessions
from trimtab.brokers.paper.tape import RecordedTape, Tick, tick_of
from trimtab.brokers.paper.terms import PaperTerms
from trimtab.cycle.orders import OrdersPlanned, Session, Slice
from trimtab.drivers.live.durable import orders_once
from trimtab.drivers.live.engine import Engine, Work
from trimtab.model.entries import Entry
from trimtab.model.instruments import Instrument
from trimtab.model.lots import Lot
from trimtab.model.orders import AckVerdict, Order
from trimtab.model.snapshots import Side
from trimtab.ports import Broker
from trimtab.stores.sql.store import open_store

__all__ = ["PaperSpeed", "main", "measure"]

TARGET_SECONDS = 1.0
SEED = 6
NAMES = tuple(f"ETF{number:02d}" for number in range(20))
FIRST, LAST = date(2024, 1, 2), date(2024, 1, 31)
EVERY = timedelta(minutes=5)
SESSIONS = nyse_sessions()
START = SESSIONS.after(FIRST, 0).opens + timedelta(minutes=10)
TERMS = PaperTerms(spends_unsettled=True)
KEY, SECRET = "paper-bench", "bench"


@dataclass(frozen=True, slots=True)
class PaperSpeed:
    """What was measured.

    Unit: seconds, medians.
    """

    orders: int
    http_seconds: float
    adapter_seconds: float
    engine_seconds: float
    in_process_on_disk_seconds: float
    month_ticks: int
    month_orders: int
    month_seconds: float
    month_on_disk_seconds: float
    target_seconds: float = TARGET_SECONDS


def ticks() -> list[Tick]:
    """A month of ticks of every instrument, from a seed."""
    chance, made = Random(SEED), []
    prices = {name: 50.0 + 10 * number for number, name in enumerate(NAMES)}
    for session in SESSIONS.between(FIRST, LAST):
        at = session.opens
        while at <= session.closes:
            for name in NAMES:
                prices[name] *= 1 + chance.gauss(0, 0.0008)
                price = Decimal(f"{prices[name]:.2f}")
                made.append(tick_of(name, at, price, TERMS.half_spread, Decimal(50_000)))
            at += EVERY
    return made


def rules() -> Rules:
    """Every instrument, in fractions."""
    listing = listed({name: Instrument(name) for name in NAMES}, fractional=True)
    return Rules(TERMS, SESSIONS, listing)


def book(tape: RecordedTape, at: datetime) -> PaperBook:
    """An account with cash and some of everything."""
    held = [PaperPosition(name, Decimal(1000), Decimal(50_000)) for name in NAMES]
    return open_book("bench", at, SESSIONS, tape, Decimal(1_000_000), held)


def order(number: int) -> Order:
    """Order of a number: sales and purchases of every instrument by turns."""
    side = Side.SELL if number % 2 else Side.BUY
    name = NAMES[number % len(NAMES)]
    return Order(f"tt-{number}", "bench", "bench", name, side, Decimal(1 + number % 7))


@contextmanager
def serving(tape: RecordedTape, path: Path) -> Iterator[tuple[str, ReplayClock]]:
    """An account on disk behind HTTP; gives the address and the clock, which stands."""
    clock = ReplayClock(START, 0.0, lambda: 0.0)
    desk = PaperDesk.on_disk(BookFile(path, book(tape, START)), rules(), tape, clock)
    service = PaperService({KEY: Door(SECRET, desk)}, clock, Pace(1_000_000))
    with running(service, listening_socket(0)) as url:
        yield url, clock
    desk.close()


def over_http(tape: RecordedTape, count: int, path: Path) -> float:
    """Seconds for so many orders, one after another, by plain HTTP."""
    headers = {"APCA-API-KEY-ID": KEY, "APCA-API-SECRET-KEY": SECRET}
    with (
        serving(tape, path) as (url, _),
        httpx.Client(base_url=url, headers=headers, timeout=10, trust_env=False) as client,
    ):
        client.get("/v2/account").raise_for_status()
        begun = time.perf_counter()
        for number in range(count):
            one = order(number)
            body = {
                "symbol": one.instrument, "qty": str(one.quantity), "side": one.side.value,
                "type": "market", "time_in_force": "day", "client_order_id": one.id,
            }  # fmt: skip
            answer = client.post("/v2/orders", json=body)
            if answer.status_code != 200:
                raise SystemExit(f"order {number} was answered with {answer.text}")
        return time.perf_counter() - begun


def by_adapter(tape: RecordedTape, count: int, path: Path) -> float:
    """Seconds for so many orders, one after another, by our adapter for Alpaca."""
    words = {"key": Secret(KEY), "secret": Secret(SECRET)}
    with serving(tape, path) as (url, clock):
        pace = SharedPace(None, time.time, time.sleep)
        wiring = Wiring(words.__getitem__, pace, clock, time.sleep)
        broker = Alpaca("bench", address=url).connect(wiring)
        broker.open()
        begun = time.perf_counter()
        for number in range(count):
            _send(broker, number)
        seconds = time.perf_counter() - begun
        broker.close()
    return seconds


def by_engine(tape: RecordedTape, count: int, path: Path) -> float:
    """Seconds from a decision to the last acknowledged order, all of it recorded in a store."""
    words = {"key": Secret(KEY), "secret": Secret(SECRET)}
    store = open_store(path.with_suffix(".store.db"))
    with serving(tape, path) as (url, clock):
        pace = SharedPace(None, time.time, time.sleep)
        wiring = Wiring(words.__getitem__, pace, clock, time.sleep)
        broker = Alpaca("bench", address=url).connect(wiring)
        broker.open()
        lease = store.lease("home", "bench", clock(), 3_600)
        assert lease is not None
        store.append(opening(), lease)
        session = SESSIONS.standing(clock())
        slices = tuple(Slice(order(number), START, price=Decimal(1_000)) for number in range(count))
        begun = time.perf_counter()
        store.append([decision("decision bench", FIRST, {"cycle": "bench"})], lease)
        orders_once("bench", store, lease, clock, lambda: OrdersPlanned(slices))
        work = Work(slices, Session(START, session.closes))
        engine = Engine(store, lease, {"bench": broker}, work, clock)
        progress = engine.step()
        seconds = time.perf_counter() - begun
        acknowledged = sum(engine.blotter.ticket(one.order.id).attempts == 1 for one in slices)
        if progress.waiting or acknowledged != count:
            raise SystemExit(f"{acknowledged} of {count} orders were acknowledged")
        broker.close()
    store.close()
    return seconds


def opening() -> list[Entry]:
    """The books of the account that `book` makes."""
    lots = [
        Lot(f"l-{name}", "bench", name, Decimal(1000), Decimal(50_000), FIRST) for name in NAMES
    ]
    held = [opening_lot(f"open {lot.id}", FIRST, lot) for lot in lots]
    return [opening_cash("cash", FIRST, "bench", "USD", Decimal(1_000_000)), *held]


def in_process(tape: RecordedTape, count: int, path: Path) -> float:
    """Seconds for so many orders through the port, to an account on disk."""
    file = BookFile(path, book(tape, START))
    broker = PaperBroker("bench", PaperDesk.on_disk(file, rules(), tape, lambda: START), _no_sleep)
    broker.open()
    begun = time.perf_counter()
    for number in range(count):
        _send(broker, number)
    seconds = time.perf_counter() - begun
    broker.close()
    return seconds


def month(tape: RecordedTape, path: Path | None) -> tuple[float, int]:
    """Seconds for a month of trading, and the orders of it."""
    moment = [START]
    if path is None:
        desk = PaperDesk(PaperEngine(book(tape, START), rules(), tape), lambda: moment[0])
    else:
        file = BookFile(path, book(tape, START))
        desk = PaperDesk.on_disk(file, rules(), tape, lambda: moment[0])
    broker = PaperBroker("bench", desk, _no_sleep)
    broker.open()
    begun, sent = time.perf_counter(), 0
    for session in SESSIONS.between(FIRST, LAST):
        moment[0] = session.opens + timedelta(hours=5)
        for _ in NAMES:
            _send(broker, sent)
            sent += 1
        moment[0] = session.closes + timedelta(hours=1)
        broker.events(0)
        broker.state()
    seconds = time.perf_counter() - begun
    broker.close()
    return seconds, sent


def measure(orders: int = 50, repeats: int = 5) -> PaperSpeed:
    """Measure everything; each figure is the median of its repeats."""
    recorded = ticks()
    tape = RecordedTape(recorded)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        http = _median(repeats, lambda one: over_http(tape, orders, place / f"http-{one}.db"))
        adapter = _median(repeats, lambda one: by_adapter(tape, orders, place / f"own-{one}.db"))
        engine = _median(repeats, lambda one: by_engine(tape, orders, place / f"engine-{one}.db"))
        direct = _median(repeats, lambda one: in_process(tape, orders, place / f"port-{one}.db"))
        _, sent = month(tape, None)
        played = _median(repeats, lambda _: month(tape, None)[0])
        kept = _median(repeats, lambda one: month(tape, place / f"month-{one}.db")[0])
    return PaperSpeed(orders, http, adapter, engine, direct, len(recorded), sent, played, kept)


def _median(repeats: int, timed: Callable[[int], float]) -> float:
    return median(timed(one) for one in range(repeats))


def _send(broker: Broker, number: int) -> None:
    ack = broker.submit(order(number))
    if ack.verdict is not AckVerdict.ACCEPTED:
        raise SystemExit(f"order {number} was refused: {ack.text}")


def _no_sleep(_: float) -> None:
    return None


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where 50 orders over HTTP take longer than a second."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--orders", type=int, default=50)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--json", action="store_true", dest="as_json")
    asked = parser.parse_args(argv)
    found = measure(asked.orders, asked.repeats)
    if asked.as_json:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        print(json.dumps({"at": at, **asdict(found)}, indent=2))
    else:
        print(f"{found.orders} orders over HTTP, account on disk   {found.http_seconds:8.3f} s")
        print(f"{found.orders} orders by our adapter for Alpaca     {found.adapter_seconds:8.3f} s")
        print(
            f"{found.orders} orders from the decision on, recorded  {found.engine_seconds:8.3f} s"
        )
        print(
            f"{found.orders} orders in the process, on disk      "
            f"{found.in_process_on_disk_seconds:8.3f} s"
        )
        print(
            f"a month: {found.month_ticks:,} ticks, {found.month_orders} orders, in memory "
            f"{found.month_seconds:.2f} s, on disk {found.month_on_disk_seconds:.2f} s"
        )
    slowest = max(found.http_seconds, found.adapter_seconds, found.engine_seconds)
    return 0 if slowest <= TARGET_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())

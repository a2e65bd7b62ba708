"""How fast the store's journal takes entries, and how soon a service with a million of them starts.

    python -m benchmarks.journal_speed [--entries 1000000] [--url URL] [--json]

One household trades from a seed: purchases, sales of named lots, dividends and deposits, balanced
and booked as in production.  Every append is one transaction that is on the disk when it returns.
A start walks the whole chain and computes every hash again.  It is timed twice: booking every
entry, and from saved books that an entry of the chain vouches for; both must come to the same
books, or the benchmark ends.  The database is a file in a temporary folder, or what `--url` names,
which must be empty.

Errors: books that differ, or a chain that is not whole, end the benchmark.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count, islice
from pathlib import Path
from random import Random

from trimtab.books.entries import buy, deposit, dividend
from trimtab.books.ledger import Books, Ledger
from trimtab.books.lot_entries import sell
from trimtab.books.relief import LotUnits
from trimtab.model.entries import Entry
from trimtab.model.live import Lease
from trimtab.model.lots import Lot
from trimtab.stores.sql.quick_start import BooksAtStart, books_at_start, save_books
from trimtab.stores.sql.store import SqlStore, open_store

__all__ = ["JournalSpeed", "main", "measure", "trading"]

TARGET_ENTRIES_A_SECOND = 5_000
TARGET_START_SECONDS = 10.0
SEED = 7
FILLED_BY = 5_000
TIMED_BATCHES = (1, 10, 100, 1_000)
TIMED_SECONDS = 2.0
SINCE_SAVED = 10_000
LOTS_OPEN = 2_000
INSTRUMENTS = tuple(f"T{number:02d}" for number in range(20))
NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class JournalSpeed:
    """What was measured.

    Unit: seconds of wall time, and of this process's CPU where said; `entries_a_second` by the
    number of entries of an append.
    """

    database: str
    entries: int
    megabytes: float
    entries_a_second: dict[int, float]
    full_start_seconds: float
    full_start_cpu_seconds: float
    save_seconds: float
    quick_start_seconds: float
    quick_start_cpu_seconds: float
    quick_start_replayed: int
    open_lots: int


def trading(seed: int) -> Iterator[Entry]:
    """A household that trades for ever: each entry is booked before the next is made."""
    chance, ledger = Random(seed), Ledger(Books())
    lots: list[str] = []
    first = deposit("e0", date(2000, 1, 3), "joint", "USD", Decimal(10) ** 12)
    ledger.apply(first)
    yield first
    for number in count(1):
        day = date(2000, 1, 3) + timedelta(days=number // 120)
        entry = _one(chance, ledger, lots, f"e{number}", day)
        ledger.apply(entry)
        yield entry


def _one(chance: Random, ledger: Ledger, lots: list[str], name: str, day: date) -> Entry:
    cents = Decimal(chance.randrange(1_000, 1_000_000)) / 100
    if len(lots) >= LOTS_OPEN and chance.random() < 0.6:
        sold = ledger.lots[lots.pop(chance.randrange(len(lots)))]
        units = [LotUnits(sold.id, sold.quantity)]
        return sell(name, day, ledger.view(), units, cents)
    if chance.random() < 0.3:
        return dividend(name, day, "joint", "USD", cents, chance.choice(INSTRUMENTS))
    quantity = Decimal(chance.randrange(1, 5_000)) / 10
    lot = Lot(f"lot {name}", "joint", chance.choice(INSTRUMENTS), quantity, cents, day)
    lots.append(lot.id)
    return buy(name, day, lot, cents)


def measure(store: SqlStore, entries: int) -> JournalSpeed:
    """Fill a store and time it."""
    lease = store.lease("benchmark", "benchmark", NOW, 1e9)
    if lease is None:
        raise SystemExit("journal_speed: another process works the household")
    source = trading(SEED)
    speeds = {size: _append_speed(store, lease, source, size) for size in TIMED_BATCHES}
    until = entries - SINCE_SAVED
    while (missing := until - store.head("benchmark").count) > 0:
        store.append(list(islice(source, min(missing, FILLED_BY))), lease)
    full, *full_seconds = _start(store)
    begun = time.perf_counter()
    save_books(store, "benchmark", full, lease)
    save_seconds = time.perf_counter() - begun
    since = list(islice(source, SINCE_SAVED))
    store.append(since, lease)
    quick, *quick_seconds = _start(store)
    _check(full, since, quick)
    lines = sum(len(line) + 1 for line in store.lines("benchmark"))
    return JournalSpeed(
        store.engine.dialect.name,
        quick.head.count,
        round(lines / 1e6, 1),
        speeds,
        *(*full_seconds, save_seconds, *quick_seconds, quick.replayed, len(quick.books.lots)),
    )


def _append_speed(store: SqlStore, lease: Lease, source: Iterator[Entry], size: int) -> float:
    """Entries a second, in transactions of `size`; making the entries is not counted."""
    spent, done = 0.0, 0
    while spent < TIMED_SECONDS:
        some = list(islice(source, size))
        begun = time.perf_counter()
        store.append(some, lease)
        spent += time.perf_counter() - begun
        done += size
    return round(done / spent, 1)


def _start(store: SqlStore) -> tuple[BooksAtStart, float, float]:
    """A start as a service has it, with a store that was just opened; wall and CPU seconds."""
    begun, spent = time.perf_counter(), time.process_time()
    opened = open_store(store.engine.url.render_as_string(hide_password=False))
    start = books_at_start(opened, "benchmark")
    opened.close()
    return start, time.perf_counter() - begun, time.process_time() - spent


def _check(full: BooksAtStart, since: Sequence[Entry], quick: BooksAtStart) -> None:
    """Both ways come to the same books."""
    ledger = Ledger(full.books)
    for entry in since:
        ledger.apply(entry)
    whole, books = ledger.books(), quick.books
    same = (books.lots, books.cash, books.outside, books.realized)
    if same != (whole.lots, whole.cash, whole.outside, whole.realized) or quick.refused:
        raise SystemExit("journal_speed: saved books and replayed books differ")
    if len(books.entries) != len(whole.entries) + 1:  # the entry that vouches
        raise SystemExit("journal_speed: entries are missing from the books")


def show(found: JournalSpeed) -> None:
    """Print what was measured, beside its targets."""
    print(f"{found.entries:,} entries, {found.megabytes:,} MB, {found.database}")
    for size, speed in found.entries_a_second.items():
        print(f"  append {size:>5} at a time   {speed:>10,.0f} entries/s")
    print(f"  target (a cycle's entries)   {TARGET_ENTRIES_A_SECOND:>4,} entries/s")
    cpu = (found.full_start_cpu_seconds, found.quick_start_cpu_seconds)
    print(f"  start, booking all           {found.full_start_seconds:8.2f} s  (CPU {cpu[0]:.2f} s)")
    print(f"  saving books                 {found.save_seconds:8.2f} s")
    print(
        f"  start from saved books       {found.quick_start_seconds:8.2f} s  (CPU {cpu[1]:.2f} s)"
    )
    print(f"    every hash computed, {found.quick_start_replayed:,} entries booked")
    print(f"  target                       {TARGET_START_SECONDS:8.2f} s")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(prog="journal_speed", description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--url", help="an empty database; a file in a temporary folder without it")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(given.url or Path(folder) / "live.db")
        found = measure(store, given.entries)
        store.close()
    if given.json:
        print(json.dumps(asdict(found)))
    else:
        show(found)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

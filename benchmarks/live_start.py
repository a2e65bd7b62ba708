"""How soon `trimtab run --once` is at work on a household whose journal has a million entries.

    python -m benchmarks.live_start [--entries 1000000] [--json]

A household trades from a seed (see `journal_speed`) until its journal is that long, in the store
and in its folder.  Then the command is run twice, each time in a process of its own: the first
finds nothing prepared, books every entry and saves the books; the second starts from them.  Both
compute every hash of the store's chain.  The time is the command's, from its start to its end.

Errors: a run that fails ends the benchmark.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path

from benchmarks.journal_speed import FILLED_BY, INSTRUMENTS, NOW, SEED, trading
from trimtab.app.importing.lots_text import OwnWords, lots_text
from trimtab.app.journal_folder import FolderJournal
from trimtab.books.entries import withdrawal
from trimtab.books.ledger import Books, Ledger
from trimtab.stores.sql.store import open_store

__all__ = ["LiveStart", "main", "measure"]

TARGET_SECONDS = 10.0
CASH_LEFT = Decimal(50_000)


@dataclass(frozen=True, slots=True)
class LiveStart:
    """What was measured.

    Unit: seconds of wall time of the whole command, and of its CPU where said; `empty` on a journal
    of a hundred entries.
    """

    entries: int
    open_lots: int
    empty_seconds: float
    empty_cpu_seconds: float
    first_seconds: float
    first_cpu_seconds: float
    quick_seconds: float
    quick_cpu_seconds: float
    target_seconds: float = TARGET_SECONDS


def write_house(folder: Path, entries: int) -> int:
    """A household with so many entries in store and folder; answers its open lots."""
    folder.mkdir()
    ledger, source = Ledger(Books()), trading(SEED)
    store, journal = open_store(folder / "live.db"), FolderJournal(folder)
    lease = store.lease("Long", "benchmark", NOW - timedelta(days=9999), 1.0)
    assert lease is not None
    done, day = 0, NOW.date()
    while done < entries:
        some = list(islice(source, min(FILLED_BY, entries - done)))
        done += len(some)
        for entry in some:
            ledger.apply(entry)
        day = some[-1].on
        if done >= entries:
            spare = ledger.cash["joint", "USD"] - CASH_LEFT
            some.append(withdrawal("spare", day, "joint", "USD", spare))
            ledger.apply(some[-1])
        store.append(some, lease)
        journal.append(some)
    store.release(lease)
    store.close()
    lots = lots_text(ledger, {"joint": "USD"}, OwnWords())
    (folder / "lots.csv").write_text(lots, encoding="utf-8")
    (folder / "mandate.toml").write_text(_mandate(day.isoformat()), encoding="utf-8")
    rows = [f"date,{','.join(INSTRUMENTS)}"]
    for back in range(90, -1, -1):
        prices = ",".join(str(100 + (back * 7 + number) % 5) for number in range(len(INSTRUMENTS)))
        rows.append(f"{day - timedelta(days=back)},{prices}")
    (folder / "prices.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    return len(ledger.lots)


def _mandate(day: str) -> str:
    names = ", ".join(f'"{name}"' for name in INSTRUMENTS)
    return (
        f'[household]\nname = "Long"\nas_of = {day}\n\n[[accounts]]\nid = "joint"\n'
        f'wrapper = "taxable"\n\n[[targets]]\nname = "all"\nweight = 1.0\ninstruments = [{names}]\n'
        '\n[tax]\nshort_rate = 0.3\nlong_rate = 0.15\n\n[policy]\nname = "hold"\n'
    )


def _command(*words: str) -> tuple[float, float]:
    """Seconds of one command of Trimtab, on the wall and of its CPU."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    begun, spent = time.perf_counter(), _children()
    done = subprocess.run(
        [sys.executable, "-m", "trimtab", *words], capture_output=True, text=True, env=environment
    )
    if done.returncode not in (0, 1):
        raise SystemExit(f"live_start: trimtab {' '.join(words)} ended with\n{done.stderr}")
    return round(time.perf_counter() - begun, 2), round(_children() - spent, 2)


def _children() -> float:
    used = os.times()
    return used.children_user + used.children_system


def measure(folder: Path, entries: int) -> LiveStart:
    """Write two households, a short and a long one, and time the command on them."""
    short, long = folder / "short", folder / "long"
    write_house(short, 100)
    lots = write_house(long, entries)
    for one in (short, long):
        _command("broker", "add", "paper", str(one))
    _command("run", "--once", str(short))
    empty = _command("run", "--once", str(short))
    first = _command("run", "--once", str(long))
    quick = _command("run", "--once", str(long))
    return LiveStart(entries, lots, *empty, *first, *quick)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; 1 where the second start takes longer than the target."""
    parser = argparse.ArgumentParser(prog="live_start", description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), given.entries)
    if given.json:
        print(json.dumps(asdict(found), indent=2))
    else:
        print(f"`trimtab run --once`, {found.entries:,} entries, {found.open_lots:,} open lots")
        for name, wall, cpu in (
            ("a journal of a hundred entries", found.empty_seconds, found.empty_cpu_seconds),
            ("first start, every entry booked", found.first_seconds, found.first_cpu_seconds),
            ("from saved books", found.quick_seconds, found.quick_cpu_seconds),
        ):
            print(f"  {name:<32} {wall:8.2f} s  (CPU {cpu:.2f} s)")
        print(f"  {'target':<32} {found.target_seconds:8.2f} s")
    return 0 if found.quick_seconds <= TARGET_SECONDS else 1


if __name__ == "__main__":
    raise SystemExit(main())

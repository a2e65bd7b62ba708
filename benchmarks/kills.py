"""Real kills: `kill -9` of the live service, again and again, in a month of paper trading.

    python -m benchmarks.kills [--kills 50] [--store sqlite|postgresql] [--days 20] [--json]

A household trades on every day of a recorded month, once undisturbed and once by a service whose
process is killed at moments drawn from a seed and started again.  Both must end with the same
books, orders, executions and files; books equal the broker, the chain is whole, and every order has
one decision and is executed once.  PostgreSQL is a throw-away server of this machine.

Errors: a service that ends by itself ends the benchmark; with a violation the exit code is 1.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from random import Random
from signal import SIGKILL
from typing import IO

from benchmarks._kills_evidence import difference, gathered, on_the_way
from benchmarks._kills_month import DAYS, write_month
from benchmarks._postgres import NoPostgresError, made_database, throw_away_server
from trimtab.app.live.service import open_service
from trimtab.app.live.wiring import open_paper

__all__ = ["Kills", "kill_a_month", "main", "stores"]

STARTS_MAX_PER_KILL = 4
"""A service that is started more often than this for each kill makes no headway."""


@dataclass(frozen=True, slots=True)
class Kills:
    """What the kills came to.

    `amid_orders` kills left orders whose outcome was open, `amid_executions` executions at the
    broker that were not booked yet.
    Unit: `day_seconds` of an undisturbed day.
    """

    store: str
    kills: int
    days: int
    trading_days: int
    orders: int
    executions: int
    entries: int
    amid_orders: int
    amid_executions: int
    attempts: int
    day_seconds: float
    seconds: float
    violations: tuple[str, ...]


def _environment() -> dict[str, str]:
    """This process's, with its own search path and one thread."""
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
    return os.environ | threads | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


@contextmanager
def _service(folder: Path, days: Sequence[date]) -> Iterator["subprocess.Popen[str]"]:
    """The service in a process of its own, ended with the context at the latest."""
    called = [sys.executable, "-m", "benchmarks._kills_service", str(folder), *map(str, days)]
    root = Path(__file__).resolve().parents[1]
    with (
        tempfile.TemporaryFile("w+") as said,
        subprocess.Popen(
            called, stdout=subprocess.PIPE, stderr=said, text=True, env=_environment(), cwd=root
        ) as process,
    ):
        try:
            yield process
            if process.wait() > 0:
                said.seek(0)
                raise SystemExit(f"the service ended by itself:\n{said.read()[-2000:]}")
        finally:
            process.kill()


def _begin(folder: Path, store: str) -> None:
    """Write the household and open its paper accounts."""
    write_month(folder, store)
    with open_service(folder, DAYS[0]) as service:
        for link in service.settings.accounts:
            open_paper(service.loaded, link.account, service.sessions, service.clock)[0].close()


def _lines(process: "subprocess.Popen[str]") -> IO[str]:
    assert process.stdout is not None
    return process.stdout


def _undisturbed(folder: Path, days: Sequence[date]) -> float:
    """Run the month without a kill; seconds a day, once the service is warm."""
    took: list[float] = []
    with _service(folder, days) as process:
        begun = time.perf_counter()
        for line in _lines(process):
            if line.startswith("done"):
                took.append(time.perf_counter() - begun)
            begun = time.perf_counter()
    return sorted(took)[len(took) // 2]


class _Disturbed:
    """The month under kills: how far it is, and what the kills left behind."""

    def __init__(
        self, folder: Path, days: Sequence[date], kills: int, day_seconds: float, chance: Random
    ) -> None:
        self.folder, self.days, self.wanted = folder, days, kills
        self.day_seconds, self.chance = day_seconds, chance
        self.done = self.kills = self.amid_orders = self.amid_executions = 0

    def run(self) -> None:
        """Start the service until the month is over and every kill was made."""
        for _ in range(STARTS_MAX_PER_KILL * (self.wanted + len(self.days))):
            if self.done == len(self.days) and self.kills >= self.wanted:
                return
            if self._started():
                self.kills += 1
                unknown, unbooked = on_the_way(self.folder, self._next)
                self.amid_orders += unknown > 0
                self.amid_executions += unbooked > 0
        raise SystemExit(f"the month does not end: {self.done} days after {self.kills} kills")

    @property
    def _next(self) -> date:
        """The day that is next; of a month that is over the last, until every kill was made."""
        return self.days[min(self.done, len(self.days) - 1)]

    def _started(self) -> bool:
        """Start the service, and kill it at a moment of the next day that is due for one."""
        with _service(self.folder, [day for day in self.days if day >= self._next]) as process:
            for line in _lines(process):
                if self._is_done(line):
                    continue
                number = self._number(line)
                due = -(-self.wanted * number // len(self.days))
                if self.kills < min(self.wanted, due):
                    time.sleep(self.chance.uniform(0, 1.1 * self.day_seconds))
                    process.send_signal(SIGKILL)
                    for left in _lines(process):  # what it said before it died
                        self._is_done(left)
                    return process.wait() == -SIGKILL
        return False

    def _number(self, line: str) -> int:
        return self.days.index(date.fromisoformat(line.split()[1])) + 1

    def _is_done(self, line: str) -> bool:
        """Whether a line says that a day is done, and note it."""
        is_done = line.startswith("done")
        if is_done:
            self.done = max(self.done, self._number(line))
        return is_done


@contextmanager
def stores(kind: str) -> Iterator[tuple[str, str]]:
    """Where two runs remember: a file each of their folders, or two databases of one server."""
    with ExitStack() as stack:
        if kind == "sqlite":
            yield "live.db", "live.db"
            return
        server = stack.enter_context(throw_away_server())
        yield made_database(server, "whole"), made_database(server, "killed")


def kill_a_month(folder: Path, kind: str, kills: int, days: Sequence[date], seed: int) -> Kills:
    """Run the days twice, and hold the two against each other."""
    begun = time.perf_counter()
    whole, killed = folder / "whole", folder / "killed"
    with stores(kind) as (first, second):
        _begin(whole, first)
        _begin(killed, second)
        day_seconds = _undisturbed(whole, days)
        progress = _Disturbed(killed, days, kills, day_seconds, Random(seed))
        progress.run()
        expected, found = gathered(whole, days[-1]), gathered(killed, days[-1])
    return Kills(
        store=kind,
        kills=progress.kills,
        days=len(days),
        trading_days=found.trading_days,
        orders=len(found.orders),
        executions=found.executions.total(),
        entries=found.entries,
        amid_orders=progress.amid_orders,
        amid_executions=progress.amid_executions,
        attempts=found.attempts,
        day_seconds=round(day_seconds, 3),
        seconds=round(time.perf_counter() - begun, 1),
        violations=difference(expected, found),
    )


def _show(found: Kills) -> None:
    print(f"{found.kills} kills in {found.days} days on {found.store}, {found.seconds:,.0f} s")
    print(f"  {found.orders} orders, {found.executions} executions on {found.trading_days} days")
    print(f"  {found.amid_orders} kills left orders whose outcome was open")
    print(f"  {found.amid_executions} kills left executions that were not booked")
    print(f"{len(found.violations)} violations")
    for one in found.violations:
        print(f"  {one}")


def main(argv: Sequence[str] | None = None) -> int:
    """Run, print, and say by the exit code whether all held."""
    parser = argparse.ArgumentParser(prog="kills", description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--days", type=int, default=len(DAYS), help="so many of the month's")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        try:
            days = DAYS[: max(1, given.days)]
            found = kill_a_month(Path(folder), given.store, given.kills, days, given.seed)
        except NoPostgresError as error:
            raise SystemExit(f"kills: {error}") from None
    print(json.dumps(asdict(found), indent=2)) if given.json else _show(found)
    return 1 if found.violations else 0


if __name__ == "__main__":
    raise SystemExit(main())

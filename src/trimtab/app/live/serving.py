"""The service: the stewards of some households, kept at work until somebody stops it.

By the system's clock every household is a job of APScheduler: its ticks come each second, one after
the other, on a thread that it keeps, so that a broker that takes its time holds up nobody else's
halt; alerts are sent on a thread of their own.  On recorded days the same ticks come one by one in
this thread, as fast as they can, and no alert leaves the machine.

Errors: `InputError` for a household that cannot be served, before anything is begun.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from trimtab.app.config import MANDATE_NAME, read_mandate
from trimtab.app.live.alerts import OUTBOX_NAME, Outbox, outbox_or_memory
from trimtab.app.live.channels import open_channels
from trimtab.app.live.clocks import LiveClock, RecordedClock, SystemClock
from trimtab.app.live.monitor import Monitor
from trimtab.app.live.service import open_service, open_settings
from trimtab.app.live.settings import PAPER
from trimtab.app.live.steward import Steward
from trimtab.app.live.telling import Say, Teller, to_nobody
from trimtab.app.live.wiring import paper_file
from trimtab.brokers.paper.book_file import BookFile
from trimtab.brokers.paper.exchanges import exchange_sessions
from trimtab.brokers.paper.sessions import Sessions
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.schedule import EXCHANGE_DEFAULT

__all__ = [
    "Recorded",
    "Served",
    "Stop",
    "open_stewards",
    "play",
    "recorded_days",
    "sessions_of_folder",
    "watch_over",
    "why_only_shown",
]

TICK_SECONDS = 1
DELIVER_SECONDS = 5
WORKERS_MAX = 16
STEP_SECONDS_MIN = 1.0
STOP_SECONDS = 0.2


class Stop:
    """What ends the service, and why; set by a signal or by whoever started it.

    A plain flag: a signal's handler may set it at any moment, which no lock of a thread bears.
    """

    def __init__(self) -> None:
        self.why = ""

    def because(self, why: str) -> None:
        """End it."""
        self.why = why

    def is_set(self) -> bool:
        """Whether it is to end."""
        return bool(self.why)

    def wait(self) -> None:
        """Wait until it is to end."""
        while not self.why:
            time.sleep(STOP_SECONDS)


@dataclass(frozen=True, slots=True)
class Served:
    """A household that is served: its steward."""

    steward: Steward


@dataclass(frozen=True, slots=True)
class Recorded:
    """Recorded days to be lived through: the clock, the last day, and when it is over."""

    clock: RecordedClock
    last: date
    until: datetime


def recorded_days(first: date, last: date, sessions: Sessions | None = None) -> Recorded:
    """The clock for recorded days, from before the open of the first to after the last.

    Refuses: days in the wrong order, and days without a session among them.
    """
    calendar = sessions or exchange_sessions(EXCHANGE_DEFAULT)
    days = list(calendar.between(first, last))
    if not days:
        fact = f"the exchange is closed from {first} to {last}"
        raise InputError("--from", fact, "one session at least", "name other days")
    opens = days[0].opens
    until = datetime.combine(days[-1].day, datetime.max.time(), calendar.zone).astimezone(UTC)
    return Recorded(RecordedClock(opens), days[-1].day, until)


@contextmanager
def open_stewards(
    folders: Sequence[Path], say: Say, stop: Stop, recorded: Recorded | None = None
) -> Iterator[list[Served]]:
    """The stewards of households, each with the right to work it; all is given back at the end.

    Refuses: a folder that cannot be served, or that another process works; a folder named twice.
    """
    if len({folder.resolve() for folder in folders}) < len(folders):
        raise InputError("household folders", "one of them is named twice", "", "name it once")
    monitor = Monitor()
    with ExitStack() as stack:
        yield [
            stack.enter_context(_served(folder, recorded, monitor, say, stop)) for folder in folders
        ]


@contextmanager
def _served(
    folder: Path, recorded: Recorded | None, monitor: Monitor, say: Say, stop: Stop
) -> Iterator[Served]:
    is_recorded = recorded is not None
    if recorded is not None:
        _catch_up(folder, recorded)
    clock: LiveClock = SystemClock() if recorded is None else recorded.clock
    day = sessions_of_folder(folder).day_of(clock())
    if not is_recorded:
        _check_lives_today(folder, day)
    with open_service(folder, day, clock) as service, ExitStack() as held:
        settings = service.settings
        real = [link.account for link in settings.accounts if link.broker != PAPER]
        if is_recorded and real:
            fact = f"{', '.join(real)} is at a broker that is real and knows only today"
            raise InputError("--from", fact, "recorded days are for paper accounts", "leave it out")
        if not settings.accounts and settings.service.trade:
            remedy = "`trimtab broker add paper` links every account to the paper broker"
            raise InputError("brokers", "no account is linked to one", "", remedy)
        lease = held.enter_context(service.lease())
        outbox, problem = Outbox(None), ""
        if not is_recorded:
            outbox, problem = outbox_or_memory(folder / OUTBOX_NAME)
        opened = to_nobody if is_recorded else open_channels
        teller = Teller(service.loaded.household.name, settings.alerts, outbox, say, opened)
        if problem:
            teller.say(clock(), problem)
        steward = Steward(service, lease, monitor, teller, beats=not is_recorded)
        try:
            yield Served(steward)
        finally:
            steward.close(stop.why or "its days are over, or it failed")
            service.store.release(steward.lease)
            teller.deliver(clock())
            teller.close()


def why_only_shown(folder: Path, sessions: Sessions) -> str:
    """Why a household can be looked at and not be worked; empty where it can.

    What is wrong in its files is left for whoever works it to say.
    """
    path = folder / MANDATE_NAME
    settings = open_settings(folder)
    if not settings.accounts and settings.service.trade:
        return "no account is linked to a broker"
    today = sessions.day_of(datetime.now(UTC))
    named = read_mandate(path).as_of if path.exists() else None
    return "" if named in (None, today) else f"its mandate names a day, {named}"


def sessions_of_folder(folder: Path) -> Sessions:
    """The sessions of the exchange that a folder's mandate names.

    What is wrong with the mandate is told by whoever needs the rest of it.
    """
    try:
        exchange = read_mandate(folder / MANDATE_NAME).mandate.schedule.exchange
    except (InputError, InputErrors):
        exchange = EXCHANGE_DEFAULT
    return exchange_sessions(exchange)


def _check_lives_today(folder: Path, today: date) -> None:
    """A service lives today.

    Refuses: a mandate that says which day it is.
    """
    path = folder / MANDATE_NAME
    if not path.exists():
        return  # told by whoever reads it
    mandate = read_mandate(path)
    if mandate.as_of is not None and mandate.as_of != today:
        raise InputError(
            "household.as_of",
            f"it says {mandate.as_of}, and the service lives today, {today}",
            "",
            "take it out, or live through recorded days with --from and --until",
            file=str(path),
            line=mandate.line("household", "as_of"),
        )


def _catch_up(folder: Path, recorded: Recorded) -> None:
    """A paper account lives forwards: the clock begins where the household's have come to.

    Refuses: recorded days that all of them have behind them.
    """
    for link in open_settings(folder).accounts:
        path = paper_file(folder, link.account)
        if not path.exists():
            continue  # told by whoever opens it
        file = BookFile(path)
        with file.changing() as book:
            reached = book.at
        file.close()
        if reached > recorded.until:
            fact = f"the paper account {link.account!r} has lived until {reached:%Y-%m-%d}"
            bound = f"the recorded days end with {recorded.last}"
            remedy = f"name later days, or begin anew: remove {path.name} and the store"
            raise InputError("--until", fact, bound, remedy)
        recorded.clock.at = max(recorded.clock.at, reached)


def play(served: Sequence[Served], recorded: Recorded, stop: Stop) -> None:
    """Live through recorded days; ends with them, or between two ticks when it is stopped."""
    clock = recorded.clock
    while clock() <= recorded.until and not stop.is_set():
        now = clock()
        for one in served:
            one.steward.tick()
        ahead = min(one.steward.wants(now) for one in served)
        clock.sleep(max(STEP_SECONDS_MIN, (ahead - clock()).total_seconds()))


def watch_over(served: Sequence[Served], stop: Stop, clock: Callable[[], datetime]) -> None:
    """Keep the stewards at work until it is stopped; what they are at is finished first."""
    from apscheduler.executors.pool import ThreadPoolExecutor
    from apscheduler.schedulers.background import BackgroundScheduler

    logging.getLogger("apscheduler").setLevel(logging.CRITICAL)  # ticks that wait are no news
    workers = min(WORKERS_MAX, len(served))
    executors = {f"work-{number}": ThreadPoolExecutor(1) for number in range(workers)}
    scheduler = BackgroundScheduler(
        executors={**executors, "alerts": ThreadPoolExecutor(1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone=UTC,
    )
    for number, one in enumerate(served):
        scheduler.add_job(
            one.steward.tick, "interval", seconds=TICK_SECONDS,
            executor=f"work-{number % workers}", next_run_time=datetime.now(UTC),
        )  # fmt: skip
    scheduler.add_job(
        deliver, "interval", (served, clock), seconds=DELIVER_SECONDS, executor="alerts"
    )
    scheduler.start()
    try:
        stop.wait()
    finally:
        scheduler.shutdown(wait=True)


def deliver(served: Sequence[Served], clock: Callable[[], datetime]) -> None:
    """Send the alerts that are due."""
    for one in served:
        one.steward.teller.deliver(clock())

"""The steward of one household: does what is due at a tick, and never waits.

A tick renews the lease, obeys halts, follows the orders that stand, hears people, looks at prices
while the market is open, and keeps the timetable's appointments.  All that matters is in the store
before it happens, so that a tick may be the last one: the next steward goes on from there.

Errors: none leave a tick: what stops a household is told, its brokers are closed, and it is tried
again a minute later; the other households of the service do not notice.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from trimtab.app.exits import show_trace
from trimtab.app.household import load_folder
from trimtab.app.live import plans as planning
from trimtab.app.live.asking import OPEN, settle
from trimtab.app.live.connections import Connections
from trimtab.app.live.drifting import Drifting
from trimtab.app.live.following import Following, open_tickets
from trimtab.app.live.heartbeat import Heartbeat, Pulse
from trimtab.app.live.monitor import Monitor
from trimtab.app.live.news import News
from trimtab.app.live.rereading import LiveFile, begins_anew
from trimtab.app.live.running import Begun, begin_run, is_begun, tickets_of, was_looked_at
from trimtab.app.live.schedule import Appointment, Task, Timetable
from trimtab.app.live.service import LEASE_SECONDS, Service, process_name
from trimtab.app.live.syncing import sync
from trimtab.app.live.telling import Teller
from trimtab.drivers.live.sending import halted
from trimtab.model.errors import InputError, InputErrors, LeaseLost
from trimtab.model.live import HaltKind, Lease
from trimtab.ports import Broker

__all__ = ["Steward"]


class Steward:
    """One household of a service; its ticks come one after the other."""

    def __init__(
        self, service: Service, lease: Lease, monitor: Monitor, teller: Teller, *, beats: bool
    ) -> None:
        self.service, self.lease, self.teller = service, lease, teller
        self.folder, self.clock = service.loaded.folder, service.clock
        self.drifting = Drifting(service, monitor, teller)
        self._news, self._connections = News(teller, self.folder), Connections()
        self._pulse, self._file = Pulse(self.folder, beats), LiveFile(service, teller)
        self.last_run: datetime | None = None
        self._plans = planning.Plans(self.timetable.begins(self.clock()) - planning.TICK)
        self._following: Following | None = None
        self._cycle, self._steps, self._asked = "", 0, ""
        self._has_begun = self._is_halted = self._wants_run = False

    @property
    def timetable(self) -> Timetable:
        """When what is due, by the household's files as they were read last."""
        return planning.timetable_of(self.service)

    def ask_run(self) -> None:
        """Have the cycle run at the next tick that may; a person asks so, from any thread."""
        self._wants_run = True

    def tick(self) -> None:
        """Do what is due now."""
        now = self.clock()
        self._beat(now)
        try:
            self._work(now)
        except LeaseLost as error:
            self._fail(f"another process took the household: {error}", now)
        except (InputError, InputErrors) as error:
            self._fail(str(error), now)
        except Exception as error:  # a defect here must not end the other households' service
            show_trace(error)
            self._fail(f"a defect ({type(error).__name__}: {error})", now)

    def wants(self, now: datetime) -> datetime:
        """When the next tick can do something, where nothing happens outside; for recorded days."""
        times = [self.timetable.coming(now).at]
        if self._following is not None:
            times.append(now + planning.step_pause(self._steps))
        if self._plans.not_before is not None and self._plans.not_before > now:
            times.append(self._plans.not_before)
        return min(times)

    def close(self, why: str) -> None:
        """End: bring the folder along, close brokers; orders stand, and the next start goes on."""
        now = self.clock()
        try:
            if self._following is not None:
                self._following.end()
        except (InputError, InputErrors, LeaseLost) as error:
            self.teller.say(now, f"{error} The next start brings the folder along.")
        self._drop()
        self._beat(now, why)

    # What a tick does

    def _work(self, now: datetime) -> None:
        self._keep_lease(now)
        self._see_settings(now)
        self._see_halts(now)
        if self._plans.not_before is not None and now < self._plans.not_before:
            if self._is_halted:
                self._follow(now)
            return
        if not self._has_begun:
            self._take_up(now)
        if self._following is not None:
            self._follow(now)
        for one in self.timetable.due(self._plans.kept_until, now):
            self._keep(one, now)
            self._plans.kept_until = one.at
        self._plans.kept_until = now
        if self._asked:
            self._hear_people(now)
        if self._wants_run and self._following is None:
            self._wants_run = False
            self._run(now)
        self._look(now)
        if self._plans.not_before is not None:
            self._plans.not_before = None
            self._news.goes_on(now)

    def _take_up(self, now: datetime) -> None:
        """Go on where the last process stopped."""
        self._reload(now)
        self._has_begun = True
        may_trade = self.service.settings.service.trade
        is_open = self.service.sessions.current(now) is not None
        if may_trade and is_open and is_begun(self.service):
            self._run(now)
        elif open_tickets(self.service):
            self._follow_leftovers(now)
        if was_looked_at(self.service):
            run = self.timetable.coming(self._plans.kept_until, Task.RUN)
            if run.at <= now:
                self._plans.kept_until = run.at

    def _keep(self, appointment: Appointment, now: datetime) -> None:
        match appointment.task:
            case Task.RUN:
                self._run(now)
            case Task.DIGEST:
                self.teller.digest(str(appointment.day), now)
            case Task.WEEKLY:
                self._reload(now)
                self._news.week(self.service, appointment.day, now)

    def _run(self, now: datetime) -> None:
        """The day's check and, where the household trades, its cycle."""
        self._reload(now)
        self.drifting.read(now)
        self.last_run = now
        settings = self.service.settings
        if not settings.accounts:
            return  # it only watches, and what is held is what the files say
        brokers = self._connections.of(self.service, now)
        if not settings.service.trade:
            self._news.breaks(sync(self.service, brokers), now)
            return
        self._begin(begin_run(self.service, self.lease, brokers), brokers, now)

    def _begin(self, begun: Begun, brokers: Mapping[str, Broker], now: datetime) -> None:
        self.service = replace(self.service, loaded=begun.loaded)
        self._news.breaks(begun.looks, now)
        for finding in begun.planned.findings:
            self.teller.say(now, f"{finding}.")
        self._asked, self._cycle = "", begun.cycle_id
        decision, asked = begun.decision, begun.asked
        if decision is None and asked is not None:
            self._asked = asked.id
            self._plans.settle_at = now + planning.SETTLE
            self._news.question(asked, now)
        elif decision is not None:
            self.teller.say(now, decision.sentence)
        if begun.planned.slices or open_tickets(self.service):
            told = begun.loaded, begun.planned, decision, begun.start
            self._following = Following(self.service, self.lease, brokers, *told)
            self._steps = 0

    def _follow_leftovers(self, now: datetime) -> None:
        brokers = self._connections.of(self.service, now)
        self._following = Following(self.service, self.lease, brokers, self.service.loaded)
        self._cycle, self._steps = "", 0

    def _follow(self, now: datetime) -> None:
        following = self._following
        if following is None:
            return
        progress = following.step()
        self.lease, self._steps = following.engine.lease, self._steps + 1
        for finding in progress.findings:
            self.teller.say(now, f"{finding}.")
        if not progress.is_done and not following.is_over(now):
            return
        following.end()
        self._following = None
        self._reload(now)
        self._news.breaks(sync(self.service, self._connections.of(self.service, now)), now)
        self.drifting.read(now)
        self._news.orders(self._cycle, tickets_of(self.service, self._cycle), now)

    def _hear_people(self, now: datetime) -> None:
        """Whether people said something to what waits, or it lapsed."""
        plans = self._plans
        if not plans.may_hear(now):
            return
        name = self._asked
        asked = {one.id: one for one in self.service.store.requests(self.service.household)}[name]
        is_answered = bool(self.service.store.approvals(name)) or asked.status not in OPEN
        if not is_answered and plans.settle_at is not None and now < plans.settle_at:
            return
        plans.settle_at = now + planning.SETTLE
        self._reload(now)
        found = settle(self.service, asked)
        if found.status in OPEN:
            return
        self._asked = ""
        self._news.question(found, now)
        if self.service.sessions.current(now) is not None:
            self._run(now)

    def _look(self, now: datetime) -> None:
        """Drift at the prices of now; past the critical threshold the cycle runs at once."""
        if self.service.sessions.current(now) is None:
            return
        is_critical = self.drifting.look(now, self._connections.opened)
        self.service = planning.adopted(self.service, self.drifting.loaded)
        is_free = self._following is None and not self._asked
        if is_critical and is_free and self.service.settings.service.trade:
            self.teller.say(now, "the cycle runs because of it")
            self._run(now)

    # What stands around it

    def _keep_lease(self, now: datetime) -> None:
        lease = self.lease
        if lease.until - now >= timedelta(seconds=LEASE_SECONDS / 2):
            return
        renewed = self.service.store.lease(lease.household, lease.holder, now, LEASE_SECONDS)
        if renewed is None:
            raise LeaseLost(f"household {lease.household}; nothing is sent here meanwhile")
        self.lease = renewed

    def _see_settings(self, now: datetime) -> None:
        """Live by what `live.toml` says now; what is under way is taken up as after a start."""
        if (settings := self._file.changed(self.service, now)) is not None:
            is_other = begins_anew(settings, self.service.settings)
            self.service = replace(self.service, settings=settings)
            self.drifting.put(self.service)
            if is_other:
                self._drop()

    def _see_halts(self, now: datetime) -> None:
        """Tell of halts; where what stands is to be canceled, see to it."""
        halts = self.service.store.halts()
        self._news.halts(halts, now)
        accounts = (link.account for link in self.service.settings.accounts)
        self._is_halted = halted(halts, self.service.household, *accounts) is HaltKind.ALL
        if self._is_halted and self._following is None and open_tickets(self.service):
            self._follow_leftovers(now)

    def _reload(self, now: datetime) -> None:
        """The household's files as they are now, on the exchange's day."""
        loaded = load_folder(self.folder, self.service.sessions.day_of(now))
        self.service = planning.adopted(self.service, loaded)
        self.drifting.put(self.service)

    def _drop(self) -> None:
        """Forget what is in memory; all of it is in the store."""
        self._following, self._has_begun, self._asked = None, False, ""
        self._connections.close()

    def _fail(self, fact: str, now: datetime) -> None:
        self._news.stuck(fact, now)
        self._plans.not_before = now + planning.RETRY
        with suppress(Exception):  # a broker that cannot even be closed
            self._drop()

    def _beat(self, now: datetime, ended: str = "") -> None:
        """Give a sign of life; that it cannot be given stops nothing."""
        told = self._doing, self.timetable.coming(now, Task.RUN).at, self.last_run, ended
        try:
            self._pulse.give(Heartbeat(now, process_name(), *told))
        except InputError as error:
            self.teller.say(now, str(error))

    @property
    def _doing(self) -> str:
        if self._plans.not_before is not None:
            return "waiting after trouble"
        if self._following is not None:
            return "following orders"
        return "asking people" if self._asked else "watching"

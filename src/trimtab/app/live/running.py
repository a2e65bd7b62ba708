"""One cycle for real: look, decide, ask people where the mandate wants it, order, book the fills.

Every answer is stored before the cycle goes on, so that a run that was killed is taken up by the
next one where it stopped: nothing is decided twice, and nothing is sent twice.

Errors: those of files, store and brokers; an account that is not proven to agree is left alone.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from trimtab.app.household import LoadedHousehold, load_folder
from trimtab.app.live.asking import record_words
from trimtab.app.live.chain import begin_chain, check_files, write_back
from trimtab.app.live.clocks import RecordedClock
from trimtab.app.live.quoting import planned_at_sending, tradables_of
from trimtab.app.live.replaying import keep_rules
from trimtab.app.live.service import Service
from trimtab.app.live.syncing import AccountSync, sync
from trimtab.app.live.world import FolderWorld, setup_of
from trimtab.books.order_states import Ticket, fold
from trimtab.cycle.flow import run_cycle
from trimtab.cycle.orders import OrderRules, OrdersPlanned, Session, orders_of
from trimtab.drivers.live.booking import Currencies
from trimtab.drivers.live.durable import decision_entry, orders_once, run_durable
from trimtab.drivers.live.engine import Engine, Work
from trimtab.model.errors import InputError
from trimtab.model.findings import Finding
from trimtab.model.live import ApprovalRequest, Lease
from trimtab.model.plans import Decision, Verdict
from trimtab.ports import Broker

__all__ = ["RunResult", "run_once"]

CYCLES_MAX = 1_000
"""More cycles than any day has."""
STEP_SECONDS = 2.0
AFTER_CLOSE = timedelta(seconds=30)
"""So long after the close it is still heard what became of the day's orders."""


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run came to; `decision` is none while people are asked, or the market is closed."""

    looks: tuple[AccountSync, ...]
    decision: Decision | None
    asked: ApprovalRequest | None
    tickets: tuple[Ticket, ...]
    findings: tuple[Finding, ...]
    opens: datetime | None = None


def run_once(service: Service, wait_seconds: float) -> RunResult:
    """Run the household's cycle of the day, or take up the one that was begun.

    Unit: `wait_seconds` for which orders are followed at most.
    Refuses: a household that another process works, files that are not what the journal says.
    """
    with service.lease() as lease, service.brokers() as brokers:
        begin_chain(service, lease)
        record_words(service, lease)
        loaded = load_folder(service.loaded.folder, service.loaded.snapshot.as_of)
        check_files(service, loaded)
        now = service.clock()
        current = service.sessions.current(now)
        looks = sync(replace(service, loaded=loaded), brokers)
        if current is None:
            opens = service.sessions.coming(now).opens
            findings = _follow(service, lease, brokers, OrdersPlanned(()), None, loaded, 0.0)
            return RunResult(looks, None, None, _open(service), findings, opens)
        cycle_id = _cycle_of_today(service, loaded)
        loaded = _without_disputed(loaded, looks)
        world = FolderWorld(service, loaded, lease)
        setup = setup_of(loaded, cycle_id)
        keep_rules(service, setup, lease)
        decision = run_durable(
            cycle_id, run_cycle(setup), world, service.store, lease, service.clock
        )
        planned = OrdersPlanned(())
        if decision is not None and decision.verdict is Verdict.TRADE and decision.plan:
            service.store.append([decision_entry(decision)], lease)
            planned = _orders(service, loaded, lease, brokers, decision)
        findings = _follow(service, lease, brokers, planned, decision, loaded, wait_seconds)
        told = (*planned.findings, *findings)
        after = load_folder(service.loaded.folder, service.loaded.snapshot.as_of)
        looks = sync(replace(service, loaded=after), brokers)  # what a killed run left is heard now
        return RunResult(looks, decision, world.asked, _of_cycle(service, cycle_id), told)


def _without_disputed(loaded: LoadedHousehold, looks: tuple[AccountSync, ...]) -> LoadedHousehold:
    """The household with nothing to trade in accounts not linked, or not proven to agree."""
    agreed = {one.account for one in looks if one.agrees}
    blocked = dict(loaded.snapshot.blocked)
    for account in loaded.household.accounts:
        look = next((one for one in looks if one.account == account.id), None)
        if look is None:
            blocked.setdefault(account.id, "no broker is linked to it")
        elif account.id not in agreed:
            why = look.problem or look.breaks[0].message
            blocked.setdefault(account.id, f"its broker is not proven to agree: {why}")
    return replace(loaded, snapshot=replace(loaded.snapshot, blocked=blocked))


def _cycle_of_today(service: Service, loaded: LoadedHousehold) -> str:
    """The day's cycle: the one that waits or has orders, else the next.

    A cycle that came to nothing is over, and prices may have moved since.
    """
    for number in range(1, CYCLES_MAX):
        cycle_id = f"{service.household} {loaded.snapshot.as_of} {number}"
        kept = [one for one in service.store.answers(cycle_id) if one.kind == "authorise"]
        if not kept or json.loads(kept[0].data)["verdict"] == Verdict.TRADE.value:
            return cycle_id
    raise InputError("cycle", f"the day has {CYCLES_MAX} already", "", "look at `trimtab orders`")


def _orders(
    service: Service,
    loaded: LoadedHousehold,
    lease: Lease,
    brokers: Mapping[str, Broker],
    decision: Decision,
) -> OrdersPlanned:
    """The orders of a decision: made once, from the quotes of that moment."""
    trades = () if decision.plan is None else decision.plan.trades
    now = service.clock()
    session = Session(now, service.sessions.standing(now).closes)

    def make() -> OrdersPlanned:
        tradables = tradables_of(service, loaded, brokers, trades, now)
        return orders_of(decision.cycle_id, trades, OrderRules(), session, tradables)

    return orders_once(decision.cycle_id, service.store, lease, service.clock, make)


def _follow(
    service: Service,
    lease: Lease,
    brokers: Mapping[str, Broker],
    planned: OrdersPlanned,
    decision: Decision | None,
    loaded: LoadedHousehold,
    wait_seconds: float,
) -> tuple[Finding, ...]:
    """Send what is due, hear what became of it, and bring the folder to where the books are."""
    clock, snapshot = service.clock, loaded.snapshot
    start, session = clock(), service.sessions.standing(clock())
    currencies = Currencies(
        base=snapshot.household.base_currency,
        of={name: one.currency for name, one in snapshot.instruments.items()},
        rate=lambda code, _: _rate(loaded, code),
        day=service.sessions.day_of,
    )
    work = Work(planned.slices, Session(session.opens, session.closes))
    look = planned_at_sending(service, loaded, brokers, decision)
    engine = Engine(
        service.store, lease, brokers, work, clock, at_sending=look, currencies=currencies
    )
    found: dict[tuple[str, str, str], Finding] = {}
    ends = session.closes + AFTER_CLOSE
    if not isinstance(clock, RecordedClock):
        ends = min(ends, start + timedelta(seconds=wait_seconds))
    while True:
        progress = engine.step()
        for one in progress.findings:
            found.setdefault((one.code, one.subject, one.message), one)
        if progress.is_done or clock() >= ends:
            break
        clock.sleep(STEP_SECONDS)
    write_back(service)
    return tuple(found.values())


def _rate(loaded: LoadedHousehold, code: str) -> Decimal | None:
    return loaded.snapshot.rates.get(code)


def _open(service: Service) -> tuple[Ticket, ...]:
    store = service.store
    orders = store.orders(service.household, open_only=True)
    return tuple(fold(order, store.records(order.id)) for order in orders)


def _of_cycle(service: Service, cycle_id: str) -> tuple[Ticket, ...]:
    store = service.store
    orders = [one for one in store.orders(service.household) if one.cycle_id == cycle_id]
    return tuple(fold(order, store.records(order.id)) for order in orders)

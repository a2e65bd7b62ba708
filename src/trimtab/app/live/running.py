"""One cycle for real: look, decide, ask people where the mandate wants it, order, book the fills.

Every answer is stored before the cycle goes on, so that a run that was killed is taken up by the
next one where it stopped: nothing is decided twice, and nothing is sent twice.

Errors: those of files, store and brokers; an account that is not proven to agree is left alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from trimtab.app.household import LoadedHousehold, load_folder
from trimtab.app.live.asking import record_words
from trimtab.app.live.books import book_washes, books_of_chain
from trimtab.app.live.chain import begin_chain, check_files, write_back
from trimtab.app.live.cycles import cycle_id_of, cycle_of_today, tickets_of
from trimtab.app.live.following import Following, open_tickets
from trimtab.app.live.high_water import high_water, note_value
from trimtab.app.live.link_settings import BLOCK_KEY, BrokerAccount
from trimtab.app.live.markets import activity_of
from trimtab.app.live.quoting import tradables_of
from trimtab.app.live.replaying import keep_rules
from trimtab.app.live.service import Service
from trimtab.app.live.syncing import AccountSync, sync
from trimtab.app.live.world import FolderWorld, setup_of
from trimtab.books.ledger import Books
from trimtab.books.order_states import Ticket
from trimtab.cycle.blocks import in_blocks
from trimtab.cycle.flow import run_cycle
from trimtab.cycle.orders import OrdersPlanned, Session, orders_of
from trimtab.drivers.live.durable import decision_entry, orders_once, run_durable
from trimtab.model.findings import Finding
from trimtab.model.live import ApprovalRequest, Lease
from trimtab.model.plans import Decision, Verdict
from trimtab.ports import Broker

if TYPE_CHECKING:
    from trimtab.stores.sql.quick_start import BooksAtStart

__all__ = ["Begun", "RunResult", "begin_run", "is_begun", "run_once", "tickets_of", "was_looked_at"]


@dataclass(frozen=True, slots=True)
class Begun:
    """A cycle as far as it comes without waiting: orders are planned, and none has left.

    `start` are the books that it began with; `decision` is none while people are asked, or the
    market is closed.
    """

    looks: tuple[AccountSync, ...]
    loaded: LoadedHousehold
    start: BooksAtStart
    cycle_id: str = ""
    decision: Decision | None = None
    asked: ApprovalRequest | None = None
    planned: OrdersPlanned = field(default_factory=lambda: OrdersPlanned(()))
    opens: datetime | None = None


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run came to; `decision` is none while people are asked, or the market is closed."""

    looks: tuple[AccountSync, ...]
    decision: Decision | None
    asked: ApprovalRequest | None
    tickets: tuple[Ticket, ...]
    findings: tuple[Finding, ...]
    opens: datetime | None = None


def begin_run(service: Service, lease: Lease, brokers: Mapping[str, Broker]) -> Begun:
    """Run the household's cycle of the day to its orders, or take up the one that was begun.

    Refuses: files that are not what the journal says.
    """
    begin_chain(service, lease)
    record_words(service, lease)
    loaded = load_folder(service.loaded.folder, service.loaded.snapshot.as_of)
    start = books_of_chain(service)
    check_files(loaded, start.books)
    washed = book_washes(service, lease, loaded, start)
    if washed is not start:
        start = washed
        write_back(service, start.books)
        loaded = load_folder(service.loaded.folder, service.loaded.snapshot.as_of)
    loaded = _valued(service, lease, loaded, start.books)
    now = service.clock()
    looks = sync(replace(service, loaded=loaded), brokers)
    if service.sessions.current(now) is None:
        return Begun(looks, loaded, start, opens=service.sessions.coming(now).opens)
    cycle_id = cycle_of_today(service, loaded.snapshot.as_of)
    usable = _without_disputed(loaded, looks)
    world = FolderWorld(service, usable, lease)
    setup = setup_of(usable, cycle_id)
    keep_rules(service, setup, lease)
    decision = run_durable(cycle_id, run_cycle(setup), world, service.store, lease, service.clock)
    planned = OrdersPlanned(())
    if decision is not None and decision.verdict is Verdict.TRADE and decision.plan:
        service.store.append([decision_entry(decision)], lease)
        planned = _orders(service, loaded, lease, brokers, decision)
    return Begun(looks, loaded, start, cycle_id, decision, world.asked, planned)


def run_once(service: Service, wait_seconds: float) -> RunResult:
    """Run the household's cycle of the day, and follow its orders.

    Unit: `wait_seconds` for which orders are followed at most.
    Refuses: a household that another process works, files that are not what the journal says.
    """
    with service.lease() as lease, service.brokers() as brokers:
        begun = begin_run(service, lease, brokers)
        following = Following(
            *(service, lease, brokers, begun.loaded, begun.planned, begun.decision, begun.start)
        )
        following.until_done(0.0 if begun.opens else wait_seconds)
        told = (*begun.planned.findings, *following.findings)
        if begun.opens is not None:
            return RunResult(begun.looks, None, None, open_tickets(service), told, begun.opens)
        after = load_folder(service.loaded.folder, service.loaded.snapshot.as_of)
        looks = sync(replace(service, loaded=after), brokers)  # what a killed run left is heard now
        return RunResult(
            looks, begun.decision, begun.asked, tickets_of(service, begun.cycle_id), told
        )


def _valued(
    service: Service, lease: Lease, loaded: LoadedHousehold, books: Books
) -> LoadedHousehold:
    """The household with its highest value, today's among those that it is the highest of."""
    note_value(service, lease, loaded.snapshot, books)
    highest = high_water(service, loaded.snapshot, books)
    return replace(loaded, snapshot=replace(loaded.snapshot, high_water=highest))


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


def is_begun(service: Service) -> bool:
    """Whether the day's cycle was begun and has orders, or waits for people, or was cut short."""
    day = service.loaded.snapshot.as_of
    return bool(service.store.answers(cycle_of_today(service, day)))


def was_looked_at(service: Service) -> bool:
    """Whether a cycle of the day came to nothing already."""
    day = service.loaded.snapshot.as_of
    return cycle_of_today(service, day) != cycle_id_of(service, day, 1)


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
        settings = service.settings.orders
        quoted = tradables_of(service, loaded, brokers, trades, now, activity_of(loaded, trades))
        planned = orders_of(
            decision.cycle_id, trades, settings.rules, session, quoted.tradables, quoted.why_not
        )
        planned = replace(planned, findings=(*planned.findings, *quoted.findings))
        lines = _lines(service, brokers) if settings.blocks else {}
        return in_blocks(planned, lines, quoted.tradables)

    return orders_once(decision.cycle_id, service.store, lease, service.clock, make)


def _lines(service: Service, brokers: Mapping[str, Broker]) -> dict[str, str]:
    """The line to each account whose broker takes blocks: accounts of one line share orders."""
    links = {one.account: one for one in service.settings.accounts}
    return {
        account: f"{links[account].broker} {links[account].connection} {_block(links[account])}"
        for account, broker in brokers.items()
        if broker.capabilities.blocks
    }


def _block(link: BrokerAccount) -> str:
    """The block account of a paper account; accounts of another share no order with it."""
    return str(link.settings.get(BLOCK_KEY, ""))

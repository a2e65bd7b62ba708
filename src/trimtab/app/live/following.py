"""Follow a household's orders: send what is due, hear what became of it, bring the folder along.

Errors: those of store and journal; `LeaseLost` where another process works the household since.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from trimtab.app.household import LoadedHousehold
from trimtab.app.live.books import fill_book, save, wash_terms
from trimtab.app.live.chain import write_back
from trimtab.app.live.clocks import RecordedClock
from trimtab.app.live.last_look import last_look
from trimtab.app.live.marks import put_washed
from trimtab.app.live.service import Service
from trimtab.books.order_states import Ticket, fold
from trimtab.cycle.orders import OrdersPlanned, Session
from trimtab.drivers.live.booking import Currencies
from trimtab.drivers.live.desk import Desk
from trimtab.drivers.live.engine import Engine, Progress, Work
from trimtab.model.findings import Finding
from trimtab.model.live import Lease
from trimtab.model.plans import Decision
from trimtab.ports import Broker, LiveStore

if TYPE_CHECKING:
    from trimtab.stores.sql.quick_start import BooksAtStart

__all__ = ["AFTER_CLOSE", "STEP_SECONDS", "Following", "open_tickets", "tickets_open"]

STEP_SECONDS = 1.0
"""A halt is seen at the next step."""
AFTER_CLOSE = timedelta(seconds=30)
"""So long after the close it is still heard what became of the day's orders."""
AUCTION_OVER = timedelta(minutes=15)
"""A service has the time to hear what the closing auction brought."""


class Following:
    """The orders of a decision, and whatever else stands, on their way to executions."""

    def __init__(
        self,
        service: Service,
        lease: Lease,
        brokers: Mapping[str, Broker],
        loaded: LoadedHousehold,
        planned: OrdersPlanned | None = None,
        decision: Decision | None = None,
        start: BooksAtStart | None = None,
    ) -> None:
        """`start` are books that were read already, of whatever age: what came since is read."""
        self.service, self._start = service, start
        session = service.sessions.standing(service.clock())
        self.ends = session.closes + AFTER_CLOSE
        self._wash_terms = wash_terms(loaded)
        self._found: dict[tuple[str, str, str], Finding] = {}
        orders, currencies = planned or OrdersPlanned(()), _currencies(service, loaded)
        self.engine = Engine(
            service.store,
            lease,
            brokers,
            Work(orders.slices, Session(session.opens, session.closes), orders.blocks),
            service.clock,
            at_sending=last_look(service, loaded, brokers, decision, orders),
            currencies=currencies,
            read_book=lambda: fill_book(service, loaded, currencies, start),
        )

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All that was noticed so far, each once."""
        return tuple(self._found.values())

    @property
    def desks(self) -> Mapping[str, Desk]:
        """What is known of each account."""
        return self.engine.desks

    def step(self) -> Progress:
        """One round for every account."""
        progress = self.engine.step()
        for one in progress.findings:
            self._found.setdefault((one.code, one.subject, one.message), one)
        return progress

    def until_done(self, wait_seconds: float) -> None:
        """Go on until nothing is left to send or hear, or the time is over.

        A recorded day is followed to its end: waiting costs nothing there.
        """
        clock = self.service.clock
        ends = self.ends
        if not isinstance(clock, RecordedClock):
            ends = min(ends, clock() + timedelta(seconds=wait_seconds))
        while not self.step().is_done and clock() < ends:
            clock.sleep(STEP_SECONDS)
        self.end()

    def end(self) -> None:
        """Bring the folder to where the books are, and save books that took long to read."""
        service, engine = self.service, self.engine
        books = engine.book.ledger.books()
        write_back(service, books)
        put_washed(service, self._wash_terms, engine.book.is_washed)
        if self._start is not None and save(service, engine.lease, self._start, books):
            write_back(service)  # the entry that vouches for them

    def is_over(self, now: datetime) -> bool:
        """Whether the session that the orders stood for is over, its closing auction included."""
        return now >= self.ends + AUCTION_OVER


def open_tickets(service: Service) -> tuple[Ticket, ...]:
    """The household's orders that are not closed."""
    return tickets_open(service.store, service.household)


def tickets_open(store: LiveStore, household: str) -> tuple[Ticket, ...]:
    """A household's orders in a store that are not closed."""
    orders = store.orders(household, open_only=True)
    return tuple(fold(order, store.records(order.id)) for order in orders)


def _currencies(service: Service, loaded: LoadedHousehold) -> Currencies:
    snapshot = loaded.snapshot

    def rate(code: str, _: object) -> Decimal | None:
        return snapshot.rates.get(code)

    return Currencies(
        base=snapshot.household.base_currency,
        of={name: one.currency for name, one in snapshot.instruments.items()},
        rate=rate,
        day=service.sessions.day_of,
    )

"""A small paper market: two instruments, ticks written by hand, and a clock that is set."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from trimtab.brokers.paper.book import (
    PaperBook,
    PaperEvent,
    PaperOrder,
    PaperPosition,
    PaperRequest,
)
from trimtab.brokers.paper.book_file import BookFile
from trimtab.brokers.paper.broker import PaperBroker
from trimtab.brokers.paper.checks import Refusal, Rules
from trimtab.brokers.paper.desk import PaperDesk
from trimtab.brokers.paper.engine import PaperEngine
from trimtab.brokers.paper.opening import listed, open_book
from trimtab.brokers.paper.sessions import nyse_sessions
from trimtab.brokers.paper.tape import RecordedTape, Tick
from trimtab.brokers.paper.terms import PaperTerms
from trimtab.model.corporate_actions import CorporateAction
from trimtab.model.instruments import Instrument
from trimtab.model.orders import TimeInForce
from trimtab.model.snapshots import Side

SESSIONS = nyse_sessions()
MONDAY = date(2024, 3, 4)
PLAIN = PaperTerms()


def at(day: int, hour: int = 10, minute: int = 0, second: int = 0) -> datetime:
    """A moment of March 2024 by New York's clock, before the clocks change on the 10th: UTC − 5."""
    return datetime(2024, 3, day, hour, minute, second, tzinfo=UTC) + timedelta(hours=5)


def tick(
    moment: datetime, bid: str, ask: str, volume: str | None = None, name: str = "VTI"
) -> Tick:
    middle = (Decimal(bid) + Decimal(ask)) / 2
    units = None if volume is None else Decimal(volume)
    return Tick(name, moment, Decimal(bid), Decimal(ask), middle, units)


def request(
    name: str,
    side: str,
    quantity: str = "",
    *,
    notional: str = "",
    limit: str = "",
    lasts: TimeInForce = TimeInForce.DAY,
    instrument: str = "VTI",
) -> PaperRequest:
    amounts = (Decimal(one) if one else None for one in (quantity, notional, limit))
    return PaperRequest(name, instrument, Side(side), *amounts, time_in_force=lasts)


EARLY = at(4, 8)


@dataclass
class Market:
    """One account of a paper market; its calls say what became of an order in a few words."""

    ticks: Iterable[Tick] = ()
    cash: str = "100000"
    held: dict[str, str] = field(default_factory=dict)
    terms: PaperTerms = PLAIN
    opened: datetime = EARLY
    actions: tuple[CorporateAction, ...] = ()
    fractional: bool = True

    def __post_init__(self) -> None:
        before = [tick(at(1, 16), "99.90", "100.10", name=name) for name in ("VTI", "BND")]
        self.tape = RecordedTape([*before, *self.ticks], self.actions)
        names = {name: Instrument(name) for name in ("VTI", "BND", "OLD", "NEW")}
        listing = listed(names, fractional=self.fractional, untradable=["OLD"])
        self.rules = Rules(self.terms, SESSIONS, listing)
        self.clock = self.opened
        self.engine = PaperEngine(self.new_book(), self.rules, self.tape)

    def new_book(self) -> PaperBook:
        held = (
            PaperPosition(name, Decimal(units), Decimal(units) * 80)
            for name, units in self.held.items()
        )
        cash = Decimal(self.cash)
        return open_book("taxable", self.opened, SESSIONS, self.tape, cash, held)

    @property
    def book(self) -> PaperBook:
        return self.engine.book

    def send(self, moment: datetime, asked: PaperRequest) -> PaperOrder | Refusal:
        return self.engine.submit(asked, moment)

    def taken(self, moment: datetime, asked: PaperRequest) -> PaperOrder:
        order = self.send(moment, asked)
        assert isinstance(order, PaperOrder), order
        return order

    def now(self, order: PaperOrder, moment: datetime) -> PaperOrder:
        self.engine.advance(moment)
        return self.book.orders[order.id]

    def said(self) -> list[str]:
        return [told(one) for one in self.book.events]

    def broker(self, file: Path | None = None) -> PaperBroker:
        """A broker over this market whose clock is `self.clock`, on disk where a path is given."""

        def clock() -> datetime:
            return self.clock

        def sleep(seconds: float) -> None:
            self.clock += timedelta(seconds=seconds)

        if file is None:
            desk = PaperDesk(self.engine, clock)
        else:
            kept = BookFile(file) if file.exists() else BookFile(file, self.new_book())
            desk = PaperDesk.on_disk(kept, self.rules, self.tape, clock)
        return PaperBroker("taxable", desk, sleep)


def told(event: PaperEvent) -> str:
    """An event in a few words: `fill 10 at 100.10`."""
    if event.execution is None:
        return event.kind.value
    fill = event.execution.fill
    return f"{event.kind.value} {fill.quantity} at {fill.price}"

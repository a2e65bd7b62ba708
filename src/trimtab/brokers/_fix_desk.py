"""Between a FIX session's thread and whoever asks: write down, understand, hand over.

A report is on disk before the session counts it as taken, a request before it leaves.  Where the
disk takes nothing more, no request leaves, and reports go on being told.

Errors: none of its own; what goes wrong is told as a `Notice`, or keeps a request from leaving.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from threading import Condition

from trimtab.brokers._fix_book import Answer, Book
from trimtab.brokers._fix_journal import FixJournal, Line
from trimtab.brokers._fix_wire import Malformed, Message, Tag
from trimtab.brokers._fix_words import Kind
from trimtab.model.brokers import BrokerEvent, Link, Notice

__all__ = ["AccountWord", "Desk"]

KEPT_ANSWERS = frozenset({Kind.REPORT, Kind.CANCEL_REJECT, Kind.BUSINESS_REJECT, Kind.REJECT})
KEPT_REQUESTS = frozenset({Kind.ORDER, Kind.REPLACE, Kind.CANCEL})
ACCOUNT_NAME, LEVERAGE, USABLE_MARGIN, EQUITY, AMOUNT = 7004, 7005, 7006, 7007, 7008
"""Dukascopy's own fields."""


@dataclass(slots=True)
class AccountWord:
    """What a broker said of the account, in a dialect that does.

    Unit: `usable` and `equity` in `currency`; `positions` in units by symbol; `count` how often the
    account was told, `positions_at` when a position was told last.
    """

    count: int = 0
    currency: str = ""
    usable: Decimal | None = None
    equity: Decimal | None = None
    leverage: Decimal | None = None
    positions: dict[str, Decimal] = field(default_factory=dict)
    positions_at: datetime | None = None


class Desk:
    """One session's state and what is waiting to be told; a `Hearer`."""

    def __init__(
        self, book: Book, journal: FixJournal, clock: Callable[[], datetime], *, always_gap: bool
    ) -> None:
        self.book, self.account = book, AccountWord()
        self._journal, self._clock, self._always_gap = journal, clock, always_gap
        self._changed = Condition()
        self._events: deque[BrokerEvent] = deque()
        self.is_up = False
        self.was_up = False
        self.why = ""
        self.disk = ""
        self.broker_clock: datetime | None = None

    def load(self) -> None:
        """Take in what the journal holds from earlier runs."""
        with self._changed:
            for line in self._journal.lines(self._clock()):
                if line.is_ours:
                    self.book.sent(line.message)
                else:
                    self.book.heard(line.message, line.at)
            self.book.answers.clear()

    def on_up(self) -> None:
        """Logged on: with numbers that start again, what was missed never comes."""
        with self._changed:
            self.is_up = self.was_up = True
            why = "the session's numbers start again" if self._always_gap else ""
            self._tell(Link(True, self._always_gap, self._clock(), why))

    def on_down(self, why: str) -> None:
        """Logged out, or cut; what was asked and not answered is unknown now."""
        with self._changed:
            self.is_up, self.why = False, why
            self._tell(Link(False, True, self._clock(), why))

    def on_gap(self, why: str) -> None:
        """Something may never come."""
        with self._changed:
            self._tell(Link(True, True, self._clock(), why))

    def on_sending(self, message: Message) -> bool:
        """Write a request down; what cannot be written does not leave."""
        with self._changed:
            if message.kind in KEPT_REQUESTS:
                if message.get(Tag.POSS_DUP) == "Y":
                    return False  # late, at another price: whoever sent it asks for it
                try:
                    self._journal.add(Line(self._clock(), True, message))
                except OSError as error:
                    self.disk = f"the session's journal cannot be written ({error.strerror})"
                    return False
            self.book.sent(message)
            return True

    def on_message(self, message: Message) -> None:
        """Write a word of the broker down, and take it in."""
        now = self._clock()
        with self._changed:
            try:
                self.broker_clock = message.time(Tag.SENDING_TIME)
                if message.kind in (Kind.ACCOUNT, Kind.POSITION):
                    self._account(message, now)
                elif message.kind in KEPT_ANSWERS:
                    self._keep(message, now)
                self._tell(*self.book.heard(message, now))
            except Malformed as error:
                self._tell(Notice("unreadable", f"a message of type {message.kind}: {error}", now))

    def wait(self, ready: Callable[[], bool], seconds: float) -> bool:
        """Wait until something holds, the session ends, or the time is over."""
        with self._changed:
            self._changed.wait_for(lambda: ready() or not self.is_up, seconds)
            return ready()

    def wait_up(self, seconds: float) -> bool:
        """Wait for the session to be logged on, or refused."""
        with self._changed:
            self._changed.wait_for(lambda: self.is_up or bool(self.why), seconds)
            return self.is_up

    def forget(self, key: str) -> None:
        """Drop an earlier answer to what is about to be asked again."""
        with self._changed:
            self.book.answers.pop(key, None)

    def answer(self, key: str, seconds: float) -> Answer | None:
        """The answer to a request; none where none came."""
        self.wait(lambda: key in self.book.answers, seconds)
        with self._changed:
            return self.book.answers.get(key)

    def take(self, seconds: float) -> Sequence[BrokerEvent]:
        """What was heard since the last call; waits for a first event."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._events), seconds)
            taken = tuple(self._events)
            self._events.clear()
            return taken

    def _tell(self, *events: BrokerEvent) -> None:
        self._events.extend(events)
        self._changed.notify_all()

    def _keep(self, message: Message, now: datetime) -> None:
        try:
            self._journal.add(Line(now, False, message))
        except OSError as error:
            self.disk = f"the session's journal cannot be written ({error.strerror})"
            self._tell(Notice("disk", self.disk, now), Link(True, True, now, self.disk))

    def _account(self, message: Message, now: datetime) -> None:
        said = self.account
        if message.kind == Kind.POSITION:
            said.positions[message.need(Tag.SYMBOL)] = message.amount(AMOUNT)
            said.positions_at = now
            return
        said.currency = message.need(Tag.CURRENCY)
        said.usable, said.equity = message.amount(USABLE_MARGIN), message.amount(EQUITY)
        said.leverage = message.amount(LEVERAGE) if message.get(LEVERAGE) else None
        said.count += 1

"""What happens in simulated accounts without an order of ours, and the person who books it.

Splits with cash for fractions, dividends, trades by hand at the broker: nobody tells the engine,
the account alone shows them.  The person reads the broker's statement from its beginning and books
a line once every execution before it is in the books, as an import of that statement would.

Errors: none; whether everything is booked is asked with `unbooked`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random

from trimtab.books import entries as plain
from trimtab.books.ledger import Books, apply, replay
from trimtab.books.lot_entries import sell, split
from trimtab.books.relief import choose_lots
from trimtab.drivers.live.booking import BUSTS, EXECUTION
from trimtab.drivers.live.desk import Pace
from trimtab.model.entries import Entry
from trimtab.model.live import Lease
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO, cents
from trimtab.model.orders import Fill
from trimtab.model.snapshots import Side
from trimtab.ports import LiveStore
from trimtab.testing.account_events import pay, trade_by_hand
from trimtab.testing.account_events import split as split_units
from trimtab.testing.exact_account import ExactAccount
from trimtab.testing.faulty_broker import FaultyBroker

__all__ = ["Custody", "Line", "opening"]

RATIOS = ((2, 1), (3, 1), (3, 2), (1, 10), (1, 2))
PRICE_PLACES = Decimal("0.0001")
DIVIDEND_CENTS_MAX = 250
GAIN, LOSS = Decimal("0.9"), Decimal("1.2")
"""What lots cost when the books began, as a share of the price."""
NOTICED_POLLS = 3
"""After so many polls of an account nobody may trade on what it was before."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a broker's statement, of one account, or a split of several at once.

    Unit: `paid` the dividend, or the price of a whole unit after a split; `fractions` the units, by
    account, that were paid for in cash.
    """

    at: datetime
    instrument: str
    accounts: tuple[str, ...]
    paid: Decimal = ZERO
    fill: Fill | None = None
    ratio: tuple[int, int] | None = None
    fractions: Mapping[str, Decimal] = field(default_factory=dict)


class Custody:
    """The events of a household's accounts, and what of them the books know."""

    def __init__(self, accounts: Mapping[str, ExactAccount], chance: Random) -> None:
        self.accounts, self.chance = accounts, chance
        self.lines: list[Line] = []
        self._known: list[datetime] = []

    @property
    def unbooked(self) -> int:
        """How many lines no book has yet."""
        return len(self.lines) - len(self._known)

    def can_book(self, store: LiveStore, household: str) -> bool:
        """Whether the next line can be booked: every execution before it is in the books."""
        return self.unbooked > 0 and not self._waits(store, household)

    def pay_dividend(self, at: datetime) -> bool:
        """A dividend in one account, if it holds anything."""
        account = self.chance.choice(list(self.accounts.values()))
        held = [name for name in sorted(account.prices) if account.units[name]]
        if not held:
            return False
        name = self.chance.choice(held)
        paid = account.units[name] * self.chance.randint(1, DIVIDEND_CENTS_MAX) / 100
        pay(account, name, paid)
        self.lines.append(Line(at, name, (account.name,), paid))
        return True

    def trade_by_hand(self, at: datetime) -> bool:
        """Somebody trades in one account, past everything."""
        account = self.chance.choice(list(self.accounts.values()))
        fill = trade_by_hand(account, at)
        if fill is not None:
            self.lines.append(Line(at, fill.instrument, (account.name,), fill=fill))
        return fill is not None

    def split(self, at: datetime) -> bool:
        """A split, in every account at once, of something held that has none waiting.

        Two that nobody has booked could undo each other, and then there is nothing to notice.
        """
        first = next(iter(self.accounts.values()))
        waiting = {line.instrument for line in self.lines[len(self._known) :] if line.ratio}
        names = {name for one in self.accounts.values() for name in one.prices if one.units[name]}
        held = sorted(names - waiting)
        if not held:
            return False
        name, (new, old) = self.chance.choice(held), self.chance.choice(RATIOS)
        price = (first.prices[name] * old / new).quantize(PRICE_PLACES)
        holders = tuple(one.name for one in self.accounts.values() if one.units[name])
        fractions = {
            account.name: fraction
            for account in self.accounts.values()
            if (fraction := split_units(account, name, new, old, price, at))
        }
        self.lines.append(Line(at, name, holders, price, ratio=(new, old), fractions=fractions))
        return True

    def book(self, store: LiveStore, lease: Lease, at: datetime) -> None:
        """Book the statement as far as nothing before it is missing."""
        while self.can_book(store, lease.household):
            line = self.lines[len(self._known)]
            books, _ = replay(store.entries(lease.household))
            store.append(list(self._entries(line, books)), lease)
            self._known.append(at)

    def sent_unknowing(self, brokers: Iterable[FaultyBroker], pace: Pace) -> Iterator[str]:
        """Orders that left though the account had shown something else than the books for long."""
        notices = timedelta(seconds=NOTICED_POLLS * pace.poll)
        for number, line in enumerate(self.lines):
            until = self._known[number] if number < len(self._known) else None
            for broker in brokers:
                if broker.account not in line.accounts:
                    continue
                for sent in broker.sendings:
                    if line.at + notices < sent.at and (until is None or sent.at < until):
                        late = (sent.at - line.at).total_seconds()
                        what = f"{line.instrument} changed in {broker.account}"
                        yield f"order {sent.order_id} left {late:.0f} s after {what} unbooked"

    def _waits(self, store: LiveStore, household: str) -> bool:
        """Whether an execution before the next line is not in the books yet."""
        line = self.lines[len(self._known)]
        booked = set()
        for entry in store.entries(household):
            account = entry.details.get("account", "")
            booked |= {(account, entry.details.get(key, "")) for key in (EXECUTION, BUSTS)}
        return any(
            (account.name, fill.execution_id) not in booked
            for account in self.accounts.values()
            for fill in account.fills()
            if fill.order_id and fill.at <= line.at
        )

    def _entries(self, line: Line, books: Books) -> Iterator[Entry]:
        on, name = line.at.date(), f"statement {len(self._known)}"
        if line.fill is not None:
            yield _traded(name, on, line.fill, books)
        elif line.ratio is None:
            yield plain.dividend(name, on, line.accounts[0], "USD", line.paid, line.instrument)
        elif held := _lots_in(line, books):
            made = split(name, on, replace(books, lots=held), line.instrument, *line.ratio)
            yield made
            after = apply(books, made)
            for account, fraction in line.fractions.items():
                lots = choose_lots(after.lots_of(line.instrument, account), fraction)
                cash = cents(fraction * line.paid)
                yield sell(f"{name} {account}", on, after, lots, cash)


def _lots_in(line: Line, books: Books) -> dict[str, Lot]:
    """The lots that a split concerns: an account that held none may have bought since."""
    held = books.lots_of(line.instrument)
    return {lot.id: lot for lot in held if lot.account in line.accounts}


def _traded(name: str, on: date, fill: Fill, books: Books) -> Entry:
    amount = cents(fill.quantity * fill.price)
    if fill.side is Side.SELL:
        lots = choose_lots(books.lots_of(fill.instrument, fill.account), fill.quantity)
        return sell(name, on, books, lots, amount - fill.fee)
    paid = amount + fill.fee
    lot = Lot(name, fill.account, fill.instrument, fill.quantity, paid, on)
    return plain.buy(name, on, lot, paid)


def opening(
    account: str,
    begins: date,
    cash: Decimal,
    units: Mapping[str, Decimal],
    prices: Mapping[str, Decimal],
) -> Iterator[Entry]:
    """Cash, and two lots of each instrument: one at a gain, one at a loss."""
    day = begins - timedelta(days=500)
    yield plain.opening_cash(f"open {account} cash", day, account, "USD", cash)
    for name, held in units.items():
        first = held // 3
        for number, (quantity, share) in enumerate(((first, GAIN), (held - first, LOSS))):
            if quantity:
                basis = cents(quantity * prices[name] * share)
                lot = Lot(f"{account}/{name}/{number}", account, name, quantity, basis, day)
                yield plain.opening_lot(f"open {lot.id}", day, lot)

"""What must hold of a live household after whatever happened to it.

Each invariant is one function that tells what breaks it; `broken` asks them all.  They look at the
store and at the exact accounts alone, never at an engine's own memory.

Errors: none; a breach is a sentence.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from trimtab.books.chain import verify
from trimtab.books.ledger import Books, Ledger, replay
from trimtab.books.order_states import fold
from trimtab.books.wash_booking import due_matches
from trimtab.books.wash_journal import WashJournal
from trimtab.books.wash_records import TAKES_BACK
from trimtab.cycle.orders import OrdersPlanned, order_id
from trimtab.model.entries import Entry, EntryKind
from trimtab.model.errors import InvariantError
from trimtab.model.money import ZERO, total
from trimtab.model.orders import Sent
from trimtab.stores._memory_live import MemoryStore
from trimtab.testing.faulty_broker import FaultyBroker
from trimtab.testing.simulated_orders import WASH_TERMS

__all__ = ["broken"]


def broken(
    store: MemoryStore,
    household: str,
    brokers: Collection[FaultyBroker],
    planned: Mapping[str, OrdersPlanned],
) -> tuple[str, ...]:
    """Everything that does not hold; `planned` are the orders of each cycle."""
    books, errors = replay(store.entries(household))
    found = [f"the journal does not replay: {error}" for error in errors]
    found += [f"chain: {one}" for one in verify([*store.lines(household)], store.head(household))]
    for broker in brokers:
        found += _exact(broker)
        found += _once(broker, planned)
        found += _recorded_first(broker, store)
        found += _books_equal(broker, books)
        found += _settled(broker, store)
    found += _explained(store, household)
    found += _washed(tuple(store.entries(household)), books)
    return tuple(found)


def _exact(broker: FaultyBroker) -> Iterator[str]:
    """The account itself lost nothing."""
    try:
        broker.exact.check()
    except InvariantError as error:
        yield f"the account is not exact: {error}"


def _once(broker: FaultyBroker, planned: Mapping[str, OrdersPlanned]) -> Iterator[str]:
    """No id stands for two orders, none is unknown to the plan, no trade fills beyond itself."""
    parts = {one.order.id: one.order for plan in planned.values() for one in plan.slices}
    filled: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for standing in broker.exact.orders:
        order = standing.order
        if order.id != order_id(order.cycle_id, order.trade, order.part):
            yield f"order {order.id} of {order.trade} has another id than its own"
        filled[order.cycle_id, order.trade] += standing.filled
    for name, count in Counter(one.order.id for one in broker.exact.orders).items():
        if count > 1:
            yield f"order {name} was sent twice: the exchange has {count} of it"
    for (cycle_id, trade), quantity in filled.items():
        wanted = total(
            one.quantity or ZERO
            for one in parts.values()
            if (one.cycle_id, one.trade) == (cycle_id, trade)
        )
        if quantity > wanted:
            yield f"trade {trade} of {cycle_id} filled {quantity} of {wanted}"


def _recorded_first(broker: FaultyBroker, store: MemoryStore) -> Iterator[str]:
    """Every sending was recorded before it left, and so was the intent."""
    sent = Counter(one.order_id for one in broker.sendings)
    for name, count in sent.items():
        recorded = sum(isinstance(one, Sent) for one in store.records(name))
        if recorded < count:
            yield f"order {name} left {count} times, and {recorded} sendings are recorded"


def _books_equal(broker: FaultyBroker, books: Books) -> Iterator[str]:
    """Units to the last one, money to the cent."""
    exact = broker.exact
    for name, theirs in exact.units.items():
        ours = books.units(name, exact.name)
        if ours != theirs:
            yield f"{exact.name}: the books hold {ours} {name}, the broker {theirs}"
    cash = books.cash.get((exact.name, "USD"), ZERO)
    if cash != exact.cash:
        yield f"{exact.name}: the books come to {cash}, the broker to {exact.cash}"


def _settled(broker: FaultyBroker, store: MemoryStore) -> Iterator[str]:
    """Every order ended, and filled in the records what it filled at the exchange."""
    for standing in broker.exact.orders:
        order = standing.order
        if standing.stands:
            yield f"order {order.id} still stands at the exchange"
        ticket = fold(order, store.records(order.id))
        if not ticket.state.is_closed:
            yield f"order {order.id} is {ticket.state} in the records"
        if ticket.filled != standing.filled:
            yield f"order {order.id}: {ticket.filled} recorded of {standing.filled} executed"


def _explained(store: MemoryStore, household: str) -> Iterator[str]:
    """Every order's cycle has a decision in the journal, and its trade is one of the decision's."""
    decided = {
        entry.details["cycle"]: set(entry.details["trades"].split())
        for entry in store.entries(household)
        if entry.kind is EntryKind.DECISION and "trades" in entry.details
    }
    for order in store.orders(household):
        if order.trade not in decided.get(order.cycle_id, ()):
            yield f"order {order.id} of {order.cycle_id} has no decision"


def _washed(entries: Sequence[Entry], books: Books) -> Iterator[str]:
    """Every wash sale is booked, none twice, and none of what was taken back.

    Of a lot whose sales were all taken back no gain is left, and no day's sales of a lot have more
    of a loss disallowed than they made.
    """
    journal = WashJournal()
    for entry in entries:
        journal.take(entry, books.base_currency)
    last = max(entry.on for entry in entries)
    for due in due_matches(journal, Ledger(books), WASH_TERMS, last):
        yield f"the loss of {due.loss.lot} on {due.loss.on} is replaced, and nothing is booked"
    gains: dict[str, Decimal] = defaultdict(Decimal)
    by_day: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
    losing: set[tuple[str, date]] = set()
    for one in books.realized:
        gains[one.lot] += one.gain or ZERO
        by_day[one.lot, one.on] += one.gain or ZERO
        if one.kind is EntryKind.WASH_SALE and (one.gain or ZERO) > ZERO:
            losing.add((one.lot, one.on))
    yield from (
        f"of the loss on {lot} on {on}, {by_day[lot, on]} too much is disallowed"
        for lot, on in losing
        if by_day[lot, on] > _mixed(books, lot, on)
    )
    sold = {name for entry in _standing(entries) for name in _lots_sold(entry)}
    given = {name for entry in entries if _gives_back(entry) for name in _lots_sold(entry)}
    yield from (
        f"{amount} of gain is left on {lot}, whose sales were all taken back"
        for lot, amount in gains.items()
        if amount and lot not in sold | given
    )


def _mixed(books: Books, lot: str, on: date) -> Decimal:
    """What sales of a lot on a day gained that were no losses."""
    sales = (one for one in books.realized if (one.lot, one.on) == (lot, on))
    return total(one.gain for one in sales if one.gain and one.gain > 0 and one.kind in _SALES)


_SALES = (EntryKind.SELL, EntryKind.CORRECTION)


def _standing(entries: Sequence[Entry]) -> Iterator[Entry]:
    """Sales that were not taken back."""
    mirrored = {entry.details.get(TAKES_BACK) for entry in entries}
    for entry in entries:
        if entry.kind is EntryKind.SELL and entry.id not in mirrored:
            yield entry


def _gives_back(entry: Entry) -> bool:
    """Whether units left in the place of a purchase that was taken back."""
    return entry.kind is EntryKind.CORRECTION and TAKES_BACK not in entry.details


def _lots_sold(entry: Entry) -> set[str]:
    return {leg.lot for leg in entry.postings if leg.lot is not None}

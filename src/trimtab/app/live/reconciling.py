"""`trimtab reconcile`: every broker held against the books, to the last unit, with nothing changed.

The books are the journal's: the store's chain where it has one, else the folder's, else what the
files open with.  A state is read before executions are asked for, so that the two must agree unless
an execution was not booked yet, which is said.  What could not be read whole proves nothing.

Errors: those of store and journal; a broker that cannot be asked is its account's problem.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from trimtab.app.journal_folder import FolderJournal, base_currency_of, opening_entries
from trimtab.app.live.service import Service
from trimtab.app.live.syncing import AccountSync, notes_of
from trimtab.books.ledger import Books, replay
from trimtab.cycle.blocks import BLOCK
from trimtab.drivers.live.booking import EXECUTION
from trimtab.drivers.live.reconcile import reconcile
from trimtab.model.brokers import BrokerError
from trimtab.model.entries import Entry
from trimtab.model.errors import InputError
from trimtab.model.live import OrdersAsked
from trimtab.ports import Broker

__all__ = ["Reconciled", "reconcile_household"]

LOOK_BACK = timedelta(days=2)
"""Executions are asked for so far back at least; further where an order is open for longer."""
NOT_WHOLE = "the broker's answer is not whole: what is absent from it is not flat"


@dataclass(frozen=True, slots=True)
class Reconciled:
    """Every linked account against the books; `books` says which books they were."""

    books: str
    entries: int
    accounts: tuple[AccountSync, ...]
    not_linked: tuple[str, ...]

    @property
    def agrees(self) -> bool:
        """Whether every linked account is proven to agree."""
        return all(one.agrees for one in self.accounts)


def reconcile_household(service: Service, brokers: Mapping[str, Broker]) -> Reconciled:
    """Hold every linked account against the books.

    Refuses: a journal that does not replay.
    """
    name, entries = _entries(service)
    books, errors = replay(entries, base_currency_of(entries))
    if errors:
        raise errors[0]
    booked = {
        (one.details["account"], one.details[EXECUTION])
        for one in entries
        if EXECUTION in one.details
    }
    kinds = {link.account: link.broker for link in service.settings.accounts}
    found = tuple(
        _account(service, account, kinds[account], broker, books, booked)
        for account, broker in brokers.items()
    )
    free = (one.id for one in service.loaded.household.accounts if one.id not in kinds)
    return Reconciled(name, len(entries), found, tuple(free))


def _entries(service: Service) -> tuple[str, Sequence[Entry]]:
    """The fullest books that there are."""
    kept = tuple(service.store.entries(service.household))
    if kept:
        return "the store's journal", kept
    journal = FolderJournal(service.loaded.folder)
    if journal.exists and (entries := journal.entries()):
        return "the folder's journal", entries
    return "the folder's lots, which no journal opens with yet", opening_entries(
        service.loaded.snapshot
    )


def _account(
    service: Service,
    account: str,
    kind: str,
    broker: Broker,
    books: Books,
    booked: set[tuple[str, str]],
) -> AccountSync:
    since = service.clock() - LOOK_BACK
    try:
        state = replace(broker.open(), account=account)
        fills = broker.fills(since)
    except (BrokerError, InputError) as error:
        return AccountSync(account, kind, problem=str(error))
    told = tuple({one.order_id for one in fills if one.order_id})
    known = service.store.some_orders(service.household, OrdersAsked(told)) if told else ()
    # What a block filled is booked as the shares of its accounts, by ids of their own.
    ours = {one.id for one in known if one.account == account and one.trade != BLOCK}
    notes = notes_of(service, state)
    missing = [
        one
        for one in fills
        if one.order_id in ours and (account, one.execution_id) not in booked and not one.busts
    ]
    if not state.is_complete:
        return AccountSync(account, kind, state, (), NOT_WHOLE, notes)
    if missing:
        count = len(missing)
        words = "executions of our orders are" if count > 1 else "execution of an order of ours is"
        problem = f"{count} {words} not booked yet: `trimtab run --once` hears them"
        return AccountSync(account, kind, state, (), problem, notes)
    on = service.sessions.day_of(service.clock())
    return AccountSync(account, kind, state, reconcile(books, state, on), "", notes)

"""`trimtab sync`: what brokers show, held against the household's lots, account by account.

What could not be read whole proves nothing: the account is shown as not compared, never as flat.

Errors: none for a broker that cannot be asked; its account says why.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from trimtab.app.journal_folder import opening_entries
from trimtab.app.live.service import Service
from trimtab.books.ledger import Books, replay
from trimtab.drivers.live.reconcile import reconcile
from trimtab.model.breaks import Break
from trimtab.model.brokers import BrokerError, BrokerState
from trimtab.model.errors import InputError
from trimtab.model.snapshots import Snapshot
from trimtab.ports import Broker

__all__ = ["CLOCK_APART_MAX", "AccountSync", "books_of", "notes_of", "sync", "sync_account"]

CLOCK_APART_MAX = timedelta(seconds=60)
"""A broker's clock further from ours than this is told of: times in orders would not be true."""


@dataclass(frozen=True, slots=True)
class AccountSync:
    """One account after a look at its broker.

    `problem` says why it could not be compared, empty where it was; `breaks` where the two
    disagree; `notes` what deserves a look all the same.
    """

    account: str
    broker: str
    state: BrokerState | None = None
    breaks: tuple[Break, ...] = ()
    problem: str = ""
    notes: tuple[str, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether broker and household are proven to hold the same."""
        return not self.problem and not self.breaks


def books_of(snapshot: Snapshot) -> Books:
    """The books that a household's files come to.

    Refuses: lots that no books could hold.
    """
    books, errors = replay(opening_entries(snapshot), snapshot.household.base_currency)
    if errors:
        raise errors[0]
    return books


def sync(service: Service, brokers: Mapping[str, Broker]) -> tuple[AccountSync, ...]:
    """A look at every linked account."""
    books = books_of(service.loaded.snapshot)
    kinds = {link.account: link.broker for link in service.settings.accounts}
    return tuple(
        sync_account(service, name, kinds[name], broker, books) for name, broker in brokers.items()
    )


def sync_account(
    service: Service, account: str, kind: str, broker: Broker, books: Books
) -> AccountSync:
    """A look at one account: its broker asked, and held against the books."""
    try:
        state = replace(broker.open(), account=account)
    except (BrokerError, InputError) as error:
        return AccountSync(account, kind, problem=str(error))
    notes = notes_of(service, state)
    if not state.is_complete:
        problem = "the broker's answer is not whole: what is absent from it is not flat"
        return AccountSync(account, kind, state, (), problem, notes)
    on = service.sessions.day_of(service.clock())
    return AccountSync(account, kind, state, reconcile(books, state, on), "", notes)


def notes_of(service: Service, state: BrokerState) -> tuple[str, ...]:
    """What deserves a look in an account although it says nothing about units and cash."""
    notes = list(state.notes)
    if state.trading_blocked:
        notes.append("the broker lets nothing be traded in it")
    if state.broker_clock is not None and abs(state.broker_clock - state.at) > CLOCK_APART_MAX:
        apart = (state.broker_clock - state.at).total_seconds()
        notes.append(f"the broker's clock is {apart:+,.0f} s off ours: set this machine's clock")
    known = service.loaded.snapshot.instruments
    strange = sorted({one.instrument for one in state.positions} - known.keys())
    if strange:
        notes.append(f"not in the mandate: {', '.join(strange)}")
    return tuple(notes)

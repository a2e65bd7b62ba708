"""Reads what happened in a period from a household's store and journal, and changes nothing there.

Errors: `InputError` for a store or a journal that cannot be read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from trimtab.app.household import LoadedHousehold
from trimtab.app.journal_folder import FolderJournal
from trimtab.app.kept_cycles import decided_again
from trimtab.app.live.asking import OVERRIDE, as_it_stands
from trimtab.app.live.replaying import first_look, kept_cycle_of
from trimtab.app.live.service import Service
from trimtab.app.period_report.facts import (
    AskedTrade,
    Beginning,
    Booked,
    Decided,
    Happened,
    Overridden,
    Question,
    WorkedOrder,
)
from trimtab.app.period_report.period import Period
from trimtab.app.report.words import quantity
from trimtab.books.ledger import Realized
from trimtab.books.order_states import Ticket, fold
from trimtab.drivers.live.sending import account_subject
from trimtab.model.edits import Edits
from trimtab.model.entries import Entry, EntryKind
from trimtab.model.errors import InputError
from trimtab.model.lots import Term
from trimtab.model.mandate import Mandate
from trimtab.model.money import ZERO
from trimtab.model.snapshots import Snapshot

__all__ = ["booked_in", "happened_at"]

CYCLES_MOST = 5_000
"""So many decisions are looked back over, the latest: twenty years of sessions."""
MONEY = (
    EntryKind.DEPOSIT,
    EntryKind.WITHDRAWAL,
    EntryKind.DIVIDEND,
    EntryKind.INTEREST,
    EntryKind.FEE,
)
Why = tuple[str, str]
"""A trade's clause and reason."""


def happened_at(service: Service, period: Period) -> Happened:
    """What the store and the folder's journal tell of a period."""
    questions = _questions(service, period)
    decisions = _decisions(service, period)
    tickets = _tickets(service)
    orders = _orders(service, period, tickets, questions)
    loaded = service.loaded
    return Happened(
        period,
        True,
        questions,
        tuple(one for one in decisions if period.holds(one.on)),
        orders,
        tuple(one for one in tickets if not one.state.is_closed),
        tuple(one for one in service.store.halts() if _concerns(one.subject, service)),
        _beginning(service, period, decisions),
        booked_in(loaded, period),
        _overrides(service, period),
    )


def _concerns(subject: str, service: Service) -> bool:
    """Whether a halt stops the household or an account of it."""
    home = service.household
    accounts = [one.id for one in service.loaded.household.accounts]
    own = (account_subject(home, account) for account in accounts)
    return subject in {"*", home, *accounts, *own}


def _questions(service: Service, period: Period) -> tuple[Question, ...]:
    """Questions asked in the period, and those that wait still."""
    found = []
    for asked in service.store.requests(service.household):
        on = service.sessions.day_of(asked.asked_at)
        if asked.id.startswith(OVERRIDE):
            continue
        now = as_it_stands(service, asked)
        if period.holds(on) or Question(now, on, "", (), ()).is_open:
            words = service.store.approvals(asked.id)
            seen = json.loads(asked.seen)
            trades = tuple(_asked_trade(one) for one in seen["trades"])
            sentence, edited = str(seen["sentence"]), _edited(seen.get("edited"))
            found.append(Question(now, on, sentence, trades, words, edited))
    return tuple(found)


def _edited(told: Mapping[str, object] | None) -> str:
    """Who made a question of another one, in words."""
    if told is None:
        return ""
    note = f", and noted: {told['note']}" if told.get("note") else ""
    return f"{told['person']} edited the plan of question {told['replaces']}{note}."


def _overrides(service: Service, period: Period) -> tuple[Overridden, ...]:
    """Rules of sending that people let pass."""
    found = []
    for one in service.store.requests(service.household):
        is_of_period = period.holds(service.sessions.day_of(one.asked_at))
        if one.id.startswith(OVERRIDE) and is_of_period:
            people = ", ".join(word.person for word in service.store.approvals(one.id))
            sentence = str(json.loads(one.seen)["sentence"])
            found.append(Overridden(one.asked_at, people, sentence))
    return tuple(found)


def _asked_trade(told: Mapping[str, object]) -> AskedTrade:
    units = quantity(Decimal(str(told["quantity"])))
    return AskedTrade(
        str(told["id"]),
        str(told["account"]),
        f"{told['side']} {units} {told['instrument']}",
        Decimal(str(told["amount"])),
        Decimal(str(told["tax"])),
        Decimal(str(told["cost"])),
        str(told["clause"]),
        str(told["reason"]),
    )


def _decisions(service: Service, period: Period) -> tuple[Decided, ...]:
    """Every decision up to the period's end, the oldest first; what nobody decided yet is none."""
    from trimtab.stores.sql.cycles import cycles_begun  # a household without a store has no SQL

    found = []
    for cycle in reversed(cycles_begun(service.store, service.household, CYCLES_MOST)):
        on = _day_of(service, cycle.cycle_id)
        if on is not None and on <= period.until and cycle.authorised is not None:
            told = json.loads(cycle.authorised)
            found.append(Decided(on, cycle.cycle_id, str(told["verdict"]), str(told["sentence"])))
    return tuple(found)


def _tickets(service: Service) -> tuple[Ticket, ...]:
    store = service.store
    return tuple(fold(one, store.records(one.id)) for one in store.orders(service.household))


def _orders(
    service: Service, period: Period, tickets: Sequence[Ticket], questions: Sequence[Question]
) -> tuple[WorkedOrder, ...]:
    known: dict[str, dict[str, Why]] = {}
    for asked in questions:
        whys = {one.id: (one.clause, one.reason) for one in asked.trades}
        known.setdefault(asked.request.cycle_id, {}).update(whys)
    found = []
    for ticket in tickets:
        order = ticket.order
        on = _day_of(service, order.cycle_id)
        if on is None or not period.holds(on):
            continue
        if order.cycle_id not in known:
            known[order.cycle_id] = _whys(service, order.cycle_id)
        clause, reason = known[order.cycle_id].get(order.trade, ("", ""))
        found.append(WorkedOrder(on, ticket, clause, reason))
    return tuple(found)


def _day_of(service: Service, cycle_id: str) -> date | None:
    """The day of a cycle, which its id tells; none for an order that no cycle made."""
    head, _, _number = cycle_id.rpartition(" ")
    name, _, day = head.rpartition(" ")
    try:
        return date.fromisoformat(day) if name == service.household else None
    except ValueError:
        return None


def _whys(service: Service, cycle_id: str) -> dict[str, Why]:
    """Clauses and reasons of a cycle that nobody was asked about, from what was kept of it."""
    try:
        cycle = kept_cycle_of(service.store, cycle_id, service.loaded.folder)
        plan = decided_again(cycle, Edits()).plan
    except InputError:  # an older version ran it, and kept less
        return {}
    trades = () if plan is None else plan.trades
    return {one.id: (one.clause, one.reason) for one in trades}


def _beginning(service: Service, period: Period, decisions: Sequence[Decided]) -> Beginning | None:
    """The last look before the period, else the first one in it that is not its last day."""
    before = [one for one in decisions if one.on < period.since]
    within = [one for one in decisions if period.since <= one.on < period.until]
    for one in (*before[-1:], *within[:1]):
        snapshot = first_look(service.store, one.cycle)
        if snapshot is not None:
            weights = _weights(snapshot, service.loaded.mandate)
            return Beginning(one.on, snapshot.value, weights)
    return None


def _weights(snapshot: Snapshot, mandate: Mandate) -> dict[str, Decimal]:
    """What was held of each of today's targets, as fractions of everything."""
    value = snapshot.value
    found = {target.name: ZERO for target in mandate.targets}
    for lot in snapshot.lots:
        target = mandate.target_of(lot.instrument)
        if target is not None and value:
            found[target.name] += snapshot.lot_value(lot) / value
    return found


def booked_in(loaded: LoadedHousehold, period: Period) -> Booked | None:
    """What the folder's journal booked in a period; none where there is no journal.

    Refuses: a journal that cannot be read.
    """
    journal = FolderJournal(loaded.folder)
    if not journal.exists:
        return None
    accounts = loaded.household.accounts
    taxable = {one.id for one in accounts if one.wrapper.is_taxable}
    books, _ = journal.books(period.until)
    base = loaded.household.base_currency
    entries = [one for one in journal.entries() if period.holds(one.on) and one.kind in MONEY]
    places = {one.id for one in accounts}
    return Booked(_gains(books.realized, taxable, period), _moved(entries, places, base))


def _gains(
    realized: Sequence[Realized], taxable: set[str], period: Period
) -> dict[Term | None, Decimal]:
    found: dict[Term | None, Decimal] = {}
    for one in realized:
        if one.account in taxable and period.holds(one.on) and one.gain is not None:
            found[one.term] = found.get(one.term, ZERO) + one.gain
    return found


def _moved(entries: Sequence[Entry], places: set[str], currency: str) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for entry in entries:
        amount = sum(
            (
                leg.amount
                for leg in entry.postings
                if leg.place in places and leg.commodity == currency
            ),
            ZERO,
        )
        if amount:
            found[entry.kind.value] = found.get(entry.kind.value, ZERO) + amount
    return found

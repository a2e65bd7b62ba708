"""Dividends and splits as journal entries: what is due, what was booked, what needs a person.

Whoever held the instrument on the eve of an ex-date has part in it: dividends go to each account by
the units it held then, splits over every lot it held then.  Entries have ids made from what they
book, so a second run adds nothing; and what a broker's own transaction booked is left alone.

Errors: none of its own; entries that the books refuse come back as left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from trimtab.app.events_booked import booked_events, booked_until, is_near
from trimtab.books.entries import dividend
from trimtab.books.ledger import Books, apply
from trimtab.books.lot_entries import split
from trimtab.model.corporate_actions import ActionKind, CorporateAction
from trimtab.model.entries import Entry
from trimtab.model.errors import InputErrors
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO, cents, total

__all__ = ["PREFIX", "DueEvent", "Events", "LeftEvent", "due_events"]

SESSIONS_AROUND = 5
"""How far from the ex-date a broker's booking of any amount is taken for the same event."""
SESSIONS_OWN = 2
"""The same for what an earlier run booked: another feed may be a day off, and some funds pay every
week."""
SESSIONS_TO_PAYMENT = 30
"""How long after the ex-date a dividend may be paid: the same amount is then the same event."""
PREFIX = "event"
"""How ids begin of entries that are made here."""
IsSession = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class DueEvent:
    """An entry that is to be booked, for one account's dividend or for one split.

    Unit: `units` held on the eve of the ex-date.
    """

    entry: Entry
    action: CorporateAction
    accounts: tuple[str, ...]
    units: Decimal


@dataclass(frozen=True, slots=True)
class LeftEvent:
    """An action that is not booked, and why; `entry` is the id of the one that booked it."""

    action: CorporateAction
    account: str
    reason: str
    entry: str = ""

    @property
    def is_own(self) -> bool:
        """Whether an earlier run booked it."""
        return self.entry.startswith(f"{PREFIX} ")


@dataclass(frozen=True, slots=True)
class Events:
    """What is to be booked, in order, and what is left."""

    due: tuple[DueEvent, ...]
    left: tuple[LeftEvent, ...]


def due_events(
    entries: Sequence[Entry],
    actions: Iterable[CorporateAction],
    base_currency: str,
    is_session: IsSession,
    since: date | None = None,
) -> Events:
    """What a journal lacks of these actions: after the day that each account is booked to, or from
    `since` on where it is given.

    Refuses: nothing; what cannot be booked is among `left`, with its reason.
    """
    until = booked_until(entries) if since is None else {}
    work = _Events(entries, base_currency, is_session, until)
    for action in sorted(actions, key=lambda one: (one.on, one.kind, one.instrument)):
        work.take(action)
    return Events(tuple(work.due), tuple(work.left))


class _Events:
    """Books of the eve and of today beside each other, while actions are taken in order."""

    def __init__(
        self,
        entries: Sequence[Entry],
        base: str,
        is_session: IsSession,
        until: Mapping[tuple[str, ActionKind], date],
    ) -> None:
        self.until = until
        self.by_day, self.reached = sorted(entries, key=lambda entry: entry.on), 0
        self.similar, self.is_session = booked_events(entries), is_session
        self.eve, self.today = Books(base), _applied(Books(base), self.by_day)
        self.ids = {entry.id: entry for entry in entries}
        self.taken: set[tuple[str, str]] = set()
        self.due: list[DueEvent] = []
        self.left: list[LeftEvent] = []

    def take(self, action: CorporateAction) -> None:
        """Book one action, or leave it with a reason."""
        start = self.reached
        while self.reached < len(self.by_day) and self.by_day[self.reached].on < action.on:
            self.reached += 1
        self.eve = _applied(self.eve, self.by_day[start : self.reached])
        lots = tuple(
            lot
            for lot in self.eve.lots_of(action.instrument)
            if self.until.get((lot.account, action.kind), date.min) < action.on
        )
        by_account = {account: total(lot.quantity for lot in lots if lot.account == account)
                      for account in sorted({lot.account for lot in lots})}  # fmt: skip
        if action.kind is ActionKind.SPLIT:
            self._split(action, lots)
            return
        for account, units in by_account.items():
            self._dividend(action, account, units)

    def _dividend(self, action: CorporateAction, account: str, units: Decimal) -> None:
        amount = cents(units * (action.amount or ZERO))
        name = f"{PREFIX} dividend {action.instrument} {action.on} {account} {action.amount:f}"
        booked = self._booked(action, account, amount, name)
        if booked is not None:
            self.left.append(LeftEvent(action, account, _booked_words(booked), booked.id))
        elif amount <= ZERO:
            self.left.append(LeftEvent(action, account, "it comes to less than a cent"))
        else:
            entry = dividend(name, action.on, account, action.currency, amount, action.instrument)
            facts = {"units": f"{units:f}", "per_unit": f"{action.amount:f}"}
            self._add(entry, action, (account,), units, facts)

    def _split(self, action: CorporateAction, lots: tuple[Lot, ...]) -> None:
        """A split over the lots of the eve, account by account where some are booked already."""
        open_lots: dict[str, Lot] = {}
        for account in sorted({lot.account for lot in lots}):
            own = [lot for lot in lots if lot.account == account]
            booked = self._booked(action, account, ZERO, "")
            if booked is not None:
                self.left.append(LeftEvent(action, account, _booked_words(booked), booked.id))
                continue
            moved = [lot.id for lot in own if not self._is_as_on_the_eve(lot)]
            if moved:
                reason = (
                    f"{', '.join(moved)} changed after it in entries booked already, which may "
                    "count in new units; book it by hand if they do not"
                )
                self.left.append(LeftEvent(action, account, reason))
                continue
            open_lots |= {lot.id: lot for lot in own}
        if not open_lots or action.ratio is None:
            return
        accounts = tuple(sorted({lot.account for lot in open_lots.values()}))
        name = f"{PREFIX} split {action.instrument} {action.on} {' '.join(accounts)}"
        ratio = action.ratio.numerator, action.ratio.denominator
        part = replace(self.eve, lots=open_lots)
        entry = split(name, action.on, part, action.instrument, *ratio)
        legs = tuple(replace(leg, amount=_plain(leg.amount)) for leg in entry.postings)
        entry = replace(entry, postings=legs)
        units = total(lot.quantity for lot in open_lots.values())
        self._add(entry, action, accounts, units, {})

    def _is_as_on_the_eve(self, lot: Lot) -> bool:
        """Whether no entry booked since has touched a lot."""
        now = self.today.lots.get(lot.id)
        return now is not None and (now.account, now.quantity) == (lot.account, lot.quantity)

    def _add(
        self,
        entry: Entry,
        action: CorporateAction,
        accounts: tuple[str, ...],
        units: Decimal,
        facts: dict[str, str],
    ) -> None:
        told = {**entry.details, **facts, "ex_date": action.on.isoformat(), "source": action.source}
        entry = replace(entry, details=told)
        self.eve = apply(self.eve, entry)
        self.today = apply(self.today, entry)
        self.due.append(DueEvent(entry, action, accounts, units))

    def _booked(
        self, action: CorporateAction, account: str, amount: Decimal, name: str
    ) -> Entry | None:
        """The entry that has booked an action for an account; each serves one action."""
        if name in self.ids:
            self.taken.add((name, account))
            return self.ids[name]
        found: list[tuple[bool, int, Entry]] = []
        for entry in self.similar.get((action.kind, action.instrument, account), ()):
            if (entry.id, account) in self.taken:
                continue
            away = self._sessions(action.on, entry.on)
            around = SESSIONS_OWN if entry.id.startswith(f"{PREFIX} ") else SESSIONS_AROUND
            late = SESSIONS_AROUND < away <= SESSIONS_TO_PAYMENT and action.amount is not None
            if abs(away) <= around or (late and is_near(entry, amount)):
                found.append((away < 0, abs(away), entry))
        if not found:
            return None
        nearest = min(found, key=lambda one: one[:2])[2]
        self.taken.add((nearest.id, account))
        return nearest

    def _sessions(self, since: date, until: date) -> int:
        """Sessions from one day to another, negative backwards; far away is far enough."""
        if abs((until - since).days) > 3 * SESSIONS_TO_PAYMENT:
            return 3 * SESSIONS_TO_PAYMENT
        first, last = sorted((since, until))
        days = (date.fromordinal(at) for at in range(first.toordinal() + 1, last.toordinal() + 1))
        count = sum(self.is_session(day) for day in days)
        return count if since <= until else -count


def _applied(books: Books, entries: Sequence[Entry]) -> Books:
    """The books after entries, as replay has them: what is refused is left out."""
    if not entries:
        return books
    try:
        return apply(books, *entries)
    except InputErrors:
        for entry in entries:
            try:
                books = apply(books, entry)
            except InputErrors:
                continue
        return books


def _plain(units: Decimal) -> Decimal:
    """Units without zeros at their end, as a person would write them."""
    whole = units.to_integral_value()
    return whole if units == whole else units.normalize()


def _booked_words(entry: Entry) -> str:
    return f"booked already on {entry.on} as {entry.id!r}"

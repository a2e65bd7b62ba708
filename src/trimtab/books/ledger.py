"""The books: open lots, cash and realised gains, computed from journal entries and nothing else.

An entry's postings sum to zero in every commodity, so what leaves one place arrives in another.
A posting to an account without a lot is cash; one that names a lot is units of it, or, in the base
currency, a part of its basis.  Places outside the accounts are `market`, `equity`, `income`,
`expense` and `gains`, where a gain stands as a negative amount (it came from there).

`replay` computes the books from entries; `apply` adds one.  Errors: an entry that does not balance,
takes more than there is, or contradicts the books is refused with `InputError`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from trimtab.books._lot_changes import changed_lots
from trimtab.books.free_names import free_name
from trimtab.model.entries import Entry, EntryKind, balance_of
from trimtab.model.errors import InputError, InputErrors, must
from trimtab.model.lots import Lot, Term, is_long_term
from trimtab.model.money import DECIMAL_DIGITS_MAX, ZERO, total
from trimtab.model.taxes import RealizedGains

__all__ = [
    "OUTSIDE_PLACES",
    "Books",
    "Ledger",
    "Outside",
    "Realized",
    "apply",
    "replay",
]


class Outside(StrEnum):
    """Places that are no account: where value comes from and goes to."""

    MARKET = "market"
    EQUITY = "equity"
    INCOME = "income"
    EXPENSE = "expense"
    GAINS = "gains"


OUTSIDE_PLACES: frozenset[str] = frozenset(place.value for place in Outside)


@dataclass(frozen=True, slots=True)
class Realized:
    """A gain or loss that an entry realised, or took back.

    Unit: base currency, signed; unknown where the basis is.  `on` is the day that counts for tax:
    a wash sale adjusts the year of the loss sale.
    """

    entry: str
    kind: EntryKind
    lot: str
    account: str
    on: date
    gain: Decimal | None
    term: Term | None


@dataclass(frozen=True, slots=True)
class Books:
    """What the entries so far come to.

    Unit: `cash` by account and currency; `outside` by place and commodity; bases and gains in
    `base_currency`.
    """

    base_currency: str = "USD"
    lots: Mapping[str, Lot] = field(default_factory=dict)
    cash: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    outside: Mapping[tuple[str, str], Decimal] = field(default_factory=dict)
    realized: tuple[Realized, ...] = ()
    entries: frozenset[str] = frozenset()

    def units(self, instrument: str, account: str | None = None) -> Decimal:
        """Units held of an instrument, in one account or all."""
        return total(
            lot.quantity
            for lot in self.lots.values()
            if lot.instrument == instrument and account in (None, lot.account)
        )

    def lots_of(self, instrument: str, account: str | None = None) -> tuple[Lot, ...]:
        """Open lots of an instrument, in one account or all, in order of their ids."""
        return tuple(
            lot
            for _, lot in sorted(self.lots.items())
            if lot.instrument == instrument and account in (None, lot.account)
        )

    def lot(self, lot_id: str) -> Lot:
        """An open lot.

        Refuses: a lot that is not open.
        """
        if lot_id not in self.lots:
            raise InputError(f"lot {lot_id!r}", "the books hold no such open lot")
        return self.lots[lot_id]

    def gains(self, year: int, accounts: Collection[str] | None = None) -> RealizedGains:
        """Net gains of a tax year by term, in some accounts (name the taxable ones) or all.

        Gains on lots without a known basis are in neither sum.
        """
        sums: dict[Term | None, Decimal] = defaultdict(Decimal)
        for realized in self.realized:
            counted = accounts is None or realized.account in accounts
            if counted and realized.on.year == year and realized.gain is not None:
                sums[realized.term] += realized.gain
        return RealizedGains(short=sums[Term.SHORT], long=sums[Term.LONG])


def replay(
    entries: Iterable[Entry], base_currency: str = "USD"
) -> tuple[Books, tuple[InputError, ...]]:
    """The books that the entries come to, and an error for every entry that was refused."""
    working, errors = Ledger(Books(base_currency)), []
    for entry in entries:
        try:
            working.apply(entry)
        except InputError as error:
            errors.append(error)
    return working.books(), tuple(errors)


def apply(books: Books, *entries: Entry) -> Books:
    """The books after these entries.

    Refuses: all of them, if any is refused, with `InputErrors`.
    """
    working, errors = Ledger(books), []
    for entry in entries:
        try:
            working.apply(entry)
        except InputError as error:
            errors.append(error)
    if errors:
        raise InputErrors(errors)
    return working.books()


class Ledger:
    """Books under change, for those who book many entries; each is taken whole or not at all."""

    def __init__(self, books: Books) -> None:
        self.base_currency = books.base_currency
        self.lots = dict(books.lots)
        self.cash = defaultdict(Decimal, books.cash)
        self.outside = defaultdict(Decimal, books.outside)
        self.realized = list(books.realized)
        self.entries = set(books.entries)
        self.places: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
        for lot in books.lots.values():
            self.places[lot.account, lot.instrument][lot.id] = None

    def lots_of(self, instrument: str, account: str) -> tuple[Lot, ...]:
        """Open lots of an instrument in an account, in the order in which they came."""
        return tuple(self.lots[name] for name in self.places.get((account, instrument), ()))

    def free_lot_id(self, wanted: str) -> str:
        """A lot id that no open lot has: the one wanted, or with a number behind it."""
        return free_name(wanted, self.lots)

    def view(self) -> Books:
        """The books as they stand, without a copy: it changes with the ledger."""
        return Books(self.base_currency, self.lots, self.cash, self.outside)

    def books(self) -> Books:
        """The books as they stand, without places that hold nothing."""
        return Books(
            self.base_currency,
            dict(self.lots),
            {place: amount for place, amount in self.cash.items() if amount},
            {place: amount for place, amount in self.outside.items() if amount},
            tuple(self.realized),
            frozenset(self.entries),
        )

    def apply_if_sound(self, entry: Entry) -> bool:
        """Take an entry unless it is refused; whether it was taken."""
        try:
            self.apply(entry)
        except InputError:
            return False
        return True

    def apply(self, entry: Entry) -> None:
        """Check an entry against the books, then take it."""
        self._check(entry)
        changed = changed_lots(entry, self.lots, OUTSIDE_PLACES, self.base_currency)
        realized = self._realized(entry)  # by the lots as they were
        for lot_id, lot in changed.items():
            before = self.lots.pop(lot_id, None) if lot is None else self.lots.get(lot_id)
            if before is not None:
                self.places[before.account, before.instrument].pop(lot_id, None)
            if lot is not None:
                self.lots[lot_id] = lot
                self.places[lot.account, lot.instrument][lot_id] = None
        self._move(entry)
        self.realized += realized

    def open_lot(self, entry: Entry, lot: Lot) -> None:
        """Take the entry that opens this lot: as `apply`, which would make the lot of it again."""
        self._check(entry)
        must(lot.id not in self.lots, "a lot is opened once")
        self.lots[lot.id] = lot
        self.places[lot.account, lot.instrument][lot.id] = None
        self._move(entry)

    def _move(self, entry: Entry) -> None:
        """Cash and what places outside gave or took."""
        for posting in entry.postings:
            if posting.place in OUTSIDE_PLACES:
                self.outside[posting.place, posting.commodity] += posting.amount
            elif posting.lot is None:
                self.cash[posting.place, posting.commodity] += posting.amount
        self.entries.add(entry.id)

    def _check(self, entry: Entry) -> None:
        subject = f"entry {entry.id!r}"
        if entry.id in self.entries:
            raise InputError(subject, "it is in the books already", remedy="record it once")
        for posting in entry.postings:
            if not posting.amount.is_finite():
                raise InputError(subject, f"{posting.amount} {posting.commodity} is no amount")
            is_short = len(str(posting.amount)) <= DECIMAL_DIGITS_MAX  # cheap, and nearly always
            if not is_short and len(posting.amount.as_tuple().digits) > DECIMAL_DIGITS_MAX:
                raise InputError(
                    subject,
                    f"{posting.amount} {posting.commodity} is too fine",
                    f"the limit is {DECIMAL_DIGITS_MAX} digits",
                    "round the quantity to what the broker keeps",
                )
        for commodity, amount in sorted(balance_of(entry).items()):
            raise InputError(
                subject,
                f"its postings leave {amount} {commodity} over",
                "they must sum to zero in every commodity",
                "add the posting that is missing",
            )

    def _realized(self, entry: Entry) -> list[Realized]:
        """Gains by lot: what the entry takes from the place of that name, sign reversed."""
        realized = []
        known: set[str] = set()
        for posting in entry.postings:
            if posting.place == Outside.GAINS and posting.lot is not None:
                known.add(posting.lot)
                realized.append(self._gain(entry, posting.lot, -posting.amount))
        if entry.kind is EntryKind.SELL:
            sold = {posting.lot for posting in entry.postings if posting.lot in self.lots}
            for lot_id in sorted(name for name in sold if name and name not in known):
                lot = self.lots[lot_id]
                term, blank = lot.term(entry.on), None if lot.basis is None else ZERO
                where = (entry.id, entry.kind, lot_id, lot.account, entry.on)
                realized.append(Realized(*where, blank, term))
        return realized

    def _gain(self, entry: Entry, lot_id: str, gain: Decimal) -> Realized:
        lot = self.lots.get(lot_id)
        if entry.kind is EntryKind.WASH_SALE or lot is None:
            return self._adjustment(entry, lot_id, gain)
        term = lot.term(entry.on)
        if gain < 0 and lot.loss_basis is not None and lot.acquired is not None:
            # A loss on a gift counts from the gift: no day of the donor is carried over.
            term = Term.LONG if is_long_term(lot.acquired, entry.on) else Term.SHORT
        return Realized(entry.id, entry.kind, lot_id, lot.account, entry.on, gain, term)

    def _adjustment(self, entry: Entry, lot_id: str, gain: Decimal) -> Realized:
        """A change to the gain of an earlier sale: it takes that sale's day, account and term."""
        which = "sold" if entry.details.get("loss") == lot_id else "replacement_sold"
        day = entry.details.get(which)
        for sale in reversed(self.realized):
            is_sale = sale.lot == lot_id and sale.kind is EntryKind.SELL
            if is_sale and day in (None, sale.on.isoformat()):
                return replace(sale, entry=entry.id, kind=entry.kind, gain=gain)
        raise InputError(
            f"entry {entry.id!r}",
            f"it adjusts a sale of lot {lot_id!r}, and the books have none",
            remedy="record the sale first",
        )

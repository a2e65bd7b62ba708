"""Every lot with what it is worth, its gain, and how far it is from long-term.

Nothing is decided here: values are the snapshot's, terms the law's.

Errors: none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trimtab.model.accounts import Account
from trimtab.model.lots import Lot, Term, long_term_from
from trimtab.model.money import cents
from trimtab.model.snapshots import Snapshot

__all__ = ["LotStanding", "lot_standings"]


@dataclass(frozen=True, slots=True)
class LotStanding:
    """One lot as it stands.

    Unit: `value` and `gain` base currency, to the cent; `gain` is unknown where the basis is.
    `long_term_from` and `days_left` are set for a short-term lot of a taxable account alone: in a
    shelter, and after its anniversary, a lot's age changes nothing.
    """

    lot: Lot
    account: Account
    value: Decimal
    gain: Decimal | None
    term: Term | None
    long_term_from: date | None
    days_left: int | None

    @property
    def is_taxable(self) -> bool:
        """Whether selling it is taxed."""
        return self.account.wrapper.is_taxable

    @property
    def gain_fraction(self) -> Decimal | None:
        """The gain as a fraction of the basis; none without a basis above zero."""
        basis = self.lot.basis
        return None if self.gain is None or not basis else self.gain / basis

    @property
    def age_words(self) -> str:
        """Its age in tax terms, in a word or two."""
        if not self.is_taxable:
            return "in a shelter"
        if self.lot.inherited:
            return "long-term (inherited)"
        if self.term is None:
            return "day unknown"
        return "long-term" if self.term is Term.LONG else "short-term"


def lot_standings(snapshot: Snapshot) -> tuple[LotStanding, ...]:
    """Every lot: those that turn long-term soonest first, then by account, instrument and age."""
    found = [_standing(snapshot, lot) for lot in snapshot.lots]
    places = {account.id: place for place, account in enumerate(snapshot.household.accounts)}

    def order(one: LotStanding) -> tuple[bool, int, int, str, date, str]:
        days = one.days_left
        return (
            days is None,
            days or 0,
            places[one.lot.account],
            one.lot.instrument,
            one.lot.acquired or date.min,
            one.lot.id,
        )

    return tuple(sorted(found, key=order))


def _standing(snapshot: Snapshot, lot: Lot) -> LotStanding:
    account = snapshot.household.account(lot.account)
    value, term = cents(snapshot.lot_value(lot)), lot.term(snapshot.as_of)
    ages = account.wrapper.is_taxable and term is Term.SHORT
    first = long_term_from(lot.starts) if ages and lot.starts is not None else None
    return LotStanding(
        lot,
        account,
        value,
        None if lot.basis is None else value - cents(lot.basis),
        term,
        first,
        None if first is None else (first - snapshot.as_of).days,
    )

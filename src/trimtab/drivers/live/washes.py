"""Wash sales of live fills: booked once nothing is on its way, taken back where a fill is.

What is due follows from the journal alone, and a match that is booked is not found again: a process
that dies in between leaves the rest to the next one, which books the same entries.

Errors: `InputError` for a match that cannot be taken back; its bust is then not booked either.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from trimtab.books.ledger import Ledger
from trimtab.books.wash_booking import due_matches, taken_back
from trimtab.books.wash_journal import WashJournal
from trimtab.books.wash_records import Booked, DueMatch, WashTerms
from trimtab.model.entries import Entry, EntryKind
from trimtab.model.lots import Lot

__all__ = ["Washes"]


class Washes:
    """What of the books is a wash sale, under one household's terms."""

    def __init__(self, terms: WashTerms, base: str, entries: Iterable[Entry]) -> None:
        """`entries` are the latest of the journal, in its order."""
        self.terms, self.base, self.journal = terms, base, WashJournal()
        self._looked: tuple[int, date] | None = None
        for entry in entries:
            self.take(entry, None)

    def copy(self) -> Washes:
        """A copy that goes its own way."""
        made = Washes(self.terms, self.base, ())
        made.journal = self.journal.copy()
        return made

    def take(self, entry: Entry, lots: Mapping[str, Lot] | None) -> None:
        """Take an entry; `lots` are those before it."""
        self.journal.take(entry, self.base, lots)

    def due(self, ledger: Ledger, on: date) -> tuple[DueMatch, ...]:
        """The matches to book now; none where every one is booked.

        To be asked again once they are, because a match can make another sale a loss.
        """
        state = len(ledger.entries), on
        if self._looked == state:
            return ()
        found = due_matches(self.journal, ledger, self.terms, on)
        if not found:
            self._looked = state
        return found

    def undone(self, originals: Sequence[Entry], ledger: Ledger, on: date) -> list[Entry]:
        """What takes back every match that rests on these entries, which are about to be undone.

        Each is taken back after those that rest on it; `ledger` and this object go along.
        Refuses: one whose loss cannot be followed.
        """
        made: list[Entry] = []
        for one in sorted(self._resting_on(originals), key=lambda one: -one.sequence):
            for entry in taken_back(one, ledger, on):
                self.take(entry, ledger.lots)
                ledger.apply(entry)
                made.append(entry)
        return made

    def _resting_on(self, originals: Sequence[Entry]) -> list[Booked]:
        found: dict[str, Booked] = {}
        for entry in originals:
            lots = {leg.lot for leg in entry.postings if leg.lot is not None}
            test = self._of_purchase if entry.kind is not EntryKind.SELL else self._of_sale
            found |= {one.entry: one for one in test(entry, lots)}
        while True:  # ends because each round finds one more of those that are booked
            onward = {one.lot for one in found.values()} | {
                one.borne[0].lot for one in found.values() if one.borne is not None
            }
            more = [
                one
                for one in self.journal.booked.values()
                if one.loss.lot in onward - {""} and one.entry not in found
            ]
            if not more:
                return list(found.values())
            found |= {one.entry: one for one in more}

    def _of_sale(self, entry: Entry, lots: Collection[str]) -> list[Booked]:
        """Its losses, the losses that it bears, and what was made of the rest of its lots since."""
        sequence = self.journal.sequence_of.get(entry.id, 0)
        return [
            one
            for one in self.journal.booked.values()
            if (one.loss.lot in lots and one.loss.on == entry.on)
            or (one.borne and one.borne[0].lot in lots and one.borne[0].on == entry.on)
            or (one.sequence > sequence and (one.lot in lots or one.part_of in lots))
        ]

    def _of_purchase(self, entry: Entry, lots: Collection[str]) -> list[Booked]:
        """Whatever its units replaced."""
        family, size = set(lots), 0
        while len(family) > size:
            size = len(family)
            family |= {one.lot for one in self.journal.booked.values() if one.part_of in family}
        return [
            one
            for one in self.journal.booked.values()
            if one.lot in family or (one.borne and one.borne[0].lot in family)
        ]

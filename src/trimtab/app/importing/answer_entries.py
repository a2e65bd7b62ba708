"""What a person answers to a break, as entries of the journal.

An answer is one entry that names the break and says what was answered, and those that it makes: a
correction, a lot opened with what was missing, a transfer linked, a split confirmed.  That the
broker's lots count is told by the answer alone: the import opens them in the place of ours.

Errors: `InputError` for an answer that does not fit the break, or lots that are not there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from trimtab.app.importing.answers import FITTING, LOT_FACTS, Answer, Side
from trimtab.books.corrections import cash_correction, lots_set_aside
from trimtab.books.entries import decision, opening_lot
from trimtab.books.free_names import free_name
from trimtab.books.ledger import Books, Ledger
from trimtab.books.lot_entries import split, symbol_change, transfer_lot
from trimtab.books.sold_lots import oldest_units
from trimtab.model.breaks import ANSWERED, TAKEN, Break, BreakKind
from trimtab.model.entries import Entry
from trimtab.model.errors import InputError
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO, cents, exact, total

__all__ = ["answer_entries"]

UNKNOWN = "–"
_RENAMED = (BreakKind.QUANTITY, BreakKind.EXCHANGE)
_RECORDS = (BreakKind.QUANTITY, BreakKind.LOTS, BreakKind.CASH)


@dataclass(frozen=True, slots=True)
class _Case:
    """A break, what is answered, the books as they stand, and the other breaks that are open."""

    one: Break
    answer: Answer
    ledger: Ledger
    on: date
    others: Sequence[Break]

    @property
    def lots(self) -> tuple[Lot, ...]:
        return self.ledger.lots_of(self.one.instrument, self.one.account)

    @property
    def unfitting(self) -> InputError:
        fact = "the answer does not settle it"
        return InputError(f"break {self.one.id}", fact, "", f"give {FITTING[self.one.kind]}")

    def take(self, entry: Entry) -> Entry:
        """Book an entry, so that the next one sees what it left."""
        self.ledger.apply(entry)
        return entry


def answer_entries(
    one: Break, answer: Answer, ledger: Ledger, on: date, others: Iterable[Break] = ()
) -> list[Entry]:
    """The entries that an answer makes; they are booked onto the ledger.

    `on` is the day of the answer; what a list or a row shows was so on its own day.  `others` are
    breaks that are open beside it: a linked transfer answers its other side too.
    Refuses: an answer that does not fit the break.
    """
    told = one.facts.get("as_of", one.facts.get("on", on.isoformat()))
    case = _Case(one, answer, ledger, date.fromisoformat(told), tuple(others))
    entries = list(_entries_of(case))
    row = one.facts.get("row", "")
    is_left_out = answer.accept or one.kind is not BreakKind.HISTORY
    if row and is_left_out and row not in ledger.entries:
        entries.append(case.take(decision(row, on, {"left out": one.message})))
    return [*entries, case.take(_noted(one, answer, ledger, on))]


def _noted(one: Break, answer: Answer, ledger: Ledger, on: date) -> Entry:
    """The entry that says what was answered."""
    facts = {ANSWERED: one.id, "kind": one.kind.value, "about": one.message}
    facts |= {"answer": answer.words} | ({"note": answer.note} if answer.note else {})
    if answer.take is not None:
        facts[TAKEN] = answer.take.value
    return decision(free_name(f"answer to {one.id}", ledger.entries), on, facts)


def _entries_of(case: _Case) -> Iterable[Entry]:
    """What the answer makes, beside the note of it."""
    one, answer = case.one, case.answer
    if answer.became:
        if one.kind not in _RENAMED:
            raise case.unfitting
        return _became(case)
    if answer.accept or (answer.take is Side.JOURNAL and one.kind in _RECORDS):
        return ()
    make = _MADE_BY.get(one.kind)
    if make is None:
        raise case.unfitting
    return make(case)


def _take(case: _Case) -> Iterable[Entry]:
    """The broker's positions count: what they show more or less of comes or leaves.

    By how much is told by the day of the list; what happened since stays.
    """
    one, side = case.one, case.answer.take
    wanted = one.facts.get(side.value, UNKNOWN) if side is not None else UNKNOWN
    if wanted == UNKNOWN:
        raise case.unfitting
    if side is Side.LOTS:
        return []
    change = max(exact(wanted, "positions"), ZERO) - exact(one.facts["journal"], "journal")
    if change > 0:
        return [case.take(_lot_found(case, change, f"{one.id}: units found"))]
    return _reduced(case, -change) if change < 0 else []


def _lots(case: _Case) -> Iterable[Entry]:
    """The broker's lots count: the import opens them."""
    if case.answer.take is not Side.LOTS:
        raise case.unfitting
    return ()


def _lot_found(case: _Case, units: Decimal, entry_id: str) -> Entry:
    """A lot of which nothing is known but what the answer tells."""
    one, answer = case.one, case.answer
    wanted = f"{one.account}/{one.instrument}/{answer.acquired or 'unknown'}"
    lot = Lot(
        id=case.ledger.free_lot_id(wanted),
        account=one.account,
        instrument=one.instrument,
        quantity=units,
        basis=answer.basis,
        acquired=answer.acquired,
    )
    return opening_lot(entry_id, case.on, lot, case.ledger.base_currency)


def _reduced(case: _Case, units: Decimal) -> Iterable[Entry]:
    """Units that leave, the oldest first; what remains of a lot keeps its share of the basis."""
    one, ledger = case.one, case.ledger
    old = [lot for lot in case.lots if lot.acquired is None or lot.acquired <= case.on]
    for part in oldest_units(old, units):
        lot = ledger.lots[part.lot]
        why = "the broker's list counts"
        aside = f"{one.id}: {lot.id} leaves"
        yield case.take(lots_set_aside(aside, case.on, ledger.view(), [lot.id], why))
        rest = lot.quantity - part.quantity
        if rest:
            basis = None if lot.basis is None else cents(lot.basis * rest / lot.quantity)
            kept = replace(lot, quantity=rest, basis=basis)
            entry_id = f"{one.id}: {lot.id} stays"
            yield case.take(opening_lot(entry_id, case.on, kept, ledger.base_currency))


def _cash(case: _Case) -> Iterable[Entry]:
    one = case.one
    if case.answer.take is not Side.POSITIONS:
        raise case.unfitting
    change = exact(one.facts["positions"]) - exact(one.facts["journal"])
    why, where = "the broker's cash counts", (one.account, one.facts["currency"])
    return [case.take(cash_correction(f"{one.id}: cash", case.on, *where, change, why))]


def _lot_facts(case: _Case) -> Iterable[Entry]:
    """What was unknown of a lot is told: it leaves, and comes back with it."""
    one, answer, ledger = case.one, case.answer, case.ledger
    lot = ledger.lots.get(one.facts.get("lot", ""))
    if lot is None:
        raise InputError(f"break {one.id}", "the lot is gone", "", "run `trimtab breaks` again")
    told = replace(
        lot,
        basis=answer.basis if answer.basis is not None else lot.basis,
        acquired=answer.acquired or lot.acquired,
    )
    if not told.is_known:
        missing = "basis" if told.basis is None else "day of purchase"
        raise InputError(f"break {one.id}", f"the {missing} is not told", "", f"give {LOT_FACTS}")
    if told.acquired is not None and told.acquired > case.on:
        fact = f"{told.acquired} has not come yet"
        raise InputError("--acquired", fact, f"today is {case.on}", "give the day of purchase")
    aside = f"{one.id}: {lot.id} unknown"
    why = "its facts are told"
    yield case.take(lots_set_aside(aside, case.on, ledger.view(), [lot.id], why))
    known = f"{one.id}: {lot.id} known"
    yield case.take(opening_lot(known, case.on, told, ledger.base_currency))


def _history(case: _Case) -> Iterable[Entry]:
    """Units that were bought before anything was seen, so that their sale can be booked."""
    sold = abs(exact(case.one.facts["quantity"]))
    held = total(lot.quantity for lot in case.lots)
    if case.answer.acquired is None:
        fact = "the day of purchase is not told"
        raise InputError(f"break {case.one.id}", fact, "", f"give {FITTING[case.one.kind]}")
    if case.answer.acquired > case.on:
        fact = f"{case.answer.acquired} is after the sale"
        raise InputError("--acquired", fact, f"it was sold on {case.on}", "give an earlier day")
    if sold > held:
        yield case.take(_lot_found(case, sold - held, f"{case.one.id}: bought before"))


def _transfer(case: _Case) -> Iterable[Entry]:
    """Units from or to another account of the household, or from or to outside."""
    one, answer = case.one, case.answer
    units = exact(one.facts["quantity"])
    if answer.account == one.account:
        raise InputError("--link", f"{one.account} is its own account", "", "name the other one")
    if answer.account:
        return _linked(case, units)
    if not answer.is_outside:
        raise case.unfitting
    if units < 0:
        return _reduced(case, -units)
    return [case.take(_lot_found(case, units, one.facts["row"]))]


def _linked(case: _Case, units: Decimal) -> Iterable[Entry]:
    """Lots move from one account to the other; a row of the other side moves nothing again."""
    one, ledger, other = case.one, case.ledger, case.answer.account
    source, goal = (other, one.account) if units > 0 else (one.account, other)
    row = one.facts["row"]
    for place, part in enumerate(
        oldest_units(ledger.lots_of(one.instrument, source), abs(units)), start=1
    ):
        lot = ledger.lots[part.lot]
        moved = None
        if part.quantity != lot.quantity:
            moved = ledger.free_lot_id(f"{lot.id}→{goal}")
        entry_id = row if place == 1 else f"{row} part {place}"
        yield case.take(transfer_lot(entry_id, case.on, ledger.view(), part, goal, moved))
    for its in case.others:
        is_there = its.kind is one.kind and (its.account, its.instrument) == (other, one.instrument)
        if is_there and exact(its.facts["quantity"]) == -units:
            yield case.take(decision(its.facts["row"], case.on, {"booked_with": row}))
            return


def _split(case: _Case) -> Iterable[Entry]:
    if case.answer.ratio is None:
        raise case.unfitting
    return [case.take(_of_account(case, case.one.facts["row"]))]


def _of_account(case: _Case, entry_id: str) -> Entry:
    """A split of what the account held on the day; other accounts have rows of their own."""
    new, old = case.answer.ratio or (1, 1)
    lots = {lot.id: lot for lot in case.lots if lot.acquired is None or lot.acquired <= case.on}
    books = Books(case.ledger.base_currency, lots)
    return split(entry_id, case.on, books, case.one.instrument, new, old)


def _became(case: _Case) -> Iterable[Entry]:
    """An instrument is another now; where units changed too, a split comes first.

    Where none is held it is a matter of names alone.
    """
    one, became = case.one, case.answer.became
    if became == one.instrument:
        raise InputError("--became", f"it is {became} already", "", "give its new symbol")
    if not case.ledger.view().lots_of(one.instrument):
        return
    if case.answer.ratio is not None and case.lots:
        yield case.take(_of_account(case, f"{one.id}: units"))
    entry_id = one.facts.get("row", f"{one.id}: became {became}")
    books = case.ledger.view()
    yield case.take(symbol_change(entry_id, case.on, books, one.instrument, became))


_MADE_BY: dict[BreakKind, Callable[[_Case], Iterable[Entry]]] = {
    BreakKind.QUANTITY: _take,
    BreakKind.LOTS: _lots,
    BreakKind.CASH: _cash,
    BreakKind.BASIS: _lot_facts,
    BreakKind.ACQUIRED: _lot_facts,
    BreakKind.HISTORY: _history,
    BreakKind.TRANSFER: _transfer,
    BreakKind.SPLIT: _split,
}

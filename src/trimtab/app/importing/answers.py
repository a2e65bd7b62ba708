"""What a person answers to a break, as entries of the journal.

An answer is one entry that names the break and says what was answered, and those that it makes: a
correction, a lot opened with what was missing, a transfer linked, a split confirmed.  Errors:
`InputError` for an answer that does not fit the break, or lots that are not there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from trimtab.books.corrections import cash_correction, lots_set_aside
from trimtab.books.entries import decision, opening_lot
from trimtab.books.ledger import Ledger
from trimtab.books.lot_entries import split, symbol_change, transfer_lot
from trimtab.books.sold_lots import oldest_units
from trimtab.model.breaks import Break, BreakKind
from trimtab.model.entries import Entry
from trimtab.model.errors import InputError
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO, cents, exact, total

__all__ = ["FITTING", "Answer", "Side", "answer_entries"]


class Side(StrEnum):
    """Whose record is right."""

    POSITIONS = "positions"
    LOTS = "lots"
    JOURNAL = "journal"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person says; the fields that fit the break's kind count.

    Unit: `basis` of the whole lot in base currency; `ratio` is (new, old) of a split; `account` the
    other side of a transfer.
    """

    take: Side | None = None
    basis: Decimal | None = None
    acquired: date | None = None
    account: str = ""
    is_outside: bool = False
    ratio: tuple[int, int] | None = None
    became: str = ""
    accept: bool = False
    note: str = ""

    @property
    def words(self) -> str:
        """The answer as the journal keeps it."""
        parts = {
            "take": self.take.value if self.take is not None else "",
            "basis": "" if self.basis is None else f"{self.basis:f}",
            "acquired": "" if self.acquired is None else self.acquired.isoformat(),
            "account": self.account,
            "outside": "yes" if self.is_outside else "",
            "ratio": "" if self.ratio is None else f"{self.ratio[0]}:{self.ratio[1]}",
            "became": self.became,
            "accepted": "yes" if self.accept else "",
        }
        return ", ".join(f"{name} {fact}" for name, fact in parts.items() if fact)


_LOT_FACTS = "--basis AMOUNT and --acquired DAY"
FITTING: dict[BreakKind, str] = {
    BreakKind.QUANTITY: "--take positions, lots or journal, or --became SYMBOL",
    BreakKind.LOTS: "--take lots or journal",
    BreakKind.CASH: "--take positions or journal",
    BreakKind.BASIS: _LOT_FACTS,
    BreakKind.ACQUIRED: _LOT_FACTS,
    BreakKind.HISTORY: f"{_LOT_FACTS} of what was sold, or --accept to leave the sale out",
    BreakKind.TRANSFER: f"--link ACCOUNT, or --outside (with {_LOT_FACTS} where units came in)",
    BreakKind.SPLIT: "--ratio NEW:OLD, or --accept to leave it out",
    BreakKind.EXCHANGE: "--became SYMBOL (with --ratio NEW:OLD where units changed), or --accept",
    BreakKind.VALUE: "--accept",
    BreakKind.SHORT: "--accept",
    BreakKind.SYMBOL: "--became SYMBOL, or --accept",
    BreakKind.ACTION: "--accept, and record it by hand if it matters",
    BreakKind.ROW: "--accept, or correct the row and import the file again",
}
"""For each kind of break the answers that settle it, as a person gives them."""


def answer_entries(one: Break, answer: Answer, ledger: Ledger, on: date) -> list[Entry]:
    """The entries that an answer makes on the books as they stand.

    Refuses: an answer that does not fit the break.
    """
    facts = {"break": one.id, "kind": one.kind.value, "about": one.message}
    facts |= {"answer": answer.words} | ({"note": answer.note} if answer.note else {})
    entries: list[Entry] = []
    # What a list shows was so on the list's day.
    day = date.fromisoformat(one.facts["as_of"]) if "as_of" in one.facts else on
    if answer.became:
        entries = _became(one, answer, ledger, day)
    elif not answer.accept and answer.take is not Side.JOURNAL:
        make = _MADE_BY.get(one.kind)
        if make is None:
            raise _unfitting(one)
        entries = make(one, answer, ledger, day)
    taken = {entry.id for entry in entries}
    row = one.facts.get("row", "")
    if (row and row not in taken and one.kind is not BreakKind.HISTORY) or (row and answer.accept):
        entries.append(decision(row, on, {"left out": one.message}))
    return [*entries, decision(f"answer to {one.id}", on, facts)]


def _unfitting(one: Break) -> InputError:
    return InputError(
        f"break {one.id}", "the answer does not settle it", "", f"give {FITTING[one.kind]}"
    )


def _take(one: Break, answer: Answer, ledger: Ledger, on: date) -> list[Entry]:
    """The broker's figure counts: units are added with nothing known, or the oldest leave."""
    side = answer.take
    wanted = one.facts.get(side.value, "–") if side is not None else "–"
    if side is None or wanted == "–":
        raise _unfitting(one)
    units = max(exact(wanted, side.value), ZERO)
    lots = ledger.lots_of(one.instrument, one.account)
    held = total(lot.quantity for lot in lots)
    if units > held:
        lot = Lot(
            id=ledger.free_lot_id(f"{one.account}/{one.instrument}/unknown"),
            account=one.account,
            instrument=one.instrument,
            quantity=units - held,
            basis=None,
            acquired=None,
        )
        return [opening_lot(f"{one.id}: units found", on, lot, ledger.base_currency)]
    return _reduced(one, ledger, lots, held - units, on) if units < held else []


def _lots(one: Break, answer: Answer, ledger: Ledger, on: date) -> list[Entry]:
    """The broker's lots count: ours leave, and the import that follows opens theirs."""
    if answer.take is not Side.LOTS:
        raise _unfitting(one)
    ids = [lot.id for lot in ledger.lots_of(one.instrument, one.account)]
    why = "the broker's lots count"
    return [lots_set_aside(f"{one.id}: lots", on, ledger.view(), ids, why)] if ids else []


def _reduced(
    one: Break, ledger: Ledger, lots: tuple[Lot, ...], units: Decimal, on: date
) -> list[Entry]:
    """Units that leave, the oldest first; what remains of a lot keeps its share of the basis."""
    entries: list[Entry] = []
    for part in oldest_units(lots, units):
        lot = ledger.lots[part.lot]
        aside = lots_set_aside(
            f"{one.id}: {lot.id} leaves", on, ledger.view(), [lot.id], "the broker's list counts"
        )
        entries.append(aside)
        rest = lot.quantity - part.quantity
        if rest:
            basis = None if lot.basis is None else cents(lot.basis * rest / lot.quantity)
            kept = replace(lot, quantity=rest, basis=basis)
            entry_id = f"{one.id}: {lot.id} stays"
            entries.append(opening_lot(entry_id, on, kept, ledger.base_currency))
    return entries


def _cash(one: Break, answer: Answer, ledger: Ledger, on: date) -> list[Entry]:
    if answer.take is not Side.POSITIONS:
        raise _unfitting(one)
    change = exact(one.facts["positions"]) - exact(one.facts["journal"])
    currency = one.facts["currency"]
    why = "the broker's cash counts"
    return [cash_correction(f"{one.id}: cash", on, one.account, currency, change, why)]


def _lot_facts(one: Break, answer: Answer, ledger: Ledger, on: date) -> list[Entry]:
    """What was unknown of a lot is told: it leaves, and comes back with it."""
    lot = ledger.lots.get(one.facts.get("lot", ""))
    if lot is None:
        raise InputError(f"break {one.id}", "the lot is gone", "", "run `trimtab breaks` again")
    basis = answer.basis if answer.basis is not None else lot.basis
    acquired = answer.acquired or lot.acquired
    if basis is None or acquired is None:
        missing = "basis" if basis is None else "day of purchase"
        raise InputError(f"break {one.id}", f"the {missing} is not told", "", f"give {_LOT_FACTS}")
    if acquired > on:
        raise InputError("--acquired", f"{acquired} has not come yet", f"today is {on}", "")
    told = replace(lot, basis=basis, acquired=acquired)
    aside = lots_set_aside(
        f"{one.id}: {lot.id} unknown", on, ledger.view(), [lot.id], "its facts are told"
    )
    return [aside, opening_lot(f"{one.id}: {lot.id} known", on, told, ledger.base_currency)]


def _history(one: Break, answer: Answer, ledger: Ledger, on: date) -> list[Entry]:
    """Units that were bought before anything was seen, so that their sale can be booked."""
    sold = abs(exact(one.facts["quantity"]))
    held = total(lot.quantity for lot in ledger.lots_of(one.instrument, one.account))
    if sold <= held:
        return []
    if answer.acquired is None:
        raise InputError(
            f"break {one.id}", "the day of purchase is not told", "", FITTING[one.kind]
        )
    lot = Lot(
        id=ledger.free_lot_id(f"{one.account}/{one.instrument}/{answer.acquired}"),
        account=one.account,
        instrument=one.instrument,
        quantity=sold - held,
        basis=answer.basis,
        acquired=answer.acquired,
    )
    entry_id = f"{one.id}: bought before"
    return [opening_lot(entry_id, answer.acquired, lot, ledger.base_currency)]


def _transfer(one: Break, answer: Answer, ledger: Ledger, on: date) -> list[Entry]:
    """Units from or to another account of the household, or from or to outside."""
    units, day = exact(one.facts["quantity"]), date.fromisoformat(one.facts["on"])
    if answer.account:
        source, goal = (answer.account, one.account) if units > 0 else (one.account, answer.account)
        return _moved(one, ledger, abs(units), source, goal, day)
    if not answer.is_outside:
        raise _unfitting(one)
    if units < 0:
        lots = ledger.lots_of(one.instrument, one.account)
        return _reduced(one, ledger, lots, -units, day)
    lot = Lot(
        id=ledger.free_lot_id(f"{one.account}/{one.instrument}/{answer.acquired or 'unknown'}"),
        account=one.account,
        instrument=one.instrument,
        quantity=units,
        basis=answer.basis,
        acquired=answer.acquired,
    )
    return [opening_lot(one.facts["row"], day, lot, ledger.base_currency)]


def _moved(
    one: Break, ledger: Ledger, units: Decimal, source: str, goal: str, day: date
) -> list[Entry]:
    lots = ledger.lots_of(one.instrument, source)
    entries = []
    for place, part in enumerate(oldest_units(lots, units), start=1):
        lot = ledger.lots[part.lot]
        moved = None
        if part.quantity != lot.quantity:
            moved = ledger.free_lot_id(f"{lot.id}→{goal}")
        entry_id = one.facts["row"] if place == 1 else f"{one.facts['row']} part {place}"
        entries.append(transfer_lot(entry_id, day, ledger.view(), part, goal, moved))
    return entries


def _split(one: Break, answer: Answer, ledger: Ledger, on: date) -> list[Entry]:
    if answer.ratio is None:
        raise _unfitting(one)
    day = date.fromisoformat(one.facts["on"])
    return [split(one.facts["row"], day, ledger.view(), one.instrument, *answer.ratio)]


def _became(one: Break, answer: Answer, ledger: Ledger, on: date) -> list[Entry]:
    """An instrument is another now; where units changed too, a split comes first.

    Where none is held it is a matter of names alone.
    """
    if not ledger.view().lots_of(one.instrument):
        return []
    day = date.fromisoformat(one.facts["on"]) if "on" in one.facts else on
    entries: list[Entry] = []
    if answer.ratio is not None:
        first = split(f"{one.id}: units", day, ledger.view(), one.instrument, *answer.ratio)
        ledger.apply(first)
        entries.append(first)
    entry_id = one.facts.get("row", f"{one.id}: became {answer.became}")
    return [*entries, symbol_change(entry_id, day, ledger.view(), one.instrument, answer.became)]


_MADE_BY: dict[BreakKind, Callable[[Break, Answer, Ledger, date], list[Entry]]] = {
    BreakKind.QUANTITY: _take,
    BreakKind.LOTS: _lots,
    BreakKind.CASH: _cash,
    BreakKind.BASIS: _lot_facts,
    BreakKind.ACQUIRED: _lot_facts,
    BreakKind.HISTORY: _history,
    BreakKind.TRANSFER: _transfer,
    BreakKind.SPLIT: _split,
}

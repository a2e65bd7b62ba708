"""Busts: what an execution moved is moved back, entry by entry.

Where a busted purchase was sold on since, what was sold were other units.

Errors: `InputError` for a bust that would leave the account short.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from trimtab.books import entries as plain
from trimtab.books.ledger import Ledger
from trimtab.books.lot_entries import sell
from trimtab.books.relief import LotUnits, choose_lots
from trimtab.books.wash_records import SOLD_ON, TAKES_BACK
from trimtab.model.entries import Entry, EntryKind, Posting
from trimtab.model.errors import InputError
from trimtab.model.money import total

__all__ = ["lot_bought", "mirrored", "numbered"]


def mirrored(
    name: str, on: date, originals: Sequence[Entry], ledger: Ledger, details: Mapping[str, str]
) -> list[Entry]:
    """What takes back the entries of an execution; a note where there are none.

    `details` name the execution and its order.
    Refuses: a purchase whose units are gone.
    """
    if not originals:
        return [plain.decision(name, on, details)]
    first = originals[0]
    if first.kind is EntryKind.BUY and _is_sold_on(first, ledger):
        return [_given_back(name, on, first, ledger, details)]
    made = []
    for number, entry in enumerate(originals, start=1):
        legs = tuple(
            Posting(leg.place, leg.commodity, -leg.amount, leg.lot) for leg in entry.postings
        )
        told = {**entry.details, **details, "reason": "the broker took the execution back"}
        told |= {TAKES_BACK: entry.id, SOLD_ON: entry.on.isoformat()}
        made.append(Entry(numbered(name, number), EntryKind.CORRECTION, on, legs, told))
    return made


def numbered(name: str, number: int) -> str:
    """A name, with a number from the second on."""
    return name if number == 1 else f"{name} #{number}"


def lot_bought(bought: Entry) -> LotUnits:
    """The lot that a purchase opened, and its units."""
    name = bought.details["instrument"]
    return next(
        LotUnits(leg.lot, leg.amount)
        for leg in bought.postings
        if leg.lot is not None and leg.commodity == name
    )


def _is_sold_on(bought: Entry, ledger: Ledger) -> bool:
    """Whether some of what a purchase brought has left its lot."""
    units = lot_bought(bought)
    lot = ledger.lots.get(units.lot)
    return lot is None or lot.quantity < units.quantity


def _given_back(
    name: str, on: date, bought: Entry, ledger: Ledger, details: Mapping[str, str]
) -> Entry:
    """A busted purchase that was sold on: other units left, and their gain is another.

    It comes to a sale of the units that are left, oldest first, for what the purchase cost.
    """
    units, base = lot_bought(bought), ledger.base_currency
    account, instrument = details["account"], details["instrument"]
    own = [leg for leg in bought.postings if leg.place == account]
    cash = [leg for leg in own if leg.lot is None]
    basis = total(leg.amount for leg in own if leg.lot and leg.commodity == base)
    held = ledger.lots_of(instrument, account)
    count = total(lot.quantity for lot in held)
    if count < units.quantity:
        fact = f"{units.quantity} units of {instrument} are taken back, and were sold"
        bound, remedy = f"the books hold {count}", "buy them back at the broker"
        raise InputError(f"execution {details['busts']}", fact, bound, remedy)
    first = [LotUnits(units.lot, lot.quantity) for lot in held if lot.id == units.lot]
    left = units.quantity - total(one.quantity for one in first)
    others = [lot for lot in held if lot.id != units.lot]
    chosen = [*first, *choose_lots(others, left)]
    paid = -total(leg.amount for leg in cash)
    entry = sell(name, on, ledger.view(), chosen, paid, cash[0].commodity, basis)
    told = {**details, "reason": "the broker took the execution back, after it was sold on"}
    return replace(entry, kind=EntryKind.CORRECTION, details=told)

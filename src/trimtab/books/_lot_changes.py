"""What an entry does to lots: opened, moved, reduced, closed, their basis carried along.

Errors: `InputError` for units or basis that are not there, and for a basis that does not match the
units that leave.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from trimtab.model.entries import Entry, EntryKind
from trimtab.model.errors import InputError
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO, cents, exact

__all__ = ["changed_lots", "facts_of", "share_of", "taxable_gain"]

# Units that leave in these take their share of the basis with them.
RELIEVING = {
    *(EntryKind.SELL, EntryKind.TRANSFER, EntryKind.GIFT_OUT, EntryKind.WASH_SALE),
    EntryKind.CORRECTION,
}
UNKNOWN = "unknown"


def share_of(amount: Decimal, part: Decimal, whole: Decimal) -> Decimal:
    """The part of a lot's money that some of its units take along, in cents; all takes all."""
    return amount if part == whole else cents(amount * part / whole)


def taxable_gain(proceeds: Decimal, basis: Decimal, loss_basis: Decimal | None) -> Decimal:
    """The gain on a sale; a gift that had lost value has a lower basis for losses.

    Source: 26 USC 1001(a), 1015(a); 26 CFR 1.1015-1(a)(2) (neither between the two).
    """
    if loss_basis is None or proceeds >= basis:
        return proceeds - basis
    return min(ZERO, proceeds - loss_basis)


def facts_of(lot: Lot) -> dict[str, str]:
    """A lot's facts as an entry's details, without those that are as for any purchase."""
    facts = {"acquired": lot.acquired.isoformat() if lot.acquired else UNKNOWN}
    if lot.basis is None:
        facts["basis"] = UNKNOWN
    if lot.holding_start:
        facts["holding_start"] = lot.holding_start.isoformat()
    if lot.order:
        facts["order"] = lot.order
    if lot.reinvested:
        facts["reinvested"] = "yes"
    if lot.inherited:
        facts["inherited"] = "yes"
    if not lot.by_purchase:
        facts["by_purchase"] = "no"
    if lot.loss_basis is not None:
        facts["loss_basis"] = str(lot.loss_basis)
    if lot.washed_quantity:
        facts["washed_quantity"] = str(lot.washed_quantity)
    return facts


class _Legs:
    """What the postings of one entry do to one lot."""

    __slots__ = ("basis", "units")

    def __init__(self) -> None:
        self.units: dict[tuple[str, str], Decimal] = {}
        self.basis = ZERO

    @property
    def leaving(self) -> Decimal:
        """Units that the lot has fewer of, wherever they are held."""
        return -sum(self.units.values(), ZERO)


def changed_lots(
    entry: Entry, lots: Mapping[str, Lot], outside: Collection[str], base_currency: str
) -> dict[str, Lot | None]:
    """The lots that an entry changes, as they are afterwards; `None` for one that is closed.

    Refuses: units or basis that are not there.
    """
    legs: dict[str, _Legs] = {}
    for posting in entry.postings:
        if posting.place in outside or posting.lot is None:
            continue
        lot_legs = legs.get(posting.lot)
        if lot_legs is None:
            lot_legs = legs[posting.lot] = _Legs()
        if posting.commodity == base_currency:
            lot_legs.basis += posting.amount
        else:
            where = posting.place, posting.commodity
            lot_legs.units[where] = lot_legs.units.get(where, ZERO) + posting.amount
    return {lot_id: _change(entry, lot_id, lots, lot_legs) for lot_id, lot_legs in legs.items()}


def _change(entry: Entry, lot_id: str, lots: Mapping[str, Lot], legs: _Legs) -> Lot | None:
    before = lots.get(lot_id)
    if before is None:
        return _opened(entry, lot_id, lots, legs)
    where, quantity = _position_after(entry, before, legs)
    _check_basis(entry, before, legs)
    if quantity == 0:
        return None
    account, instrument = where
    after = replace(
        before,
        account=account,
        instrument=instrument,
        quantity=quantity,
        basis=None if before.basis is None else before.basis + legs.basis,
    )
    return _carry_facts(entry, before, after)


def _position_after(entry: Entry, before: Lot, legs: _Legs) -> tuple[tuple[str, str], Decimal]:
    """Where the lot is after its legs, and how many units it has."""
    held: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    held[before.account, before.instrument] = before.quantity
    for where, amount in legs.units.items():
        held[where] += amount
        if held[where] < 0:
            here = held[where] - amount
            raise InputError(
                f"entry {entry.id!r}, lot {before.id!r}",
                f"{-amount} units of {where[1]} leave {where[0]}",
                f"it holds {here} there",
                "sell what is held, or record the missing purchase first",
            )
    left = [(where, quantity) for where, quantity in held.items() if quantity]
    if len(left) > 1:
        raise InputError(
            f"entry {entry.id!r}, lot {before.id!r}",
            "a part of the lot would be somewhere else",
            "a lot is in one account",
            "give the part a lot id of its own",
        )
    return left[0] if left else ((before.account, before.instrument), ZERO)


def _check_basis(entry: Entry, before: Lot, legs: _Legs) -> None:
    """Hold the basis legs against the units that leave."""
    subject = f"entry {entry.id!r}, lot {before.id!r}"
    if before.basis is None:
        if legs.basis:
            raise InputError(subject, f"{legs.basis} of basis moves", "its basis is unknown")
        return
    if legs.leaving > 0 and entry.kind in RELIEVING:
        share = share_of(before.basis, legs.leaving, before.quantity)
        if legs.basis != -share:
            raise InputError(
                subject,
                f"{-legs.basis} of basis leaves with {legs.leaving} units",
                f"their share of {before.basis} is {share}",
            )
    if before.basis + legs.basis < 0:
        raise InputError(
            subject, f"{-legs.basis} of basis leaves", f"it has {before.basis}, never below zero"
        )
    if legs.leaving == before.quantity and before.basis + legs.basis != 0:
        raise InputError(
            subject, f"its units leave and {before.basis + legs.basis} of basis stays behind"
        )


def _carry_facts(entry: Entry, before: Lot, after: Lot) -> Lot:
    """Bring along what no posting shows."""
    if entry.kind is EntryKind.SPLIT:
        served = before.washed_quantity * after.quantity / before.quantity
        return replace(after, washed_quantity=min(round(served, 9), after.quantity))
    if entry.kind is EntryKind.RETURN_OF_CAPITAL and before.loss_basis is not None:
        lowered = (before.basis or ZERO) - (after.basis or ZERO)
        return replace(after, loss_basis=max(ZERO, before.loss_basis - lowered))
    gone = before.quantity - after.quantity
    if entry.kind is EntryKind.WASH_SALE:
        return _washed_part(entry, before, after)
    if gone > 0:
        served = max(ZERO, before.washed_quantity - gone)  # what has served leaves first
        loss_basis = before.loss_basis
        if loss_basis is not None:
            loss_basis -= share_of(loss_basis, gone, before.quantity)
        return replace(after, washed_quantity=served, loss_basis=loss_basis)
    return after


def _washed_part(entry: Entry, before: Lot, after: Lot) -> Lot:
    """A lot of which units have now served as a replacement: all of it, or a part that left.

    Where a match is taken back, its units have served no more.
    Source: 26 CFR 1.1091-1(e): no share serves twice.
    """
    told = entry.details
    if told.get("freed") == before.id:
        units = exact(told.get("freed_units", f"{before.washed_quantity:f}"))
        start = _day(told["holding_start"]) if "holding_start" in told else None
        return replace(after, washed_quantity=before.washed_quantity - units, holding_start=start)
    if told.get("served_by") == before.id:
        units = exact(told["served_units"])
        _check_free(entry, before, units)
        return replace(after, washed_quantity=before.washed_quantity + units)
    serving = before.quantity - after.quantity
    if entry.details.get("replacement") == before.id:
        serving = before.quantity
    _check_free(entry, before, serving)
    return _washed(entry, after) if serving == before.quantity else after


def _check_free(entry: Entry, lot: Lot, serving: Decimal) -> None:
    free = lot.quantity - lot.washed_quantity
    if serving > free:
        raise InputError(
            f"entry {entry.id!r}, lot {lot.id!r}",
            f"{serving} units are to replace a loss",
            f"{free} have not served before",
        )


def _washed(entry: Entry, lot: Lot) -> Lot:
    """A lot whose units have all served as a replacement, and carry the days held."""
    start = entry.details.get("holding_start")
    return replace(
        lot,
        washed_quantity=lot.quantity,
        holding_start=_day(start) if start else lot.holding_start,
    )


def _opened(entry: Entry, lot_id: str, lots: Mapping[str, Lot], legs: _Legs) -> Lot:
    """A lot that this entry opens: bought, received, or a part of another."""
    subject = f"entry {entry.id!r}, lot {lot_id!r}"
    opened = [(where, units) for where, units in legs.units.items() if units]
    if len(opened) != 1 or opened[0][1] <= 0 or legs.basis < 0:
        raise InputError(
            subject, "the books hold no such open lot", remedy="record its purchase first"
        )
    (account, instrument), quantity = opened[0]
    whole = lots.get(entry.details.get("part_of", ""))
    if whole is None:
        lot = _from_facts(entry.details, lot_id, account, instrument, quantity, legs.basis)
    else:
        loss_basis = whole.loss_basis
        if loss_basis is not None:
            loss_basis = share_of(loss_basis, quantity, whole.quantity)
        lot = replace(
            whole,
            id=lot_id,
            account=account,
            instrument=instrument,
            quantity=quantity,
            basis=None if whole.basis is None else legs.basis,
            washed_quantity=min(whole.washed_quantity, quantity),
            loss_basis=loss_basis,
            order=whole.order if whole.order is not None else f"lot {whole.id}",
        )
    return _washed(entry, lot) if entry.details.get("replacement") == lot_id else lot


def _from_facts(
    facts: Mapping[str, str],
    lot_id: str,
    account: str,
    instrument: str,
    quantity: Decimal,
    basis: Decimal,
) -> Lot:
    """A lot from the facts that its entry states."""
    acquired, start = facts.get("acquired", UNKNOWN), facts.get("holding_start")
    loss_basis = facts.get("loss_basis")
    return Lot(
        id=lot_id,
        account=account,
        instrument=instrument,
        quantity=quantity,
        basis=None if facts.get("basis") == UNKNOWN else basis,
        acquired=None if acquired == UNKNOWN else _day(acquired),
        holding_start=_day(start) if start else None,
        order=facts.get("order"),
        reinvested=facts.get("reinvested") == "yes",
        inherited=facts.get("inherited") == "yes",
        washed_quantity=exact(facts.get("washed_quantity", "0")),
        loss_basis=None if loss_basis is None else exact(loss_basis),
        by_purchase=facts.get("by_purchase") != "no",
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(
            "entry details", f"{text!r} is not a date", remedy='write it like "2025-06-30"'
        ) from None

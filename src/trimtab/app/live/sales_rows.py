"""Sales that were executed here, as rows of `trades.csv`: what plans look at for wash sales.

Errors: none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from trimtab.books.ledger import Realized
from trimtab.books.wash_records import BORNE_BY, UNDOES, UNITS
from trimtab.drivers.live.booking import BUSTS, EXECUTION
from trimtab.model.entries import Entry, EntryKind
from trimtab.model.money import ZERO, exact, total
from trimtab.model.snapshots import Side, Snapshot, TradeRecord

__all__ = ["sales_rows", "sold_on"]


def sold_on(entry: Entry) -> date | None:
    """The day of the loss that a wash sale is about."""
    is_wash = entry.kind is EntryKind.WASH_SALE and "sold" in entry.details
    return date.fromisoformat(entry.details["sold"]) if is_wash else None


def sales_rows(
    snapshot: Snapshot, entries: Sequence[Entry], realized: Sequence[Realized]
) -> tuple[TradeRecord, ...]:
    """A row for each account, instrument, day and term, of the days that the entries are of.

    A row's gain is before what wash sales disallow; it says how many units that concerns, so that
    no plan counts their loss again.
    """
    gains = {one.entry: one for one in realized}
    busted = {entry.details.get(BUSTS) for entry in entries} - {None}
    washed, served = _washed(entries)
    found: dict[tuple[object, ...], TradeRecord] = {}
    for entry in entries:
        gain = gains.get(entry.id)
        is_sale = EXECUTION in entry.details and entry.kind is EntryKind.SELL
        if not is_sale or gain is None or entry.details[EXECUTION] in busted:
            continue
        one = _row(snapshot, entry, gain)
        places = washed, served
        parts = [min(place.get((gain.lot, entry.on), ZERO), one.quantity) for place in places]
        for place, part in zip(places, parts, strict=True):
            if part:
                place[gain.lot, entry.on] -= part
        had = min(exact(entry.details.get("washed_quantity", "0")), one.quantity)
        before_it = min(parts[1] + had, one.quantity)
        one = replace(one, washed_quantity=parts[0], served_quantity=before_it)
        key = one.account, one.instrument, one.on, one.term
        found[key] = one if key not in found else _sum(found[key], one)
    return tuple(found.values())


def _row(snapshot: Snapshot, entry: Entry, gain: Realized) -> TradeRecord:
    account, name = entry.details["account"], entry.details["instrument"]
    own = [leg for leg in entry.postings if leg.place == account]
    units = -total(leg.amount for leg in own if leg.commodity == name)
    paid = [leg for leg in own if leg.commodity != name and not leg.lot]  # a lot's is its basis
    amount = total(leg.amount * snapshot.rate(leg.commodity) for leg in paid)
    return TradeRecord(account, name, Side.SELL, entry.on, units, amount, gain.gain, gain.term)


def _washed(entries: Sequence[Entry]) -> Iterator[dict[tuple[str, date], Decimal]]:
    """Units sold that are disallowed, and units sold that bear a loss, by lot and day."""
    undone = {entry.details.get(UNDOES) for entry in entries}
    losses: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
    bearers: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
    for entry in entries:
        told = entry.details
        if entry.kind is not EntryKind.WASH_SALE or UNITS not in told or entry.id in undone:
            continue
        losses[told["loss"], date.fromisoformat(told["sold"])] += exact(told[UNITS])
        if BORNE_BY in told:
            sold = date.fromisoformat(told["replacement_sold"])
            bearers[told[BORNE_BY], sold] += exact(told[UNITS])
    yield losses
    yield bearers


def _sum(one: TradeRecord, other: TradeRecord) -> TradeRecord:
    gain = None if one.gain is None or other.gain is None else one.gain + other.gain
    return replace(
        one,
        quantity=one.quantity + other.quantity,
        amount=one.amount + other.amount,
        gain=gain,
        washed_quantity=one.washed_quantity + other.washed_quantity,
        served_quantity=one.served_quantity + other.served_quantity,
    )

"""What a journal says about wash sales: units sold and not yet replaced, and the matches booked.

A fold over entries in their order.  Sales of one lot on one day are one sum, so that a bust takes
back exactly what its execution added.  Each booked match is followed: the loss that it carried
into a lot leaves with the units of that lot, so that it can be undone wherever it is by now.

Errors: none; what cannot be followed any more says so (`Booked.is_lost`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import replace
from datetime import date
from decimal import Decimal

from trimtab.books.ledger import OUTSIDE_PLACES, Outside
from trimtab.books.wash_records import (
    BORNE_BY,
    BORNE_GAIN,
    BROUGHT,
    COST,
    SERVED,
    SOLD_ON,
    TAKES_BACK,
    UNDOES,
    UNITS,
    Booked,
    LotFacts,
    Sold,
    SoldKey,
)
from trimtab.model.entries import Entry, EntryKind, split_ratio
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO, cents, exact

__all__ = ["WashJournal"]

NUMBERS_KEPT = Decimal("1e-12")


class WashJournal:
    """Sales and matches, folded from entries."""

    def __init__(self) -> None:
        self.sales: dict[SoldKey, Sold] = {}
        self.facts: dict[str, LotFacts] = {}
        self.booked: dict[str, Booked] = {}
        self.lost: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
        """What each lot lost on each day and what is not disallowed of it, as booked, to the cent.
        `sales` share out by units, and may differ from it by what they round."""
        self._of_lot: dict[str, list[Booked]] = defaultdict(list)
        self.sequence_of: dict[str, int] = {}
        """When each sale was booked, among all entries."""
        self._number = 0
        self._splits: set[tuple[str, date, Decimal]] = set()

    def copy(self) -> WashJournal:
        """A copy that goes its own way."""
        made = WashJournal()
        made.sales = {key: copy(sums) for key, sums in self.sales.items()}
        made.facts, made.sequence_of = dict(self.facts), dict(self.sequence_of)
        made.lost, made._splits, made._number = self.lost.copy(), set(self._splits), self._number
        for name, one in self.booked.items():
            made.booked[name] = mine = replace(one, sold=list(one.sold))
            made._of_lot[mine.lot].append(mine)
        return made

    def take(self, entry: Entry, base: str, lots: Mapping[str, Lot] | None = None) -> None:
        """Take an entry; `lots` are those before it, where the books are at hand."""
        self._number = number = self._number + 1
        self._lost(entry)
        if entry.kind is EntryKind.WASH_SALE:
            if UNDOES in entry.details:
                self._undone(entry)
            elif UNITS in entry.details:
                self._matched(entry, number)
            return
        moved = _moved(entry, base)
        for name, (account, instrument, units) in moved.items():
            known = None if lots is None else lots.get(name)
            if "acquired" in entry.details or known is not None or name not in self.facts:
                self.facts[name] = _facts(entry, account, instrument, known)
            if entry.kind is EntryKind.SELL:
                self._sold(entry, name, -units, base)
            elif TAKES_BACK in entry.details and units > ZERO:
                self._came_back(entry, name, units, base)
            elif units < ZERO and entry.kind is not EntryKind.SPLIT:
                self._left(name)
        if entry.kind is EntryKind.SELL:
            self.sequence_of[entry.id] = number
        if entry.kind is EntryKind.SPLIT:
            self._split(entry, moved)

    def _lost(self, entry: Entry) -> None:
        """Take what an entry adds to a day's losses of a lot, or takes off them."""
        washes, told = entry.kind is EntryKind.WASH_SALE, entry.details
        is_mirror = TAKES_BACK in told
        for leg in entry.postings:
            if leg.place != Outside.GAINS or leg.lot is None:
                continue
            if washes:
                of_loss = leg.lot == told.get("loss")
                day = told.get("sold") if of_loss else told.get("replacement_sold")
            else:  # a gain is none of a loss, nor is the mirror of one
                day = told.get(SOLD_ON) if is_mirror else str(entry.on)
                if (leg.amount < ZERO) is not is_mirror:
                    continue
            sold_on = _day(day)
            if sold_on is not None:
                self.lost[leg.lot, sold_on] += leg.amount

    def _sold(self, entry: Entry, name: str, units: Decimal, base: str) -> None:
        cost, gain = _basis_and_gain(entry, name, base)
        if cost is not None:
            for part, used in _served(units, self.facts[name].washed):
                share = part / units
                key = SoldKey(name, entry.on, gain < ZERO, used)
                sums = self.sales.setdefault(key, Sold())
                sums.add(part, (cost + gain) * share, cost * share)
        for one in self._of_lot.get(name, ()):
            if one.units and not one.is_lost:
                amount = one.carry if units >= one.units else cents(one.carry * units / one.units)
                one.sold.append((entry.id, entry.on, amount, units))
                one.carry -= amount
                one.units -= units

    def _came_back(self, entry: Entry, name: str, units: Decimal, base: str) -> None:
        """A bust of a sale: its mirror brings back what it took."""
        original = entry.details[TAKES_BACK]
        cost, gain = _basis_and_gain(entry, name, base)
        if cost is not None:
            sold_on = date.fromisoformat(entry.details[SOLD_ON])
            for part, used in _served(units, self.facts[name].washed):
                key, share = SoldKey(name, sold_on, gain > ZERO, used), part / units
                if key in self.sales:
                    self.sales[key].add(-part, (cost + gain) * share, cost * share)
                    self._tidy(key)
        for one in self._of_lot.get(name, ()):
            for left in [left for left in one.sold if left[0] == original]:
                one.sold.remove(left)
                one.carry += left[2]
                one.units += left[3]

    def _left(self, name: str) -> None:
        """Units left a lot otherwise than by a sale: what it carried cannot be followed."""
        for one in self._of_lot.get(name, ()):
            one.is_lost = True

    def _split(self, entry: Entry, moved: Mapping[str, tuple[str, str, Decimal]]) -> None:
        """Units sold before are counted as today's; accounts may book one split one by one."""
        ratio = split_ratio(entry)
        for name, told in moved.items():
            for one in self._of_lot.get(name, ()):
                one.units += told[2]
        for instrument in {told[1] for told in moved.values()}:
            split = instrument, entry.on, ratio
            if split in self._splits:
                continue
            self._splits.add(split)
            for key, sums in self.sales.items():
                if key.on < entry.on and self.facts[key.lot].instrument == instrument:
                    sums.quantity *= ratio
            for one in self.booked.values():
                facts = self.facts.get(one.loss.lot)
                if one.loss.on < entry.on and facts and facts.instrument == instrument:
                    one.units_lost *= ratio

    def _matched(self, entry: Entry, number: int) -> None:
        told = entry.details
        loss = SoldKey(told["loss"], date.fromisoformat(told["sold"]), True, SERVED in told)
        amounts = exact(told[UNITS]), exact(told[BROUGHT]), exact(told[COST])
        legs = (leg for leg in entry.postings if leg.lot == loss.lot)
        amount = -sum((leg.amount for leg in legs if leg.place == Outside.GAINS), ZERO)
        one = Booked(entry.id, number, loss, *amounts, amount, "permanent" in told)
        one.lot = told.get("replacement", told.get("served_by", ""))
        one.part_of = told.get("part_of", "")
        one.start_before = told.get("start_before", "")
        if one.lot:
            one.units, one.carry = amounts[0], ZERO if one.is_permanent else amount
            facts = self.facts.get(one.part_of or one.lot)
            if facts is not None and not one.is_permanent:
                start = _day(told.get("holding_start")) or facts.holding_start
                order = facts.order or (f"lot {one.part_of}" if one.part_of else None)
                known = replace(facts, washed=one.units, holding_start=start, order=order)
                self.facts[one.lot] = known
        self.booked[entry.id] = one
        self._of_lot[one.lot].append(one)
        if loss in self.sales:
            self.sales[loss].add(*(-amount for amount in amounts))
            self._tidy(loss)
        if BORNE_BY in told:
            self._bear(one, told)

    def _bear(self, one: Booked, told: Mapping[str, str]) -> None:
        """Units that were sold already bear a loss: they have served, and their cost is higher."""
        sold = date.fromisoformat(told["replacement_sold"])
        before = SoldKey(told[BORNE_BY], sold, BORNE_GAIN not in told, False)
        sums = self.sales.get(before)
        units = one.units_lost
        brought = cost = ZERO
        if sums is not None and sums.quantity:
            share = units / sums.quantity
            brought = (sums.brought * share).quantize(NUMBERS_KEPT)
            cost = (sums.cost * share).quantize(NUMBERS_KEPT)
            sums.add(-units, -brought, -cost)
            self._tidy(before)
            cost_after = cost + one.carried
            after = SoldKey(before.lot, sold, cost_after > brought, True)
            self.sales.setdefault(after, Sold()).add(units, brought, cost_after)
        one.borne = before, units, brought, cost

    def _undone(self, entry: Entry) -> None:
        one = self.booked.pop(entry.details[UNDOES], None)
        if one is None:
            return
        self._of_lot[one.lot].remove(one)
        self.sales.setdefault(one.loss, Sold()).add(one.units_lost, one.brought, one.cost)
        for _, day, amount, units in one.sold:
            self._relieve(one.lot, day, amount, units)
        if one.borne is not None:
            before, units, brought, cost = one.borne
            cost_after = cost + one.carried
            after = SoldKey(before.lot, before.on, cost_after > brought, True)
            if after in self.sales:
                self.sales[after].add(-units, -brought, -cost_after)
                self._tidy(after)
                self.sales.setdefault(before, Sold()).add(units, brought, cost)

    def _relieve(self, lot: str, day: date, amount: Decimal, units: Decimal) -> None:
        """Units of a lot that carried a loss were sold, and it is taken off their cost."""
        for is_loss in (True, False):
            key = SoldKey(lot, day, is_loss, True)
            sums = self.sales.get(key)
            if sums is None:
                continue
            part = min(units, sums.quantity)
            share = part / sums.quantity
            brought, cost = sums.brought * share, sums.cost * share
            sums.add(-part, -brought, -cost)
            self._tidy(key)
            after = SoldKey(lot, day, cost - amount > brought, False)
            self.sales.setdefault(after, Sold()).add(part, brought, cost - amount)
            return

    def _tidy(self, key: SoldKey) -> None:
        if self.sales[key].quantity <= NUMBERS_KEPT:
            del self.sales[key]


def _served(units: Decimal, washed: Decimal) -> Iterator[tuple[Decimal, bool]]:
    """Units that had replaced others before, and those that had not; the first leave first."""
    served = min(washed, units)
    yield from ((part, used) for part, used in ((served, True), (units - served, False)) if part)


def _moved(entry: Entry, base: str) -> dict[str, tuple[str, str, Decimal]]:
    """What an entry moves into or out of lots: account, instrument and units by lot."""
    moved: dict[str, tuple[str, str, Decimal]] = {}
    for leg in entry.postings:
        if leg.lot is None or leg.commodity == base or leg.place in OUTSIDE_PLACES:
            continue
        before = moved.get(leg.lot, ("", "", ZERO))[2]
        moved[leg.lot] = leg.place, leg.commodity, before + leg.amount
    return moved


def _basis_and_gain(entry: Entry, lot: str, base: str) -> tuple[Decimal | None, Decimal]:
    """What leaves of a lot's basis in a sale, none where it is unknown, and the gain on it."""
    legs = [leg for leg in entry.postings if leg.lot == lot and leg.commodity == base]
    basis = [leg.amount for leg in legs if leg.place not in OUTSIDE_PLACES]
    gain = -sum((leg.amount for leg in legs if leg.place == Outside.GAINS), ZERO)
    return (-sum(basis, ZERO) if basis else None), gain


def _facts(entry: Entry, account: str, instrument: str, lot: Lot | None) -> LotFacts:
    """A lot as its entry tells it, or the books before the entry."""
    told, acquired = entry.details, entry.details.get("acquired", "")
    if not acquired:
        if lot is None:
            return LotFacts(account, instrument)
        return LotFacts(
            account, instrument, lot.acquired, lot.order, lot.holding_start,
            lot.by_purchase and not lot.inherited, lot.washed_quantity,
        )  # fmt: skip
    by_purchase = told.get("by_purchase") != "no" and told.get("inherited") != "yes"
    return LotFacts(
        *(account, instrument, _day(acquired), told.get("order"), _day(told.get("holding_start"))),
        *(by_purchase, exact(told.get("washed_quantity", "0"))),
    )


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:  # it is unknown
        return None

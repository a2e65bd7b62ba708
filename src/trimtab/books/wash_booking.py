"""Wash sales booked as they happen: what a journal leaves open is matched, and can be taken back.

The engine of `wash_sales` is told what was sold and not replaced yet (`wash_journal`) and the lots
that are held; each match is one entry, whose id follows from the lots, and those from executions.
What is booked is not found again.  Taking a match back follows the loss to where it is by now: in
the basis of the replacement, or in the gain of its sale.

Errors: `InputError` for a match that cannot be taken back, because what it was carried into left
the books otherwise than by a sale.
Source: 26 USC 1091; 26 CFR 1.1091-1.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from trimtab.books.free_names import free_name
from trimtab.books.ledger import Ledger, Outside
from trimtab.books.lot_entries import wash_sale
from trimtab.books.wash_journal import WashJournal
from trimtab.books.wash_records import (
    BORNE_BY,
    BORNE_GAIN,
    BROUGHT,
    COST,
    FREED,
    FREED_UNITS,
    ROUNDS_DOWN,
    SERVED,
    UNDOES,
    UNITS,
    Booked,
    DueMatch,
    LotFacts,
    SoldKey,
    WashTerms,
)
from trimtab.books.wash_sales import WINDOW, match_wash_sales
from trimtab.books.wash_values import HistoricLot
from trimtab.model.entries import Entry, EntryKind, Posting
from trimtab.model.errors import InputError
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO, cents

__all__ = [
    "UNDO_IDS",
    "WASH_IDS",
    "WASH_LOOKBACK",
    "due_matches",
    "match_entry",
    "taken_back",
]

WASH_LOOKBACK = 3 * WINDOW
"""Entries that lie further back change no match: two windows, and one to be safe."""
WASH_IDS, UNDO_IDS = "wash ", "undo wash "
"""How the ids of matches begin, and of what takes them back."""


def due_matches(
    journal: WashJournal, ledger: Ledger, terms: WashTerms, on: date
) -> tuple[DueMatch, ...]:
    """Every loss that something replaces and that is not booked yet, in the order of booking.

    To be asked again once they are booked.  `on` is the day up to which purchases are known.
    """
    losses = {
        terms.group_of(journal.facts[key.lot].instrument)
        for key in journal.sales
        if key.is_loss and _is_taxable(journal.facts[key.lot], terms) and on - key.on <= 2 * WINDOW
    }
    if not losses:
        return ()
    sold = dict(_sold(journal, ledger, terms, on))
    held = _held(journal, ledger, terms, on)
    lots = [lot for lot in (*sold, *held) if lot.group in losses]
    exact: dict[SoldKey, Decimal] = defaultdict(Decimal)
    given: dict[SoldKey, Decimal] = defaultdict(Decimal)
    taken: dict[tuple[str, date], Decimal] = defaultdict(Decimal)
    found: list[DueMatch] = []
    for match in match_wash_sales(lots, terms.reading, as_of=on).matches:
        loss = SoldKey(match.loss.lot, sold[match.loss].on, True, match.loss_served)
        exact[loss] += match.disallowed
        amount = cents(exact[loss] - ROUNDS_DOWN) - given[loss]  # a whole loss is its cents
        amount = max(min(amount, journal.lost[loss.lot, loss.on] - taken[loss.lot, loss.on]), ZERO)
        given[loss] += amount
        taken[loss.lot, loss.on] += amount
        if amount:
            found.append(
                DueMatch(replace(match, disallowed=amount), loss, sold.get(match.replacement))
            )
    return tuple(found)


def _is_taxable(facts: LotFacts, terms: WashTerms) -> bool:
    account = terms.accounts.get(facts.account)
    return account is not None and account.wrapper.is_taxable and terms.covers(facts.instrument)


def _sold(
    journal: WashJournal, ledger: Ledger, terms: WashTerms, on: date
) -> Iterator[tuple[HistoricLot, SoldKey]]:
    """What was sold lately, in accounts of the household; what a lot was, its rest tells best."""
    for key, sums in journal.sales.items():
        facts, rest = journal.facts[key.lot], ledger.lots.get(key.lot)
        account = terms.accounts.get(facts.account)
        if account is None or not terms.covers(facts.instrument) or on - key.on > WASH_LOOKBACK:
            continue
        order = facts.order if rest is None else rest.order
        lot = HistoricLot(
            lot=key.lot,
            account=account.id,
            owner=account.owner,
            wrapper=account.wrapper,
            instrument=facts.instrument,
            group=terms.group_of(facts.instrument),
            quantity=sums.quantity,
            acquired=facts.acquired if rest is None else rest.acquired,
            cost=max(sums.cost, ZERO),
            order=order or f"lot {key.lot}",
            sold=key.on,
            proceeds=max(sums.brought, ZERO),
            already_used=key.has_served,
            holding_start=facts.holding_start,
            by_purchase=facts.by_purchase,
        )
        yield lot, key


def _held(
    journal: WashJournal, ledger: Ledger, terms: WashTerms, on: date
) -> Iterator[HistoricLot]:
    """Lots bought recently enough to replace something, what has served apart.

    The rest of a lot that was sold from another account is left out: it is one purchase with it.
    """
    for lot in ledger.lots.values():
        facts = journal.facts.get(lot.id)
        if facts is not None and facts.account != lot.account:
            continue
        account = terms.accounts.get(lot.account)
        is_recent = lot.acquired is not None and on - lot.acquired <= WASH_LOOKBACK
        if not is_recent or account is None or not terms.covers(lot.instrument):
            continue
        served = min(lot.washed_quantity, lot.quantity)
        for part, used in ((served, True), (lot.quantity - served, False)):
            if part > ZERO:
                yield HistoricLot(
                    lot=lot.id,
                    account=lot.account,
                    owner=account.owner,
                    wrapper=account.wrapper,
                    instrument=lot.instrument,
                    group=terms.group_of(lot.instrument),
                    quantity=part,
                    acquired=lot.acquired,
                    cost=None if lot.basis is None else lot.basis * part / lot.quantity,
                    order=lot.order or f"lot {lot.id}",
                    already_used=used,
                    holding_start=lot.holding_start,
                    by_purchase=lot.by_purchase and not lot.inherited,
                )


def match_entry(due: DueMatch, journal: WashJournal, ledger: Ledger) -> Entry | None:
    """The entry of a match, with what is needed to take it back; those before it are booked.

    None where nothing is left of the loss: what it took along was rounded to cents.
    """
    match, key, name = due.match, due.loss, due.match.replacement.lot
    left = journal.sales.get(key)
    amount = match.disallowed if left is None else min(match.disallowed, left.loss)
    if amount <= ZERO:
        return None
    match = replace(match, disallowed=amount)
    on = max(key.on, match.replacement.acquired or key.on)
    entry_id = f"{WASH_IDS}{key.lot} sold {key.on} for {name}"
    replaced = ledger.lots.get(name) if match.replacement.sold is None else None
    part = ledger.free_lot_id(f"{name}+")
    made = wash_sale(free_name(entry_id, ledger.entries), on, ledger.view(), match, part)
    told = {
        UNITS: f"{match.quantity:f}",
        BROUGHT: f"{match.proceeds:f}",
        COST: f"{match.proceeds + match.disallowed:f}",
    }
    if key.has_served:
        told[SERVED] = "yes"
    if replaced is not None and replaced.holding_start is not None:
        told["start_before"] = replaced.holding_start.isoformat()
    if due.bearer is not None:
        told[BORNE_BY] = name
        told["replacement_sold"] = due.bearer.on.isoformat()
        if not due.bearer.is_loss:
            told[BORNE_GAIN] = "yes"
    return replace(made, details={**made.details, **told})


def taken_back(one: Booked, ledger: Ledger, on: date) -> list[Entry]:
    """The entries that undo a match: the loss counts again, and what it was carried into is as it
    was.

    Refuses: a match whose loss cannot be followed.
    """
    gone = one.is_lost or (one.lot and one.units and one.lot not in ledger.lots)
    if gone and not one.is_permanent:
        raise InputError(
            f"wash sale {one.entry!r}",
            f"what replaced it left {one.lot!r} otherwise than by a sale",
            "a match that is taken back must be found again",
            "book the correction by hand",
        )
    base, details = ledger.base_currency, {"loss": one.loss.lot, "sold": str(one.loss.on)}
    entry_id = free_name(f"{UNDO_IDS}{one.entry.removeprefix(WASH_IDS)}", ledger.entries)
    made = []
    for number, (_, day, amount, _) in enumerate(one.sold, start=1):
        legs = _loss_again(one, amount, base), Posting(Outside.GAINS, base, -amount, one.lot)
        told = {**details, "replacement_sold": str(day)}
        if amount:
            made.append(Entry(f"{entry_id} in {number}", EntryKind.WASH_SALE, on, legs, told))
    made.append(_rest_back(one, ledger, entry_id, on, details))
    return made


def _rest_back(
    one: Booked, ledger: Ledger, entry_id: str, on: date, details: Mapping[str, str]
) -> Entry:
    """What is not in the gain of a sale by now."""
    base, told = ledger.base_currency, {**details, UNDOES: one.entry}
    legs: list[Posting] = []
    if one.is_permanent:
        legs = [_loss_again(one, one.amount, base)]
        legs.append(Posting(Outside.EXPENSE, base, -one.amount))
        told |= _freed(ledger.lots.get(one.lot), one, legs, base)
    elif one.borne is not None:
        legs = [_loss_again(one, one.amount, base)]
        legs.append(Posting(Outside.GAINS, base, -one.amount, one.borne[0].lot))
        told["replacement_sold"] = str(one.borne[0].on)
    elif one.units:
        legs = [] if not one.carry else [_loss_again(one, one.carry, base)]
        lot, whole = ledger.lots[one.lot], ledger.lots.get(one.part_of)
        if whole is not None and _is_alike(whole, lot, one):
            legs += _gone_back(lot, whole, one.carry, base)
        else:
            told |= _freed(lot, one, legs, base)
    return Entry(entry_id, EntryKind.WASH_SALE, on, tuple(legs), told)


def _freed(lot: Lot | None, one: Booked, legs: list[Posting], base: str) -> dict[str, str]:
    """What says that units of a lot replace nothing any more; what they carried leaves with it."""
    if lot is None:
        return {}
    legs.append(Posting(lot.account, base, -one.carry, lot.id))
    told = {FREED: lot.id, FREED_UNITS: f"{min(one.units, lot.washed_quantity):f}"}
    start = one.start_before
    if one.is_permanent and lot.holding_start is not None:
        start = lot.holding_start.isoformat()
    return {**told, "holding_start": start} if start else told


def _gone_back(lot: Lot, whole: Lot, carry: Decimal, base: str) -> list[Posting]:
    """A part becomes the lot again that it was parted from."""
    basis = lot.basis or ZERO
    return [
        Posting(lot.account, lot.instrument, -lot.quantity, lot.id),
        Posting(lot.account, lot.instrument, lot.quantity, whole.id),
        Posting(lot.account, base, -basis, lot.id),
        Posting(lot.account, base, basis - carry, whole.id),
    ]


def _is_alike(whole: Lot, part: Lot, one: Booked) -> bool:
    """Whether a part can go back to the lot that it was parted from."""
    start = date.fromisoformat(one.start_before) if one.start_before else None
    same = (whole.account, whole.instrument) == (part.account, part.instrument)
    return same and whole.washed_quantity == ZERO and whole.holding_start == start


def _loss_again(one: Booked, amount: Decimal, base: str) -> Posting:
    return Posting(Outside.GAINS, base, amount, one.loss.lot)

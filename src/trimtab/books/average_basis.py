"""Average basis for mutual funds: every share of a fund in one account costs what they cost on
average.

An owner may elect it for funds; which shares leave, and so the term of the gain, still goes by
first in, first out.  What was acquired before 2012 is averaged apart.  Shares of unknown basis, and
gifts with a basis of their own for losses, keep the basis they have.  The election of a fund to
average old and new shares together is not covered.

Errors: `InputError` where there is nothing to average.
Source: 26 USC 1012(c)(2), (d); 26 CFR 1.1012-1(e).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from trimtab.books.ledger import Books
from trimtab.model.entries import Entry, EntryKind, Posting
from trimtab.model.errors import InputError
from trimtab.model.instruments import InstrumentKind
from trimtab.model.lots import Lot
from trimtab.model.money import share_out, total
from trimtab.model.snapshots import Snapshot

__all__ = ["average_basis", "averaged", "with_average_basis"]

COVERED_FROM = date(2012, 1, 1)
"""Shares of funds acquired before count as held in another account (26 USC 1012(c)(2)(A))."""


def averaged(lots: Iterable[Lot]) -> Mapping[str, Decimal]:
    """The basis of each lot once shares of one fund in one account cost the same.

    Unit: base currency, in cents; the bases of a pool add up to what they were.
    """
    pools: dict[tuple[str, str, bool], list[Lot]] = defaultdict(list)
    for lot in lots:
        if lot.basis is not None and lot.acquired is not None and lot.loss_basis is None:
            pools[lot.account, lot.instrument, lot.acquired < COVERED_FROM].append(lot)
    bases: dict[str, Decimal] = {}
    for pool in pools.values():
        whole = total(lot.basis for lot in pool if lot.basis is not None)
        parts = share_out(whole, [lot.quantity for lot in pool])
        bases |= {lot.id: part for lot, part in zip(pool, parts, strict=True)}
    return bases


def with_average_basis(snapshot: Snapshot) -> Snapshot:
    """A snapshot whose mutual funds in taxable accounts have average basis."""
    funds = [
        lot
        for lot in snapshot.lots
        if snapshot.instruments[lot.instrument].kind is InstrumentKind.MUTUAL_FUND
        and snapshot.household.account(lot.account).wrapper.is_taxable
    ]
    bases = averaged(funds)
    lots = tuple(
        replace(lot, basis=bases[lot.id]) if lot.id in bases else lot for lot in snapshot.lots
    )
    return replace(snapshot, lots=lots)


def average_basis(entry_id: str, on: date, books: Books, account: str, fund: str) -> Entry:
    """Basis moved among the lots of a fund so that every share costs the same; record it before a
    sale.

    Refuses: a fund of which there are not two lots to average.
    """
    lots: Sequence[Lot] = books.lots_of(fund, account)
    bases, legs = averaged(lots), []
    for lot in lots:
        change = bases[lot.id] - lot.basis if lot.id in bases and lot.basis is not None else None
        if change:
            legs.append(Posting(account, books.base_currency, change, lot.id))
    if not legs:
        raise InputError(
            f"entry {entry_id!r}",
            f"no lots of {fund} in {account} differ in what a share costs",
            remedy="nothing is to be recorded",
        )
    details = {"instrument": fund}
    return Entry(entry_id, EntryKind.AVERAGE_BASIS, on, tuple(legs), details)

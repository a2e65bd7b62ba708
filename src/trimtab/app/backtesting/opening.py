"""What a household holds on a backtest's first day: its targets, or its own lots and their days.

With `targets`, every account holds the targets in equal measure, bought that day at the close
without cost, so that policies are compared from the same place.  With `own`, it holds those of its
lots that it had by then, and buys the others' money when they were bought: what the journal does
not know of (sales since) is left out.

Errors: `InputError` where there is nothing to begin with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from trimtab.books.entries import opening_cash, opening_lot
from trimtab.books.ledger import Books, replay
from trimtab.drivers.backtest.market_days import NEVER, MarketDays
from trimtab.model.entries import Entry
from trimtab.model.errors import InputError
from trimtab.model.lots import Lot
from trimtab.model.mandate import CashFlow, Mandate, Split, Target
from trimtab.model.money import ZERO, cents, total
from trimtab.model.snapshots import Snapshot

__all__ = ["Opening", "StartFrom", "open_household"]

UNIT = Decimal("0.000001")
OPENED = "opening"


class StartFrom(StrEnum):
    """What the household holds on the first day."""

    TARGETS = "targets"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Opening:
    """The books of the first day, and the money that came in later with the household's own lots.

    Unit: `left_out` names lots that no purchase could be told of.
    """

    books: Books
    flows: tuple[CashFlow, ...] = ()
    left_out: tuple[str, ...] = ()


def open_household(
    snapshot: Snapshot,
    mandate: Mandate,
    market: MarketDays,
    first: int,
    start_from: StartFrom,
    value: Decimal | None = None,
) -> Opening:
    """The household on the first session of a backtest.

    Unit: `value` what it is worth in all then, base currency; its worth today where left out.
    Refuses: a household worth nothing, and `own` lots of which none can be held by the first day
    and no money comes later.
    """
    if start_from is StartFrom.OWN:
        return _own(snapshot, market, first, value)
    worth = {
        account.id: snapshot.account_value(account.id) for account in snapshot.household.accounts
    }
    today = total(worth.values())
    if today <= 0 and value is None:
        raise InputError(
            "household",
            "it holds neither lots nor cash",
            "a backtest begins with something",
            "say with how much: --value 100000",
        )
    if today <= 0:
        only = snapshot.household.accounts[0].id
        worth, today = {only: Decimal(1)}, Decimal(1)
    scale = Decimal(1) if value is None else value / today
    weights = _weights(snapshot, mandate, market, first)
    entries: list[Entry] = []
    for account, amount in worth.items():
        if amount > 0:
            entries += _bought(account, cents(amount * scale), weights, market, first, snapshot)
    return Opening(_booked(entries, snapshot))


def _weights(
    snapshot: Snapshot, mandate: Mandate, market: MarketDays, first: int
) -> Mapping[str, Decimal]:
    """Wanted weights of instruments that are listed on the first day."""
    weights: dict[str, Decimal] = {}
    for target in mandate.targets:
        listed = [
            name
            for name in target.instruments
            if name in market.column and market.age[first, market.column[name]] != NEVER
        ]
        for name, weight in _split(target, listed, snapshot):
            weights[name] = weights.get(name, ZERO) + weight
    return weights


def _split(target: Target, listed: list[str], snapshot: Snapshot) -> Iterator[tuple[str, Decimal]]:
    """A target's weight over what is listed of it."""
    if not listed:
        return
    held = {
        name: total(snapshot.lot_value(lot) for lot in snapshot.lots if lot.instrument == name)
        for name in listed
    }
    if target.split is Split.HELD and any(held.values()):
        every = total(held.values())
        yield from ((name, target.weight * part / every) for name, part in held.items())
    elif target.split is Split.EQUAL:
        yield from ((name, target.weight / len(listed)) for name in listed)
    else:
        yield listed[0], target.weight


def _bought(
    account: str,
    amount: Decimal,
    weights: Mapping[str, Decimal],
    market: MarketDays,
    first: int,
    snapshot: Snapshot,
) -> Iterator[Entry]:
    """Lots of one account at their targets, and the cash that is left."""
    on, base, left = market.dates[first], snapshot.household.base_currency, amount
    holder = snapshot.household.account(account)
    prices = market.prices(first)
    for name, weight in weights.items():
        step = UNIT if holder.fractional else snapshot.instruments[name].quantity_step
        price = prices[name].amount
        units = (amount * weight / price / step).to_integral_value(rounding=ROUND_DOWN) * step
        paid = cents(units * price)
        if units > 0 and paid > 0:
            lot = Lot(f"{account} {name}", account, name, units, paid, on)
            yield opening_lot(f"{OPENED} {lot.id}", on, lot, base)
            left -= paid
    if left > 0:
        yield opening_cash(f"{OPENED} {account} cash", on, account, base, left)


def _booked(entries: list[Entry], snapshot: Snapshot) -> Books:
    books, errors = replay(entries, snapshot.household.base_currency)
    if errors:
        raise errors[0]
    return books


def _own(snapshot: Snapshot, market: MarketDays, first: int, value: Decimal | None) -> Opening:
    """The household's own lots: held from the start, or bought with money that comes later."""
    on, base = market.dates[first], snapshot.household.base_currency
    if value is not None:
        raise InputError(
            "--value",
            "is given together with the household's own lots",
            "they say what it was worth",
            "leave one of the two out",
        )
    entries: list[Entry] = []
    flows: list[CashFlow] = []
    left_out = []
    for lot in snapshot.lots:
        if lot.acquired is None or lot.acquired <= on:
            entries.append(opening_lot(f"{OPENED} {lot.id}", on, lot, base))
        elif lot.basis is not None and lot.basis > 0:
            flows.append(CashFlow(lot.basis, lot.acquired, lot.account, f"lot {lot.id}"))
        else:
            left_out.append(lot.id)
    for balance in snapshot.cash:
        if balance.amount > 0:
            where = (balance.account, balance.currency, balance.amount)
            entries.append(opening_cash(f"{OPENED} {balance.account} cash", on, *where))
    if not entries and not flows:
        raise InputError("household", "it holds neither lots nor cash")
    return Opening(_booked(entries, snapshot), tuple(flows), tuple(left_out))


def without_undated_flows(mandate: Mandate) -> Mandate:
    """The mandate without what is needed now: it says nothing of the past."""
    return replace(mandate, flows=tuple(flow for flow in mandate.flows if flow.due is not None))


def first_day(snapshot: Snapshot) -> date | None:
    """The day on which the oldest lot was bought."""
    return min((lot.acquired for lot in snapshot.lots if lot.acquired is not None), default=None)

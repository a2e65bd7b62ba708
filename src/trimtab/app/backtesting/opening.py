"""What a household holds on a backtest's first day, where it begins at its targets.

Every account holds the targets in equal measure, bought without cost so that they are worth their
weights at the close of that day, its own splits and dividends counted: policies are compared from
the same place.  What an account may not hold is left to its other
instruments, and to cash where there is none.  `own_start` is the other way to begin.

Errors: `InputError` where there is nothing to begin with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from enum import StrEnum

from trimtab.books.entries import opening_cash, opening_lot
from trimtab.books.ledger import Books, replay
from trimtab.cycle.bounds import restricted
from trimtab.drivers.backtest.market_days import NEVER, MarketDays
from trimtab.model.entries import Entry
from trimtab.model.errors import InputError
from trimtab.model.findings import Finding
from trimtab.model.lots import Lot
from trimtab.model.mandate import CashFlow, Mandate, RestrictionKind, Split, Target
from trimtab.model.money import ZERO, cents, total
from trimtab.model.snapshots import Snapshot, TradeRecord
from trimtab.model.taxes import RealizedGains

__all__ = ["OPENED", "Opening", "StartFrom", "booked", "open_at_targets"]

UNIT = Decimal("0.000001")
OPENED = "opening"
NO_PURCHASE = (RestrictionKind.DO_NOT_BUY, RestrictionKind.NEVER_OWN)


class StartFrom(StrEnum):
    """What the household holds on the first day."""

    TARGETS = "targets"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Opening:
    """The books as the first day begins, and what is known besides.

    `words` say how it began, for a reader; `flows` is money that came and went later, and stands
    for the mandate's own flows where `is_recorded`; `trades` are the last before the first day;
    `realized` what the year had brought by then, where that is known.
    """

    books: Books
    words: str
    flows: tuple[CashFlow, ...] = ()
    trades: tuple[TradeRecord, ...] = ()
    realized: RealizedGains | None = None
    is_recorded: bool = False
    findings: tuple[Finding, ...] = ()


def open_at_targets(
    snapshot: Snapshot,
    mandate: Mandate,
    market: MarketDays,
    first: int,
    value: Decimal | None = None,
) -> Opening:
    """The household at its targets on the first session of a backtest.

    Unit: `value` what it is worth in all then, base currency; its worth today where left out.
    Refuses: a household worth nothing, and one whose accounts may hold no target.
    """
    worth = _worth(snapshot, value)
    listed = {
        name
        for name in market.instruments
        if market.age[first, market.column[name]] != NEVER and name in snapshot.instruments
    }
    entries: list[Entry] = []
    for account, amount in worth.items():
        weights = _weights(snapshot, mandate, account, listed)
        entries += _bought(account, amount, weights, market, first, snapshot)
    today = "its worth today" if value is None else "as asked for"
    base = snapshot.household.base_currency
    words = f"the targets in every account, {total(worth.values()):,.2f} {base} in all, {today}"
    if any(target.split is Split.HELD for target in mandate.targets):
        words += "; equal parts where the mandate keeps the proportions held"
    return Opening(booked(entries, base), words)


def _worth(snapshot: Snapshot, value: Decimal | None) -> dict[str, Decimal]:
    """What each account that holds anything is worth, all of them together `value`."""
    accounts = snapshot.household.accounts
    worth = {account.id: snapshot.account_value(account.id) for account in accounts}
    worth = {account: amount for account, amount in worth.items() if amount > 0}
    if not worth and value is None:
        raise InputError(
            "household",
            "it holds neither lots nor cash",
            "a backtest begins with something",
            "say with how much: --value 100000",
        )
    if not worth:
        worth = {accounts[0].id: Decimal(1)}
    scale = Decimal(1) if value is None else value / total(worth.values())
    return {account: cents(amount * scale) for account, amount in worth.items()}


def _weights(
    snapshot: Snapshot, mandate: Mandate, account: str, listed: set[str]
) -> Mapping[str, Decimal]:
    """Wanted weights of instruments that are listed and that an account may buy."""
    forbidden = _forbidden(snapshot, mandate, account)
    weights: dict[str, Decimal] = {}
    for target in mandate.targets:
        names = [name for name in target.instruments if name in listed and name not in forbidden]
        for name, weight in _split(target, names):
            weights[name] = weights.get(name, ZERO) + weight
    return weights


def _forbidden(snapshot: Snapshot, mandate: Mandate, account: str) -> set[str]:
    """What restrictions and menus keep out of an account."""
    return {
        name
        for rule in mandate.restrictions
        if rule.kind in NO_PURCHASE
        for name in snapshot.instruments
        if restricted(rule, account, name, snapshot)
    }


def _split(target: Target, names: Sequence[str]) -> Iterator[tuple[str, Decimal]]:
    """A target's weight over some of its instruments: all in the first, or equal parts.

    Where the mandate asks for the proportions that are held, they are equal too: those of today
    would put into the past what has risen since.
    """
    if not names:
        return
    if target.split is Split.FIRST:
        yield names[0], target.weight
    else:
        yield from ((name, target.weight / len(names)) for name in names)


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
    for name, weight in weights.items():
        step = UNIT if holder.fractional else snapshot.instruments[name].quantity_step
        price = _price_of_the_morning(market, first, name)
        units = (amount * weight / price / step).to_integral_value(rounding=ROUND_DOWN) * step
        paid = cents(units * price)
        if units > 0 and paid > 0:
            lot = Lot(f"{account} {name}", account, name, units, paid, on)
            yield opening_lot(f"{OPENED} {lot.id}", on, lot, base)
            left -= paid
    if left > 0:
        yield opening_cash(f"{OPENED} {account} cash", on, account, base, left)


def _price_of_the_morning(market: MarketDays, first: int, name: str) -> Decimal:
    """What a unit of before the first day's split and dividend comes to at that day's close."""
    column, close = market.column[name], market.prices(first)[name].amount
    split, paid = float(market.split[first, column]), float(market.dividend[first, column])
    return close * Decimal(repr(split)) + Decimal(repr(paid))


def booked(entries: Sequence[Entry], base: str) -> Books:
    """The books of a first day.

    Refuses: entries that contradict each other.
    """
    books, errors = replay(entries, base)
    if errors:
        raise errors[0]
    return books

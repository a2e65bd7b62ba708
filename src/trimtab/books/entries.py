"""What happens in an account, as balanced journal entries: one function for each event.

Events that need to know the books (sales, splits, transfers, …) stand in `lot_entries`.  Amounts
are in the account's currency; where that is not the base currency, an entry states the base amount
too, and the exchange goes through `market`.  Errors: `InputError` for amounts that cannot be.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from trimtab.books._lot_changes import facts_of
from trimtab.books.ledger import Outside
from trimtab.model.entries import Entry, EntryKind, Posting
from trimtab.model.errors import InputError
from trimtab.model.lots import Lot
from trimtab.model.money import ZERO

__all__ = [
    "buy",
    "conversion",
    "decision",
    "deposit",
    "dividend",
    "fee",
    "gift_in",
    "inheritance",
    "interest",
    "opening_cash",
    "opening_lot",
    "purchase_of_unknown_basis",
    "reinvestment",
    "transfer_cash",
    "withdrawal",
]

BASE = "USD"
RATE_PLACES = 8


def opening_lot(entry_id: str, on: date, lot: Lot, base_currency: str = BASE) -> Entry:
    """A lot that was held when the books began, with all its facts."""
    _positive(entry_id, "quantity", lot.quantity)
    legs = _received(lot, Outside.EQUITY, base_currency)
    return Entry(entry_id, EntryKind.OPENING, on, legs, facts_of(lot))


def opening_cash(entry_id: str, on: date, account: str, currency: str, amount: Decimal) -> Entry:
    """Cash that was held when the books began; negative where it was owed."""
    return _moved(entry_id, EntryKind.OPENING, on, Outside.EQUITY, account, currency, amount)


def deposit(entry_id: str, on: date, account: str, currency: str, amount: Decimal) -> Entry:
    """Money put in from outside."""
    _positive(entry_id, "amount", amount)
    return _moved(entry_id, EntryKind.DEPOSIT, on, Outside.EQUITY, account, currency, amount)


def withdrawal(entry_id: str, on: date, account: str, currency: str, amount: Decimal) -> Entry:
    """Money taken out; `amount` is positive."""
    _positive(entry_id, "amount", amount)
    return _moved(entry_id, EntryKind.WITHDRAWAL, on, Outside.EQUITY, account, currency, -amount)


def dividend(
    entry_id: str, on: date, account: str, currency: str, amount: Decimal, instrument: str
) -> Entry:
    """A dividend paid in cash."""
    _positive(entry_id, "amount", amount)
    return _moved(
        entry_id,
        EntryKind.DIVIDEND,
        on,
        Outside.INCOME,
        account,
        currency,
        amount,
        {"instrument": instrument},
    )


def interest(entry_id: str, on: date, account: str, currency: str, amount: Decimal) -> Entry:
    """Interest received, or paid where negative."""
    return _moved(entry_id, EntryKind.INTEREST, on, Outside.INCOME, account, currency, amount)


def fee(
    entry_id: str, on: date, account: str, currency: str, amount: Decimal, text: str = ""
) -> Entry:
    """A fee that belongs to no trade; `amount` is positive."""
    _positive(entry_id, "amount", amount)
    details = {"text": text} if text else {}
    return _moved(entry_id, EntryKind.FEE, on, Outside.EXPENSE, account, currency, -amount, details)


def transfer_cash(
    entry_id: str, on: date, account: str, to_account: str, currency: str, amount: Decimal
) -> Entry:
    """Cash moved between two accounts of the household."""
    _positive(entry_id, "amount", amount)
    return _moved(entry_id, EntryKind.TRANSFER, on, account, to_account, currency, amount)


def conversion(
    entry_id: str,
    on: date,
    account: str,
    sold: tuple[str, Decimal],
    bought: tuple[str, Decimal],
) -> Entry:
    """One currency exchanged for another, each as (currency, positive amount)."""
    legs = []
    for currency, amount, sign in ((*sold, -1), (*bought, 1)):
        _positive(entry_id, f"amount of {currency}", amount)
        legs.append(Posting(account, currency, sign * amount))
        legs.append(Posting(Outside.MARKET, currency, -sign * amount))
    rate = {"rate": str(round(bought[1] / sold[1], RATE_PLACES))}
    return Entry(entry_id, EntryKind.CONVERSION, on, tuple(legs), rate)


def buy(
    entry_id: str,
    on: date,
    lot: Lot,
    paid: Decimal,
    currency: str = BASE,
    base_currency: str = BASE,
) -> Entry:
    """A purchase: `paid` is what left the account, fees included; the lot's basis its base value.

    Refuses: a basis that is not what was paid where no exchange was needed.
    """
    _positive(entry_id, "quantity", lot.quantity)
    basis = _known_basis(entry_id, lot)
    if currency == base_currency and basis != paid:
        raise InputError(
            f"entry {entry_id!r}",
            f"{paid} {currency} are paid and the basis is {basis}",
            "they are the same where no exchange is needed",
        )
    legs = [
        *_units(lot, Outside.MARKET),
        Posting(lot.account, currency, -paid),
        Posting(lot.account, base_currency, basis, lot.id),
        *exchange(currency, paid, base_currency, basis),
    ]
    return Entry(entry_id, EntryKind.BUY, on, tuple(legs), facts_of(lot))


def reinvestment(
    entry_id: str,
    on: date,
    lot: Lot,
    currency: str = BASE,
    paid: Decimal | None = None,
    base_currency: str = BASE,
) -> Entry:
    """A dividend that bought more units at once: income of `paid`, and a lot of that basis."""
    _positive(entry_id, "quantity", lot.quantity)
    basis = _known_basis(entry_id, lot)
    amount = basis if paid is None else paid
    legs = [
        *_units(lot, Outside.MARKET),
        Posting(Outside.INCOME, currency, -amount),
        Posting(lot.account, base_currency, basis, lot.id),
        *exchange(currency, amount, base_currency, basis),
    ]
    details = facts_of(lot) | {"reinvested": "yes"}
    return Entry(entry_id, EntryKind.REINVESTMENT, on, tuple(legs), details)


def purchase_of_unknown_basis(
    entry_id: str, on: date, lot: Lot, paid: Decimal, currency: str
) -> Entry:
    """A purchase whose base value nobody knows: what was paid left, the lot's basis is unknown."""
    legs = _units(lot, Outside.MARKET)
    if paid:
        legs += (Posting(lot.account, currency, -paid), Posting(Outside.MARKET, currency, paid))
    return Entry(entry_id, EntryKind.BUY, on, legs, facts_of(replace(lot, basis=None)))


def gift_in(entry_id: str, on: date, lot: Lot, value: Decimal, base_currency: str = BASE) -> Entry:
    """A gift received: the lot has the donor's basis and first day, `value` is its worth that day.

    A value below the donor's basis counts for losses; between the two there is neither.
    Source: 26 USC 1015(a), 1223(2).
    """
    _positive(entry_id, "quantity", lot.quantity)
    details = facts_of(lot) | {"by_purchase": "no", "acquired": on.isoformat()}
    if lot.starts is not None:
        details["holding_start"] = lot.starts.isoformat()
    if lot.basis is not None and value < lot.basis:
        details["loss_basis"] = str(value)
    legs = _received(lot, Outside.EQUITY, base_currency)
    return Entry(entry_id, EntryKind.GIFT_IN, on, legs, details)


def inheritance(entry_id: str, on: date, lot: Lot, base_currency: str = BASE) -> Entry:
    """A lot inherited: its basis is the value on the day of death, its gains are long-term.

    Source: 26 USC 1014(a), 1223(9).
    """
    _positive(entry_id, "quantity", lot.quantity)
    details = facts_of(lot) | {"by_purchase": "no", "inherited": "yes"}
    legs = _received(lot, Outside.EQUITY, base_currency)
    return Entry(entry_id, EntryKind.INHERITANCE, on, legs, details)


def decision(entry_id: str, on: date, details: Mapping[str, str]) -> Entry:
    """A decision of a cycle, recorded beside what it led to; it moves nothing."""
    return Entry(entry_id, EntryKind.DECISION, on, (), dict(details))


def exchange(
    currency: str, amount: Decimal, base_currency: str, base_amount: Decimal
) -> tuple[Posting, ...]:
    """The market's side of turning an amount into its base value; nothing where both are one."""
    if currency == base_currency:
        return ()
    return (
        Posting(Outside.MARKET, currency, amount),
        Posting(Outside.MARKET, base_currency, -base_amount),
    )


def _moved(
    entry_id: str,
    kind: EntryKind,
    on: date,
    source: str,
    account: str,
    currency: str,
    amount: Decimal,
    details: Mapping[str, str] | None = None,
) -> Entry:
    """Cash from one place to another."""
    legs = (Posting(account, currency, amount), Posting(source, currency, -amount))
    return Entry(entry_id, kind, on, legs, dict(details or {}))


def _units(lot: Lot, source: str) -> tuple[Posting, ...]:
    """A lot's units, from a place into its account."""
    return (
        Posting(lot.account, lot.instrument, lot.quantity, lot.id),
        Posting(source, lot.instrument, -lot.quantity),
    )


def _received(lot: Lot, source: str, base_currency: str) -> tuple[Posting, ...]:
    """A lot's units and its basis, where that is known, from a place into its account."""
    if lot.basis is None:
        return _units(lot, source)
    return (
        *_units(lot, source),
        Posting(lot.account, base_currency, lot.basis, lot.id),
        Posting(source, base_currency, -lot.basis),
    )


def _known_basis(entry_id: str, lot: Lot) -> Decimal:
    if lot.basis is None:
        raise InputError(f"entry {entry_id!r}", f"lot {lot.id!r} is bought and has no basis")
    return lot.basis


def _positive(entry_id: str, what: str, amount: Decimal) -> None:
    if not amount.is_finite() or amount <= ZERO:
        raise InputError(f"entry {entry_id!r}", f"{what} is {amount}", "it must be above zero")

"""Journal entries as the transactions of an OFX statement, account by account.

What an entry moved in an account is read from its legs: units of instruments, and cash.  What moves
neither (a decision, a basis that was corrected) is no transaction; neither is what the books began
with, which the positions of the statement say.

Errors: none.
Source: OFX 2.2, 13.9.2.4 (investment transactions).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from trimtab.app.ofx_elements import Element, amount, day, element
from trimtab.books.ledger import Outside
from trimtab.model.entries import Entry, EntryKind
from trimtab.model.instruments import Instrument, InstrumentKind
from trimtab.model.money import ZERO

__all__ = ["Activity", "activities", "kind_of", "security"]

PRICE_PLACES = Decimal("0.00000001")
SILENT = frozenset(
    {EntryKind.OPENING, EntryKind.DECISION, EntryKind.WASH_SALE, EntryKind.AVERAGE_BASIS}
)
BANK_TYPES: Mapping[EntryKind, str] = {
    EntryKind.INTEREST: "INT",
    EntryKind.FEE: "FEE",
    EntryKind.TRANSFER: "XFER",
    EntryKind.CONVERSION: "XFER",
}
"""What a movement of cash is called; others are a credit or a debit, by their sign."""
FUNDS = {"SUBACCTSEC": "CASH", "SUBACCTFUND": "CASH"}


@dataclass(frozen=True, slots=True)
class Activity:
    """A transaction of one account, in one currency."""

    account: str
    currency: str
    on: date
    element: Element


@dataclass(slots=True)
class _Moved:
    """What an entry moved in one account: units by instrument, cash by currency."""

    units: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    cash: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))


def kind_of(instrument: Instrument | None) -> str:
    """What OFX calls the kind of a security; what needs facts that we lack is OTHER."""
    match None if instrument is None else instrument.kind:
        case InstrumentKind.STOCK | InstrumentKind.ETF:
            return "STOCK"
        case InstrumentKind.MUTUAL_FUND:
            return "MF"
        case _:
            return "OTHER"


def security(name: str) -> Element:
    """How rows name a security; the list at the end gives its ticker and name."""
    return element("SECID", {"UNIQUEID": name, "UNIQUEIDTYPE": "TICKER"})


def activities(
    entries: Iterable[Entry],
    instruments: Mapping[str, Instrument],
    currencies: Mapping[str, str],
    base: str,
) -> Iterator[Activity]:
    """The transactions of all accounts, in the order of the entries.

    `currencies` is that of each account; `base` the one that lots' bases are kept in.
    """
    held: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for entry in entries:
        for account, moved in _moved(entry, currencies, base).items():
            before = {name: held[account, name] for name in moved.units}
            for name, units in moved.units.items():
                held[account, name] += units
            if entry.kind not in SILENT:
                yield from _of_account(
                    entry, account, moved, before, instruments, currencies[account]
                )


def _moved(entry: Entry, currencies: Mapping[str, str], base: str) -> dict[str, _Moved]:
    found: dict[str, _Moved] = defaultdict(_Moved)
    for leg in entry.postings:
        if leg.place not in currencies or (leg.lot is not None and leg.commodity == base):
            continue
        told = found[leg.place]
        (told.cash if leg.lot is None else told.units)[leg.commodity] += leg.amount
    if entry.kind is EntryKind.REINVESTMENT:
        for account in found:
            for leg in entry.postings:
                if leg.place == Outside.INCOME:
                    found[account].cash[leg.commodity] += leg.amount
    return found


def _of_account(
    entry: Entry,
    account: str,
    moved: _Moved,
    before: Mapping[str, Decimal],
    instruments: Mapping[str, Instrument],
    currency: str,
) -> Iterator[Activity]:
    """What an entry did in one account."""
    units = {name: number for name, number in moved.units.items() if number}
    cash = {name: number for name, number in moved.cash.items() if number}
    number = 0
    for name, quantity in units.items():
        number += 1
        paid_in = next(iter(cash), currency)
        paid = cash.pop(paid_in, ZERO) if len(units) == 1 else ZERO
        kind = kind_of(instruments.get(name))
        head = _head(entry, account, number)
        made = _of_units(entry, name, kind, quantity, paid, before[name], head)
        yield Activity(account, paid_in, entry.on, made)
    for paid_in, paid in cash.items():
        number += 1
        made = _of_cash(entry, paid, _head(entry, account, number))
        yield Activity(account, paid_in, entry.on, made)


def _head(entry: Entry, account: str, number: int) -> Element:
    name = f"{entry.id} {account}" if number == 1 else f"{entry.id} {account} {number}"
    memo = entry.details.get("text", "") or entry.kind.value.replace("_", " ")
    return element("INVTRAN", {"FITID": name, "DTTRADE": day(entry.on), "MEMO": memo})


def _of_units(
    entry: Entry,
    name: str,
    kind: str,
    quantity: Decimal,
    paid: Decimal,
    before: Decimal,
    head: Element,
) -> Element:
    """A transaction that moves units."""
    told = {"UNITS": amount(quantity), "UNITPRICE": _price(quantity, paid), "TOTAL": amount(paid)}
    match entry.kind:
        case EntryKind.BUY | EntryKind.SELL:
            side = "BUY" if entry.kind is EntryKind.BUY else "SELL"
            typed = {f"{side}TYPE": side} if kind != "OTHER" else {}
            inner = element(f"INV{side}", head, security(name), told | FUNDS)
            return element(f"{side}{kind}", inner, typed)
        case EntryKind.REINVESTMENT:
            income = {"INCOMETYPE": "DIV", "TOTAL": amount(paid), "SUBACCTSEC": "CASH"}
            return element("REINVEST", head, security(name), income | told)
        case EntryKind.SPLIT:
            after = before + quantity
            ratio = {"OLDUNITS": amount(before), "NEWUNITS": amount(after)}
            new, _, old = entry.details.get("ratio", "").partition(":")
            ratio |= {"NUMERATOR": new or amount(after), "DENOMINATOR": old or amount(before)}
            if paid:
                ratio["FRACCASH"] = amount(paid)
            return element("SPLIT", head, security(name), {"SUBACCTSEC": "CASH"}, ratio)
        case _:
            way = {"TFERACTION": "IN" if quantity > 0 else "OUT", "POSTYPE": "LONG"}
            moved = {"SUBACCTSEC": "CASH", "UNITS": amount(quantity)}
            return element("TRANSFER", head, security(name), moved | way)


def _of_cash(entry: Entry, paid: Decimal, head: Element) -> Element:
    """A transaction that moves cash alone."""
    name = entry.details.get("instrument", "")
    if name and entry.kind is EntryKind.DIVIDEND:
        told = {"INCOMETYPE": "DIV", "TOTAL": amount(paid)} | FUNDS
        return element("INCOME", head, security(name), told)
    if name and entry.kind is EntryKind.RETURN_OF_CAPITAL:
        return element("RETOFCAP", head, security(name), {"TOTAL": amount(paid)} | FUNDS)
    kind = BANK_TYPES.get(entry.kind, "CREDIT" if paid > 0 else "DEBIT")
    told = {"TRNTYPE": kind, "DTPOSTED": day(entry.on), "TRNAMT": amount(paid)}
    told |= {"FITID": head.value("FITID"), "NAME": head.value("MEMO")}
    return element("INVBANKTRAN", element("STMTTRN", told), {"SUBACCTFUND": "CASH"})


def _price(quantity: Decimal, paid: Decimal) -> str:
    """Of one unit, fees included."""
    return amount(abs(paid / quantity).quantize(PRICE_PLACES)) if quantity else "0"

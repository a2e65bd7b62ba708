"""A household's holdings and transactions as an OFX 2.2 file, which other programs read.

Positions are those of the snapshot, one a security and account: lots are no part of the format.
Transactions are those of the journal.  An account that holds cash in several currencies has a
statement for each.  What our own importer reads of the file are the same totals.

Errors: `InputError` for an instrument without a price.
Source: OFX 2.2, 13 (investments).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from trimtab.app.ofx_activity import Activity, activities, kind_of, security
from trimtab.app.ofx_elements import Element, amount, day, element, moment
from trimtab.model.entries import Entry
from trimtab.model.money import ZERO
from trimtab.model.snapshots import Snapshot

__all__ = ["OFX_MEDIA", "ofx_entries", "ofx_parts"]

OFX_MEDIA = "application/x-ofx"
BROKER = "trimtab"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n'
    '<?OFX OFXHEADER="200" VERSION="220" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>\n'
)
FINE = element("STATUS", {"CODE": "0", "SEVERITY": "INFO"})


@dataclass(frozen=True, slots=True)
class _Statement:
    """One account in one currency."""

    account: str
    currency: str
    is_main: bool


def ofx_parts(snapshot: Snapshot, entries: Iterable[Entry], at: datetime) -> Iterator[str]:
    """The file's text, part by part; `at` is the moment that it is made.

    Refuses: an instrument without a price.
    """
    currencies = {one.id: one.currency for one in snapshot.household.accounts}
    base = snapshot.household.base_currency
    told = tuple(activities(entries, snapshot.instruments, currencies, base))
    yield f"{HEAD}<OFX>\n"
    institution = element("FI", {"ORG": "Trimtab", "FID": "0"})
    signed_on = element("SONRS", FINE, {"DTSERVER": moment(at), "LANGUAGE": "ENG"}, institution)
    yield from element("SIGNONMSGSRSV1", signed_on).lines(1)
    yield " <INVSTMTMSGSRSV1>\n"
    for number, one in enumerate(_statements(snapshot, told), start=1):
        yield from _statement(snapshot, one, told, number).lines(2)
    yield " </INVSTMTMSGSRSV1>\n"
    listed = [_listed(snapshot, name) for name in sorted(snapshot.instruments)]
    yield from element("SECLISTMSGSRSV1", element("SECLIST", *listed)).lines(1)
    yield "</OFX>\n"


def ofx_entries(folder: Path, until: date) -> tuple[Entry, ...]:
    """What the household's journal says happened up to a day; nothing where it has none.

    Refuses: a journal that cannot be read.
    """
    from trimtab.app.store_journal import StoreJournal, journal_at

    book = journal_at(folder)
    if not isinstance(book, StoreJournal) and not book.exists:
        return ()
    try:
        return tuple(one for one in book.entries() if one.on <= until)
    finally:
        if isinstance(book, StoreJournal):
            book.store.close()


def _statements(snapshot: Snapshot, told: Sequence[Activity]) -> list[_Statement]:
    """Each account in its own currency, and in every other in which it has or had cash."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for account in snapshot.household.accounts:
        found[account.id][account.currency] = None
    for balance in snapshot.cash:
        found[balance.account][balance.currency] = None
    for one in told:
        found[one.account][one.currency] = None
    return [
        _Statement(account, currency, place == 0)
        for account, currencies in found.items()
        for place, currency in enumerate(currencies)
    ]


def _statement(
    snapshot: Snapshot, one: _Statement, every: Sequence[Activity], number: int
) -> Element:
    mine = [row for row in every if (row.account, row.currency) == (one.account, one.currency)]
    first = min((row.on for row in mine), default=snapshot.as_of)
    span = {"DTSTART": day(min(first, snapshot.as_of)), "DTEND": day(snapshot.as_of)}
    parts = [
        element("INVACCTFROM", {"BROKERID": BROKER, "ACCTID": one.account}),
        element("INVTRANLIST", span, *(row.element for row in mine)),
    ]
    if one.is_main:
        parts.append(element("INVPOSLIST", *_positions(snapshot, one.account)))
    head = {"DTASOF": day(snapshot.as_of), "CURDEF": one.currency}
    told = element("INVSTMTRS", head, *parts, _balance(snapshot, one))
    return element("INVSTMTTRNRS", {"TRNUID": str(number)}, FINE, told)


def _positions(snapshot: Snapshot, account: str) -> Iterator[Element]:
    """What an account holds, one a security."""
    units: dict[str, Decimal] = defaultdict(Decimal)
    for lot in snapshot.lots:
        if lot.account == account:
            units[lot.instrument] += lot.quantity
    own = snapshot.household.account(account).currency
    for name, quantity in units.items():
        snapshot.unit_value(name)
        price = snapshot.prices[name]
        values = {"HELDINACCT": "CASH", "POSTYPE": "LONG" if quantity >= ZERO else "SHORT"}
        values |= {"UNITS": amount(quantity), "UNITPRICE": amount(price.amount)}
        values |= {"MKTVAL": amount(quantity * price.amount), "DTPRICEASOF": day(price.on)}
        content: list[Element | dict[str, str]] = [security(name), values]
        if price.currency != own:
            rate = snapshot.rate(price.currency) / snapshot.rate(own)
            told = {"CURRATE": f"{rate:.8f}", "CURSYM": price.currency}
            content.append(element("CURRENCY", told))
        held = element("INVPOS", *content)
        yield element(f"POS{kind_of(snapshot.instruments.get(name))}", held)


def _balance(snapshot: Snapshot, one: _Statement) -> Element:
    """An account's cash of a currency; what it owes is a margin loan."""
    cash = sum(
        (
            row.amount
            for row in snapshot.cash
            if (row.account, row.currency) == (one.account, one.currency)
        ),
        ZERO,
    )
    values = {"AVAILCASH": max(cash, ZERO), "MARGINBALANCE": min(cash, ZERO), "SHORTBALANCE": ZERO}
    return element("INVBAL", {name: amount(number) for name, number in values.items()})


def _listed(snapshot: Snapshot, name: str) -> Element:
    """A security's ticker and name."""
    instrument = snapshot.instruments[name]
    told = {"SECNAME": instrument.name or name, "TICKER": name}
    return element(f"{kind_of(instrument)}INFO", element("SECINFO", security(name), told))

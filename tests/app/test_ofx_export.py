"""What is exported as OFX, our importer reads back: the same holdings, the same transactions."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from trimtab.app.demo import load_demo
from trimtab.app.journal_folder import opening_entries
from trimtab.app.ofx_export import ofx_parts
from trimtab.books import entries as event
from trimtab.books import lot_entries as lot_event
from trimtab.books.ledger import Books, apply
from trimtab.books.relief import LotUnits
from trimtab.importers.ofx import Ofx
from trimtab.model.entries import Entry
from trimtab.model.lots import Lot
from trimtab.model.snapshots import CashBalance, Price, Snapshot
from trimtab.model.statements import Action, Statement

D = Decimal
AT = datetime(2022, 10, 12, 8, tzinfo=UTC)
DAY = date(2022, 10, 3)


@pytest.fixture(scope="module")
def snapshot() -> Snapshot:
    return load_demo().snapshot


def read(snapshot: Snapshot, entries: Sequence[Entry] = ()) -> Statement:
    text = "".join(ofx_parts(snapshot, entries, AT))
    ElementTree.fromstring(text)  # it is XML
    found = Ofx().read("export.ofx", text.encode(), "digest")
    assert found.breaks == ()
    return found


def units_of(snapshot: Snapshot) -> dict[tuple[str, str], Decimal]:
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for lot in snapshot.lots:
        found[lot.account, lot.instrument] += lot.quantity
    return found


def test_our_importer_reads_the_same_totals_of_lots_and_of_cash(snapshot: Snapshot):
    found = read(snapshot, opening_entries(snapshot))
    held = {
        (one.account, one.instrument.symbol): one.quantity
        for one in found.positions
        if not one.instrument.is_cash
    }
    cash = {one.account: one.quantity for one in found.positions if one.instrument.is_cash}
    assert held == units_of(snapshot)
    assert cash == {one.account: one.amount for one in snapshot.cash}
    assert found.as_of == snapshot.as_of
    assert found.transactions == ()


def journal(snapshot: Snapshot) -> tuple[Entry, ...]:
    """What may happen, after an opening."""
    entries = list(opening_entries(snapshot))
    books = Books()
    for one in entries:
        books = apply(books, one)
    bought = Lot("new", "joint", "QUAL", D("10"), D("1000.50"), DAY)
    again = Lot("more", "joint", "USMV", D("0.5"), D("32.10"), DAY)
    first = next(lot for lot in snapshot.lots if lot.instrument == "AAPL")
    sold = [LotUnits(first.id, D(3))]
    entries += [
        event.buy("b1", DAY, bought, D("1000.50")),
        lot_event.sell("s1", DAY, books, sold, D("420.30")),
        event.dividend("d1", DAY, "joint", "USD", D("12.34"), "QUAL"),
        event.reinvestment("r1", DAY, again),
        event.interest("i1", DAY, "joint", "USD", D("1.11")),
        event.fee("f1", DAY, "joint", "USD", D("4.95"), "wire <fee> & more"),
        event.deposit("in", DAY, "joint", "USD", D(500)),
        event.withdrawal("out", DAY, "joint", "USD", D(70)),
        event.transfer_cash("move", DAY, "joint", "ana_ira", "USD", D(25)),
        lot_event.split("split", DAY, books, "KO", 2, 1),
        event.decision("why", DAY, {"verdict": "trade"}),
    ]
    return tuple(entries)


def test_our_importer_reads_the_same_transactions(snapshot: Snapshot):
    found = read(snapshot, journal(snapshot))
    told = {
        (one.broker_id, one.action, one.quantity, one.amount)
        for one in found.transactions
        if one.account == "joint" and one.action is not Action.SPLIT
    }
    assert told == {
        ("b1 joint", Action.BUY, D(10), D("-1000.50")),
        ("s1 joint", Action.SELL, D(-3), D("420.30")),
        ("d1 joint", Action.DIVIDEND, None, D("12.34")),
        ("r1 joint", Action.REINVESTMENT, D("0.5"), D("-32.10")),
        ("i1 joint", Action.INTEREST, None, D("1.11")),
        ("f1 joint", Action.FEE, None, D("-4.95")),
        ("in joint", Action.DEPOSIT, None, D(500)),
        ("out joint", Action.WITHDRAWAL, None, D(-70)),
        ("move joint", Action.TRANSFER_OUT, None, D(-25)),
    }
    assert {one.on for one in found.transactions} == {DAY}
    fee = next(one for one in found.transactions if one.action is Action.FEE)
    assert fee.text == "wire <fee> & more"
    moved = [one for one in found.transactions if one.account == "ana_ira"]
    assert (Action.TRANSFER_IN, D(25)) in [(one.action, one.amount) for one in moved]


def test_a_split_says_what_was_held_and_what_is(snapshot: Snapshot):
    found = read(snapshot, journal(snapshot))
    splits = {one.account: one for one in found.transactions if one.action is Action.SPLIT}
    before = units_of(snapshot)
    assert splits
    for account, one in splits.items():
        assert one.quantity == before[account, "KO"]
        assert one.text.startswith("2 for 1")


def test_names_begin_no_element_whatever_they_are(snapshot: Snapshot):
    evil = "</SECNAME><INVBAL><AVAILCASH>9 & \x01 ]]> <![CDATA[ \ud7ff"
    instruments = dict(snapshot.instruments)
    instruments["QUAL"] = replace(instruments["QUAL"], name=evil)
    found = read(replace(snapshot, instruments=instruments))
    held = next(one for one in found.positions if one.instrument.symbol == "QUAL")
    assert held.instrument.name == evil.replace("\x01", "\ufffd")
    assert len(found.positions) == len(read(snapshot).positions)


def test_what_is_owed_and_what_is_held_in_another_currency_comes_back(snapshot: Snapshot):
    cash = (CashBalance("joint", "USD", D("-250.10")), CashBalance("joint", "EUR", D("99.01")))
    prices = {**snapshot.prices, "QUAL": Price("QUAL", D(90), "EUR", DAY)}
    other = replace(snapshot, cash=cash, prices=prices, rates={"EUR": D("1.1")})
    found = read(other)
    told = [one for one in found.positions if one.account == "joint" and one.instrument.is_cash]
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for one in told:
        sums[one.currency] += one.quantity or D(0)
    assert sums == {"USD": D("-250.10"), "EUR": D("99.01")}
    held = next(one for one in found.positions if one.instrument.symbol == "QUAL")
    assert (held.currency, held.price) == ("EUR", D(90))

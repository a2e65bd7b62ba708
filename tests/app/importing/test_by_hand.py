"""What a person writes into lots.csv between imports becomes entries of the journal."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.folders import MANDATE
from trimtab.app.config import parse_mandate
from trimtab.app.importing.by_hand import REASON, written_by_hand
from trimtab.app.importing.lots_text import lots_text
from trimtab.books.ledger import Books, Ledger
from trimtab.model.entries import Entry, EntryKind
from trimtab.model.errors import InputErrors

DAY = date(2024, 7, 31)
FILE = parse_mandate(MANDATE, Path("mandate.toml"))
HEADER = "account,instrument,quantity,basis,acquired\n"
FIRST = HEADER + (
    "joint,VTI,10,2100.00,2020-01-02\njoint,BND,5,,\nira,VTI,3,700.00,2021-03-04\n"
    "joint,CASH,1000.00,,\n"
)


def ledger() -> Ledger:
    return Ledger(Books("USD"))


def edited(folder: Path, text: str, books: Ledger, *, is_first: bool = False) -> list[Entry]:
    (folder / "lots.csv").write_text(text, "utf-8")
    return written_by_hand(folder, FILE, books, DAY, is_first=is_first).entries


def held(books: Ledger) -> list[str]:
    lots = [
        f"{lot.account} {lot.instrument} {lot.quantity} {lot.basis} {lot.acquired}"
        for lot in books.lots.values()
    ]
    return sorted(lots) + sorted(f"{a} {code} {n}" for (a, code), n in books.cash.items() if n)


def test_a_file_that_was_kept_before_the_first_import_opens_the_journal(tmp_path: Path) -> None:
    books = ledger()
    entries = edited(tmp_path, FIRST, books, is_first=True)
    assert {entry.kind for entry in entries} == {EntryKind.OPENING}
    assert held(books) == [
        "ira VTI 3 700.00 2021-03-04",
        "joint BND 5 None None",
        "joint VTI 10 2100.00 2020-01-02",
        "joint USD 1000.00",
    ]
    assert edited(tmp_path, FIRST, books) == []


@pytest.mark.parametrize(
    ("old", "new", "row"),
    [
        ("joint,VTI,10,", "joint,VTI,11.5,", "joint VTI 11.5 2100.00 2020-01-02"),
        ("2100.00", "2050.00", "joint VTI 10 2050.00 2020-01-02"),
        ("2100.00", "", "joint VTI 10 None 2020-01-02"),
        ("2020-01-02", "2019-12-31", "joint VTI 10 2100.00 2019-12-31"),
        ("joint,BND,5,,", "joint,BND,5,400,2022-03-01", "joint BND 5 400 2022-03-01"),
        ("joint,CASH,1000.00", "joint,CASH,990.50", "joint USD 990.50"),
        ("ira,VTI,3", "ira,BND,3", "ira BND 3 700.00 2021-03-04"),
        (
            "joint,CASH,1000.00,,\n",
            "joint,CASH,1000.00,,\njoint,ITOT,1,9,\n",
            "joint ITOT 1 9 None",
        ),
    ],
)
def test_a_change_is_noted_with_its_reason_and_holds(
    tmp_path: Path, old: str, new: str, row: str
) -> None:
    books = ledger()
    edited(tmp_path, FIRST, books, is_first=True)
    changed = FIRST.replace(old, new)
    assert changed != FIRST
    entries = edited(tmp_path, changed, books)
    assert entries
    assert {one.kind for one in entries} <= {EntryKind.CORRECTION, EntryKind.OPENING}
    assert row in held(books)
    assert all(one.details["reason"] == REASON for one in entries if "reason" in one.details)
    assert edited(tmp_path, changed, books) == []


def test_a_lot_that_was_taken_out_leaves(tmp_path: Path) -> None:
    books = ledger()
    edited(tmp_path, FIRST, books, is_first=True)
    edited(tmp_path, FIRST.replace("ira,VTI,3,700.00,2021-03-04\n", ""), books)
    assert not [row for row in held(books) if row.startswith("ira")]


def test_a_change_that_is_taken_back_is_two_changes(tmp_path: Path) -> None:
    books = ledger()
    edited(tmp_path, FIRST, books, is_first=True)
    before = held(books)
    edited(tmp_path, FIRST.replace("2100.00", "2050.00"), books)
    edited(tmp_path, FIRST, books)
    assert held(books) == before


def test_a_file_as_it_was_written_last_is_no_change(tmp_path: Path) -> None:
    books = ledger()
    edited(tmp_path, FIRST, books, is_first=True)
    text = lots_text(books, {"joint": "USD", "ira": "USD"})
    assert edited(tmp_path, text, books) == []


def test_cash_owed_which_no_file_can_show_stays(tmp_path: Path) -> None:
    books = ledger()
    edited(tmp_path, FIRST, books, is_first=True)
    books.cash["joint", "USD"] = Decimal(-5)
    assert edited(tmp_path, FIRST.replace("joint,CASH,1000.00", "joint,CASH,0"), books) == []


def test_notes_are_given_back(tmp_path: Path) -> None:
    text = HEADER.replace("acquired", "acquired,note") + "joint,VTI,10,2100.00,2020-01-02,mine\n"
    (tmp_path / "lots.csv").write_text(text, "utf-8")
    found = written_by_hand(tmp_path, FILE, ledger(), DAY, is_first=True)
    assert found.own.notes == {"joint/VTI/2020-01-02": "mine"}


def test_a_folder_without_lots_or_mandate_says_nothing(tmp_path: Path) -> None:
    assert written_by_hand(tmp_path, FILE, ledger(), DAY, is_first=True).entries == []
    (tmp_path / "lots.csv").write_text(FIRST, "utf-8")
    assert written_by_hand(tmp_path, None, ledger(), DAY, is_first=True).entries == []


def test_a_file_that_cannot_be_read_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(InputErrors) as refused:
        edited(tmp_path, FIRST.replace("2020-01-02", "03/04/20"), ledger())
    assert [error.line for error in refused.value.errors] == [2]

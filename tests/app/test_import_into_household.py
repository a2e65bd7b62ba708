"""What a household holds after imports: files once, in any order, beside what a person wrote."""

import os
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest

from tests.app.broker_files import (
    LOTS,
    POSITIONS,
    TRADES,
    contents,
    csv_rows,
    files_in,
    imported,
    lots_of,
    told,
)
from tests.app.commands_run import BAD_INPUT, DONE, FINDINGS, run
from trimtab.app.config import read_mandate
from trimtab.app.journal_folder import FolderJournal

HELD = [
    "joint VTI 6 1200.00 2020-01-02",
    "joint VTI 4 900.00 2021-01-04",
    "joint VTI 2 530.00 2024-07-01",
    "joint VTI 2 530.00 2024-07-01",
    "joint CASH 310.00",
    "roth_ira VTI 3 700.00",
]


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    return files_in(tmp_path / "downloads", positions=POSITIONS, lots=LOTS, trades=TRADES)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Path]:
    """A folder whose journal is whole, and comes to its lots, at the end of every test."""
    folder = tmp_path / "house"
    yield folder
    if (folder / "journal.jsonl").exists():
        assert run("journal", "verify", folder).exit_code == 0
        books, refused = FolderJournal(folder).books()
        assert refused == ()
        lots = {row["id"] for row in csv_rows(folder / "lots.csv") if row["id"]}
        assert lots == set(books.lots)


def test_files_become_a_household_that_can_be_checked(house: Path, files: list[Path]) -> None:
    imported(house, *files)
    assert sorted(lots_of(house)) == sorted(HELD)
    mandate = read_mandate(house / "mandate.toml")
    assert [(one.id, one.wrapper.value) for one in mandate.household.accounts] == [
        ("joint", "taxable"),
        ("roth_ira", "roth"),
    ]
    assert run("check", house, "--as-of", "2024-07-08").exit_code in (DONE, FINDINGS)


def test_the_same_files_again_change_no_byte(house: Path, files: list[Path]) -> None:
    imported(house, *files)
    before = contents(house)
    said = imported(house, *files)
    assert contents(house) == before
    assert "imported before" in said
    imported(house, files[2])
    assert contents(house) == before


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_the_order_of_files_changes_nothing_that_is_held(
    house: Path, files: list[Path], order: tuple[int, ...]
) -> None:
    imported(house, *(files[place] for place in order))
    assert sorted(lots_of(house)) == sorted(HELD)


@pytest.mark.parametrize("is_turned", [False, True])
def test_of_two_lists_of_one_day_the_younger_file_counts_in_either_order(
    house: Path, tmp_path: Path, is_turned: bool
) -> None:
    evening = POSITIONS.replace("ETF,10,260.00,2600.00", "ETF,11,260.00,2860.00")
    files = files_in(tmp_path / "downloads", b_morning=POSITIONS, a_evening=evening)
    os.utime(files[0], (1_000_000, 1_000_000))
    imported(house, *(files[::-1] if is_turned else files))
    assert "joint VTI 11 2100.00" in lots_of(house)


def test_one_file_after_the_other_ends_like_all_together(house: Path, files: list[Path]) -> None:
    for path in files:
        imported(house, path)
    assert sorted(lots_of(house)) == sorted(HELD)


def test_overlapping_files_add_what_is_new_and_twins_stay_two(
    house: Path, files: list[Path], tmp_path: Path
) -> None:
    longer = TRADES + "    2024-07-01,joint,Buy,VTI,2,265.00,-530.00\n"
    longer += "    2024-07-30,joint,Buy,BND,1,70.00,-70.00\n"
    imported(house, *files)
    imported(house, *files_in(tmp_path / "august", trades=longer))
    bought = [row for row in lots_of(house) if row.endswith("2024-07-01")]
    assert bought == ["joint VTI 2 530.00 2024-07-01"] * 3
    assert "joint BND 1 70.00 2024-07-30" in lots_of(house)


def test_transactions_before_the_opening_are_history_and_add_nothing(
    house: Path, tmp_path: Path
) -> None:
    older = """\
    Date,Account,Action,Symbol,Quantity,Price,Amount
    2024-06-20,joint,Sell,VTI,-1,255.00,255.00
    2024-06-21,joint,Deposit,,,,77.00
    """
    positions, older_path = files_in(tmp_path / "downloads", positions=POSITIONS, older=older)
    imported(house, positions)
    before = lots_of(house)
    imported(house, older_path)
    assert lots_of(house) == before


def test_a_dry_run_writes_nothing(house: Path, files: list[Path]) -> None:
    imported(house, *files, options=("--dry-run",))
    assert not house.exists()
    imported(house, files[0])
    before = contents(house)
    imported(house, *files, options=("--dry-run",))
    assert contents(house) == before


def test_edits_of_lots_by_hand_are_kept_and_noted(house: Path, files: list[Path]) -> None:
    imported(house, files[0], files[1])
    path = house / "lots.csv"
    text = path.read_text("utf-8")
    assert "joint,VTI,6,1200.00,2020-01-02" in text
    path.write_text(
        text.replace("joint,VTI,6,1200.00,2020-01-02", "joint,VTI,6,1150.50,2019-12-30").replace(
            "joint,CASH,1000.00", "joint,CASH,990.00"
        ),
        "utf-8",
    )
    imported(house, files[2])
    held = lots_of(house)
    assert "joint VTI 6 1150.50 2019-12-30" in held
    assert "joint CASH 300.00" in held
    reasons = [e.details.get("reason") for e in FolderJournal(house).entries()]
    assert reasons.count("lots.csv was edited by hand") == 2


def test_prices_and_trades_of_a_persons_own_stay(house: Path, files: list[Path]) -> None:
    imported(house, *files)
    prices, trades = house / "prices.csv", house / "trades.csv"
    prices.write_text(prices.read_text("utf-8") + "2024-07-30,VTI,271.5,USD\n", "utf-8")
    written = """\
date,account,instrument,side,quantity,amount,gain,term,washed_quantity,note
# my other broker
2024-07-09,joint,ITOT,buy,3,300.00,,,,from the app
2024-07-10,joint,ITOT,sell,3,290.00,-10.00,short,1,
"""
    trades.write_text(written, "utf-8")
    imported(house, files[0])
    assert ["2024-07-30", "VTI", "271.5"] in [list(row.values())[:3] for row in csv_rows(prices)]
    rows = [list(row.values()) for row in csv_rows(trades)]
    assert ["2024-07-09", "joint", "ITOT", "buy", "3", "300.00", "", "", "", "from the app"] in rows
    assert [
        "2024-07-10",
        "joint",
        "ITOT",
        "sell",
        "3",
        "290.00",
        "-10.00",
        "short",
        "1",
        "",
    ] in rows
    assert "# my other broker\n" in trades.read_text("utf-8")
    before = contents(house)
    imported(house, *files)
    assert contents(house) == before


def test_the_mandate_keeps_every_line(house: Path, files: list[Path], tmp_path: Path) -> None:
    imported(house, files[0])
    path = house / "mandate.toml"
    written = path.read_text("utf-8") + "\n# a line of my own\n"
    path.write_text(written, "utf-8")
    more = """\
    Account,Symbol,Quantity,Price,Market Value,Cost Basis,As Of
    hsa,ITOT,2,110.00,220.00,200.00,2024-06-28
    """
    imported(house, *files_in(tmp_path / "more", hsa=more))
    assert path.read_text("utf-8").startswith(written)
    assert [one.id for one in read_mandate(path).household.accounts][-1] == "hsa"


def test_a_household_of_init_takes_files_into_its_own_accounts(
    tmp_path: Path, files: list[Path]
) -> None:
    house = tmp_path / "demo"
    assert run("init", house, "--template", "demo").exit_code == 0
    mandate = read_mandate(house / "mandate.toml")
    first = mandate.household.accounts[0].id
    before = lots_of(house)
    trades = """\
    Date,Account Number,Action,Symbol,Quantity,Price,Amount
    2099-07-01,XXX-1234,Buy,VTI,2,265.00,-530.00
    """
    (path,) = files_in(tmp_path / "downloads", trades=trades)
    imported(house, path, options=("--account", f"XXX-1234={first}"))
    added = [row for row in lots_of(house) if row.endswith("2099-07-01")]
    assert added == [f"{first} VTI 2 530.00 2099-07-01"]
    assert {row for row in before if " CASH " not in row} <= set(lots_of(house))
    assert len(read_mandate(house / "mandate.toml").household.accounts) == len(
        mandate.household.accounts
    )


def test_own_tables_name_the_accounts_that_the_household_has(tmp_path: Path, folder: Path) -> None:
    more = """\
    Date,Account,Action,Symbol,Quantity,Price,Amount
    2099-07-01,joint,Buy,VTI,2,265.00,-530.00
    """
    imported(folder, *files_in(tmp_path / "downloads", trades=more))
    assert "joint VTI 2 530.00 2099-07-01" in lots_of(folder)
    assert not [row for row in lots_of(folder) if row.startswith("generic")]


def test_a_file_without_an_account_is_asked_for_where_several_could_be_meant(
    house: Path, files: list[Path], tmp_path: Path
) -> None:
    nameless = """\
    Symbol,Quantity,Price,Market Value,Cost Basis,As Of
    ITOT,2,110.00,220.00,200.00,2024-06-28
    """
    (path,) = files_in(tmp_path / "more", nameless=nameless)
    imported(house, files[0])
    before = contents(house)
    said = imported(house, path, code=BAD_INPUT)
    assert "--account generic=" in said
    assert contents(house) == before
    imported(house, path, options=("--account", "generic=joint"))
    assert any(row.startswith("joint ITOT 2") for row in lots_of(house)) or told(house)


def test_the_first_file_without_an_account_is_an_account_of_its_own(
    house: Path, tmp_path: Path
) -> None:
    nameless = """\
    Symbol,Quantity,Price,Market Value,Cost Basis,As Of
    ITOT,2,110.00,220.00,200.00,2024-06-28
    """
    imported(house, *files_in(tmp_path / "more", nameless=nameless))
    assert lots_of(house) == ["generic ITOT 2 200.00"]


def test_accounts_of_other_currencies_have_cash_of_their_own(house: Path, tmp_path: Path) -> None:
    positions = """\
    Account,Symbol,Quantity,Price,Market Value,Cost Basis,Currency,As Of
    depot,SAP,10,180.00,1800.00,1500.00,EUR,2024-06-28
    depot,CASH,,,250.00,,EUR,2024-06-28
    depot,CASH:USD,,,40.00,,USD,2024-06-28
    """
    imported(house, *files_in(tmp_path / "more", depot=positions))
    assert lots_of(house) == ["depot SAP 10 1500.00", "depot CASH 250.00", "depot CASH:USD 40.00"]
    assert read_mandate(house / "mandate.toml").household.base_currency == "EUR"


def test_options_are_held_and_stay_and_an_annuity_has_its_value(
    house: Path, tmp_path: Path
) -> None:
    positions = """\
    Account,Symbol,Description,Quantity,Price,Market Value,Cost Basis,As Of
    joint,VTI,Vanguard,10,260.00,2600.00,2100.00,2024-06-28
    joint,AAPL  250117C00150000,CALL APPLE,2,4.50,900.00,700.00,2024-06-28
    joint,TSLA  250117P00150000,PUT TESLA,-1,3.00,-300.00,,2024-06-28
    joint,,Traditional Annuity,,,5000.25,,2024-06-28
    joint,CASH,Cash,,,-12.50,,2024-06-28
    """
    imported(house, *files_in(tmp_path / "more", joint=positions))
    held = lots_of(house)
    assert "joint Traditional Annuity 5000.25" in held
    assert any("250117C00150000 2" in row for row in held)
    assert not any("250117P" in row for row in held)
    assert "joint CASH 0" in held
    assert "short_position joint TSLA 250117P00150000" in told(house)
    mandate = read_mandate(house / "mandate.toml")
    assert mandate.instruments["Traditional Annuity"].kind.value == "other"
    prices = {row["instrument"]: row["close"] for row in csv_rows(house / "prices.csv")}
    assert prices["Traditional Annuity"] == "1"
    assert run("check", house, "--as-of", "2024-06-28").exit_code in (DONE, FINDINGS)

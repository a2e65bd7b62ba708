"""`trimtab breaks`: each answer does what it says, is an entry of the journal, and stays given."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.app.broker_files import (
    contents,
    csv_rows,
    files_in,
    imported,
    lots_of,
    open_breaks,
    told,
)
from tests.app.commands_run import BAD_INPUT, run
from trimtab.app.journal_folder import FolderJournal

LISTS = "Account,Symbol,Quantity,Price,Market Value,Cost Basis,As Of\n"
TRADES = "Date,Account,Action,Symbol,Quantity,Price,Amount\n"
LOTS = "Account,Symbol,Quantity,Cost Basis,Date Acquired\n"

JUNE = LISTS + "joint,VTI,10,260.00,2600.00,2100.00,2024-06-28\n"
TWO_LOTS = LOTS + "joint,VTI,6,1200.00,2020-01-02\njoint,VTI,4,900.00,2021-01-04\n"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Path]:
    """A folder whose journal is whole, and comes to its lots, at the end of every test."""
    folder = tmp_path / "house"
    yield folder
    assert run("journal", "verify", folder).exit_code == 0
    books, refused = FolderJournal(folder).books()
    assert refused == ()
    assert {row["id"] for row in csv_rows(folder / "lots.csv") if row["id"]} == set(books.lots)


class Desk:
    """A household with some files imported one after the other, and its open breaks."""

    def __init__(self, house: Path, *texts: str) -> None:
        self.house = house
        self.files = []
        for number, text in enumerate(texts, start=1):
            self.files += files_in(house.parent / "downloads", **{f"file{number}": text})
            imported(house, self.files[-1])

    def answer(self, kind: str, *options: str, code: int | None = None) -> str:
        """Answer the first open break of a kind; import all files again, which brings nothing."""
        found = next(one for one in open_breaks(self.house) if one["kind"] == kind)
        result = run("breaks", self.house, "--answer", str(found["id"]), *options)
        expected = (0, 1) if code is None else (code,)
        assert result.exit_code in expected, result.output
        if code is None:
            before = contents(self.house)
            imported(self.house, *self.files)
            assert contents(self.house) == before
            assert found["id"] not in [one["id"] for one in open_breaks(self.house)]
        return result.output

    @property
    def kinds(self) -> list[str]:
        """The kinds of the breaks that stop trading."""
        return [str(one["kind"]) for one in open_breaks(self.house) if one["blocks"]]

    @property
    def lots(self) -> list[str]:
        """Lots without cash."""
        return [row for row in lots_of(self.house) if " CASH" not in row]


TWELVE = LISTS + "joint,VTI,12,260.00,3120.00,2400.00,2024-06-28\n"
BOUGHT_LATER = TRADES + "2024-07-10,joint,Buy,VTI,3,265.00,-795.00\n"


@pytest.mark.parametrize(
    ("side", "lots"),
    [
        ("positions", ["VTI 12 2400.00", "VTI 3 795.00 2024-07-10"]),
        (
            "lots",
            ["VTI 6 1200.00 2020-01-02", "VTI 4 900.00 2021-01-04", "VTI 3 795.00 2024-07-10"],
        ),
        ("journal", ["VTI 12 2400.00", "VTI 3 795.00 2024-07-10"]),
    ],
)
def test_positions_and_lots_that_disagree_wait_for_whose_record_counts(
    house: Path, side: str, lots: list[str]
) -> None:
    desk = Desk(house, TWELVE, TWO_LOTS, BOUGHT_LATER)
    (found,) = (one for one in open_breaks(house) if one["blocks"])
    assert found["facts"] == {
        "positions": "12",
        "lots": "10",
        "journal": "12",
        "as_of": "2024-06-28",
    }
    desk.answer("quantity", "--take", side)
    assert desk.lots == [f"joint {row}" for row in lots]
    assert desk.kinds == []


@pytest.mark.parametrize(
    ("july", "side", "lots"),
    [
        ("12", "positions", ["VTI 2", "VTI 6 1200.00 2020-01-02", "VTI 4 900.00 2021-01-04"]),
        ("7", "positions", ["VTI 3 600.00 2020-01-02", "VTI 4 900.00 2021-01-04"]),
        ("7", "journal", ["VTI 6 1200.00 2020-01-02", "VTI 4 900.00 2021-01-04"]),
    ],
)
def test_a_later_list_that_disagrees_with_the_journal_adds_or_takes_or_is_left(
    house: Path, july: str, side: str, lots: list[str]
) -> None:
    later = LISTS + f"joint,VTI,{july},265.00,{int(july) * 265}.00,,2024-07-31\n"
    desk = Desk(house, JUNE, TWO_LOTS, later)
    desk.answer("quantity", "--take", side)
    assert desk.lots == [f"joint {row}" for row in lots]


def test_other_lots_of_the_broker_are_taken_or_left(house: Path) -> None:
    other = LOTS + "joint,VTI,10,2050.00,2019-05-06\n"
    desk = Desk(house, JUNE, TWO_LOTS, other)
    assert desk.kinds == ["lots"]
    desk.answer("lots", "--take", "lots")
    assert desk.lots == ["joint VTI 10 2050.00 2019-05-06"]


def test_cash_of_the_broker_is_taken(house: Path) -> None:
    june = LISTS + "joint,CASH,,,100.00,,2024-06-28\n"
    july = LISTS + "joint,CASH,,,130.00,,2024-07-31\n"
    desk = Desk(house, june, TRADES + "2024-07-10,joint,Interest,,,,1.00\n", july)
    desk.answer("cash", "--take", "positions")
    assert lots_of(house) == ["joint CASH 130.00"]


def test_the_journals_cash_is_left(house: Path) -> None:
    june = LISTS + "joint,CASH,,,100.00,,2024-06-28\n"
    desk = Desk(house, june, june.replace("100.00", "130.00").replace("06-28", "07-31"))
    desk.answer("cash", "--take", "journal")
    assert lots_of(house) == ["joint CASH 100.00"]


def test_a_basis_and_a_day_that_were_unknown_are_told(house: Path) -> None:
    desk = Desk(house, LISTS + "joint,VTI,10,260.00,2600.00,,2024-06-28\n")
    assert told(house) == ["unknown_basis joint VTI"]
    desk.answer("unknown_basis", "--basis", "1,999.50", "--acquired", "2019-02-03")
    assert desk.lots == ["joint VTI 10 1999.50 2019-02-03"]


def test_a_day_alone_is_told_where_the_basis_is_known(house: Path) -> None:
    desk = Desk(house, JUNE)
    desk.answer("unknown_date", "--acquired", "2019-02-03")
    assert desk.lots == ["joint VTI 10 2100.00 2019-02-03"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--basis", "1000"), "the day of purchase is not told"),
        (("--acquired", "2019-02-03"), "the basis is not told"),
        (("--acquired", "2999-02-03", "--basis", "1"), "has not come yet"),
        (("--take", "lots"), "is not told"),
        (("--take", "journal"), "is not told"),
        (("--became", "ITOT"), "does not settle it"),
        (("--basis", "-1", "--acquired", "2019-02-03"), "is negative"),
        (("--basis", "2.400", "--acquired", "2019-02-03"), "two ways"),
        (("--basis", "abc", "--acquired", "2019-02-03"), "abc"),
        (("--ratio", "2"), "is no ratio"),
    ],
)
def test_an_answer_that_does_not_settle_it_is_refused_and_changes_nothing(
    house: Path, options: tuple[str, ...], words: str
) -> None:
    desk = Desk(house, LISTS + "joint,VTI,10,260.00,2600.00,,2024-06-28\n")
    before = contents(house)
    assert words in desk.answer("unknown_basis", *options, code=BAD_INPUT)
    assert contents(house) == before


BOTH = TRADES + ("2024-01-02,joint,Buy,VTI,10,200.00,-2000.00\n2024-01-02,trust,Deposit,,,,50.00\n")
LEAVES = TRADES + "2024-03-01,joint,Transfer Out,VTI,-4,,\n"
ARRIVES = TRADES + "2024-03-20,trust,Transfer In,VTI,4,,\n"


@pytest.mark.parametrize("files", [(LEAVES,), (ARRIVES,), (LEAVES, ARRIVES)])
def test_a_linked_transfer_moves_the_lots_once_and_settles_both_sides(
    house: Path, files: tuple[str, ...]
) -> None:
    desk = Desk(house, BOTH, *files)
    assert desk.kinds == ["transfer"] * len(files)
    (first, *_) = open_breaks(house)
    desk.answer("transfer", "--link", "trust" if first["account"] == "joint" else "joint")
    assert desk.lots == ["joint VTI 6 1200.00 2024-01-02", "trust VTI 4 800.00 2024-01-02"]
    assert desk.kinds == []


def test_units_that_left_the_household_leave(house: Path) -> None:
    desk = Desk(house, BOTH, LEAVES)
    desk.answer("transfer", "--outside")
    assert desk.lots == ["joint VTI 6 1200.00 2024-01-02"]


def test_units_that_came_from_outside_come_with_what_is_told_of_them(house: Path) -> None:
    desk = Desk(house, BOTH, ARRIVES)
    desk.answer("transfer", "--outside", "--basis", "444", "--acquired", "2015-05-05")
    assert desk.lots[-1] == "trust VTI 4 444 2015-05-05"


@pytest.mark.parametrize(("other", "words"), [("nowhere", "nowhere"), ("trust", "its own")])
def test_a_transfer_is_linked_to_another_account_of_the_household(
    house: Path, other: str, words: str
) -> None:
    desk = Desk(house, BOTH, ARRIVES)
    assert words in desk.answer("transfer", "--link", other, code=BAD_INPUT)


SPLIT = TRADES + "2024-03-01,joint,Stock Split,VTI,10,,\n2024-04-01,joint,Buy,VTI,3,110,-330.00\n"
SOLD = TRADES + "2024-05-01,joint,Sell,VTI,-5,120.00,600.00\n"


def test_a_split_doubles_what_was_held_and_later_rows_follow_it(house: Path) -> None:
    desk = Desk(house, BOTH, SPLIT, SOLD)
    assert desk.kinds == ["split"]
    desk.answer("split", "--ratio", "2:1")
    assert desk.lots == ["joint VTI 15 1500.00 2024-01-02", "joint VTI 3 330.00 2024-04-01"]


def test_a_split_that_is_none_is_left_out_and_later_rows_follow(house: Path) -> None:
    desk = Desk(house, BOTH, SPLIT)
    desk.answer("split", "--accept")
    assert desk.lots == ["joint VTI 10 2000.00 2024-01-02", "joint VTI 3 330.00 2024-04-01"]


def test_an_instrument_that_became_another_keeps_its_lots(house: Path) -> None:
    change = TRADES + "2024-03-01,joint,Symbol Change,VTI,10,,\n"
    desk = Desk(house, BOTH, change)
    desk.answer("symbol_change", "--became", "VTIX", "--ratio", "3:2")
    assert desk.lots == ["joint VTIX 15 2000.00 2024-01-02"]


def test_what_was_sold_and_never_bought_is_bought_before(house: Path) -> None:
    desk = Desk(house, BOTH, TRADES + "2024-03-01,joint,Sell,BND,-4,70.00,280.00\n")
    desk.answer("missing_history", "--basis", "300", "--acquired", "2020-02-02")
    assert desk.lots == ["joint VTI 10 2000.00 2024-01-02"]
    (gain,) = FolderJournal(house).books()[0].realized
    assert (str(gain.gain), gain.term) == ("-20.00", "long")


def test_a_sale_is_left_out(house: Path) -> None:
    desk = Desk(house, BOTH, TRADES + "2024-03-01,joint,Sell,BND,-4,70.00,280.00\n")
    desk.answer("missing_history", "--accept")
    assert "joint CASH 280" not in " ".join(lots_of(house))


def test_a_row_nobody_could_tell_is_left_with_a_note(house: Path) -> None:
    desk = Desk(house, SPLIT + "2024-03-01,joint,Mystery,VTI,4,,12.00\n")
    assert "row" in desk.kinds
    desk.answer("row", "--accept", "--note", "asked them on the phone")
    assert "asked them on the phone" in {
        one.details.get("note") for one in FolderJournal(house).entries()
    }


def test_figures_that_contradict_each_other_are_accepted(house: Path) -> None:
    desk = Desk(house, LISTS + "joint,VTI,10,260.00,9999.00,2100.00,2024-06-28\n")
    assert "value" in [one["kind"] for one in open_breaks(house)]
    desk.answer("value", "--accept")


def test_all_breaks_are_answered_with_one_answer(house: Path) -> None:
    Desk(house, LISTS + "joint,VTI,1,260.00,999.00,,2024-06-28\njoint,BND,1,7,99,,2024-06-28\n")
    assert len(open_breaks(house)) == 4
    assert run("breaks", house, "--answer", "all", "--accept").exit_code == 0
    assert open_breaks(house) == []


def test_a_break_that_is_not_open_is_refused_with_the_nearest(house: Path) -> None:
    Desk(house, JUNE)
    result = run("breaks", house, "--answer", "b0000000", "--accept")
    assert (result.exit_code, "no open break has this id" in result.output) == (BAD_INPUT, True)


def test_a_folder_without_a_household_is_refused(tmp_path: Path) -> None:
    result = run("breaks", tmp_path)
    assert (result.exit_code, "there is none" in result.output) == (BAD_INPUT, True)


def test_the_list_is_worked_off_at_the_keyboard(house: Path) -> None:
    Desk(house, JUNE)
    result = run("breaks", house, "--work", input="nonsense\nacquired 2019-02-03\n")
    assert result.exit_code == 0, result.output
    assert "is not understood" in result.output
    assert lots_of(house) == ["joint VTI 10 2100.00 2019-02-03"]


def test_an_empty_line_leaves_a_break_open(house: Path) -> None:
    Desk(house, JUNE)
    assert run("breaks", house, "--work", input="\n").exit_code == 1


def test_open_breaks_are_json_with_all_their_facts(house: Path) -> None:
    Desk(house, TWELVE, TWO_LOTS)
    listed = json.loads(run("breaks", house, "--json").stdout)["breaks"]
    assert {"id", "kind", "account", "instrument", "message", "remedy", "blocks", "facts"} <= set(
        listed[0]
    )


@pytest.mark.parametrize("damage", [None, "[{"])
def test_a_lost_or_damaged_list_is_found_anew_and_stops_trading_again(
    house: Path, damage: str | None
) -> None:
    Desk(house, JUNE, TWO_LOTS.replace("joint,VTI,4", "joint,VTI,3"))
    path = house / "imports" / "breaks.json"
    before = json.loads(path.read_text("utf-8"))
    assert any(one["blocks"] for one in before)

    path.unlink()
    if damage is not None:
        path.write_text(damage)
    run("breaks", house)

    found = json.loads(path.read_text("utf-8"))
    for one in (*found, *before):
        one.pop("since")  # since when was lost with the list
    assert found == before

"""The same event in two files is one; two equal events of one day are two."""

from hypothesis import given
from hypothesis import strategies as st

from tests.books.statement_parts import rows
from trimtab.books.statement_rows import StatementRow, changed, renamed, told_apart
from trimtab.model.statements import StatedInstrument, Statement

BUY = "2024-07-01 joint buy VTI 5 -1310.00"


def apart(*files: Statement) -> list[StatementRow]:
    return told_apart((one.file, one.transactions) for one in files)


def test_a_row_of_two_files_is_one_and_is_told_by_the_first() -> None:
    found = apart(rows(BUY, file="a.csv"), rows(BUY, file="b.csv"))
    assert [row.source for row in found] == ["a.csv:2"]


def test_two_equal_rows_of_one_file_are_two_and_stay_two_when_seen_again() -> None:
    twins = rows(BUY, BUY, file="a.csv")
    assert [row.source for row in apart(twins, rows(BUY, BUY, file="b.csv"))] == [
        "a.csv:2",
        "a.csv:3",
    ]


def test_a_longer_file_adds_the_twin_that_a_shorter_one_had_not() -> None:
    short, long = rows(BUY, file="june.csv"), rows(BUY, BUY, file="july.csv")
    assert len(apart(short, long)) == len(apart(long, short)) == 2


def test_rows_that_the_broker_gives_one_number_are_one() -> None:
    assert len(apart(rows(f"{BUY} #77", f"{BUY} #77", file="a.csv"))) == 1
    assert len(apart(rows(f"{BUY} #77", f"{BUY} #78", file="a.csv"))) == 2


def test_an_event_with_the_brokers_number_is_that_of_a_file_without() -> None:
    assert len(apart(rows(BUY, file="a.csv"), rows(f"{BUY} #77", file="a.ofx"))) == 1


def test_zeros_behind_a_number_make_no_other_row() -> None:
    other = "2024-07-01 joint buy VTI 5.000 -1310"
    assert len(apart(rows(BUY, file="a.csv"), rows(other, file="b.csv"))) == 1


def test_every_fact_tells_rows_apart() -> None:
    others = (
        "2024-07-02 joint buy VTI 5 -1310.00",
        "2024-07-01 ira buy VTI 5 -1310.00",
        "2024-07-01 joint reinvestment VTI 5 -1310.00",
        "2024-07-01 joint buy BND 5 -1310.00",
        "2024-07-01 joint buy VTI 6 -1310.00",
        "2024-07-01 joint buy VTI 5 -1310.01",
        "2024-07-01 joint buy VTI 5 -",
    )
    assert len(apart(rows(BUY, *others, file="a.csv"))) == len(others) + 1


def test_rows_come_by_day_and_what_arrives_before_what_leaves() -> None:
    found = apart(
        rows(
            "2024-07-02 joint sell VTI -5 1320.00",
            "2024-07-02 joint buy VTI 5 -1310.00",
            "2024-07-01 joint deposit - - 2000.00",
        )
    )
    assert [row.transaction.action.value for row in found] == ["deposit", "buy", "sell"]


@given(st.permutations(range(4)))
def test_the_order_of_files_changes_neither_rows_nor_their_order(order: list[int]) -> None:
    files = [
        rows(BUY, "2024-07-01 joint buy VTI 5 -1300.00", file="a.csv"),
        rows("2024-07-01 joint buy VTI 5 -1300.00", BUY, file="b.csv"),
        rows(BUY, BUY, file="c.csv"),
        rows("2024-06-30 joint deposit - - 9.00", file="d.csv"),
    ]
    assert apart(*(files[place] for place in order)) == apart(*files)


def test_a_changed_row_differs_in_that_column_alone() -> None:
    before = rows(BUY).transactions[0]
    after = changed(before, "account", "ira")
    assert (after.account, changed(after, "account", "joint")) == ("ira", before)


def test_every_kind_of_row_gets_the_instruments_new_name() -> None:
    def rename(one: StatedInstrument) -> StatedInstrument:
        return StatedInstrument("META") if one.symbol == "FB" else one

    found = renamed(rows("2024-07-01 joint buy FB 5 -1.00", BUY), rename)
    assert [one.instrument and one.instrument.symbol for one in found.transactions] == [
        "META",
        "VTI",
    ]

"""Units that move between accounts keep basis and day; a side without the other is told."""

import pytest

from tests.books.statement_parts import booked, breaks, held, journal, rows

BOUGHT = ("2024-01-03 joint buy VTI 10 -2400.00", "2024-02-05 joint buy VTI 10 -2500.00")
LEAVES = "2024-06-03 joint transfer_out VTI -10 -"
ARRIVES = "2024-06-05 trust transfer_in VTI 10 -"


def lots_of(done_rows: list[str]) -> list[str]:
    return [row for row in done_rows if " USD " not in row]


@pytest.mark.parametrize("order", [(LEAVES, ARRIVES), (ARRIVES, LEAVES)])
def test_both_sides_are_one_transfer_of_the_oldest_lot(order: tuple[str, str]) -> None:
    done = booked(rows(*BOUGHT, *order))
    assert breaks(done) == []
    assert lots_of(held(done)) == ["joint VTI 10 2500 2024-02-05", "trust VTI 10 2400 2024-01-03"]


def test_sides_in_two_files_are_one_transfer() -> None:
    _, done = journal(
        [rows(*BOUGHT, file="joint.csv")],
        [rows(LEAVES, file="joint-june.csv")],
        [rows(ARRIVES, file="trust.csv")],
    )
    assert breaks(done) == []
    assert "trust VTI 10 2400 2024-01-03" in held(done)


def test_a_part_of_a_lot_takes_its_share_of_the_basis() -> None:
    done = booked(
        rows(
            *BOUGHT,
            "2024-06-03 joint transfer_out VTI -13 -",
            "2024-06-03 trust transfer_in VTI 13 -",
        )
    )
    assert lots_of(held(done)) == [
        "joint VTI 7 1750 2024-02-05",
        "trust VTI 10 2400 2024-01-03",
        "trust VTI 3 750 2024-02-05",
    ]


@pytest.mark.parametrize(
    ("row", "words"),
    [(LEAVES, "where they went is not seen"), (ARRIVES, "where they came from is not seen")],
)
def test_one_side_alone_is_a_break_and_moves_nothing(row: str, words: str) -> None:
    done = booked(rows(*BOUGHT, row))
    assert [one.kind.value for one in done.breaks] == ["transfer"]
    assert words in done.breaks[0].message
    assert lots_of(held(done)) == ["joint VTI 10 2400 2024-01-03", "joint VTI 10 2500 2024-02-05"]


@pytest.mark.parametrize(
    "other",
    [
        "2024-06-20 trust transfer_in VTI 10 -",  # too far apart
        "2024-06-05 trust transfer_in VTI 9 -",
        "2024-06-05 trust transfer_in BND 10 -",
        "2024-06-05 joint transfer_in VTI 10 -",  # the same account
    ],
)
def test_rows_that_do_not_fit_are_two_breaks(other: str) -> None:
    assert len(breaks(booked(rows(*BOUGHT, LEAVES, other)))) == 2


def test_two_equal_transfers_are_two() -> None:
    done = booked(rows(*BOUGHT, LEAVES, LEAVES, ARRIVES, ARRIVES))
    assert breaks(done) == []
    assert lots_of(held(done)) == ["trust VTI 10 2400 2024-01-03", "trust VTI 10 2500 2024-02-05"]


def test_a_transfer_is_booked_once() -> None:
    file = rows(*BOUGHT, LEAVES, ARRIVES)
    first = booked(file)
    again = booked(file, past=first.entries)
    assert (again.entries, again.breaks) == ([], [])


def test_a_transfer_of_what_the_books_do_not_have_is_a_break() -> None:
    done = booked(rows("2024-06-03 joint transfer_out VTI -10 -", ARRIVES))
    assert {one.kind.value for one in done.breaks} == {"transfer"}
    assert held(done) == []


def test_cash_between_accounts_is_cash_in_both() -> None:
    done = booked(
        rows(
            "2024-06-03 joint transfer_out - - -100.00",
            "2024-06-03 trust transfer_in - - 100.00",
        )
    )
    assert held(done) == ["joint USD -100", "trust USD 100"]
    assert done.ledger.outside["equity", "USD"] == 0

"""Positions, lots and journal are held against each other; all three are told of a break."""

import pytest

from tests.books.statement_parts import booked, breaks, held, journal, lists, lots, rows
from trimtab.model.entries import EntryKind

JUNE, JULY = "2024-06-28", "2024-07-31"
TWO_LOTS = ("joint VTI 6 1200.00 2020-01-02", "joint VTI 4 900.00 2021-01-04")


def test_an_account_is_opened_with_its_lots_and_its_cash_against_equity() -> None:
    done = booked(lists(JUNE, "joint VTI 10 2600.00", "joint CASH - 55.10"), lots(JUNE, *TWO_LOTS))
    assert held(done) == [
        "joint VTI 4 900 2021-01-04",
        "joint VTI 6 1200 2020-01-02",
        "joint USD 55.1",
    ]
    assert breaks(done) == []
    assert done.ledger.outside["equity", "VTI"] == -10
    assert done.ledger.outside["equity", "USD"] == -(2100 + done.ledger.cash["joint", "USD"])


@pytest.mark.parametrize(
    ("cost", "lot"),
    [
        ("2000.00", "joint VTI 10 2000 -"),
        ("0.00", "joint VTI 10 0 -"),
        ("-", "joint VTI 10 - -"),
        ("-5.00", "joint VTI 10 - -"),  # no purchase costs less than nothing
        ("1234.567", "joint VTI 10 1234.57 -"),
    ],
)
def test_a_position_without_lots_is_one_lot_of_unknown_day(cost: str, lot: str) -> None:
    assert held(booked(lists(JUNE, f"joint VTI 10 2600.00 {cost}"))) == [lot]


def test_true_twins_are_two_lots_with_ids_of_their_own() -> None:
    done = booked(lots(JUNE, TWO_LOTS[0], TWO_LOTS[0]))
    assert sorted(done.ledger.lots) == ["joint/VTI/2020-01-02", "joint/VTI/2020-01-02#2"]


def test_lots_that_do_not_make_up_the_position_are_told_with_all_three_figures() -> None:
    done = booked(lists(JUNE, "joint VTI 12 3120.00"), lots(JUNE, *TWO_LOTS))
    assert breaks(done) == ["quantity joint VTI: 12 | 10 | 10"]
    assert held(done) == ["joint VTI 4 900 2021-01-04", "joint VTI 6 1200 2020-01-02"]
    assert all(one.touches("joint") for one in done.breaks)


def test_the_same_lists_tell_the_same_break_and_no_other() -> None:
    files = (lists(JUNE, "joint VTI 12 3120.00"), lots(JUNE, *TWO_LOTS))
    first = booked(*files)
    again = booked(*files, past=first.entries)
    assert [one.id for one in again.breaks] == [one.id for one in first.breaks]
    assert again.entries == []


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        ("joint VTI 10 2700.00", []),
        ("joint VTI 10.0004 2700.00", []),  # brokers show three decimals
        ("joint VTI 10.001 2700.00", ["quantity joint VTI: 10.001 | – | 10"]),
        ("joint VTI 9 2430.00", ["quantity joint VTI: 9 | – | 10"]),
        (
            "joint BND 1 70.00",
            ["quantity joint BND: 1 | – | 0", "quantity joint VTI: 0 | – | 10"],
        ),
    ],
)
def test_a_later_list_is_held_against_the_journal(listed: str, told: list[str]) -> None:
    _, done = journal([lots(JUNE, *TWO_LOTS)], [lists(JULY, listed)])
    assert breaks(done) == told
    assert len(done.ledger.lots) == 2


def test_transactions_explain_a_later_list() -> None:
    _, done = journal(
        [lots(JUNE, *TWO_LOTS)],
        [rows("2024-07-10 joint sell VTI -6 1600.00"), lists(JULY, "joint VTI 4 1080.00")],
    )
    assert breaks(done) == []
    assert held(done) == ["joint VTI 4 900 2021-01-04", "joint USD 1600"]


def test_lots_put_in_the_place_of_what_was_unknown() -> None:
    past, done = journal([lists(JUNE, "joint VTI 10 2600.00")], [lots(JULY, *TWO_LOTS)])
    assert held(done) == ["joint VTI 4 900 2021-01-04", "joint VTI 6 1200 2020-01-02"]
    assert breaks(done) == []
    assert [one.kind for one in past if one.kind is EntryKind.CORRECTION] == [EntryKind.CORRECTION]


def test_a_day_that_is_told_later_is_taken() -> None:
    _, done = journal(
        [lots(JUNE, "joint VTI 10 2100.00 -")], [lots(JULY, "joint VTI 10 2100.00 2020-01-02")]
    )
    assert held(done) == ["joint VTI 10 2100 2020-01-02"]


def test_a_basis_of_zero_is_told_where_ours_is_unknown() -> None:
    _, done = journal(
        [lots(JUNE, "joint VTI 10 - 2020-01-02")], [lots(JULY, "joint VTI 10 0.00 2020-01-02")]
    )
    assert held(done) == ["joint VTI 10 0 2020-01-02"]


@pytest.mark.parametrize(
    "later",
    [
        "joint VTI 10 - 2020-01-02",  # a list that lost the basis
        "joint VTI 10 2100.00 -",  # one that lost the day
        "joint VTI 10.0003 2100.90 2020-01-02",  # one that rounds
    ],
)
def test_a_list_that_tells_less_takes_nothing_away(later: str) -> None:
    _, done = journal([lots(JUNE, "joint VTI 10 2100.00 2020-01-02")], [lots(JULY, later)])
    assert breaks(done) == []
    assert held(done) == ["joint VTI 10 2100 2020-01-02"]


def test_other_lots_of_the_same_units_are_a_break_and_stay() -> None:
    _, done = journal(
        [lots(JUNE, *TWO_LOTS)], [lots(JULY, "joint VTI 10 2100.00 2019-05-06", file="b.csv")]
    )
    assert breaks(done) == ["lots joint VTI: 2"]
    assert len(done.ledger.lots) == 2


def test_cash_that_disagrees_is_told_with_both_figures() -> None:
    _, done = journal([lists(JUNE, "joint CASH - 10.00")], [lists(JULY, "joint CASH - 12.00")])
    assert breaks(done) == ["cash joint CASH: 12.00 | 10.00"]
    assert held(done) == ["joint USD 10"]


def test_cash_owed_opens_the_account_below_zero() -> None:
    assert held(booked(lists(JUNE, "joint CASH - -250.00"))) == ["joint USD -250"]


def test_units_sold_short_are_held_aside_and_block_nothing() -> None:
    done = booked(lists(JUNE, "joint TSLA -5 -900.00", "joint VTI 1 260.00"))
    assert held(done) == ["joint VTI 1 - -"]
    assert breaks(done) == ["short_position joint TSLA: -5"]
    assert not any(one.blocks for one in done.breaks)


def test_options_are_held_as_the_broker_lists_them() -> None:
    option = "AAPL250117C150"
    _, done = journal(
        [lists(JUNE, f"joint {option} 2 900.00", file="a.csv")],
        [lists(JULY, f"joint {option} 3 1200.00", file="b.csv")],
        [lists(JULY, f"joint {option} 1 400.00", file="c.csv")],
    )
    assert held(done) == [f"joint {option} 1 - -"]
    assert breaks(done) == []


def test_an_annuity_is_held_at_the_value_that_the_broker_tells() -> None:
    past, done = journal(
        [lists(JUNE, "joint ANNUITY - 5000.25")],
        [lists(JULY, "joint ANNUITY - 5100.00", file="a.csv")],
        [lists(JULY, "joint ANNUITY - 5101.00", file="b.csv")],
    )
    assert held(done) == ["joint ANNUITY 5101 - -"]
    assert breaks(done) == []
    assert len({entry.id for entry in past}) == len(past)


def test_a_value_without_units_leaves_units_that_the_books_have() -> None:
    _, done = journal([lots(JUNE, *TWO_LOTS)], [lists(JULY, "joint VTI - 2700.00")])
    assert held(done) == ["joint VTI 4 900 2021-01-04", "joint VTI 6 1200 2020-01-02"]
    assert breaks(done) == []


@pytest.mark.parametrize("units", ["0.000000001", "123456789012345.123456789"])
def test_units_are_kept_to_their_last_digit(units: str) -> None:
    done = booked(lots(JUNE, f"joint VTI {units} 1.00 2020-01-02"))
    (lot,) = done.ledger.lots.values()
    assert f"{lot.quantity:f}" == units


def test_a_lot_or_a_position_of_nothing_is_not_held() -> None:
    done = booked(lists(JUNE, "joint VTI 0 0.00"), lots(JUNE, "joint BND 0 0.00 2020-01-02"))
    assert held(done) == []


def test_options_sold_short_are_held_aside_also_where_the_lots_tell_of_them() -> None:
    option = "AAPL250117C150"
    files = [lists(JUNE, f"joint {option} -2 -900.00"), lots(JUNE, f"joint {option} -2 - -")]
    _, done = journal(files, [rows("2024-07-10 joint deposit - - 1.00")])
    assert [one.kind.value for one in done.breaks] == ["short_position"]
    assert held(done) == ["joint USD 1"]


def test_options_of_which_two_lists_differ_are_held_by_their_lots_and_not_restated_for_ever() -> (
    None
):
    option = "AAPL250117C150"
    files = [lists(JUNE, f"joint {option} 3 900.00"), lots(JUNE, f"joint {option} 2 600.00 -")]
    past, _ = journal(files)
    again = booked(*files, past=past)
    assert (held(again), again.entries) == ([f"joint {option} 2 600 -"], [])


@pytest.mark.parametrize("row", ["joint AAPL250117C150 2 900.00", "joint ANNUITY - 5000.25"])
def test_an_option_that_expired_or_an_annuity_that_was_paid_out_leaves_with_the_list(
    row: str,
) -> None:
    _, done = journal([lists(JUNE, row, "joint VTI 1 260.00")], [lists(JULY, "joint VTI 1 270.00")])
    assert held(done) == ["joint VTI 1 - -"]
    assert breaks(done) == []

"""What happened in the last three months, as trades.csv tells it for wash sales."""

from datetime import date

from tests.books.statement_parts import USD, booked, lists, rows, sales
from trimtab.app.importing.recent_trades import recent_trades
from trimtab.model.statements import Statement

TODAY = date(2024, 7, 31)
BOUGHT = "2024-06-03 joint buy VTI 10 -2600.00"
SOLD = "2024-07-08 joint sell VTI -4 1000.00"


def trades(*statements: Statement, taxable: str = "joint") -> list[str]:
    """Day, account, instrument, side, units, amount, gain, term."""
    found, _ = recent_trades(booked(*statements), USD, {taxable}, TODAY)
    return [
        f"{one.on} {one.account} {one.instrument} {one.side.value} {one.quantity:f} {one.amount:f} "
        f"{'-' if one.gain is None else one.gain} {one.term or '-'}"
        for one in found
    ]


def unknown(*statements: Statement) -> tuple[str, ...]:
    return recent_trades(booked(*statements), USD, {"joint"}, TODAY)[1]


def test_a_purchase_that_is_held_stands_in_the_lots_and_is_left_out() -> None:
    assert trades(rows(BOUGHT)) == []


def test_of_a_purchase_the_part_that_was_sold_is_told_with_the_sale_and_its_gain() -> None:
    assert trades(rows(BOUGHT, SOLD)) == [
        "2024-06-03 joint VTI buy 4 1040.00 - -",
        "2024-07-08 joint VTI sell 4 1000.00 -40.00 short",
    ]


def test_a_sale_before_the_lists_has_the_gain_that_the_history_tells() -> None:
    history = rows("2020-01-02 joint buy VTI 10 -2000.00", "2024-06-20 joint sell VTI -4 1000.00")
    found = trades(history, lists("2024-06-28", "joint VTI 6 1560.00"))
    assert found == ["2024-06-20 joint VTI sell 4 1000.00 200.00 long"]


def test_a_sale_without_history_has_the_gain_of_the_brokers_own_list() -> None:
    found = trades(
        rows("2024-06-20 joint sell VTI -4 1000.00"),
        sales("joint VTI 4 2020-01-02 2024-06-20 1000.00 1050.00"),
        lists("2024-06-28", "joint VTI 6 1560.00"),
    )
    assert found == ["2024-06-20 joint VTI sell 4 1000.00 -50.00 -"]


def test_a_sale_whose_gain_nobody_knows_is_named_where_it_is_taxed() -> None:
    files = (
        rows("2024-06-20 joint sell VTI -4 1000.00", "2024-06-21 ira sell VTI -1 250.00"),
        lists("2024-06-28", "joint VTI 6 1560.00", "ira VTI 1 260.00"),
    )
    assert unknown(*files) == ("VTI in joint on 2024-06-20",)
    assert trades(*files) == ["2024-06-21 ira VTI sell 1 250.00 - -"]


def test_what_is_older_than_three_months_is_left_out() -> None:
    assert (
        trades(rows("2024-01-02 joint buy VTI 10 -2000.00", "2024-04-20 joint sell VTI -4 900"))
        == []
    )


def test_fills_of_one_day_are_one_trade() -> None:
    found = trades(rows(BOUGHT, SOLD, SOLD.replace("-4 1000.00", "-1 251.00")))
    assert found[-1] == "2024-07-08 joint VTI sell 5 1251.00 -49.00 short"


def test_cash_and_options_are_no_trades() -> None:
    found = trades(
        rows(
            "2024-07-01 joint buy CASH 100 -100.00",
            "2024-07-01 joint buy AAPL250117C150 1 -320.00",
            "2024-07-01 joint dividend VTI - 10.00",
        )
    )
    assert found == []

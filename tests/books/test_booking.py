"""What brokers' rows become: balanced entries, or a break that says why not."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.books.statement_parts import booked, breaks, held, rows, sales
from trimtab.model.entries import EntryKind
from trimtab.model.money import total

CASH_IN = "2024-01-02 joint deposit - - 10000.00"
BOUGHT = "2024-01-03 joint buy VTI 10 -2400.00"
LATER = "2024-02-05 joint buy VTI 10 -2500.00"


@pytest.mark.parametrize(
    ("row", "what_is_held"),
    [
        ("2024-03-01 joint buy VTI 3 -780.00", ["joint VTI 3 780 2024-03-01", "joint USD -780"]),
        ("2024-03-01 joint buy VTI 3 0.00", ["joint VTI 3 - 2024-03-01"]),
        ("2024-03-01 joint reinvestment VTI 0.1 -26.00", ["joint VTI 0.1 26 2024-03-01"]),
        ("2024-03-01 joint dividend VTI - 12.34", ["joint USD 12.34"]),
        ("2024-03-01 joint interest - - 0.01", ["joint USD 0.01"]),
        ("2024-03-01 joint interest - - -3.00", ["joint USD -3"]),
        ("2024-03-01 joint deposit - - 500.00", ["joint USD 500"]),
        ("2024-03-01 joint withdrawal - - -500.00", ["joint USD -500"]),
        ("2024-03-01 joint fee - - -9.95", ["joint USD -9.95"]),
        ("2024-03-01 joint tax VTI - -1.50", ["joint USD -1.5"]),
        ("2024-03-01 joint conversion - - 77.00", ["joint USD 77"]),
        ("2024-03-01 joint transfer_in - - 100.00", ["joint USD 100"]),
        ("2024-03-01 joint sweep CASH 100 -100.00", []),
        ("2024-03-01 joint buy CASH 100 -100.00", []),  # the money fund is the cash
        ("2024-03-01 joint dividend CASH - 4.00", ["joint USD 4"]),
        ("2024-03-01 joint buy AAPL250117C150 1 -320.00", ["joint USD -320"]),
        ("2024-03-01 joint deposit - - 0.00", []),
    ],
)
def test_a_row_moves_what_it_says_and_nothing_else(row: str, what_is_held: list[str]) -> None:
    done = booked(rows(row))
    assert held(done) == what_is_held
    assert breaks(done) == []


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("2024-03-01 joint sell VTI -3 800.00", "missing_history joint VTI"),
        ("2024-03-01 joint split VTI 10 -", "split joint VTI"),
        ("2024-03-01 joint symbol_change FB 10 -", "symbol_change joint FB"),
        ("2024-03-01 joint other VTI - 10.00", "unknown_event joint VTI"),
        ("2024-03-01 joint buy VTI - -260.00", "unknown_event joint VTI"),
        ("2024-03-01 joint buy VTI 3 -", "unknown_event joint VTI"),
        ("2024-03-01 joint buy VTI 3 780.00", "unknown_event joint VTI"),
        ("2024-03-01 joint buy - 3 -780.00", "unknown_event joint"),
        ("2024-03-01 joint deposit - - -", "unknown_event joint"),
        ("2024-03-01 joint return_of_capital VTI - 10.00", "unknown_event joint VTI"),
        ("2024-03-01 joint transfer_in VTI 3 -", "transfer joint VTI"),
    ],
)
def test_a_row_that_cannot_be_booked_as_it_stands_moves_nothing_and_is_told(
    row: str, told: str
) -> None:
    done = booked(rows(row))
    assert held(done) == []
    assert breaks(done) == [told]
    assert done.breaks[0].source == "history.csv:2"
    assert done.breaks[0].remedy


@pytest.mark.parametrize(
    ("sale", "left", "gain"),
    [
        ("2024-06-03 joint sell VTI -10 2600.00", ["joint VTI 10 2500 2024-02-05"], "200.00"),
        (
            "2024-06-03 joint sell VTI -4 1040.00",
            ["joint VTI 10 2500 2024-02-05", "joint VTI 6 1440 2024-01-03"],
            "80.00",
        ),
        ("2024-06-03 joint sell VTI -20 5200.00", [], "300.00"),
    ],
)
def test_a_sale_takes_the_oldest_lots_and_realises_the_rest_of_the_price(
    sale: str, left: list[str], gain: str
) -> None:
    done = booked(rows(CASH_IN, BOUGHT, LATER, sale))
    assert held(done)[:-1] == left
    gains = [one.gain for one in done.ledger.realized]
    assert str(total(one for one in gains if one is not None)) == gain


def test_a_sale_takes_the_lots_that_the_brokers_own_gains_name() -> None:
    done = booked(
        rows(CASH_IN, BOUGHT, LATER, "2024-06-03 joint sell VTI -10 2600.00"),
        sales("joint VTI 10 2024-02-05 2024-06-03 2600.00 2500.00"),
    )
    assert held(done)[0] == "joint VTI 10 2400 2024-01-03"


def test_gains_that_do_not_make_up_the_sale_choose_nothing() -> None:
    done = booked(
        rows(CASH_IN, BOUGHT, LATER, "2024-06-03 joint sell VTI -10 2600.00"),
        sales("joint VTI 3 2024-02-05 2024-06-03 780.00 750.00"),
    )
    assert held(done)[0] == "joint VTI 10 2500 2024-02-05"


def test_the_sale_of_a_lot_of_unknown_basis_realises_a_gain_that_nobody_knows() -> None:
    done = booked(rows("2024-01-03 joint buy VTI 10 0.00", "2024-06-03 joint sell VTI -10 2600.00"))
    assert [one.gain for one in done.ledger.realized] == [None]
    assert held(done) == ["joint USD 2600"]


def test_a_distribution_and_its_reinvestment_are_income_once() -> None:
    done = booked(
        rows(
            BOUGHT,
            "2024-03-28 joint dividend VTI - 26.00",
            "2024-03-29 joint reinvestment VTI 0.1 -26.00",
        )
    )
    assert held(done) == [
        "joint VTI 0.1 26 2024-03-29",
        "joint VTI 10 2400 2024-01-03",
        "joint USD -2400",
    ]
    assert done.ledger.outside["income", "USD"] == -26
    assert done.ledger.lots["joint/VTI/2024-03-29"].reinvested


def test_a_return_of_capital_lowers_the_basis() -> None:
    done = booked(rows(BOUGHT, "2024-03-28 joint return_of_capital VTI - 100.00"))
    assert held(done) == ["joint VTI 10 2300 2024-01-03", "joint USD -2300"]


def test_true_twins_are_two_purchases() -> None:
    done = booked(rows(BOUGHT, BOUGHT))
    assert held(done)[:-1] == ["joint VTI 10 2400 2024-01-03"] * 2


def test_an_amount_is_made_of_price_and_units_where_none_is_told() -> None:
    file = rows("2024-01-03 joint buy VTI 10 -")
    (row,) = file.transactions
    priced = replace(row, price=Decimal("240.005"), fee=Decimal("4.95"))
    done = booked(replace(file, transactions=(priced,)))
    assert held(done) == ["joint VTI 10 2405 2024-01-03", "joint USD -2405"]


def test_a_purchase_in_another_currency_has_a_basis_that_nobody_knows() -> None:
    done = booked(rows(BOUGHT, currency="EUR"))
    assert held(done) == ["joint VTI 10 - 2024-01-03", "joint EUR -2400"]


def test_a_sale_in_another_currency_waits_for_its_rate() -> None:
    done = booked(rows(BOUGHT, "2024-06-03 joint sell VTI -10 2600.00", currency="EUR"))
    assert breaks(done) == ["unknown_event joint VTI"]


def test_every_entry_has_the_id_of_its_row_and_is_booked_once() -> None:
    file = rows(CASH_IN, BOUGHT, LATER)
    first = booked(file)
    again = booked(file, past=first.entries)
    assert again.entries == []
    assert held(again) == held(first)
    kinds = [entry.kind for entry in first.entries if entry.postings]
    assert kinds == [EntryKind.DEPOSIT, EntryKind.BUY, EntryKind.BUY]


def test_units_that_move_after_a_split_wait_until_it_is_confirmed() -> None:
    done = booked(
        rows(
            BOUGHT,
            "2024-06-03 joint split VTI 10 -",
            "2024-06-04 joint sell VTI -5 700.00",
            "2024-06-05 joint dividend VTI - 3.00",
        )
    )
    assert held(done) == ["joint VTI 10 2400 2024-01-03", "joint USD -2397"]
    (told,) = done.breaks
    assert told.message.endswith("10 units became 20; a later row waits for it")

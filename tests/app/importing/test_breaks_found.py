"""Breaks that statements and lots show by themselves."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.books.statement_parts import TODAY, lists
from trimtab.app.importing.breaks_found import row_breaks, unknown_lots, value_breaks
from trimtab.books.holdings import latest_holdings
from trimtab.model.lots import Lot
from trimtab.model.statements import RowBreak, StatedAccount

D = Decimal


@pytest.mark.parametrize(
    ("units", "price", "value", "is_told"),
    [
        ("10", "260.00", "2600.00", False),
        ("10", "260.00", "2610.00", False),  # prices are shown rounded
        ("10", "260.00", "2700.00", True),
        ("2", "4.50", "900.00", False),  # an option: a hundred shares
        ("5000", "98.70", "4935.00", False),  # a bond: per hundred of face value
        ("-5", "180.00", "-900.00", False),
        ("0", "180.00", "0.00", False),
        ("10", None, "2600.00", False),
        ("10", "0", "2600.00", False),
    ],
)
def test_units_at_their_price_that_are_not_the_value_are_told(
    units: str, price: str | None, value: str, is_told: bool
) -> None:
    file = lists("2024-06-28", f"joint VTI {units} {value}")
    row = replace(file.positions[0], price=None if price is None else D(price))
    found = value_breaks(latest_holdings([replace(file, positions=(row,))], TODAY))
    assert [one.kind.value for one in found] == ["value"] * is_told
    assert all(one.source == "positions-2024-06-28.csv:2" for one in found)


@pytest.mark.parametrize(
    ("basis", "acquired", "account", "kind"),
    [
        ("100", "2020-01-02", "joint", None),
        (None, "2020-01-02", "joint", "unknown_basis"),
        ("100", None, "joint", "unknown_date"),
        (None, None, "joint", "unknown_basis"),
        (None, None, "ira", None),  # no sale is taxed there
        ("0", "2020-01-02", "joint", None),
    ],
)
def test_a_lot_that_cannot_be_sold_with_a_known_tax_is_told_and_stops_nothing(
    basis: str | None, acquired: str | None, account: str, kind: str | None
) -> None:
    lot = Lot(
        "a",
        account,
        "VTI",
        D(10),
        None if basis is None else D(basis),
        None if acquired is None else date.fromisoformat(acquired),
    )
    found = list(unknown_lots([lot], {"joint"}))
    assert [one.kind.value for one in found] == ([] if kind is None else [kind])
    assert not any(one.blocks for one in found)


def test_an_inherited_lot_without_a_day_is_known() -> None:
    lot = Lot("a", "joint", "VTI", D(10), D(100), None, inherited=True, by_purchase=False)
    assert list(unknown_lots([lot], {"joint"})) == []


@pytest.mark.parametrize(
    ("accounts", "touched"),
    [((), []), (("joint",), ["joint"]), (("joint", "ira"), ["joint", "ira"])],
)
def test_a_row_that_could_not_be_read_touches_the_accounts_of_its_file(
    accounts: tuple[str, ...], touched: list[str]
) -> None:
    file = replace(
        lists("2024-06-28"),
        accounts=tuple(map(StatedAccount, accounts)),
        breaks=(RowBreak(7, "bad_number", "'abc' is no number", "correct it"),),
    )
    (found,) = row_breaks([file])
    assert found.source == "positions-2024-06-28.csv:7"
    assert [one for one in ("joint", "ira", "") if one and found.touches(one)] == touched


def test_a_row_of_a_file_without_accounts_touches_that_of_its_other_rows() -> None:
    file = replace(
        lists("2024-06-28", "joint VTI 1 260.00"),
        accounts=(),
        breaks=(RowBreak(7, "bad_number", "'abc' is no number", "correct it"),),
    )
    (found,) = row_breaks([file])
    assert found.touches("joint")

"""A row of lots.csv becomes a lot."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from tests.app.lots_rows import AS_OF, HEAD, KNOWN, read
from trimtab.app.lots_file import read_lots


def test_a_row_is_a_lot():
    (lot,) = read(HEAD + "joint,VTI,12.5,2431.10,2021-03-04\n").lots
    assert (lot.account, lot.instrument, lot.quantity) == ("joint", "VTI", Decimal("12.5"))
    assert (lot.basis, lot.acquired, lot.holding_start) == (
        Decimal("2431.10"),
        date(2021, 3, 4),
        None,
    )


def test_columns_may_stand_in_any_order_and_case():
    text = "Acquired,QUANTITY,basis,Instrument,account\n2021-03-04,1,2,VTI,joint\n"
    (lot,) = read(text).lots
    assert (lot.quantity, lot.basis, lot.instrument) == (1, 2, "VTI")


@pytest.mark.parametrize("written", ["", "unknown", "Unknown", "?"])
def test_an_unknown_basis_or_day_is_unknown_and_never_zero(written: str):
    (lot,) = read(HEAD + f"joint,VTI,1,{written},{written}\n").lots
    assert lot.basis is None
    assert lot.acquired is None
    assert not lot.is_known


def test_a_basis_of_zero_is_zero():
    (lot,) = read(HEAD + "joint,VTI,1,0,2021-03-04\n").lots
    assert lot.basis == 0


def test_cash_is_in_the_account_s_currency_or_in_the_one_named():
    cash = read(HEAD + "joint,CASH,5,,\nplan,CASH,6,,\njoint,CASH:EUR,7,,\n").cash
    assert [(c.account, c.currency, c.amount) for c in cash] == [
        ("joint", "USD", 5),
        ("plan", "EUR", 6),
        ("joint", "EUR", 7),
    ]


def test_dollar_signs_and_thousands_commas_are_understood():
    (lot,) = read(HEAD + 'joint,VTI,"1,000","$25,100.50",2021-03-04\n').lots
    assert (lot.quantity, lot.basis) == (1000, Decimal("25100.50"))


def test_comments_blank_lines_and_a_byte_order_mark_are_skipped(tmp_path: Path):
    path = tmp_path / "lots.csv"
    path.write_bytes(b"\xef\xbb\xbf" + f"{HEAD}\n# mine\njoint,VTI,1,1,2021-03-04\n".encode())
    assert len(read_lots(path, KNOWN, AS_OF).lots) == 1


def test_every_optional_column_is_kept():
    head = (
        HEAD.strip() + ",id,holding_start,order,reinvested,gift,loss_basis,washed_quantity,note\n"
    )
    row = "joint,VTI,9,10,2021-03-04,A1,2020-01-02,O7,yes,yes,8,3,from aunt\n"
    (lot,) = read(head + row).lots
    assert (lot.id, lot.holding_start, lot.order) == ("A1", date(2020, 1, 2), "O7")
    assert (lot.reinvested, lot.by_purchase, lot.loss_basis, lot.washed_quantity) == (
        True,
        False,
        8,
        3,
    )


def test_lots_of_one_day_get_ids_of_their_own():
    rows = "joint,VTI,1,1,2021-03-04\njoint,VTI,2,2,2021-03-04\njoint,VTI,3,,\n"
    assert [lot.id for lot in read(HEAD + rows).lots] == [
        "joint/VTI/2021-03-04",
        "joint/VTI/2021-03-04#2",
        "joint/VTI/unknown",
    ]

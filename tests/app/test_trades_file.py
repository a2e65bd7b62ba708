"""Recent trades are read exactly; a loss nobody can see is asked for."""

from datetime import date
from decimal import Decimal

import pytest

from trimtab.app.row_checks import Known
from trimtab.app.trades_file import parse_trades
from trimtab.model.errors import InputErrors
from trimtab.model.lots import Term
from trimtab.model.snapshots import Side, TradeRecord

KNOWN = Known({"joint": "USD", "ira": "USD"}, ("VTI", "GE"), {}, ("joint",))
HEAD = "date,account,instrument,side,quantity,amount,gain,term\n"


def read(rows: str) -> tuple[TradeRecord, ...]:
    return parse_trades(HEAD + rows, "trades.csv", KNOWN, date(2022, 10, 11))


def test_a_sale_and_a_purchase_come_in_the_order_of_their_days():
    sale, purchase = read(
        "2022-10-03,ira,VTI,bought,10,1830,,\n2022-09-19,joint,GE,sell,90,4692.60,-2750.67,short\n"
    )
    assert (sale.side, sale.gain, sale.term) == (Side.SELL, Decimal("-2750.67"), Term.SHORT)
    assert (purchase.side, purchase.gain, purchase.amount) == (Side.BUY, None, 1830)


def test_a_sale_in_a_shelter_needs_no_gain():
    (sale,) = read("2022-10-03,ira,VTI,sell,10,1830,,\n")
    assert sale.gain is None


MISTAKES = {
    "2022-10-03,joint,VTI,sell,1,5,,": ["gain: it is empty", "a taxable sale has one"],
    "2022-10-03,joint,VTI,buy,1,5,3,": ["gain: 3 on a purchase"],
    "2022-10-03,joint,VTI,hold,1,5,,": ["'hold' is neither buy nor sell"],
    "2022-10-12,joint,VTI,buy,1,5,,": ["2022-10-12 has not come yet"],
    ",joint,VTI,buy,1,5,,": ["date: it is empty"],
    "2022-10-03,joint,VTI,buy,-1,5,,": ["quantity: -1", "above 0", "side says which"],
    "2022-10-03,joint,VTI,buy,1,0,,": ["amount: 0", "above 0"],
    "2022-10-03,joint,VTI,sell,1,5,1,medium": ["'medium' is neither short nor long"],
    "2022-10-03,roth,VTI,buy,1,5,,": ["no account 'roth'"],
    "2022-10-03,joint,IBM,buy,1,5,,": ["does not know 'IBM'"],
}


@pytest.mark.parametrize("row", MISTAKES)
def test_a_mistake_is_named_with_its_line(row: str):
    with pytest.raises(InputErrors) as caught:
        read(f"# a comment\n{row}\n")
    assert {error.line for error in caught.value.errors} == {3}
    for word in MISTAKES[row]:
        assert word in str(caught.value)

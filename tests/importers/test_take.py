"""One row's cells become what their kind needs; what is not said stays unknown, never zero."""

import pytest

from tests.importers.one_format import read_by
from tests.importers.reading import broken, gains, moved
from trimtab.model.statements import StatedLot, StatedTransaction

LOTS = """
broker = "mine"
name = "My lots"
[file]
currency = "USD"
[dates]
formats = ["%m/%d/%Y"]
[[sections]]
kind = "lots"
required = ["symbol", "quantity"]
[sections.columns]
symbol = ["Symbol"]
kind = ["Type"]
quantity = ["Quantity"]
price = ["Price"]
value = ["Value"]
cost = ["Cost"]
unit_cost = ["Unit cost"]
acquired = ["Acquired"]
covered = ["Covered"]
currency = ["Currency"]
lot_id = ["Id"]
"""


def lot(**cells: str) -> StatedLot:
    """The lot in a row of some cells, by column."""
    names = ["Symbol", "Quantity", *(name.replace("_", " ").capitalize() for name in cells)]
    row = ["VTI", "10", *cells.values()]
    (taken,) = read_by(LOTS, ",".join(names) + "\n" + ",".join(row)).lots
    return taken


def test_what_a_lot_does_not_say_is_unknown():
    bare = lot()
    assert (bare.cost, bare.acquired, bare.covered, bare.value, bare.price) == (None,) * 5
    assert lot(cost="--", acquired="n/a", covered="").cost is None


@pytest.mark.parametrize(
    ("written", "covered"),
    [
        ("Covered", True),
        ("yes", True),
        ("Noncovered", False),
        ("NO", False),
        ("?", None),
        ("", None),
    ],
)
def test_covered_is_told_by_word(written, covered):
    assert lot(covered=written).covered is covered


def test_the_currency_of_a_row_counts_before_that_of_the_file():
    assert lot().currency == "USD"
    assert lot(currency="eur").currency == "EUR"
    assert lot(currency="--").currency == "USD"


COSTS = [
    # cells, the cost of the lot of ten units
    ({"cost": "1000"}, "1000"),
    ({"unit_cost": "99.5"}, "995.0"),
    ({"cost": "1000", "unit_cost": "1"}, "1000"),
    ({"unit_cost": "99.5", "price": "100", "value": "1000"}, "995.0"),
    ({"unit_cost": "99.5", "price": "100", "value": "10"}, None),  # a bond in percent
    ({"unit_cost": "99.5", "price": "100", "value": "100000"}, None),  # a contract of a hundred
]


@pytest.mark.parametrize(("cells", "cost"), COSTS)
def test_a_lots_cost_is_known_where_a_units_is_and_its_value_counts_units(cells, cost):
    found = lot(**cells).cost
    assert (None if found is None else str(found)) == cost


def test_a_cell_that_cannot_be_read_names_its_column():
    statement = read_by(LOTS, "Symbol,Quantity,Acquired\nVTI,1,2020-01-02\nVTI,ten,01/02/2020\n")
    assert broken(statement) == [(2, "bad_date"), (3, "bad_number")]
    assert [one.text.split(":")[0] for one in statement.breaks] == ["acquired", "quantity"]


DONE = """
broker = "mine"
name = "My transactions"
[[sections]]
kind = "transactions"
required = ["on", "action"]
[sections.columns]
on = ["Date"]
settles = ["Settles"]
action = ["Action"]
text = ["Text"]
symbol = ["Symbol"]
name = ["Name"]
quantity = ["Quantity"]
amount = ["Amount"]
credit = ["In"]
debit = ["Out"]
fees = ["Fee", "Commission"]
taxes = ["Tax"]
transaction_id = ["Id"]
"""


def done(header: str, row: str, more: str = "") -> StatedTransaction:
    """The transaction in a row."""
    (taken,) = read_by(DONE + more, f"{header}\n{row}\n").transactions
    return taken


def test_all_columns_of_fees_are_added_up_and_positive():
    one = done("Date,Action,Fee,Amount,Commission", "2021-03-04,Buy,-1.50,-100,2")
    assert (str(one.fee), str(one.amount)) == ("3.50", "-100")


@pytest.mark.parametrize(
    ("costs", "amount"), [("included", "-100"), ("added", "-103"), ("deducted", "-97")]
)
def test_costs_are_part_of_the_amount_or_come_to_it(costs, amount):
    row = "2021-03-04,Buy,-1,-2,-100"
    more = f'[sections.amounts]\ncosts = "{costs}"\n'
    assert str(done("Date,Action,Fee,Tax,Amount", row, more).amount) == amount


@pytest.mark.parametrize(
    ("cells", "amount"), [("5,", "5"), (",5", "-5"), (",-5", "-5"), ("0,0", "0"), (",", "None")]
)
def test_what_came_and_what_went_may_have_columns_of_their_own(cells, amount):
    assert str(done("Date,Action,In,Out", f"2021-03-04,Interest,{cells}").amount) == amount


def test_a_day_of_settlement_stands_in_for_one_that_is_missing():
    assert str(done("Date,Settles,Action", ",2021-03-06,Interest").on) == "2021-03-06"
    statement = read_by(DONE, "Date,Action\n,Interest\n")
    assert broken(statement) == [(2, "no_date")]


def test_a_payment_has_no_instrument_where_only_a_name_stands():
    assert done("Date,Action,Name", "2021-03-04,Wire deposit,From my bank").instrument is None
    dividend = done("Date,Action,Symbol", "2021-03-04,Dividend,VTI")
    assert dividend.instrument is not None and dividend.instrument.symbol == "VTI"


def test_words_that_nobody_knows_are_a_break_that_says_where_to_add_them():
    statement = read_by(DONE, "Date,Action,Amount\n2021-03-04,Gefummel,1\n")
    (one,) = statement.breaks
    assert (one.reason, one.text) == ("unknown_action", "nothing is known of 'Gefummel'")
    assert "trimtab formats edit" in one.remedy


def test_a_rule_may_ignore_rows_by_their_words():
    more = "[[sections.actions]]\nmatch = '^Order'\ndo = 'ignore'\nrule = 'order'\n"
    statement = read_by(DONE + more, "Date,Action\n2021-03-04,Order placed\n")
    assert [(one.line, one.rule) for one in statement.ignored] == [(1, "header"), (2, "order")]


def test_transactions_are_taken_with_signs():
    statement = read_by(
        DONE,
        """
        Date,Action,Symbol,Quantity,Amount
        2021-03-04,Bought,VTI,2,-400
        2021-03-05,Sold,VTI,2,400
        2021-03-06,Dividend,VTI,,3.50
        2021-03-07,Deposit,,,100
        """,
    )
    assert moved(statement) == [
        ("2021-03-04", "buy", "VTI", "2", "-400"),
        ("2021-03-05", "sell", "VTI", "-2", "400"),
        ("2021-03-06", "dividend", "VTI", "", "3.50"),
        ("2021-03-07", "deposit", "", "", "100"),
    ]


GAINS = """
broker = "mine"
name = "My gains"
[[sections]]
kind = "realised_gains"
required = ["symbol", "sold"]
[sections.columns]
symbol = ["Symbol"]
quantity = ["Quantity"]
acquired = ["Acquired"]
sold = ["Sold"]
proceeds = ["Proceeds"]
cost = ["Cost"]
gain = ["Gain"]
gain_short = ["Short"]
gain_long = ["Long"]
disallowed = ["Wash"]
term = ["Term"]
"""
SALES = [
    # header, row, (gain, term)
    ("Gain,Term", "5,Long-term", ("5", "long")),
    ("Gain,Term", "-5,Short", ("-5", "short")),
    ("Short,Long", "5,", ("5", "short")),
    ("Short,Long", ",-7", ("-7", "long")),
    ("Short,Long", "--,--", ("", "")),
]


@pytest.mark.parametrize(("header", "row", "expected"), SALES)
def test_a_gain_may_stand_in_a_column_for_each_term(header, row, expected):
    text = f"Symbol,Sold,Acquired,{header}\nVTI,2021-03-04,Various,{row}\n"
    (found,) = gains(read_by(GAINS, text))
    assert found[-2:] == expected
    assert found[2] == ""  # several lots have no one day


def test_a_wash_sale_is_positive_and_a_sale_needs_its_day():
    statement = read_by(GAINS, "Symbol,Sold,Wash\nVTI,2021-03-04,-9\nVTI,,1\n")
    assert str(statement.gains[0].disallowed) == "9"
    assert broken(statement) == [(3, "no_date")]

"""Numbers and days are read as they were meant, or refused; never guessed."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.app.values import read_day, read_fraction, read_number
from trimtab.model.errors import InputError


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1234.56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("$1,234.56", "1234.56"),
        ("-$12", "-12"),
        (" 7 ", "7"),
        (".5", "0.5"),
        ("1e3", "1000"),
    ],
)
def test_a_number_is_read(text: str, number: str):
    assert read_number(text, "x") == Decimal(number)


@pytest.mark.parametrize(
    "text", ["", "1.234,56", "12,34", "1,23,456", "(5)", "5 %", "NaN", "--5", "1_0", "١٢", "0x10"]
)
def test_what_could_mean_something_else_is_refused(text: str):
    with pytest.raises(InputError, match="is not a number"):
        read_number(text, "x")


@pytest.mark.parametrize(("text", "fraction"), [("60 %", "0.6"), ("0.6", "0.6"), ("2.5%", "0.025")])
def test_a_fraction_may_be_written_in_percent(text: str, fraction: str):
    assert read_fraction(text, "x") == Decimal(fraction)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_day_is_read_back(day: date):
    assert read_day(day.isoformat(), "x") == day


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, max_value=10**15))
def test_a_number_is_read_back_exactly(number: Decimal):
    if abs(number) < 10**15:
        assert read_number(f"{number:,f}", "x") == number


@pytest.mark.parametrize("text", ["20210304", "2021-3-4", "2021-W09-4", "2021-02-30", "today"])
def test_a_day_in_another_form_is_refused(text: str):
    with pytest.raises(InputError, match="is not a day"):
        read_day(text, "x")

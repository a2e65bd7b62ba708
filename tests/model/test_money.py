"""Exact numbers from text, and what is refused because it may mean two things."""

from decimal import Decimal

import pytest

from trimtab.model.errors import InputError
from trimtab.model.money import exact


@pytest.mark.parametrize(
    ("written", "means"),
    [("12.5", "12.5"), (" 1,234.50 ", "1234.50"), ("-1,234,567", "-1234567"), ("1e3", "1000")],
)
def test_a_number_is_kept_to_the_last_digit(written: str, means: str):
    assert exact(written) == Decimal(means)


@pytest.mark.parametrize("written", ["102,51", "1,5", "1.234,56", "12,34,567", "1234,567"])
def test_a_comma_that_does_not_part_thousands_is_refused_and_never_dropped(written: str):
    with pytest.raises(InputError, match="decimal point as a point"):
        exact(written)


@pytest.mark.parametrize("written", ["nan", "inf", "-Infinity", "1e400", "x", ""])
def test_what_is_no_finite_number_of_a_sane_size_is_refused(written: str):
    with pytest.raises(InputError):
        exact(written)

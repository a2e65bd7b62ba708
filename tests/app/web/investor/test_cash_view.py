"""What people type as an amount: understood as they mean it, or refused."""

from decimal import Decimal

import pytest

from trimtab.app.web.investor.cash_view import amount_of
from trimtab.model.errors import InputError


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("20000", "20000"),
        ("$20,000", "20000"),
        ("1,234,567.8", "1234567.8"),
        (" .05 ", "0.05"),
        ("\u20ac 12.30", "12.3"),
    ],
)
def test_an_amount_is_read_as_it_is_written(text: str, amount: str) -> None:
    assert amount_of(text) == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("20.000", "two ways"),
        ("5.005", "two ways"),
        ("1,5", "two ways"),
        ("12,34,567", "two ways"),
        ("1e5", "two ways"),
        ("", "empty"),
        ("0", "at least a cent"),
        ("-5", "at least a cent"),
        ("a few", "a few"),
        ("9" * 41, "too long"),
        ("9" * 16, "at most"),
    ],
)
def test_what_could_mean_something_else_is_refused(text: str, why: str) -> None:
    with pytest.raises(InputError, match=why):
        amount_of(text)

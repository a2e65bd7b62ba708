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
        ("20 000", "20000"),
        ("1\u202f234\u202f567.89", "1234567.89"),
        ("20'000.50", "20000.5"),
        ("USD 500", "500"),
        ("500 USD", "500"),
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
        ("1e5", "plain digits"),
        ("1_000", "plain digits"),
        ("٢٠٠", "plain digits"),
        ("9 99", "not a number"),
        ("20 0000", "not a number"),
        ("€500", "another currency"),
        ("500 CHF", "another currency"),
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


def test_an_amount_is_in_the_households_own_currency() -> None:
    assert amount_of("€ 12.30", "EUR") == Decimal("12.3")
    assert amount_of("CHF 20'000", "CHF") == Decimal("20000")
    with pytest.raises(InputError, match="it is in EUR"):
        amount_of("$500", "EUR")

"""JSON without floats, and what is no plain number."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.brokers._exact_json import (
    NotExact,
    decimal_of,
    moment_of,
    optional_decimal,
    parsed,
    written,
)

D = Decimal
PLAIN = st.decimals(
    allow_nan=False, allow_infinity=False, places=9, min_value=-1e12, max_value=1e12
)


@given(PLAIN)
def test_an_amount_comes_back_as_it_left(amount: Decimal) -> None:
    assert decimal_of(parsed(written({"qty": amount}))["qty"], "qty") == amount


@given(PLAIN)
def test_a_number_without_quotes_is_read_digit_by_digit(amount: Decimal) -> None:
    assert decimal_of(parsed(f'{{"qty": {amount:f}}}')["qty"], "qty") == amount


NO_NUMBERS = (
    *("1e3", "1E-7", '"1e3"', "NaN", '"NaN"', "-Infinity", '"inf"', '"1,000"', '""', '" 1"'),
    *("true", "null", "[]", f'"{"9" * 30}"', '"1."', '".5"', '"0x10"'),
)


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_plain_number_is_refused_by_name(text: str) -> None:
    with pytest.raises(NotExact, match=r"^cash is .*, not a plain decimal number$"):
        decimal_of(parsed(f'{{"cash": {text}}}')["cash"], "cash")


def test_a_strange_number_in_a_field_that_nobody_asks_for_does_no_harm() -> None:
    found = parsed('{"cash": "12.50", "sma": 1e99, "ratio": NaN}')
    assert decimal_of(found["cash"], "cash") == D("12.50")


def test_an_absent_number_is_none_and_not_zero() -> None:
    assert optional_decimal(None, "price") is None
    assert optional_decimal("", "price") is None
    assert optional_decimal("0", "price") == D(0)


@pytest.mark.parametrize(
    "text", ["", "<html>", '{"a": 1', '{"a": 1} {', '{"a": 1, "a": 2}', "[" * 90_000, "1" * 5_000]
)
def test_what_is_no_whole_json_is_refused(text: str) -> None:
    with pytest.raises(NotExact):
        parsed(text)


def test_a_float_is_never_sent() -> None:
    with pytest.raises(NotExact, match="only text, whole numbers and decimals"):
        written({"qty": 1.5})
    with pytest.raises(NotExact, match="NaN cannot be sent"):
        written({"qty": D("NaN")})


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-20T10:00:00-05:00", datetime(2026, 11, 20, 15, tzinfo=UTC)),
        ("2026-11-20T15:00:00Z", datetime(2026, 11, 20, 15, tzinfo=UTC)),
        ("2026-11-20T15:00:00.123456789Z", datetime(2026, 11, 20, 15, 0, 0, 123456, tzinfo=UTC)),
    ],
)
def test_moments_are_read_in_utc(text: str, moment: datetime) -> None:
    assert moment_of(text, "at") == moment


@pytest.mark.parametrize("text", ["2026-11-20T15:00:00", "yesterday", "", None, 1_800_000_000])
def test_a_moment_without_a_zone_is_refused(text: object) -> None:
    with pytest.raises(NotExact, match=r"^at is "):
        moment_of(text, "at")

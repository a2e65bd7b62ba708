"""Exact values in a database: amounts as scaled integers, times as microseconds, words as words.

A database's own decimal types are floating point in SQLite, so an amount is an integer of 10⁻⁹.

Errors: `InputError` for an amount that does not fit, before anything is written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from sqlalchemy import BigInteger, Dialect, Text
from sqlalchemy.types import TypeDecorator

from trimtab.model.errors import InputError, must

__all__ = ["AMOUNT_DECIMALS", "Amount", "Details", "Moment", "Scope", "Word"]

AMOUNT_DECIMALS = 9
"""Decimals of an amount that we state: a broker's smallest fraction of a share has nine."""
_UNITS_MAX = 2**63 - 1
ALL_NAMES = "*"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Amount(TypeDecorator[Decimal]):
    """A `Decimal` as an integer of 10⁻⁹.

    Refuses: more decimals than nine, and what is larger than about nine billion.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        """The integer of an amount."""
        if value is None:
            return None
        whole = int(value.scaleb(AMOUNT_DECIMALS))
        if Decimal(whole).scaleb(-AMOUNT_DECIMALS) != value or abs(whole) > _UNITS_MAX:
            largest = _UNITS_MAX // 10**AMOUNT_DECIMALS
            bound = f"an order's amounts have at most {AMOUNT_DECIMALS} decimals, up to {largest:,}"
            raise InputError("amount", f"{value} cannot be stored", bound)
        return whole

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        """The amount of an integer."""
        if value is None:
            return None
        return _short(Decimal(value).scaleb(-AMOUNT_DECIMALS))


def _short(amount: Decimal) -> Decimal:
    """An amount without zeros at its end."""
    return amount.quantize(Decimal(1)) if amount == amount.to_integral() else amount.normalize()


class Moment(TypeDecorator[datetime]):
    """A moment as microseconds since 1970, in every database the same; it comes back in UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """The microseconds of a moment."""
        if value is None:
            return None
        must(value.tzinfo is not None, f"a moment has a time zone, {value} has none")
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """The moment, in UTC."""
        return None if value is None else _EPOCH + value * _MICROSECOND


W = TypeVar("W", bound=StrEnum)


class Word(TypeDecorator[W], Generic[W]):
    """A word of an enumeration, as it is written."""

    impl = Text
    cache_ok = True

    def __init__(self, words: type[W]) -> None:
        super().__init__()
        self.words = words

    def process_bind_param(self, value: W | None, dialect: Dialect) -> str | None:
        """The text of a word."""
        return None if value is None else value.value

    def process_result_value(self, value: str | None, dialect: Dialect) -> W | None:
        """The word of a text."""
        return None if value is None else self.words(value)


class Scope(TypeDecorator[frozenset[str]]):
    """Names as sorted JSON, or `*` for all of them, which is `None` in the code."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: frozenset[str] | None, dialect: Dialect) -> str:
        """The text of a scope."""
        return ALL_NAMES if value is None else json.dumps(sorted(value))

    def process_result_value(self, value: str | None, dialect: Dialect) -> frozenset[str] | None:
        """The names of a text; what is no scope gives none."""
        if value == ALL_NAMES:
            return None
        return frozenset(json.loads(value)) if value else frozenset()


class Details(TypeDecorator[Mapping[str, str]]):
    """Words by name, as JSON."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Mapping[str, str] | None, dialect: Dialect) -> str:
        """The text of details."""
        return json.dumps(dict(value or {}), sort_keys=True)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Mapping[str, str]:
        """The details of a text."""
        found: dict[str, str] = json.loads(value) if value else {}
        return found

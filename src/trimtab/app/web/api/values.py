"""The values that the API takes and gives: exact numbers as texts, days, names.

Money and quantities are decimal texts (`"1234.50"`), so that no program rounds them; fractions of
one, rates and figures of the solver are numbers.

Errors: pydantic's `ValidationError` for what is no such value, which becomes a problem.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, WithJsonSchema

__all__ = [
    "Amount",
    "AmountGiven",
    "Answer",
    "Body",
    "DayGiven",
    "Name",
    "NameGiven",
    "NoteGiven",
    "PageOf",
    "PositiveGiven",
    "RateGiven",
    "TruthGiven",
]

_DECIMAL = r"^-?[0-9]+(\.[0-9]+)?$"
_GIVEN = r"^-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?$"
_POSITIVE = r"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?$"
_RATE = r"^(0(\.[0-9]{1,6})?|1)$"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_NAME = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]+$"
_NOTE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"
NAME_LENGTH_MAX, NOTE_LENGTH_MAX = 120, 500
DIGITS = "twelve digits before the point and six behind it at most"


def _text(value: Decimal) -> str:
    return f"{value:f}"


def _exact(value: object) -> Decimal:
    """A decimal of our own, or a text that is one."""
    if isinstance(value, Decimal):
        return value
    if not isinstance(value, str) or not re.fullmatch(_DECIMAL[1:-1], value):
        raise ValueError('write an exact number as a text, like "1234.50"')
    return Decimal(value)


def _bounded(pattern: str) -> BeforeValidator:
    def read(value: object) -> Decimal:
        if isinstance(value, Decimal):
            value = f"{value:f}"
        if not isinstance(value, str) or not re.fullmatch(pattern[1:-1], value):
            raise ValueError(f'write an exact number as a text, like "1234.50": {DIGITS}')
        return Decimal(value)

    return BeforeValidator(read)


def _day(value: object) -> object:
    """A day as ISO 8601 writes it; pydantic alone would take seconds since 1970 as well."""
    if isinstance(value, str) and not re.fullmatch(_DAY, value):
        raise ValueError("write a day like 2026-03-31")
    if not isinstance(value, str | date):
        raise ValueError('write a day as a text, like "2026-03-31"')
    return value


def _schema(pattern: str, example: str) -> WithJsonSchema:
    told = {"type": "string", "format": "decimal", "pattern": pattern, "examples": [example]}
    return WithJsonSchema(told)


Amount = Annotated[
    Decimal, BeforeValidator(_exact), PlainSerializer(_text), _schema(_DECIMAL, "1234.50")
]
"""An exact number that is answered: money or a quantity, as its field says."""
AmountGiven = Annotated[
    Decimal, _bounded(_GIVEN), PlainSerializer(_text), _schema(_GIVEN, "-20000.00")
]
"""An exact number that is asked with: twelve digits and six decimals at most."""
PositiveGiven = Annotated[
    Decimal, _bounded(_POSITIVE), PlainSerializer(_text), _schema(_POSITIVE, "5000.00")
]
"""As `AmountGiven`, zero or above."""
RateGiven = Annotated[Decimal, _bounded(_RATE), PlainSerializer(_text), _schema(_RATE, "0.0325")]
"""A fraction of one."""
DayGiven = Annotated[date, BeforeValidator(_day)]
"""A day that is asked with."""
TruthGiven = Annotated[bool, Field(strict=True)]
"""True or false and nothing that stands for them."""
NoteGiven = Annotated[str, Field(max_length=NOTE_LENGTH_MAX, pattern=_NOTE)]
"""A person's words: lines of text, without what cannot be seen."""
Name = Annotated[str, Field(min_length=1)]
"""A name that is answered."""
NameGiven = Annotated[str, Field(min_length=1, max_length=NAME_LENGTH_MAX, pattern=_NAME)]
"""A name that is asked with: one line, without control characters."""


class Answer(BaseModel):
    """A part of an answer; it has these keys and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Body(BaseModel):
    """A request's body; a key that is not known is refused, so that none is lost unseen."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class PageOf(Answer):
    """A page of a list; `next_cursor` asks for the next one and is null on the last."""

    next_cursor: str | None = Field(description="Ask for the next page with it; null on the last.")

"""Values of the model as JSON and back, exactly: amounts, days, enumerations, frozen records.

JSON knows no amounts, days and records, so each is written as an object whose first key says what
it is.  Read back are only the classes that the caller names.

Errors: `InputError` for what is no such JSON; `TypeError` for a value of a kind that is not known,
which is a mistake of the program.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

import numpy as np

from trimtab.model.errors import InputError

__all__ = ["Reader", "written"]

AMOUNT, DAY, ROW, TABLE, GROUP, RECORD, CHOICE = "amount", "day", "row", "table", "set", "is", "of"
VALUES = "values"


def written(value: Any) -> Any:
    """A value as plain JSON values; sets in order, so that equal values are written alike."""
    match value:
        case Enum():
            return {CHOICE: type(value).__name__, VALUES: value.value}
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return {AMOUNT: str(value)}
        case date():
            return {DAY: value.isoformat()}
        case list():
            return [written(one) for one in value]
        case tuple():
            return {ROW: [written(one) for one in value]}
        case frozenset():
            return {GROUP: [written(one) for one in sorted(value)]}
        case Mapping():
            return {TABLE: [[written(key), written(one)] for key, one in value.items()]}
        case np.ndarray():
            return value.tolist()
    return {
        RECORD: type(value).__name__,
        VALUES: [written(getattr(value, n)) for n in _names(value)],
    }


def _names(value: Any) -> tuple[str, ...]:
    """The parts of a record: a dataclass's fields, or what an object holds."""
    if is_dataclass(value):
        return tuple(field.name for field in fields(value))
    if not hasattr(value, "__dict__"):
        raise TypeError(f"{type(value).__name__} is no value that a checkpoint knows")
    return tuple(sorted(vars(value)))


class Reader:
    """Reads back what `written` wrote, of the classes that it is given."""

    def __init__(self, classes: Iterable[type[Any]]) -> None:
        self.classes = {one.__name__: one for one in classes}

    def read(self, value: Any) -> Any:
        """The value that JSON values stand for.

        Refuses: what `written` does not write.
        """
        if isinstance(value, list):
            return [self.read(one) for one in value]
        if not isinstance(value, dict):
            return value
        try:
            (kind, *_) = value
            return self._of(kind, value)
        except (KeyError, TypeError, ValueError, ArithmeticError) as error:
            raise InputError("checkpoint", f"{str(value)[:60]!r} cannot be read") from error

    def _of(self, kind: str, value: dict[str, Any]) -> Any:
        makers: dict[str, Callable[[Any], Any]] = {
            AMOUNT: Decimal,
            DAY: date.fromisoformat,
            ROW: lambda parts: tuple(map(self.read, parts)),
            GROUP: lambda parts: frozenset(map(self.read, parts)),
            TABLE: lambda pairs: {self.read(key): self.read(one) for key, one in pairs},
        }
        if kind in makers:
            return makers[kind](value[kind])
        known = self.classes[value[kind]]
        if kind == CHOICE:
            return known(value[VALUES])
        return known(*map(self.read, value[VALUES]))

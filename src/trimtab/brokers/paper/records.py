"""Frozen records as JSON and back, by their own type hints: exact, and strict in what it reads.

Decimals, days and moments are text; nothing is guessed, and a field that is missing, unknown or of
another type is refused.

Errors: `InputError` naming the record, the field and what stands there.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from trimtab.model.errors import InputError
from trimtab.model.money import exact

__all__ = ["Json", "from_json", "to_json"]

Json = str | int | bool | None | list["Json"] | dict[str, "Json"]
Kind = TypeVar("Kind")
_SCALARS: Mapping[type, Callable[[str], Any]] = {
    str: str,
    Decimal: lambda text: exact(text, "amount"),
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
}


def to_json(value: object) -> Json:
    """A record, or a part of one, as JSON."""
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return f"{value:f}"
        case datetime() | date():
            return value.isoformat()
        case tuple() | list():
            return [to_json(one) for one in value]
        case _ if dataclasses.is_dataclass(value):
            return {
                name: to_json(getattr(value, name)) for name in _fields(cast(type, type(value)))
            }
    raise TypeError(f"{type(value).__name__} has no place in a record")


def from_json(kind: type[Kind], data: Json, what: str) -> Kind:
    """The record that `to_json` made; `what` names it in messages.

    Refuses: whatever `to_json` would not have made.
    """
    return cast(Kind, _read(kind, data, what))


@cache
def _fields(kind: type) -> Mapping[str, Any]:
    """The fields of a record with their types."""
    hints = get_type_hints(kind)
    return {one.name: hints[one.name] for one in dataclasses.fields(kind)}


def _read(kind: Any, data: Json, what: str) -> object:
    origin = get_origin(kind)
    if origin in (types.UnionType, Union):
        inner = [one for one in get_args(kind) if one is not types.NoneType]
        return None if data is None else _read(inner[0], data, what)
    if origin is tuple and isinstance(data, list):
        return tuple(_read(get_args(kind)[0], one, what) for one in data)
    if kind in (int, bool) and type(data) is kind:
        return data
    if isinstance(data, str) and isinstance(kind, type):
        try:
            return kind(data) if issubclass(kind, StrEnum) else _SCALARS[kind](data)
        except (ValueError, InputError, KeyError):
            pass
    if isinstance(kind, type) and dataclasses.is_dataclass(kind) and isinstance(data, dict):
        return _read_record(kind, data, what)
    name = getattr(kind, "__name__", kind)
    raise InputError(what, f"{str(data)[:40]!r} stands where a {name} belongs")


def _read_record(kind: type, data: Mapping[str, Json], what: str) -> object:
    fields = _fields(kind)
    if odd := sorted(set(fields) ^ set(data)):
        raise InputError(what, f"its fields are not those of {kind.__name__}", ", ".join(odd))
    return kind(
        **{name: _read(hint, data[name], f"{what}, {name}") for name, hint in fields.items()}
    )

"""JSON as typed dataclasses and back: exact numbers as `Decimal`, days and moments as themselves.

Errors: `ValueError` for an answer that is not of its shape.
"""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

__all__ = ["decoded", "encoded"]

T = TypeVar("T")
Json = Any


def decoded(shape: type[T], value: Json) -> T:
    """A JSON value as a shape; keys that a newer server added are passed over.

    Refuses: a value of another kind, and an object that lacks a key.
    """
    found: T = _as(shape, value)
    return found


def encoded(value: object) -> Json:
    """A value as JSON; a field that is `None` is left out."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        told = {one.name.rstrip("_"): getattr(value, one.name) for one in fields}
        return {name: encoded(one) for name, one in told.items() if one is not None}
    match value:
        case Decimal():
            return f"{value:f}"
        case date():
            return value.isoformat()
        case str() | bool() | int() | float() | None:
            return value
        case Mapping():
            return {str(name): encoded(one) for name, one in value.items()}
        case Sequence():
            return [encoded(one) for one in value]
        case _:
            raise ValueError(f"{value!r} has no form in JSON")


@cache
def _hints(shape: Any) -> Mapping[str, Any]:
    return get_type_hints(shape)


def _as(shape: Any, value: Json) -> Any:
    origin, inner = get_origin(shape), get_args(shape)
    if origin in (Union, types.UnionType):
        if value is None and type(None) in inner:
            return None
        return _as(next(one for one in inner if one is not type(None)), value)
    if origin is tuple:
        return tuple(_as(inner[0], one) for one in _kind(list, value))
    if origin is Mapping:
        return {str(name): _as(inner[1], one) for name, one in _kind(dict, value).items()}
    if origin is Literal or shape in (Any, None, type(None)):
        return value
    if dataclasses.is_dataclass(shape):
        return _object(shape, _kind(dict, value))
    return _plain(shape, value)


def _object(shape: Any, told: Mapping[str, Json]) -> Any:
    """A dataclass; a key that lacks counts as its default."""
    hints = _hints(shape)
    given = {}
    for one in dataclasses.fields(shape):
        key = one.name.rstrip("_")
        if key in told:
            given[one.name] = _as(hints[one.name], told[key])
        elif one.default is dataclasses.MISSING:
            raise ValueError(f"an answer lacks {key!r} of {shape.__name__}")
    return shape(**given)


def _plain(shape: Any, value: Json) -> Any:
    if shape is Decimal:
        return Decimal(_kind(str, value))
    if shape is datetime:
        return datetime.fromisoformat(_kind(str, value).replace("Z", "+00:00"))
    if shape is date:
        return date.fromisoformat(_kind(str, value))
    if shape is float:
        return float(_kind((int, float), value))
    return _kind(shape, value)


def _kind(kind: Any, value: Json) -> Any:
    if not isinstance(value, kind):
        raise ValueError(f"an answer has {value!r} where {kind} is meant")
    return value

"""Frozen values as canonical JSON and back, by the types of their fields.

Amounts are text, days and moments ISO text, dataclasses objects by field name.  Reading is strict:
a field that is missing or not known, or a value of another kind, is refused, because an answer that
was stored by another version must not be guessed at.

Errors: `InputError` naming the field; `InvariantError` for a type that this module does not know.
"""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache

from trimtab.books.entry_json import canonical
from trimtab.model.errors import InputError, InvariantError
from trimtab.model.money import exact

__all__ = ["from_text", "to_text"]

Json = object
AS_IS = frozenset({bool, int, float, str, type(None)})
"""What JSON has itself; a market's history is ten thousand of them."""
T = typing.TypeVar("T")


def to_text(value: object) -> str:
    """A frozen value as canonical JSON."""
    return canonical(_plain(value))


def from_text(text: str, kind: type[T]) -> T:
    """The value that `to_text` wrote.

    Refuses: text that is not JSON, and what is not a `kind`.
    """
    try:
        data = json.loads(text)
    except ValueError as error:
        raise InputError("stored answer", f"it is not JSON: {error}") from None
    return typing.cast(T, _value(data, kind, kind.__name__))


def _plain(value: object) -> Json:
    match value:
        case Enum():
            return _plain(value.value)
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return str(value)
        case date():
            return value.isoformat()
        case Mapping() if all(isinstance(key, str) for key in value):
            return {str(key): _plain(one) for key, one in value.items()}
        case Mapping():
            return [[_plain(key), _plain(one)] for key, one in value.items()]
        case frozenset() | set():
            return sorted(map(_plain, value), key=str)
        case _ if is_dataclass(value):
            return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        case Collection():
            return [one if type(one) in AS_IS else _plain(one) for one in value]
    if hasattr(value, "item"):  # a number of NumPy's
        return _plain(value.item())
    raise InvariantError(f"{type(value).__name__} has no JSON")


@lru_cache
def _hints(kind: type) -> Mapping[str, object]:
    return typing.get_type_hints(kind)


def _value(data: Json, kind: object, name: str) -> object:
    """The value of a type that JSON data says."""
    origin, arguments = typing.get_origin(kind), typing.get_args(kind)
    if origin in (typing.Union, types.UnionType):
        return _one_of(data, arguments, name)
    if origin is not None:
        return _collection(data, origin, arguments, name)
    if kind is object:
        return data
    if not isinstance(kind, type):
        raise InvariantError(f"{name} is of a type that cannot be read back: {kind!r}")
    if is_dataclass(kind):
        return _dataclass(data, kind, name)
    return _scalar(data, kind, name)


def _one_of(data: Json, kinds: tuple[object, ...], name: str) -> object:
    if data is None and type(None) in kinds:
        return None
    for kind in kinds:
        if kind is not type(None):
            try:
                return _value(data, kind, name)
            except InputError:
                continue
    raise InputError(name, f"{data!r} is of no kind that it may be")


def _collection(data: Json, origin: object, arguments: tuple[object, ...], name: str) -> object:
    if isinstance(origin, type) and issubclass(origin, Mapping):
        key, one = arguments
        pairs = data.items() if isinstance(data, dict) else _list(data, name)
        return {_value(k, key, name): _value(v, one, f"{name}.{k}") for k, v in pairs}
    items = _list(data, name)
    if origin is tuple and arguments[-1:] != (...,):
        if len(items) != len(arguments):
            raise InputError(name, f"has {len(items)} parts", f"{len(arguments)} are expected")
        return tuple(_value(one, kind, name) for one, kind in zip(items, arguments, strict=True))
    made = frozenset if origin is frozenset else tuple
    if arguments[0] in AS_IS and all(type(one) is arguments[0] for one in items):
        return made(items)
    return made(_value(one, arguments[0], name) for one in items)


def _list(data: Json, name: str) -> list[typing.Any]:
    if not isinstance(data, list):
        raise InputError(name, f"{data!r} is not a list")
    return data


def _dataclass(data: Json, kind: type, name: str) -> object:
    hints = _hints(kind)
    if not isinstance(data, dict) or data.keys() != hints.keys():
        known = ", ".join(hints)
        raise InputError(name, "was stored by another version", f"its fields are {known}")
    return kind(**{field: _value(data[field], hints[field], f"{name}.{field}") for field in hints})


def _scalar(data: Json, kind: type, name: str) -> object:
    if kind is Decimal:
        return exact(data, name)
    try:
        if issubclass(kind, datetime | date):
            return kind.fromisoformat(str(data))
        if issubclass(kind, Enum):
            return kind(data)
    except ValueError:
        raise InputError(name, f"{data!r} is no {kind.__name__}") from None
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    if not isinstance(data, kind) or (isinstance(data, bool) and kind is not bool):
        raise InputError(name, f"{data!r} is no {kind.__name__}")
    return data

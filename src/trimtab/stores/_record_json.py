"""Records of orders as JSON text: what a broker said, to the last digit, and read back strictly.

One form for each kind of record; an amount is text, a time ISO 8601 with its offset.  What a broker
says is kept as it said it, however many digits that takes: nothing of a fill is ever rounded.

Errors: `InputError` for a text that no record was written as.
"""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import datetime
from decimal import Decimal, InvalidOperation
from enum import Enum
from types import NoneType, UnionType
from typing import Union, get_args, get_origin, get_type_hints

from trimtab.model.errors import InputError, InvariantError
from trimtab.model.orders import Absent, Ack, Denied, Fill, OrderRecord, OrderReport, Sent

__all__ = ["kind_of", "record_from", "record_text"]

Value = str | int | float | None
Kind = type[Sent] | type[Absent] | type[Denied] | type[Ack] | type[OrderReport] | type[Fill]

_KINDS: dict[str, Kind] = {
    "sent": Sent,
    "absent": Absent,
    "denied": Denied,
    "ack": Ack,
    "report": OrderReport,
    "fill": Fill,
}
_NAMES = {made: name for name, made in _KINDS.items()}


def _plain(hint: object) -> tuple[type, bool]:
    """The type of a field, and whether there may be none."""
    if get_origin(hint) in (Union, UnionType):
        (made,) = (one for one in get_args(hint) if one is not NoneType)
        return made, True
    if not isinstance(hint, type):
        raise InvariantError(f"{hint} is a plain type")
    return hint, False


_FIELDS = {
    name: tuple((one.name, *_plain(get_type_hints(made)[one.name])) for one in fields(made))
    for name, made in _KINDS.items()
}
"""The fields of every kind of record, from the records themselves: none can be forgotten."""


def kind_of(record: OrderRecord) -> str:
    """The name of a record's kind."""
    return _NAMES[type(record)]


def record_text(record: OrderRecord) -> str:
    """A record as JSON, in ASCII: whatever letters a broker sends, every database takes them."""
    told = {name: _told(getattr(record, name)) for name, _, _ in _FIELDS[kind_of(record)]}
    return json.dumps(told, separators=(",", ":"))


def _told(value: object) -> Value:
    match value:
        case Decimal() | Enum():
            return str(value)
        case datetime():
            return value.isoformat()
        case str() | int() | float() | None:
            return value
        case _:
            raise InvariantError(f"{value!r} can be a field of a record")


def record_from(kind: str, text: str) -> OrderRecord:
    """The record that `record_text` wrote.

    Refuses: any other text.
    """
    try:
        told = json.loads(text)
        wanted = _FIELDS[kind]
        if set(told) != {name for name, _, _ in wanted}:
            raise ValueError("its fields are others")
        made = {name: _read(told[name], kind_, may_lack) for name, kind_, may_lack in wanted}
        return _KINDS[kind](**made)  # type: ignore[arg-type]
    except (KeyError, TypeError, ValueError, InvalidOperation) as error:
        shown = text if len(text) <= 80 else f"{text[:80]}…"
        fact = f"{shown!r} was not written as one ({error})"
        raise InputError(f"record of an order ({kind})", fact, "", "restore a backup") from None


def _read(value: Value, kind: type, may_lack: bool) -> object:
    if value is None and may_lack:
        return None
    if kind is Decimal and isinstance(value, str):
        return Decimal(value)
    if kind is datetime and isinstance(value, str):
        return datetime.fromisoformat(value)
    if issubclass(kind, Enum):
        return kind(value)
    if kind is float and isinstance(value, int):
        return float(value)
    if type(value) is not kind:
        raise ValueError(f"{value!r} is no {kind.__name__}")
    return value

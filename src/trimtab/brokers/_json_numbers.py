"""JSON whose amounts are numbers, for brokers that refuse them as text.

The digits of a `Decimal` are written as they are: no binary fraction is ever made of an amount, and
no exponent is sent.

Errors: `NotExact` for a float, and for what is no JSON.
"""

import json
from collections.abc import Mapping
from decimal import Decimal

from trimtab.brokers._exact_json import NotExact

__all__ = ["with_numbers"]


def with_numbers(value: object) -> bytes:
    """JSON with every `Decimal` as a number in plain notation; a float is refused."""
    return _text(value).encode()


def _text(value: object) -> str:
    match value:
        case Decimal():
            if not value.is_finite():
                raise NotExact(f"{value} cannot be sent")
            return f"{value:f}"
        case Mapping():
            inner = (f"{json.dumps(str(name))}:{_text(one)}" for name, one in value.items())
            return "{" + ",".join(inner) + "}"
        case list() | tuple():
            return "[" + ",".join(_text(one) for one in value) + "]"
        case str() | bool() | int() | None:
            return json.dumps(value)
    raise NotExact(f"{value!r} cannot be sent: only text, whole numbers and decimals")

"""JSON without floats: numbers come as `Decimal`, and what is no plain number is refused when read.

An exponent, `NaN` or `Infinity` stays text, so that a field nobody asks for does no harm, and the
field that somebody asks for is refused by name.  A decimal in quotes is as good as one without.

Errors: `NotExact` for a text that is no JSON, or a field that is not what it should be.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

__all__ = [
    "NotExact",
    "decimal_of",
    "list_of",
    "moment_of",
    "object_of",
    "optional_decimal",
    "parsed",
    "text_of",
    "written",
]

DECIMAL = re.compile(r"[+-]?\d{1,24}(\.\d{1,24})?")
FRACTION = re.compile(r"(\.\d{6})\d+")
"""Some send nanoseconds; a `datetime` holds microseconds."""


class NotExact(ValueError):  # noqa: N818  (what it is, not a defect of ours)
    """A text or a field that cannot be used as it stands."""


def parsed(text: str | bytes) -> Any:
    """The value of a JSON text, whole or not at all.

    Refuses: what is no JSON, what is cut short, a name twice in one object, nesting without end.
    """
    try:
        return json.loads(
            text, parse_float=_number, parse_constant=str, object_pairs_hook=_one_of_each
        )
    except (ValueError, RecursionError) as error:
        if isinstance(error, NotExact):
            raise
        raise NotExact(f"it is not JSON ({_words(error)})") from None


def written(value: object) -> bytes:
    """JSON with every `Decimal` as text in plain notation; a float is refused."""
    return json.dumps(_plain(value), separators=(",", ":")).encode()


def decimal_of(value: object, what: str) -> Decimal:
    """An exact number, from a number or from text.

    Refuses: an exponent, `NaN`, `Infinity`, an empty text, true and false.
    """
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    if isinstance(value, str) and DECIMAL.fullmatch(value):
        return Decimal(value)
    raise NotExact(f"{what} is {_shown(value)}, not a plain decimal number")


def optional_decimal(value: object, what: str) -> Decimal | None:
    """An exact number, or none where the field is null or empty."""
    return None if value in (None, "") else decimal_of(value, what)


def text_of(value: object, what: str) -> str:
    """A text.

    Refuses: anything else, and no text at all.
    """
    if isinstance(value, str) and value:
        return value
    raise NotExact(f"{what} is {_shown(value)}, not a text")


def moment_of(value: object, what: str) -> datetime:
    """A moment with its zone, in UTC.

    Refuses: what is no RFC 3339 moment, and one without a zone.
    """
    text = FRACTION.sub(r"\1", text_of(value, what))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise NotExact(f"{what} is {_shown(value)}, not a moment") from None
    if moment.tzinfo is None:
        raise NotExact(f"{what} is {_shown(value)}, a moment without a time zone")
    return moment.astimezone(UTC)


def object_of(value: object, what: str) -> Mapping[str, Any]:
    """An object; refuses anything else."""
    if isinstance(value, dict):
        return value
    raise NotExact(f"{what} is {_shown(value)}, not an object")


def list_of(value: object, what: str) -> Sequence[Any]:
    """A list; refuses anything else."""
    if isinstance(value, list):
        return value
    raise NotExact(f"{what} is {_shown(value)}, not a list")


def _number(text: str) -> Decimal | str:
    return text if "e" in text.lower() else Decimal(text)


def _one_of_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise NotExact(f"it states {_shown(twice)} twice")
    return found


def _plain(value: object) -> object:
    match value:
        case Decimal():
            if not value.is_finite():
                raise NotExact(f"{value} cannot be sent")
            return f"{value:f}"
        case Mapping():
            return {str(name): _plain(one) for name, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case str() | bool() | int() | None:
            return value
    raise NotExact(f"{_shown(value)} cannot be sent: only text, whole numbers and decimals")


def _shown(value: object) -> str:
    if value is None:
        return "absent"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 40 else text[:39] + "…"


def _words(error: Exception) -> str:
    return "nested too deep" if isinstance(error, RecursionError) else str(error).split("\n")[0]

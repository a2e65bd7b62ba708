"""Requests of Alpaca's trading API, read strictly: what this broker does not do is refused by name.

Amounts may be text or JSON numbers, and are exact either way.

Errors: `ApiError` (422) naming the field.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal

from trimtab.app.paper_server.errors import invalid
from trimtab.brokers.paper.book import PaperOrder, PaperRequest
from trimtab.model.errors import InputError
from trimtab.model.money import exact
from trimtab.model.orders import TimeInForce
from trimtab.model.snapshots import Side

__all__ = ["Body", "day_of", "moment_of", "read_body", "read_order", "read_replacement"]

Body = Mapping[str, object]
BODY_BYTES_MAX = 65_536
ORDER_ID_MAX = 128
_ORDER_FIELDS = frozenset(
    {
        *("symbol", "qty", "notional", "side", "type", "time_in_force", "limit_price"),
        *("client_order_id", "extended_hours", "order_class", "position_intent"),
    }
)
_CHANGES = frozenset({"qty", "notional", "time_in_force", "limit_price", "client_order_id"})


def read_body(text: bytes) -> Body:
    """The JSON object of a request, with exact numbers.

    Refuses: what is no JSON object, and numbers that are none.
    """
    if len(text) > BODY_BYTES_MAX:
        raise invalid(f"the request has {len(text)} bytes, more than {BODY_BYTES_MAX}")
    try:
        body = json.loads(text or b"{}", parse_float=Decimal, parse_constant=_no_number)
    except ValueError as error:
        raise invalid(f"request body format is invalid: {error}") from None
    if not isinstance(body, dict):
        raise invalid("request body is no object")
    return {name: value for name, value in body.items() if value is not None}


def read_order(body: Body, default_id: str) -> PaperRequest:
    """A new order.

    Refuses: order types, classes and hours that this broker does not have.
    """
    _only(body, _ORDER_FIELDS)
    if _text(body, "order_class", "simple") not in ("", "simple"):
        raise invalid(f"order_class {body['order_class']!r} is not supported by the paper broker")
    if body.get("extended_hours", False) is not False:
        raise invalid("extended_hours is not supported by the paper broker")
    limit = _amount(body, "limit_price")
    match _text(body, "type"), limit:
        case "limit", None:
            raise invalid("limit orders require a limit price")
        case "market", Decimal():
            raise invalid("market orders must not have a limit price")
        case (("market" | "limit"), _):
            pass
        case kind, _:
            raise invalid(f"order type {kind!r} is not supported by the paper broker")
    side = _text(body, "side")
    if side not in {one.value for one in Side}:
        raise invalid(f"side {side!r} is neither buy nor sell")
    return PaperRequest(
        order_id=_order_id(body, default_id),
        instrument=_text(body, "symbol"),
        side=Side(side),
        quantity=_amount(body, "qty"),
        notional=_amount(body, "notional"),
        limit=limit,
        time_in_force=_time_in_force(body),
    )


def read_replacement(body: Body, old: PaperOrder, default_id: str) -> PaperRequest:
    """What takes an order's place: the old one's terms but for what is asked otherwise.

    Without a quantity it is for what the old one has left.
    """
    _only(body, _CHANGES)
    asked = old.request
    quantity, notional = _amount(body, "qty"), _amount(body, "notional")
    if quantity is None and notional is None:
        quantity, notional = old.left, asked.notional
    limit = _amount(body, "limit_price")
    if limit is not None and asked.limit is None:
        raise invalid("a market order has no limit price to replace")
    return PaperRequest(
        order_id=_order_id(body, default_id),
        instrument=asked.instrument,
        side=asked.side,
        quantity=quantity,
        notional=notional,
        limit=asked.limit if limit is None else limit,
        time_in_force=_time_in_force(body) if "time_in_force" in body else asked.time_in_force,
    )


def moment_of(text: str, name: str) -> datetime:
    """A moment like 2024-03-04T15:00:00Z, or the first one of a day."""
    try:
        if len(text) == len("2024-03-04"):
            return datetime.combine(date.fromisoformat(text), time(), UTC)
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        raise invalid(f"{name} {text!r} is no time like 2024-03-04T15:00:00Z") from None
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def day_of(text: str, name: str) -> date:
    """A day like 2024-03-04, also where a time follows it."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise invalid(f"{name} {text!r} is no day like 2024-03-04") from None


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is no number")


def _only(body: Body, known: frozenset[str]) -> None:
    if unknown := sorted(body.keys() - known):
        raise invalid(f"{', '.join(unknown)} not supported by the paper broker")


def _text(body: Body, name: str, default: str | None = None) -> str:
    value = body.get(name, default)
    if not isinstance(value, str):
        raise invalid(f"{name} is required" if value is None else f"{name} must be text")
    return value


def _amount(body: Body, name: str) -> Decimal | None:
    """An amount as it was written; text with an exponent or commas is no plain number."""
    value = body.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, Decimal | int | str):
        raise invalid(f"{name} is no number")
    if isinstance(value, str) and not value.replace(".", "", 1).lstrip("-").isdigit():
        raise invalid(f"{name} {value[:40]!r} is no plain number")
    try:
        return exact(value, name)
    except InputError as error:
        raise invalid(str(error)) from None


def _time_in_force(body: Body) -> TimeInForce:
    word = _text(body, "time_in_force")
    if word not in {one.value for one in TimeInForce}:
        raise invalid(f"time_in_force {word!r} is not supported by the paper broker")
    return TimeInForce(word)


def _order_id(body: Body, default: str) -> str:
    name = _text(body, "client_order_id", default) or default
    if len(name) > ORDER_ID_MAX:
        raise invalid(f"client_order_id must be no more than {ORDER_ID_MAX} characters")
    return name

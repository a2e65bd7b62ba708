"""Interactive Brokers asks before it takes an order: which questions a rule may answer with yes.

A question is named by its message id.  Only an id of this table is answered, and only for orders
that the rule is meant for; a fat finger (price or size limits), a change of what was ordered, and
whatever is new are a person's to answer.  Nothing stands meanwhile.

Errors: none; `Said` tells what an answer to a write says, and what is no known form is `Unclear`.
Source: the message ids of `POST /iserver/questions/suppress` in IBKR's description of its Web API.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from trimtab.brokers._answers import Answer
from trimtab.model.orders import Order

__all__ = [
    "Asked",
    "Meant",
    "Refused",
    "Rule",
    "Said",
    "Taken",
    "Unclear",
    "may_confirm",
    "said_of",
]


class Meant(StrEnum):
    """Which orders a rule is meant for."""

    ANY = "any"
    LIMIT = "limit"
    MARKET = "market"


@dataclass(frozen=True, slots=True)
class Rule:
    """One question that may be answered with yes, for which orders, and why."""

    orders: Meant
    why: str


RULES: Mapping[str, Rule] = {
    "o354": Rule(Meant.LIMIT, "no market data here: prices and collars come from our own quotes"),
    "o403": Rule(Meant.LIMIT, "it may fill at once: that is what a limit with a collar is for"),
    "o10151": Rule(Meant.MARKET, "risks of market orders: the plan was approved as one"),
    "o10153": Rule(Meant.ANY, "a cap on the price by IBKR only makes an order more careful"),
}
NOT_PLACED = re.compile(r"not confirmed", re.IGNORECASE)
UNPROVEN = re.compile(
    r"time.?out|timed.out|bridge|not.connected|internal|try.again|unavailable|not.found|expired",
    re.IGNORECASE,
)
"""Errors that speak of the way to the order system, not of the order."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The order is there; `local_id` is our id, where IBKR repeats it."""

    broker_id: str
    status: str
    local_id: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """It asks first; `reply_id` is what the answer is sent to."""

    reply_id: str
    messages: tuple[str, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """It said no."""

    text: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Unclear:
    """It proves nothing."""

    text: str


Said = Taken | Asked | Refused | Unclear


def may_confirm(
    messages: Sequence[str], order: Order | None, also: frozenset[str] = frozenset()
) -> bool:
    """Whether a rule answers every one of these questions of an order with yes.

    `also` are ids that the owner of the account allowed for all orders.
    """
    return bool(messages) and all(one in also or _is_meant(one, order) for one in messages)


def said_of(answer: Answer) -> Said:
    """What a readable success says of an order."""
    match answer.body:
        case [{"order_id": str() | int() as broker_id, **more}]:
            status, local = more.get("order_status"), more.get("local_order_id")
            known = status if isinstance(status, str) else ""
            return Taken(str(broker_id), known, local if isinstance(local, str) else "")
        case [{"id": str(reply_id), **more}]:
            return Asked(reply_id, _texts(more.get("messageIds")), _texts(more.get("message")))
        case {"error": str(text)}:
            is_no = NOT_PLACED.search(text) or not UNPROVEN.search(text)
            return Refused(text) if is_no else Unclear(text)
        case {"messageId": str(code), "text": str(text)}:
            return Refused(text, code)
    return Unclear(f"the answer has no known form: {answer.text}")


def _is_meant(message: str, order: Order | None) -> bool:
    rule = RULES.get(message)
    if rule is None or order is None:
        return False
    kind = Meant.MARKET if order.limit is None else Meant.LIMIT
    return rule.orders in (Meant.ANY, kind)


def _texts(value: Any) -> tuple[str, ...]:
    """A list of texts; one that holds something else names no known question."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return ()
    return tuple(value)

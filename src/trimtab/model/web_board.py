"""What the web keeps beside people: a row a household for the board, webhooks, keys of requests."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

__all__ = [
    "ANYBODY",
    "NOT_THEM",
    "BoardFlag",
    "Delivery",
    "DeliveryState",
    "KeptAnswer",
    "Summary",
    "Webhook",
]


ANYBODY, NOT_THEM = "*", "-"
"""In place of a name, and before one, in `Summary.waits`."""


class BoardFlag(StrEnum):
    """What a tile of the board counts, and filters by."""

    OUT_OF_BAND = "out_of_band"
    CASH_HIGH = "cash_high"
    CASH_LOW = "cash_low"
    FIRST_TIME = "first_time"
    """It was never rebalanced."""
    LOSS_TO_HARVEST = "loss_to_harvest"
    BROKEN = "broken"
    """Its data cannot be used, or a break is open."""
    WAITING = "waiting"
    """A decision waits for people."""


@dataclass(frozen=True, slots=True)
class Summary:
    """A household in one row.

    Unit: `value` and `harvest` in `currency`; `drift` (of the farthest target, signed), `band` and
    `cash` as fractions.  `waits` has the names of those whose word is waited for, `ANYBODY` where
    that is everybody but those whose names stand with `NOT_THEM` before them.
    """

    household: str
    name: str
    updated_at: datetime
    value: Decimal = Decimal(0)
    currency: str = "USD"
    drift: float = 0.0
    band: float = 0.0
    farthest: str = ""
    cash: float = 0.0
    harvest: Decimal = Decimal(0)
    words: str = ""
    flags: frozenset[BoardFlag] = frozenset()
    waits: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where events go: `secret` is sealed; no kinds of `events` and no `households` mean all."""

    id: str
    person: str
    url: str
    secret: str = field(repr=False)
    events: frozenset[str] | None
    households: frozenset[str] | None
    made_at: datetime
    is_off: bool = False


class DeliveryState(StrEnum):
    """How far a delivery came."""

    DUE = "due"
    DONE = "done"
    GIVEN_UP = "given_up"


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event on its way to a webhook; `body` is what is sent, `answer` what came back last."""

    number: int
    webhook: str
    event: str
    body: str
    made_at: datetime
    next_at: datetime
    state: DeliveryState = DeliveryState.DUE
    attempts: int = 0
    answer: str = ""


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """What a request with an idempotency key was answered; `status` is 0 while it is under way."""

    principal: str
    key: str
    request_hash: str
    at: datetime
    status: int = 0
    body: str = ""

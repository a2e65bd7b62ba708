"""What came of a request, and what that proves.

Only a readable answer proves anything: an order that was answered by a time-out, a server error or
a page of HTML may stand or not, and nobody may send it again before it is known which.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from trimtab.model.orders import AckVerdict

__all__ = ["Answer", "Proof", "verdict_of"]

UNPROVEN_STATUSES = frozenset({408, 409, 423, 425, 499})
"""Refusals that do not say whether the request, or one before it, was carried out."""


class Proof(StrEnum):
    """What an answer proves."""

    NOT_SENT = "not sent"
    """It never left: our own pace held it back."""
    NONE = "none"
    """It left, or may have; nothing came back."""
    UNREADABLE = "unreadable"
    """Something came back that is no whole JSON."""
    EMPTY = "empty"
    """A status and no text."""
    READ = "read"
    """A status and JSON."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a request.

    Unit: `status` 0 where none came; `body` with exact numbers, none where there is none; `text`
    the start of it in one line, without secrets; `retry_after` seconds, where named.
    """

    proof: Proof
    at: datetime
    status: int = 0
    body: Any = None
    text: str = ""
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    retry_after: float | None = None

    @property
    def is_good(self) -> bool:
        """Whether it is a success that can be read; without a text, only as "no content"."""
        is_whole = self.proof is Proof.READ or (self.proof is Proof.EMPTY and self.status == 204)
        return is_whole and 200 <= self.status < 300


def verdict_of(answer: Answer) -> AckVerdict:
    """What an answer to a write proves, where the broker has no finer rule.

    A client error proves a refusal only if it can be read: a proxy's page says nothing of orders.
    """
    if answer.is_good:
        return AckVerdict.ACCEPTED
    if answer.proof is Proof.NOT_SENT or answer.status == 429:
        return AckVerdict.THROTTLED
    is_refusal = 400 <= answer.status < 500 and answer.status not in UNPROVEN_STATUSES
    return AckVerdict.REJECTED if is_refusal and answer.proof is Proof.READ else AckVerdict.UNKNOWN

"""What the live service remembers: leases, answers of a cycle, approvals, halts and alerts.

Everything is plain data with its time; who stores it decides how.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

__all__ = [
    "Approval",
    "ApprovalRequest",
    "ApprovalStatus",
    "ApprovalWord",
    "Halt",
    "HaltKind",
    "Lease",
    "OrdersAsked",
    "StoredAnswer",
]


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to work one household; who writes with an older fence than the last is refused."""

    household: str
    holder: str
    fence: int
    until: datetime


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What a cycle was answered at a step, as canonical JSON; told again after a crash."""

    cycle_id: str
    step: int
    kind: str
    data: str
    at: datetime


class ApprovalStatus(StrEnum):
    """What became of a question to people."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"
    HELD = "held"
    LAPSED = "lapsed"
    """Prices, positions or mandate moved past a limit, or the trading day is over."""


class ApprovalWord(StrEnum):
    """What a person says."""

    APPROVE = "approve"
    REJECT = "reject"
    HOLD = "hold"


@dataclass(frozen=True, slots=True)
class ApprovalRequest:
    """A decision that waits for people.

    `bound_to` is the hash of the prices, positions and mandate that it was made from; `seen` the
    canonical JSON that approvers are shown, so that it can be shown again.
    """

    id: str
    household: str
    cycle_id: str
    asked_at: datetime
    lapses_at: datetime
    bound_to: str
    needed: int
    note_required: bool
    seen: str
    status: ApprovalStatus = ApprovalStatus.WAITING
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Approval:
    """One person's word on a request."""

    request: str
    person: str
    word: ApprovalWord
    at: datetime
    bound_to: str
    note: str = ""


class HaltKind(StrEnum):
    """How much is stopped."""

    NEW = "new"
    """No new orders; what stands is followed to its end."""
    ALL = "all"
    """Nothing is sent, and what stands is canceled."""


@dataclass(frozen=True, slots=True)
class Halt:
    """Trading is stopped, for one account, one household, or all (`subject` is `*`)."""

    subject: str
    kind: HaltKind
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class OrdersAsked:
    """Which of a household's orders are asked for: those of some ids, of a cycle, or the latest.

    One of the three; `latest` is how many, all of them before the order `before` where it is named.
    """

    named: tuple[str, ...] = ()
    cycle: str = ""
    latest: int = 0
    before: str = ""

"""What waits for people, and their words.

Written by `tools/make_client.py` from the API's description; do not edit.

Errors: `ProblemError` for what is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from trimtab.client._transport import Transport, place

__all__ = ["Approval", "ApprovalPage", "ApprovalsResource", "WordGiven", "WordSaid"]


@dataclass(frozen=True, slots=True)
class WordSaid:
    """What a person said."""

    person: str
    word: str  # approve, reject or hold.
    at: datetime
    note: str


@dataclass(frozen=True, slots=True)
class Approval:
    """A question to people; the decision of the same id has its trades."""

    id: str
    cycle_id: str
    status: str  # waiting, approved, rejected, held or lapsed.
    reason: str  # Why it stands so; empty where nothing is to say.
    asked_at: datetime
    lapses_at: datetime
    bound_to: str  # SHA-256 of prices, positions and mandate; say it back.
    needed: int  # So many people must approve.
    note_required: bool
    words: tuple[WordSaid, ...]


@dataclass(frozen=True, slots=True)
class ApprovalPage:
    """Questions, the latest first."""

    next_cursor: str | None  # Ask for the next page with it; null on the last.
    items: tuple[Approval, ...]


@dataclass(frozen=True, slots=True)
class WordGiven:
    """A person's word on a question."""

    word: Literal["approve", "reject", "hold"]
    bound_to: str  # The question's `bound_to` as you saw it.
    note: str = ""  # Why; kept with your word.


@dataclass(frozen=True, slots=True)
class ApprovalsResource:
    """What waits for people, and their words."""

    transport: Transport

    def list_approvals(
        self, household: str, *, open_only: bool = False, cursor: str | None = None, limit: int = 50
    ) -> ApprovalPage:
        """Questions to people, the latest first, as they stand now.

        Needs the right `view`.
        """
        return self.transport.ask(
            ApprovalPage,
            "GET",
            place("/api/v1/households/{}/approvals", household),
            query={"open_only": open_only, "cursor": cursor, "limit": limit},
        )

    def get_approval(self, household: str, approval: str) -> Approval:
        """One question with what people said.

        Needs the right `view`.
        """
        return self.transport.ask(
            Approval, "GET", place("/api/v1/households/{}/approvals/{}", household, approval)
        )

    def say_word(
        self, household: str, approval: str, body: WordGiven, *, idempotency_key: str | None = None
    ) -> Approval:
        """Approve, reject or hold: your word, kept with your name and what you saw.

        Needs the right `approve`.
        """
        return self.transport.ask(
            Approval,
            "POST",
            place("/api/v1/households/{}/approvals/{}/words", household, approval),
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

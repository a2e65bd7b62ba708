"""What waits for people, and their words.

Written by `tools/make_client.py` from the API's description; do not edit.

Errors: `ProblemError` for what is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from trimtab.client._transport import Transport, place
from trimtab.client.decisions_shapes import Decision

__all__ = [
    "Approval",
    "ApprovalPage",
    "ApprovalsResource",
    "EditGiven",
    "EditsGiven",
    "TradeLeft",
    "WordGiven",
    "WordSaid",
]


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
class TradeLeft:
    """What is to be left of one trade, or of one lot of a sale."""

    trade: str
    quantity: Decimal  # Units; "0" leaves it out.
    lot: str | None = None  # null for the trade as a whole.


@dataclass(frozen=True, slots=True)
class EditsGiven:
    """What a person takes out of a plan; what it does not hold, nobody adds by hand."""

    trades: tuple[TradeLeft, ...]


@dataclass(frozen=True, slots=True)
class EditGiven:
    """An edit that people are asked about in place of the plan as it was."""

    trades: tuple[TradeLeft, ...]
    bound_to: str  # The question's `bound_to` as you saw it.
    note: str = ""  # Why; kept with the edit.


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

    def preview_edit(
        self, household: str, approval: str, body: EditsGiven, *, idempotency_key: str | None = None
    ) -> Decision:
        """What the question's plan would come to without some of it; nobody is asked anything.

        Needs the right `view`.
        """
        return self.transport.ask(
            Decision,
            "POST",
            place("/api/v1/households/{}/approvals/{}/preview", household, approval),
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def edit_question(
        self, household: str, approval: str, body: EditGiven, *, idempotency_key: str | None = None
    ) -> Approval:
        """Ask people about the plan without some of it; the new question takes this one's place.

        Needs the right `approve`.
        """
        return self.transport.ask(
            Approval,
            "POST",
            place("/api/v1/households/{}/approvals/{}/edits", household, approval),
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

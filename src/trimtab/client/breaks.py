"""Where records do not agree, and answers.

Written by `tools/make_client.py` from the API's description; do not edit.

Errors: `ProblemError` for what is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trimtab.client._transport import Transport, place
from trimtab.client.statements_shapes import BreakOpen

__all__ = ["BreakAnswerGiven", "BreakPage", "BreaksResource"]


@dataclass(frozen=True, slots=True)
class BreakPage:
    """Open breaks, those that stop trading first."""

    next_cursor: str | None  # Ask for the next page with it; null on the last.
    items: tuple[BreakOpen, ...]


@dataclass(frozen=True, slots=True)
class BreakAnswerGiven:
    """What is right; only what the choice takes counts."""

    choice: str  # The `name` of one of the break's choices.
    basis: Decimal | None = None  # What it cost, base currency.
    acquired: date | None = None
    link: str | None = None  # Another account of the household.
    ratio: str | None = None  # Units after for units before.
    became: str | None = None  # Another instrument.
    note: str = ""


@dataclass(frozen=True, slots=True)
class BreaksResource:
    """Where records do not agree, and answers."""

    transport: Transport

    def list_breaks(
        self, household: str, *, cursor: str | None = None, limit: int = 50
    ) -> BreakPage:
        """Open breaks of what was imported or pushed, those that stop trading first.

        Needs the right `view`.
        """
        return self.transport.ask(
            BreakPage,
            "GET",
            place("/api/v1/households/{}/breaks", household),
            query={"cursor": cursor, "limit": limit},
        )

    def get_break(self, household: str, break_id: str) -> BreakOpen:
        """One open break with the answers that settle it.

        Needs the right `view`.
        """
        return self.transport.ask(
            BreakOpen, "GET", place("/api/v1/households/{}/breaks/{}", household, break_id)
        )

    def answer_break(
        self,
        household: str,
        break_id: str,
        body: BreakAnswerGiven,
        *,
        idempotency_key: str | None = None,
    ) -> BreakPage:
        """Say which record is right; it is an entry of the journal. What is open then is answered.

        Needs the right `run`.
        """
        return self.transport.ask(
            BreakPage,
            "POST",
            place("/api/v1/households/{}/breaks/{}/answer", household, break_id),
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

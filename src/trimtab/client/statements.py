"""What accounts hold and what happened in them, pushed.

Written by `tools/make_client.py` from the API's description; do not edit.

Errors: `ProblemError` for what is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from trimtab.client._transport import Transport, place
from trimtab.client.statements_shapes import StatementGiven, StatementOutcome, StatementPage

__all__ = ["StatementsResource"]


@dataclass(frozen=True, slots=True)
class StatementsResource:
    """What accounts hold and what happened in them, pushed."""

    transport: Transport

    def list_statements(
        self, household: str, *, cursor: str | None = None, limit: int = 50
    ) -> StatementPage:
        """Statements and files that were taken, by their day.

        Needs the right `view`.
        """
        return self.transport.ask(
            StatementPage,
            "GET",
            place("/api/v1/households/{}/statements", household),
            query={"cursor": cursor, "limit": limit},
        )

    def push_statement(
        self, household: str, body: StatementGiven, *, idempotency_key: str | None = None
    ) -> StatementOutcome:
        """Write what a statement comes to, all or nothing; what does not agree becomes a break.

        Where a household could not be planned any more once it is written, it is refused, unless
        `seen` names the preview that said so.

        Needs the right `run`.
        """
        return self.transport.ask(
            StatementOutcome,
            "POST",
            place("/api/v1/households/{}/statements", household),
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def preview_statement(
        self, household: str, body: StatementGiven, *, idempotency_key: str | None = None
    ) -> StatementOutcome:
        """What a statement would come to: new entries, changed holdings, breaks; nothing is kept.

        Needs the right `run`.
        """
        return self.transport.ask(
            StatementOutcome,
            "POST",
            place("/api/v1/households/{}/statements/preview", household),
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

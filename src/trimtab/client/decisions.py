"""What to trade and why; proposals; runs.

Written by `tools/make_client.py` from the API's description; do not edit.

Errors: `ProblemError` for what is refused.
"""

from __future__ import annotations

from dataclasses import dataclass

from trimtab.client._transport import Transport, place
from trimtab.client.decisions_shapes import (
    Decision,
    DecisionPage,
    ProposalAsked,
    Run,
    ShownDecision,
)

__all__ = ["DecisionsResource"]


@dataclass(frozen=True, slots=True)
class DecisionsResource:
    """What to trade and why; proposals; runs."""

    transport: Transport

    def list_decisions(
        self, household: str, *, cursor: str | None = None, limit: int = 50
    ) -> DecisionPage:
        """Decisions that people were asked about, the latest first.

        Needs the right `view`.
        """
        return self.transport.ask(
            DecisionPage,
            "GET",
            place("/api/v1/households/{}/decisions", household),
            query={"cursor": cursor, "limit": limit},
        )

    def get_current_decision(self, household: str) -> Decision:
        """What a plan made now comes to, with its trades, taxes and reasons; nothing is traded.

        Needs the right `view`.
        """
        return self.transport.ask(
            Decision, "GET", place("/api/v1/households/{}/decisions/current", household)
        )

    def get_decision(self, household: str, decision: str) -> ShownDecision:
        """A decision as its approvers saw it, and whether a replay comes to the same.

        Needs the right `view`.
        """
        return self.transport.ask(
            ShownDecision, "GET", place("/api/v1/households/{}/decisions/{}", household, decision)
        )

    def propose(
        self, household: str, body: ProposalAsked, *, idempotency_key: str | None = None
    ) -> Decision:
        """What a plan would come to with money that comes or is needed; nothing is kept or traded.

        Needs the right `view`.
        """
        return self.transport.ask(
            Decision,
            "POST",
            place("/api/v1/households/{}/proposals", household),
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def start_run(self, household: str, *, idempotency_key: str | None = None) -> Run:
        """Run the household's cycle of the day: it decides, asks people, and sends approved orders.

        Needs the right `run`.
        """
        return self.transport.ask(
            Run,
            "POST",
            place("/api/v1/households/{}/runs", household),
            headers={"Idempotency-Key": idempotency_key},
        )

    def get_latest_run(self, household: str) -> Run:
        """The run that was asked for last, and what it came to.

        Needs the right `view`.
        """
        return self.transport.ask(Run, "GET", place("/api/v1/households/{}/runs/latest", household))

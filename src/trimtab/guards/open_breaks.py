"""Trades in an account whose records disagree: positions, lots and journal, or a row not booked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from trimtab.guards._base import Strictness, subject
from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import Mandate
from trimtab.model.plans import Plan
from trimtab.model.snapshots import Snapshot

__all__ = ["PLUGIN", "OpenBreaks"]


@dataclass(frozen=True, slots=True)
class OpenBreaks:
    """Refuses every trade in an account with open breaks.

    What is sold may not be there, and what is bought may be held already.
    """

    name: ClassVar[str] = "open_breaks"
    strictness: Strictness = Strictness.REFUSAL

    def check(self, plan: Plan, snapshot: Snapshot, mandate: Mandate) -> tuple[Finding, ...]:
        """One finding for each such trade, and one for each account that is left alone."""
        return (*self._trades(plan, snapshot), *map(_left_alone, sorted(snapshot.blocked)))

    def _trades(self, plan: Plan, snapshot: Snapshot) -> tuple[Finding, ...]:
        return tuple(
            Finding(
                "open_breaks",
                self.strictness.severity,
                subject(trade),
                f"the records of {trade.account} disagree: {snapshot.blocked[trade.account]}",
                actual="open",
                bound="no open break in an account that trades",
                remedy="answer them with `trimtab breaks`",
                clause="open breaks",
            )
            for trade in plan.trades
            if trade.account in snapshot.blocked
        )


def _left_alone(account: str) -> Finding:
    """That nothing is traded in an account."""
    return Finding(
        "open_breaks",
        Severity.WARNING,
        f"account {account}",
        "nothing is traded in it: its records disagree",
        actual="open breaks",
        bound="none open",
        remedy="answer them with `trimtab breaks`",
        clause="open breaks",
    )


PLUGIN = OpenBreaks

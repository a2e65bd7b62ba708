"""What a guard is: a last look at a finished plan, which can warn, ask or refuse but never edit.

Guards read the exact plan and the snapshot, not the solver's arrays, so that they are a second
opinion: what the solver was told to respect is checked on what came out.  Every finding names its
subject, what is, the bound, the remedy, and the clause of the mandate that it rests on.

Errors: none; a guard answers with findings.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from enum import StrEnum
from typing import ClassVar, Protocol

from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import Mandate
from trimtab.model.plans import LotSale, Plan, Trade
from trimtab.model.snapshots import Snapshot

__all__ = [
    "ROUNDING_SLACK",
    "Guard",
    "Strictness",
    "money",
    "percent",
    "subject",
    "taxable_sales",
]

ROUNDING_SLACK = Decimal("0.02")
"""How far, as a fraction of a limit, a plan may pass it: whole shares cannot meet one exactly."""


class Guard(Protocol):
    """A check of a finished plan; a frozen dataclass whose fields are its settings."""

    name: ClassVar[str]

    def check(self, plan: Plan, snapshot: Snapshot, mandate: Mandate) -> tuple[Finding, ...]:
        """What speaks against the plan; nothing where all is well."""
        ...


class Strictness(StrEnum):
    """What a guard does when its bound is passed, as a person sets it."""

    WARNING = "warning"
    APPROVAL = "approval"
    REFUSAL = "refusal"

    @property
    def severity(self) -> Severity:
        """The severity of the findings."""
        return Severity[self.name]


def taxable_sales(plan: Plan, snapshot: Snapshot) -> Iterator[tuple[Trade, LotSale]]:
    """Every sale of a lot in an account where sales are taxed, with its trade."""
    for trade in plan.trades:
        if snapshot.household.account(trade.account).wrapper.is_taxable:
            for sale in trade.lots:
                yield trade, sale


def subject(trade: Trade) -> str:
    """How a finding names a trade."""
    return f"{trade.id} {trade.side.value} {trade.instrument} in {trade.account}"


def money(amount: Decimal) -> str:
    """Dollars for a screen."""
    return f"-${-amount:,.0f}" if amount < 0 else f"${amount:,.0f}"


def percent(fraction: Decimal | float) -> str:
    """A fraction for a screen."""
    return f"{float(fraction) * 100:.4g} %"

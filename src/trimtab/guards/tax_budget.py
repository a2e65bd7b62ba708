"""The year's tax on gains stays within the owner's budget."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from trimtab.guards._base import ROUNDING_SLACK, Strictness, money
from trimtab.model.findings import Finding
from trimtab.model.mandate import Mandate
from trimtab.model.plans import Plan
from trimtab.model.snapshots import Snapshot

__all__ = ["PLUGIN", "TaxBudget"]


@dataclass(frozen=True, slots=True)
class TaxBudget:
    """Refuses a plan that adds tax and ends the year's bill above the mandate's budget."""

    name: ClassVar[str] = "tax_budget"
    strictness: Strictness = Strictness.REFUSAL

    def check(self, plan: Plan, snapshot: Snapshot, mandate: Mandate) -> tuple[Finding, ...]:
        """At most one finding."""
        budget, bill = mandate.limits.tax_budget, plan.bill_after.tax
        if budget is None or plan.tax <= 0 or bill <= budget * (1 + ROUNDING_SLACK):
            return ()
        return (
            Finding(
                "tax_budget",
                self.strictness.severity,
                "household",
                f"the plan adds {money(plan.tax)} of tax and brings the year's to {money(bill)}; "
                f"the budget is {money(budget)}",
                actual=money(bill),
                bound=money(budget),
                remedy="sell less at a gain, or raise limits.tax_budget",
                clause="limits.tax_budget",
            ),
        )


PLUGIN = TaxBudget

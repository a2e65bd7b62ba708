"""What a plan gains must outweigh what it costs, with a margin for what estimates miss."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from trimtab.guards._after import is_forced
from trimtab.guards._base import Strictness, money
from trimtab.model.findings import Finding
from trimtab.model.mandate import Mandate
from trimtab.model.plans import Plan
from trimtab.model.snapshots import Snapshot

__all__ = ["PLUGIN", "Benefit"]


@dataclass(frozen=True, slots=True)
class Benefit:
    """Warns where the objective improves by less than a multiple of the trading cost.

    The objective already contains costs and tax, so zero means that the plan just pays for itself.
    Rules such as a calendar trade without asking; for them this is a price tag, and only a setting
    makes it a refusal.  A plan that must raise cash or obey a restriction is let pass.
    Unit: `multiple` of the trading cost without tax.
    """

    name: ClassVar[str] = "benefit"
    multiple: Decimal = Decimal("0.10")
    strictness: Strictness = Strictness.WARNING

    def check(self, plan: Plan, snapshot: Snapshot, mandate: Mandate) -> tuple[Finding, ...]:
        """At most one finding."""
        if not plan.trades or is_forced(plan, mandate):
            return ()
        benefit = Decimal(plan.before.total - plan.after.total)
        least = self.multiple * plan.cost
        if benefit >= least:
            return ()
        worth = (
            f"costs {money(-benefit)} more than it is worth"
            if benefit < 0
            else (f"is worth {money(benefit)} more than it costs")
        )
        return (
            Finding(
                "benefit",
                self.strictness.severity,
                "household",
                f"the plan {worth} over a year, tax and costs included; at least {money(least)} "
                "is asked",
                actual=money(benefit),
                bound=money(least),
                remedy="wait, trade less, or choose the cost_aware policy",
                clause="guards.benefit.multiple",
            ),
        )


PLUGIN = Benefit

"""The guards once more, at the moment of sending, on what is known then.

A plan may wait for people, for sales, or for its slice of the session.  What its guards said when
it was made was decided on; what they say only now stops the order.

Errors: those of whoever gives the snapshot.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from trimtab.drivers.live.sending import Refused
from trimtab.guards._base import Guard
from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import Mandate
from trimtab.model.orders import Order
from trimtab.model.plans import Decision
from trimtab.model.snapshots import Snapshot

__all__ = ["Drawdown", "GuardsAgain"]


@dataclass(frozen=True, slots=True)
class GuardsAgain:
    """Runs a decision's guards on its plan and the snapshot of now.

    `snapshot` gives what is known at a moment; it is asked once for all orders of that moment.  A
    plan of which a part was executed is held against what it started from: the guards that judge a
    whole plan are those for which it was made.
    """

    decision: Decision
    guards: tuple[Guard, ...]
    mandate: Mandate
    snapshot: Callable[[datetime], Snapshot]
    _last: list[tuple[datetime, Refused | None]] = field(default_factory=list, repr=False)

    def look(self, order: Order, at: datetime, sent_today: Sequence[Order]) -> Order | Refused:
        """The order, unless a guard speaks against its plan that did not when it was decided."""
        if not self._last or self._last[0][0] != at:
            self._last[:] = [(at, self._refusal(at))]
        return self._last[0][1] or order

    def _refusal(self, at: datetime) -> Refused | None:
        if self.decision.plan is None:
            return Refused("guards", "its decision has no plan")
        known = {_key(finding) for finding in self.decision.findings}
        snapshot = self.snapshot(at)
        for guard in self.guards:
            for finding in guard.check(self.decision.plan, snapshot, self.mandate):
                if finding.severity >= Severity.APPROVAL and _key(finding) not in known:
                    remedy = finding.remedy or "the next cycle decides anew"
                    return Refused(guard.name, f"guard {guard.name}: {finding}", remedy)
        return None


def _key(finding: Finding) -> tuple[str, str]:
    return finding.code, finding.subject


@dataclass(frozen=True, slots=True)
class Drawdown:
    """Sends nothing while the household is too far below its highest value.

    Unit: `value` and `high_water` base currency, none where nobody knows; `fall_max` a fraction.
    """

    value: Callable[[], Decimal | None]
    high_water: Callable[[], Decimal | None]
    fall_max: Decimal = Decimal("0.20")

    def look(self, order: Order, at: datetime, sent_today: Sequence[Order]) -> Order | Refused:
        """The order, unless the fall is too deep."""
        value, highest = self.value(), self.high_water()
        if value is None or highest is None or highest <= 0:
            return order
        fall = 1 - value / highest
        if fall <= self.fall_max:
            return order
        fact = (
            f"the household is worth {value:,.0f}, {float(fall) * 100:.1f} % below its highest "
            f"{highest:,.0f}, and {float(self.fall_max) * 100:.1f} % are the bound"
        )
        return Refused("drawdown_max", fact, "look at prices and market first")

"""Sales of lots whose basis or date nobody knows: their tax cannot be computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from trimtab.guards._base import Strictness, subject, taxable_sales
from trimtab.model.findings import Finding
from trimtab.model.mandate import Mandate
from trimtab.model.plans import Plan
from trimtab.model.snapshots import Snapshot

__all__ = ["PLUGIN", "UnknownBasis"]


@dataclass(frozen=True, slots=True)
class UnknownBasis:
    """Refuses to sell a lot of unknown basis or date in a taxable account.

    A basis that cannot be shown may be taken as zero, so that the whole proceeds are gain: that is
    for a person to decide.
    """

    name: ClassVar[str] = "unknown_basis"
    strictness: Strictness = Strictness.REFUSAL

    def check(self, plan: Plan, snapshot: Snapshot, mandate: Mandate) -> tuple[Finding, ...]:
        """One finding for each such lot."""
        return tuple(
            Finding(
                "unknown_basis",
                self.strictness.severity,
                subject(trade),
                f"lot {sale.lot} is sold, but its {missing} is unknown, so its tax is too",
                actual=f"{missing} unknown",
                bound="basis and acquisition date known",
                remedy="write them into the lots file, or mark the lot do_not_sell",
                clause="tax",
            )
            for trade, sale in taxable_sales(plan, snapshot)
            if (missing := _missing(sale.basis is None, sale.term is None))
        )


def _missing(basis: bool, term: bool) -> str:
    return " and ".join(word for word, gone in (("basis", basis), ("date", term)) if gone)


PLUGIN = UnknownBasis

"""The situation: all that a policy may look at, with the household's problem as arrays.

`ProblemIndex` says which account, instrument and lot each array element stands for, so that
numbers find their way back to names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trimtab.model.drift import Drift
from trimtab.model.estimates import Estimates
from trimtab.model.findings import Finding
from trimtab.model.mandate import Mandate
from trimtab.model.snapshots import Snapshot
from trimtab.quant.problem import Flags, HouseholdProblem

__all__ = ["ProblemIndex", "Situation"]


@dataclass(frozen=True, slots=True)
class ProblemIndex:
    """Names of the problem's array elements, in order.

    Shape: `harvestable` (l,): the lots whose loss passes the mandate's harvest tests.
    `bound_clauses` gives, for a position with a bound of the mandate, the clause it comes from.
    """

    instruments: tuple[str, ...]
    accounts: tuple[str, ...]
    positions: tuple[tuple[str, str], ...]
    lots: tuple[str, ...]
    harvestable: Flags
    bound_clauses: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Situation:
    """Snapshot, mandate, drift and estimates, and the problem they add up to.

    `findings` are what was noticed while it was put together (a lot of unknown basis that may not
    be sold, a restriction that cannot be met).
    """

    snapshot: Snapshot
    mandate: Mandate
    drift: Drift
    estimates: Estimates
    problem: HouseholdProblem
    index: ProblemIndex
    findings: tuple[Finding, ...] = ()

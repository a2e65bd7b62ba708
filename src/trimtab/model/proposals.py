"""Proposals: what a policy wants, in numbers, before anything is exact."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from trimtab.model.findings import Finding

__all__ = [
    "Action",
    "Binding",
    "ClauseConflict",
    "CostParts",
    "Proposal",
    "ProposalStatus",
    "ProposedBuy",
    "ProposedSale",
]


class Action(StrEnum):
    """How far a policy goes back to the target."""

    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"
    IMMEDIATE = "immediate"


class ProposalStatus(StrEnum):
    """How the numbers behind a proposal came out."""

    SOLVED = "solved"
    GAP = "gap"
    INFEASIBLE = "infeasible"
    HELD = "held"


@dataclass(frozen=True, slots=True)
class ProposedSale:
    """Dollars of one lot to sell (base currency)."""

    lot: str
    amount: float


@dataclass(frozen=True, slots=True)
class ProposedBuy:
    """Dollars of an instrument to buy in an account (base currency)."""

    account: str
    instrument: str
    amount: float


@dataclass(frozen=True, slots=True)
class CostParts:
    """The solver's objective by kind.

    Unit: dollars; `drift` is (κ/2)·V·TE² (a year's cost of drift), `location` a yearly tax drag,
    the rest is paid once; `tracking_error` a fraction, annualised.
    """

    drift: float = 0.0
    spread: float = 0.0
    impact: float = 0.0
    commission: float = 0.0
    tax: float = 0.0
    location: float = 0.0
    tracking_error: float = 0.0

    @property
    def total(self) -> float:
        """All kinds together."""
        return self.drift + self.trading + self.tax + self.location

    @property
    def trading(self) -> float:
        """What the trades cost besides tax."""
        return self.spread + self.impact + self.commission


@dataclass(frozen=True, slots=True)
class Binding:
    """A limit that stopped the solver: what relaxing it by one unit would be worth."""

    clause: str
    text: str
    shadow_price: float


@dataclass(frozen=True, slots=True)
class ClauseConflict:
    """Clauses of the mandate that no set of trades meets together, in words with numbers."""

    clauses: tuple[str, ...]
    text: str
    remedy: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a policy wants: an action, sales of lots, purchases, and what both cost.

    Unit: `gap` in dollars of the objective, above a proven bound.  `findings` are what the policy
    noticed and its decision rests on (that another rule decided in its place, and why).
    """

    action: Action
    status: ProposalStatus
    reason: str
    clause: str = ""
    sales: tuple[ProposedSale, ...] = ()
    buys: tuple[ProposedBuy, ...] = ()
    before: CostParts = CostParts()
    after: CostParts = CostParts()
    gap: float = 0.0
    bindings: tuple[Binding, ...] = ()
    conflicts: tuple[ClauseConflict, ...] = ()
    findings: tuple[Finding, ...] = ()

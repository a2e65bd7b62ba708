"""Plans and decisions: exact trades of named lots, what they cost, and what was left alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from trimtab.model.edits import Edits
from trimtab.model.estimates import Estimates
from trimtab.model.findings import Finding
from trimtab.model.lots import Term
from trimtab.model.money import ZERO, total
from trimtab.model.proposals import Binding, CostParts, Proposal
from trimtab.model.snapshots import Side
from trimtab.model.targets import CurrentTargets
from trimtab.model.taxes import TaxBill

__all__ = [
    "Coverage",
    "Decision",
    "EarlierLoss",
    "LotSale",
    "Plan",
    "Skipped",
    "Trade",
    "TradeCost",
    "Verdict",
]


@dataclass(frozen=True, slots=True)
class LotSale:
    """What a sale takes from one lot.

    Unit: base currency; `gain` is before any disallowed loss, `disallowed` a positive amount.
    """

    lot: str
    quantity: Decimal
    proceeds: Decimal
    basis: Decimal | None
    acquired: date | None
    term: Term | None
    disallowed: Decimal = ZERO

    @property
    def gain(self) -> Decimal | None:
        """Proceeds less basis, unknown where the basis is."""
        return None if self.basis is None else self.proceeds - self.basis


@dataclass(frozen=True, slots=True)
class EarlierLoss:
    """A loss taken before the plan of which one of the plan's purchases would disallow a part.

    Unit: `disallowed` base currency, positive; `permanent` where it was bought outside taxable
    accounts, so that no basis rises.  `buyer` and `bought` name the purchase.
    """

    lot: str
    account: str
    instrument: str
    sold: date
    term: Term
    disallowed: Decimal
    buyer: str
    bought: str
    permanent: bool = False


@dataclass(frozen=True, slots=True)
class TradeCost:
    """What a trade is expected to cost besides tax, in base currency."""

    spread: Decimal = ZERO
    impact: Decimal = ZERO
    commission: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """All kinds together."""
        return self.spread + self.impact + self.commission


@dataclass(frozen=True, slots=True)
class Trade:
    """One trade of a plan: exact, with its lots, tax, cost, clause and reason.

    Unit: `amount` (quantity × price) and `tax` in base currency; `tax` is this trade's share of
    the plan's bill; a purchase has one where it disallows a loss taken earlier.
    """

    id: str
    account: str
    instrument: str
    side: Side
    quantity: Decimal
    price: Decimal
    amount: Decimal
    cost: TradeCost
    clause: str
    reason: str
    lots: tuple[LotSale, ...] = ()
    tax: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was looked at and not traded, and why."""

    subject: str
    reason: str
    clause: str = ""
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a wash-sale answer looked at, and what it could not see."""

    accounts: tuple[str, ...]
    not_loaded: tuple[str, ...]
    window_from: date
    window_to: date
    matches: int

    @property
    def sentence(self) -> str:
        """The coverage in words."""
        found = "no match" if self.matches == 0 else f"{self.matches} matches"
        found = "1 match" if self.matches == 1 else found
        count = len(self.accounts)
        loaded = "the 1 account" if count == 1 else f"the {count} accounts"
        seen = f"{found} in {loaded} loaded ({', '.join(self.accounts)})"
        seen += f", {self.window_from} to {self.window_to}"
        if self.not_loaded:
            seen += "; not loaded: " + ", ".join(self.not_loaded)
        return seen


@dataclass(frozen=True, slots=True)
class Plan:
    """Exact trades, not yet approved, with everything a person needs to judge them.

    Unit: base currency.  `bill_before` is the year's tax on gains without the plan, `bill_after`
    with it; `before` and `after` are the objective's parts without and with it, their tax net of
    what carried losses are worth.  `earlier_losses` of the bill's year are in `bill_after`.
    """

    trades: tuple[Trade, ...]
    cash_after: Mapping[str, Decimal]
    bill_before: TaxBill
    bill_after: TaxBill
    before: CostParts
    after: CostParts
    weights_before: Mapping[str, float]
    weights_after: Mapping[str, float]
    skipped: tuple[Skipped, ...] = ()
    coverage: Coverage | None = None
    bindings: tuple[Binding, ...] = ()
    gap: float = 0.0
    earlier_losses: tuple[EarlierLoss, ...] = ()

    @property
    def tax(self) -> Decimal:
        """What the plan adds to the year's tax; negative where it saves."""
        return self.bill_after.tax - self.bill_before.tax

    @property
    def carry_worth(self) -> Decimal:
        """What losses carried into later years gain in worth today; no part of this year's tax."""
        return self.bill_after.carry_worth - self.bill_before.carry_worth

    @property
    def cost(self) -> Decimal:
        """What the trades cost besides tax."""
        return total(trade.cost.total for trade in self.trades)

    def amount(self, side: Side) -> Decimal:
        """What is bought or sold in all."""
        return total(trade.amount for trade in self.trades if trade.side is side)


class Verdict(StrEnum):
    """What became of a cycle."""

    HOLD = "hold"
    TRADE = "trade"
    APPROVAL = "approval"
    REFUSED = "refused"
    INFEASIBLE = "infeasible"


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict with its findings and plan; `cycle_id` is the idempotency key of all it does.

    `estimates` are those that it rests on, where the plan is explained; `targets` those of today
    where they are re-estimated, none where the stated ones stand; `edits` what a person took out of
    the plan as the cycle had made it.
    """

    cycle_id: str
    as_of: date
    verdict: Verdict
    sentence: str
    proposal: Proposal
    plan: Plan | None
    findings: tuple[Finding, ...] = field(default=())
    estimates: Estimates | None = None
    targets: CurrentTargets | None = None
    edits: Edits = field(default_factory=Edits)

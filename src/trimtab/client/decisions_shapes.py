"""What to trade and why; proposals; runs.

Written by `tools/make_client.py` from the API's description; do not edit.

Errors: `ProblemError` for what is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from trimtab.client.households import Coverage, Finding

__all__ = [
    "Binding",
    "CostParts",
    "Decision",
    "DecisionLine",
    "DecisionPage",
    "EarlierLoss",
    "LotSold",
    "LotTaken",
    "Plan",
    "Proposal",
    "ProposalAsked",
    "Run",
    "ShownDecision",
    "Skipped",
    "TaxBill",
    "TaxLine",
    "Trade",
    "TradeCost",
    "TradeShown",
]


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision that people were asked about."""

    id: str  # The question's id, by which it is approved.
    cycle_id: str
    asked_at: datetime
    status: str  # waiting, approved, rejected, held or lapsed.
    sentence: str


@dataclass(frozen=True, slots=True)
class DecisionPage:
    """Decisions, the latest first."""

    next_cursor: str | None  # Ask for the next page with it; null on the last.
    items: tuple[DecisionLine, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the policy wants."""

    action: str
    status: str
    reason: str
    clause: str | None
    gap: float | None
    conflicts: tuple[str, ...]  # Clauses that cannot be met together.


@dataclass(frozen=True, slots=True)
class TradeCost:
    """What a trade costs, base currency."""

    spread: Decimal
    impact: Decimal
    commission: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class LotSold:
    """What a sale takes of one lot; money in base currency."""

    lot: str
    quantity: Decimal  # Units of the instrument.
    proceeds: Decimal
    basis: Decimal | None
    gain: Decimal | None
    acquired: date | None
    term: str | None
    disallowed: Decimal  # The part of a loss that a wash sale disallows.


@dataclass(frozen=True, slots=True)
class Trade:
    """One trade, with the clause that it follows."""

    id: str
    account: str
    instrument: str
    side: str  # buy or sell.
    quantity: Decimal  # Units of the instrument.
    price: Decimal  # One unit, in the instrument's currency.
    price_on: date | None
    price_source: str | None
    amount: Decimal  # Base currency.
    tax: Decimal  # Base currency.
    cost: TradeCost
    clause: str
    reason: str
    lots: tuple[LotSold, ...]


@dataclass(frozen=True, slots=True)
class CostParts:
    """What is weighed, in base currency a year; `tracking_error` a fraction a year."""

    drift: float
    spread: float
    impact: float
    commission: float
    tax: float
    location: float
    total: float
    tracking_error: float


@dataclass(frozen=True, slots=True)
class TaxLine:
    """One line of a bill, with its source in the law."""

    text: str
    amount: Decimal  # Base currency.
    source: str | None


@dataclass(frozen=True, slots=True)
class TaxBill:
    """The year's tax on gains, base currency."""

    tax: Decimal
    net_short: Decimal
    net_long: Decimal
    deduction: Decimal
    carry_short: Decimal
    carry_long: Decimal
    lines: tuple[TaxLine, ...]


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was left alone, and why."""

    subject: str
    reason: str
    clause: str | None
    amount: Decimal | None  # Base currency.


@dataclass(frozen=True, slots=True)
class Binding:
    """A clause that binds, and what a little more room in it would be worth."""

    clause: str
    text: str
    shadow_price: float | None


@dataclass(frozen=True, slots=True)
class EarlierLoss:
    """A loss taken before that a purchase of this plan would wash."""

    lot: str | None
    account: str
    instrument: str
    sold: date | None
    term: str
    disallowed: Decimal  # Base currency.
    permanent: bool
    bought_in: str
    bought: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Exact trades with cost and tax; money in base currency, weights fractions of one."""

    trades: tuple[Trade, ...]
    tax: Decimal
    cost: Decimal
    cash_after: Mapping[str, Decimal]  # By account.
    weights_before: Mapping[str, float]
    weights_after: Mapping[str, float]
    before: CostParts  # What doing nothing costs.
    after: CostParts
    bill_before: TaxBill
    bill_after: TaxBill
    skipped: tuple[Skipped, ...]
    coverage: Coverage | None
    bindings: tuple[Binding, ...]
    gap: float | None  # How far the solver may be from the least cost, base currency.
    earlier_losses: tuple[EarlierLoss, ...]


@dataclass(frozen=True, slots=True)
class Decision:
    """What a plan made now comes to; nothing is traded by it."""

    cycle_id: str
    as_of: date
    verdict: str  # hold, trade, approval, refused or infeasible.
    sentence: str
    proposal: Proposal
    plan: Plan | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class LotTaken:
    """Units of a lot."""

    lot: str
    quantity: Decimal  # Units of the instrument.


@dataclass(frozen=True, slots=True)
class TradeShown:
    """A trade as approvers were shown it; money in base currency."""

    id: str
    account: str
    instrument: str
    side: str
    quantity: Decimal
    price: Decimal
    amount: Decimal
    tax: Decimal
    cost: Decimal
    lots: tuple[LotTaken, ...]
    clause: str
    reason: str


@dataclass(frozen=True, slots=True)
class ShownDecision:
    """A decision as its approvers saw it, and whether a replay comes to the same."""

    id: str  # The question's id, by which it is approved.
    cycle_id: str
    asked_at: datetime
    status: str  # waiting, approved, rejected, held or lapsed.
    sentence: str
    as_of: date
    reason: str  # Why it stands as it does; empty where nothing is to say.
    bound_to: str  # SHA-256 of prices, positions and mandate that it rests on.
    trades: tuple[TradeShown, ...]
    findings: tuple[str, ...]
    is_same: bool | None  # A replay comes to it; null where none can be made.


@dataclass(frozen=True, slots=True)
class ProposalAsked:
    """What to plan for: nothing is stored and nothing is traded."""

    deposit: Decimal | None = None  # Money that comes, base currency.
    withdraw: Decimal | None = None  # Money needed, base currency.
    account: str | None = None  # Into or out of which account.
    policy: str | None = None  # Another policy than the mandate's.


@dataclass(frozen=True, slots=True)
class Run:
    """A run that was asked for, and what it came to."""

    began: datetime
    ended: datetime | None  # null while it is under way.
    words: str  # What it came to, in a sentence.
    is_trouble: bool

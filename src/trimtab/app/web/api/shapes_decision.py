"""Decisions as the API answers them: verdict, plan, trades with their lots, taxes and reasons.

The keys are those of `app.as_json`.  Errors: none.
"""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from trimtab.app.web.api.shapes_household import Coverage, Finding
from trimtab.app.web.api.values import Amount, Answer, Body, NameGiven, PageOf, PositiveGiven

__all__ = [
    "Decision",
    "DecisionLine",
    "DecisionPage",
    "Plan",
    "ProposalAsked",
    "Run",
    "ShownDecision",
    "Trade",
]


class ProposalAsked(Body):
    """What to plan for: nothing is stored and nothing is traded."""

    deposit: PositiveGiven | None = Field(None, description="Money that comes, base currency.")
    withdraw: PositiveGiven | None = Field(None, description="Money needed, base currency.")
    account: NameGiven | None = Field(None, description="Into or out of which account.")
    policy: NameGiven | None = Field(None, description="Another policy than the mandate's.")


class TradeCost(Answer):
    """What a trade costs, base currency."""

    spread: Amount
    impact: Amount
    commission: Amount
    total: Amount


class LotSold(Answer):
    """What a sale takes of one lot; money in base currency."""

    lot: str
    quantity: Amount = Field(description="Units of the instrument.")
    proceeds: Amount
    basis: Amount | None
    gain: Amount | None
    acquired: date | None
    term: str | None
    disallowed: Amount = Field(description="The part of a loss that a wash sale disallows.")


class Trade(Answer):
    """One trade, with the clause that it follows."""

    id: str
    account: str
    instrument: str
    side: str = Field(description="buy or sell.")
    quantity: Amount = Field(description="Units of the instrument.")
    price: Amount = Field(description="One unit, in the instrument's currency.")
    price_on: date | None
    price_source: str | None
    amount: Amount = Field(description="Base currency.")
    tax: Amount = Field(description="Base currency.")
    cost: TradeCost
    clause: str
    reason: str
    lots: list[LotSold]


class CostParts(Answer):
    """What is weighed, in base currency a year; `tracking_error` a fraction a year."""

    drift: float
    spread: float
    impact: float
    commission: float
    tax: float
    location: float
    total: float
    tracking_error: float


class TaxLine(Answer):
    """One line of a bill, with its source in the law."""

    text: str
    amount: Amount = Field(description="Base currency.")
    source: str | None


class TaxBill(Answer):
    """The year's tax on gains, base currency."""

    tax: Amount
    net_short: Amount
    net_long: Amount
    deduction: Amount
    carry_short: Amount
    carry_long: Amount
    lines: list[TaxLine]


class Skipped(Answer):
    """Something that was left alone, and why."""

    subject: str
    reason: str
    clause: str | None
    amount: Amount | None = Field(description="Base currency.")


class Binding(Answer):
    """A clause that binds, and what a little more room in it would be worth."""

    clause: str
    text: str
    shadow_price: float | None


class EarlierLoss(Answer):
    """A loss taken before that a purchase of this plan would wash."""

    lot: str | None
    account: str
    instrument: str
    sold: date | None
    term: str
    disallowed: Amount = Field(description="Base currency.")
    permanent: bool
    bought_in: str
    bought: str


class Plan(Answer):
    """Exact trades with cost and tax; money in base currency, weights fractions of one."""

    trades: list[Trade]
    tax: Amount
    cost: Amount
    cash_after: dict[str, Amount] = Field(description="By account.")
    weights_before: dict[str, float]
    weights_after: dict[str, float]
    before: CostParts = Field(description="What doing nothing costs.")
    after: CostParts
    bill_before: TaxBill
    bill_after: TaxBill
    skipped: list[Skipped]
    coverage: Coverage | None
    bindings: list[Binding]
    gap: float | None = Field(
        description="How far the solver may be from the least cost, base currency."
    )
    earlier_losses: list[EarlierLoss]


class Proposal(Answer):
    """What the policy wants."""

    action: str
    status: str
    reason: str
    clause: str | None
    gap: float | None
    conflicts: list[str] = Field(description="Clauses that cannot be met together.")


class Decision(Answer):
    """What a plan made now comes to; nothing is traded by it."""

    cycle_id: str
    as_of: date
    verdict: str = Field(description="hold, trade, approval, refused or infeasible.")
    sentence: str
    proposal: Proposal
    plan: Plan | None
    findings: list[Finding]


class DecisionLine(Answer):
    """A decision that people were asked about."""

    id: str = Field(description="The question's id, by which it is approved.")
    cycle_id: str
    asked_at: datetime
    status: str = Field(description="waiting, approved, rejected, held or lapsed.")
    sentence: str


class DecisionPage(PageOf):
    """Decisions, the latest first."""

    items: list[DecisionLine]


class LotTaken(Answer):
    """Units of a lot."""

    lot: str
    quantity: Amount = Field(description="Units of the instrument.")


class TradeShown(Answer):
    """A trade as approvers were shown it; money in base currency."""

    id: str
    account: str
    instrument: str
    side: str
    quantity: Amount
    price: Amount
    amount: Amount
    tax: Amount
    cost: Amount
    lots: list[LotTaken]
    clause: str
    reason: str


class ShownDecision(DecisionLine):
    """A decision as its approvers saw it, and whether a replay comes to the same."""

    as_of: date
    reason: str = Field(description="Why it stands as it does; empty where nothing is to say.")
    bound_to: str = Field(description="SHA-256 of prices, positions and mandate that it rests on.")
    trades: list[TradeShown]
    findings: list[str]
    is_same: bool | None = Field(description="A replay comes to it; null where none can be made.")


class Run(Answer):
    """A run that was asked for, and what it came to."""

    began: datetime
    ended: datetime | None = Field(description="null while it is under way.")
    words: str = Field(description="What it came to, in a sentence.")
    is_trouble: bool

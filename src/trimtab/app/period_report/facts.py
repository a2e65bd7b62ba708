"""What happened in a period, as it was recorded: questions, words, decisions, orders, gains.

Errors: none; these are plain values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from trimtab.app.period_report.period import Period
from trimtab.books.order_states import Ticket
from trimtab.model.live import Approval, ApprovalRequest, ApprovalStatus, Halt
from trimtab.model.lots import Term
from trimtab.model.money import ZERO, total

__all__ = [
    "AskedTrade",
    "Beginning",
    "Booked",
    "Decided",
    "Happened",
    "Overridden",
    "Question",
    "WorkedOrder",
    "plain_sentence",
]

OPEN = (ApprovalStatus.WAITING, ApprovalStatus.HELD)


@dataclass(frozen=True, slots=True)
class AskedTrade:
    """A trade as people were asked about it.

    Unit: `amount`, `tax` and `cost` base currency.
    """

    id: str
    account: str
    words: str
    amount: Decimal
    tax: Decimal
    cost: Decimal
    clause: str
    reason: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question to people with what they said; `on` is the trading day that it was asked on.

    `edited` says who made it of an earlier question, and why; empty where nobody did.
    """

    request: ApprovalRequest
    on: date
    sentence: str
    trades: tuple[AskedTrade, ...]
    words: tuple[Approval, ...]
    edited: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it waits for people."""
        return self.request.status in OPEN


@dataclass(frozen=True, slots=True)
class Overridden:
    """A rule of sending that a person let pass for a day, in the words that were kept."""

    at: datetime
    person: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision of the service: its day, what became of it, and its sentence."""

    on: date
    cycle: str
    verdict: str
    sentence: str


@dataclass(frozen=True, slots=True)
class WorkedOrder:
    """An order with the clause and the reason of the trade that it carries out.

    `on` is the trading day on which it was first recorded.
    """

    on: date
    ticket: Ticket
    clause: str
    reason: str

    @property
    def average(self) -> Decimal | None:
        """The average price of what was executed."""
        filled = self.ticket.filled
        spent = total(fill.quantity * fill.price for fill in self.ticket.fills)
        return spent / filled if filled else None

    @property
    def fees(self) -> Decimal:
        """What its executions cost in fees."""
        return total(fill.fee for fill in self.ticket.fills)


@dataclass(frozen=True, slots=True)
class Beginning:
    """How the household stood at the first look of the period, or the last one before it.

    Unit: `value` base currency, `weights` by target, fractions of it.
    """

    on: date
    value: Decimal
    weights: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Booked:
    """What the journal's entries of a period come to.

    Unit: base currency; `gains` net by term, in taxable accounts, those of unknown term under none;
    `moved` what came into (positive) or left the accounts, by kind of entry.
    """

    gains: Mapping[Term | None, Decimal]
    moved: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class Happened:
    """All that was recorded of a period; `is_live` where a store of the live service was there."""

    period: Period
    is_live: bool = False
    questions: tuple[Question, ...] = ()
    decisions: tuple[Decided, ...] = ()
    orders: tuple[WorkedOrder, ...] = ()
    open_orders: tuple[Ticket, ...] = ()
    halts: tuple[Halt, ...] = ()
    beginning: Beginning | None = None
    booked: Booked | None = None
    overrides: tuple[Overridden, ...] = ()

    @property
    def fees(self) -> Decimal:
        """The fees of all executions."""
        return total(order.fees for order in self.orders) if self.orders else ZERO


def plain_sentence(sentence: str) -> str:
    """A decision's sentence without what a heading says of its state already."""
    plain = sentence.removeprefix("Waits for approval: ")
    return f"{plain[:1].upper()}{plain[1:]}"

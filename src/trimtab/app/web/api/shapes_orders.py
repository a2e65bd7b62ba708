"""Approvals, orders and the journal as the API answers them.

Errors: none.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from trimtab.app.web.api.shapes_household import Finding
from trimtab.app.web.api.values import (
    Amount,
    Answer,
    Body,
    NameGiven,
    NoteGiven,
    PageOf,
    PositiveGiven,
)

__all__ = [
    "Approval",
    "ApprovalPage",
    "EditGiven",
    "EditsGiven",
    "Entry",
    "EntryPage",
    "FillSeen",
    "Journal",
    "Order",
    "OrderPage",
    "Posting",
    "TradeLeft",
    "WordGiven",
    "WordSaid",
]

EDITS_MAX = 200


class WordSaid(Answer):
    """What a person said."""

    person: str
    word: str = Field(description="approve, reject or hold.")
    at: datetime
    note: str


class Approval(Answer):
    """A question to people; the decision of the same id has its trades."""

    id: str
    cycle_id: str
    status: str = Field(description="waiting, approved, rejected, held or lapsed.")
    reason: str = Field(description="Why it stands so; empty where nothing is to say.")
    asked_at: datetime
    lapses_at: datetime
    bound_to: str = Field(description="SHA-256 of prices, positions and mandate; say it back.")
    needed: int = Field(description="So many people must approve.")
    note_required: bool
    words: list[WordSaid]


class ApprovalPage(PageOf):
    """Questions, the latest first."""

    items: list[Approval]


class WordGiven(Body):
    """A person's word on a question."""

    word: Literal["approve", "reject", "hold"]
    bound_to: str = Field(
        description="The question's `bound_to` as you saw it.", pattern="^[0-9a-f]{64}$"
    )
    note: NoteGiven = Field("", description="Why; kept with your word.")


class TradeLeft(Body):
    """What is to be left of one trade, or of one lot of a sale."""

    trade: NameGiven
    lot: NameGiven | None = Field(None, description="null for the trade as a whole.")
    quantity: PositiveGiven = Field(description='Units; "0" leaves it out.')


class EditsGiven(Body):
    """What a person takes out of a plan; what it does not hold, nobody adds by hand."""

    trades: list[TradeLeft] = Field(min_length=1, max_length=EDITS_MAX)


class EditGiven(EditsGiven):
    """An edit that people are asked about in place of the plan as it was."""

    bound_to: str = Field(
        description="The question's `bound_to` as you saw it.", pattern="^[0-9a-f]{64}$"
    )
    note: NoteGiven = Field("", description="Why; kept with the edit.")


class FillSeen(Answer):
    """One execution, in the instrument's currency."""

    execution_id: str
    quantity: Amount = Field(description="Units, positive.")
    price: Amount = Field(description="One unit.")
    fee: Amount
    at: datetime
    busts: str = Field(description="The execution that it takes back; empty where none.")


class Order(Answer):
    """A request to a broker, and where it stands."""

    id: str
    cycle_id: str
    trade: str = Field(description="The plan's trade that it carries out.")
    account: str
    instrument: str
    side: str
    quantity: Amount | None = Field(description="Units; null for an order by amount.")
    notional: Amount | None = Field(description="The account's currency; null where by units.")
    limit: Amount | None = Field(description="A price; null for a market order.")
    state: str = Field(description="planned, unknown, working, partial, filled, canceled …")
    filled: Amount = Field(description="Units executed.")
    attempts: int
    broker_id: str
    text: str = Field(description="What the broker said last.")
    fills: list[FillSeen]


class OrderPage(PageOf):
    """Orders, the latest first."""

    items: list[Order]


class Posting(Answer):
    """One leg: an amount of a commodity into (positive) or out of (negative) a place."""

    place: str
    commodity: str = Field(description="A currency or an instrument.")
    amount: Amount
    lot: str | None


class Entry(Answer):
    """Something that happened; its postings sum to zero in every commodity."""

    sequence: int = Field(description="Its number in the journal, from 1.")
    hash: str = Field(description="SHA-256 over it and the hash before it.")
    id: str
    kind: str
    on: date
    postings: list[Posting]
    details: dict[str, str]


class EntryPage(PageOf):
    """Entries in their order."""

    items: list[Entry]


class Journal(Answer):
    """Whether the journal is as it was written."""

    entries: int
    head: str | None = Field(description="The last hash: note it somewhere else.")
    is_whole: bool
    findings: list[Finding]

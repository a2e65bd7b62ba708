"""Statements as programs push them: what accounts hold by somebody's word, and what happened.

Errors: none.
"""

from __future__ import annotations

from datetime import date

from pydantic import Field

from trimtab.app.web.api.values import (
    Amount,
    AmountGiven,
    Answer,
    Body,
    DayGiven,
    NameGiven,
    NoteGiven,
    PageOf,
    PositiveGiven,
)
from trimtab.app.web.api_v1.problems import Mistake
from trimtab.model.instruments import InstrumentKind
from trimtab.model.statements import Action

__all__ = [
    "AccountStated",
    "BreakAnswerGiven",
    "BreakChoice",
    "BreakOpen",
    "BreakPage",
    "CashStated",
    "HoldingChange",
    "InstrumentStated",
    "LotStated",
    "PositionStated",
    "StatementGiven",
    "StatementLine",
    "StatementOutcome",
    "StatementPage",
    "TransactionStated",
]

CURRENCY = r"^[A-Z]{3}$"
ACCOUNTS_MAX = 200
ROWS_MAX = 5000

Currency = str | None


class InstrumentStated(Body):
    """What an instrument is; needed only for those that the mandate does not know yet."""

    symbol: NameGiven
    name: NameGiven | None = None
    kind: InstrumentKind | None = None
    cusip: str | None = Field(None, pattern=r"^[0-9A-Z*@#]{9}$")
    isin: str | None = Field(None, pattern=r"^[A-Z]{2}[A-Z0-9]{9}[0-9]$")


class PositionStated(Body):
    """How much of an instrument an account holds."""

    instrument: NameGiven = Field(description="The mandate's id of it, or its symbol.")
    quantity: AmountGiven = Field(description="Units; negative where sold short.")
    cost: PositiveGiven | None = Field(None, description="Of all of it; null where not known.")
    price: PositiveGiven | None = Field(None, description="One unit.")
    value: AmountGiven | None = Field(None, description="Of all of it.")
    currency: Currency = Field(None, description="The base one by default.", pattern=CURRENCY)


class LotStated(Body):
    """Units that were bought together."""

    instrument: NameGiven = Field(description="The mandate's id of it, or its symbol.")
    quantity: PositiveGiven = Field(description="Units.")
    cost: PositiveGiven | None = Field(None, description="Of the lot; null where not known.")
    acquired: DayGiven | None = Field(None, description="null where not known.")
    price: PositiveGiven | None = Field(None, description="One unit.")
    currency: Currency = Field(None, description="The base one by default.", pattern=CURRENCY)


class CashStated(Body):
    """Cash of one currency."""

    amount: AmountGiven
    currency: Currency = Field(None, description="The base one by default.", pattern=CURRENCY)


class TransactionStated(Body):
    """Something that happened; it is booked where it is later than the account's first list."""

    on: DayGiven
    action: Action
    instrument: NameGiven | None = None
    quantity: AmountGiven | None = Field(None, description="Units, positive where they arrive.")
    amount: AmountGiven | None = Field(
        None, description="What the account's cash changed by, signed, fees included."
    )
    price: PositiveGiven | None = Field(None, description="One unit.")
    fee: PositiveGiven | None = None
    currency: Currency = Field(None, description="The base one by default.", pattern=CURRENCY)
    settles: DayGiven | None = None
    text: NameGiven | None = Field(None, description="As people read it.")
    id: NameGiven | None = Field(None, description="Your number of it; it is taken once.")


class AccountStated(Body):
    """One account; what is left out (or null) is not told of, an empty list says that it is none.

    Lots of an instrument are all lots of it. With `positions` what they do not name is not held;
    without, instruments that no lot names stay as they are.
    """

    account: NameGiven = Field(description="The mandate's id of it.")
    positions: list[PositionStated] | None = Field(None, max_length=ROWS_MAX)
    lots: list[LotStated] | None = Field(None, max_length=ROWS_MAX)
    cash: list[CashStated] | None = Field(None, max_length=20)
    transactions: list[TransactionStated] = Field([], max_length=ROWS_MAX)


class StatementGiven(Body):
    """What accounts hold and what happened in them, by one source's word."""

    source: NameGiven = Field(description="Whose word it is, always by the same name.")
    as_of: DayGiven = Field(description="The day at whose end it was so.")
    accounts: list[AccountStated] = Field(min_length=1, max_length=ACCOUNTS_MAX)
    instruments: list[InstrumentStated] = Field([], max_length=ROWS_MAX)
    seen: str | None = Field(
        None, description="The `digest` of a preview: written only as it showed.",
        pattern="^[0-9a-f]{64}$",
    )  # fmt: skip


class HoldingChange(Answer):
    """Units and lots of an instrument in an account, where they change."""

    account: str
    instrument: str
    before: Amount
    after: Amount
    lots_before: int
    lots_after: int


class BreakChoice(Answer):
    """One answer that settles a break, and what may be told with it."""

    name: str
    words: str
    fields: list[str]


class BreakOpen(Answer):
    """Where records do not agree, or lack what a tax needs; it waits for an answer."""

    id: str
    kind: str
    account: str
    instrument: str
    message: str
    remedy: str
    stops_trading: bool = Field(description="In its account, while it is open.")
    facts: dict[str, str] = Field(description="What each side says.")
    source: str = Field(description="The file or statement, and the row in it.")
    since: date | None = Field(description="When it was found first; null where not noted.")
    likely_cause: str
    choices: list[BreakChoice]


class BreakPage(PageOf):
    """Open breaks, those that stop trading first."""

    items: list[BreakOpen]


class BreakAnswerGiven(Body):
    """What is right; only what the choice takes counts."""

    choice: NameGiven = Field(description="The `name` of one of the break's choices.")
    basis: PositiveGiven | None = Field(None, description="What it cost, base currency.")
    acquired: DayGiven | None = None
    link: NameGiven | None = Field(None, description="Another account of the household.")
    ratio: str | None = Field(
        None, description="Units after for units before.", pattern=r"^[0-9]{1,6}:[0-9]{1,6}$"
    )
    became: NameGiven | None = Field(None, description="Another instrument.")
    note: NoteGiven = ""


class StatementOutcome(Answer):
    """What a statement comes to, or came to where it is written."""

    written: bool
    digest: str = Field(description="SHA-256 of all that it writes; say it back as `seen`.")
    rows: int
    seen_before: bool = Field(description="The same statement was pushed before: nothing is new.")
    entries: dict[str, int] = Field(description="New entries of the journal, by kind.")
    holdings: list[HoldingChange]
    breaks: list[BreakOpen] = Field(description="All that are open then.")
    notes: list[str]
    troubles: list[Mistake] = Field(description="Why nothing could be planned once it is written.")


class StatementLine(Answer):
    """A statement or file that was taken."""

    id: str
    source: str
    file: str
    as_of: date | None
    accounts: list[str] = Field(description="As the source names them.")
    rows: int
    taken: int


class StatementPage(PageOf):
    """What was taken, by the day that it tells of."""

    items: list[StatementLine]

"""What accounts hold and what happened in them, pushed.

Written by `tools/make_client.py` from the API's description; do not edit.

Errors: `ProblemError` for what is refused.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

__all__ = [
    "AccountStated",
    "Action",
    "BreakChoice",
    "BreakOpen",
    "CashStated",
    "HoldingChange",
    "InstrumentKind",
    "InstrumentStated",
    "LotStated",
    "Mistake",
    "PositionStated",
    "StatementGiven",
    "StatementLine",
    "StatementOutcome",
    "StatementPage",
    "TransactionStated",
]


@dataclass(frozen=True, slots=True)
class StatementLine:
    """A statement or file that was taken."""

    id: str
    source: str
    file: str
    as_of: date | None
    accounts: tuple[str, ...]  # As the source names them.
    rows: int
    taken: int


@dataclass(frozen=True, slots=True)
class StatementPage:
    """What was taken, by the day that it tells of."""

    next_cursor: str | None  # Ask for the next page with it; null on the last.
    items: tuple[StatementLine, ...]


@dataclass(frozen=True, slots=True)
class PositionStated:
    """How much of an instrument an account holds."""

    instrument: str  # The mandate's id of it, or its symbol.
    quantity: Decimal  # Units; negative where sold short.
    cost: Decimal | None = None  # Of all of it; null where not known.
    price: Decimal | None = None  # One unit.
    value: Decimal | None = None  # Of all of it.
    currency: str | None = None  # The base one by default.


@dataclass(frozen=True, slots=True)
class LotStated:
    """Units that were bought together."""

    instrument: str  # The mandate's id of it, or its symbol.
    quantity: Decimal  # Units.
    cost: Decimal | None = None  # Of the lot; null where not known.
    acquired: date | None = None  # null where not known.
    price: Decimal | None = None  # One unit.
    currency: str | None = None  # The base one by default.


@dataclass(frozen=True, slots=True)
class CashStated:
    """Cash of one currency."""

    amount: Decimal
    currency: str | None = None  # The base one by default.


Action = Literal[
    "buy",
    "sell",
    "reinvestment",
    "dividend",
    "interest",
    "return_of_capital",
    "deposit",
    "withdrawal",
    "transfer_in",
    "transfer_out",
    "split",
    "symbol_change",
    "fee",
    "tax",
    "conversion",
    "sweep",
    "other",
]


@dataclass(frozen=True, slots=True)
class TransactionStated:
    """Something that happened; it is booked where it is later than the account's first list."""

    on: date
    action: Action
    instrument: str | None = None
    quantity: Decimal | None = None  # Units, positive where they arrive.
    amount: Decimal | None = None  # What the account's cash changed by, signed, fees included.
    price: Decimal | None = None  # One unit.
    fee: Decimal | None = None
    currency: str | None = None  # The base one by default.
    settles: date | None = None
    text: str | None = None  # As people read it.
    id: str | None = None  # Your number of it; it is taken once.


@dataclass(frozen=True, slots=True)
class AccountStated:
    """One account; what is left out (or null) is not told of, an empty list says that it is none.

    Lots of an instrument are all lots of it. With `positions` what they do not name is not held;
    without, instruments that no lot names stay as they are.
    """

    account: str  # The mandate's id of it.
    positions: tuple[PositionStated, ...] | None = None
    lots: tuple[LotStated, ...] | None = None
    cash: tuple[CashStated, ...] | None = None
    transactions: tuple[TransactionStated, ...] = ()


InstrumentKind = Literal["stock", "etf", "mutual_fund", "bond", "option", "crypto", "other"]


@dataclass(frozen=True, slots=True)
class InstrumentStated:
    """What an instrument is; needed only for those that the mandate does not know yet."""

    symbol: str
    name: str | None = None
    kind: InstrumentKind | None = None
    cusip: str | None = None
    isin: str | None = None


@dataclass(frozen=True, slots=True)
class StatementGiven:
    """What accounts hold and what happened in them, by one source's word."""

    source: str  # Whose word it is, always by the same name.
    as_of: date  # The day at whose end it was so.
    accounts: tuple[AccountStated, ...]
    instruments: tuple[InstrumentStated, ...] = ()
    seen: str | None = None  # The `digest` of a preview: written only as it showed.


@dataclass(frozen=True, slots=True)
class HoldingChange:
    """Units and lots of an instrument in an account, where they change."""

    account: str
    instrument: str
    before: Decimal
    after: Decimal
    lots_before: int
    lots_after: int


@dataclass(frozen=True, slots=True)
class BreakChoice:
    """One answer that settles a break, and what may be told with it."""

    name: str
    words: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BreakOpen:
    """Where records do not agree, or lack what a tax needs; it waits for an answer."""

    id: str
    kind: str
    account: str
    instrument: str
    message: str
    remedy: str
    stops_trading: bool  # In its account, while it is open.
    facts: Mapping[str, str]  # What each side says.
    source: str  # The file or statement, and the row in it.
    since: date | None  # When it was found first; null where not noted.
    likely_cause: str
    choices: tuple[BreakChoice, ...]


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong, and what mends it."""

    subject: str  # What it is about.
    fact: str  # What is the case.
    bound: str  # The rule that it breaks; empty where there is none.
    remedy: str  # What mends it; empty where nothing does.
    file: str | None  # The file's name, where it stands in one.
    line: int | None  # The line in it, from 1.


@dataclass(frozen=True, slots=True)
class StatementOutcome:
    """What a statement comes to, or came to where it is written."""

    written: bool
    digest: str  # SHA-256 of all that it writes; say it back as `seen`.
    rows: int
    seen_before: bool  # The same statement was pushed before: nothing is new.
    entries: Mapping[str, int]  # New entries of the journal, by kind.
    holdings: tuple[HoldingChange, ...]
    breaks: tuple[BreakOpen, ...]  # All that are open then.
    notes: tuple[str, ...]
    troubles: tuple[Mistake, ...]  # Why nothing could be planned once it is written.

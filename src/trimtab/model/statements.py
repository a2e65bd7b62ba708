"""What a broker's file says, row by row, before anything of it enters the books.

A statement accounts for every row of its file: a row is taken (as a position, lot, transaction or
realised gain), ignored by a named rule, or a break with its reason.  Figures are as in the file:
what it does not say is `None`, never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from trimtab.model.instruments import InstrumentKind

__all__ = [
    "Action",
    "IgnoredRow",
    "RowBreak",
    "StatedAccount",
    "StatedGain",
    "StatedInstrument",
    "StatedLot",
    "StatedPosition",
    "StatedTransaction",
    "Statement",
    "StatementKind",
]


class StatementKind(StrEnum):
    """What the rows of a file, or of a section of it, are."""

    POSITIONS = "positions"
    LOTS = "lots"
    TRANSACTIONS = "transactions"
    REALISED_GAINS = "realised_gains"


class Action(StrEnum):
    """What a transaction did, as far as books tell things apart."""

    BUY = "buy"
    SELL = "sell"
    REINVESTMENT = "reinvestment"  # a distribution that bought units
    DIVIDEND = "dividend"  # also distributions of gains
    INTEREST = "interest"
    RETURN_OF_CAPITAL = "return_of_capital"
    DEPOSIT = "deposit"
    WITHDRAWAL = "withdrawal"
    TRANSFER_IN = "transfer_in"  # units or cash from another account
    TRANSFER_OUT = "transfer_out"
    SPLIT = "split"
    SYMBOL_CHANGE = "symbol_change"  # also mergers and exchanges of one instrument for another
    FEE = "fee"
    TAX = "tax"  # withheld
    CONVERSION = "conversion"  # one currency for another
    SWEEP = "sweep"  # between cash and the money fund that holds it: moves nothing
    OTHER = "other"  # told apart by nobody: needs a person's answer


@dataclass(frozen=True, slots=True)
class StatedAccount:
    """An account as its broker names it.

    `id` is what the file identifies it by: its number (often masked) or, where there is none, its
    name.
    """

    id: str
    name: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class StatedInstrument:
    """An instrument as its broker names it.

    `symbol` is the ticker where the file has one, else the CUSIP, ISIN or name.  `is_cash` marks
    cash itself and the money-market fund that a broker sweeps it into.
    """

    symbol: str
    name: str = ""
    kind: InstrumentKind | None = None
    cusip: str = ""
    isin: str = ""
    is_cash: bool = False


@dataclass(frozen=True, slots=True)
class StatedPosition:
    """A row that says how much of an instrument an account holds.

    Unit: `quantity` in units, negative where sold short; `value` and `cost` for the whole position
    and `price` for a unit, in `currency` (empty where the file does not say).
    """

    line: int
    account: str
    instrument: StatedInstrument
    quantity: Decimal | None
    value: Decimal | None
    cost: Decimal | None = None
    price: Decimal | None = None
    currency: str = ""


@dataclass(frozen=True, slots=True)
class StatedLot:
    """A row that says what was bought together.

    Unit: as in `StatedPosition`; `covered` tells whether the broker reports the basis to the tax
    office (26 USC 6045(g)).
    """

    line: int
    account: str
    instrument: StatedInstrument
    quantity: Decimal
    cost: Decimal | None
    acquired: date | None
    value: Decimal | None = None
    price: Decimal | None = None
    currency: str = ""
    covered: bool | None = None
    broker_id: str = ""


@dataclass(frozen=True, slots=True)
class StatedTransaction:
    """A row that says what happened.

    Unit: `quantity` in units, positive where they arrive; `amount` is what the account's cash
    changed by, signed, fees included; `price` for a unit and `fee` (positive) in `currency`.
    `broker_id` is the broker's own number of it, unique within the account, where it has one.
    """

    line: int
    account: str
    on: date
    action: Action
    instrument: StatedInstrument | None = None
    quantity: Decimal | None = None
    amount: Decimal | None = None
    price: Decimal | None = None
    fee: Decimal | None = None
    currency: str = ""
    settles: date | None = None
    text: str = ""
    broker_id: str = ""


@dataclass(frozen=True, slots=True)
class StatedGain:
    """A row that says what a sale of a lot realised.

    Unit: `proceeds`, `cost`, `gain` and `disallowed` (a wash sale's, positive) in `currency`.
    """

    line: int
    account: str
    instrument: StatedInstrument
    quantity: Decimal | None
    acquired: date | None
    sold: date | None
    proceeds: Decimal | None
    cost: Decimal | None
    gain: Decimal | None = None
    disallowed: Decimal | None = None
    term: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class IgnoredRow:
    """A row that holds nothing to take, and the rule that says so."""

    line: int
    rule: str


@dataclass(frozen=True, slots=True)
class RowBreak:
    """A row that could not be taken: a word for why, the fact, and what to do."""

    line: int
    reason: str
    text: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """One file, accounted for: `rows` is how many it has, blank lines apart.

    `as_of` is the day that it describes, where it says so.  `format` names the description that
    read it, `digest` the SHA-256 of its bytes.  `rates` are its own currency rates, if any.
    """

    file: str
    broker: str
    format: str
    digest: str
    rows: int
    as_of: date | None = None
    accounts: tuple[StatedAccount, ...] = ()
    positions: tuple[StatedPosition, ...] = ()
    lots: tuple[StatedLot, ...] = ()
    transactions: tuple[StatedTransaction, ...] = ()
    gains: tuple[StatedGain, ...] = ()
    ignored: tuple[IgnoredRow, ...] = ()
    breaks: tuple[RowBreak, ...] = ()
    rates: Mapping[str, Decimal] = field(default_factory=dict)

    @property
    def taken(self) -> int:
        """How many rows were taken."""
        return len(self.positions) + len(self.lots) + len(self.transactions) + len(self.gains)

    @property
    def kinds(self) -> tuple[StatementKind, ...]:
        """What kinds of rows it has, in the order of the enumeration."""
        present = (self.positions, self.lots, self.transactions, self.gains)
        return tuple(k for k, rows in zip(StatementKind, present, strict=True) if rows)

"""What a declarative format says: how to know a file, and what its columns and rows mean.

These are the words of `formats/*.toml`, read by `_format_file`; `docs/guides/importing.md` explains
them with an example.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from trimtab.importers._pattern import Pattern
from trimtab.importers._values import DateStyle, NumberStyle
from trimtab.model.instruments import InstrumentKind
from trimtab.model.statements import Action, StatementKind

__all__ = [
    "FIELDS",
    "ActionRule",
    "BySign",
    "ColumnName",
    "Costs",
    "Extract",
    "Format",
    "OtherRows",
    "RowRule",
    "Section",
    "Signs",
    "Way",
]

_INSTRUMENT = ("symbol", "name", "cusip", "isin", "kind")
_WHERE = ("account", "account_name", "currency", "row_type")
_PRICE = ("price", "price_currency")
_HELD = (
    *(*_WHERE, *_INSTRUMENT, "quantity", *_PRICE, "value", "cost", "unit_cost", "as_of"),
    *("acquired", "covered", "lot_id", "term"),
)
FIELDS: Mapping[StatementKind, tuple[str, ...]] = {
    StatementKind.POSITIONS: _HELD,
    StatementKind.LOTS: _HELD,
    StatementKind.TRANSACTIONS: (
        *_WHERE,
        *_INSTRUMENT,
        *("on", "settles", "action", "text", "quantity", *_PRICE, "amount", "credit", "debit"),
        *("fees", "fee_currency", "taxes", "transaction_id"),
    ),
    StatementKind.REALISED_GAINS: (
        *_WHERE,
        *_INSTRUMENT,
        *("quantity", "acquired", "sold", "proceeds", "cost", "gain", "gain_short", "gain_long"),
        *("disallowed", "term"),
    ),
}
"""The fields that a section of each kind may bind to columns.

Positions have those of lots too, for lots that stand among them.  `row_type` is taken by nothing:
it is the column that tells kinds of rows apart, for rules to look at.
"""


class BySign(StrEnum):
    """Actions that are told apart by the sign of the quantity, else of the amount."""

    TRADE = "trade"  # buy or sell
    CASH = "cash"  # deposit or withdrawal
    TRANSFER = "transfer"  # in or out
    IGNORE = "ignore"  # no transaction at all: the rule says why


class Signs(StrEnum):
    """How a broker signs amounts."""

    SIGNED = "signed"  # what the account's cash changed by
    UNSIGNED = "unsigned"  # the action says which way
    REVERSED = "reversed"  # what was paid is positive


class Costs(StrEnum):
    """How the fees and taxes of a row stand to its amount."""

    INCLUDED = "included"  # the amount is what moved
    ADDED = "added"  # signed as the amount is, and to be added to it
    DEDUCTED = "deducted"  # positive where they were paid


class Way(StrEnum):
    """Which way units or cash went, where the action alone does not say."""

    IN = "in"
    OUT = "out"
    NONE = "none"  # what the cell says moved nothing


@dataclass(frozen=True, slots=True)
class ColumnName:
    """How a column is found in a header: by its name, a pattern, or where it stands.

    `right` counts columns to the right of the named one; `nth` picks among several of one name;
    `position` (from 1) needs no name at all.
    """

    name: str = ""
    pattern: Pattern | None = None
    right: int = 0
    nth: int = 1
    position: int = 0


@dataclass(frozen=True, slots=True)
class RowRule:
    """A named rule: rows whose field (or all cells, joined by commas) match a pattern.

    With `when`, it holds only in texts in which that pattern is found anywhere.
    """

    rule: str
    match: Pattern
    column: str = ""
    when: Pattern | None = None


@dataclass(frozen=True, slots=True)
class OtherRows:
    """Rows of another kind among those of a section, such as lots below their position.

    Groups of the pattern fill fields; `inherit` names those taken from the last row of the
    section's own kind.
    """

    kind: StatementKind
    column: str
    match: Pattern
    inherit: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Extract:
    """Fields that stand in the text of another.

    Groups of the pattern fill those that are empty; with `replace`, the others too: a broker that
    names an option by its share has the option in the description, and `NVDA:xnas` is `NVDA`.
    """

    column: str
    match: Pattern
    replace: bool = False


@dataclass(frozen=True, slots=True)
class ActionRule:
    """What a broker's word for a transaction means; the first rule that matches counts.

    `units` and `cash` say which way they went where signs do not: the old units of a split leave.
    """

    match: Pattern
    do: Action | BySign
    column: str = "action"
    rule: str = ""
    units: Way | None = None
    cash: Way | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One table of a file: its header, and what its rows are.

    `other` are columns that hold nothing to take; one of `absent` says that it is another table.
    Where positions are of several days, `is_latest` takes those of each account's last day alone.
    Where every row begins with its table's name, as the header does, the table `is_led` by it.
    `needed_names` has, for each required field whose columns are all plain names, these names: a
    row with none of them is no header of this section, which is quick to see.
    """

    kind: StatementKind
    columns: Mapping[str, tuple[ColumnName, ...]]
    required: tuple[str, ...]
    other: frozenset[str] = frozenset()
    absent: frozenset[str] = frozenset()
    is_latest: bool = False
    is_led: bool = False
    ignore: tuple[RowRule, ...] = ()
    rows: tuple[OtherRows, ...] = ()
    extract: tuple[Extract, ...] = ()
    actions: tuple[ActionRule, ...] = ()
    signs: Signs = Signs.SIGNED
    costs: Costs = Costs.INCLUDED
    needed_names: tuple[frozenset[str], ...] = field(init=False)

    def __post_init__(self) -> None:
        wanted = (self.columns.get(name, ()) for name in self.required)
        plain = (columns for columns in wanted if all(one.name for one in columns))
        needed = tuple(frozenset(one.name for one in columns) for columns in plain)
        object.__setattr__(self, "needed_names", needed)


@dataclass(frozen=True, slots=True)
class Format:
    """How one kind of file is known and read; `is_own` where a person wrote it."""

    id: str
    broker: str
    name: str
    sections: tuple[Section, ...]
    seen: tuple[str, ...] = ()
    delimiter: str = ""
    marks: tuple[Pattern, ...] = ()
    needs: tuple[Pattern, ...] = ()
    excludes: tuple[Pattern, ...] = ()
    currency: str = ""
    account: str = ""
    symbol: str = ""
    numbers: NumberStyle = field(default_factory=NumberStyle)
    dates: DateStyle = field(default_factory=DateStyle)
    banners: tuple[RowRule, ...] = ()
    ignore: tuple[RowRule, ...] = ()
    actions: tuple[ActionRule, ...] = ()
    cash: tuple[Pattern, ...] = ()
    kinds: tuple[tuple[Pattern, InstrumentKind], ...] = ()
    path: str = ""
    is_own: bool = False

    @property
    def is_generic(self) -> bool:
        """Whether it is nobody's own, and gives way to one that is."""
        return self.broker == "generic"

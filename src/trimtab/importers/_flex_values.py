"""The values of a Flex row: numbers, days in the report's own order, instruments.

A Flex query writes days in the form that its owner chose: 20240131, 2024-01-31, 01/31/2024,
31/01/2024 (also with two digits of the year) or 31-Jan-24, a time of day after it.  Whether a
report with slashes puts the month or the day first is told from all of its days together; where
none of them tells, no day with slashes is taken.

Errors: `CellError` for a value that cannot be read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import Enum, auto

from trimtab.importers._flex_stream import FlexElement
from trimtab.importers._plain_values import bad_date, day_of, exact
from trimtab.importers._values import CellError
from trimtab.model.instruments import InstrumentKind
from trimtab.model.statements import StatedInstrument

__all__ = ["DayOrder", "FlexValues", "day_order_of"]

_COMPACT = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})(?![0-9])")
_SLASHED = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4}|[0-9]{2})(?![0-9])")
_NAMED = re.compile(r"([0-9]{1,2})-([A-Za-z]{3})-([0-9]{4}|[0-9]{2})(?![0-9])")
_SLASHED_VALUE = re.compile(rb"=[\"']([0-9]{1,2})/([0-9]{1,2})/[0-9]{2}")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()  # noqa: SIM905

_KINDS = {
    "STK": InstrumentKind.STOCK,
    "FUND": InstrumentKind.MUTUAL_FUND,
    "BOND": InstrumentKind.BOND,
    "BILL": InstrumentKind.BOND,
    "OPT": InstrumentKind.OPTION,
    "FOP": InstrumentKind.OPTION,
    "FSFOP": InstrumentKind.OPTION,
    "FSOPT": InstrumentKind.OPTION,
    "IOPT": InstrumentKind.OPTION,
    "WAR": InstrumentKind.OPTION,
    "CRYPTO": InstrumentKind.CRYPTO,
    "CFD": InstrumentKind.OTHER,
    "FUT": InstrumentKind.OTHER,
    "CMDTY": InstrumentKind.OTHER,
}
_EXCHANGE_TRADED = re.compile(r"\b(ETFs?|ETCs?|ETNs?|UCITS)\b")
CASH_CATEGORY = "CASH"
_NAMES = (
    *("symbol", "description", "cusip", "isin"),
    *("assetCategory", "subCategory", "securityID", "conid"),
)
"""What tells instruments apart."""


class DayOrder(Enum):
    """What stands first in a day with slashes."""

    MONTH = auto()
    DAY = auto()
    UNKNOWN = auto()


def day_order_of(data: bytes) -> DayOrder:
    """What a report's days with slashes begin with: no month is above twelve."""
    for found in _SLASHED_VALUE.finditer(data):
        if int(found[1]) > 12:
            return DayOrder.DAY
        if int(found[2]) > 12:
            return DayOrder.MONTH
    return DayOrder.UNKNOWN


@dataclass(frozen=True, slots=True)
class FlexValues:
    """Reads the values of one report's rows."""

    day_order: DayOrder
    _instruments: dict[tuple[str | None, ...], StatedInstrument | None] = field(
        default_factory=dict
    )

    def number(self, row: FlexElement, name: str) -> Decimal | None:
        """The number of an attribute, `None` where it is empty or missing."""
        text = row.get(name)
        return exact(text, name) if text else None

    def day(self, row: FlexElement, *names: str) -> date | None:
        """The day of the first of the attributes that has one, `None` where none has.

        Refuses: what is no day, and a day that two orders could mean.
        """
        for name in names:
            if text := row.get(name):
                return self._day(text, name)
        return None

    def _day(self, text: str, name: str) -> date:
        if found := _COMPACT.match(text):
            return day_of(found[1], found[2], found[3], text, name)
        if found := _NAMED.match(text):
            month = found[2].lower()
            number = _MONTHS.index(month) + 1 if month in _MONTHS else 0
            return day_of(_full(found[3]), str(number), found[1], text, name)
        found = _SLASHED.match(text)
        if found is None:
            raise bad_date(text, name)
        if self.day_order is DayOrder.UNKNOWN and found[1] != found[2]:
            fact = f"{name} {text[:10]!r} can be two days"
            raise CellError("bad_date", fact, "set the Flex query's date format to yyyyMMdd")
        is_day_first = self.day_order is DayOrder.DAY
        day, month = (found[1], found[2]) if is_day_first else (found[2], found[1])
        return day_of(_full(found[3]), month, day, text, name)

    def instrument(self, row: FlexElement) -> StatedInstrument | None:
        """The instrument that a row names; `None` where it names none."""
        key = tuple(map(row.attributes.get, _NAMES))
        if key not in self._instruments:
            self._instruments[key] = _judged(*map(row.get, _NAMES))
        return self._instruments[key]

    def held(self, row: FlexElement) -> StatedInstrument:
        """The instrument that a row must name.

        Refuses: a row that names none.
        """
        instrument = self.instrument(row)
        if instrument is None:
            raise CellError("no_instrument", f"{row.tag} names no instrument", "complete the row")
        return instrument


def _judged(
    symbol: str,
    name: str,
    cusip: str,
    isin: str,
    category: str,
    sub_category: str,
    number: str,
    contract: str,
) -> StatedInstrument | None:
    """The instrument of a row's words: its symbol, else a number that it is known by."""
    shown = symbol or isin or cusip or number or contract
    if not shown:
        return None
    kind = _KINDS.get(category)
    is_fund = sub_category == "ETF" or (
        not sub_category and bool(_EXCHANGE_TRADED.search(name.upper()))
    )
    if kind is InstrumentKind.STOCK and is_fund:
        kind = InstrumentKind.ETF
    return StatedInstrument(shown, name, kind, cusip, isin, category == CASH_CATEGORY)


def _full(year: str) -> str:
    """A year of four digits; Interactive Brokers has none before 2000."""
    return year if len(year) == 4 else f"20{year}"

"""Numbers and days as brokers write them.

What a cell says is taken to the digit or refused: `1,5` is no number where thousands are parted by
commas, because it may be one and a half.  Errors: `CellError` with a word for the reason, which
becomes a break of the row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

__all__ = ["CellError", "DateStyle", "NumberStyle"]

DIGITS_MAX = 24
INTEGER_DIGITS_MAX = 18
YEARS = range(1900, 2101)
SHOWN_MAX = 40
UNKNOWN = frozenset({"", "-", "--", "---", "n/a", "na", "nan", "none", "null", "not available"})

_USUAL = re.compile(r"-?\$?(?:\d+|[1-9]\d{0,2}(?:,\d{3})+)(?:\.\d+)?", re.ASCII)
_CLOSE_CODES = "USD|EUR|GBP|CHF|CAD|AUD|NZD|JPY|SEK|NOK|DKK|PLN|CZK|HUF|HKD|SGD|ZAR|ILS|INR|BRL|MXN"
_MONEY_SIGNS = re.compile(
    # Without a blank only codes of currencies count: EOF27002856700 is an order's number.
    rf"^(?:[A-Z]{{0,3}}[$€£¥₣]|[A-Z]{{3}}(?=\s)|(?:{_CLOSE_CODES})(?=[\d.,+\-(]))\s*"
    r"|\s*(?:[$€£¥₣%]|kr\.?|p|[A-Z]{3})$"
)
_DASHES = str.maketrans({"−": "-", "–": "-", "\u00a0": " ", "\u202f": " ", "\u2009": " "})
_APOSTROPHES = "'’"
_BODY = {
    mark: re.compile(
        # Thousands in threes; what begins with 0 has none, so that 0.039 is never 39.
        rf"(?:[1-9]\d{{0,2}}(?:([{other}'’ ])\d{{3}}(?:\1\d{{3}})*)|\d*)"
        rf"(?:{re.escape(mark)}\d*)?(?:[eE][+-]?\d{{1,3}})?",
        re.ASCII,
    )
    for mark, other in ((".", ","), (",", "."))
}
_OTHER = {".": ",", ",": "."}
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            *("jan january", "feb february", "mar march", "apr april", "may", "jun june"),
            *("jul july", "aug august", "sep sept september", "oct october"),
            *("nov november", "dec december"),
        ),
        start=1,
    )
    for name in names.split()
}
_DATE_PARTS = {
    "%Y": r"(?P<year>\d{4})",
    "%y": r"(?P<short_year>\d{2})",
    "%m": r"(?P<month>\d{1,2})",
    "%d": r"(?P<day>\d{1,2})",
    "%b": r"(?P<name>[^\W\d_]{3,12})\.?",
}
_TAIL = r"(?:$|(?=[T\s,;(]))"


class CellError(Exception):
    """A cell that cannot be taken: one word for why, the fact, and what to do."""

    def __init__(self, reason: str, fact: str, remedy: str = "") -> None:
        super().__init__(fact)
        self.reason, self.fact, self.remedy = reason, fact, remedy


@dataclass(frozen=True, slots=True)
class NumberStyle:
    """How numbers are written: the decimal mark, and what stands where there is none.

    `decimal` is empty where each file shows its own (`decimal_marks.usual_mark`).  With `is_mixed`
    a number that the mark does not fit may have the other one: `1.83` among `419,22`.
    """

    decimal: str = "."
    unknown: frozenset[str] = UNKNOWN
    is_mixed: bool = False

    def read(self, text: str) -> Decimal | None:
        """The number in a cell, with its digits; `None` where the cell says that it is unknown.

        Refuses: what is no number in this style, and more than `DIGITS_MAX` digits.
        """
        if self.decimal == "." and len(text) <= INTEGER_DIGITS_MAX and _USUAL.fullmatch(text):
            return Decimal(text.replace("$", "").replace(",", ""))
        written = text.translate(_DASHES).strip()
        if written.lower() in self.unknown:
            return None
        return self._read(written, text)

    def _read(self, written: str, text: str) -> Decimal:
        negative = False
        for _ in range(3):  # signs stand before or behind the currency: -$5, $-5, 5- USD, $(5)
            if written[:1] in ("-", "+"):
                negative ^= written[0] == "-"
                written = written[1:].strip()
            elif written[-1:] == "-":
                negative, written = not negative, written[:-1].strip()
            elif written[:1] == "(" and written[-1:] == ")":
                negative, written = not negative, written[1:-1].strip()
            written = _MONEY_SIGNS.sub("", written).strip()
        decimal = self._mark_of(written)
        if not decimal:
            raise CellError(
                "bad_number",
                f"{text.strip()[:SHOWN_MAX]!r} is not a number",
                f"numbers here have {self.decimal!r} before the decimals and thousands in threes",
            )
        digits = written.replace(_OTHER[decimal], "").replace(" ", "").replace(decimal, ".")
        for mark in _APOSTROPHES:
            digits = digits.replace(mark, "")
        try:
            number = Decimal(digits)
        except InvalidOperation:
            raise CellError("bad_number", f"{text[:SHOWN_MAX]!r} is not a number") from None
        return _bounded(-number if negative else number, text)

    def _mark_of(self, written: str) -> str:
        """The decimal mark by which digits are a number; empty where they are none."""
        marks = (self.decimal, _OTHER[self.decimal]) if self.is_mixed else (self.decimal,)
        if not any(map(str.isdigit, written)):
            return ""
        return next((mark for mark in marks if _BODY[mark].fullmatch(written)), "")


def _bounded(number: Decimal, text: str) -> Decimal:
    """The number, where it has no more digits than anything that can be held."""
    shown = number.as_tuple()
    if (number and number.adjusted() >= INTEGER_DIGITS_MAX) or len(shown.digits) > DIGITS_MAX:
        raise CellError(
            "bad_number",
            f"{text.strip()[:SHOWN_MAX]!r} is too large or too fine",
            f"at most {INTEGER_DIGITS_MAX} digits before the decimals and {DIGITS_MAX} in all",
        )
    if isinstance(shown.exponent, int) and (shown.exponent > 0 or shown.exponent < -DIGITS_MAX):
        return Decimal(format(number, "f")) if shown.exponent > 0 else round(number, DIGITS_MAX)
    return number


@dataclass(frozen=True, slots=True)
class DateStyle:
    """How days are written: `strptime` forms of the leading part, a time of day may follow.

    Besides the English names of months, `months` has those of the broker's language.
    """

    formats: tuple[str, ...] = ("%Y-%m-%d",)
    months: Mapping[str, int] = field(default_factory=dict)
    unknown: frozenset[str] = UNKNOWN
    _patterns: list[re.Pattern[str]] = field(default_factory=list, compare=False, repr=False)
    _seen: dict[str, date | None] = field(default_factory=dict, compare=False, repr=False)

    def read(self, text: str) -> date | None:
        """The day in a cell; `None` where the cell says that it is unknown.

        Refuses: what is no day in any of the forms, and years outside 1900 to 2100.
        """
        if text in self._seen:
            return self._seen[text]
        written = text.translate(_DASHES).strip()
        day = None if written.lower() in self.unknown else self._read(written)
        self._seen[text] = day
        return day

    def _read(self, written: str) -> date:
        if not self._patterns:
            self._patterns.extend(_pattern(form) for form in self.formats)
        for pattern in self._patterns:
            found = pattern.match(written)
            day = None if found is None else self._day(found.groupdict())
            if day is not None:
                return day
        raise CellError(
            "bad_date",
            f"{written[:SHOWN_MAX]!r} is not a day",
            f"days here are written like {', '.join(map(_example, self.formats))}",
        )

    def _day(self, parts: Mapping[str, str]) -> date | None:
        month = parts.get("month")
        if month is None:
            name = parts.get("name", "").lower()
            number = self.months.get(name) or _MONTHS.get(name)
        else:
            number = int(month)
        year = int(parts["year"]) if "year" in parts else 2000 + int(parts["short_year"])
        if number is None or year not in YEARS:
            return None
        try:
            return date(year, number, int(parts["day"]))
        except ValueError:
            return None


def _pattern(form: str) -> re.Pattern[str]:
    """The leading part that a form describes, as a regular expression."""
    pieces = re.split(r"(%[A-Za-z])", form)
    return re.compile("".join(_DATE_PARTS.get(piece, re.escape(piece)) for piece in pieces) + _TAIL)


def _example(form: str) -> str:
    """A day in a form, for a message."""
    return date(2021, 3, 4).strftime(form)

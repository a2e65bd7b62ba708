"""Amounts, fractions and days as the report writes them: the only place where they are rounded.

Minus signs are real ones, so that figures align and are read aloud as numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from trimtab.model.lots import Term

__all__ = [
    "Money",
    "bps",
    "day",
    "money_in",
    "percent",
    "points",
    "quantity",
    "signed",
    "term_word",
]

Number = Decimal | float
Money = Callable[[Number], str]

SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥"}
MINUS = "−"


def money_in(currency: str, digits: int = 0) -> Money:
    """A function that writes amounts of one currency, in whole units or with cents."""
    symbol = SYMBOLS.get(currency, f"{currency} ")

    def money(amount: Number) -> str:
        text = f"{abs(float(amount)):,.{digits}f}"
        is_zero = not text.strip("0.,")
        return f"{MINUS if amount < 0 and not is_zero else ''}{symbol}{text}"

    return money


def signed(text: str) -> str:
    """A figure with its plus sign where it is above zero."""
    return text if text.startswith(MINUS) or not text.strip("$€£¥0.,% ") else f"+{text}"


def percent(fraction: Number, digits: int = 1) -> str:
    """A fraction of one as a percentage."""
    return _with_minus(float(fraction) * 100, digits) + " %"


def points(fraction: Number) -> str:
    """A distance between two weights, in percentage points."""
    return f"{abs(float(fraction)) * 100:.1f} points"


def bps(fraction: Number) -> str:
    """A fraction of one in basis points."""
    return _with_minus(float(fraction) * 1e4, 0) + " bp"


def quantity(units: Decimal) -> str:
    """Units of an instrument without idle zeros."""
    text = f"{units:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def day(on: date) -> str:
    """A day as people write it; the month in letters, so that nobody mixes the order up."""
    return f"{on.day} {on:%b %Y}"


def term_word(term: Term | None) -> str:
    """The character of a gain."""
    return "term unknown" if term is None else f"{term.value}-term"


def _with_minus(number: float, digits: int) -> str:
    text = f"{abs(number):,.{digits}f}"
    return f"{MINUS if number < 0 and text.strip('0.,') else ''}{text}"

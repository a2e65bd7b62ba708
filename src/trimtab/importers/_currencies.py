"""Currencies as brokers write them: codes, signs, and the hundredths that London quotes in."""

from __future__ import annotations

import re
from decimal import Decimal

__all__ = ["code_of", "price_in"]

CENTS_PER_UNIT = {
    **dict.fromkeys(("GBX", "GBp", "pence", "p"), "GBP"),
    "ZAC": "ZAR",
    "ILA": "ILS",
}
_CODES = {"€": "EUR", "£": "GBP", "CAN": "CAD", "USA": "USD"}
_CODE = re.compile(r"pence|p$|[A-Za-z]{3}\b")
_PENCE = re.compile(r"\dp$")


def code_of(written: str) -> str:
    """The code of the currency that a cell names; empty where it names none."""
    if written in CENTS_PER_UNIT:
        return CENTS_PER_UNIT[written]
    code = _CODES.get(written.upper(), written.upper())
    return code if code.isalpha() else ""


def price_in(currency: str, price: Decimal, written: str, quoted: str, own: str) -> Decimal | None:
    """A price in the currency of its row; `None` where it is quoted in another one.

    `written` is the price's cell, `quoted` that of its currency, if any, and `own` the row's.
    """
    found = _CODE.match(quoted)
    code = found[0] if found else own
    if code in CENTS_PER_UNIT or _PENCE.search(written):
        price, code = price / 100, CENTS_PER_UNIT.get(code, currency)
    return price if not found or code_of(code) == currency else None

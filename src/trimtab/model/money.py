"""Exact amounts: `Decimal` arithmetic with one rounding rule, stated once.

Money is rounded to cents, half to even, only where money really moves (a fill, a tax line, a
basis split); everything in between stays exact.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal, InvalidOperation

from trimtab.model.errors import InputError

__all__ = ["CENT", "ZERO", "cents", "exact", "share_out", "step_down", "total"]

ZERO = Decimal(0)
CENT = Decimal("0.01")
DECIMAL_DIGITS_MAX = 24
SHOWN_MAX = 40  # characters of a refused number in a message
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")


def cents(amount: Decimal) -> Decimal:
    """The amount rounded to cents, half to even."""
    return amount.quantize(CENT, rounding=ROUND_HALF_EVEN)


def exact(text: object, subject: str = "number") -> Decimal:
    """The finite `Decimal` written in a text.

    Refuses: what is no number, NaN, infinity, more than `DECIMAL_DIGITS_MAX` digits, and commas
    that do not part thousands (`1,5` may be one and a half).
    """
    written = str(text).strip()
    if "," in written and not _THOUSANDS.fullmatch(written):
        remedy = "write the decimal point as a point, and thousands with commas or nothing"
        raise InputError(subject, f"{written!r} is not a number", remedy=remedy)
    try:
        number = Decimal(written.replace(",", "").replace("_", ""))
    except InvalidOperation:
        raise InputError(
            subject, f"{text!r} is not a number", remedy="write it like 1234.56"
        ) from None
    if not number.is_finite():
        raise InputError(
            subject, f"{text!r} is not a finite number", remedy="write it like 1234.56"
        )
    is_short = len(written) <= DECIMAL_DIGITS_MAX and "E" not in written and "e" not in written
    if not is_short and (
        number.adjusted() > DECIMAL_DIGITS_MAX or len(number.as_tuple().digits) > DECIMAL_DIGITS_MAX
    ):
        raise InputError(
            subject, f"{_short(text)} is too large", f"the limit is {DECIMAL_DIGITS_MAX} digits"
        )
    return number


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum, a `Decimal` also when there is nothing to add."""
    return sum(amounts, ZERO)


def _short(text: object) -> str:
    """A number as it was written, cut where it is endless."""
    written = str(text).strip()
    return written if len(written) <= SHOWN_MAX else f"{written[:SHOWN_MAX]}…"


def step_down(quantity: Decimal, step: Decimal) -> Decimal:
    """The largest multiple of `step` that is not above `quantity` (toward zero)."""
    return (quantity / step).to_integral_value(rounding=ROUND_DOWN) * step


def share_out(amount: Decimal, weights: Iterable[Decimal]) -> tuple[Decimal, ...]:
    """Split an amount in cents in proportion to weights so that the parts add up exactly.

    Every part is rounded on the running total, so no cent appears or vanishes.
    """
    parts: list[Decimal] = []
    shares = tuple(weights)
    whole, done, given = total(shares), ZERO, ZERO
    for share in shares:
        done += share
        upto = amount if done == whole else cents(amount * done / whole)
        parts.append(upto - given)
        given = upto
    return tuple(parts)

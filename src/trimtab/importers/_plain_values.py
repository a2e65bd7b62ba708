"""Numbers and days as programs write them for programs: read to the digit, or refused.

Nothing of what tables by people need is understood here, neither currency signs nor parentheses:
`$120` in such a file is damage.  OFX marks decimals with a point or a comma and groups nothing
(OFX 2.2, 3.2.9.2), yet files that group exist; Interactive Brokers writes a point, and commas
between thousands in old statements.

Errors: `CellError` with reason `bad_number` or `bad_date`, naming the field and quoting its text.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from trimtab.importers._values import DIGITS_MAX, INTEGER_DIGITS_MAX, SHOWN_MAX, YEARS, CellError

__all__ = ["bad_date", "day_of", "exact", "ofx_number"]

_SHORT = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,9})?")
_PLAIN = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,2})?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_REMEDY = "correct the line, or download the file again"


def exact(text: str, field: str) -> Decimal:
    """The number that a text with a decimal point writes; commas may group thousands.

    Refuses: all else, and more digits than any holding has.
    """
    if _SHORT.fullmatch(text):  # nearly all, and within every bound
        return Decimal(text)
    written = text.replace(",", "") if _GROUPED.fullmatch(text) else text
    if not _PLAIN.fullmatch(written):
        fact = f"{field} {text[:SHOWN_MAX]!r} is not a number"
        raise CellError("bad_number", fact, f"a plain one is meant, as in -120.00: {_REMEDY}")
    number = Decimal(written)
    shown = number.as_tuple()
    if (number and number.adjusted() >= INTEGER_DIGITS_MAX) or len(shown.digits) > DIGITS_MAX:
        raise CellError(
            "bad_number",
            f"{field} {text[:SHOWN_MAX]!r} is too large or too fine",
            f"at most {INTEGER_DIGITS_MAX} digits before the decimals and {DIGITS_MAX} in all",
        )
    if isinstance(shown.exponent, int) and shown.exponent > 0:
        return Decimal(format(number, "f"))
    return number


def ofx_number(text: str, field: str) -> Decimal:
    """The number that an OFX file writes: of point and comma, the last marks the decimals.

    Refuses: as `exact` does.
    """
    point, comma = text.rfind("."), text.rfind(",")
    if comma > point and text.count(",") == 1:  # 1234,56 and 1.234,56
        text = text[:comma].replace(".", ",") + "." + text[comma + 1 :]
    elif comma < 0 and text.count(".") > 1:  # 1.234.567
        text = text.replace(".", ",")
    return exact(text, field)


def day_of(year: str, month: str, day: str, text: str, field: str) -> date:
    """The day of three numbers, in this age.

    Refuses: what no calendar has; `text` is quoted.
    """
    try:
        found = date(int(year), int(month), int(day))
    except ValueError:
        raise bad_date(text, field) from None
    if found.year not in YEARS:
        raise bad_date(text, field)
    return found


def bad_date(text: str, field: str) -> CellError:
    """The refusal of a text that is no day."""
    fact = f"{field} {text[:SHOWN_MAX]!r} is not a day"
    return CellError("bad_date", fact, f"one is meant as in 20240131: {_REMEDY}")

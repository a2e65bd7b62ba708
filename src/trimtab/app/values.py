"""Numbers, days and words as people write them in files and on the command line.

Accepted: `1234.56`, `1,234.56`, `$1,234.56`, `60 %` for fractions, `2021-03-04` for days.
Everything else is refused rather than guessed: `1.234,56`, `(12.00)`, `03/04/2021`, NaN.
"""

import re
from datetime import date
from decimal import Decimal

from trimtab.model.errors import InputError
from trimtab.model.money import exact

__all__ = ["read_day", "read_fraction", "read_number", "read_word"]

WORD_LENGTH_MAX = 60

_GROUPED = re.compile(r"[+-]?\$?\d{1,3}(,\d{3})+(\.\d*)?", re.ASCII)
_PLAIN = re.compile(r"[+-]?\$?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_DASHES = {"−": "a minus sign (U+2212)", "–": "a dash (U+2013)", "—": "a dash (U+2014)"}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def read_number(text: str, subject: str) -> Decimal:
    """The number written in a text; a dollar sign and thousands commas are fine.

    Refuses: anything else, naming how to write it.
    """
    written = text.strip()
    if _GROUPED.fullmatch(written) or _PLAIN.fullmatch(written):
        return exact(written.replace("$", ""), subject)
    remedy = "write it like 1234.56"
    if written.startswith("(") and written.endswith(")"):
        remedy = f"write a negative amount with a minus sign, like -{written[1:-1] or '12.00'}"
    elif re.fullmatch(r"[+-]?[\d.]+,\d{1,2}", written):
        remedy = "write the decimal point as a point, and thousands with commas or nothing"
    elif written.endswith("%"):
        remedy = "a percentage is not expected here"
    elif written.lower().lstrip("+-") in ("nan", "inf", "infinity", "#n/a", "n/a"):
        remedy = "give a finite number"
    elif _DASHES.keys() & set(written):
        remedy = f"it holds {_named(written)}; write a minus as '-'"
    elif re.fullmatch(r"[+-]?\$?[\d.]+[kKmM]", written):
        remedy = "write it out, like 20000"
    raise InputError(subject, f"{written!r} is not a number", remedy=remedy)


def _named(written: str) -> str:
    """The dash in a text, by its name."""
    return next(name for sign, name in _DASHES.items() if sign in written)


def read_fraction(text: str, subject: str) -> Decimal:
    """A fraction of one, written as `0.6` or `60 %`.

    Refuses: what is neither.
    """
    written = text.strip()
    if written.endswith("%"):
        return read_number(written[:-1], subject) / 100
    return read_number(written, subject)


def read_day(text: str, subject: str) -> date:
    """The day written as year-month-day.

    Refuses: other orders (they are ambiguous), and days that no calendar has.
    """
    written = text.strip()
    try:
        if not _DAY.fullmatch(written):
            raise ValueError(written)
        return date.fromisoformat(written)
    except ValueError:
        raise InputError(
            subject,
            f"{written!r} is not a day",
            "days are written year-month-day, as 2021-03-04",
            "rewrite it so; a day like 03/04/2021 could be March or April",
        ) from None


def read_word(text: str, subject: str) -> str:
    """A name for an account, instrument or target.

    Refuses: an empty or overlong name, control characters, and blanks at either end.
    """
    if not text.strip():
        raise InputError(subject, "it is empty", remedy="give it a name")
    if len(text) > WORD_LENGTH_MAX:
        raise InputError(
            subject,
            f"{text[:20] + '…'!r} has {len(text)} characters",
            f"the limit is {WORD_LENGTH_MAX}",
            "give it a shorter name",
        )
    if text != text.strip() or not text.isprintable():
        raise InputError(
            subject,
            f"{text!r} has blanks at its ends or invisible characters",
            remedy=f"write {text.strip()!r}",
        )
    return text

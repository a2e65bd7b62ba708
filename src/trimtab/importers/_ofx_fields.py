"""The values of a row of an OFX file: numbers, days, currency, account.

Errors: `CellError` for a value that cannot be read.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import lru_cache

from trimtab.importers._ofx_stream import OfxRow
from trimtab.importers._plain_values import bad_date, day_of, ofx_number

__all__ = ["account_of", "currency_of", "number_of", "ofx_day"]

_DAY = re.compile(r"([0-9]{4})-?([0-9]{2})-?([0-9]{2})(?:[^0-9].*|[0-9]{2,}.*)?", re.DOTALL)
_CURRENCY = re.compile(r"[A-Z]{3}")


@lru_cache(maxsize=4096)  # a statement names few days, often
def ofx_day(text: str, field: str) -> date | None:
    """The day of an OFX time (YYYYMMDD, a time of day and zone may follow); `None` if empty.

    Refuses: what is no day.
    """
    if not text:
        return None
    found = _DAY.fullmatch(text)
    if found is None:
        raise bad_date(text, field)
    return day_of(found[1], found[2], found[3], text, field)


def account_of(row: OfxRow) -> str:
    """The account that a row stands in, empty where none was named."""
    return row.place.account.id if row.place.account else ""


def currency_of(row: OfxRow) -> str:
    """The currency of a row's amounts; those under ORIGCURRENCY are converted already."""
    own = row.get("CURSYM").upper()
    return own if _CURRENCY.fullmatch(own) else row.place.currency.upper()


def number_of(row: OfxRow, field: str) -> Decimal | None:
    """The number of a value, `None` where it is empty or missing."""
    text = row.get(field)
    return ofx_number(text, field) if text else None

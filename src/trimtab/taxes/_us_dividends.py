"""Whether a dividend is qualified: the holding period around the ex-dividend date.

A dividend is taxed at long-term rates only if the share was held for more than 60 days of the 121
that begin 60 days before the ex-date.  Selling inside that window turns it into ordinary income.
Source: 26 USC 1(h)(11)(B)(iii), 246(c)(3).
"""

from __future__ import annotations

from datetime import date, timedelta

__all__ = ["days_held_in_window", "first_sale_that_keeps_it", "is_qualified"]

DAYS_BEFORE_EX_DATE = 60
WINDOW_DAYS = 121
DAYS_HELD_MIN = 61


def days_held_in_window(acquired: date, sold: date | None, ex_date: date) -> int:
    """Days of the 121-day window on which the share was held.

    The day of disposition counts, the day of acquisition does not; `None` means still held at the
    window's end.
    Source: 26 USC 246(c)(3)(A).
    """
    opens = ex_date - timedelta(DAYS_BEFORE_EX_DATE)
    closes = opens + timedelta(WINDOW_DAYS - 1)
    first = max(opens, acquired + timedelta(1))
    last = closes if sold is None else min(closes, sold)
    return max(0, (last - first).days + 1)


def is_qualified(acquired: date, sold: date | None, ex_date: date) -> bool:
    """Whether the holding period is met; without a sale, whether it will be if held on."""
    if acquired >= ex_date:
        return False  # bought on or after the ex-date: the dividend went to the seller
    return days_held_in_window(acquired, sold, ex_date) >= DAYS_HELD_MIN


def first_sale_that_keeps_it(acquired: date, ex_date: date) -> date:
    """The earliest day of sale on which the dividend is qualified."""
    opens = ex_date - timedelta(DAYS_BEFORE_EX_DATE)
    return max(opens, acquired + timedelta(1)) + timedelta(DAYS_HELD_MIN - 1)

"""Estimated tax of the United States: four payments a year, safe by the tax of the year before.

The rule is the plain one that needs no forecast: together the payments are all of last year's tax
on the investments, or 110 % of it for a household of high income, a quarter on each due day.  Tax
on other income counts as withheld at its source.  Not used: the two other ways out of a penalty, 90
% of the current year's tax and the annualised income of Schedule AI, which ask for foresight or for
monthly accounts; and penalties themselves, which this rule never meets.

Errors: none of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

from trimtab.model.money import ZERO, cents, share_out
from trimtab.model.taxes import FilingStatus, Instalment

__all__ = ["quarterly", "return_day", "safe_harbour"]

HIGH_INCOME = Decimal(150_000)
HIGH_INCOME_SEPARATE = Decimal(75_000)
HIGH_INCOME_SHARE = Decimal("1.10")
"""26 USC 6654(d)(1)(C)(i) and (ii)."""

DUE_DAYS = ((0, 4, 15), (0, 6, 15), (0, 9, 15), (1, 1, 15))
"""Years after the tax year's, month and day: 26 USC 6654(c)(2)."""


def safe_harbour(prior_tax: Decimal, prior_agi: Decimal | None, status: FilingStatus) -> Decimal:
    """The year's payments that keep any penalty away, whatever the year brings.

    Unit: dollars, zero where last year's tax was none; `prior_agi` is last year's, `None` where it
    is not known, which counts as not high.
    Source: 26 USC 6654(d)(1)(B)(ii) and (C).
    """
    if prior_tax <= 0:
        return ZERO
    bound = HIGH_INCOME_SEPARATE if status is FilingStatus.SEPARATE else HIGH_INCOME
    is_high = prior_agi is not None and prior_agi > bound
    return cents(prior_tax * HIGH_INCOME_SHARE) if is_high else prior_tax


def quarterly(
    year: int, required: Decimal, business_day: Callable[[date], date]
) -> tuple[Instalment, ...]:
    """A quarter of a year's payments on each due day, to the cent together; none of nothing.

    Source: 26 USC 6654(c)(2), (d)(1)(A); 7503 where a due day is no business day.
    """
    if required <= 0:
        return ()
    days = [business_day(date(year + later, month, day)) for later, month, day in DUE_DAYS]
    parts = share_out(required, [Decimal(1)] * len(days))
    return tuple(Instalment(day, part) for day, part in zip(days, parts, strict=True))


def return_day(year: int, business_day: Callable[[date], date]) -> date:
    """The day on which a year's return is due, and with it what is left to pay or to get back.

    Source: 26 USC 6072(a), 6151(a), 7503.
    """
    return business_day(date(year + 1, 4, 15))

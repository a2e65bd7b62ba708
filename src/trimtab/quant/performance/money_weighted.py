"""The money-weighted return: the yearly rate at which what went in becomes what came out.

Unlike the time-weighted return it counts when the owner paid in and drew out.  It is a root of a
present value that may have no root or several; then there is no such return, and this says so
instead of naming one of them.

Errors: flows without a rate, with several rates, or with one outside `RATE_MIN` … `RATE_MAX` are
`InputError`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.quant.performance._series import (
    DAYS_A_YEAR,
    Floats,
    closing_dates,
    matching,
    series,
)

__all__ = ["MoneyWeightedReturn", "internal_rate", "money_weighted_return"]

RATE_MIN, RATE_MAX = -0.9999, 1e4
"""Yearly rates between which a root is looked for."""
GRID = 400
"""Rates tried for a change of sign, evenly spaced in log growth: about 4.6 % apart."""
HALVINGS = 80
"""Bisections of one interval: beyond the 53 bits of a float."""


@dataclass(frozen=True, slots=True)
class MoneyWeightedReturn:
    """The yearly rate on the owner's money, and what it comes to over the whole time.

    Unit: fractions; `annualised` a year of 365 days.
    """

    annualised: float
    cumulative: float
    years: float


def internal_rate(paid: npt.ArrayLike, dates: npt.ArrayLike) -> float:
    """The yearly rate at which dated payments are worth nothing today (XIRR).

    Shape: `paid` (N,), `dates` (N,) ascending, several of one day allowed.
    Unit: money as the owner sees it: paid in negative, received positive; a year has 365 days.
    Refuses: payments all of one sign, and payments with no rate or several.
    Source: Excel, XIRR; Norstrøm (1972) on when the root is unique.
    """
    amounts = series(paid, "payments", 2)
    days = np.asarray(dates, dtype="datetime64[D]")
    if days.shape != amounts.shape:
        raise InputError("dates", f"{days.size} days", f"there are {amounts.size} payments")
    years = (days - days.min()).astype(np.float64) / DAYS_A_YEAR
    if amounts.max() <= 0 or amounts.min() >= 0:
        _refuse_one_sign(amounts)
    grid = np.linspace(np.log1p(RATE_MIN), np.log1p(RATE_MAX), GRID)
    worth = np.array([_present_value(amounts, years, at) for at in grid])
    crossings = np.flatnonzero((worth[:-1] < 0) != (worth[1:] < 0))
    if crossings.size != 1:
        _refuse_roots(grid[crossings])
    low, high = float(grid[crossings[0]]), float(grid[crossings[0] + 1])
    return float(np.expm1(_bisected(amounts, years, low, high)))


def money_weighted_return(
    value: npt.ArrayLike, flow: npt.ArrayLike, dates: npt.ArrayLike
) -> MoneyWeightedReturn:
    """The rate at which the first value and all flows grew to the last value.

    Shape: `value`, `flow`, `dates` (T+1,): one close a day; the first flow is in the first value.
    Unit: money, a deposit positive; flows count at the close of their day.
    Refuses: what `internal_rate` refuses, such as a portfolio that lost everything.
    Source: CFA Institute, GIPS Standards (2020), money-weighted returns.
    """
    closes = series(value, "value", 2)
    moved = matching(flow, "flow", closes, "value")
    days = closing_dates(dates, len(closes) - 1)
    payments = -moved
    payments[0] = -closes[0]
    payments[-1] += closes[-1]
    used = payments != 0.0
    used[[0, -1]] = True
    rate = internal_rate(payments[used], days[used])
    years = float((days[-1] - days[0]).astype(np.int64)) / DAYS_A_YEAR
    return MoneyWeightedReturn(rate, float((1.0 + rate) ** years - 1.0), years)


def _present_value(amounts: Floats, years: Floats, log_growth: float) -> float:
    return float(amounts @ np.exp(-log_growth * years))


def _bisected(amounts: Floats, years: Floats, low: float, high: float) -> float:
    """The root between two log growths whose present values differ in sign."""
    negative = _present_value(amounts, years, low) < 0
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if (_present_value(amounts, years, middle) < 0) == negative:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def _refuse_one_sign(amounts: Floats) -> NoReturn:
    went = "paid in and nothing received" if amounts.min() < 0 else "received and nothing paid in"
    total = float(np.abs(amounts).sum())
    raise InputError(
        "payments",
        f"{total:,.2f} {went}",
        "a rate of return needs both",
        "add the closing value as received, the opening value as paid in",
    )


def _refuse_roots(roots: Floats) -> NoReturn:
    if roots.size == 0:
        raise InputError(
            "payments",
            f"no yearly rate between {RATE_MIN:.2%} and {RATE_MAX:.0%} balances them",
            "then there is no money-weighted return",
            "use the time-weighted return",
        )
    near = ", ".join(f"{np.expm1(root):.1%}" for root in roots)
    raise InputError(
        "payments",
        f"{roots.size} yearly rates balance them, near {near}",
        "a return is one number",
        "use the time-weighted return, or a span with fewer withdrawals and deposits",
    )

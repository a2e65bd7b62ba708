"""A large order parted over a session: evenly, or as Almgren and Chriss weigh impact against risk.

Rounding, to the nearest step, is on the running total, so that the parts add up exactly.

Errors: those of `quant.control.almgren_chriss` for a market that cannot be.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from trimtab.model.errors import must
from trimtab.model.money import ZERO
from trimtab.quant.control.almgren_chriss import Execution, solve_execution

__all__ = ["Schedule", "Urgency", "slice_quantities"]


class Schedule(StrEnum):
    """How a large order is spread."""

    EVEN = "even"
    """The same in every part (TWAP)."""
    ALMGREN_CHRISS = "almgren_chriss"
    """More at first, the more so the more the price may move."""


@dataclass(frozen=True, slots=True)
class Urgency:
    """What the schedule weighs.

    Unit: `price` money a unit; `half_spread` and `volatility` (of a day's return) fractions of it;
    `daily_volume` units a day; `risk_aversion` per unit of money.
    """

    price: float
    half_spread: float
    volatility: float | None
    daily_volume: float
    risk_aversion: float


def slice_quantities(
    quantity: Decimal, count: int, step: Decimal, schedule: Schedule, urgency: Urgency
) -> tuple[Decimal, ...]:
    """The quantities of so many parts, in steps; they add up to the whole.

    Without a volatility there is nothing to weigh, and the parts are even.
    """
    must(count >= 1, "an order has at least one part")
    shares = [(number + 1) / count for number in range(count)]
    if schedule is Schedule.ALMGREN_CHRISS and urgency.volatility:
        shares = _shares_sold(quantity, count, urgency, urgency.volatility)
    parts, done = [], ZERO
    for share in shares[:-1]:
        upto = (quantity * Decimal(share) / step).to_integral_value() * step
        parts.append(upto - done)
        done = upto
    return (*parts, quantity - done)


def _shares_sold(quantity: Decimal, count: int, urgency: Urgency, volatility: float) -> list[float]:
    """The share of the order done after each part, over one day.

    The temporary impact is linear: to trade at the pace of the whole day's volume moves the price
    by a day's volatility.
    """
    money = volatility * urgency.price
    answer = solve_execution(
        Execution(
            quantity=float(quantity),
            horizon=1.0,
            periods=count,
            volatility=money,
            half_spread=urgency.half_spread * urgency.price,
            permanent_impact=0.0,
            temporary_impact=money / urgency.daily_volume,
            risk_aversion=urgency.risk_aversion,
        )
    )
    return [1.0 - float(left) / float(quantity) for left in answer.holdings[1:]]

"""What trading cost, by kind: implementation shortfall against prices at the decision.

The paper portfolio trades all that was decided, at once, at the price seen when deciding, for
nothing.  The real one waits, pays the spread, moves the price, pays fees, and leaves part undone.
The difference of their gains is the shortfall, and its five parts add up to it exactly.

Errors: columns of different length, prices that are not positive, negative quantities and sides
other than +1 and −1 are `InputError`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError
from trimtab.quant.performance._series import Floats, Ints, matching, series

__all__ = ["AnnualCost", "Orders", "Shortfall", "annual_cost", "implementation_shortfall"]


@dataclass(frozen=True, slots=True)
class Orders:
    """Orders as decided and as they ended, one row each; several fills of one are averaged.

    Shape: (N,) each.
    Unit: prices in money a unit; quantities in units, not negative; `side` +1 buys, −1 sells;
    `fees` money an order.  `arrival_price` is the mid when the order reached the market, equal to
    `decision_price` where nothing is known of a wait.  `half_spread` is money a unit, zero where
    it is not told apart from impact.  `fill_price` counts only where something filled,
    `closing_price` (of the last day on which the order was open) only where something did not.
    """

    side: Ints
    decision_price: Floats
    arrival_price: Floats
    fill_price: Floats
    closing_price: Floats
    half_spread: Floats
    filled: Floats
    unfilled: Floats
    fees: Floats

    def __post_init__(self) -> None:
        like = series(self.decision_price, "decision_price", 0)
        for column in fields(self):
            values = matching(getattr(self, column.name), column.name, like, "decision_price")
            if values.size and column.name.endswith("price") and values.min() <= 0:
                row = int(np.argmin(values))
                raise InputError(
                    column.name, f"{values[row]:.6g} in row {row}", "a price is positive"
                )
            if column.name in ("half_spread", "filled", "unfilled") and (values < 0).any():
                row = int(np.argmin(values))
                raise InputError(
                    column.name, f"{values[row]:.6g} in row {row}", "it is not negative"
                )
        if not np.isin(self.side, (-1, 1)).all():
            raise InputError("side", f"{np.unique(self.side)}", "+1 buys and −1 sells")


@dataclass(frozen=True, slots=True)
class Shortfall:
    """Implementation shortfall in its five parts, one row an order; positive is a cost.

    Shape: (N,) each.
    Unit: money.  `paper_value` is what was decided, at decision prices.
    """

    delay: Floats
    """The price went away between the decision and the market."""
    spread: Floats
    """Half the distance between bid and ask on what filled."""
    impact: Floats
    """The rest of fill − arrival: our own trade moved the price, or it moved while we traded."""
    commission: Floats
    """Fees and commissions."""
    opportunity: Floats
    """What was not filled, from the decision to the close."""
    paper_value: Floats

    @property
    def by_order(self) -> Floats:
        """The whole shortfall of each order."""
        return self.delay + self.spread + self.impact + self.commission + self.opportunity

    @property
    def total(self) -> float:
        """The shortfall of all orders, money."""
        return float(self.by_order.sum())

    @property
    def fraction(self) -> float:
        """The shortfall over the value that was decided; 0.001 is 10 bps; zero without orders."""
        decided = float(self.paper_value.sum())
        return self.total / decided if decided else 0.0


def implementation_shortfall(orders: Orders) -> Shortfall:
    """The gain of the paper portfolio minus the real one's, by what caused it.

    Source: Perold (1988), Journal of Portfolio Management 14(3); Wagner and Edwards (1993),
    Financial Analysts Journal 49(1), for the delay.
    """
    side, filled = orders.side.astype(np.float64), orders.filled
    spread = filled * orders.half_spread
    market = filled * side * (orders.fill_price - orders.arrival_price)
    return Shortfall(
        delay=filled * side * (orders.arrival_price - orders.decision_price),
        spread=spread,
        impact=market - spread,
        commission=orders.fees.copy(),
        opportunity=orders.unfilled * side * (orders.closing_price - orders.decision_price),
        paper_value=(filled + orders.unfilled) * orders.decision_price,
    )


@dataclass(frozen=True, slots=True)
class AnnualCost:
    """What trading cost a year, by kind.

    Unit: fractions of average value a year.
    """

    delay: float
    spread: float
    impact: float
    commission: float
    opportunity: float

    @property
    def total(self) -> float:
        """All kinds together."""
        return self.delay + self.spread + self.impact + self.commission + self.opportunity

    @property
    def paid(self) -> float:
        """What left the account: spread, impact and commission, without prices that moved away."""
        return self.spread + self.impact + self.commission


def annual_cost(shortfall: Shortfall, value: npt.ArrayLike, years: float) -> AnnualCost:
    """Cost by kind as a fraction of the average value, a year.

    Shape: `value` (T,), the daily values that are averaged.
    Refuses: an average value or a time that is not positive.
    """
    worth = float(series(value, "value").mean())
    if worth <= 0 or years <= 0:
        raise InputError(
            "cost", f"average value {worth:,.2f} over {years:.6g} years", "both must be positive"
        )
    scale = 1.0 / (worth * years)
    return AnnualCost(
        delay=float(shortfall.delay.sum() * scale),
        spread=float(shortfall.spread.sum() * scale),
        impact=float(shortfall.impact.sum() * scale),
        commission=float(shortfall.commission.sum() * scale),
        opportunity=float(shortfall.opportunity.sum() * scale),
    )

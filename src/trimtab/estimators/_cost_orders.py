"""Orders as a model of trading cost sees them, and which fills it can learn from.

Errors: `InputError` for figures that no fill can have, with how many there are and the first.
"""

from dataclasses import replace
from datetime import date

import numpy as np

from trimtab.estimators._base import Fills, Flags, Floats, Orders
from trimtab.model.errors import InputError

__all__ = ["FEATURES", "IMPACT", "TOLERANCE", "check_fills", "expected_cost", "features"]

IMPACT = 0.1
"""The square-root law's coefficient, as `[costs] impact` has it by default: a unit, no estimate."""
COST_MAX = 0.5
"""A cost of more than half the traded value is a mistake in the data."""
FEATURES = ("half_spread", "volatility", "participation", "day_fraction", "distance", "is_buy")
TOLERANCE = np.array([0.0, 0.0, 0.0, 0.02, 0.02, 0.0])
"""How far beyond the fills of its training a feature may lie and count as seen: the opening of a
session, where the earliest fill was made a little later."""


def expected_cost(orders: Orders) -> Floats:
    """What the square-root law expects, the unit in which costs are learned.

    Unit: fraction of the traded value.
    """
    law: Floats = orders.half_spread + IMPACT * orders.volatility * np.sqrt(orders.participation)
    return law


def features(orders: Orders) -> Floats:
    """The columns `FEATURES`; `distance` is that from the middle of the session.

    Shape: orders × features.
    """
    columns = (
        orders.half_spread,
        orders.volatility,
        orders.participation,
        orders.day_fraction,
        np.abs(orders.day_fraction - 0.5),
        orders.is_buy.astype(np.float64),
    )
    return np.column_stack(columns)


def check_fills(fills: Fills, as_of: date) -> Fills:
    """The fills up to a day, in their order of time.

    Refuses: figures that no fill can have.
    """
    for name, wrong in _impossible(fills).items():
        if wrong.any():
            first = int(np.flatnonzero(wrong)[0])
            raise InputError(
                f"{name} of {int(wrong.sum())} fills",
                f"the first stands in row {first + 1}, of {fills.on[first]}",
                BOUNDS[name],
                "mend or remove them",
            )
    order = sorted(range(len(fills.on)), key=lambda at: fills.on[at])
    kept = [at for at in order if fills.on[at] <= as_of]
    orders = fills.orders
    chosen = Orders(
        orders.half_spread[kept],
        orders.volatility[kept],
        orders.participation[kept],
        orders.day_fraction[kept],
        orders.is_buy[kept],
    )
    return replace(
        fills, on=tuple(fills.on[at] for at in kept), orders=chosen, cost=fills.cost[kept]
    )


BOUNDS = {
    "half_spread": "it must be above zero and below one",
    "volatility": "it must be above zero",
    "participation": "it must be above zero: the order's value over the value traded a day",
    "day_fraction": "it must be between 0 and 1",
    "cost": f"it must be a number between −{COST_MAX} and {COST_MAX}",
}


def _impossible(fills: Fills) -> dict[str, Flags]:
    """Which rows have an impossible figure, by column; `nan` is one."""
    orders = fills.orders
    return {
        "half_spread": ~((orders.half_spread > 0.0) & (orders.half_spread < 1.0)),
        "volatility": ~((orders.volatility > 0.0) & np.isfinite(orders.volatility)),
        "participation": ~((orders.participation > 0.0) & np.isfinite(orders.participation)),
        "day_fraction": ~((orders.day_fraction >= 0.0) & (orders.day_fraction <= 1.0)),
        "cost": ~(np.abs(fills.cost) <= COST_MAX),
    }

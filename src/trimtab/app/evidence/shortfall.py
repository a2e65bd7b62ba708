"""Implementation shortfall of a run: what its orders cost against the prices decided on.

Errors: `InvariantError` for a record of a cancelled order that has no closing price.
"""

from __future__ import annotations

from decimal import Decimal

import numpy as np

from trimtab.drivers.backtest.results import FillRecord
from trimtab.model.errors import must
from trimtab.model.snapshots import Side
from trimtab.quant.performance.trading import Orders, Shortfall, implementation_shortfall

__all__ = ["shortfall_of"]


def shortfall_of(fills: tuple[FillRecord, ...]) -> Shortfall:
    """The shortfall of what each session filled or cancelled of an order, in its five parts.

    The price of a fill is the market's, before our own spread and impact: it is the arrival price,
    and what the order cost is added to it.
    """
    filled = np.array([float(fill.quantity) for fill in fills])
    side = np.array([1 if fill.side is Side.BUY else -1 for fill in fills], dtype=np.int64)
    arrival = np.array([float(fill.price) for fill in fills])
    units = np.where(filled > 0, filled, 1.0)
    spread = np.array([float(fill.spread) for fill in fills]) / units
    impact = np.array([float(fill.impact) for fill in fills]) / units
    orders = Orders(
        side=side,
        decision_price=np.array([float(fill.decision_price) for fill in fills]),
        arrival_price=arrival,
        fill_price=arrival + side * (spread + impact),
        closing_price=np.array([float(_closing_price(fill)) for fill in fills]),
        half_spread=spread,
        filled=filled,
        unfilled=np.array([float(fill.cancelled) for fill in fills]),
        fees=np.array([float(fill.commission) for fill in fills]),
    )
    return implementation_shortfall(orders)


def _closing_price(fill: FillRecord) -> Decimal:
    """The close on which an order ended; where nothing was cancelled it counts for nothing."""
    if fill.closing_price is None:
        must(not fill.cancelled, "what was cancelled of an order has the close of its day")
        return fill.price
    return fill.closing_price

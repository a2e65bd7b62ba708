"""What a set of trades costs: half-spreads, square-root impact, commissions and tax.

Errors: arrays that do not fit, negative trades or rates that are not finite, as `InputError`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trimtab.model.errors import InputError

__all__ = ["RebalancingCost", "rebalancing_cost"]


@dataclass(frozen=True, slots=True)
class RebalancingCost:
    """A rebalance's cost by kind, in dollars."""

    spread: float
    impact: float
    commission: float
    tax: float

    @property
    def total(self) -> float:
        """All kinds together."""
        return self.spread + self.impact + self.commission + self.tax


def rebalancing_cost(
    trades: npt.ArrayLike,
    half_spread: npt.ArrayLike,
    *,
    daily_volatility: npt.ArrayLike = 0.0,
    daily_volume: npt.ArrayLike = np.inf,
    impact: float = 0.1,
    commission: float = 0.0,
    gains: npt.ArrayLike = 0.0,
    tax_rate: npt.ArrayLike = 0.0,
) -> RebalancingCost:
    """What trading costs before it is done.

    Shape: `trades` (n,), signed dollars; the others broadcast to it.  `gains` are what the sales
    realise, signed, each at its `tax_rate`; a loss at a rate counts as a saving.
    Unit: dollars, `half_spread` fraction of price, `daily_volume` dollars, `commission` per order.
    Impact is coefficient × daily volatility × √(trade / daily volume) × trade.
    Refuses: NaN, infinite trades, negative spreads or volumes.
    Source: square-root impact, Almgren, Thum, Hauptmann and Li (2005); Gatheral (2010).
    """
    traded = np.abs(np.asarray(trades, dtype=np.float64))
    try:
        spread, volatility, volume, gained, rate = (
            np.broadcast_to(np.asarray(given, dtype=np.float64), traded.shape)
            for given in (half_spread, daily_volatility, daily_volume, gains, tax_rate)
        )
    except ValueError:
        raise InputError(
            "rebalancing cost",
            f"the arrays do not fit the {traded.shape} trades",
            remedy="give one number, or one for each trade",
        ) from None
    for name, given in (("trades", traded), ("half_spread", spread), ("gains", gained)):
        if not np.isfinite(given).all():
            raise InputError(name, "holds NaN or infinity", remedy="leave such trades out")
    if (spread < 0).any() or (volume <= 0).any() or (volatility < 0).any():
        raise InputError("rebalancing cost", "a spread, volatility or volume is negative")
    return RebalancingCost(
        spread=float((spread * traded).sum()),
        impact=float((impact * volatility * traded**1.5 / np.sqrt(volume)).sum()),
        commission=commission * int((traded > 0).sum()),
        tax=float((gained * rate).sum()),
    )

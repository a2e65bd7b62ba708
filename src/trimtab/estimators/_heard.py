"""What a model that listens is told of a household's market, from its closes and its orders.

One instrument stands for each target, its first; the sessions on which all of them have a return
are heard.  What orders cost lately comes in by reviews, the latest last; where nothing is known of
a review, trading counts as usual in it.

Errors: `InputError` where too little is known to tell levels of volatility apart.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from trimtab.estimators._base import Floats
from trimtab.estimators._history import daily_returns
from trimtab.model.errors import InputError
from trimtab.model.estimates import HeardMarket
from trimtab.model.mandate import Mandate
from trimtab.model.snapshots import PriceHistory
from trimtab.quant.learned.hearing import market_signals
from trimtab.quant.worlds._base import HISTORY_MIN

__all__ = ["RecentCosts", "heard_market", "heard_returns"]

SUBJECT = "what is heard of the market"
REMEDY = "give a longer price history, or use a policy that does not listen"


@dataclass(frozen=True, slots=True)
class RecentCosts:
    """What trading cost at the latest reviews.

    Shape: `factors` (R,), cost ÷ the usual, the latest last, one where it is not known.
    Unit: `reviews` at how many of them it is known.
    """

    factors: Floats = field(default_factory=lambda: np.empty(0))
    reviews: int = 0


def heard_market(history: PriceHistory, mandate: Mandate, costs: RecentCosts) -> HeardMarket:
    """The signals of the last day of a history.

    Refuses: fewer than a year of sessions on which what moves has returns.
    """
    returns = heard_returns(history, mandate)
    storm, volatility, cost = market_signals(returns, costs.factors).tolist()
    factors = tuple(costs.factors.tolist())
    return HeardMarket(storm, volatility, cost, len(returns), factors, costs.reviews)


def heard_returns(history: PriceHistory, mandate: Mandate) -> Floats:
    """Log returns of the first instrument of each target, of those that move.

    Shape: (T, n), sessions on which all have one.
    Refuses: as `heard_market`.
    """
    closes = np.asarray(history.closes, dtype=np.float64)
    closes = closes.reshape(len(history.dates), len(history.instruments))
    column = {name: at for at, name in enumerate(history.instruments)}
    first = dict.fromkeys(target.instruments[0] for target in mandate.targets)
    chosen = [column[name] for name in first if name in column]
    returns = daily_returns(closes[:, chosen], log=True)
    present = np.isfinite(returns)
    moves = (present & (returns != 0.0)).any(axis=0) & (present.sum(axis=0) >= HISTORY_MIN)
    known = returns[:, moves]
    known = known[np.isfinite(known).all(axis=1)] if moves.any() else known[:0]
    if len(known) < HISTORY_MIN:
        most = int(present.sum(axis=0).max(initial=0))
        fact = f"{len(known)} sessions can be heard; the most returns of one instrument are {most}"
        raise InputError(SUBJECT, fact, f"at least {HISTORY_MIN}", REMEDY)
    return known

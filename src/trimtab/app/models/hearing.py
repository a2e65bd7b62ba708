"""Ears for a policy that listens: what is heard of the market on the day it is asked about.

Closes are those that every estimate rests on, up to the day.  What trading cost lately comes from
the household's own `fills.csv`, where there is one with enough orders; what it costs as a rule is
the mean over all of them.  A backtest counts trading as usual: its costs are its settings'.

Errors: none; what cannot be heard is a `Finding`, and the rule decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from trimtab.app.fills_file import Fill, read_fills
from trimtab.app.household import LoadedHousehold
from trimtab.cycle.flow import Estimator
from trimtab.cycle.requests import Observation
from trimtab.estimators._heard import RecentCosts, heard_market
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.estimates import Estimates, HeardMarket
from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import Mandate
from trimtab.model.snapshots import PriceHistory
from trimtab.policies._base import Policy
from trimtab.policies._listening import listens
from trimtab.policies.learned import Learned

__all__ = ["Ears", "ears_of", "recent_costs", "with_ears"]

FILLS_NAME = "fills.csv"
REVIEW_DAYS = 30
REVIEWS = 12
"""How many reviews are remembered: of what is older, one part in seventy is left."""
FILLS_MIN, REVIEW_FILLS_MIN = 20, 3
"""Orders from which the usual cost is known, and that of one review."""
FACTOR_MAX = 5.0
"""Times the usual, or a part of it, beyond which a review's cost is taken for chance in few orders;
storms of training are no dearer."""


@dataclass(frozen=True, slots=True)
class Ears:
    """A `Listener`: hears a market with what is known of trading costs."""

    costs: RecentCosts = field(default_factory=RecentCosts)

    def __call__(self, history: PriceHistory, mandate: Mandate) -> HeardMarket | Finding:
        """The signals of the last day of a history, or why there are none."""
        try:
            return heard_market(history, mandate, self.costs)
        except InputError as error:
            return Finding(
                "market_unheard", Severity.WARNING, error.subject, error.fact,
                bound=error.bound, remedy=error.remedy, clause="policy",
            )  # fmt: skip


def ears_of(policy: Policy, costs: RecentCosts | None = None) -> Ears | None:
    """Ears for a policy whose model listens, none for any other."""
    if not isinstance(policy, Learned) or policy.in_use is None:
        return None
    return Ears(costs or RecentCosts()) if listens(policy.in_use.model) else None


def with_ears(estimator: Estimator, policy: Policy, loaded: LoadedHousehold) -> Estimator:
    """The estimator that also says what is heard of the market; itself where nobody listens."""
    if ears_of(policy) is None:
        return estimator
    costs, notes = _costs_of(loaded)
    ears = Ears(costs)

    def listening(seen: Observation, mandate: Mandate) -> Estimates:
        made = estimator(seen, mandate)
        heard = ears(seen.history, mandate)
        if isinstance(heard, Finding):
            return replace(made, findings=(*made.findings, *notes, heard))
        return replace(made, findings=(*made.findings, *notes), heard=heard)

    return listening


def _costs_of(loaded: LoadedHousehold) -> tuple[RecentCosts, tuple[Finding, ...]]:
    """What the household's own orders cost up to its day, and what is wrong with their file."""
    path, snapshot = loaded.folder / FILLS_NAME, loaded.snapshot
    if not path.exists():
        return RecentCosts(), ()
    try:
        fills = read_fills(path, snapshot.instruments, snapshot.as_of)
    except (InputError, InputErrors) as error:
        told = f"they cannot be read, so that trading counts as usual: {error}"
        return RecentCosts(), (Finding("fills_unread", Severity.NOTE, FILLS_NAME, told),)
    known = [fill for fill in fills if fill.on <= snapshot.as_of]
    return recent_costs(known, snapshot.as_of), ()


def recent_costs(fills: Sequence[Fill], as_of: date) -> RecentCosts:
    """Cost ÷ the usual at each of the latest reviews, a month each, up to a day.

    A review of few orders counts as usual.
    """
    value = np.array([fill.value for fill in fills])
    cost = np.array([fill.cost for fill in fills]) * value
    if len(fills) < FILLS_MIN or not cost.sum() > 0.0:
        return RecentCosts()
    usual = float(cost.sum() / value.sum())
    ago = np.array([(as_of - fill.on).days // REVIEW_DAYS for fill in fills])
    factors, reviews = np.ones(REVIEWS), 0
    for place in range(REVIEWS):
        at = ago == REVIEWS - 1 - place
        if int(at.sum()) >= REVIEW_FILLS_MIN:
            ratio = float(cost[at].sum() / value[at].sum()) / usual
            factors[place] = min(max(ratio, 1.0 / FACTOR_MAX), FACTOR_MAX)
            reviews += 1
    return RecentCosts(factors, reviews) if reviews else RecentCosts()

"""Ranges over several positions: which part of the household's maximum each of them may have.

The solver bounds positions one by one, and a maximum over several (a tag, one instrument in two
accounts) is a bound on their sum.  It is therefore asked in rounds: first each may have the whole
of it; where together they then have more, it is shared out in proportion to what each wanted.
`bounds` shares it out in proportion to what is held where nobody says otherwise, which is the last
resort here too.

Errors: none of its own.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from trimtab.cycle.bounds import Shares, restricted
from trimtab.model.mandate import Mandate, Restriction, RestrictionKind
from trimtab.model.plans import Plan
from trimtab.model.snapshots import Side, Snapshot
from trimtab.quant.situation import Situation

__all__ = ["shares_as_wanted", "whole_shares"]

SLACK = 1e-6
"""How far a sum may pass its maximum, as a fraction of the household: rounding to whole units."""

Position = tuple[str, str]


def whole_shares(snapshot: Snapshot, mandate: Mandate, positions: tuple[Position, ...]) -> Shares:
    """The whole of each maximum for each position, where it covers several."""
    shares: dict[Restriction, dict[Position, float]] = {}
    for rule in mandate.restrictions:
        if rule.kind is not RestrictionKind.HOLD_RANGE or rule.maximum is None:
            continue
        covered = [place for place in positions if restricted(rule, *place, snapshot)]
        if len(covered) > 1:
            shares[rule] = dict.fromkeys(covered, 1.0)
    return shares


def shares_as_wanted(situation: Situation, plan: Plan, whole: Shares) -> Shares:
    """Each maximum in proportion to what the plan leaves; nothing where the plan keeps them all.

    What may not be sold comes first, and the others share what is left of the maximum.
    """
    problem, after = situation.problem, _after(situation, plan)
    stuck = np.where(problem.lot_sellable, 0.0, problem.lot_value)
    stuck = np.bincount(problem.lot_position, stuck, len(problem.position_account))
    least = np.maximum(np.minimum(problem.lower, problem.holdings()), stuck)
    floor = dict(zip(situation.index.positions, least.tolist(), strict=True))
    shares: dict[Restriction, dict[Position, float]] = {}
    broken = False
    for rule, places in whole.items():
        most = float(rule.maximum or 0) * problem.value
        free = {place: max(0.0, after[place] - floor[place]) for place in places}
        fixed, wanted = sum(floor[place] for place in places), sum(free.values())
        broken |= fixed + wanted > most + SLACK * problem.value
        if most > 0.0 and fixed + wanted > 0.0:
            part = max(0.0, most - fixed) / wanted if wanted > 0.0 else 0.0
            shares[rule] = {place: (floor[place] + part * free[place]) / most for place in places}
    return shares if broken else {}


def _after(situation: Situation, plan: Plan) -> dict[Position, float]:
    """Dollars per position once the plan is done."""
    held = dict(zip(situation.index.positions, situation.problem.holdings(), strict=True))
    after: dict[Position, float] = defaultdict(float, held)
    for trade in plan.trades:
        sign = 1.0 if trade.side is Side.BUY else -1.0
        after[trade.account, trade.instrument] += sign * float(trade.amount)
    return after

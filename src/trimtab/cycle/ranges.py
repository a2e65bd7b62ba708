"""Ranges over several positions: which part of the household's least and most falls to each.

The solver bounds positions one by one, and a range over several (a tag, one instrument in two
accounts) is a bound on their sum.  It is therefore asked in rounds: first each may have the whole
of the maximum and none has to have anything; where the sum is then out of its range, a maximum is
shared out in proportion to what each wanted, and a minimum as the nearest holdings have it that
every clause and every account's cash allow.  `bounds` shares out in proportion to what is held
where nobody says otherwise, which is the last resort here too.

Errors: none of its own.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from trimtab.cycle.bounds import Allowance, Shares, restricted
from trimtab.cycle.demands import demands_of
from trimtab.cycle.reach import Reach
from trimtab.model.mandate import Restriction, RestrictionKind
from trimtab.model.plans import Plan
from trimtab.model.snapshots import Side
from trimtab.quant.situation import Situation

__all__ = ["shares_as_wanted", "whole_shares"]

SLACK = 1e-6
"""How far a sum may pass its maximum, as a fraction of the household: rounding to whole units."""

Position = tuple[str, str]


def whole_shares(situation: Situation) -> Shares:
    """The whole of each maximum and nothing of each minimum, for ranges that cover several."""
    snapshot, mandate = situation.snapshot, situation.mandate
    value = situation.problem.value
    shares: dict[Restriction, dict[Position, Allowance]] = {}
    for rule in mandate.restrictions:
        if rule.kind is not RestrictionKind.HOLD_RANGE:
            continue
        covered = [p for p in situation.index.positions if restricted(rule, *p, snapshot)]
        if len(covered) > 1:
            most = np.inf if rule.maximum is None else float(rule.maximum) * value
            shares[rule] = dict.fromkeys(covered, Allowance(0.0, most))
    return shares


def shares_as_wanted(situation: Situation, plan: Plan, whole: Shares) -> Shares:
    """Each range in proportion to what the plan leaves; nothing where the plan keeps them all.

    What may not be sold comes first, and the others share what is left of the maximum.
    """
    after, value = _after(situation, plan), situation.problem.value
    sums = {rule: sum(after[place] for place in places) for rule, places in whole.items()}
    slack = SLACK * value
    too_much = any(
        sums[rule] > float(rule.maximum) * value + slack
        for rule in whole
        if rule.maximum is not None
    )
    too_little = any(sums[rule] < float(rule.minimum or 0) * value - slack for rule in whole)
    if not too_much and not too_little:
        return {}
    most = _most_each(situation, after, whole)
    least = _least_each(situation, after, whole) if too_little else {}
    return {
        rule: {
            place: Allowance(least.get((rule, place), 0.0), most[rule, place]) for place in places
        }
        for rule, places in whole.items()
    }


def _most_each(
    situation: Situation, after: dict[Position, float], whole: Shares
) -> dict[tuple[Restriction, Position], float]:
    """Each position's part of a maximum, in dollars."""
    problem = situation.problem
    stuck = np.where(problem.lot_sellable, 0.0, problem.lot_value)
    stuck = np.bincount(problem.lot_position, stuck, len(problem.position_account))
    kept = np.maximum(np.minimum(problem.lower, problem.holdings()), stuck)
    floor = dict(zip(situation.index.positions, kept.tolist(), strict=True))
    parts: dict[tuple[Restriction, Position], float] = {}
    for rule, places in whole.items():
        if rule.maximum is None:
            parts |= {(rule, place): np.inf for place in places}
            continue
        most = float(rule.maximum) * problem.value
        free = {place: max(0.0, after[place] - floor[place]) for place in places}
        fixed, wanted = sum(floor[place] for place in places), sum(free.values())
        part = max(0.0, most - fixed) / wanted if wanted > 0.0 else 0.0
        within = fixed + wanted <= most
        for place in places:
            parts[rule, place] = most if within else floor[place] + part * free[place]
    return parts


def _least_each(
    situation: Situation, after: dict[Position, float], whole: Shares
) -> dict[tuple[Restriction, Position], float]:
    """Each position's part of a minimum, in dollars: none where nothing meets every clause."""
    places = situation.index.positions
    wanted = np.array([after[place] for place in places])
    limits = ("limits.tax_budget", "limits.turnover_max")
    demands = [one for one in demands_of(situation) if one.clause not in limits]
    found = Reach(situation).nearest(demands, wanted)
    if found is None:
        return {}
    reached = dict(zip(places, np.maximum(found, 0.0).tolist(), strict=True))
    parts: dict[tuple[Restriction, Position], float] = {}
    for rule, covered in whole.items():
        total = sum(reached[place] for place in covered)
        if rule.minimum is not None and total > 0.0:
            part = min(1.0, float(rule.minimum) * situation.problem.value / total)
            parts |= {(rule, place): part * reached[place] for place in covered}
    return parts


def _after(situation: Situation, plan: Plan) -> dict[Position, float]:
    """Dollars per position once the plan is done."""
    held = dict(zip(situation.index.positions, situation.problem.holdings(), strict=True))
    after: dict[Position, float] = defaultdict(float, held)
    for trade in plan.trades:
        sign = 1.0 if trade.side is Side.BUY else -1.0
        after[trade.account, trade.instrument] += sign * float(trade.amount)
    return after

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
    """Each maximum in proportion to what the plan leaves; nothing where the plan keeps them all."""
    after = _after(situation, plan)
    shares: dict[Restriction, dict[Position, float]] = {}
    broken = False
    for rule, places in whole.items():
        total = sum(after[place] for place in places)
        most = float(rule.maximum or 0) * situation.problem.value
        broken |= total > most + SLACK * situation.problem.value
        if total > 0.0:
            shares[rule] = {place: after[place] / total for place in places}
    return shares if broken else {}


def _after(situation: Situation, plan: Plan) -> dict[Position, float]:
    """Dollars per position once the plan is done."""
    held = dict(zip(situation.index.positions, situation.problem.holdings(), strict=True))
    after: dict[Position, float] = defaultdict(float, held)
    for trade in plan.trades:
        sign = 1.0 if trade.side is Side.BUY else -1.0
        after[trade.account, trade.instrument] += sign * float(trade.amount)
    return after

"""Which clauses of the mandate cannot be met together, with numbers and a remedy.

A household that cannot be helped is an answer, and its answer must say what stands in the way.
Clauses are left out one by one as long as the rest still cannot be met: what remains is a set of
which every clause is needed for the conflict.  Where several such sets stand apart, each is named.

Errors: none of its own; a household without a conflict gives an empty answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from trimtab.cycle.bounds import restricted
from trimtab.cycle.demands import Demand, Easing, demands_of
from trimtab.cycle.reach import Reach
from trimtab.model.mandate import RestrictionKind
from trimtab.model.proposals import ClauseConflict, Proposal
from trimtab.quant.situation import Situation

__all__ = ["CONFLICTS_MAX", "clashing_clauses", "may_clash", "with_conflicts"]

CONFLICTS_MAX = 4
"""Conflicts named at most: who mends these meets the next."""

CENT = 0.01


def may_clash(situation: Situation) -> bool:
    """Whether ranges or screens may ask for what other clauses forbid, at a glance.

    Bounds on positions cannot say so: they give way to each other in silence.
    """
    problem, snapshot = situation.problem, situation.snapshot
    held, places = problem.holdings(), situation.index.positions
    rules = situation.mandate.restrictions
    covers = [np.array([restricted(r, *place, snapshot) for place in places]) for r in rules]
    kept = np.zeros(len(places), dtype=np.bool_)
    closed = np.zeros(len(places), dtype=np.bool_)
    for rule, covered in zip(rules, covers, strict=True):
        kept |= covered & (rule.kind is RestrictionKind.DO_NOT_SELL)
        closed |= covered & (rule.kind in (RestrictionKind.DO_NOT_BUY, RestrictionKind.NEVER_OWN))
    for rule, covered in zip(rules, covers, strict=True):
        if rule.kind is RestrictionKind.NEVER_OWN and (held[covered & kept] > CENT).any():
            return True
        here = float(held[covered].sum())
        if rule.minimum is not None and here < float(rule.minimum) * problem.value - CENT:
            return True
        if rule.maximum is not None:
            most = float(rule.maximum) * problem.value
            if float(held[covered & kept].sum()) > most + CENT:
                return True
        if rule.minimum is not None and (covered & closed & (held > 0.0)).any():
            return True
    return False


def clashing_clauses(
    situation: Situation, *, with_budgets: bool = True
) -> tuple[ClauseConflict, ...]:
    """Every smallest set of clauses that no trades meet together, up to a few.

    `with_budgets` counts turnover and tax, the latter at the rates of the first dollar: right where
    the solver found no answer, too strict where losses may still pay for the gains.
    """
    reach = Reach(situation)
    left = [
        demand
        for demand in demands_of(situation)
        if with_budgets or demand.clause not in ("limits.tax_budget", "limits.turnover_max")
    ]
    found: list[ClauseConflict] = []
    while len(found) < CONFLICTS_MAX and not reach.can_meet(left):
        clash = _smallest(reach, left)
        found.append(_told(reach, clash))
        if not clash:
            break
        left = [demand for demand in left if demand not in clash]
    return tuple(found)


def with_conflicts(proposal: Proposal, found: tuple[ClauseConflict, ...]) -> Proposal:
    """The proposal with these conflicts; with what the solver ran into where there are none."""
    if not found:
        return proposal
    return replace(proposal, conflicts=found, clause=found[0].clauses[0])


def _smallest(reach: Reach, demands: Sequence[Demand]) -> list[Demand]:
    """Demands of which each is needed for the conflict."""
    needed = list(demands)
    for demand in demands:
        without = [other for other in needed if other is not demand]
        if not reach.can_meet(without):
            needed = without
    return needed


def _told(reach: Reach, clash: Sequence[Demand]) -> ClauseConflict:
    """A conflict in words: what each clause says, and what would end it."""
    if not clash:
        return ClauseConflict(
            ("cash",), "an account is overdrawn and has nothing to sell", "pay money into it"
        )
    said = [f"{demand.clause} ({demand.words})" for demand in clash]
    together = "cannot be met" if len(clash) == 1 else "cannot be met together"
    remedies = [_remedy(reach, clash, demand) for demand in clash]
    clauses = tuple(dict.fromkeys(demand.clause for demand in clash))
    return ClauseConflict(
        clauses, f"{_joined(said, 'and')} {together}", _joined([r for r in remedies if r], "or")
    )


def _remedy(reach: Reach, clash: Sequence[Demand], demand: Demand) -> str:
    """What would make one clause give way far enough."""
    short = reach.shortfall(clash, demand)
    dollars = (short or 0.0) * reach.value
    match demand.easing:
        case Easing.DROP:
            return f"drop {demand.clause}"
        case Easing.NAME_IT:
            return "name it in a target"
        case Easing.WAIT:
            return "wait until the 30 days have passed"
        case _ if short is None:
            return ""
        case Easing.LOWER_FRACTION:
            return f"lower {demand.clause} to {_floor(demand.bound - short)}"
        case Easing.RAISE_FRACTION:
            return f"raise {demand.clause} to {_ceiling(demand.bound + short)}"
        case Easing.RAISE_AMOUNT:
            return f"raise {demand.clause} by ${np.ceil(dollars):,.0f}"
        case _:
            most = max(demand.bound - dollars, 0.0)
            verb = "keep" if demand.clause == "cash" else "withdraw"
            return f"{verb} at most ${np.floor(most):,.0f}"


def _floor(fraction: float) -> str:
    return f"{np.floor(max(fraction, 0.0) * 1000.0) / 10.0:.1f} %"


def _ceiling(fraction: float) -> str:
    return f"{np.ceil(fraction * 1000.0) / 10.0:.1f} %"


def _joined(parts: Sequence[str], word: str) -> str:
    """Parts as a sentence lists them."""
    *most, last = parts or [""]
    return f"{', '.join(most)} {word} {last}" if most else last

"""Limits that bind or clash, in words and with the clause of the mandate that they come from."""

from __future__ import annotations

import numpy as np

from trimtab.model.drift import TargetDrift
from trimtab.model.proposals import Binding, ClauseConflict
from trimtab.quant.problem import BindingLimit, Conflict, LimitKind, Solution
from trimtab.quant.situation import Situation

__all__ = ["bindings", "conflict_words", "dollars", "drift_words", "farthest_words", "points"]

_LIMIT_NAMES = {
    LimitKind.ACCOUNT_CASH: ("cash", "cash"),
    LimitKind.LOWER_BOUND: ("least holding", "restrictions"),
    LimitKind.UPPER_BOUND: ("largest holding", "restrictions"),
    LimitKind.BUY_TURNOVER: ("turnover", "limits.turnover_max"),
    LimitKind.SELL_TURNOVER: ("turnover", "limits.turnover_max"),
    LimitKind.TAX_BUDGET: ("tax budget", "limits.tax_budget"),
    LimitKind.MINIMUM_TRADE: ("least trade", "trading.minimum_trade"),
}
CENT = 0.01
NEXT_TO_NOTHING = 0.0005
"""A drift that screens would show as 0.0 points."""
_HOUSEHOLD_LIMITS = (LimitKind.BUY_TURNOVER, LimitKind.SELL_TURNOVER, LimitKind.TAX_BUDGET)


def dollars(amount: float) -> str:
    """Whole dollars, the sign before the dollar."""
    return f"{'−' if round(amount) < 0 else ''}${abs(amount):,.0f}"


def points(fraction: float) -> str:
    """A distance in percentage points."""
    return f"{abs(fraction) * 100:.1f} points"


def drift_words(drift: TargetDrift) -> str:
    """Where a target stands: `stocks is 6.2 points over its target of 60.0 %`."""
    if abs(drift.drift) < NEXT_TO_NOTHING:
        return f"{drift.name} is at its target of {drift.weight * 100:.1f} %"
    side = "over" if drift.drift > 0 else "under"
    return f"{drift.name} is {points(drift.drift)} {side} its target of {drift.weight * 100:.1f} %"


def farthest_words(situation: Situation) -> tuple[str, str]:
    """The clause of the target farthest from its weight, and where it stands."""
    targets = situation.drift.targets
    if not targets:
        return "policy", "the mandate has no targets"
    farthest = max(targets, key=lambda target: abs(target.drift))
    return f"targets.{farthest.name}", drift_words(farthest)


def bindings(situation: Situation, solution: Solution) -> tuple[Binding, ...]:
    """Every limit that stopped the solver, and what one dollar more room would be worth."""
    return tuple(
        Binding(
            _clause(situation, limit.kind, limit.subject),
            _binding_words(situation, limit),
            limit.shadow_price,
        )
        for limit in solution.binding
    )


def conflict_words(situation: Situation, conflict: Conflict) -> ClauseConflict:
    """A limit that cannot be met: what it limits, by how much it is missed, and by which clauses.

    Beside the limit's own clause stand those that force a trade against it.
    """
    clause = _clause(situation, conflict.kind, conflict.subject)
    subject = _subject(situation, conflict.kind, conflict.subject)
    name = _LIMIT_NAMES[conflict.kind][0]
    clauses = tuple(dict.fromkeys((clause, *_forcing(situation, conflict))))
    missed = f"is short by ${conflict.shortfall:,.2f}"
    if conflict.shortfall == 0.0:
        missed = "leaves no room for what must be done"
    return ClauseConflict(clauses, f"{', '.join(clauses)}: {name} of {subject} {missed}")


def _forcing(situation: Situation, conflict: Conflict) -> tuple[str, ...]:
    """Clauses that ask for trades: money that is due, and bounds that are broken today."""
    problem, index = situation.problem, situation.index
    held = problem.holdings()
    broken = (held > problem.upper + CENT) | (held < problem.lower - CENT)
    concerned = np.ones(len(held), dtype=np.bool_)
    paying = problem.flow < 0.0
    if conflict.kind is LimitKind.ACCOUNT_CASH:
        concerned = problem.position_account == conflict.subject
        broken |= problem.lower > CENT
        paying = paying[[conflict.subject]]
    forcing = ["flows"] if paying.any() else []
    if conflict.kind in (LimitKind.LOWER_BOUND, LimitKind.UPPER_BOUND):
        return ()
    places = np.flatnonzero(broken & concerned).tolist()
    return (*forcing, *(index.bound_clauses[k] for k in places if k in index.bound_clauses))


def _subject(situation: Situation, kind: LimitKind, subject: int) -> str:
    if kind is LimitKind.ACCOUNT_CASH:
        return situation.index.accounts[subject]
    if kind in (LimitKind.LOWER_BOUND, LimitKind.UPPER_BOUND):
        account, name = situation.index.positions[subject]
        return f"{name} in {account}"
    return "household"


def _clause(situation: Situation, kind: LimitKind, subject: int) -> str:
    clause = _LIMIT_NAMES[kind][1]
    if kind in (LimitKind.LOWER_BOUND, LimitKind.UPPER_BOUND):
        return situation.index.bound_clauses.get(subject, clause)
    return clause


def _binding_words(situation: Situation, limit: BindingLimit) -> str:
    name = _LIMIT_NAMES[limit.kind][0]
    price = abs(limit.shadow_price)
    worth = f"would be worth {price * 100:.1f}¢" if price < 1 else f"would be worth ${price:.2f}"
    if limit.kind in _HOUSEHOLD_LIMITS:
        return f"$1 more {name} {worth}"
    subject = _subject(situation, limit.kind, limit.subject)
    if limit.kind is LimitKind.UPPER_BOUND:
        return f"being allowed $1 more of {subject} {worth}"
    if limit.kind is LimitKind.LOWER_BOUND:
        return f"being allowed $1 less of {subject} {worth}"
    return f"$1 more {name} in {subject} {worth}"

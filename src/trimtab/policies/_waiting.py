"""What a rule does with a gain that is about to become long-term: it sells something else.

A rule goes to its aim whatever that costs, and of two ways there it takes the cheaper.  A lot a few
days before its anniversary is cheap today and cheaper then, so its price is the tax of today and
what waiting would save on top: it is sold only where every other way costs more than that.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from trimtab.model.lots import Term, long_term_from
from trimtab.quant.problem import Flags, HouseholdProblem
from trimtab.quant.situation import Situation

__all__ = ["NEAR_DAYS", "near_long_term", "with_waiting"]

NEAR_DAYS = 30
"""How near its anniversary a lot is worth waiting for; the guard `short_term_gain` has the same."""


def near_long_term(situation: Situation) -> Flags:
    """Lots with a taxed gain that is long-term within `NEAR_DAYS`.

    Shape: (l,).
    Source: 26 USC 1222.
    """
    snapshot, problem = situation.snapshot, situation.problem
    near = [
        lot.starts is not None
        and lot.term(snapshot.as_of) is Term.SHORT
        and (long_term_from(lot.starts) - snapshot.as_of).days <= NEAR_DAYS
        for lot in snapshot.lots
    ]
    return np.array(near, dtype=np.bool_) & problem.lot_taxable & (problem.lot_gain > 0.0)


def with_waiting(situation: Situation, problem: HouseholdProblem) -> HouseholdProblem:
    """The problem in which a gain near its anniversary costs what waiting would save as well."""
    curve = problem.tax
    if curve.short_rate <= curve.long_rate:
        return problem
    factor = 2.0 - curve.long_rate / curve.short_rate
    dearer = np.where(near_long_term(situation), factor, 1.0)
    return replace(problem, lot_gain=problem.lot_gain * dearer)

"""Which position could take the place of which: like risk, but not the same thing to the law."""

from __future__ import annotations

import numpy as np

from trimtab.quant.problem import Flags
from trimtab.quant.situation import Situation

__all__ = ["substitutes_of"]


def substitutes_of(situation: Situation, correlation_min: float) -> Flags:
    """Which position (column) may be bought today in the place of which (row), in one account.

    A substitute is of the same class, or named for the instrument, or at least as correlated as
    asked; it is never of the same wash-sale group, nor of one that was sold at a loss lately.
    Shape: (m, m).
    """
    problem = situation.problem
    name, account = problem.position_instrument, problem.position_account
    may_buy = (problem.upper > problem.holdings()) & ~problem.group_buy_blocked[problem.group[name]]
    alike = _stands_in(situation, correlation_min)
    return np.asarray(
        alike[np.ix_(name, name)] & (account[:, None] == account[None, :]) & may_buy[None, :]
    )


def _stands_in(situation: Situation, correlation_min: float) -> Flags:
    """Which instrument (column) moves like which (row) without being the same thing.

    Shape: (n, n).
    """
    problem, names, mandate = situation.problem, situation.index.instruments, situation.mandate
    deviation = np.sqrt(np.diag(problem.covariance))
    scale = np.outer(deviation, deviation)
    alike = np.divide(problem.covariance, scale, out=np.zeros_like(scale), where=scale > 0.0)
    answer = np.asarray(alike >= correlation_min)
    for i, name in enumerate(names):
        target = mandate.target_of(name)
        kin = set() if target is None else set(mandate.members_of(target))
        kin |= set(mandate.wash_sales.substitutes.get(name, ()))
        answer[i] |= np.array([other in kin for other in names])
    return np.asarray(answer & (problem.group[:, None] != problem.group[None, :]))

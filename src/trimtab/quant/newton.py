"""Newton's method on the positions that are between breakpoints.

Exchanging pairs finds out quickly which positions move at all and which rest at a breakpoint, but
creeps where many of them must move together.  With the breakpoints held, what is left is smooth:
one linear system moves all free positions at once, prices of cash included, up to the first
breakpoint on the way.  Exchange and Newton take turns until no pair gains.

Source: the reduced Newton step of active-set methods, Nocedal and Wright (2006), ch. 16.
"""

import math

import numpy as np

from trimtab.quant.compile import inlined, kernel
from trimtab.quant.curves import DUST
from trimtab.quant.layout import (
    ACCOUNT,
    CASH,
    DOWN_LINEAR,
    DOWN_ROOM,
    IMPACT,
    INSTRUMENT,
    KAPPA,
    MULTIPLIER,
    RESERVE,
    UP_FACTOR,
    UP_LINEAR,
    UP_ROOM,
    VALUE,
    Floats,
    Household,
    Ints,
    Work,
    Z,
)

__all__ = ["free_positions", "longest_step", "solve_step"]

RIDGE = 1e-9  # of the mean variance: flat directions run to a breakpoint instead of nowhere
CASH_BINDS = 1e-4  # dollars above the reserve within which an account's cash is used up
LONGEST = 1e3  # times the household's value: a step along a flat direction


@inlined
def factorise(matrix: Floats, size: int) -> bool:
    """The Cholesky factor of a symmetric matrix in its lower half; false where there is none."""
    for j in range(size):
        for k in range(j):
            matrix[j, j] -= matrix[j, k] * matrix[j, k]
        if matrix[j, j] <= 0.0:
            return False
        matrix[j, j] = math.sqrt(matrix[j, j])
        for i in range(j + 1, size):
            total = matrix[i, j]
            for k in range(j):
                total -= matrix[i, k] * matrix[j, k]
            matrix[i, j] = total / matrix[j, j]
    return True


@kernel
def substitute(factor: Floats, size: int, right: Floats) -> None:
    """Solve with a Cholesky factor, in place."""
    for i in range(size):
        total = right[i]
        for k in range(i):
            total -= factor[i, k] * right[k]
        right[i] = total / factor[i, i]
    for i in range(size - 1, -1, -1):
        total = right[i]
        for k in range(i + 1, size):
            total -= factor[k, i] * right[k]
        right[i] = total / factor[i, i]


@kernel
def free_positions(h: Household, w: Work, free: Ints) -> int:
    """The positions strictly inside a segment of their curve; how many there are."""
    count = 0
    for p in range(len(h.place)):
        inside = w.quote[p, UP_LINEAR] == w.quote[p, DOWN_LINEAR]
        if inside and w.node[p, UP_ROOM] > DUST and w.node[p, DOWN_ROOM] > DUST:
            free[count] = p
            count += 1
    return count


@kernel
def bend(h: Household, w: Work, p: int) -> float:
    """Second derivative of impact at the trade, the cash that it takes included."""
    impact = h.position[p, IMPACT]
    size = abs(w.node[p, Z])
    if impact <= 0.0 or size <= 0.0:
        return 0.0
    price = 1.0 - w.purse[h.place[p, ACCOUNT], MULTIPLIER]
    return price * 0.75 * impact / math.sqrt(size)


@inlined
def solve_step(h: Household, w: Work, free: Ints, count: int, step: Floats) -> bool:
    """The Newton step of the free positions into `step`; false where the system has none."""
    accounts = len(h.account)
    scale = h.scalar[KAPPA] / h.scalar[VALUE]
    matrix = np.empty((count, count))
    ridge = 0.0
    for f in range(count):
        i = h.place[free[f], INSTRUMENT]
        ridge += h.covariance[i, i]
        for g in range(f + 1):
            matrix[f, g] = scale * h.covariance[i, h.place[free[g], INSTRUMENT]]
    ridge *= RIDGE * scale / count
    for f in range(count):
        matrix[f, f] += ridge + bend(h, w, free[f])
    if not factorise(matrix, count):
        return False
    columns = np.zeros((accounts + 1, count))  # accounts' cash slopes, then the gradient
    solved = np.empty((accounts + 1, count))
    for f in range(count):
        p = free[f]
        columns[h.place[p, ACCOUNT], f] = 1.0 / w.quote[p, UP_FACTOR]
        columns[accounts, f] = -(w.gradient[h.place[p, INSTRUMENT]] + w.quote[p, UP_LINEAR])
    for a in range(accounts + 1):
        for f in range(count):
            solved[a, f] = columns[a, f]
        substitute(matrix, count, solved[a])
    schur = np.zeros((accounts, accounts))
    price = np.zeros(accounts)
    for a in range(accounts):
        slack = w.purse[a, CASH] - h.account[a, RESERVE]
        norm = 0.0
        for f in range(count):
            norm += columns[a, f] * columns[a, f]
        if slack > CASH_BINDS or norm == 0.0:
            schur[a, a] = 1.0
            continue
        price[a] = -slack
        for f in range(count):
            price[a] += columns[a, f] * solved[accounts, f]
        for b in range(a + 1):
            other = w.purse[b, CASH] - h.account[b, RESERVE]
            if b < a and other > CASH_BINDS:
                continue
            for f in range(count):
                schur[a, b] += columns[a, f] * solved[b, f]
    if not factorise(schur, accounts):
        return False
    substitute(schur, accounts, price)
    for a in range(accounts):
        w.purse[a, MULTIPLIER] = min(0.0, -price[a])
    for f in range(count):
        step[f] = solved[accounts, f]
        for a in range(accounts):
            step[f] -= price[a] * solved[a, f]
    return True


@inlined
def longest_step(h: Household, w: Work, free: Ints, count: int, step: Floats) -> float:
    """The fraction of the step up to the first breakpoint, or to an account's reserve."""
    fraction = 1.0
    for f in range(count):
        p = free[f]
        room = w.node[p, UP_ROOM] if step[f] > 0.0 else w.node[p, DOWN_ROOM]
        if abs(step[f]) * fraction > room:
            fraction = room / abs(step[f])
    for a in range(len(h.account)):
        slack = w.purse[a, CASH] - h.account[a, RESERVE]
        if slack <= CASH_BINDS:
            continue
        used = 0.0
        for f in range(count):
            if h.place[free[f], ACCOUNT] == a:
                used += step[f] / w.quote[free[f], UP_FACTOR]
        if used * fraction > slack:
            fraction = slack / used
    return fraction

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


@kernel
def factorise(matrix: Floats, size: int) -> bool:
    """The Cholesky factor of a symmetric matrix in its lower half; false where there is none."""
    for i in range(size):
        for j in range(i):
            total = matrix[i, j]
            for k in range(j):
                total -= matrix[i, k] * matrix[j, k]
            matrix[i, j] = total / matrix[j, j]
        total = matrix[i, i]
        for k in range(i):
            total -= matrix[i, k] * matrix[i, k]
        if total <= 0.0:
            return False
        matrix[i, i] = math.sqrt(total)
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
        right[i] /= factor[i, i]
        for k in range(i):  # along the row, which lies in one piece
            right[k] -= factor[i, k] * right[i]


@kernel
def free_positions(h: Household, w: Work, free: Ints) -> int:
    """The positions strictly inside a segment of their curve; how many there are."""
    node, quote = w.node, w.quote
    count = 0
    for p in range(len(h.place)):
        inside = quote[p, UP_LINEAR] == quote[p, DOWN_LINEAR]
        if inside and node[p, UP_ROOM] > DUST and node[p, DOWN_ROOM] > DUST:
            free[count] = p
            count += 1
    return count


@kernel
def fill_matrix(h: Household, w: Work, free: Ints, count: int, matrix: Floats) -> None:
    """Second derivatives of the free positions in the lower half of a matrix.

    That of impact includes the cash which it takes.
    """
    covariance, place, position, node = h.covariance, h.place, h.position, w.node
    purse = w.purse
    scale = h.scalar[KAPPA] / h.scalar[VALUE]
    ridge = 0.0
    for f in range(count):
        i = place[free[f], INSTRUMENT]
        ridge += covariance[i, i]
        for g in range(f + 1):
            matrix[f, g] = scale * covariance[i, place[free[g], INSTRUMENT]]
    ridge *= RIDGE * scale / count
    for f in range(count):
        p = free[f]
        matrix[f, f] += ridge
        size = abs(node[p, Z])
        if position[p, IMPACT] > 0.0 and size > 0.0:
            price = 1.0 - purse[place[p, ACCOUNT], MULTIPLIER]
            matrix[f, f] += price * 0.75 * position[p, IMPACT] / math.sqrt(size)


@inlined
def solve_step(h: Household, w: Work, free: Ints, count: int, step: Floats) -> bool:
    """The Newton step of the free positions into `step`; false where the system has none."""
    place, account, quote, purse = h.place, h.account, w.quote, w.purse
    gradient = w.gradient
    accounts = len(account)
    matrix = np.empty((count, count))
    fill_matrix(h, w, free, count, matrix)
    if not factorise(matrix, count):
        return False
    columns = np.zeros((accounts + 1, count))  # accounts' cash slopes, then the gradient
    solved = np.empty((accounts + 1, count))
    for f in range(count):
        p = free[f]
        columns[place[p, ACCOUNT], f] = 1.0 / quote[p, UP_FACTOR]
        columns[accounts, f] = -(gradient[place[p, INSTRUMENT]] + quote[p, UP_LINEAR])
    for a in range(accounts + 1):
        for f in range(count):
            solved[a, f] = columns[a, f]
        substitute(matrix, count, solved[a])
    schur = np.zeros((accounts, accounts))
    price = np.zeros(accounts)
    for a in range(accounts):
        slack = purse[a, CASH] - account[a, RESERVE]
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
            other = purse[b, CASH] - account[b, RESERVE]
            if b < a and other > CASH_BINDS:
                continue
            for f in range(count):
                schur[a, b] += columns[a, f] * solved[b, f]
    if not factorise(schur, accounts):
        return False
    substitute(schur, accounts, price)
    for a in range(accounts):
        purse[a, MULTIPLIER] = min(0.0, -price[a])
    for f in range(count):
        step[f] = solved[accounts, f]
        for a in range(accounts):
            step[f] -= price[a] * solved[a, f]
    return True


@inlined
def longest_step(h: Household, w: Work, free: Ints, count: int, step: Floats) -> float:
    """The fraction of the step up to the first breakpoint, or to an account's reserve."""
    place, account, quote, purse, node = h.place, h.account, w.quote, w.purse, w.node
    fraction = 1.0
    for f in range(count):
        p = free[f]
        room = node[p, UP_ROOM] if step[f] > 0.0 else node[p, DOWN_ROOM]
        if abs(step[f]) * fraction > room:
            fraction = room / abs(step[f])
    for a in range(len(account)):
        slack = purse[a, CASH] - account[a, RESERVE]
        if slack <= CASH_BINDS:
            continue
        used = 0.0
        for f in range(count):
            if place[free[f], ACCOUNT] == a:
                used += step[f] / quote[free[f], UP_FACTOR]
        if used * fraction > slack:
            fraction = slack / used
    return fraction

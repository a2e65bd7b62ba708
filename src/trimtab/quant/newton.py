"""Newton's method on the positions that are between breakpoints.

Exchanging pairs finds out quickly which positions move at all and which rest at a breakpoint, but
creeps where many of them must move together.  With the breakpoints held, what is left is smooth:
one linear system moves all free positions at once, prices of cash included, up to the first
breakpoint on the way.  Exchange and Newton take turns until no pair gains.

Source: the reduced Newton step of active-set methods, Nocedal and Wright (2006), ch. 16.
"""

import math

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
    ROOT,
    UP_FACTOR,
    UP_LINEAR,
    UP_ROOM,
    VALUE,
    Floats,
    Household,
    Work,
)

__all__ = ["factorise", "free_positions", "longest_step", "solve_forward", "solve_step"]

RIDGE = 1e-9  # of the mean variance: flat directions run to a breakpoint instead of nowhere
CASH_BINDS = 1e-4  # dollars above the reserve within which an account's cash is used up
LONGEST = 1e3  # times the household's value: a step along a flat direction


@kernel
def factorise(matrix: Floats, size: int) -> bool:
    """The Cholesky factor U of a symmetric matrix UᵀU, from and in its upper half.

    The diagonal holds the factor's reciprocals.  False where there is no factor.
    """
    for k in range(size):
        pivot = matrix[k, k]
        if pivot <= 0.0:
            return False
        inverse = 1.0 / math.sqrt(pivot)
        matrix[k, k] = inverse
        for j in range(k + 1, size):
            matrix[k, j] *= inverse
        for i in range(k + 1, size):
            factor = matrix[k, i]
            for j in range(i, size):
                matrix[i, j] -= factor * matrix[k, j]
    return True


@kernel
def solve_forward(factor: Floats, size: int, columns: Floats) -> None:
    """Solve Uᵀy = b in place for several columns, whose number is a multiple of four."""
    for k in range(size):
        inverse = factor[k, k]
        for c in range(0, columns.shape[1], 4):  # four lie in one register
            first = columns[k, c] * inverse
            second = columns[k, c + 1] * inverse
            third = columns[k, c + 2] * inverse
            fourth = columns[k, c + 3] * inverse
            columns[k, c] = first
            columns[k, c + 1] = second
            columns[k, c + 2] = third
            columns[k, c + 3] = fourth
            for i in range(k + 1, size):
                weight = factor[k, i]
                columns[i, c] -= weight * first
                columns[i, c + 1] -= weight * second
                columns[i, c + 2] -= weight * third
                columns[i, c + 3] -= weight * fourth


@kernel
def solve_backward(factor: Floats, size: int, right: Floats) -> None:
    """Solve Ux = y in place."""
    for k in range(size - 1, -1, -1):
        x = right[k] * factor[k, k]
        right[k] = x
        for i in range(k):
            right[i] -= factor[i, k] * x


@kernel
def free_positions(h: Household, w: Work) -> int:
    """List the positions strictly inside a segment of their curve; how many there are."""
    node, quote, free = w.node, w.quote, w.free
    count = 0
    for p in range(h.positions):
        inside = quote[p, UP_LINEAR] == quote[p, DOWN_LINEAR]
        if inside and node[p, UP_ROOM] > DUST and node[p, DOWN_ROOM] > DUST:
            free[count] = p
            count += 1
    return count


@kernel
def fill_matrix(h: Household, w: Work, count: int, matrix: Floats) -> None:
    """Second derivatives of the free positions in the upper half of a matrix.

    That of impact includes the cash which it takes.
    """
    covariance, place, position, node = h.covariance, h.place, h.position, w.node
    purse, free = w.purse, w.free
    scale = h.scalar[KAPPA] / h.scalar[VALUE]
    ridge = 0.0
    for f in range(count):
        i = place[free[f], INSTRUMENT]
        ridge += covariance[i, i]
        for g in range(f, count):
            matrix[f, g] = scale * covariance[i, place[free[g], INSTRUMENT]]
    ridge *= RIDGE * scale / count
    for f in range(count):
        p = free[f]
        matrix[f, f] += ridge
        if position[p, IMPACT] > 0.0 and node[p, ROOT] > 0.0:
            price = 1.0 - purse[place[p, ACCOUNT], MULTIPLIER]
            matrix[f, f] += price * 0.75 * position[p, IMPACT] / node[p, ROOT]


@kernel
def solve_step(h: Household, w: Work, count: int) -> bool:
    """The Newton step of the free positions into `w.step`; false where the system has none.

    With the matrix UᵀU, cash slopes C and gradient g, all that is wanted follows from U⁻ᵀC and
    U⁻ᵀg: the prices of cash from their products, the step by solving backwards once.
    """
    place, account, quote, purse = h.place, h.account, w.quote, w.purse
    gradient, free, step = w.gradient, w.free, w.step
    accounts = h.accounts
    width = (accounts + 4) // 4 * 4  # accounts' cash slopes, then the gradient, then nothing
    matrix = w.matrix[: count * count].reshape((count, count))
    columns = w.columns[: count * width].reshape((count, width))
    fill_matrix(h, w, count, matrix)
    if not factorise(matrix, count):
        return False
    for f in range(count):
        p = free[f]
        for c in range(width):
            columns[f, c] = 0.0
        columns[f, place[p, ACCOUNT]] = 1.0 / quote[p, UP_FACTOR]
        columns[f, accounts] = -(gradient[place[p, INSTRUMENT]] + quote[p, UP_LINEAR])
    solve_forward(matrix, count, columns)
    schur = w.schur[: accounts * accounts].reshape((accounts, accounts))
    price = w.schur[accounts * accounts :]
    for a in range(accounts):
        for b in range(a, accounts + 1):
            total = 0.0
            for f in range(count):
                total += columns[f, a] * columns[f, b]
            if b < accounts:
                schur[a, b] = total
            else:
                price[a] = total
    for a in range(accounts):
        slack = purse[a, CASH] - account[a, RESERVE]
        if slack > CASH_BINDS or schur[a, a] == 0.0:
            for b in range(accounts):
                schur[min(a, b), max(a, b)] = 0.0
            schur[a, a] = 1.0
            price[a] = 0.0
        else:
            price[a] -= slack
    if not factorise(schur, accounts):
        return False
    for a in range(accounts):
        price[a] *= schur[a, a]
        for b in range(a + 1, accounts):
            price[b] -= schur[a, b] * price[a]
    solve_backward(schur, accounts, price)
    for a in range(accounts):
        purse[a, MULTIPLIER] = min(0.0, -price[a])
    for f in range(count):
        step[f] = columns[f, accounts]
        for a in range(accounts):
            step[f] -= price[a] * columns[f, a]
    solve_backward(matrix, count, step)
    return True


@inlined
def longest_step(h: Household, w: Work, count: int) -> float:
    """The fraction of the step up to the first breakpoint, or to an account's reserve."""
    place, account, quote, purse, node = h.place, h.account, w.quote, w.purse, w.node
    free, step = w.free, w.step
    fraction = 1.0
    for f in range(count):
        p = free[f]
        room = node[p, UP_ROOM] if step[f] > 0.0 else node[p, DOWN_ROOM]
        if abs(step[f]) * fraction > room:
            fraction = room / abs(step[f])
    for a in range(h.accounts):
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

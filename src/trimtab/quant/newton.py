"""Newton's method on the positions that are between breakpoints.

Exchanging pairs finds out quickly which positions move at all and which rest at a breakpoint, but
creeps where many of them must move together.  With the breakpoints held, what is left is smooth:
one linear system moves all free positions at once, prices of cash included, up to the first
breakpoint on the way.  Exchange and Newton take turns until no pair gains.

Source: the reduced Newton step of active-set methods, Nocedal and Wright (2006), ch. 16;
elimination without exchange of rows, Vanderbei, "Symmetric quasidefinite matrices" (1995).
"""

from trimtab.quant.compile import hot, inlined, kernel
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

__all__ = ["eliminate", "free_positions", "longest_step", "solve_step", "substitute"]

RIDGE = 1e-9  # of the mean variance: flat directions run to a breakpoint instead of nowhere
CASH_BINDS = 1e-4  # dollars above the reserve within which an account's cash is used up
LONGEST = 1e3  # times the household's value: a step along a flat direction


@hot
def eliminate(matrix: Floats, positive: int, size: int, width: int) -> bool:
    """Gauss's elimination in the upper half of a symmetric matrix, right-hand sides beside it.

    The first pivots, `positive` of them, must lie above zero and the others below: such a matrix
    needs no exchange of rows.  False where they do not.  Leaves reciprocals of the pivots on the
    diagonal, and below it what means nothing.

    Shape: matrix (rows of `width` one after the other,), a multiple of four: so many numbers lie in
    one register, and each row begins with a whole one.
    """
    for k in range(size):
        row = k * width
        pivot = matrix[row + k]
        if pivot == 0.0 or (pivot > 0.0) != (k < positive):
            return False
        inverse = 1.0 / pivot
        matrix[row + k] = inverse
        for i in range(k + 1, size):
            factor = matrix[row + i] * inverse
            below = (i - k) * width
            for at in range(row + i // 4 * 4, row + width, 4):
                first = factor * matrix[at]
                second = factor * matrix[at + 1]
                third = factor * matrix[at + 2]
                fourth = factor * matrix[at + 3]
                matrix[at + below] -= first
                matrix[at + below + 1] -= second
                matrix[at + below + 2] -= third
                matrix[at + below + 3] -= fourth
    return True


@hot
def substitute(matrix: Floats, size: int, width: int, solution: Floats) -> None:
    """Solve what elimination has left, for the right-hand side that stands first."""
    for k in range(size - 1, -1, -1):
        row = k * width
        total = matrix[row + size]
        for j in range(size - 1, k, -1):  # the one that was solved last comes last
            total -= matrix[row + j] * solution[j]
        solution[k] = total * matrix[row + k]


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


@inlined
def fill_curvature(h: Household, w: Work, count: int, width: int) -> None:
    """Second derivatives of the free positions in the upper half of `w.matrix`.

    That of impact includes the cash which it takes.
    """
    covariance, place, position, node = h.covariance, h.place, h.position, w.node
    purse, free, matrix = w.purse, w.free, w.matrix
    scale = h.scalar[KAPPA] / h.scalar[VALUE]
    ridge = 0.0
    for f in range(count):
        ridge += covariance[place[free[f], INSTRUMENT], place[free[f], INSTRUMENT]]
    ridge *= RIDGE * scale / count
    for f in range(count):
        p = free[f]
        row = f * width
        i = place[p, INSTRUMENT]
        for g in range(f // 4 * 4, count):
            matrix[row + g] = scale * covariance[i, place[free[g], INSTRUMENT]]
        matrix[row + f] += ridge
        if position[p, IMPACT] > 0.0 and node[p, ROOT] > 0.0:
            price = 1.0 - purse[place[p, ACCOUNT], MULTIPLIER]
            matrix[row + f] += price * 0.75 * position[p, IMPACT] / node[p, ROOT]


@inlined
def fill_cash(h: Household, w: Work, count: int, width: int) -> None:
    """Slopes of cash beside the curvature, a row for each account's cash, and the gradient.

    Where cash does not bind, or no free position takes it, its price is none.
    """
    place, account, quote, purse = h.place, h.account, w.quote, w.purse
    gradient, free, matrix = w.gradient, w.free, w.matrix
    size = count + h.accounts
    for c in range(count, size):
        for at in range(c * width + c // 4 * 4, c * width + width):
            matrix[at] = 0.0
        matrix[c * width + c] = -1.0
    for f in range(count):
        p = free[f]
        row = f * width
        for at in range(row + count, row + width):
            matrix[at] = 0.0
        matrix[row + size] = -(gradient[place[p, INSTRUMENT]] + quote[p, UP_LINEAR])
        a = place[p, ACCOUNT]
        slack = purse[a, CASH] - account[a, RESERVE]
        if slack <= CASH_BINDS:
            c = count + a
            matrix[row + c] = 1.0 / quote[p, UP_FACTOR]
            matrix[c * width + c] = 0.0
            matrix[c * width + size] = slack


@inlined
def solve_step(h: Household, w: Work, count: int) -> bool:
    """The Newton step of the free positions into `w.step`; false where the system has none.

    One system for the step and the prices of cash, which follow it in `w.step`.
    """
    size = count + h.accounts
    width = (size + 4) // 4 * 4  # the right-hand side stands beside
    fill_curvature(h, w, count, width)
    fill_cash(h, w, count, width)
    if not eliminate(w.matrix, count, size, width):
        return False
    substitute(w.matrix, size, width, w.step)
    for a in range(h.accounts):
        w.purse[a, MULTIPLIER] = min(0.0, -w.step[count + a])
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

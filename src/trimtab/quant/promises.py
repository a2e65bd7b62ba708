"""What a change of sides may gain, judged without solving: its promise.

The prices of the trades at hand give the gain to first order.  To second order, moving an
instrument by d dollars costs κ/2V · r · d² of drift, where r is the variance that the others cannot
undo: all of them, or all but its nearest substitute where that cannot follow at a small cost.
With all others the promise is a bound; without a rigid substitute it is an estimate.
"""

import math

import numpy as np

from trimtab.quant.certificate import group_least, group_value, think_of
from trimtab.quant.compile import inlined, kernel
from trimtab.quant.layout import (
    ACCOUNT,
    BUY,
    DOWN_FACTOR,
    DOWN_LINEAR,
    INSTRUMENT,
    KAPPA,
    MULTIPLIER,
    RELAXED,
    UP_FACTOR,
    UP_LINEAR,
    VALUE,
    Floats,
    Household,
    Work,
    Z,
)
from trimtab.quant.newton import factorise

__all__ = ["flip_promise", "follows", "invert"]

RIDGE = 1e-9  # of the mean variance: lets singular covariances be inverted
TANGENTS = 5  # tried for one promise
RIGID = 0.001  # dollars per dollar: a substitute that costs more does not follow


@kernel
def invert(covariance: Floats, precision: Floats) -> None:
    """The inverse of a covariance, singular ones made regular by a small ridge."""
    n = len(covariance)
    mean = 0.0
    for i in range(n):
        mean += covariance[i, i] / n
    factor = np.empty((n, n))
    for i in range(n):
        for j in range(n):
            factor[i, j] = covariance[i, j]
            precision[i, j] = 0.0
        factor[i, i] += RIDGE * mean
    if not factorise(factor, n):
        return
    inverse = np.zeros((n, n))  # of the factor, below its diagonal
    for i in range(n):
        inverse[i, i] = 1.0 / factor[i, i]
        for j in range(i):
            total = 0.0
            for k in range(j, i):
                total -= factor[i, k] * inverse[k, j]
            inverse[i, j] = total / factor[i, i]
    for k in range(n):
        for i in range(k + 1):
            for j in range(k + 1):
                precision[i, j] += inverse[k, i] * inverse[k, j]


@kernel
def follows(h: Household, w: Work, partner: int, side: int) -> bool:
    """Whether a substitute can move against a group that takes a side, at a small cost."""
    if side != BUY and w.side[partner] != BUY and w.side[partner] != RELAXED:
        return False
    gradient, quote, place = w.gradient, w.quote, h.place
    for spot in range(h.group_start[partner], h.group_start[partner + 1]):
        p = h.group_member[spot]
        slope = gradient[place[p, INSTRUMENT]]
        cash = w.purse[place[p, ACCOUNT], MULTIPLIER]
        if side == BUY:
            cost = cash - (slope + quote[p, DOWN_LINEAR]) * quote[p, DOWN_FACTOR]
        else:
            cost = (slope + quote[p, UP_LINEAR]) * quote[p, UP_FACTOR] - cash
        if cost < RIGID:
            return True
    return False


@inlined
def own_variance(h: Household, w: Work, group: int, rigid: int) -> float:
    """The variance of a group's one instrument that others cannot undo; zero for several."""
    first, last = h.group_start[group], h.group_start[group + 1]
    if first == last:
        return 0.0
    i = h.place[h.group_member[first], INSTRUMENT]
    for spot in range(first, last):
        if h.place[h.group_member[spot], INSTRUMENT] != i:
            return 0.0
    held = w.precision[i, i]
    if held <= 0.0:
        return 0.0
    if rigid >= 0:
        j = h.place[h.group_member[h.group_start[rigid]], INSTRUMENT]
        if j == i:
            return 1.0 / held
        held -= w.precision[i, j] * w.precision[i, j] / w.precision[j, j]
    return 1.0 / max(held, 1e-9 * w.precision[i, i])


@kernel
def flip_promise(h: Household, w: Work, group: int, side: int, rigid: int, enough: float) -> float:
    """What taking a side may gain with all else free to follow; −inf if it cannot be taken.

    `rigid` is a substitute that cannot follow, or −1.
    The parabola of the instrument's own drift is bounded below by its tangents, the best of which
    is found by bisection.  Stops as soon as the promise is not `enough`.
    """
    value = group_value(h, w, group)
    before = 0.0
    for spot in range(h.group_start[group], h.group_start[group + 1]):
        before += w.node[h.group_member[spot], Z]
    variance = own_variance(h, w, group, rigid)
    node, at, segment = w.trial_node, w.trial_at, w.trial_segment
    least = math.inf
    if think_of(h, w, group, side):
        least, traded = group_least(h, w, group, 0.0, node, at, segment)
        bend = variance * h.scalar[KAPPA] / h.scalar[VALUE]
        low, high = min(traded - before, 0.0), max(traded - before, 0.0)
        for _ in range(TANGENTS if bend > 0.0 else 0):
            if value - least <= enough:
                break
            tangent = 0.5 * (low + high)
            share, traded = group_least(h, w, group, bend * tangent, node, at, segment)
            least = max(least, share - bend * tangent * (before + 0.5 * tangent))
            if traded - before > tangent:
                low = tangent
            else:
                high = tangent
    return value - least

"""What a change of sides may gain, judged without solving: its promise.

The prices of the trades at hand give the gain to first order.  To second order, moving an
instrument by d dollars costs κ/2V · r · d² of drift, where r is the variance that the others cannot
undo: all of them, or all but its nearest substitute where that cannot follow at a small cost.
With all others the promise is a bound; without a rigid substitute it is an estimate.
"""

from trimtab.quant.compile import inlined, kernel
from trimtab.quant.groups import group_least
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
from trimtab.quant.newton import eliminate

__all__ = ["flip_promise", "follows", "invert", "promise_from"]

RIDGE = 1e-9  # of the mean variance: lets singular covariances be inverted
TANGENTS = 5  # tried for one promise
CLOSE = 0.05  # of a promise, by which its estimate may be too high
NEARLY = 1.0  # dollars, the same
RIGID = 0.001  # dollars per dollar: a substitute that costs more does not follow


@kernel
def invert(n: int, covariance: Floats, precision: Floats, cover: Floats) -> None:
    """The inverse of a covariance, singular ones made regular by a small ridge.

    Shape: covariance and precision (n, n) or larger; it works in `cover`, of n·(2n + 3) numbers.
    """
    width = (2 * n + 3) // 4 * 4
    mean = 0.0
    for i in range(n):
        mean += covariance[i, i] / n
    for i in range(n):
        row = i * width
        for j in range(n):
            cover[row + j] = covariance[i, j]
            precision[i, j] = 0.0
        for j in range(n, width):
            cover[row + j] = 1.0 if i == j - n else 0.0
        cover[row + i] += RIDGE * mean
    if not eliminate(cover, n, n, width):
        return
    for k in range(n):
        beside = k * width + n
        for i in range(k + 1):
            weight = cover[beside + i] * cover[k * width + k]
            for j in range(k + 1):
                precision[i, j] += weight * cover[beside + j]


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
def flip_promise(
    h: Household, w: Work, group: int, side: int, rigid: int, value: float, enough: float
) -> float:
    """What taking a side may gain with all else free to follow; −inf if it cannot be taken.

    `rigid` is a substitute that cannot follow, or −1; `value` is what the group's trades are worth
    now.  Stops as soon as the promise is not `enough`.
    """
    least, traded = group_least(h, w, group, side, 0.0)
    return promise_from(h, w, group, side, rigid, value, enough, least, traded)


@kernel
def promise_from(
    h: Household,
    w: Work,
    group: int,
    side: int,
    rigid: int,
    value: float,
    enough: float,
    least: float,
    traded: float,
) -> float:
    """The same where the least share and its trades' sum at linear prices are known.

    The parabola of the instrument's own drift lies above its tangents.  The best tangent touches
    it where the trades end that it leads to: a point found by false position.
    """
    if value - least <= enough:
        return value - least
    bend = own_variance(h, w, group, rigid) * h.scalar[KAPPA] / h.scalar[VALUE]
    if bend == 0.0:
        return value - least
    before = 0.0
    for spot in range(h.group_start[group], h.group_start[group + 1]):
        before += w.node[h.group_member[spot], Z]
    first, last = 0.0, traded - before  # the touching point lies between them
    miss_first, miss_last = traded - before, 0.0
    tangent = 0.5 * last
    for turn in range(TANGENTS):
        share, traded = group_least(h, w, group, side, bend * tangent)
        least = max(least, share - bend * tangent * (before + 0.5 * tangent))
        miss = traded - before - tangent
        promise = value - least
        if promise <= enough or 0.5 * bend * miss * miss <= max(CLOSE * promise, NEARLY):
            break
        if miss * miss_first > 0.0:
            first, miss_first = tangent, miss
        else:
            last, miss_last = tangent, miss
        share_of_way = 0.5
        if miss_last != 0.0 and turn % 2 == 0:
            share_of_way = min(max(miss_first / (miss_first - miss_last), 0.1), 0.9)
        tangent = first + share_of_way * (last - first)
    return value - least

"""Swaps between accounts: two instruments change places between two accounts.

A swap leaves the household's exposure as it is, so that exchanging pairs within accounts, each of
which moves the exposure, would creep along it.
"""

from trimtab.quant.compile import kernel
from trimtab.quant.exchange import BARRED, FLAT, bent_length
from trimtab.quant.layout import (
    CASH,
    DOWN_FACTOR,
    DOWN_LINEAR,
    DOWN_ROOM,
    INSTRUMENT,
    KAPPA,
    NOBODY,
    UP_FACTOR,
    UP_LINEAR,
    UP_ROOM,
    VALUE,
    Household,
    Work,
    Z,
)
from trimtab.quant.quotes import NEVER, add_exposure, cash_use, refresh, shift

__all__ = ["swap_accounts"]


@kernel
def swap_accounts(h: Household, w: Work, first: int, second: int, tolerance: float) -> bool:
    """Swap two instruments between two accounts where that lowers tax, cost or location drag.

    Both lists of positions are sorted by instrument, so that a merge finds what both may hold.
    """
    best_out = -NEVER
    best_in = -NEVER
    out_first = out_second = in_first = in_second = NOBODY
    p = h.account_start[first]
    q = h.account_start[second]
    while p < h.account_start[first + 1] and q < h.account_start[second + 1]:
        if h.place[p, INSTRUMENT] < h.place[q, INSTRUMENT]:
            p += 1
        elif h.place[p, INSTRUMENT] > h.place[q, INSTRUMENT]:
            q += 1
        else:
            leaving = w.quote[p, DOWN_LINEAR] - w.quote[q, UP_LINEAR]
            coming = w.quote[q, DOWN_LINEAR] - w.quote[p, UP_LINEAR]
            if leaving > best_out:
                best_out, out_first, out_second = leaving, p, q
            if coming > best_in:
                best_in, in_first, in_second = coming, p, q
            p += 1
            q += 1
    if best_out < -BARRED or best_in < -BARRED:
        return False
    g_out = w.gradient[h.place[out_first, INSTRUMENT]]
    g_in = w.gradient[h.place[in_first, INSTRUMENT]]
    # per dollar of cash: first account gives `out` and takes `in`, the second the reverse
    a = (g_out + w.quote[out_first, DOWN_LINEAR]) * w.quote[out_first, DOWN_FACTOR]
    b = (g_in + w.quote[in_first, UP_LINEAR]) * w.quote[in_first, UP_FACTOR]
    c = (g_in + w.quote[in_second, DOWN_LINEAR]) * w.quote[in_second, DOWN_FACTOR]
    d = (g_out + w.quote[out_second, UP_LINEAR]) * w.quote[out_second, UP_FACTOR]
    gain = a - b + c - d
    if gain <= tolerance:
        return False
    net_out = w.quote[out_second, UP_FACTOR] - w.quote[out_first, DOWN_FACTOR]
    net_in = w.quote[in_first, UP_FACTOR] - w.quote[in_second, DOWN_FACTOR]
    i = h.place[out_first, INSTRUMENT]
    j = h.place[in_first, INSTRUMENT]
    scale = h.scalar[KAPPA] / h.scalar[VALUE]
    curvature = scale * (
        net_out * net_out * h.covariance[i, i]
        + 2.0 * net_out * net_in * h.covariance[i, j]
        + net_in * net_in * h.covariance[j, j]
    )
    step = min(
        min(
            w.node[out_first, DOWN_ROOM] / w.quote[out_first, DOWN_FACTOR],
            w.node[in_first, UP_ROOM] / w.quote[in_first, UP_FACTOR],
        ),
        min(
            w.node[in_second, DOWN_ROOM] / w.quote[in_second, DOWN_FACTOR],
            w.node[out_second, UP_ROOM] / w.quote[out_second, UP_FACTOR],
        ),
    )
    if curvature > FLAT:
        step = min(step, gain / curvature)
    legs = (out_first, in_first, in_second, out_second)
    step = bent_length(h.position, w.node, w.quote, legs, gain, curvature, step)
    cash_first = cash_use(h.position, out_first, w.node[out_first, Z]) + cash_use(
        h.position, in_first, w.node[in_first, Z]
    )
    cash_second = cash_use(h.position, out_second, w.node[out_second, Z]) + cash_use(
        h.position, in_second, w.node[in_second, Z]
    )
    shift(out_first, -step * w.quote[out_first, DOWN_FACTOR], w.node, w.at, w.segment)
    shift(in_first, step * w.quote[in_first, UP_FACTOR], w.node, w.at, w.segment)
    shift(in_second, -step * w.quote[in_second, DOWN_FACTOR], w.node, w.at, w.segment)
    shift(out_second, step * w.quote[out_second, UP_FACTOR], w.node, w.at, w.segment)
    gradient, n = w.gradient, h.instruments
    add_exposure(i, scale * step * net_out, h.covariance, gradient, n)
    add_exposure(j, scale * step * net_in, h.covariance, gradient, n)
    w.purse[first, CASH] += cash_first
    w.purse[first, CASH] -= cash_use(h.position, out_first, w.node[out_first, Z]) + cash_use(
        h.position, in_first, w.node[in_first, Z]
    )
    w.purse[second, CASH] += cash_second
    w.purse[second, CASH] -= cash_use(h.position, out_second, w.node[out_second, Z]) + cash_use(
        h.position, in_second, w.node[in_second, Z]
    )
    for at in (out_first, out_second, in_first, in_second):
        refresh(h, w, at)
    return True

"""Follow the tax regions to an answer whose marginal rates are those of the region it lies in.

Where two regions send the answer back and forth, the best point lies on the edge between them, at
rates in between: one number, found by false position.  At that number two answers are equally
good, and the mixture of both that lies exactly on the edge is feasible and optimal.
"""

import math

from trimtab.quant.answer import consider, consider_sold, true_objective
from trimtab.quant.certificate import convex_gap, curve_tax, linear_objective
from trimtab.quant.compile import inlined, kernel
from trimtab.quant.convex import polish, solve_convex
from trimtab.quant.curves import build_curves, set_rates
from trimtab.quant.figures import CURRENT, EDGE_HIGH, EDGE_LOW, STEPS, TRIED
from trimtab.quant.free_sides import take_free_sides
from trimtab.quant.layout import (
    NO,
    NOBODY,
    PRICE_TAX,
    RATE_LONG,
    RATE_SHORT,
    SEARCH_TOLERANCE,
    THOROUGH,
    VALUE,
    Floats,
    Household,
    Work,
    Z,
)
from trimtab.quant.netting import region_at, region_bill, region_rates
from trimtab.quant.quotes import restart
from trimtab.quant.sides import descend, merit
from trimtab.quant.sold import extract_sold, keep_end, mix_ends, realised
from trimtab.quant.trades import is_small, settle_small

__all__ = ["follow", "land", "resolve", "solve_regions"]

FOLLOW_ROUNDS = 4
REGION_ROUNDS = 6
EDGE_TURNS = 4  # an edge is solved again where its mixture had trades that are too small
EDGE_ROUNDS = 40
EDGE_TOLERANCE = 1e-9  # of value, between the mixture and what the edge's price proves
EDGE_PRICES = 1e-8  # dollars per dollar by which prices may differ at the ends of a mixture


@inlined
def resolve(
    h: Household, w: Work, rate_short: float, rate_long: float, tolerance: float, steps_max: int
) -> int:
    """Solve again at other marginal rates, from the trades at hand."""
    w.price[RATE_SHORT] = rate_short
    w.price[RATE_LONG] = rate_long
    factor = 1.0 + w.price[PRICE_TAX]
    set_rates(h, w, rate_short * factor, rate_long * factor)
    build_curves(h, w)
    restart(h, w)
    return solve_convex(h, w, tolerance, steps_max)


@inlined
def any_small(h: Household, w: Work) -> bool:
    """Whether a trade is too small to be made."""
    for p in range(h.positions):
        if is_small(h, p, w.node[p, Z]):
            return True
    return False


@inlined
def land(
    h: Household, w: Work, region: int, tolerance: float, steps_max: int, figures: Floats
) -> int:
    """Solve at the rates of the region in which the trades land; the region now."""
    extract_sold(h, w, CURRENT)
    short, long = realised(h, w, CURRENT)
    landed = region_at(h.scalar, short, long)
    rate_short, rate_long = region_rates(h.scalar, landed)
    if rate_short != w.price[RATE_SHORT] or rate_long != w.price[RATE_LONG]:
        figures[STEPS] += resolve(h, w, rate_short, rate_long, tolerance, steps_max)
    return landed


@kernel
def follow(
    h: Household,
    w: Work,
    region: int,
    tolerance: float,
    steps_max: int,
    figures: Floats,
) -> None:
    """Search sides and follow the tax regions in turn, from trades optimal at a region's rates."""
    coarse = max(tolerance, w.effort[SEARCH_TOLERANCE])
    for turn in range(FOLLOW_ROUNDS):
        before = merit(h, w)
        best, steps, tried = descend(h, w, before, coarse, steps_max)
        figures[STEPS] += steps
        figures[TRIED] += tried
        if turn > 0 and best == before:
            return
        take_free_sides(h, w)
        figures[STEPS] += solve_convex(h, w, tolerance, steps_max)
        settle_small(h, w, tolerance, steps_max)  # a rough solve leaves trades that are none
        if turn > 0:
            extract_sold(h, w, CURRENT)
            short, long = realised(h, w, CURRENT)
            region = region_at(h.scalar, short, long)
        rate_short, rate_long = w.price[RATE_SHORT], w.price[RATE_LONG]
        solve_regions(h, w, region, turn == 0, tolerance, steps_max, figures)
        if w.price[RATE_SHORT] == rate_short and w.price[RATE_LONG] == rate_long:
            return
        figures[STEPS] += resolve(
            h, w, w.price[RATE_SHORT], w.price[RATE_LONG], tolerance, steps_max
        )


@kernel
def solve_regions(
    h: Household,
    w: Work,
    region: int,
    fresh: bool,
    tolerance: float,
    steps_max: int,
    figures: Floats,
) -> None:
    """Solve with the sides as they are; `fresh` trades solve the region's rates already."""
    previous = NOBODY
    for turn in range(REGION_ROUNDS):
        rate_short, rate_long = region_rates(h.scalar, region)
        if turn > 0 or not fresh:
            figures[STEPS] += resolve(h, w, rate_short, rate_long, tolerance, steps_max)
        if any_small(h, w):
            settle_small(h, w, tolerance, steps_max)
        if w.effort[THOROUGH] > 0.0:
            figures[STEPS] += polish(h, w, tolerance)
            if any_small(h, w):  # the last exchange may begin a trade of a millionth of a dollar
                settle_small(h, w, tolerance, steps_max)
        short, long = consider(h, w, figures, convex_gap(h, w), NO)
        landed = region_at(h.scalar, short, long)
        if region_rates(h.scalar, landed) == (rate_short, rate_long):
            return
        if landed == previous or turn == REGION_ROUNDS - 1:
            for _ in range(EDGE_TURNS):
                fine = min(tolerance, EDGE_PRICES)
                solve_edge(h, w, region, landed, fine, steps_max, figures)
                if not any_small(h, w):
                    return
                resolve(h, w, w.price[RATE_SHORT], w.price[RATE_LONG], tolerance, steps_max)
                settle_small(h, w, tolerance, steps_max)
                gap = convex_gap(h, w) + off_edge(h, w, region, landed)
                consider(h, w, figures, gap, NO)
            return
        previous = region
        region = landed


@inlined
def off_edge(h: Household, w: Work, first: int, second: int) -> float:
    """Dollars by which the bill lies above the plane of rates between those of two regions."""
    extract_sold(h, w, CURRENT)
    short, long = realised(h, w, CURRENT)
    a, b = region_rates(h.scalar, first)
    c, d = region_rates(h.scalar, second)
    weight = 0.0
    if c != a:
        weight = (w.price[RATE_SHORT] - a) / (c - a)
    elif d != b:
        weight = (w.price[RATE_LONG] - b) / (d - b)
    bill = region_bill(h.scalar, first, short, long)
    excess = region_bill(h.scalar, second, short, long) - bill
    return (1.0 + w.price[PRICE_TAX]) * (max(excess, 0.0) - weight * excess)


@inlined
def without_tax(h: Household, w: Work) -> float:
    """The objective at marginal rates less its tax."""
    total = linear_objective(h, w)
    for p in range(h.positions):
        total -= curve_tax(p, w.node, w.at, w.segment)
    return total


@inlined
def solve_edge(
    h: Household,
    w: Work,
    first: int,
    second: int,
    tolerance: float,
    steps_max: int,
    figures: Floats,
) -> None:
    """Solve on the edge between two regions: minimise with the larger of their two bills.

    Leaves the mixture in `w.node` and the current row of lots sold.
    """
    a, b = region_rates(h.scalar, first)
    c, d = region_rates(h.scalar, second)
    factor = 1.0 + w.price[PRICE_TAX]
    low = 0.0  # weight of the second region where its bill is the larger one
    high = 1.0
    low_excess = high_excess = 0.0
    low_value = high_value = 0.0
    proven = -math.inf
    share = 0.0
    mixture = math.inf
    ready = 0
    for turn in range(EDGE_ROUNDS):
        if turn < 2:
            weight = float(turn)
        elif turn % 3 == 0:
            weight = 0.5 * (low + high)
        else:
            weight = low + (high - low) * low_excess / (low_excess - high_excess)
            weight = min(max(weight, low + 0.02 * (high - low)), high - 0.02 * (high - low))
        figures[STEPS] += resolve(
            h, w, a + weight * (c - a), b + weight * (d - b), tolerance, steps_max
        )
        unproven = convex_gap(h, w)
        _, short, long = true_objective(h, w)
        bill_first = region_bill(h.scalar, first, short, long)
        bill_second = region_bill(h.scalar, second, short, long)
        excess = bill_second - bill_first
        value = without_tax(h, w)
        proven = max(proven, value + factor * (bill_first + weight * excess) - unproven)
        if excess > 0.0:
            low, low_excess, low_value = weight, excess, value + factor * bill_first
            keep_end(h, w, EDGE_LOW)
            ready |= 1
        else:
            high, high_excess, high_value = weight, excess, value + factor * bill_first
            keep_end(h, w, EDGE_HIGH)
            ready |= 2
        if turn == 1 and ready != 3:
            return  # the edge does not lie between them
        if ready == 3 and turn >= 1:
            share = low_excess / (low_excess - high_excess)
            mixture = low_value + share * (high_value - low_value)
            if mixture - proven <= EDGE_TOLERANCE * h.scalar[VALUE]:
                break
    mix_ends(h, w, EDGE_LOW, share)
    consider_sold(h, w, figures, max(mixture - proven, 0.0), NO)

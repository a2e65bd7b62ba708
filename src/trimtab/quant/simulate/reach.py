"""To the aims: what a rule wants of each instrument once costs are paid, and what it can have.

A rule's weights are of the value that is left after the costs of getting there, V′ = V − costs
(trades to the aims of V′), which rounds of substitution solve to the last digit.  Where the aims
are out of reach (nothing may be bought, some lots may not be sold), the nearest point in weights is
taken: y = clip(w·V′ + λ, l, u), with λ zero unless there is not the cash for it.

Errors: none; `reach` says where not even the least of everything can be paid for.
"""

from trimtab.quant.compile import inlined, kernel
from trimtab.quant.simulate.lot_sheet import (
    AFTER,
    AIM,
    BUY_COST,
    FRACTION,
    HELD,
    KEPT,
    LEAST,
    LOOSE_KEPT,
    MOST,
    NO_TARGET,
    RESERVE,
    SELL_COST,
    SIDE,
    STATED,
    VALUE,
    WEIGHT,
    WIDTH,
    Floats,
)

__all__ = ["EDGE", "find_sides", "reach", "want"]

EDGE = 1e-9
"""A weight this close to a band's edge is on it, as in `model.drift`."""

ROUNDS_MAX = 64
"""Rounds of the value after costs; each gains a factor of about 1/c, c at most a few percent."""

LAST_DIGIT = 4.0e-16
"""Fraction of value below which two rounds are the same number."""

SLACK = 1e-12
"""Fraction of value by which purchases may exceed what there is: rounding, no want of cash."""

STEPS_MAX = 100
"""Steps of the common shift λ; each lands on a kink or halves what is left."""


@kernel
def invested(terms: Floats, value: float) -> float:
    """The dollars of which weights are fractions, where a reserve leaves less than all."""
    if terms[STATED] <= 0.0:
        return value
    return min(value, max(0.0, value - terms[RESERVE]) / terms[STATED])


@kernel
def find_sides(terms: Floats, places: Floats) -> bool:
    """Whether any weight is outside its band, and on which side each one is (0: inside)."""
    value = terms[VALUE]
    base = invested(terms, value)
    acts = False
    for i in range(places.shape[1]):
        places[SIDE, i] = 0.0
        if places[WEIGHT, i] == NO_TARGET:
            continue
        drift = (places[HELD, i] - places[WEIGHT, i] * base) / value
        if abs(drift) > places[WIDTH, i] + EDGE:
            places[SIDE, i] = 1.0 if drift > 0.0 else -1.0
            acts = True
    return acts


@kernel
def want(terms: Floats, places: Floats, value: float) -> None:
    """The dollars that a way aims at, if `value` is what is left after costs.

    What left its band goes back to what is kept of it, and the rest gives way on its own way to
    target, in proportion to how far each is from there.
    """
    base, kept = invested(terms, value), terms[KEPT]
    missing = 0.0
    for i in range(places.shape[1]):
        held, target = places[HELD, i], places[WEIGHT, i] * base
        if places[WEIGHT, i] == NO_TARGET:
            places[AIM, i] = terms[LOOSE_KEPT] * held
            continue
        if kept <= 0.0:
            places[AIM, i] = target + (1.0 - terms[FRACTION]) * (held - target)
        elif places[SIDE, i] != 0.0:
            places[AIM, i] = target + places[SIDE, i] * kept * places[WIDTH, i] * value
        else:
            places[AIM, i] = held
        missing += target - places[AIM, i]
    if kept > 0.0:
        give_way(places, base, missing)


@inlined
def give_way(places: Floats, base: float, missing: float) -> None:
    """Share what is missing from the whole out over all that it brings closer to target."""
    sign = 1.0 if missing > 0.0 else -1.0
    room = 0.0
    for i in range(places.shape[1]):
        if places[WEIGHT, i] != NO_TARGET:
            room += max(0.0, sign * (places[WEIGHT, i] * base - places[AIM, i]))
    if room <= 0.0:
        return
    share = min(1.0, abs(missing) / room)
    for i in range(places.shape[1]):
        gap = places[WEIGHT, i] * base - places[AIM, i]
        if places[WEIGHT, i] != NO_TARGET and sign * gap > 0.0:
            places[AIM, i] += share * gap


@kernel
def within(places: Floats, budget: float, slack: float) -> bool:
    """The point nearest to the aims within bounds and budget; false where there is none."""
    n = places.shape[1]
    total = least = highest = 0.0
    for i in range(n):
        places[AFTER, i] = min(max(places[AIM, i], places[LEAST, i]), places[MOST, i])
        total += places[AFTER, i]
        least += places[LEAST, i]
        highest = max(highest, places[AIM, i])
    if total <= budget + slack:
        return True
    if least > budget + slack:
        return False
    low, high, shift = -highest, 0.0, 0.0
    for _ in range(STEPS_MAX):
        total, moving = -budget, 0.0
        for i in range(n):
            wanted = places[AIM, i] + shift
            places[AFTER, i] = min(max(wanted, places[LEAST, i]), places[MOST, i])
            total += places[AFTER, i]
            if places[LEAST, i] < wanted < places[MOST, i]:
                moving += 1.0
        if abs(total) <= slack:
            break
        if total > 0.0:
            high = shift
        else:
            low = shift
        step = shift - total / moving if moving > 0.0 else low
        shift = step if low < step < high else 0.5 * (low + high)
    return True


@inlined
def reach(terms: Floats, places: Floats) -> bool:
    """Dollars of each instrument after the trades; false where cash falls short of the reserve.

    Sides are as `find_sides` left them, `LEAST` and `MOST` the bounds.
    """
    value = terms[VALUE]
    left, found = value, True
    for _ in range(ROUNDS_MAX):
        want(terms, places, left)
        found = within(places, left - terms[RESERVE], SLACK * value)
        before, left = left, value
        for i in range(places.shape[1]):
            trade = places[AFTER, i] - places[HELD, i]
            left -= trade * (places[BUY_COST, i] if trade > 0.0 else -places[SELL_COST, i])
        if abs(left - before) <= LAST_DIGIT * value:
            break
    return found

"""One review of many simulated households at once: trade, pay, drift, and live through a period.

The order is that of the long-run problem: decide, pay trading cost and tax, bear the variance of
what is left of the drift, then a period of returns follows.  Gains are realised at the average
basis of the instrument, net losses are carried forward.  Costs and tax come out of cash: where
that runs short, purchases are scaled down together.

Errors: none; `household_layout` refuses what cannot be stepped.
"""

from enum import IntEnum

import numpy as np

from trimtab.quant.compile import entry, inlined, kernel
from trimtab.quant.worlds.household_layout import Floats, Households, Outcome, Singles, Terms, Work

__all__ = ["BAND_FACTOR_MAX", "FRACTIONS", "Acting", "begin", "review"]


class Acting(IntEnum):
    """What an action says: how far to go back to target, or where the band's edges lie."""

    GAP_FRACTION = 0
    BAND_EDGE = 1


FRACTIONS = (0.0, 0.5, 1.0)
"""What the discrete actions none, partial and full close of every drift."""

BAND_FACTOR_MAX = 4.0
"""A band-edge action of 1 is a half-width this many times the reference, of −1 this part of it."""
BEND = (BAND_FACTOR_MAX - 1.0) / (BAND_FACTOR_MAX + 1.0)

REMEMBERED = 0.8
"""What is left after a period of what was remembered of the market."""
VOLATILITY_MAX, COST_MAX = 5.0, 5.0
DAYS_A_YEAR = 365.0
LEAST = 1e-12
"""A trade below this fraction of value is none; no division by less."""

# Rows of the room by household; some serve several passes.
TOTAL, MISSING, ROOM, ACTS, GAINS, SOLD, BOUGHT, COST = range(8)
LOW, HIGH = GAINS, SOLD
MEAN, SQUARE, WANTED, AFTER = GAINS, SOLD, BOUGHT, COST


@entry
def begin(
    terms: Terms, households: Households, work: Work, outcome: Outcome, is_staggered: bool
) -> None:
    """Every household at the start of an episode, or somewhere in one if `is_staggered`."""
    for b in range(households.cash.shape[0]):
        start(terms, households, b)
        if is_staggered:
            households.left[b] = 1 + int(chance(households, b) * terms.episode)
    observe(terms, households, work, outcome.observed)


@entry
def review(
    terms: Terms,
    acting: int,
    action: Singles,
    households: Households,
    work: Work,
    outcome: Outcome,
) -> None:
    """One review of every household and the period after it; episodes that end start anew.

    Shape: `action` (B, 1) fractions of the drift, or (B, 2m) for m banded instruments, down and up
    of each, −1 to 1.
    """
    value_all(households, work)
    if acting == 0:
        aim_part_way(terms, action, households, work)
    else:
        aim_at_edges(terms, action, households, work)
    trade(terms, households, work, outcome)
    bear_drift(terms, households, work, outcome)
    live_through(terms, households, work, outcome)
    is_any_over = False
    for b in range(households.cash.shape[0]):
        spent = outcome.trading[b] + outcome.tax[b] + outcome.drift[b]
        outcome.reward[b] = outcome.captured[b] - spent
        households.left[b] -= 1
        outcome.ended[b] = households.left[b] <= 0
        is_any_over |= outcome.ended[b]
    if is_any_over:
        observe(terms, households, work, outcome.last)
        for b in range(households.cash.shape[0]):
            if outcome.ended[b]:
                start(terms, households, b)
    observe(terms, households, work, outcome.observed)


@kernel
def value_all(households: Households, work: Work) -> None:
    """The value of every household."""
    n, count = households.held.shape
    total = work.by_household[TOTAL]
    for b in range(count):
        total[b] = households.cash[b]
    for i in range(n):
        for b in range(count):
            total[b] += households.held[i, b]


@kernel
def aim_part_way(terms: Terms, action: Singles, households: Households, work: Work) -> None:
    """Aims a fraction of the way from what is held to the target."""
    n, count = households.held.shape
    total, part = work.by_household[TOTAL], work.by_household[ROOM]
    for b in range(count):
        part[b] = min(max(action[b, 0], 0.0), 1.0)
    for i in range(n):
        target = terms.target[i]
        for b in range(count):
            held = households.held[i, b]
            work.aim[i, b] = held + part[b] * (target * total[b] - held)


@kernel
def aim_at_edges(terms: Terms, action: Singles, households: Households, work: Work) -> None:
    """Aims at the nearest edge of bands that are left; the rest gives way on its way to target."""
    n, count = households.held.shape
    total, missing = work.by_household[TOTAL], work.by_household[MISSING]
    low, high = work.by_household[LOW], work.by_household[HIGH]
    acts = work.by_household[ACTS]
    for i in range(n):
        for b in range(count):
            work.aim[i, b] = households.held[i, b]
    acts[:] = 0.0
    for j in range(terms.banded.shape[0]):
        i = terms.banded[j]
        target, down, up = terms.target[i], terms.bands[i, 0], terms.bands[i, 1]
        for b in range(count):
            low[b], high[b] = action[b, 2 * j], action[b, 2 * j + 1]
        for b in range(count):
            low[b] = max(0.0, target - down * widening(low[b])) * total[b]
        for b in range(count):
            high[b] = min(1.0, target + up * widening(high[b])) * total[b]
        for b in range(count):
            held = work.aim[i, b]
            aim = min(max(held, low[b]), high[b])
            acts[b] = max(acts[b], abs(aim - held))
            work.aim[i, b] = aim
    stated = terms.target.sum()
    for b in range(count):
        missing[b] = total[b] * stated
    for i in range(n):
        for b in range(count):
            missing[b] -= work.aim[i, b]
    give_way(terms, work)


@inlined
def give_way(terms: Terms, work: Work) -> None:
    """Share what is missing from the whole out over all that it brings closer to target."""
    n, count = work.aim.shape
    total, missing = work.by_household[TOTAL], work.by_household[MISSING]
    room, acts = work.by_household[ROOM], work.by_household[ACTS]
    room[:] = 0.0
    for i in range(n):
        target = terms.target[i]
        for b in range(count):
            gap = target * total[b] - work.aim[i, b]
            room[b] += gap if gap * missing[b] > 0.0 else 0.0
    for b in range(count):
        least = LEAST * total[b]
        share = missing[b] / room[b] if abs(room[b]) > least else 0.0
        room[b] = min(1.0, share) if acts[b] > least else 0.0
    for i in range(n):
        target = terms.target[i]
        for b in range(count):
            gap = target * total[b] - work.aim[i, b]
            work.aim[i, b] += room[b] * gap if gap * missing[b] > 0.0 else 0.0


@inlined
def widening(action: float) -> float:
    """The factor of a half-width: close to `BAND_FACTOR_MAX` to the power of the action, and equal
    to it at −1, 0 and 1, without an exponential."""
    bent = BEND * min(max(action, -1.0), 1.0)
    return (1.0 + bent) / (1.0 - bent)


@kernel
def trade(terms: Terms, households: Households, work: Work, outcome: Outcome) -> None:
    """Sell, pay, buy what cash allows.

    Short loops over few arrays each: those are what the compiler turns into vector instructions.
    """
    n, count = households.held.shape
    gains, sold = work.by_household[GAINS], work.by_household[SOLD]
    bought, paid = work.by_household[BOUGHT], work.by_household[COST]
    part = work.by_household[ROOM]
    for row in (GAINS, SOLD, BOUGHT, COST):
        work.by_household[row, :] = 0.0
    outcome.trading[:] = 0.0
    for i in range(n):
        cost = terms.cost[i]
        for b in range(count):
            change = work.aim[i, b] - households.held[i, b]
            work.away[i, b] = max(change, 0.0)
            work.aim[i, b] = max(-change, 0.0)
        for b in range(count):
            sold[b] += work.aim[i, b]
            outcome.trading[b] += cost * work.aim[i, b]
        for b in range(count):
            bought[b] += work.away[i, b]
            paid[b] += cost * work.away[i, b]
        for b in range(count):
            gone = work.aim[i, b] / max(households.held[i, b], LEAST)
            given_up = households.basis[i, b] * gone
            households.basis[i, b] -= given_up
            gains[b] += work.aim[i, b] - given_up
        for b in range(count):
            households.held[i, b] -= work.aim[i, b]
    pay(terms, households, work, outcome)
    for i in range(n):
        for b in range(count):
            households.held[i, b] += part[b] * work.away[i, b]
        for b in range(count):
            households.basis[i, b] += part[b] * work.away[i, b]


@inlined
def pay(terms: Terms, households: Households, work: Work, outcome: Outcome) -> None:
    """Tax and costs out of cash, and the part of the purchases for which there is enough."""
    total, gains = work.by_household[TOTAL], work.by_household[GAINS]
    sold, bought = work.by_household[SOLD], work.by_household[BOUGHT]
    paid, part = work.by_household[COST], work.by_household[ROOM]
    for b in range(total.shape[0]):
        net = gains[b] - households.carried_loss[b]
        tax = terms.tax_rate * max(net, 0.0)
        households.carried_loss[b] = max(-net, 0.0)
        at_hand = households.cash[b] + sold[b] - outcome.trading[b] - tax
        asked = bought[b] + paid[b]
        part[b] = min(1.0, max(at_hand, 0.0) / asked) if asked > 0.0 else 0.0
        households.cash[b] = at_hand - part[b] * asked
        outcome.trading[b] = (outcome.trading[b] + part[b] * paid[b]) / total[b]
        outcome.tax[b] = tax / total[b]
        is_traded = sold[b] + part[b] * bought[b] > LEAST * total[b]
        households.days[b] = 0.0 if is_traded else households.days[b]


@kernel
def bear_drift(terms: Terms, households: Households, work: Work, outcome: Outcome) -> None:
    """What the variance of the drift that is left costs until the next review."""
    n, count = households.held.shape
    value_all(households, work)
    total, variance = work.by_household[TOTAL], outcome.drift
    for i in range(n):
        for b in range(count):
            work.away[i, b] = households.held[i, b] / total[b] - terms.target[i]
    variance[:] = 0.0
    for i in range(n):
        for b in range(count):
            work.aim[i, b] = 0.5 * terms.covariance[i, i] * work.away[i, b]
        for j in range(i):
            shared = terms.covariance[i, j]
            for b in range(count):
                work.aim[i, b] += shared * work.away[j, b]
        for b in range(count):
            variance[b] += 2.0 * work.aim[i, b] * work.away[i, b]
    for b in range(count):
        variance[b] *= terms.drift_price


@kernel
def live_through(terms: Terms, households: Households, work: Work, outcome: Outcome) -> None:
    """A period of returns, and what is remembered of it."""
    n, count = households.held.shape
    mean, square = work.by_household[MEAN], work.by_household[SQUARE]
    wanted, after = work.by_household[WANTED], work.by_household[AFTER]
    for b in range(count):
        row = households.row[b]
        for i in range(n):
            work.aim[i, b] = terms.growth[row, i] - 1.0
        households.row[b] = row + 1
    for b in range(count):
        mean[b], square[b], wanted[b], after[b] = 0.0, 0.0, 0.0, households.cash[b]
    for i in range(n):
        target = terms.target[i]
        for b in range(count):
            mean[b] += work.aim[i, b]
            square[b] += work.aim[i, b] * work.aim[i, b]
            wanted[b] += target * work.aim[i, b]
        for b in range(count):
            households.held[i, b] *= 1.0 + work.aim[i, b]
            after[b] += households.held[i, b]
    remember(terms, households, work, outcome)


@inlined
def remember(terms: Terms, households: Households, work: Work, outcome: Outcome) -> None:
    """The market's figures a period later, and the return beyond that of the targets."""
    n, market, fresh = households.held.shape[0], households.market, 1.0 - REMEMBERED
    for b in range(households.cash.shape[0]):
        growth = work.by_household[AFTER, b] / work.by_household[TOTAL, b]
        outcome.captured[b] = terms.capture * (growth - 1.0 - work.by_household[WANTED, b])
        common = work.by_household[MEAN, b] / n
        market[0, b] += fresh * (work.by_household[SQUARE, b] / n - market[0, b])
        market[1, b] += fresh * (common * common - market[1, b])
        market[2, b] += fresh * (common - market[2, b])
        market[3, b] += fresh * (outcome.trading[b] - market[3, b])
        households.days[b] += terms.review_days


@kernel
def observe(terms: Terms, households: Households, work: Work, observed: Singles) -> None:
    """What may be known of every household; `learning.vec_env` documents the layout.

    Shape: `observed` (size, B).
    """
    n, count = households.held.shape
    value_all(households, work)
    total = work.by_household[TOTAL]
    for i in range(n):
        for b in range(count):
            observed[i, b] = households.held[i, b] / total[b]
        for b in range(count):
            observed[n + i, b] = terms.target[i]
        for b in range(count):
            held = households.held[i, b]
            gain = 1.0 - households.basis[i, b] / max(held, LEAST)
            observed[2 * n + i, b] = max(gain, -1.0)
    at = 3 * n
    market = households.market
    for b in range(count):
        square = max(market[0, b], LEAST)
        trend = market[2, b] / np.sqrt(terms.usual_square)
        observed[at, b] = households.cash[b] / total[b]
        observed[at + 1, b] = min(households.days[b] / DAYS_A_YEAR, 1.0)
        observed[at + 2, b] = min(np.sqrt(square / terms.usual_square), VOLATILITY_MAX)
        observed[at + 3, b] = min(market[1, b] / square, 1.0)
        observed[at + 4, b] = min(max(trend, -1.0), 1.0)
        observed[at + 5, b] = min(market[3, b] / terms.usual_cost, COST_MAX)


@kernel
def start(terms: Terms, households: Households, b: int) -> None:
    """A household near its targets, somewhere in the history, worth one dollar."""
    n = households.held.shape[0]
    total = 0.0
    for i in range(n):
        swing = 1.0 + terms.spread * (2.0 * chance(households, b) - 1.0)
        households.held[i, b] = terms.target[i] * swing
        total += households.held[i, b]
    stated = terms.target.sum()
    for i in range(n):
        held = households.held[i, b] * stated / max(total, LEAST)
        households.held[i, b] = held
        households.basis[i, b] = held * (1.0 - terms.gain_most * chance(households, b))
    households.cash[b] = max(0.0, 1.0 - stated)
    households.carried_loss[b] = 0.0
    households.days[b] = 0.0
    households.market[0, b] = terms.usual_square
    households.market[1, b] = terms.usual_square / n
    households.market[2, b] = 0.0
    households.market[3, b] = 0.0
    paths = terms.growth.shape[0] // terms.periods
    path = int(chance(households, b) * paths)
    first = int(chance(households, b) * (terms.periods - terms.episode + 1))
    households.row[b] = path * terms.periods + first
    households.left[b] = terms.episode


@kernel
def chance(households: Households, b: int) -> float:
    """The next number of a household's own stream, from 0 to below 1 (xorshift64*)."""
    x = households.chance[b]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    households.chance[b] = x
    return float((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0

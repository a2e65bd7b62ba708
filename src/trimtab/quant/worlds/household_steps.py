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
from trimtab.quant.worlds.household_layout import (
    COST_MAX,
    VOLATILITY_MAX,
    Households,
    Outcome,
    Singles,
    Terms,
    Work,
)
from trimtab.quant.worlds.household_trades import (
    AFTER,
    LEAST,
    MEAN,
    SQUARE,
    TOTAL,
    WANTED,
    aim_at_edges,
    aim_part_way,
    trade,
    value_all,
)

__all__ = ["FRACTIONS", "REMEMBERED", "Acting", "begin", "review"]


class Acting(IntEnum):
    """What an action says: how far to go back to target, or where the band's edges lie."""

    GAP_FRACTION = 0
    BAND_EDGE = 1


FRACTIONS = (0.0, 0.5, 1.0)
"""What the discrete actions none, partial and full close of every drift."""

REMEMBERED = 0.8
"""What is left after a period of what was remembered of the market."""
DAYS_A_YEAR = 365.0


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

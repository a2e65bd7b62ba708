"""What households of a simulated world aim at, and the trades that take them there.

Gains are realised at the average basis of the instrument, net losses are carried forward.  Costs
and tax come out of cash: where that runs short, purchases are scaled down together.

Errors: none.
"""

from trimtab.quant.compile import inlined, kernel
from trimtab.quant.worlds.household_layout import Households, Outcome, Singles, Terms, Work

__all__ = [
    "AFTER",
    "BAND_FACTOR_MAX",
    "BEND",
    "LEAST",
    "MEAN",
    "SQUARE",
    "TOTAL",
    "WANTED",
    "aim_at_edges",
    "aim_part_way",
    "trade",
    "value_all",
]

BAND_FACTOR_MAX = 4.0
"""A band-edge action of 1 is a half-width this many times the reference, of −1 this part of it."""
BEND = (BAND_FACTOR_MAX - 1.0) / (BAND_FACTOR_MAX + 1.0)

LEAST = 1e-12
"""A trade below this fraction of value is none; no division by less."""

# Rows of the room by household; some serve several passes.
TOTAL, MISSING, ROOM, ACTS, GAINS, SOLD, BOUGHT, COST = range(8)
LOW, HIGH = GAINS, SOLD
MEAN, SQUARE, WANTED, AFTER = GAINS, SOLD, BOUGHT, COST


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
        households.cash[b] = max(0.0, at_hand - part[b] * asked)  # not below it by a last digit
        outcome.trading[b] = (outcome.trading[b] + part[b] * paid[b]) / total[b]
        outcome.tax[b] = tax / total[b]
        is_traded = sold[b] + part[b] * bought[b] > LEAST * total[b]
        households.days[b] = 0.0 if is_traded else households.days[b]

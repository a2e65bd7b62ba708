"""Seeded households by the thousand, as flat arrays: what a night's run of an adviser looks at.

A household has two or three accounts (taxable, traditional and often Roth), may hold 20 instruments
in each, and owns 100 to 160 lots with dates and basis from one price history.  It has purchases and
loss sales of the last month, gains or losses of the year so far, sometimes a carry-forward, a
deposit or a withdrawal, a reserve, and positions that its owner will not sell or add to.

Households come in blocks of `BLOCK`: number b is the same household whatever the size of the fleet.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from benchmarks._fleet_arrays import Fleet
from benchmarks._fleet_market import INSTRUMENTS, MODELS, Market

__all__ = ["ACCOUNTS_MAX", "BLOCK", "make_block"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

BLOCK = 2_000  # households generated at once; bounds the memory
ACCOUNTS_MAX = 3  # taxable, traditional, Roth
LOTS_LEAST, LOTS_MOST = 100, 160
WASH_DAYS, LONG_TERM_DAYS = 30, 365
AGE_MEAN_DAYS, AGE_MOST_DAYS = 900.0, 2_950
MINIMUM_TRADE, MINIMUM_TRADE_FRACTION = 100.0, 0.0005
ORDINARY_LIMIT = 3_000.0
CARRY_VALUE = 0.5  # of the rate that a carried loss would save
# Marginal rates, federal with NIIT and state: short-term, long-term, ordinary.
BRACKETS = np.array(
    [
        (0.22 + 0.05, 0.15 + 0.05, 0.22 + 0.05),
        (0.24 + 0.05, 0.15 + 0.05, 0.24 + 0.05),
        (0.32 + 0.038 + 0.06, 0.15 + 0.038 + 0.06, 0.32 + 0.06),
        (0.35 + 0.038 + 0.06, 0.15 + 0.038 + 0.06, 0.35 + 0.06),
        (0.37 + 0.038 + 0.09, 0.20 + 0.038 + 0.09, 0.37 + 0.09),
    ]
)
BRACKET_SHARES = (0.30, 0.35, 0.15, 0.10, 0.10)
# How much likelier than elsewhere a class is held in the traditional and the Roth account.
TRADITIONAL_TASTE = (0.6, 0.6, 0.6, 0.8, 0.8, 3.0, 3.0, 0.0, 2.5, 0.5)
ROTH_TASTE = (1.2, 1.2, 2.0, 0.8, 1.5, 0.3, 0.3, 0.0, 2.0, 0.5)


@dataclass(frozen=True, slots=True)
class _Lots:
    """The lots of a block, flat, and where they lie in its (B, 3, 20) grid of positions."""

    count: Ints
    """(B, 3, 20)."""
    cell: Ints
    value: Floats
    age: Ints
    gain: Floats
    taxable: Flags


def _lot_counts(rng: np.random.Generator, size: int, has_roth: Flags) -> Ints:
    """(B, 3, 20) lots: one or two per sheltered position, all others in the taxable account."""
    total = rng.integers(LOTS_LEAST, LOTS_MOST + 1, size)
    sheltered = (rng.random((size, 2, INSTRUMENTS)) < 0.7).astype(np.int64)
    sheltered += sheltered * (rng.random(sheltered.shape) < 0.25)
    sheltered[~has_roth, 1] = 0
    left = total - sheltered.sum(axis=(1, 2))
    taste = np.tile((1.3, 0.7), INSTRUMENTS // 2)
    taxable = rng.multinomial(left, taste / taste.sum())
    return np.concatenate((taxable[:, None, :], sheltered), axis=1)


def _held(rng: np.random.Generator, wanted: Floats, count: Ints, value: Floats) -> Floats:
    """(B, 3, 20) dollars held: near the wanted weights, wherever there are lots."""
    size = len(wanted)
    share = rng.dirichlet((6.0, 3.0, 2.0), size)[:, :, None]
    taste = np.ones((3, INSTRUMENTS))
    taste[1], taste[2] = np.repeat(TRADITIONAL_TASTE, 2), np.repeat(ROTH_TASTE, 2)
    weight = share * taste * np.exp(0.4 * rng.standard_normal(count.shape)) * (count > 0)
    by_class = wanted * np.exp(0.12 * rng.standard_normal(wanted.shape))
    first = rng.beta(5.0, 1.5, wanted.shape)
    by_fund = np.stack((by_class * first, by_class * (1.0 - first)), axis=2)
    over_accounts = weight / np.maximum(weight.sum(axis=1, keepdims=True), 1e-300)
    held = over_accounts * by_fund.reshape(size, 1, INSTRUMENTS)
    return np.asarray(held * (value / held.sum(axis=(1, 2)))[:, None, None])


def _lots(rng: np.random.Generator, market: Market, count: Ints, held: Floats) -> _Lots:
    cell = np.repeat(np.arange(count.size), count.ravel())
    part = rng.gamma(2.0, 1.0, len(cell))
    whole = np.bincount(cell, part, count.size)
    value = held.ravel()[cell] * part / whole[cell]
    age = np.minimum(1 + rng.exponential(AGE_MEAN_DAYS, len(cell)), AGE_MOST_DAYS).astype(np.int64)
    taxable = cell // INSTRUMENTS % ACCOUNTS_MAX == 0
    gain = 1.0 - market.price_ago[age, cell % INSTRUMENTS]
    return _Lots(count, cell, value, age, np.where(taxable, gain, 0.0), taxable)


def _tax(rng: np.random.Generator, value: Floats) -> Floats:
    """(B, 8) tax curves: 40 % without a year-to-date figure, the others with gains or losses."""
    size = len(value)
    short, long, ordinary = BRACKETS[rng.choice(len(BRACKETS), size, p=BRACKET_SHARES)].T
    active = rng.random(size) < 0.6
    net = rng.standard_normal((2, size)) * np.array([[0.004], [0.010]]) * value * active
    carried = (rng.random((2, size)) < 0.1) * rng.exponential(0.02, (2, size)) * value
    limit = np.full(size, ORDINARY_LIMIT)
    carry = (CARRY_VALUE * short, CARRY_VALUE * long)
    return np.column_stack((short, long, ordinary, limit, *carry, *(net - carried)))


def _cash(
    rng: np.random.Generator, invested: Floats, has_account: Flags
) -> tuple[Floats, Floats, Floats]:
    """(B, 3) cash, flow and reserve; withdrawals often need sales."""
    size = len(invested)
    cash = rng.exponential(0.006, (size, ACCOUNTS_MAX)) * invested[:, None] * has_account
    draw = rng.random(size)
    amount = rng.uniform(0.002, 0.03, size) * invested
    flow = np.zeros((size, ACCOUNTS_MAX))
    flow[:, 0] = np.where(draw < 0.2, amount, np.where(draw > 0.9, -amount, 0.0))
    reserve = np.zeros((size, ACCOUNTS_MAX))
    reserve[:, 0] = (rng.random(size) < 0.5) * 0.002 * invested
    return cash, flow, reserve


def _bounds(rng: np.random.Generator, held: Floats) -> tuple[Floats, Floats]:
    """(B, 3, 20) bounds: one position in fifty is not to be sold, one not to be added to."""
    draw = rng.random(held.shape)
    return np.where(draw < 0.02, held, 0.0), np.where(draw > 0.98, held, np.inf)


def _location(market: Market, tax: Floats) -> Floats:
    """(B, 3, 20) yearly tax on dividends and interest where an account is taxable."""
    rate = np.where(market.dividend_is_ordinary, tax[:, 2:3], tax[:, 1:2])
    drag = np.zeros((len(tax), ACCOUNTS_MAX, INSTRUMENTS))
    drag[:, 0] = market.dividend * rate
    return drag


def make_block(market: Market, seed: int, block: int) -> Fleet:
    """The `BLOCK` households of one block, a function of the seed and the block's number alone."""
    rng = np.random.default_rng([seed, block])
    has_account = np.ones((BLOCK, ACCOUNTS_MAX), dtype=np.bool_)
    has_account[:, 2] = rng.random(BLOCK) < 0.5
    model = MODELS[rng.integers(0, len(MODELS), BLOCK)]
    wanted = model * np.exp(0.1 * rng.standard_normal(model.shape))
    wanted *= 0.99 / wanted.sum(axis=1, keepdims=True)
    invested = np.clip(rng.lognormal(np.log(8e5), 0.9, BLOCK), 1e5, 2e7)
    count = _lot_counts(rng, BLOCK, has_account[:, 2])
    held = _held(rng, wanted, count, invested)
    lots = _lots(rng, market, count, held)
    tax = _tax(rng, invested)
    cash, flow, reserve = _cash(rng, invested, has_account)
    lower, upper = _bounds(rng, held)
    return _join(rng, market, has_account, wanted, lots, tax, (cash, flow, reserve), (lower, upper))


def _join(
    rng: np.random.Generator,
    market: Market,
    has_account: Flags,
    wanted: Floats,
    lots: _Lots,
    tax: Floats,
    money: tuple[Floats, Floats, Floats],
    bounds: tuple[Floats, Floats],
) -> Fleet:
    """Drop the accounts that a household does not have and number what is left."""
    size, n = len(wanted), INSTRUMENTS
    keep = np.repeat(has_account.ravel(), n)
    household, account, instrument = (
        index.ravel()[keep] for index in np.indices((size, ACCOUNTS_MAX, n))
    )
    number = np.cumsum(keep) - 1
    cash, flow, reserve = (column[has_account] for column in money)
    holder = lots.cell // (n * ACCOUNTS_MAX)
    worth = np.bincount(holder, lots.value, size) + sum(column.sum(axis=1) for column in money[:2])
    target = np.zeros((size, n))
    target[:, ::2] = wanted
    recent = lots.age <= WASH_DAYS
    where = holder * n + lots.cell % n
    recent_value = np.bincount(where, lots.value * recent, size * n).astype(np.float64)
    minimum = np.maximum(MINIMUM_TRADE, MINIMUM_TRADE_FRACTION * worth)
    return Fleet(
        market=market,
        position_start=_starts(has_account.sum(axis=1) * n),
        lot_start=_starts(lots.count.sum(axis=(1, 2))),
        account_start=_starts(has_account.sum(axis=1)),
        value=worth,
        target=target,
        tax=tax,
        position_household=household,
        position_account=account,
        position_instrument=instrument,
        lower=bounds[0].ravel()[keep],
        upper=bounds[1].ravel()[keep],
        location_cost=_location(market, tax).ravel()[keep],
        minimum_trade=minimum[household],
        lot_position=number[lots.cell],
        lot_value=lots.value,
        lot_gain=lots.gain,
        lot_long_term=lots.age > LONG_TERM_DAYS,
        lot_taxable=lots.taxable,
        lot_recent=recent,
        cash=cash,
        flow=flow,
        reserve=reserve,
        buy_blocked=rng.random((size, n)) < 0.04,
        recent_value=recent_value.reshape(size, n),
    )


def _starts(counts: npt.NDArray[np.int64]) -> Ints:
    return np.concatenate(([0], np.cumsum(counts))).astype(np.int64)

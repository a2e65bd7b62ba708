"""The arrays that the kernels work on: one household's views, and one thread's scratch space.

A kernel reads a `Household` (slices of the packed batch, positions sorted by account, lots by
position) and writes into a `Work`, which is allocated once per thread and reused.  Both are named
tuples because Numba understands those.  Trades are `z` dollars: bought above zero, sold below.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from numba import njit

__all__ = [
    "BUY",
    "LIQUIDATE",
    "LOT_EXEMPT",
    "LOT_LONG",
    "LOT_SHORT",
    "RELAXED",
    "RULE_FULL_BLOCK",
    "RULE_NONE",
    "RULE_PROPORTIONAL",
    "SELL",
    "WASHED",
    "Household",
    "Work",
    "make_work",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# What a group of substantially identical instruments may do.
BUY = 0  # buys allowed, no loss sales in taxable accounts
SELL = 1  # loss sales bring their benefit, no buys in any account
LIQUIDATE = 2  # full block only: everything in taxable accounts is sold, blocked lots included
WASHED = 3  # proportional only: loss sales without benefit, no buys
RELAXED = 4  # both at once: never an answer, only a bound

LOT_EXEMPT, LOT_SHORT, LOT_LONG = 0, 1, 2
RULE_NONE, RULE_PROPORTIONAL, RULE_FULL_BLOCK = 0, 1, 2


class Household(NamedTuple):
    """One household, read-only."""

    value: float
    kappa: float
    covariance: Floats
    target: Floats
    account_start: Ints  # (A+1,) positions of account a
    instrument: Ints
    buy_cost: Floats
    sell_cost: Floats
    impact: Floats
    location: Floats
    minimum_trade: Floats
    fixed_cost: Floats
    share: Floats  # (m,) dollars of one quantity step, 0 for any amount
    held: Floats
    z_low: Floats  # (m,) lower − held
    z_high: Floats  # (m,) upper − held
    lot_start: Ints  # (m+1,) lots of position p
    lot_value: Floats
    lot_gain: Floats
    lot_kind: Ints
    lot_sellable: Flags
    lot_blocked: Flags  # full block: another recent lot of the position exists
    budget: Floats  # (A,) cash plus flow
    reserve: Floats
    position_group: Ints
    group_start: Ints  # (G+1,) into group_member
    group_member: Ints
    group_blocked: Flags
    group_recent: Floats
    tax: Floats  # the TaxCurve's fields in their order
    rule: int
    turnover_max: float
    tax_max: float


class Work(NamedTuple):
    """Scratch space of one thread, long enough for its largest household."""

    rate: Floats  # (l,) tax per dollar sold at the current marginal rates
    order: Ints  # (l,) lots of each position, cheapest sale first
    segment_width: Floats  # (l+m,) the lot curve of each position under its side
    segment_tax: Floats
    segment_lot: Ints
    segment_cumulated: Floats  # tax of all earlier segments
    segment_count: Ints  # (m,)
    low: Floats  # (m,) trade bounds under the side and the trade's mode
    high: Floats
    mode_low: Floats  # (m,) bounds from minimum trades
    mode_high: Floats
    z: Floats
    segment: Ints  # (m,) segment that is being sold
    filled: Floats  # dollars sold of it
    up_linear: Floats  # marginal cost of one dollar more, without the drift's gradient
    up_factor: Floats  # dollars of position per dollar of cash
    up_room: Floats
    down_linear: Floats
    down_factor: Floats
    down_room: Floats
    gradient: Floats  # (n,) drift's price per dollar of exposure
    cash: Floats  # (A,)
    multiplier: Floats  # (A,) price of cash, zero or below
    side: Ints  # (G,)
    price_buy: Floats  # (1,) multiplier of the buy turnover
    price_sell: Floats  # (1,) multiplier of the sell turnover
    sold: Floats  # (l,)
    saved_z: Floats
    saved_segment: Ints
    saved_filled: Floats
    saved_gradient: Floats
    saved_cash: Floats
    best_z: Floats
    best_side: Ints
    best_low: Floats
    best_high: Floats
    best_sold: Floats
    other_sold: Floats
    candidate: Ints  # (2·G+m,) flips to try
    candidate_bound: Floats


def make_work_python(n: int, m: int, lots: int, accounts: int, groups: int) -> Work:
    """Scratch space for households of at most these sizes."""
    return Work(
        np.zeros(lots),
        np.zeros(lots, np.int64),
        np.zeros(lots + m),
        np.zeros(lots + m),
        np.zeros(lots + m, np.int64),
        np.zeros(lots + m),
        np.zeros(m, np.int64),
        np.zeros(m),
        np.zeros(m),
        np.zeros(m),
        np.zeros(m),
        np.zeros(m),
        np.zeros(m, np.int64),
        np.zeros(m),
        np.zeros(m),
        np.zeros(m),
        np.zeros(m),
        np.zeros(m),
        np.zeros(m),
        np.zeros(m),
        np.zeros(n),
        np.zeros(accounts),
        np.zeros(accounts),
        np.zeros(groups, np.int64),
        np.zeros(1),
        np.zeros(1),
        np.zeros(lots),
        np.zeros(m),
        np.zeros(m, np.int64),
        np.zeros(m),
        np.zeros(n),
        np.zeros(accounts),
        np.zeros(m),
        np.zeros(groups, np.int64),
        np.zeros(m),
        np.zeros(m),
        np.zeros(lots),
        np.zeros(lots),
        np.zeros(2 * groups + m, np.int64),
        np.zeros(2 * groups + m),
    )


make_work = njit(cache=True, nogil=True)(make_work_python)

"""The arrays that the kernels work on: one household's views, and one thread's scratch space.

A kernel reads a `Household` (slices of the packed batch, positions sorted by account, lots by
position) and writes into a `Work`, which is laid on the `scratch` of one thread and reused.  Both
are single pointers to Numba (a tuple of arrays would pass seven words for each of them at every
call, and take minutes to compile); loops take the arrays they need out of them first.  Trades are
`z` dollars: bought above zero, sold below.
"""

import numpy as np
import numpy.typing as npt
from numba import types
from numba.experimental import structref

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def word(number: int) -> int:
    """An integer of the kernels' own width, so that constants and variables are of one type."""
    return np.int64(number)  # type: ignore[return-value]


# What a group of substantially identical instruments may do.
# Typed constants: Numba compiles a kernel once more for every literal argument it meets.
BUY = word(0)  # buys allowed, no loss sales in taxable accounts
SELL = word(1)  # loss sales bring their benefit, no buys in any account
LIQUIDATE = word(
    2
)  # full block only: everything in taxable accounts is sold, blocked lots included
WASHED = word(3)  # proportional only: loss sales without benefit, no buys
RELAXED = word(4)  # both at once: never an answer, only a bound
SIDES = word(5)

NOBODY = word(-1)  # no position, no group, or the cash of an account
UP, DOWN = word(1), word(-1)
YES, NO = np.bool_(True), np.bool_(False)

# How a lot is taxed, and how wash sales see it.
LOT_EXEMPT, LOT_SHORT, LOT_LONG = 0, 1, 2
LOT_PLAIN, LOT_LOSS, LOT_LOSS_BLOCKED, LOT_UNSELLABLE = 0, 1, 2, 3
RULE_NONE, RULE_PROPORTIONAL, RULE_FULL_BLOCK = 0, 1, 2

# Columns of Household.scalar
VALUE, KAPPA, RULE, TURNOVER_MAX, TAX_MAX = 0, 1, 2, 3, 4
SHORT_RATE, LONG_RATE, ORDINARY_RATE, ORDINARY_LIMIT = 5, 6, 7, 8
CARRY_SHORT, CARRY_LONG, NET_SHORT, NET_LONG, NETTING = 9, 10, 11, 12, 13
SCALARS = 14
# Columns of Household.position
BUY_COST, SELL_COST, IMPACT, LOCATION, MINIMUM, FIXED, SHARE, HELD, Z_LOW, Z_HIGH = range(10)
POSITION_COLUMNS = 10
# Columns of Household.place: whose the position is, and its first lot
INSTRUMENT, ACCOUNT, GROUP, FIRST_LOT, LAST_LOT = range(5)
PLACE_COLUMNS = 5
# Columns of Household.lot and of Household.lot_class
LOT_VALUE, LOT_GAIN = 0, 1
LOT_KIND, LOT_WASH = 0, 1
# Columns of Household.account and Household.group
BUDGET, RESERVE, LEAST_CASH, INVESTED = 0, 1, 2, 3  # the reserve grows by the tickets of an answer
BLOCKED, RECENT = 0, 1
# Columns of Work.loss
LOSS_FREE, LOSS_BLOCKED = 0, 1
# Columns of Work.segment
WIDTH, TAX, CUMULATED = 0, 1, 2
# Columns of Work.node: the state of a position
Z = word(0)
_, FILLED, LOW, HIGH, UP_ROOM, DOWN_ROOM, MODE_LOW, MODE_HIGH, ROOT = range(9)  # ROOT: √|trade|
NODE_COLUMNS = 9
# Columns of Work.quote: price = (gradient + linear) × factor of one dollar of cash
UP_LINEAR, UP_FACTOR, DOWN_LINEAR, DOWN_FACTOR = range(4)
# Columns of Work.at, rows of Work.segment: the one being sold, the curve's first, and past its last
SEGMENT, FIRST, LAST = 0, 1, 2
AT_COLUMNS = 3
# Columns of Work.curve: the bounds of trades under a side
CURVE_LOW, CURVE_HIGH = 0, 1
NOT_LAID = word(-1)
# Columns of Work.least
LEAST, TRADED_SUM = 0, 1
# Columns of Work.price
PRICE_BUY, PRICE_SELL, PRICE_TAX, RATE_SHORT, RATE_LONG = (word(c) for c in range(5))
PRICES = 5
# Columns of Work.effort
FAILURES_MAX, THOROUGH, LEAST_GAIN, SEARCH_TOLERANCE = range(4)
PARTS = 6  # of the objective: drift, spread, impact, tax, location, tickets
EFFORTS = 64
# Columns of Work.purse
CASH, MULTIPLIER, BEST_MULTIPLIER = 0, 1, 2

# What kernels know of the arrays below, besides that an index lies within (see `views`): columns of
# tables, the arrays that they cut (they see no length of others), and those that count something.
COLUMNS = {
    "position": POSITION_COLUMNS,
    "place": PLACE_COLUMNS,
    "lot": 2,
    "lot_class": 2,
    "account": 4,
    "group": 2,
    "segment": 3,
    "node": NODE_COLUMNS,
    "quote": 4,
    "at": AT_COLUMNS,
    "purse": 3,
    "loss": 2,
    "curve": 2,
    "least": 2,
    "saved_node": NODE_COLUMNS,
    "saved_quote": 4,
    "saved_at": AT_COLUMNS,
    "saved_purse": 3,
    "best_z": 11,
    "candidate": 3,
}
CUT = {"account"}
COUNTS = {
    "instruments": "target",
    "positions": "place",
    "lots": "lot",
    "accounts": "account",
    "groups": "group",
}


class Household(structref.StructRefProxy):  # type: ignore[misc]
    """One household, read-only."""

    scalar: Floats  # (SCALARS,)
    covariance: Floats  # (n, n)
    target: Floats  # (n,)
    position: Floats  # (m, POSITION_COLUMNS)
    place: Ints  # (m, PLACE_COLUMNS)
    lot: Floats  # (l, 2)
    lot_class: Ints  # (l, 2)
    account: Floats  # (A, 4), the household's own copy
    account_start: Ints  # (A+1,) positions of account a
    group: Floats  # (G, 2)
    group_start: Ints  # (G+1,) into group_member
    group_member: Ints  # (m,)

    @property
    def instruments(self) -> int:
        """How many instruments there are; kernels see the counts as `COUNTS` says."""
        return len(self.target)

    @property
    def positions(self) -> int:
        """How many positions there are."""
        return len(self.place)

    @property
    def lots(self) -> int:
        """How many lots there are."""
        return len(self.lot)

    @property
    def accounts(self) -> int:
        """How many accounts there are."""
        return len(self.account)

    @property
    def groups(self) -> int:
        """How many groups of substantially identical instruments there are."""
        return len(self.group)


class Work(structref.StructRefProxy):  # type: ignore[misc]
    """Scratch space of one thread, long enough for its largest household."""

    rate: Floats  # (l,) tax per dollar sold at the current marginal rates
    order: Ints  # (l,) lots of each position, cheapest sale first
    segment: Floats  # (SIDES·(l+m), 3) the lot curve of each position, side after side
    segment_lot: Ints
    node: Floats
    quote: Floats
    at: Ints
    gradient: Floats
    purse: Floats  # (A, 3)
    account: Floats  # (A, 4) the household's accounts, whose reserves grow
    side: Ints
    loss: Floats  # (G, 2) dollars of loss lots
    price: Floats  # (5,) multipliers of budgets, marginal rates: columns PRICE_…, RATE_…
    relaxed: Floats
    curve: Floats  # (SIDES·m, 2) the trades that a side allows: columns CURVE_…
    laid: Ints  # (SIDES·m,) segments of a side's curve, NOT_LAID since rates changed
    least: Floats  # (SIDES·G, 2) what a side is worth at linear prices
    saved_node: Floats
    saved_quote: Floats
    saved_at: Ints
    saved_gradient: Floats
    saved_purse: Floats
    best_z: Floats  # (m, 11): trade, its mode, and both ends of an edge and of each budget
    best_side: Ints
    sold: Floats  # (10, l): answer, current, both ends of an edge and of each budget
    precision: Floats  # (n, n) inverse covariance
    cover: Floats  # (n·(2n+3),) where it is computed
    candidate: Floats  # (G·3+m, 3)
    free: Ints  # (m,) positions that Newton moves
    step: Floats  # (m+A,) by how much, then the prices of cash
    matrix: Floats  # ((m+A)·(m+A+4),) the system that they solve
    queue: Ints  # (G,) groups that choose their sides
    nearest: Ints  # (G,) the group that is the nearest substitute, or NOBODY
    drift: Floats  # (n,) dollars of each instrument less those wanted
    parts: Floats  # (PARTS,) of the objective
    effort: Floats  # (4,) how hard to search: columns FAILURES_MAX …


@structref.register
class HouseholdType(types.StructRef):  # type: ignore[misc]
    """How Numba sees a household: one pointer."""


@structref.register
class WorkType(types.StructRef):  # type: ignore[misc]
    """How Numba sees scratch space: one pointer."""


structref.define_proxy(Household, HouseholdType, list(Household.__annotations__))
structref.define_proxy(Work, WorkType, list(Work.__annotations__))

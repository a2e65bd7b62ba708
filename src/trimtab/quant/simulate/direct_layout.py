"""Columns and tables of the direct-indexing kernel: what stands where.

One portfolio is a `Book`: lots in linked lists, one list per name in order of purchase, in a store
with a chain of free rows, so that rows of sold lots are used again and memory stays small.  The
`World` is what all portfolios of a batch share.  Arrays are few and wide, because each array that
a kernel takes costs time to compile.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Book", "World"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

NOBODY = -1  # no lot, no twin
DUST = 1e-12  # share of a lot below which nothing is left of it
SPECK = 1e-9  # share of the portfolio below which nothing is traded
WASH_DAYS = 30  # 26 USC 1091(a): 30 days before and after the sale
QUALIFIED_DAYS = 60  # 26 USC 1(h)(11)(B)(iii): held for more than 60 days
DEDUCTION = 3_000.0  # 26 USC 1211(b): net loss against ordinary income in a year

# World.panel: prices and dividends are per share after all splits of the period.
PRICE, DIVIDEND, WEIGHT = range(3)

# World.calendar, one row per session.
ORDINAL, YEAR = range(2)

# World.due: rows of sessions that end a day, a week, ... of the calendar; the first never does.
NEVER, ANNUAL, QUARTERLY, MONTHLY, WEEKLY, DAILY = range(6)
FREQUENCIES = 6

# Book.names, whole numbers per name.
SECTOR, TWIN, PRIMARY, HEAD, TAIL, LOCKED, NAME_MARKS = range(7)

# Book.sums, amounts per name: units held, highest basis of a unit, dividends of a unit so far,
# the dollars wanted today.
HELD, TOP_BASIS, PAID, WANTED, NAME_SUMS = range(5)

# Book.lots and Book.marks, per lot.  `SELLING` is what today sells; PAID_BEFORE the dividends of a
# unit when it was bought.  HOLDING is the day from which its holding period counts, BOUGHT the
# day of purchase, USED whether it has replaced shares of a wash sale.
UNITS, BASIS, PAID_BEFORE, SELLING, LOT_SUMS = range(5)
NEXT, HOLDING, BOUGHT, USED, LOT_MARKS = range(5)

# Book.account: money, and what is not yet settled with the tax office.
CASH, SHORT, LONG, QUALIFIED, ORDINARY, CARRIED_SHORT, CARRIED_LONG, PAID_IN, ACCOUNT = range(9)

# Book.store: the chain of free rows.
FREE_HEAD, FREE_COUNT, STORE = range(3)

# Book.sector: dollars that locked names lack, and that the others should have.
LACKED, OPEN, SECTOR_SUMS = range(3)

# Totals of a year.
SHORT_GAINS, SHORT_LOSSES, LONG_GAINS, LONG_LOSSES, DISALLOWED, HARVESTED = range(6)
QUALIFIED_PAID, ORDINARY_PAID, TAX, COST, BUYS, SALES, DEPOSITS, VALUE_SUM = range(6, 14)
SESSIONS, LOTS_SOLD, PURCHASES, YEAR_END, TOTALS = range(14, 19)

# Rules: one row per portfolio of the batch.
HARVEST_EVERY, REBALANCE_EVERY, SETTLE_EVERY, DEPOSIT_EVERY = range(4)
INITIAL, DEPOSIT, LOSS_MIN, LOSS_VALUE_MIN, RECENT_MAX, TILT_MAX = range(4, 10)
BAND, GAIN_MAX, TRADE_MIN, CASH_MAX, COST_RATE, WASH = range(10, 16)
RATE_SHORT, RATE_LONG, RATE_QUALIFIED, RATE_ORDINARY, OUTSIDE = range(16, 21)
OTHER_SHORT, OTHER_LONG, RULES = range(21, 24)

# Answers of a portfolio beyond its series.
FINAL, LIQUIDATED, LOTS_MOST, LOTS_LAST, CASH_LEAST, CASH_LAST, BASIS_LAST, ANSWERS = range(8)


class World(NamedTuple):
    """What all portfolios of a batch share.

    Shape: panel 3 × sessions × names; calendar sessions × 2; due 6 × sessions; long_from one
    ordinal per calendar day, the first of which is `long_from_first` in `edges`.
    """

    panel: Floats
    calendar: Integers
    due: NDArray[np.bool_]
    long_from: Integers
    edges: Integers


class Book(NamedTuple):
    """One portfolio while it is simulated."""

    names: Integers
    sums: Floats
    lots: Floats
    marks: Integers
    account: Floats
    store: Integers
    sector: Floats
    totals: Floats
    picks: Integers
    scores: Floats

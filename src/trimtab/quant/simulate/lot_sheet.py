"""A household of one account as a decision of a rule looks at it: what stands where.

Arrays are few and wide, because each array that a kernel takes costs time to compile.  The
simulator keeps its books in the same sheet, in rows that a decision does not look at.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["Sheet"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

# Sheet.terms: value before the trades, least cash, sum of the stated weights; then the way: the
# fraction of every drift that is closed, or the fraction of the bands that may remain where only
# what left them goes back (zero: all goes to its aim), and the fraction kept of what belongs to no
# target; then a `TaxCurve`.
VALUE, RESERVE, STATED, FRACTION, KEPT, LOOSE_KEPT = range(6)
SHORT_RATE, LONG_RATE, ORDINARY_RATE, ORDINARY_LIMIT = range(6, 10)
CARRY_SHORT_RATE, CARRY_LONG_RATE, NET_SHORT, NET_LONG, NETTING, TERMS = range(10, 16)

# Sheet.places, a column for each instrument: dollars held, stated weight (`NO_TARGET` where there
# is none, zero for a target that is not to be had), band, costs of a dollar traded, bounds in
# dollars, dollars bought lately that would wash a loss sale, dollars of lots of unknown basis.
HELD, WEIGHT, WIDTH, BUY_COST, SELL_COST, LOWER, UPPER, RECENT, LOCKED = range(9)
# What is worked out: on which side of its band it is, the aim, dollars after the trades (the
# answer), bounds with what may not be sold, and whether its losses are left alone.
SIDE, AIM, AFTER, LEAST, MOST, SPARED, PLACES = range(9, 16)

# Sheet.lots, a column for each lot: value, gain as a fraction of it (zero where it is not taxed),
# and whether it is long-term, long-term within 30 days, of known basis, bought within the last 30
# days, worth harvesting.  Lots of what sells nothing, with nothing bought lately, are not read.
LOT_VALUE, GAIN, IS_LONG, IS_NEAR, IS_SELLABLE, IS_RECENT, IS_HARVESTABLE = range(7)
# What is worked out: dollars sold (the answer), the same in another order, and the lot's price.
SOLD, OTHER, PRICE, LOTS = range(7, 11)

# Sheet.spans: where an instrument's lots begin, and how many there are, the oldest first.
FIRST, COUNT = range(2)

NO_TARGET = -1.0


class Sheet(NamedTuple):
    """A decision's facts and its answer.

    Shape: terms (TERMS,); places (PLACES or more, N); lots (LOTS or more, L); spans (2, N).
    Unit: dollars and fractions of one; flags are 0 or 1.
    """

    terms: Floats
    places: Floats
    lots: Floats
    spans: Integers

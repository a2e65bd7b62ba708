"""Columns and tables of the simulator with lots: what stands where.

A member of a batch (one rule in one account) is a `Book`: the sheet that a decision looks at, with
what the books need in further rows.  The `World` is what all members share.  Arrays are few and
wide, because each array that a kernel takes costs time to compile.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from trimtab.quant.simulate.lot_sheet import LOTS, PLACES

__all__ = ["Book", "World"]

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

WASH_DAYS = 30  # 26 USC 1091(a): 30 days before and after the sale
SALES_LOOKBACK = 60  # losses of so many days may have used up what was bought within a window
PURCHASES_LOOKBACK = 90
NEAR_DAYS = 30  # how near its anniversary a lot is worth waiting for
DIVIDEND_DAYS = 61  # 26 USC 1(h)(11)(B)(iii): held for more than 60 days of 121
CENT = 0.005  # dollars that round to nothing
LEAST_GAIN = 0.01  # dollars below which a lot has neither gain nor loss: its basis is in cents
DUST = 0.005  # dollars below which nothing is traded
UNIT_DUST = 5e-7  # units below which nothing is left of a lot
NO_DAY = 10_000_000  # later than any day

# World.panel: close (gaps filled from the last one), dividend per unit of the eve, split, half
# spread, and units that one unit of the first day has become by the morning of a session.
CLOSE, DIVIDEND, SPLIT, SPREAD, GROWN, PANEL = range(6)

# World.state, of an instrument on a session: not listed (yet, or any more), without a price of its
# own, with one, or without one for too long, so that it is paid out.
UNLISTED, GAP, OWN, ENDING = range(4)

# World.calendar, one row each: day, year (from 0), and whether the session has any event.
DAY, YEAR, EVENT, CALENDAR = range(4)

# A rule: its row of `World.looks` (`NO_LOOK` for none), days after a look within which it is made
# up, whether only a breach makes it act, its way, and whether the caller decides instead.
LOOK, CATCH_UP, ON_BREACH, WAY_FRACTION, WAY_KEPT, WAY_LOOSE, ASKS, RULE = range(8)
NO_LOOK = -1.0

# An account: cash and least cash, whether gains are taxed and dividends reinvested, the day of the
# last trade before (`NO_TRADE` for none), which losses are worth harvesting.
CASH_FIRST, RESERVE_LEAST, TAXED, REINVESTS, TRADED_BEFORE = range(5)
HARVESTS, LOSS_MIN, LOSS_FRACTION_MIN, HELD_DAYS_MIN, ACCOUNT = range(5, 10)
NO_TRADE = -1.0

# World.assets, a column an instrument: part of its dividends that can be qualified.
QUALIFIED_PART, ASSETS = range(2)

# Book.places beyond a decision's: units held, and whether buying would wash a loss.
UNITS, BARRED, PLACE_ROWS = range(PLACES, PLACES + 3)

# Book.lots beyond a decision's.  ACQUIRED is the day of purchase, START that from which its
# holding period counts, SERIAL its own number and PURCHASE that of the lot it is a part of; SERVED
# whether it has replaced units of a wash sale; ORIGIN how it came.
LOT_UNITS, BASIS, ACQUIRED, START, SERIAL, PURCHASE, SERVED, ORIGIN = range(LOTS, LOTS + 8)
FIRST_ANSWER, LOT_ROWS = range(LOTS + 8, LOTS + 10)
GIVEN, BOUGHT, REINVESTED = range(3)

# Book.spans beyond a decision's: sales of the last 60 days, sales still to be matched, and whether
# anything has happened since they were.
RECORDS, PIECES, CHANGED, SPAN_ROWS = range(2, 6)

# Book.records, sales of the last 60 days as a trade list shows them.
(
    R_DAY, R_SERIAL, R_PURCHASE, R_ACQUIRED, R_ORIGIN, R_UNITS, R_WASHED, R_SERVED, R_COST,
    R_PROCEEDS, RECORD_ROWS,
) = range(11)  # fmt: skip

# Book.pieces, what is sold today and losses that nothing has replaced yet; and, in `Book.work`,
# pieces while they are matched.
(
    P_SOLD, P_ACQUIRED, P_SERIAL, P_PURCHASE, P_START, P_UNITS, P_COST, P_PROCEEDS, P_USED, P_LONG,
    P_YEAR, PIECE_ROWS,
) = range(12)  # fmt: skip
P_JUDGED, P_OFFSET, P_CARRIED, P_SOURCE, WORK_ROWS = range(PIECE_ROWS, PIECE_ROWS + 5)
NOBODY = -1.0

# Book.matches: loss and replacement among the pieces, units, the loss disallowed, and the day from
# which the replacement's holding period counts afterwards.
M_LOSS, M_REPLACEMENT, M_UNITS, M_DISALLOWED, M_START, MATCH_ROWS = range(6)

# Book.years, one row a year.
SHORT, LONG, QUALIFIED, ORDINARY, DISALLOWED, SHORT_IN, LONG_IN, TAX, SHORT_OUT, LONG_OUT = range(
    10
)
YEARS = 10

# Book.totals.
CASH, TURNOVER, COSTS, TRADES, REBALANCES, FINAL, LIQUIDATION, LOTS_LAST, LOTS_MOST = range(9)
TRADED, NEXT_SERIAL, YEAR_NOW, TAXED_SINCE, TOTALS = range(9, 14)


class World(NamedTuple):
    """What all members of a batch share.

    Shape: panel (PANEL, T + 1, N), its last row only for `GROWN`; state (T, N); calendar
    (CALENDAR, T); looks (S, T), the day of the latest scheduled look by each session; long_from
    one day per calendar day, the first of which is `long_from_first[0]`; assets (ASSETS, N).
    """

    panel: Floats
    state: Integers
    calendar: Integers
    looks: Integers
    long_from: Integers
    long_from_first: Integers
    assets: Floats


class Book(NamedTuple):
    """One member while it is simulated.

    Shape: each instrument's lots, records and pieces have a span of the same size in their tables,
    one after another.
    """

    terms: Floats
    places: Floats
    lots: Floats
    spans: Integers
    records: Floats
    pieces: Floats
    work: Floats
    matches: Floats
    years: Floats
    totals: Floats
    rule: Floats
    account: Floats
    table: Floats

"""Lots of many households in columns: what is kept of each, and the law that they are judged by.

Errors: none.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from trimtab.quant.worlds._base import Floats, Ints

__all__ = ["Law", "LotRoom", "lot_room"]

LOTS_MOST = 48
"""Lots of an instrument.  A window of wash sales has 23 sessions at most, whose purchases are never
merged; so there are always two of the others that may be."""
LOSSES_MOST = 16
"""Losses of an instrument that a purchase may still wash."""
WASH_DAYS = 30.0
"""Days before and after a sale at a loss.  Source: 26 USC 1091(a)."""
LONG_DAYS = 366.0
"""Days after which a lot is long-term: more than a year, leap day or not.  Source: 26 USC 1222."""

# Room.lots: START is the day from which the holding period counts, BOUGHT that of the purchase
# (`NO_PURCHASE` where two are merged), SERVED whether it has replaced what a wash sale sold.
UNITS, BASIS, BOUGHT, START, SERVED, LOT = range(6)
NO_PURCHASE = -1e9

# Room.losses: units sold at a loss that nothing has replaced yet, the loss of each, the day of the
# sale, days held before it, and whether it was long-term.
LOST_UNITS, LOST_EACH, LOST_DAY, LOST_HELD, LOST_LONG, LOSS = range(6)

# Room.accounts: the year, its gains so far (disallowed losses taken out), losses carried into it,
# the tax charged in it; and all losses disallowed so far.
YEAR, SHORT, LONG, SHORT_IN, LONG_IN, CHARGED, DISALLOWED, ACCOUNT = range(8)


class Law(NamedTuple):
    """Rates of tax on gains."""

    short_rate: float
    long_rate: float


class LotRoom(NamedTuple):
    """All lots of all households.

    Shape: `lots` (paths, n, LOTS_MOST, LOT), of which `filled` (paths, n) are held; `losses`
    (paths, n, LOSSES_MOST, LOSS), of which `waiting` (paths, n) wait; `accounts` (paths, ACCOUNT).
    """

    lots: Floats
    filled: Ints
    losses: Floats
    waiting: Ints
    accounts: Floats


def lot_room(units: Floats, basis: Floats, bought: float, year: float) -> LotRoom:
    """One lot of every instrument, bought on one day.

    Shape: `units`, `basis` (paths, n).
    """
    paths, n = units.shape
    lots = np.zeros((paths, n, LOTS_MOST, LOT))
    lots[:, :, 0, UNITS], lots[:, :, 0, BASIS] = units, basis
    lots[:, :, 0, BOUGHT] = lots[:, :, 0, START] = bought
    accounts = np.zeros((paths, ACCOUNT))
    accounts[:, YEAR] = year
    held = (units > 0.0).astype(np.int64)
    losses, none = np.zeros((paths, n, LOSSES_MOST, LOSS)), np.zeros((paths, n), dtype=np.int64)
    return LotRoom(lots, held, losses, none, accounts)

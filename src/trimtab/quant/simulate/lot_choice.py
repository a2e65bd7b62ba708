"""Which lots a rule sells on its way to its aims: those of the least tax per dollar, losses first.

A lot's price is the tax of selling a dollar of it at the year's marginal rates; a gain about to
become long-term costs what waiting would save on top.  Losses come first, those that save most
before others, but are no motive to sell.  Where the year ends in another region of netting than the
rates are of (losses carried in take up gains of either term alike), the order by gain alone is
tried too and the cheaper one taken.  A loss that recent purchases would wash for the most part is
left alone until its window has passed (26 USC 1091).

The exact path asks this of a household's own lots, the simulator of its lot columns: both lay
them out as a `Sheet`.  Errors: none; `decide` says where cash falls short of the reserve.
"""

import numpy as np

from trimtab.quant.compile import inlined, kernel
from trimtab.quant.simulate.lot_sheet import (
    AFTER,
    CARRY_LONG_RATE,
    CARRY_SHORT_RATE,
    COUNT,
    FIRST,
    GAIN,
    HELD,
    IS_HARVESTABLE,
    IS_LONG,
    IS_NEAR,
    IS_RECENT,
    IS_SELLABLE,
    LEAST,
    LOCKED,
    LONG_RATE,
    LOT_VALUE,
    LOWER,
    MOST,
    NET_LONG,
    NET_SHORT,
    NETTING,
    ORDINARY_LIMIT,
    ORDINARY_RATE,
    OTHER,
    PRICE,
    RECENT,
    SHORT_RATE,
    SOLD,
    SPARED,
    UPPER,
    Floats,
    Sheet,
)
from trimtab.quant.simulate.reach import reach

__all__ = ["SMALL_LOSS", "WASHED_SHARE_MAX", "decide", "gains_of", "tax_on_top"]

WASHED_SHARE_MAX = 0.10
"""The part of an instrument's losses that may be washed before they are left alone."""

SMALL_LOSS = 100.0
"""Dollars of loss that may be washed whatever the share."""

WORTH_ANOTHER_ORDER = 0.01
"""Dollars of tax that the second order of lots must save to be taken."""

ATTEMPTS_MAX = 3
"""Answers tried: with what is washed spared, with what the first throws away spared too, and
without the latter where that leaves too little cash."""


@kernel
def tax_on_top(terms: Floats, short: float, long: float) -> float:
    """The year's tax with these gains on top, as `TaxCurve.tax`."""
    if terms[NETTING] == 0.0:
        return terms[SHORT_RATE] * short + terms[LONG_RATE] * long
    short, long = terms[NET_SHORT] + short, terms[NET_LONG] + long
    if short + long >= 0.0:
        if short < 0.0:
            return terms[LONG_RATE] * (short + long)
        if long < 0.0:
            return terms[SHORT_RATE] * (short + long)
        return terms[SHORT_RATE] * short + terms[LONG_RATE] * long
    short_loss = max(0.0, -short - max(0.0, long))
    long_loss = max(0.0, -long - max(0.0, short))
    deducted_short = min(short_loss, terms[ORDINARY_LIMIT])
    deducted_long = min(long_loss, terms[ORDINARY_LIMIT] - deducted_short)
    return -(
        terms[ORDINARY_RATE] * (deducted_short + deducted_long)
        + terms[CARRY_SHORT_RATE] * (short_loss - deducted_short)
        + terms[CARRY_LONG_RATE] * (long_loss - deducted_long)
    )


@inlined
def price_of(terms: Floats, lots: Floats, k: int, by_gain_alone: bool) -> float:
    """What selling a dollar of a lot costs in tax, waiting for its anniversary counted."""
    gain, short_rate, long_rate = lots[GAIN, k], terms[SHORT_RATE], terms[LONG_RATE]
    if by_gain_alone and gain > 0.0:
        return short_rate * gain
    if lots[IS_LONG, k] != 0.0:
        return long_rate * gain
    if lots[IS_NEAR, k] != 0.0 and short_rate > long_rate:
        return (2.0 * short_rate - long_rate) * gain
    return short_rate * gain


@inlined
def is_open(sheet: Sheet, i: int, k: int) -> bool:
    """Whether a lot may be sold: of known basis, and no loss that is to be left alone."""
    is_spared = sheet.places[SPARED, i] != 0.0 and sheet.lots[GAIN, k] < 0.0
    return sheet.lots[IS_SELLABLE, k] != 0.0 and not is_spared


@kernel
def pick(sheet: Sheet, i: int, by_gain_alone: bool, sold: int) -> None:
    """Sell what an instrument is to give, its cheapest lots first, into the row `sold`."""
    lots = sheet.lots
    dollars = sheet.places[HELD, i] - sheet.places[AFTER, i]
    start = sheet.spans[FIRST, i]
    stop = start + sheet.spans[COUNT, i]
    for k in range(start, stop):
        lots[sold, k] = 0.0
        if dollars > 0.0:
            is_left = lots[LOT_VALUE, k] > 0.0 and is_open(sheet, i, k)
            lots[PRICE, k] = price_of(sheet.terms, lots, k, by_gain_alone) if is_left else np.inf
    while dollars > 0.0 and start < stop:
        best = start
        for k in range(start + 1, stop):
            tie = lots[PRICE, k] == lots[PRICE, best] and lots[GAIN, k] < lots[GAIN, best]
            if lots[PRICE, k] < lots[PRICE, best] or tie:
                best = k
        if lots[PRICE, best] == np.inf:
            return
        lots[sold, best] = min(dollars, lots[LOT_VALUE, best])
        dollars -= lots[sold, best]
        lots[PRICE, best] = np.inf


@kernel
def gains_of(sheet: Sheet, sold: int) -> tuple[float, float]:
    """Short-term and long-term gains of what the row `sold` sells."""
    lots = sheet.lots
    short = long = 0.0
    for i in range(sheet.places.shape[1]):
        if sheet.places[AFTER, i] < sheet.places[HELD, i]:
            start = sheet.spans[FIRST, i]
            for k in range(start, start + sheet.spans[COUNT, i]):
                if lots[IS_LONG, k] != 0.0:
                    long += lots[sold, k] * lots[GAIN, k]
                else:
                    short += lots[sold, k] * lots[GAIN, k]
    return short, long


@kernel
def spare_washed(sheet: Sheet) -> None:
    """Leave losses alone of which recent purchases would wash more than a small part.

    Source: 26 USC 1091(a); Rev. Rul. 2008-5, where the purchase was made in an IRA.
    """
    places, lots = sheet.places, sheet.lots
    for i in range(places.shape[1]):
        places[SPARED, i] = 0.0
        if places[RECENT, i] <= 0.0:
            continue
        at_stake = 0.0
        start = sheet.spans[FIRST, i]
        for k in range(start, start + sheet.spans[COUNT, i]):
            if lots[GAIN, k] < 0.0 and lots[IS_SELLABLE, k] != 0.0:
                at_stake += lots[LOT_VALUE, k]
        if at_stake > 0.0 and places[RECENT, i] > WASHED_SHARE_MAX * at_stake:
            places[SPARED, i] = 1.0


@kernel
def spare_thrown_away(sheet: Sheet) -> bool:
    """Leave losses alone of which this answer would throw away more than small change."""
    places, lots = sheet.places, sheet.lots
    more = False
    for i in range(places.shape[1]):
        is_sold = places[AFTER, i] < places[HELD, i]
        if places[RECENT, i] <= 0.0 or places[SPARED, i] != 0.0 or not is_sold:
            continue
        value = loss = own = 0.0
        start = sheet.spans[FIRST, i]
        for k in range(start, start + sheet.spans[COUNT, i]):
            if lots[GAIN, k] < 0.0 and lots[SOLD, k] > 0.0:
                value += lots[SOLD, k]
                loss -= lots[GAIN, k] * lots[SOLD, k]
                own += lots[LOT_VALUE, k] * lots[IS_RECENT, k]
        if value > 0.0:
            share = min(max(places[RECENT, i] - own, 0.0) / value, 1.0)
            if share * loss > max(SMALL_LOSS, WASHED_SHARE_MAX * loss):
                places[SPARED, i] = 1.0
                more = True
    return more


@kernel
def bound(sheet: Sheet) -> None:
    """Least and most of each instrument: what may not be sold stays, and where a loss waits that
    is worth harvesting nothing more is bought that would keep its window open."""
    places, lots = sheet.places, sheet.lots
    for i in range(places.shape[1]):
        places[LEAST, i] = max(places[LOWER, i], places[LOCKED, i])
        places[MOST, i] = places[UPPER, i]
        if places[SPARED, i] == 0.0:
            continue
        stuck = places[LOCKED, i]
        start = sheet.spans[FIRST, i]
        for k in range(start, start + sheet.spans[COUNT, i]):
            if lots[GAIN, k] < 0.0 and lots[IS_SELLABLE, k] != 0.0:
                stuck += lots[LOT_VALUE, k]
                if lots[IS_HARVESTABLE, k] != 0.0:
                    most = max(places[HELD, i], places[LOWER, i])
                    places[MOST, i] = min(places[UPPER, i], most)
        places[LEAST, i] = max(places[LOWER, i], stuck)


@inlined
def answer(sheet: Sheet) -> bool:
    """Go to the aims by the cheapest lots, losses that are spared left alone."""
    bound(sheet)
    found = reach(sheet.terms, sheet.places)
    for i in range(sheet.places.shape[1]):
        pick(sheet, i, False, SOLD)
    return found


@kernel
def order_anew(sheet: Sheet) -> None:
    """Take the order by gain alone where the year's netting makes it the cheaper one."""
    terms, lots = sheet.terms, sheet.lots
    if terms[NETTING] == 0.0:
        return
    short, long = gains_of(sheet, SOLD)
    if terms[NET_SHORT] + short >= 0.0 and terms[NET_LONG] + long >= 0.0:
        return
    for i in range(sheet.places.shape[1]):
        pick(sheet, i, True, OTHER)
    other_short, other_long = gains_of(sheet, OTHER)
    saved = tax_on_top(terms, short, long) - tax_on_top(terms, other_short, other_long)
    if saved <= WORTH_ANOTHER_ORDER:
        return
    for i in range(sheet.places.shape[1]):
        start = sheet.spans[FIRST, i]
        for k in range(start, start + sheet.spans[COUNT, i]):
            lots[SOLD, k] = lots[OTHER, k]


@inlined
def decide(sheet: Sheet) -> bool:
    """Fill `AFTER` and `SOLD`; false where cash falls short of the reserve whatever is sold.

    Sides are as `find_sides` left them.
    """
    spare_washed(sheet)
    found, is_thrifty = False, True
    for attempt in range(ATTEMPTS_MAX):
        found = answer(sheet)
        if found and (attempt > 0 or not spare_thrown_away(sheet)):
            break
        if not found and attempt == 0:  # nothing else can pay: the losses go as well
            is_thrifty = False
            for i in range(sheet.places.shape[1]):
                sheet.places[SPARED, i] = 0.0
        elif not found and is_thrifty:
            spare_washed(sheet)
    order_anew(sheet)
    return found

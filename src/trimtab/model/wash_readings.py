"""Where the wash-sale law is unsettled: the readings of it that a household or adviser may choose.

Every answer on wash sales, of past trades and of a plan alike, is given under one such reading.

Errors: none.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

__all__ = ["HoldingReading", "WashSaleReading"]


class HoldingReading(StrEnum):
    """How the sold stock's holding period is carried to the replacement (26 USC 1223(3)).

    Two readings differ by the days between sale and replacement: add the days that the old stock
    was held, or begin on the day the old stock began (the wording of IRS Publication 550).
    """

    ADD_DAYS_HELD = "add_days_held"
    BEGIN_WITH_OLD = "begin_with_old"


@dataclass(frozen=True, slots=True)
class WashSaleReading:
    """The disputed readings of the law, as settings; the defaults are the stricter custom.

    `holding` see `HoldingReading`.  `lots_acquired_earlier` lets shares bought before the sold lot
    replace it.  `lots_sold_earlier` lets shares that were gone before the loss sale replace it;
    no authority, custom says no.  `lots_sold_same_day` lets shares sold on the day of the loss sale
    replace it; in a complete liquidation the disallowed loss then comes back the same day.
    `same_order` lets shares of the sold lot's own purchase replace it, against Rev. Rul. 56-602.
    `workplace_counts` treats purchases in 401(k)s, HSAs and 529s like those in IRAs (Rev. Rul.
    2008-5 names only IRAs); without it they replace nothing.  `crypto_counts` would apply the rule
    to crypto, which is property and no security today (Notice 2014-21).
    """

    holding: HoldingReading = HoldingReading.ADD_DAYS_HELD
    lots_acquired_earlier: bool = True
    lots_sold_earlier: bool = False
    lots_sold_same_day: bool = True
    same_order: bool = False
    workplace_counts: bool = True
    crypto_counts: bool = False

"""Dividends and splits out of Yahoo's daily rows.

Yahoo states a dividend for one unit of today: it is divided by every split since.  A journal books
what was paid on the units held then, so each is multiplied up again.  Errors: none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from math import isfinite, prod

from trimtab.model.corporate_actions import ActionKind, CorporateAction

__all__ = ["MINOR_UNITS", "actions_of"]

MINOR_UNITS: Mapping[str, str] = {"GBp": "GBP", "GBX": "GBP", "ZAc": "ZAR", "ILA": "ILS"}
"""Exchanges that quote in hundredths of a currency."""
RATIO_PART_MAX = 1000
AMOUNT_DECIMALS = 6
SOURCE = "Yahoo"


def actions_of(
    instrument: str, paid: Mapping[date, float], split: Mapping[date, float], currency: str
) -> list[CorporateAction]:
    """The actions of one instrument; a day without one has zero or nothing."""
    in_currency, unit = MINOR_UNITS.get(currency, currency), 0.01 if currency in MINOR_UNITS else 1
    ratios = {
        on: Fraction(each).limit_denominator(RATIO_PART_MAX)
        for on, each in split.items()
        if isfinite(each) and each > 0 and each != 1
    }
    found = [
        CorporateAction(instrument, on, ActionKind.SPLIT, None, ratio, in_currency, SOURCE)
        for on, ratio in ratios.items()
    ]
    for on, each in paid.items():
        if not isfinite(each):
            continue
        since = prod((ratio for day, ratio in ratios.items() if day > on), start=Fraction(1))
        amount = round(Decimal(each * unit * float(since)), AMOUNT_DECIMALS)
        if amount > 0:
            found.append(
                CorporateAction(
                    instrument, on, ActionKind.DIVIDEND, amount, None, in_currency, SOURCE
                )
            )
    return found

"""FX rates from a price feed: a rate is the price `EURUSD`, dollars for one euro.

Errors: `InputError` naming the currency for which the feed knows neither the pair nor its inverse.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from trimtab.model.errors import InputError
from trimtab.ports import Feed

__all__ = ["exchange_rates"]

RATE_DIGITS = 12
"""Decimals kept where a rate is the inverse of a quoted one."""


def exchange_rates(
    feed: Feed, currencies: Iterable[str], base: str, as_of: date
) -> dict[str, Decimal]:
    """Base-currency units for one unit of each foreign currency, for `Snapshot.rates`.

    Takes the pair as quoted (`EURUSD`: dollars for one euro), else its inverse (`USDEUR`).
    Refuses: a currency for which the feed has neither on or before `as_of`.
    """
    foreign = sorted({currency for currency in currencies if currency != base})
    direct = feed.latest([f"{one}{base}" for one in foreign], as_of) if foreign else {}
    left = [one for one in foreign if f"{one}{base}" not in direct]
    inverse = feed.latest([f"{base}{one}" for one in left], as_of) if left else {}
    rates: dict[str, Decimal] = {}
    for currency in foreign:
        if f"{currency}{base}" in direct:
            rates[currency] = direct[f"{currency}{base}"].amount
        elif f"{base}{currency}" in inverse:
            rates[currency] = round(1 / inverse[f"{base}{currency}"].amount, RATE_DIGITS)
        else:
            raise InputError(
                f"currency {currency}",
                f"the feed has no rate to {base} on or before {as_of}",
                remedy=f"add a price {currency}{base}: {base} for one {currency}",
            )
    return rates

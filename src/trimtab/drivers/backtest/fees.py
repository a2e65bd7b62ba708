"""The adviser's fee: a quarter of the yearly rate, on a quarter's first session.

Errors: none; a fee that cash does not cover waits as any outgoing does.
"""

from __future__ import annotations

from decimal import Decimal

from trimtab.drivers.backtest.holdings import Holdings
from trimtab.drivers.backtest.market_days import MarketDays
from trimtab.drivers.backtest.outgoings import Outgoing, OutgoingKind, Outgoings
from trimtab.model.money import ZERO, cents

__all__ = ["ADVISORY_FEE", "charge_fee"]

ADVISORY_FEE = "advisory fee"
QUARTER_STARTS = (1, 4, 7, 10)
QUARTERS_A_YEAR = 4


def charge_fee(
    t: int, first: int, rate: float, holdings: Holdings, market: MarketDays, outgoings: Outgoings
) -> Decimal:
    """Charge every account on its own value, where a quarter begins; what was taken at once.

    Unit: `rate` fraction of value a year.
    """
    on = market.dates[t]
    begins = t > first and on.month in QUARTER_STARTS and market.dates[t - 1].month != on.month
    if not rate or not begins:
        return ZERO
    values = holdings.account_values(market.worth[t])
    taken = ZERO
    for account, value in zip(holdings.accounts, values.tolist(), strict=True):
        amount = cents(Decimal(value * rate / QUARTERS_A_YEAR))
        if amount > 0:
            fee = Outgoing(OutgoingKind.FEE, amount, account, ADVISORY_FEE, t)
            taken += outgoings.charge(on, fee)
    return taken

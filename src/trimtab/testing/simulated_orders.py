"""The household of a simulation, and what its decisions are ordered as.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from trimtab.books.wash_records import WashTerms
from trimtab.cycle.orders import OrderRules, OrdersPlanned, Session, Tradable, orders_of
from trimtab.model.accounts import Account, Wrapper
from trimtab.model.brokers import BrokerInstrument, Quote
from trimtab.model.plans import Decision

__all__ = ["HOUSEHOLD", "PRICES", "WASH_TERMS", "orders_at"]

HOUSEHOLD = "home"
PRICES = {"VTI": Decimal("251.37"), "BND": Decimal("72.08"), "VXUS": Decimal("63.5")}
WASH_TERMS = WashTerms(
    {
        "taxable": Account("taxable", wrapper=Wrapper.TAXABLE),
        "ira": Account("ira", wrapper=Wrapper.TRADITIONAL),
    }
)
RELEASED_WITHIN = timedelta(minutes=4)
HALF_SPREAD = Decimal("0.01")
VOLUMES = (1_000, 1_000_000)
"""Of a day: orders are sliced at the first, and never at the second."""


def orders_at(
    decision: Decision,
    session: Session,
    accounts: Collection[str],
    prices: Mapping[str, Decimal],
    at: datetime,
    chance: Random,
) -> OrdersPlanned:
    """The orders of a decision, from quotes of a moment."""
    trades = () if decision.plan is None else decision.plan.trades
    tradables = {
        (account, name): Tradable(
            BrokerInstrument(name, f"b-{name}"),
            Quote(name, price - HALF_SPREAD, price + HALF_SPREAD, at),
            daily_volume=Decimal(chance.choice(VOLUMES)),
        )
        for account in accounts
        for name, price in prices.items()
    }
    soon = Session(session.opens, session.opens + RELEASED_WITHIN)
    return orders_of(decision.cycle_id, trades, OrderRules(slices_max=3), soon, tradables)

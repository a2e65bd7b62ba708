"""What was asked of brokers.

Written by `tools/make_client.py` from the API's description; do not edit.

Errors: `ProblemError` for what is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from trimtab.client._transport import Transport, place

__all__ = ["FillSeen", "Order", "OrderPage", "OrdersResource"]


@dataclass(frozen=True, slots=True)
class FillSeen:
    """One execution, in the instrument's currency."""

    execution_id: str
    quantity: Decimal  # Units, positive.
    price: Decimal  # One unit.
    fee: Decimal
    at: datetime
    busts: str  # The execution that it takes back; empty where none.


@dataclass(frozen=True, slots=True)
class Order:
    """A request to a broker, and where it stands."""

    id: str
    cycle_id: str
    trade: str  # The plan's trade that it carries out.
    account: str
    instrument: str
    side: str
    quantity: Decimal | None  # Units; null for an order by amount.
    notional: Decimal | None  # The account's currency; null where by units.
    limit: Decimal | None  # A price; null for a market order.
    state: str  # planned, unknown, working, partial, filled, canceled …
    filled: Decimal  # Units executed.
    attempts: int
    broker_id: str
    text: str  # What the broker said last.
    fills: tuple[FillSeen, ...]


@dataclass(frozen=True, slots=True)
class OrderPage:
    """Orders, the latest first."""

    next_cursor: str | None  # Ask for the next page with it; null on the last.
    items: tuple[Order, ...]


@dataclass(frozen=True, slots=True)
class OrdersResource:
    """What was asked of brokers."""

    transport: Transport

    def list_orders(
        self, household: str, *, open_only: bool = False, cursor: str | None = None, limit: int = 50
    ) -> OrderPage:
        """Orders, the latest first; it reads what was recorded and asks no broker.

        Needs the right `view`.
        """
        return self.transport.ask(
            OrderPage,
            "GET",
            place("/api/v1/households/{}/orders", household),
            query={"open_only": open_only, "cursor": cursor, "limit": limit},
        )

    def get_order(self, household: str, order: str) -> Order:
        """One order with its executions.

        Needs the right `view`.
        """
        return self.transport.ask(
            Order, "GET", place("/api/v1/households/{}/orders/{}", household, order)
        )

"""Dated money, pushed and pulled.

Written by `tools/make_client.py` from the API's description; do not edit.

Errors: `ProblemError` for what is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trimtab.client._transport import Tagged, Transport, place

__all__ = ["CashFlow", "CashFlowGiven", "CashFlowNew", "CashFlowPage", "CashFlowsResource"]


@dataclass(frozen=True, slots=True)
class CashFlow:
    """Money that comes (positive) or is needed (negative), base currency."""

    name: str
    amount: Decimal
    due: date | None
    account: str | None


@dataclass(frozen=True, slots=True)
class CashFlowPage:
    """Cash flows in the mandate's order."""

    next_cursor: str | None  # Ask for the next page with it; null on the last.
    items: tuple[CashFlow, ...]


@dataclass(frozen=True, slots=True)
class CashFlowNew:
    """A further cash flow, by a name that is free."""

    amount: Decimal
    name: str  # Trades cite it.
    due: date | None = None  # By when; now where left out.
    account: str | None = None  # Into or out of which account.


@dataclass(frozen=True, slots=True)
class CashFlowGiven:
    """Money that comes (positive) or is needed (negative), base currency."""

    amount: Decimal
    due: date | None = None  # By when; now where left out.
    account: str | None = None  # Into or out of which account.


@dataclass(frozen=True, slots=True)
class CashFlowsResource:
    """Dated money, pushed and pulled."""

    transport: Transport

    def list_cash_flows(
        self, household: str, *, cursor: str | None = None, limit: int = 50
    ) -> Tagged[CashFlowPage]:
        """Cash flows in the mandate's order; the `ETag` is the version that a change has to name.

        Needs the right `view`.
        """
        return self.transport.tagged(
            CashFlowPage,
            "GET",
            place("/api/v1/households/{}/cash-flows", household),
            query={"cursor": cursor, "limit": limit},
        )

    def add_cash_flow(
        self,
        household: str,
        body: CashFlowNew,
        *,
        if_match: str,
        idempotency_key: str | None = None,
    ) -> Tagged[CashFlow]:
        """Add a cash flow under a name that is free.

        Needs the right `trade`.
        """
        return self.transport.tagged(
            CashFlow,
            "POST",
            place("/api/v1/households/{}/cash-flows", household),
            headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            body=body,
        )

    def get_cash_flow(self, household: str, cash_flow: str) -> Tagged[CashFlow]:
        """One cash flow.

        Needs the right `view`.
        """
        return self.transport.tagged(
            CashFlow, "GET", place("/api/v1/households/{}/cash-flows/{}", household, cash_flow)
        )

    def put_cash_flow(
        self, household: str, cash_flow: str, body: CashFlowGiven, *, if_match: str
    ) -> Tagged[CashFlow]:
        """Add a cash flow or change it.

        Needs the right `trade`.
        """
        return self.transport.tagged(
            CashFlow,
            "PUT",
            place("/api/v1/households/{}/cash-flows/{}", household, cash_flow),
            headers={"If-Match": if_match},
            body=body,
        )

    def delete_cash_flow(self, household: str, cash_flow: str, *, if_match: str) -> Tagged[None]:
        """Take a cash flow out.

        Needs the right `trade`.
        """
        return self.transport.tagged(
            type(None),
            "DELETE",
            place("/api/v1/households/{}/cash-flows/{}", household, cash_flow),
            headers={"If-Match": if_match},
        )

"""What is owed, pushed and pulled.

Written by `tools/make_client.py` from the API's description; do not edit.

Errors: `ProblemError` for what is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from trimtab.client._transport import Tagged, Transport, place

__all__ = ["LiabilitiesResource", "Liability", "LiabilityGiven", "LiabilityNew", "LiabilityPage"]


@dataclass(frozen=True, slots=True)
class Liability:
    """What the household owes; it counts in its net worth and in nothing else."""

    name: str
    amount: Decimal  # Owed today, base currency.
    due: date | None
    rate: Decimal | None  # Interest a year, a fraction of one.


@dataclass(frozen=True, slots=True)
class LiabilityPage:
    """Liabilities in the mandate's order."""

    next_cursor: str | None  # Ask for the next page with it; null on the last.
    items: tuple[Liability, ...]


@dataclass(frozen=True, slots=True)
class LiabilityNew:
    """A further liability, by a name that is free."""

    amount: Decimal  # Owed today, base currency.
    name: str
    due: date | None = None  # When the last of it is paid back.
    rate: Decimal | None = None  # Interest a year, a fraction of one.


@dataclass(frozen=True, slots=True)
class LiabilityGiven:
    """What the household owes."""

    amount: Decimal  # Owed today, base currency.
    due: date | None = None  # When the last of it is paid back.
    rate: Decimal | None = None  # Interest a year, a fraction of one.


@dataclass(frozen=True, slots=True)
class LiabilitiesResource:
    """What is owed, pushed and pulled."""

    transport: Transport

    def list_liabilities(
        self, household: str, *, cursor: str | None = None, limit: int = 50
    ) -> Tagged[LiabilityPage]:
        """Liabilities in the mandate's order; the `ETag` is the version that a change has to name.

        Needs the right `view`.
        """
        return self.transport.tagged(
            LiabilityPage,
            "GET",
            place("/api/v1/households/{}/liabilities", household),
            query={"cursor": cursor, "limit": limit},
        )

    def add_liability(
        self,
        household: str,
        body: LiabilityNew,
        *,
        if_match: str,
        idempotency_key: str | None = None,
    ) -> Tagged[Liability]:
        """Add a liability under a name that is free.

        Needs the right `trade`.
        """
        return self.transport.tagged(
            Liability,
            "POST",
            place("/api/v1/households/{}/liabilities", household),
            headers={"If-Match": if_match, "Idempotency-Key": idempotency_key},
            body=body,
        )

    def get_liability(self, household: str, liability: str) -> Tagged[Liability]:
        """One liability.

        Needs the right `view`.
        """
        return self.transport.tagged(
            Liability, "GET", place("/api/v1/households/{}/liabilities/{}", household, liability)
        )

    def put_liability(
        self, household: str, liability: str, body: LiabilityGiven, *, if_match: str
    ) -> Tagged[Liability]:
        """Add a liability or change it.

        Needs the right `trade`.
        """
        return self.transport.tagged(
            Liability,
            "PUT",
            place("/api/v1/households/{}/liabilities/{}", household, liability),
            headers={"If-Match": if_match},
            body=body,
        )

    def delete_liability(self, household: str, liability: str, *, if_match: str) -> Tagged[None]:
        """Take a liability out.

        Needs the right `trade`.
        """
        return self.transport.tagged(
            type(None),
            "DELETE",
            place("/api/v1/households/{}/liabilities/{}", household, liability),
            headers={"If-Match": if_match},
        )

"""Accounts, pushed and pulled.

Written by `tools/make_client.py` from the API's description; do not edit.

Errors: `ProblemError` for what is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from trimtab.client._transport import Tagged, Transport, place

__all__ = ["Account", "AccountGiven", "AccountPage", "AccountsResource", "Wrapper"]


@dataclass(frozen=True, slots=True)
class Account:
    """An account with what it holds now; values in the household's base currency."""

    id: str
    name: str
    owner: str
    wrapper: str
    currency: str
    fractional: bool
    commission: Decimal  # An order, in the account's currency.
    value: Decimal | None  # Lots and cash; null where it cannot be told.
    cash: Decimal | None
    lots: int | None


@dataclass(frozen=True, slots=True)
class AccountPage:
    """Accounts in the mandate's order."""

    next_cursor: str | None  # Ask for the next page with it; null on the last.
    items: tuple[Account, ...]


Wrapper = Literal["taxable", "traditional", "roth", "workplace", "hsa", "education"]


@dataclass(frozen=True, slots=True)
class AccountGiven:
    """An account's settings; what you leave out is as the mandate's defaults have it."""

    name: str | None = None  # Shown on screens.
    owner: str | None = None  # Whose it is; several are joined by +.
    wrapper: Wrapper = "taxable"  # How the law treats it.
    currency: str | None = None  # Of its cash (ISO 4217).
    fractional: bool = False  # Whether it can hold parts of a share.
    commission: Decimal | None = None  # An order, in its currency.


@dataclass(frozen=True, slots=True)
class AccountsResource:
    """Accounts, pushed and pulled."""

    transport: Transport

    def list_accounts(
        self, household: str, *, cursor: str | None = None, limit: int = 50
    ) -> Tagged[AccountPage]:
        """Accounts in the mandate's order; the `ETag` is the version that a change has to name.

        Needs the right `view`.
        """
        return self.transport.tagged(
            AccountPage,
            "GET",
            place("/api/v1/households/{}/accounts", household),
            query={"cursor": cursor, "limit": limit},
        )

    def get_account(self, household: str, account: str) -> Tagged[Account]:
        """One account with what it holds now.

        Needs the right `view`.
        """
        return self.transport.tagged(
            Account, "GET", place("/api/v1/households/{}/accounts/{}", household, account)
        )

    def put_account(
        self, household: str, account: str, body: AccountGiven, *, if_match: str
    ) -> Tagged[Account]:
        """Add an account or change its settings.

        Needs the right `trade`.
        """
        return self.transport.tagged(
            Account,
            "PUT",
            place("/api/v1/households/{}/accounts/{}", household, account),
            headers={"If-Match": if_match},
            body=body,
        )

    def delete_account(self, household: str, account: str, *, if_match: str) -> Tagged[None]:
        """Take out an account that holds nothing.

        Needs the right `trade`.
        """
        return self.transport.tagged(
            type(None),
            "DELETE",
            place("/api/v1/households/{}/accounts/{}", household, account),
            headers={"If-Match": if_match},
        )

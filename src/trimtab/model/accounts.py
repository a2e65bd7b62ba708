"""Households, the people in them, and their accounts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from trimtab.model.errors import InputError, nearest

__all__ = ["Account", "Household", "Wrapper"]


class Wrapper(StrEnum):
    """How the law treats what an account holds."""

    TAXABLE = "taxable"
    TRADITIONAL = "traditional"
    ROTH = "roth"
    WORKPLACE = "workplace"
    HSA = "hsa"
    EDUCATION = "education"

    @property
    def is_taxable(self) -> bool:
        """Whether a sale inside the account is a taxable event."""
        return self is Wrapper.TAXABLE


@dataclass(frozen=True, slots=True)
class Account:
    """One container at a custodian.

    Unit: `commission` in dollars an order of the account's currency; `owner` names a person of
    the household, or several joined by `+` for a joint account.
    """

    id: str
    owner: str = "self"
    wrapper: Wrapper = Wrapper.TAXABLE
    currency: str = "USD"
    fractional: bool = False
    commission: Decimal = Decimal(0)
    name: str = ""

    @property
    def label(self) -> str:
        """The name for screens."""
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Household:
    """Those judged together for tax.

    `not_loaded` names accounts that exist but were not given, so that every wash-sale answer can
    say what it did not see.
    """

    id: str
    accounts: tuple[Account, ...]
    base_currency: str = "USD"
    name: str = ""
    not_loaded: tuple[str, ...] = ()

    def account(self, account_id: str) -> Account:
        """The account with this id.

        Refuses: an id that the household does not have.
        """
        for account in self.accounts:
            if account.id == account_id:
                return account
        raise InputError(
            f"account {account_id!r}",
            f"household {self.id!r} has no such account",
            remedy=nearest(account_id, (account.id for account in self.accounts)),
        )

"""What wealth platforms push and pull: accounts, liabilities, cash flows.

They are lists of the mandate; what a person wrote beside them stays.  Errors: none.
"""

from __future__ import annotations

from datetime import date

from pydantic import Field

from trimtab.app.web.api.values import (
    Amount,
    AmountGiven,
    Answer,
    Body,
    DayGiven,
    NameGiven,
    PageOf,
    PositiveGiven,
    RateGiven,
    TruthGiven,
)
from trimtab.model.accounts import Wrapper

__all__ = [
    "Account",
    "AccountGiven",
    "AccountPage",
    "CashFlow",
    "CashFlowGiven",
    "CashFlowNew",
    "CashFlowPage",
    "Liability",
    "LiabilityGiven",
    "LiabilityNew",
    "LiabilityPage",
]

CURRENCY = r"^[A-Z]{3}$"


class AccountGiven(Body):
    """An account's settings; what you leave out is as the mandate's defaults have it."""

    name: NameGiven | None = Field(None, description="Shown on screens.")
    owner: NameGiven | None = Field(None, description="Whose it is; several are joined by +.")
    wrapper: Wrapper = Field(Wrapper.TAXABLE, description="How the law treats it.")
    currency: str | None = Field(None, description="Of its cash (ISO 4217).", pattern=CURRENCY)
    fractional: TruthGiven = Field(False, description="Whether it can hold parts of a share.")
    commission: PositiveGiven | None = Field(None, description="An order, in its currency.")


class Account(Answer):
    """An account with what it holds now; values in the household's base currency."""

    id: str
    name: str
    owner: str
    wrapper: str
    currency: str
    fractional: bool
    commission: Amount = Field(description="An order, in the account's currency.")
    value: Amount | None = Field(description="Lots and cash; null where it cannot be told.")
    cash: Amount | None
    lots: int | None


class AccountPage(PageOf):
    """Accounts in the mandate's order."""

    items: list[Account]


class CashFlowGiven(Body):
    """Money that comes (positive) or is needed (negative), base currency."""

    amount: AmountGiven
    due: DayGiven | None = Field(None, description="By when; now where left out.")
    account: NameGiven | None = Field(None, description="Into or out of which account.")


class CashFlowNew(CashFlowGiven):
    """A further cash flow, by a name that is free."""

    name: NameGiven = Field(description="Trades cite it.")


class CashFlow(Answer):
    """Money that comes (positive) or is needed (negative), base currency."""

    name: str
    amount: Amount
    due: date | None
    account: str | None


class CashFlowPage(PageOf):
    """Cash flows in the mandate's order."""

    items: list[CashFlow]


class LiabilityGiven(Body):
    """What the household owes."""

    amount: PositiveGiven = Field(description="Owed today, base currency.")
    due: DayGiven | None = Field(None, description="When the last of it is paid back.")
    rate: RateGiven | None = Field(None, description="Interest a year, a fraction of one.")


class LiabilityNew(LiabilityGiven):
    """A further liability, by a name that is free."""

    name: NameGiven


class Liability(Answer):
    """What the household owes; it counts in its net worth and in nothing else."""

    name: str
    amount: Amount = Field(description="Owed today, base currency.")
    due: date | None
    rate: Amount | None = Field(description="Interest a year, a fraction of one.")


class LiabilityPage(PageOf):
    """Liabilities in the mandate's order."""

    items: list[Liability]

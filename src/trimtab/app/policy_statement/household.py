"""Whose statement it is, and the accounts that it is about.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Iterator

from trimtab.app.policy_statement.facts import Facts
from trimtab.app.policy_statement.plain import Clause, amount, day, listed
from trimtab.model.accounts import Account, Wrapper

__all__ = ["accounts", "purpose"]

WRAPPERS = {
    Wrapper.TAXABLE: "a taxable account",
    Wrapper.TRADITIONAL: "a traditional retirement account, taxed when money is taken out",
    Wrapper.ROTH: "a Roth account, in which sales are not taxed",
    Wrapper.WORKPLACE: "an employer's plan, in which sales are not taxed",
    Wrapper.HSA: "a health savings account, in which sales are not taxed",
    Wrapper.EDUCATION: "an education account, in which sales are not taxed",
}


def purpose(facts: Facts) -> Iterator[Clause]:
    """What the statement is for, and what it looks at."""
    home = facts.file.household
    yield Clause(
        "household.name",
        f"{facts.name} wrote these rules in a mandate; this statement says them in words. Every "
        "trade names the rule that it follows, and nothing is traded that none asks for.",
    )
    yield Clause(
        "household.base_currency",
        f"All accounts are judged together, and all totals are in {home.base_currency}.",
    )
    if facts.file.as_of is not None:
        yield Clause(
            "household.as_of", f"The files describe the accounts as of {day(facts.file.as_of)}."
        )
    if home.not_loaded:
        yield Clause(
            "household.not_loaded",
            f"Not among the accounts, so that no answer on wash sales can see it: "
            f"{listed(home.not_loaded)}.",
        )


def accounts(facts: Facts) -> Iterator[Clause]:
    """One sentence for each account."""
    for account in facts.file.household.accounts:
        yield Clause(f"accounts.{account.id}", _account(account, facts.file.menus.get(account.id)))


def _account(account: Account, menu: frozenset[str] | None) -> str:
    name = f"{account.label} ({account.id})" if account.name else account.id
    whose = "the owner" if account.owner == "self" else listed(account.owner.split("+"))
    parts = "can hold parts of a share" if account.fractional else "holds whole shares only"
    cost = (
        f"an order costs {amount(account.commission, account.currency)}"
        if account.commission
        else "orders cost no commission"
    )
    holds = f" It can hold {listed(sorted(menu))}, and nothing else." if menu is not None else ""
    return (
        f"{name} belongs to {whose} and is {WRAPPERS[account.wrapper]}. Its cash is in "
        f"{account.currency}; it {parts}, and {cost}.{holds}"
    )

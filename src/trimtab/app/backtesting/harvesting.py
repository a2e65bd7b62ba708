"""The two runs that a harvest report holds against each other.

Errors: `InputError` for a household whose losses count for no tax.
"""

from __future__ import annotations

from dataclasses import replace

from trimtab.app.backtesting.entrants import Entrant
from trimtab.app.backtesting.policy_words import read_choice
from trimtab.app.household import LoadedHousehold
from trimtab.model.accounts import Household
from trimtab.model.errors import InputError

__all__ = ["harvest_entrants", "taxable_accounts"]


def taxable_accounts(household: Household) -> frozenset[str]:
    """The accounts in which a loss counts for tax."""
    return frozenset(one.id for one in household.accounts if one.wrapper.is_taxable)


def harvest_entrants(
    loaded: LoadedHousehold, policy: str | None
) -> tuple[LoadedHousehold, tuple[Entrant, Entrant]]:
    """A policy without harvesting and with it, and a household that may harvest.

    Refuses: a household without a taxable account.
    """
    if not taxable_accounts(loaded.household):
        raise InputError(
            "household",
            "none of its accounts is taxable",
            "a loss counts for tax in a taxable account only",
            "`trimtab backtest` shows what the mandate would have done",
        )
    mandate = loaded.mandate
    if not mandate.harvest.enabled:
        mandate = replace(mandate, harvest=replace(mandate.harvest, enabled=True))
        loaded = replace(loaded, mandate=mandate)
    choice = read_choice(policy or mandate.policy.name, mandate)
    name = policy or choice.name
    return loaded, (
        Entrant(choice, f"{name} without harvesting", harvests=False),
        Entrant(choice, f"{name} with harvesting"),
    )

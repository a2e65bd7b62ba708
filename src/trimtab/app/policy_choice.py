"""From the name that a person wrote to the policy: the one way for plans and backtests alike.

Errors: `InputError` for a name that is none, with the short names that are, and for settings that
the policy does not have.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

from trimtab.model.errors import InputError
from trimtab.model.mandate import PlugInChoice
from trimtab.plugins import configure, names
from trimtab.policies._aliases import resolve
from trimtab.policies._base import Policy

__all__ = ["policy_from"]

SHORT_NAMES = "5%, 5/25, 200/175, quarterly, annual"


def policy_from(choice: PlugInChoice, household: Path | None = None) -> Policy:
    """The policy of a choice, aliases resolved; a learned one with its model from the household.

    Refuses: an unknown name, and settings that the policy does not have.
    """
    resolved = resolve(choice)
    try:
        policy = cast(Policy, configure("policies", resolved.name, resolved.settings))
    except InputError as error:
        if resolved.name.replace("-", "_") in names("policies") or error.remedy:
            raise
        remedy = f"short names such as {SHORT_NAMES} work too"
        raise InputError(error.subject, error.fact, error.bound, remedy) from None
    if resolved.name != "learned":
        return policy
    from trimtab.app.models.in_use import with_model

    return with_model(policy, household)

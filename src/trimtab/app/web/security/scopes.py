"""Whether somebody may do something with a household: the one place that says so.

Errors: none.
"""

from __future__ import annotations

from trimtab.app.web.security.principal import Principal, Right

__all__ = ["may"]


def may(principal: Principal, right: Right, household: str | None) -> bool:
    """Whether somebody has a right, over one household where one is named.

    Without a household it says only that the right is there: what is then shown is still held
    against each household on its own.
    """
    if right not in principal.rights:
        return False
    return household is None or principal.households is None or household in principal.households

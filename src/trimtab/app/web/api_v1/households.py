"""`/households`: those that you may see, and where each stands.

Errors: problems; a household that you may not see is not there.
"""

from __future__ import annotations

from trimtab.app.web.api.answers import household_answer, household_line
from trimtab.app.web.api.paging import LIMIT_DEFAULT, Cursor, Limit, page_of
from trimtab.app.web.api.route import resource
from trimtab.app.web.api.shapes_household import Household, HouseholdPage
from trimtab.app.web.security.gate import Viewing, ViewingAll

__all__ = ["ROUTER"]

ROUTER = resource("households", "/households")


@ROUTER.get("")
def list_households(
    seen: ViewingAll, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> HouseholdPage:
    """The households that you may see, in the order in which they are served."""
    visible = seen.world.households.visible(seen.principal)
    found, behind = page_of(visible, lambda one: one.id, cursor, limit)
    return HouseholdPage(items=[household_line(one) for one in found], next_cursor=behind)


@ROUTER.get("/{household}")
def get_household(seen: Viewing) -> Household:
    """Where a household stands now, and what a plan made now comes to."""
    return household_answer(seen.one)

"""What a page or file of evidence says about its origin, besides what is in the runs.

Errors: none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from trimtab.model.accounts import Household

__all__ = ["About"]


@dataclass(frozen=True, slots=True)
class About:
    """Whose money, in which currency, and where the prices come from, in a sentence or two.

    `kind` is what a page calls itself; `opening` are sentences above the result, where there is
    something to know first.
    """

    household: str
    currency: str = "USD"
    source: str = ""
    kind: str = "backtest"
    opening: tuple[str, ...] = ()

    @classmethod
    def of(cls, household: Household, source: str) -> Self:
        """A household by its name, or its id where it has none."""
        return cls(household.name or household.id, household.base_currency, source)

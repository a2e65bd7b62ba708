"""A policy that is replaced as time goes by, as a walk forward does: the household lives on.

Errors: `InputError` where the successors do not begin one after another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trimtab.model.errors import InputError
from trimtab.quant.worlds._base import Floats
from trimtab.quant.worlds.household import Household
from trimtab.quant.worlds.policy_paths import Holdings, PathPolicy

__all__ = ["Rolled"]


@dataclass(frozen=True, slots=True)
class Rolled:
    """Each policy from its first session on, until the next one's.

    Unit: `starts` sessions, ascending, the first 0; as many as policies.
    """

    name: str
    starts: Sequence[int]
    policies: Sequence[PathPolicy]

    def __post_init__(self) -> None:
        ascends = all(a < b for a, b in zip(self.starts, self.starts[1:], strict=False))
        if not self.starts or self.starts[0] != 0 or not ascends:
            raise InputError(self.name, f"starts at {list(self.starts)}", "from 0 on, ascending")
        if len(self.starts) != len(self.policies):
            fact = f"has {len(self.policies)} policies for {len(self.starts)} starts"
            raise InputError(self.name, fact, "one is needed for each")

    def at(self, day: int) -> PathPolicy:
        """The policy of a session."""
        held = sum(start <= day for start in self.starts) - 1
        return self.policies[held]

    def looks(self, day: int) -> bool:
        """Whether the policy of that session looks."""
        return self.at(day).looks(day)

    def destinations(self, holdings: Holdings, household: Household) -> Floats:
        """What the policy of that session wants.

        Shape: (paths, n).
        """
        return self.at(holdings.day).destinations(holdings, household)

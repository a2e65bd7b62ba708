"""Fixed targets: the stated weights, or others that stand in the settings.

Errors: `ValueError` for weights that are negative or do not sum to one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from trimtab.targets._answers import Found, answered
from trimtab.targets._base import TargetAnswer, TargetQuestion
from trimtab.targets._named import check_whole, named_weights

__all__ = ["Fixed"]


@dataclass(frozen=True, slots=True)
class Fixed:
    """The same weights on every day: those of `mix` by class, the stated ones where it is empty.

    Unit: fractions of what is invested, which sum to one.
    """

    package: ClassVar[str] = ""
    mix: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.mix:
            check_whole(self.mix, "mix")

    def weights(self, question: TargetQuestion) -> TargetAnswer:
        """The same weights, whatever the data say."""
        return answered("fixed", question, lambda: self._find(question))

    def _find(self, question: TargetQuestion) -> Found:
        if not self.mix:
            return Found(question.stated, "as stated")
        return Found(named_weights(self.mix, question), "as its mix says")


PLUGIN = Fixed

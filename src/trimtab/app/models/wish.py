"""What a person asks a training for; a model's card keeps it, so that it can be asked again.

Errors: `InputError` for numbers that are not above zero.
"""

from __future__ import annotations

from dataclasses import dataclass

from trimtab.app.models.ppo_training import Method
from trimtab.model.errors import InputError

__all__ = ["TrainingWish"]


@dataclass(frozen=True, slots=True)
class TrainingWish:
    """What a person asks a training for.

    Unit: `seconds` of computing a seed at most.
    """

    name: str = "band"
    seeds: int = 5
    seconds: float = 60.0
    method: Method = Method.GRADIENT

    def __post_init__(self) -> None:
        object.__setattr__(self, "method", Method(self.method))  # a recipe's settings are words
        for what, value in (("seeds", self.seeds), ("seconds", self.seconds)):
            if not value > 0:
                raise InputError(what, f"is {value}", "it must be above zero")

    @property
    def seed_numbers(self) -> tuple[int, ...]:
        """The seeds themselves."""
        return tuple(range(self.seeds))

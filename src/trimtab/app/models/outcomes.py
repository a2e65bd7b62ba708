"""What became of the models that a schedule looked at.

Errors: none.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from trimtab.model.models import ModelManifest

__all__ = ["Became", "Outcome"]


class Became(StrEnum):
    """What became of a model."""

    PROPOSED = "proposed"
    WAITING = "waiting"
    GOOD = "good"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One model that runs: why it is due, and its successor or what stood in the way."""

    label: str
    became: Became
    reasons: tuple[str, ...] = ()
    successor: ModelManifest | None = None
    problem: str = ""

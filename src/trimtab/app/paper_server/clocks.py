"""The clock of a paper server: the real one, or one that plays recorded days at a speed.

Errors: `InputError` for a clock that is asked to go back, or that cannot be set.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from trimtab.model.errors import InputError

__all__ = ["PaperClock", "RealClock", "ReplayClock"]


class PaperClock(Protocol):
    """Tells the time of the paper market."""

    def __call__(self) -> datetime:
        """The time now, in UTC."""
        ...

    def set(self, to: datetime) -> None:
        """Go forward to a moment.

        Refuses: a moment that is past, and any where the clock is the real one.
        """
        ...


@dataclass(frozen=True, slots=True)
class RealClock:
    """The time of the world."""

    def __call__(self) -> datetime:
        """The time now, in UTC."""
        return datetime.now(UTC)

    def set(self, to: datetime) -> None:
        """Refused: nobody sets the real clock."""
        remedy = "start the server with --from to play recorded days"
        raise InputError("clock", "it is the real one", "it cannot be set", remedy)


@dataclass(slots=True)
class ReplayClock:
    """A clock that begins at a moment and goes so many times as fast as `running`; 0 stands still.

    Unit: `running` tells seconds, from any beginning.
    """

    start: datetime
    speed: float
    running: Callable[[], float]
    _begun: float = field(init=False)

    def __post_init__(self) -> None:
        self._begun = self.running()

    def __call__(self) -> datetime:
        """The time that the recording has reached, in UTC."""
        return self.start + timedelta(seconds=(self.running() - self._begun) * self.speed)

    def set(self, to: datetime) -> None:
        """Go forward to a moment, and on from there.

        Refuses: a moment that is past.
        """
        if to < (now := self()):
            raise InputError("clock", f"it is {now.isoformat()}", f"{to.isoformat()} is past")
        self.start, self._begun = to, self.running()

"""What a steward looks at when: the pauses between its looks, and the moments that it has in mind.

Errors: none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

__all__ = ["PEOPLE_SECONDS", "RETRY", "SETTLE", "TICK", "Plans", "step_pause"]

RETRY = timedelta(minutes=1)
PEOPLE_SECONDS = timedelta(seconds=2)
SETTLE = timedelta(minutes=1)
"""Whether a question has lapsed is looked at so often; words of people count at once."""
SLOW_AFTER = 10
SLOW_STEP = timedelta(seconds=30)
"""On a recorded day, orders that did not fill within so many steps are looked at less often."""
TICK = timedelta(seconds=1)


@dataclass(slots=True)
class Plans:
    """What is looked at when; none is at once."""

    kept_until: datetime
    not_before: datetime | None = None
    hear_at: datetime | None = None
    settle_at: datetime | None = None


def step_pause(steps: int) -> timedelta:
    """How long after so many steps the next one is, where time passes only by waiting."""
    return TICK if steps < SLOW_AFTER else SLOW_STEP

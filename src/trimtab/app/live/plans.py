"""What a steward looks at when: the pauses between its looks, and the moments that it has in mind.

Errors: none.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from trimtab.app.household import LoadedHousehold
from trimtab.app.live.schedule import Timetable
from trimtab.app.live.service import Service
from trimtab.brokers.paper.exchanges import exchange_sessions

__all__ = [
    "RETRY",
    "SETTLE",
    "TICK",
    "Plans",
    "adopted",
    "step_pause",
    "timetable_of",
]

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

    def may_hear(self, now: datetime) -> bool:
        """Whether people are heard now; the next time is a moment later."""
        if self.hear_at is not None and now < self.hear_at:
            return False
        self.hear_at = now + PEOPLE_SECONDS
        return True


def step_pause(steps: int) -> timedelta:
    """How long after so many steps the next one is, where time passes only by waiting."""
    return TICK if steps < SLOW_AFTER else SLOW_STEP


def timetable_of(service: Service) -> Timetable:
    """When what is due, by the household's files as they were read last."""
    minutes, mandate = service.settings.service.run_after_open, service.loaded.mandate
    return Timetable(service.sessions, minutes, mandate.schedule)


def adopted(service: Service, loaded: LoadedHousehold) -> Service:
    """The service by files that were read anew, and by the exchange that they name."""
    exchange = loaded.mandate.schedule.exchange
    if exchange != service.loaded.mandate.schedule.exchange:
        service = replace(service, sessions=exchange_sessions(exchange))
    return replace(service, loaded=loaded)

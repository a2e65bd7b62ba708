"""A household's brokers, open while they are used, and opened anew on each day of the exchange.

Errors: those of links and brokers.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from datetime import date, datetime

from trimtab.app.live.service import Service
from trimtab.brokers.paper.sessions import Sessions
from trimtab.ports import Broker

__all__ = ["Connections"]


Place = tuple[date, Sessions]
"""The day for which brokers are open, and on whose calendar."""


class Connections:
    """The brokers of one household's accounts."""

    def __init__(self) -> None:
        self._open: tuple[Place, Mapping[str, Broker], ExitStack] | None = None

    @property
    def opened(self) -> Mapping[str, Broker]:
        """Those that are open now."""
        return {} if self._open is None else self._open[1]

    def of(self, service: Service, now: datetime) -> Mapping[str, Broker]:
        """The accounts' brokers on the day of a moment."""
        place = service.sessions.day_of(now), service.sessions
        if self._open is not None and self._open[0] == place:
            return self._open[1]
        self.close()
        with ExitStack() as stack:
            brokers = stack.enter_context(service.brokers())
            self._open = place, brokers, stack.pop_all()
        return brokers

    def close(self) -> None:
        """Close them all; orders stand."""
        if self._open is not None:
            _, _, stack = self._open
            self._open = None
            stack.close()

"""After a logon, whether both sides have come to the same numbers; only then an order may leave.

A side that lacks messages asks for them behind the logon, and ours are never sent again: the gap is
filled over them.  An order that left before the gap was filled would be filled over as well, and
lost.  So the broker is asked for a sign of life, again and again until one comes: it answers in the
order of the numbers, and what it answers is behind every gap.

Errors: none; a broker that never answers is told of.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from threading import Event, Thread

__all__ = ["Settling"]

AGAIN_SECONDS = 0.25
"""A request is lost where a gap is filled over it: it is asked again so soon."""
TRIES_MAX = 60
SILENT = "the broker answered none of {} test requests behind its logon"


@dataclass(slots=True)
class _Round:
    """One logon until it is settled, over, or given up."""

    number: int
    over: Event = field(default_factory=Event)
    asked: set[str] = field(default_factory=set)


class Settling:
    """Asks for signs of life: `ask` sends a test request of an id, `settled` and `silent` hear."""

    def __init__(
        self,
        ask: Callable[[str], None],
        settled: Callable[[], None],
        silent: Callable[[str], None],
    ) -> None:
        self._ask, self._settled, self._silent = ask, settled, silent
        self._numbers = count(1)
        self._round: _Round | None = None

    def begin(self) -> None:
        """Logged on: ask, from a thread of its own, for the session's may not wait."""
        self.end()
        made = self._round = _Round(next(self._numbers))
        Thread(target=self._run, args=(made,), name="fix-settling", daemon=True).start()

    def end(self) -> None:
        """Logged out: what was asked is void."""
        if self._round is not None:
            self._round.over.set()
            self._round = None

    def answered(self, request: str) -> None:
        """A heartbeat that names the request that it answers."""
        now = self._round
        if now is not None and request in now.asked and not now.over.is_set():
            now.over.set()
            self._settled()

    def _run(self, now: _Round) -> None:
        for attempt in range(TRIES_MAX):
            request = f"settle-{now.number}-{attempt}"
            now.asked.add(request)
            self._ask(request)
            if now.over.wait(AGAIN_SECONDS):
                return
        if self._round is now:
            self._silent(SILENT.format(TRIES_MAX))

"""Cycles that somebody asked for from a page: run in the background, one a household at a time.

Where the service keeps a steward for the household, the steward runs the cycle at its next tick:
it holds the household.  Elsewhere it runs here as `trimtab run --once` would.

Errors: none leave the background: what went wrong is the outcome, for the page to show.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from trimtab.app.exits import show_trace
from trimtab.model.errors import InputError, InputErrors, LeaseLost
from trimtab.model.orders import OrderState

if TYPE_CHECKING:
    from trimtab.app.live.running import RunResult
    from trimtab.app.web.events import Hub
    from trimtab.app.web.households import ServedHousehold

__all__ = ["Work", "Worker"]

WAIT_SECONDS = 60.0
"""How long orders are followed; the next run takes them up."""
WORKERS = 2
TOPIC = "work"


@dataclass(frozen=True, slots=True)
class Work:
    """What was asked of a household, and what became of it; `words` are for people."""

    began: datetime
    ended: datetime | None = None
    words: str = ""
    is_trouble: bool = False

    @property
    def is_running(self) -> bool:
        """Whether it is at it."""
        return self.ended is None


class Worker:
    """Runs cycles on request; `stewards` run those of the households that they keep."""

    def __init__(
        self,
        hub: Hub,
        clock: Callable[[], datetime],
        stewards: Mapping[str, Callable[[], None]] | None = None,
    ) -> None:
        self._hub, self._clock, self._stewards = hub, clock, dict(stewards or {})
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="trimtab-work")
        self._lock, self._works = Lock(), dict[str, Work]()

    def is_kept(self, household: str) -> bool:
        """Whether a steward of the service keeps the household."""
        return household in self._stewards

    def work(self, household: str) -> Work | None:
        """What was asked of a household last; none where nothing was."""
        with self._lock:
            return self._works.get(household)

    def run(self, one: ServedHousehold) -> bool:
        """Have its cycle run; false where that is being done already."""
        steward = self._stewards.get(one.id)
        if steward is not None:
            steward()
            self._put(one.id, Work(self._clock(), self._clock(), "The service runs it next."))
            return True
        with self._lock:
            last = self._works.get(one.id)
            if last is not None and last.is_running:
                return False
            self._works[one.id] = Work(self._clock())
        self._pool.submit(self._run, one)
        return True

    def close(self) -> None:
        """End what runs; a cycle that is under way is finished first."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _run(self, one: ServedHousehold) -> None:
        from trimtab.app.live.running import run_once

        words, is_trouble = "", False
        try:
            with one.service() as service:
                words = _in_words(run_once(service, WAIT_SECONDS))
        except (InputError, InputErrors, LeaseLost) as error:
            words, is_trouble = str(error), True
        except Exception as error:  # a defect here must not end the other households' pages
            show_trace(error)
            words, is_trouble = f"A defect ({type(error).__name__}); nothing more was done.", True
        began = self._works[one.id].began
        self._put(one.id, Work(began, self._clock(), words, is_trouble))

    def _put(self, name: str, work: Work) -> None:
        with self._lock:
            self._works[name] = work
        self._hub.publish(TOPIC, name, work.words)


def _in_words(result: RunResult) -> str:
    """What a run came to, in a sentence."""
    odd = [one for one in result.looks if not one.agrees]
    if odd:
        why = odd[0].problem or odd[0].breaks[0].message
        return f"{odd[0].account} is not proven to agree with its broker: {why}"
    if result.opens is not None:
        return f"The market is closed; it opens {result.opens:%Y-%m-%d %H:%M} UTC."
    if result.decision is None:
        return "The trades wait for approval."
    filled = sum(ticket.state is OrderState.FILLED for ticket in result.tickets)
    orders = f" {filled} of {len(result.tickets)} orders are filled." if result.tickets else ""
    return f"{result.decision.sentence}{orders}"

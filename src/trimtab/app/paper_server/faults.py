"""Faults that a client of a broker must survive, made on request: for tests and for rehearsals.

A request names one in the header `Paper-Fault`, or the control interface queues some for the next
writes.  Those that begin with `after-` happen after the request was carried out.

Errors: `ApiError` for a fault that there is not.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from trimtab.app.paper_server.errors import invalid
from trimtab.model.errors import nearest

__all__ = ["HTML", "Fault", "FaultPlan", "fault_of"]

HTML = b"<html><body><h1>502 Bad Gateway</h1></body></html>"


class Fault(StrEnum):
    """What goes wrong."""

    THROTTLED = "429"
    """Refused for want of pace, before anything was looked at."""
    BROKEN = "500"
    """A server's error, before anything was done."""
    AFTER_BROKEN = "after-500"
    AFTER_TIMED_OUT = "after-504"
    AFTER_HTML = "after-html"
    AFTER_CUT = "after-cut"
    """The JSON ends in its middle, as if it were whole."""
    AFTER_LOST = "after-lost"
    """The connection is lost in the middle of the answer."""

    @property
    def is_after(self) -> bool:
        """Whether the request is carried out all the same."""
        return self.value.startswith("after-")

    @property
    def status(self) -> int:
        """The status of the answer that takes the place of the real one; 200 where it stays."""
        digits = self.value.removeprefix("after-")
        return int(digits) if digits.isdigit() else 200


@dataclass(slots=True)
class FaultPlan:
    """Faults that wait for the next writes, each for one."""

    waiting: deque[Fault] = field(default_factory=deque)

    def add(self, names: Iterable[str]) -> None:
        """Queue faults by their names."""
        self.waiting.extend([fault_of(name) for name in names])

    def next(self, *, is_write: bool) -> Fault | None:
        """The fault of a request: the next one for a write, none for a read."""
        return self.waiting.popleft() if is_write and self.waiting else None


def fault_of(name: str) -> Fault:
    """The fault of a name.

    Refuses: a name that is none.
    """
    try:
        return Fault(name)
    except ValueError:
        raise invalid(f"there is no fault {name!r}: {nearest(name, Fault)}") from None

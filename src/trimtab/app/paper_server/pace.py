"""How often a key may ask: so many requests a minute, told in headers and refused above.

Errors: none; `Pace.take` answers what is left.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil

__all__ = ["REQUESTS_PER_MINUTE", "Pace", "Taken"]

REQUESTS_PER_MINUTE = 200
WINDOW_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Taken:
    """Whether a request may pass, what is left of the minute's, and when the minute is over.

    Unit: `resets_at` seconds since 1970, `wait` seconds.
    """

    is_allowed: bool
    limit: int
    left: int
    resets_at: int
    wait: int

    def headers(self) -> dict[str, str]:
        """The headers that tell it."""
        told = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(self.left),
            "X-RateLimit-Reset": str(self.resets_at),
        }
        return told if self.is_allowed else told | {"Retry-After": str(self.wait)}


@dataclass(slots=True)
class Pace:
    """A budget of requests a minute for each key."""

    limit: int = REQUESTS_PER_MINUTE
    _begun: dict[str, float] = field(default_factory=dict)
    _used: dict[str, int] = field(default_factory=dict)

    def take(self, key: str, now: float) -> Taken:
        """Count a request of a key; `now` in seconds since 1970."""
        if now >= self._begun.get(key, 0.0) + WINDOW_SECONDS or key not in self._begun:
            self._begun[key], self._used[key] = now, 0
        ends = self._begun[key] + WINDOW_SECONDS
        is_allowed = self._used[key] < self.limit
        self._used[key] += is_allowed
        left = self.limit - self._used[key]
        return Taken(is_allowed, self.limit, left, ceil(ends), max(1, ceil(ends - now)))

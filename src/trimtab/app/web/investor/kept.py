"""What was computed for a household's files is kept while they stay as they are.

Keys say what the value follows from (a folder and the digest of its files, the id of a question),
so that nothing kept can be wrong; only the room is limited.

Errors: those of whoever computes.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from threading import Lock
from typing import Generic, TypeVar

__all__ = ["Kept"]

T = TypeVar("T")


@dataclass(slots=True)
class Kept(Generic[T]):
    """Values by key, at most `most`; the one not asked for longest goes first."""

    most: int = 64
    _values: OrderedDict[Hashable, T] = field(default_factory=OrderedDict)
    _lock: Lock = field(default_factory=Lock)

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """The value of a key, made where there is none; two who ask at once may both make it."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
        made = make()
        with self._lock:
            self._values[key] = made
            while len(self._values) > self.most:
                self._values.popitem(last=False)
        return made

"""The desk of a paper account: engine, clock and file behind one lock.

Whoever trades the account, in this process or over HTTP, does it through here: each call moves the
clock first, and what it changed is on disk before it returns.

Errors: as `BookFile`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from threading import RLock

from trimtab.brokers.paper.book_file import BookFile
from trimtab.brokers.paper.checks import Rules
from trimtab.brokers.paper.engine import PaperEngine
from trimtab.brokers.paper.tape import Tape

__all__ = ["PaperDesk"]


class PaperDesk:
    """One paper account, open for business; without a file it lives as long as the process."""

    def __init__(
        self, engine: PaperEngine, clock: Callable[[], datetime], file: BookFile | None = None
    ) -> None:
        self._engine, self.clock, self._file = engine, clock, file
        self._lock = RLock()

    @classmethod
    def on_disk(
        cls, file: BookFile, rules: Rules, tape: Tape, clock: Callable[[], datetime]
    ) -> PaperDesk:
        """The desk of an account that lives in a file."""
        with file.changing() as book:
            return cls(PaperEngine(book, rules, tape), clock, file)

    @contextmanager
    def now(self) -> Iterator[tuple[PaperEngine, datetime]]:
        """The engine, played up to the present, and the present; saved at the end."""
        with self._lock:
            if self._file is None:
                yield self._advanced()
                return
            with self._file.changing() as book:
                self._engine.book = book
                yield self._advanced()

    def close(self) -> None:
        """Close the file, where there is one."""
        if self._file is not None:
            self._file.close()

    def _advanced(self) -> tuple[PaperEngine, datetime]:
        at = self.clock()
        self._engine.advance(at)
        return self._engine, at

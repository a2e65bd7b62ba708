"""Ctrl-C that waits for the end of a session, so that what was done so far can be kept.

Errors: `KeyboardInterrupt` at the end of a session in which a stop was asked for, and at once where
it is asked for again.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import current_thread, main_thread
from types import FrameType

__all__ = ["Stop", "stop_between_sessions"]

Progress = Callable[[int, int], None]


class Stop:
    """Whether a stop was asked for; a patient one is never hurried, however often it is asked."""

    def __init__(self, is_patient: bool) -> None:
        self.is_asked, self.is_patient = False, is_patient

    def note(self, _signal: int, _frame: FrameType | None) -> None:
        """Remember that a stop was asked for."""
        if self.is_asked and not self.is_patient:
            raise KeyboardInterrupt
        self.is_asked = True

    def checked(self, progress: Progress | None) -> Progress:
        """What is told of sessions, and stops where that was asked for."""

        def tell(done: int, of: int) -> None:
            if progress is not None:
                progress(done, of)
            if self.is_asked:
                raise KeyboardInterrupt

        return tell


@contextmanager
def stop_between_sessions(is_patient: bool = False) -> Iterator[Stop]:
    """Let Ctrl-C wait for as long as this lasts; elsewhere than in the main thread nothing changes.

    Who is told asks `is_asked` between sessions, and raises `KeyboardInterrupt` there.
    """
    stop = Stop(is_patient)
    if current_thread() is not main_thread():
        yield stop
        return
    before = signal.signal(signal.SIGINT, stop.note)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)

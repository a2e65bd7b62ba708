"""What went over a FIX session, kept on disk: the answers to "what did I miss" after a crash.

FIX resends what was missed, but only once: a report that was taken is not sent again.  So every
report is on disk before the session counts it as taken, and every request before it leaves.  Names
and passwords are never written.

Errors: `InputError` for a file that is not one of ours; `OSError` where the disk cannot take more.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Lock

from trimtab.brokers._fix_wire import Malformed, Message, redacted
from trimtab.model.errors import InputError

__all__ = ["FixJournal", "Line"]

KEPT_DAYS = 180
"""Older lines go at the next start: no order stands as long, and the books hold the fills."""


@dataclass(frozen=True, slots=True)
class Line:
    """One message: when it was heard or sent, and which way it went."""

    at: datetime
    is_ours: bool
    message: Message


class FixJournal:
    """Lines of one session in a file, one JSON object each."""

    def __init__(self, path: Path) -> None:
        self._path, self._lock = path, Lock()

    def lines(self, now: datetime) -> Iterator[Line]:
        """Everything that is kept, the oldest first; what is too old is dropped from the file.

        A last line that was cut by a crash is dropped: its message was not counted as taken.
        Refuses: a line that is not ours anywhere else.
        """
        if not self._path.exists():
            return iter(())
        texts = self._path.read_text(encoding="utf-8").split("\n")
        whole, cut = texts[:-1], texts[-1]
        read = [self._read(text, number) for number, text in enumerate(whole, start=1)]
        kept = [line for line in read if now - line.at <= timedelta(days=KEPT_DAYS)]
        if cut or len(kept) < len(read):
            beside = self._path.with_suffix(".new")
            with beside.open("w", encoding="utf-8") as file:
                file.writelines(_written(line) for line in kept)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self._path)
        return iter(kept)

    def add(self, line: Line) -> None:
        """Write a line; it is on disk when this returns.

        Refuses: a full disk, with `OSError`.
        """
        with self._lock, self._path.open("a", encoding="utf-8") as file:
            file.write(_written(line))
            file.flush()
            os.fsync(file.fileno())

    def _read(self, text: str, number: int) -> Line:
        try:
            told = json.loads(text)
            return Line(
                datetime.fromisoformat(told["at"]), told["ours"], Message.read(told["text"])
            )
        except (ValueError, KeyError, TypeError, Malformed):
            raise InputError(
                "the journal of the FIX session",
                "it has a line that is not ours",
                remedy="restore the file, or move it away and reconcile with the broker",
                file=str(self._path),
                line=number,
            ) from None


def _written(line: Line) -> str:
    told = {"at": line.at.isoformat(), "ours": line.is_ours, "text": redacted(line.message.text())}
    return json.dumps(told) + "\n"

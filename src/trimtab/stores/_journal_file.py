"""A journal on disk: lines that are only ever added, all of a batch or none.

    journal.jsonl   one record a line, UTF-8
    journal.head    how long the journal is, and the seal of its last record; written after it
    journal.lock    held while writing

An append writes its lines, waits until they are on the disk, and then replaces the head in one
step.  What stands behind the head's length was never acknowledged: an interrupted append, half a
line or some whole ones.  It is named, no append goes on over it, and `set_aside` moves it into a
file of its own.  This module does not know what a line means.

Errors: `InputError` for files that cannot be read or written, a busy lock, an interrupted append.
"""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from trimtab.model.errors import InputError, must
from trimtab.stores._disk import folder_to_disk as _folder_to_disk
from trimtab.stores._disk import to_disk as _to_disk
from trimtab.stores._disk import try_lock as _try_lock

__all__ = ["HEAD_NAME", "JOURNAL_NAME", "JournalFile", "JournalText", "StoredHead"]

LINES_AT_ONCE = 10_000
"""Lines that are made one text, so that a long append needs no second copy of all of it."""
JOURNAL_NAME, HEAD_NAME, LOCK_NAME = "journal.jsonl", "journal.head", "journal.lock"
ASIDE_NAME = "journal.interrupted"
LOCK_SECONDS_MAX = 10.0
LOCK_POLL_SECONDS = 0.05
PRIVATE = 0o600


@dataclass(frozen=True, slots=True)
class StoredHead:
    """What the head file says: the journal's length in bytes, and the seal of its last record."""

    length: int
    seal: str


@dataclass(frozen=True, slots=True)
class JournalText:
    """A journal as it stands on disk.

    `lines` are the complete ones, `torn` is what follows the last line's end; `length` counts
    bytes, `torn` included.
    """

    lines: tuple[str, ...]
    torn: str
    length: int
    head: StoredHead | None

    @property
    def is_interrupted(self) -> bool:
        """Whether something stands behind the head that was never acknowledged."""
        return bool(self.torn) or (self.head is not None and self.length > self.head.length)


class JournalFile:
    """The journal of one folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / JOURNAL_NAME
        self.head_path = folder / HEAD_NAME
        self.lock_path = folder / LOCK_NAME
        self.aside_path = folder / ASIDE_NAME

    @property
    def exists(self) -> bool:
        """Whether anything was ever recorded here."""
        return self.path.exists() or self.head_path.exists()

    def read(self) -> JournalText:
        """All that is there; nothing is left out.

        A byte that is no UTF-8 stands in its line as a lone surrogate: different bytes never give
        the same text, so that whoever checks the lines sees every change.
        Refuses: files that cannot be read.
        """
        data = self._bytes(self.path) or b""
        *lines, torn = data.decode("utf-8", "surrogateescape").split("\n")
        return JournalText(tuple(lines), torn, len(data), self._head())

    def read_head(self) -> StoredHead | None:
        """The recorded head alone; nothing where there is none.

        Refuses: a head that cannot be read.
        """
        return self._head()

    def append(self, make: Callable[[str | None], tuple[Sequence[str], str]]) -> None:
        """Add the lines that `make` returns for the last seal, with the seal that they end in.

        Refuses: a journal that another process is writing, that does not end where its head says,
        or that has no head.
        """
        with self._locked():
            if not self.exists:
                self._write_head(StoredHead(0, ""))
                self._add(b"")
            head = self._head()
            length = self.path.stat().st_size if self.path.exists() else 0
            self._check_end(head, length)
            lines, seal = make(head.seal or None if head else None)
            must(all("\n" not in line for line in lines), "a record is one line")
            for start in range(0, len(lines), LINES_AT_ONCE):
                added = "\n".join([*lines[start : start + LINES_AT_ONCE], ""]).encode("utf-8")
                self._add(added)
                length += len(added)
            self._write_head(StoredHead(length, seal))

    def set_aside(self) -> str:
        """Move what an interrupted append left into `journal.interrupted`; returns it.

        Refuses: a journal without a head, which cannot say where the whole part ends.
        """
        with self._locked():
            head, data = self._head(), self._bytes(self.path) or b""
            if head is None:
                raise self._no_head()
            rest = data[head.length :]
            if rest:
                with self.aside_path.open("ab") as file:
                    file.write(rest if rest.endswith(b"\n") else rest + b"\n")
                    _to_disk(file.fileno())
                with self.path.open("r+b") as file:
                    file.truncate(head.length)
                    _to_disk(file.fileno())
            return rest.decode("utf-8", "replace")

    def adopt(self, seal: str) -> None:
        """Record a head for a journal that has lost its own, at its present end."""
        with self._locked():
            self._write_head(StoredHead(len(self._bytes(self.path) or b""), seal))

    def _check_end(self, head: StoredHead | None, length: int) -> None:
        if head is None:
            raise self._no_head()
        if length == head.length:
            return
        if length < head.length:
            raise InputError(
                "journal",
                f"it has {length:,} bytes, its head says {head.length:,}: its end is missing",
                remedy="restore it from a backup",
                file=str(self.path),
            )
        raise InputError(
            "journal",
            f"{length - head.length:,} bytes stand behind its head: writing was interrupted",
            "nothing is added over them",
            f"`trimtab journal mend` moves them to {ASIDE_NAME}",
            file=str(self.path),
        )

    def _no_head(self) -> InputError:
        return InputError(
            "journal",
            f"{HEAD_NAME} is missing",
            "without it, entries cut off the end would not show",
            "restore it, or accept the journal as it is with `trimtab journal mend --adopt`",
            file=str(self.path),
        )

    def _head(self) -> StoredHead | None:
        data = self._bytes(self.head_path)
        if data is None:
            return None
        try:
            value = json.loads(data)
        except ValueError:
            value = None
        match value:
            case {"length": int(length), "seal": str(seal)} if length >= 0:
                head = StoredHead(length, seal)
                if data == _head_text(head).encode("utf-8"):
                    return head
        raise InputError(
            "journal head",
            "it does not hold a length and a seal as they were written",
            remedy="restore it, or remove it and run `trimtab journal mend --adopt`",
            file=str(self.head_path),
        )

    def _write_head(self, head: StoredHead) -> None:
        """Put a new head in the old one's place in one step."""
        with self._writing(self.head_path):
            handle, temporary = tempfile.mkstemp(dir=self.head_path.parent, prefix=".journal.")
            with open(handle, "w", encoding="utf-8") as file:
                file.write(_head_text(head))
                file.flush()
                _to_disk(file.fileno())
            os.replace(temporary, self.head_path)
            _folder_to_disk(self.head_path.parent)

    def _add(self, data: bytes) -> None:
        with self._writing(self.path):
            handle = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, PRIVATE)
            with open(handle, "ab", buffering=0) as file:
                view = memoryview(data)
                while view:
                    view = view[file.write(view) :]
                _to_disk(file.fileno())
            _folder_to_disk(self.path.parent)

    @staticmethod
    def _bytes(path: Path) -> bytes | None:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError(path.name, f"it cannot be read ({reason})", file=str(path)) from None

    @staticmethod
    @contextmanager
    def _writing(path: Path) -> Iterator[None]:
        """Turn the system's errors into ones that name the file."""
        try:
            yield
        except OSError as error:
            raise InputError(
                path.name,
                f"it cannot be written ({error.strerror or error})",
                remedy="check that the folder exists, may be written and has space",
                file=str(path),
            ) from None

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Hold the lock; the system releases it when the process ends, however it ends.

        Refuses: to wait longer than `LOCK_SECONDS_MAX`.
        """
        with self._writing(self.lock_path):
            handle = os.open(self.lock_path, os.O_RDWR | os.O_CREAT, PRIVATE)
        try:
            until = time.monotonic() + LOCK_SECONDS_MAX
            while not _try_lock(handle):
                if time.monotonic() > until:
                    raise InputError(
                        "journal",
                        f"another process has been writing for {LOCK_SECONDS_MAX:.0f} seconds",
                        remedy="wait for it to end, then try again",
                        file=str(self.path),
                    )
                time.sleep(LOCK_POLL_SECONDS)
            yield
        finally:
            os.close(handle)


def _head_text(head: StoredHead) -> str:
    """The one way to write a head."""
    return json.dumps({"length": head.length, "seal": head.seal}) + "\n"

"""Change a household's mandate while others may: whoever changes says which text they saw.

One writer at a time holds a lock beside the file; the text must still be the one that was seen, the
new one must be a mandate, and both are kept among its versions.

Errors: `MandateMoved` where somebody was faster; `InputErrors` where the result is no mandate.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from trimtab.app.config import MANDATE_NAME, parse_mandate
from trimtab.app.mandate_history import keep, text_digest
from trimtab.app.text_files import read_text, write_text
from trimtab.model.errors import InputError
from trimtab.stores._disk import try_lock

__all__ = ["MandateMoved", "change_mandate", "mandate_text_of"]

LOCK_NAME = ".mandate.lock"
WAIT_SECONDS_MAX = 10.0
STEP_SECONDS = 0.02


class MandateMoved(InputError):  # noqa: N818  (what happened)
    """The mandate is not the one that was seen."""


def mandate_text_of(folder: Path) -> tuple[str, str]:
    """The mandate's text and its digest.

    Refuses: a file that cannot be read.
    """
    text = read_text(folder / MANDATE_NAME, "mandate")
    return text, text_digest(text)


def change_mandate(
    folder: Path, seen: str | None, change: Callable[[str], str], who: str, at: datetime
) -> str:
    """Write what `change` makes of the mandate's text; answers the new text's digest.

    `seen` is the digest of the text that the change was made for, `None` for whichever it is.
    Refuses: another text than the one seen, and a result that is no mandate.
    """
    with _lock(folder):
        text, digest = mandate_text_of(folder)
        if seen is not None and seen != digest:
            fact, bound = "it was changed since it was read", "nothing was written"
            raise MandateMoved("mandate", fact, bound, "read it again, and change that")
        written = change(text)
        if written == text:
            return digest
        parse_mandate(written, folder / MANDATE_NAME)
        keep(folder, text, at, "hand")  # whoever wrote the file itself
        write_text(folder / MANDATE_NAME, written)
        keep(folder, written, at, who)
        return text_digest(written)


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Wait for the right to write; the system gives it back when its holder dies."""
    path = folder / LOCK_NAME
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        fact = f"its lock cannot be made ({error.strerror or error})"
        raise InputError("mandate", fact, "nothing was written", "mend the folder") from None
    try:
        ends = time.monotonic() + WAIT_SECONDS_MAX
        while not try_lock(handle):
            if time.monotonic() > ends:
                fact = f"another process has been writing it for {WAIT_SECONDS_MAX:.0f} s"
                raise InputError("mandate", fact, "nothing was written", "ask again")
            time.sleep(STEP_SECONDS)
        yield
    finally:
        os.close(handle)

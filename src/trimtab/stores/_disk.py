"""What every store does with a disk: wait until it has what was written, and take turns.

Errors: those of the system.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

__all__ = ["folder_to_disk", "keep_private", "to_disk", "try_lock"]

OWNER_ALONE = 0o600


def to_disk(handle: int) -> None:
    """Wait until what was written is on the disk."""
    os.fsync(handle)


def folder_to_disk(folder: Path) -> None:
    """Make a new or replaced name in a folder last; Windows does so by itself."""
    if sys.platform != "win32":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def keep_private(path: Path) -> None:
    """Make sure that a file is there before a database opens it, as its owner's alone.

    One that is there stays as it is; what cannot be made is left for the database to tell.
    """
    with suppress(OSError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, OWNER_ALONE))


def try_lock(handle: int) -> bool:
    """Take the lock of an open file if nobody has it; it ends with the process at the latest."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True

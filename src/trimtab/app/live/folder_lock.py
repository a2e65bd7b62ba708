"""One process at a time works a household's folder, by a lock that ends with the process.

The system frees it the moment its holder dies, however it dies: whoever has it knows that no other
process of this machine works the folder, and that a lease left behind by one belongs to nobody.

Errors: `InputError` where another process has it, or where it cannot be made.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socket import gethostname

from trimtab.model.errors import InputError
from trimtab.stores._disk import try_lock

__all__ = ["LOCK_NAME", "folder_lock", "holder_here", "is_of_folder"]

LOCK_NAME = ".live.lock"


@contextmanager
def folder_lock(folder: Path) -> Iterator[None]:
    """Keep every other process out of a household's folder.

    Refuses: a folder that another process works, or that cannot be written.
    """
    path = folder / LOCK_NAME
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        fact = f"its lock cannot be made ({error.strerror or error})"
        remedy = "check who owns the folder, and that its disk has room"
        raise InputError("household", fact, "nothing was sent", remedy, file=str(path)) from None
    try:
        if not try_lock(handle):
            fact = "another process of this machine works it"
            remedy = "wait until it is done, or stop it"
            raise InputError("household", fact, "one process at a time", remedy)
        yield
    finally:
        os.close(handle)  # which gives the lock back


def holder_here(folder: Path) -> str:
    """The name under which this process holds a household: machine, process, folder."""
    return f"{gethostname()}:{os.getpid()}:{folder.resolve()}"


def is_of_folder(holder: str, folder: Path) -> bool:
    """Whether a lease's holder worked this folder from this machine."""
    host, _, rest = holder.partition(":")
    return host == gethostname() and rest.partition(":")[2] == str(folder.resolve())

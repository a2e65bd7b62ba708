"""The files of a model on disk: which there may be, and whether they are what was registered.

Errors: `InputError` for a file that is missing, altered, cut short or too large.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path

from trimtab.model.errors import InputError, must
from trimtab.model.models import FileHash
from trimtab.stores._disk import folder_to_disk, to_disk
from trimtab.stores._model_manifest import RETRAIN

__all__ = [
    "SUFFIXES",
    "check_files",
    "checked",
    "hash_of",
    "read_bytes",
    "replace_file",
    "write_file",
]

SUFFIXES = frozenset({".npz", ".skops", ".txt", ".json", ".md"})
"""Kinds of files that a model may consist of; none of them runs code when it is read."""
RESERVED = "manifest.json"
FILE_BYTES_MAX = 256 * 1024 * 1024

_FILE = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")


def check_files(files: Mapping[str, bytes]) -> None:
    """Check that files can be a model's, before anything is written."""
    must(files, "a model has files")
    for name, data in files.items():
        can_be = _FILE.fullmatch(name) and name != RESERVED
        must(can_be, f"{name!r} can be a file of a model")
        must(Path(name).suffix in SUFFIXES, f"{name!r} is of a kind that runs no code when read")
        must(len(data) <= FILE_BYTES_MAX, f"{name!r} is small enough to be read again")


def hash_of(name: str, data: bytes) -> FileHash:
    """What a manifest says about a file."""
    return FileHash(name, len(data), hashlib.sha256(data).hexdigest())


def checked(data: bytes, expected: FileHash, subject: str, path: Path) -> bytes:
    """The bytes of a file, if they are those that were registered.

    Refuses: another length, another hash.
    """
    if len(data) != expected.bytes:
        fact = f"{expected.name} has {len(data):,} bytes"
        bound = f"{expected.bytes:,} were registered"
        raise InputError(subject, fact, bound, RETRAIN, file=str(path))
    found = hash_of(expected.name, data)
    if found != expected:
        fact = f"{expected.name} was altered: its SHA-256 begins {found.sha256[:12]}"
        bound = f"{expected.sha256[:12]} was registered"
        raise InputError(subject, fact, bound, RETRAIN, file=str(path))
    return data


def read_bytes(path: Path, subject: str) -> bytes:
    """What a file holds.

    Refuses: a file that is missing, too large or cannot be read.
    """
    try:
        if path.stat().st_size > FILE_BYTES_MAX:
            fact = f"{path.name} has {path.stat().st_size:,} bytes"
            raise InputError(subject, fact, f"the limit is {FILE_BYTES_MAX:,}", file=str(path))
        return path.read_bytes()
    except OSError as error:
        fact = f"{path.name} cannot be read ({error.strerror or error})"
        raise InputError(subject, fact, "", RETRAIN, file=str(path)) from None


def replace_file(path: Path, data: bytes) -> None:
    """Put a new file in the old one's place in one step."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(handle, "wb") as file:
            file.write(data)
            file.flush()
            to_disk(file.fileno())
        os.replace(temporary, path)
        folder_to_disk(path.parent)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def write_file(path: Path, data: bytes) -> None:
    """Write a new file and wait for the disk."""
    with open(path, "xb") as file:
        file.write(data)
        file.flush()
        to_disk(file.fileno())

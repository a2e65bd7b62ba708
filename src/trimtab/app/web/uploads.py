"""Files that somebody sends: counted, weighed, unpacked where they are zip archives, and put where
readers find them, under names of our own.

A name that came with a file is shown and recorded and never used as a path.  An archive is unpacked
one file after the other, each weighed as it comes out whatever the archive says of itself, and not
into another archive.

Errors: `InputError` for what is too many, too large, damaged or no file of a broker.
Source: OWASP File Upload Cheat Sheet; PKWARE APPNOTE 6.3.10 (zip).
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from trimtab.model.errors import InputError

__all__ = ["Limits", "Sent", "gathered", "shown_name"]

NAME_MAX = 80
CHUNK = 64 * 1024
ZIP_START = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
ARCHIVES = (*ZIP_START, b"\x1f\x8b", b"7z\xbc\xaf", b"BZh", b"\xfd7zXZ", b"Rar!")
ENCRYPTED = 0x1
WORKBOOK = "[Content_Types].xml"
"""What every archive holds that is an Office file."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is taken at once.

    Unit: bytes; `ratio` how many times its packed size an archive's file may have once it is
    `ratio_from` bytes long.
    """

    files: int = 24
    file_bytes: int = 16 * 1024 * 1024
    all_bytes: int = 32 * 1024 * 1024
    ratio: int = 120
    ratio_from: int = 1024 * 1024


USUAL = Limits()


@dataclass(frozen=True, slots=True)
class Sent:
    """A file as it came: the name to show, and its bytes."""

    name: str
    data: bytes


def shown_name(name: str) -> str:
    """A file's name as it may be shown and recorded: its last part, printable, not too long."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    kept = "".join(one for one in last if unicodedata.category(one)[0] != "C")
    short = kept.strip()[-NAME_MAX:]
    return short if short.strip(".") else "file"


def gathered(sent: Iterable[tuple[str, IO[bytes]]], limits: Limits = USUAL) -> tuple[Sent, ...]:
    """All files that were sent, archives unpacked, in the order in which they came.

    Refuses: none at all, too many, too large ones, and archives that are damaged or locked, that
    hold archives, or that unpack to far more than they are.
    """
    found: list[Sent] = []
    weight = 0
    for name, stream in sent:
        data = _read(stream, name, limits)
        if not name and not data:
            continue  # a form's empty field
        files = _unpacked(name, data, limits) if data.startswith(ZIP_START) else [_file(name, data)]
        for one in files:
            found.append(one)
            weight += len(one.data)
            if len(found) > limits.files:
                bound = f"at most {limits.files} at once, those in archives counted"
                raise InputError("files", "these are too many", bound, "send them in parts")
            if weight > limits.all_bytes:
                bound = f"at most {limits.all_bytes:,} bytes at once, unpacked"
                raise InputError("files", "together they are too large", bound, "send fewer")
    if not found:
        raise InputError("files", "none was chosen", "", "choose one or more, or drop them here")
    return tuple(found)


def _file(name: str, data: bytes) -> Sent:
    return Sent(shown_name(name), data)


def _read(stream: IO[bytes], name: str, limits: Limits) -> bytes:
    data = stream.read(limits.file_bytes + 1)
    if len(data) > limits.file_bytes:
        raise _too_large(shown_name(name), limits)
    return data


def _too_large(name: str, limits: Limits) -> InputError:
    bound = f"at most {limits.file_bytes:,} bytes"
    return InputError(f"file {name!r}", "it is too large", bound, "download a shorter period")


def _unpacked(name: str, data: bytes, limits: Limits) -> Iterator[Sent]:
    """The files of an archive; folders and the notes of file managers are left out.

    Refuses: as the module says.
    """
    archive = shown_name(name)
    try:
        with ZipFile(BytesIO(data)) as opened:
            listed = opened.infolist()
            if any(info.filename == WORKBOOK for info in listed):
                raise _refused(archive, "it is a workbook", "", "save its sheet as CSV")
            if len(listed) > 10 * limits.files:
                bound = f"at most {limits.files}"
                raise _refused(archive, f"it lists {len(listed):,} files", bound)
            for info in listed:
                if not info.is_dir() and not _is_note(info):
                    out = _out(opened, info, archive, len(data), limits)
                    yield Sent(shown_name(info.filename), out)
    except (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, ValueError) as error:
        raise _refused(archive, f"it is damaged ({error})", "", "get it again") from None


def _is_note(info: ZipInfo) -> bool:
    """Whether a file manager put it there for itself."""
    parts = info.filename.split("/")
    return "__MACOSX" in parts or parts[-1] in (".DS_Store", "Thumbs.db")


def _out(opened: ZipFile, info: ZipInfo, archive: str, whole: int, limits: Limits) -> bytes:
    """One file of an archive, weighed as it comes out; `whole` is how long the archive is."""
    name = shown_name(info.filename)
    if info.flag_bits & ENCRYPTED:
        raise _refused(archive, f"{name!r} in it is locked with a password", "", "unpack it first")
    if info.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
        fact = f"{name!r} in it is packed in a way that is not read"
        raise _refused(archive, fact, "stored or deflated", "unpack it first")
    data, packed = bytearray(), min(info.compress_size, whole)
    with opened.open(info) as stream:
        while chunk := stream.read(CHUNK):
            data += chunk
            if len(data) > limits.file_bytes:
                raise _too_large(f"{archive}/{name}", limits)
            if len(data) > max(limits.ratio_from, limits.ratio * packed):
                fact = f"{name!r} in it unpacks to far more than it is"
                raise _refused(archive, fact, f"at most {limits.ratio} times", "unpack it first")
    if bytes(data[:8]).startswith(ARCHIVES):
        raise _refused(archive, f"{name!r} in it is an archive itself", "", "unpack it first")
    return bytes(data)


def _refused(archive: str, fact: str, bound: str = "", remedy: str = "") -> InputError:
    return InputError(f"archive {archive!r}", fact, bound, remedy)

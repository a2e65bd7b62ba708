"""The bytes of a file, and the text in them.

Brokers write UTF-8, UTF-16 with a mark, and Windows' Latin; nothing else is guessed.  What is no
text at all (an archive, a workbook, a PDF) is refused with what to do.  Errors: `InputError`.
"""

from __future__ import annotations

import codecs
import hashlib
from pathlib import Path

from trimtab.importers._base import FILE_BYTES_MAX
from trimtab.model.errors import InputError

__all__ = ["decode", "digest_of", "read_bytes"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NO_TEXT = (
    (b"PK\x03\x04", "a zip archive or an Excel workbook", "unpack it, or save its sheet as CSV"),
    (b"PK\x05\x06", "an empty zip archive", "get the file again"),
    (b"\x1f\x8b", "a gzip archive", "unpack it first"),
    (b"%PDF", "a PDF", "download the figures as CSV, OFX or XML instead"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook", "save its sheet as CSV"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "unpack it first"),
    (b"BZh", "a bzip2 archive", "unpack it first"),
    (b"\xfd7zXZ", "an xz archive", "unpack it first"),
)


def read_bytes(path: Path) -> bytes:
    """The bytes of a regular file within the limit.

    Refuses: what is missing, empty, no regular file, unreadable, or larger than `FILE_BYTES_MAX`.
    """
    name = str(path)
    try:
        if path.exists() and not path.is_file():
            kind = "folder" if path.is_dir() else "device or pipe"
            raise InputError("file", f"it is a {kind}", "", "name a file", file=name)
        size = path.stat().st_size
        if size > FILE_BYTES_MAX:
            raise InputError(
                "file",
                f"it has {size:,} bytes",
                f"the limit is {FILE_BYTES_MAX:,}",
                "download a shorter period, or one account at a time",
                file=name,
            )
        with path.open("rb") as stream:
            data = stream.read(FILE_BYTES_MAX + 1)
    except FileNotFoundError:
        raise InputError("file", "there is none", "", "check the path", file=name) from None
    except OSError as error:
        fact = f"it cannot be read ({error.strerror or error})"
        raise InputError("file", fact, "", "check its permissions", file=name) from None
    if not data.strip():
        raise InputError("file", "it is empty", "", "download it again", file=name)
    return data


def digest_of(data: bytes) -> str:
    """The SHA-256 of a file, by which it is known again."""
    return hashlib.sha256(data).hexdigest()


def decode(data: bytes, file: str) -> str:
    """The text in the bytes, with single line feeds.

    Refuses: archives and other files that are no text, and encodings that cannot be told.
    """
    for start, what, remedy in _NO_TEXT:
        if data.startswith(start):
            raise InputError("file", f"it is {what}", "only text is read", remedy, file=file)
    text = _decoded(data, file)
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InputError(
            "file",
            "it holds a NUL character",
            "a text has none",
            "download it again: it is damaged, or no text",
            file=file,
            line=line,
        )
    # Some brokers write the mark of UTF-8 several times over.
    return text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _decoded(data: bytes, file: str) -> str:
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            fact = f"it says that it is {encoding.upper()} and is not (byte {error.start:,})"
            raise InputError("file", fact, "", "download it again", file=file) from None
        offset, byte = error.start, data[error.start]
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        line = data.count(b"\n", 0, offset) + 1
        raise InputError(
            "file",
            f"byte 0x{byte:02x} is neither UTF-8 nor Windows Latin",
            "",
            "save it as UTF-8 (in a spreadsheet: “CSV UTF-8”)",
            file=file,
            line=line,
        ) from None

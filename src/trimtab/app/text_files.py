"""Text files, read with clear refusals and written all or nothing.

Everything a person edits passes here: UTF-8 (a byte-order mark is fine), and where a file is not,
the message names the byte and where it stands.  A write goes to a temporary file beside the goal
and takes its place in one step, so an interrupted run leaves the old file whole.

Errors: `InputError` for a file that is missing, too large, unreadable or in another encoding.
"""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from trimtab.model.errors import InputError, InputErrors

__all__ = [
    "ERRORS_MAX",
    "FILE_BYTES_MAX",
    "Collector",
    "read_text",
    "write_bytes",
    "write_parts",
    "write_text",
]

FILE_BYTES_MAX = 64 * 1024 * 1024
ERRORS_MAX = 100

_OTHER_ENCODINGS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))


class Collector:
    """Gathers the input errors of one file, so that a person sees them all at once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.errors: list[InputError] = []

    @property
    def is_full(self) -> bool:
        """Whether so much is wrong that reading on would help nobody."""
        return len(self.errors) >= ERRORS_MAX

    def add(self, error: InputError, line: int | None = None) -> None:
        """Keep an error, with the place where the input stands."""
        self.errors.append(error if error.file is not None else error.at(self.file, line))

    def refuse(
        self, line: int | None, subject: str, fact: str, bound: str = "", remedy: str = ""
    ) -> None:
        """Keep an error made of its parts."""
        self.add(InputError(subject, fact, bound, remedy, file=self.file, line=line))

    def extend(self, errors: Iterable[InputError]) -> None:
        """Keep several errors."""
        for error in errors:
            self.add(error)

    def raise_any(self) -> None:
        """End the reading where there is an error.

        Refuses: whatever was collected, in the order of lines, with `InputErrors`.
        """
        if self.errors:
            raise InputErrors(sorted(self.errors, key=lambda error: error.line or 0))


def read_text(path: Path, what: str, remedy: str = "") -> str:
    """The text of a UTF-8 file, without a byte-order mark.

    Refuses: a missing, unreadable or oversized file, another encoding, and NUL characters.
    """
    data = _read_bytes(path, what, remedy)
    for mark, name in _OTHER_ENCODINGS:
        if data.startswith(mark):
            raise InputError(
                what,
                f"it is encoded in {name} (first bytes {data[:2].hex(' ')})",
                "Trimtab reads UTF-8",
                "save it as UTF-8 (in a spreadsheet: “CSV UTF-8”)",
                file=str(path),
            )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        byte = data[error.start]
        raise InputError(
            what,
            f"byte 0x{byte:02x} at offset {error.start} is not UTF-8",
            f"in Latin-1 it would be {bytes([byte]).decode('latin-1')!r}",
            "save it as UTF-8 (in a spreadsheet: “CSV UTF-8”)",
            file=str(path),
            line=data.count(b"\n", 0, error.start) + 1,
        ) from None
    if "\0" in text:
        raise InputError(
            what,
            f"it holds a NUL character at offset {text.index(chr(0))}",
            "it is not a text file, or was damaged",
            "restore it from a copy",
            file=str(path),
            line=text.count("\n", 0, text.index("\0")) + 1,
        )
    return text


def _read_bytes(path: Path, what: str, remedy: str) -> bytes:
    """The bytes of a file within the size limit."""
    try:
        size = path.stat().st_size
        if size > FILE_BYTES_MAX:
            raise InputError(
                what,
                f"it has {size:,} bytes",
                f"the limit is {FILE_BYTES_MAX:,}",
                "is it the right file?",
                file=str(path),
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(
            what, "there is no such file", remedy=remedy or "check the path", file=str(path)
        ) from None
    except OSError as error:
        raise InputError(
            what,
            f"it cannot be read ({error.strerror or error})",
            remedy="check the path and its permissions",
            file=str(path),
        ) from None


def write_text(path: Path, text: str) -> None:
    """Write a UTF-8 file in one step: the old content or the new, never half of either.

    A link stays a link, and what is no file (a terminal, a pipe, `/dev/null`) is written to and
    never replaced.
    Refuses: a place that cannot be written.
    """
    write_parts(path, (text,))


def write_parts(path: Path, parts: Iterable[str]) -> None:
    """Write a text that is made part by part, as `write_text` does; it never lies in memory whole.

    Refuses: a place that cannot be written.
    """
    _write(path, (part.encode("utf-8") for part in parts))


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file of any kind in one step, as `write_text` does.

    Refuses: a place that cannot be written.
    """
    _write(path, (data,))


def _write(path: Path, parts: Iterable[bytes]) -> None:
    try:
        if _is_stream(path):
            with open(path, "ab") as stream:
                stream.writelines(parts)
        else:
            _replace(Path(os.path.realpath(path)), parts)
    except OSError as error:
        raise InputError(
            f"cannot write {path.name!r}",
            error.strerror or str(error),
            remedy="check that the folder exists, has room and may be written",
            file=str(path),
        ) from None


def _is_stream(path: Path) -> bool:
    """Whether a path leads to something that is written to and has no content of its own."""
    is_device = path.is_absolute() and path.parts[1:2] in (("dev",), ("proc",))
    is_device &= path.parts[1:3] != ("dev", "shm")  # a file system in memory: its files are files
    return path.exists() and not path.is_dir() and (is_device or not path.is_file())


def _replace(path: Path, parts: Iterable[bytes]) -> None:
    """Write beside a file, then take its place."""
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(handle, "wb") as file:
            file.writelines(parts)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, _mode_for(path))
        os.replace(temporary, path)
    except BaseException:  # Ctrl-C too leaves nothing lying about
        Path(temporary).unlink(missing_ok=True)
        raise


def _mode_for(path: Path) -> int:
    """The permissions of the file that is replaced, or private ones for a new file."""
    try:
        return path.stat().st_mode & 0o777
    except FileNotFoundError:
        return 0o600

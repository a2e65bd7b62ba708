"""Every mandate that a household has had: kept beside it, so that an old one can be held against
the new.

A version is a file of its own under `mandate-history/`: a first line that says when it was kept and
by whom, then the mandate's text as it was, byte for byte.  A version is written once and never
changed; the same text kept twice in a row is one version.

Errors: `InputError` for a version that is none of ours or was altered, and for a folder that cannot
be written.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from trimtab.app.text_files import read_text, write_text
from trimtab.model.errors import InputError

__all__ = ["HISTORY_FOLDER", "MandateVersion", "keep", "text_digest", "version_of", "versions"]

HISTORY_FOLDER = "mandate-history"
DIGEST_LETTERS = 16
_NAME = re.compile(r"\d{8}T\d{12}Z-[0-9a-f]{16}\.toml")
_HEAD = "# kept "


@dataclass(frozen=True, slots=True)
class MandateVersion:
    """One mandate as it was: when it was kept, by whom, and its text; `name` is that of its file.

    Unit: `digest` is the SHA-256 of the text.
    """

    at: datetime
    who: str
    digest: str
    text: str
    name: str


def text_digest(text: str) -> str:
    """The hash by which a mandate's very text is known again, comments and spaces included."""
    return sha256(text.encode()).hexdigest()


def keep(folder: Path, text: str, at: datetime, who: str) -> MandateVersion:
    """Keep a text among the versions of a household's mandate, unless the last one says the same.

    Refuses: a folder that cannot be written, and versions that cannot be read.
    """
    earlier = versions(folder)
    digest = text_digest(text)
    if earlier and earlier[-1].digest == digest:
        return earlier[-1]
    moment = at.astimezone(UTC)
    if earlier and moment <= earlier[-1].at:  # a clock that was set back must not change the order
        moment = earlier[-1].at + timedelta(microseconds=1)
    name = f"{moment:%Y%m%dT%H%M%S%f}Z-{digest[:DIGEST_LETTERS]}.toml"
    path = folder / HISTORY_FOLDER / name
    try:
        path.parent.mkdir(exist_ok=True)
    except OSError as error:
        fact = f"it cannot be made ({error.strerror or error})"
        raise InputError(f"folder {HISTORY_FOLDER!r}", fact, "", "mend it") from None
    head = json.dumps({"at": moment.isoformat(), "who": who, "sha256": digest})
    write_text(path, f"{_HEAD}{head}\n{text}")
    return MandateVersion(moment, who, digest, text, name)


def versions(folder: Path) -> tuple[MandateVersion, ...]:
    """Every version that was kept, the oldest first; none where none ever was.

    Refuses: a file that was altered since.
    """
    found = sorted((folder / HISTORY_FOLDER).glob("*.toml"))
    return tuple(_read(path) for path in found if _NAME.fullmatch(path.name))


def version_of(folder: Path, name: str) -> MandateVersion:
    """The version of a file's name.

    Refuses: a name that none has, which is never looked for on the disk.
    """
    found = next((one for one in versions(folder) if one.name == name), None)
    if found is None:
        raise InputError("mandate version", f"there is none of the name {name[:80]!r}")
    return found


def _read(path: Path) -> MandateVersion:
    whole = read_text(path, "mandate version")
    first, _, text = whole.partition("\n")
    try:
        told = json.loads(first.removeprefix(_HEAD))
        version = MandateVersion(
            datetime.fromisoformat(told["at"]), str(told["who"]), told["sha256"], text, path.name
        )
    except (ValueError, TypeError, KeyError) as error:
        raise _damaged(path, f"its first line is damaged ({error})") from None
    if text_digest(text) != version.digest:
        raise _damaged(path, "its text is not the one that was kept")
    return version


def _damaged(path: Path, fact: str) -> InputError:
    remedy = "restore it from a copy, or remove it"
    return InputError("mandate version", fact, "", remedy, file=str(path))

"""What files that somebody sent would come to: read and merged, shown, and written only as shown.

Files lie in a folder of their own for as long as they are read, under names of our own; what is
kept is what they say.  Writing computes everything again: where that is not what was shown, because
the household changed meanwhile, nothing is written and the new preview is to be looked at first.

Errors: those of the household's files; `ChangedMeanwhile` as said.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from threading import Lock

from trimtab.app.importing.commit import commit, finish_pending
from trimtab.app.importing.merge import Merge, merge
from trimtab.app.importing.reading import Outcome, known_formats, read_files
from trimtab.app.web.import_check import troubles_after
from trimtab.app.web.uploads import Sent
from trimtab.books.entry_json import entry_text
from trimtab.model.errors import InputError, must

__all__ = [
    "WRITING",
    "ChangedMeanwhile",
    "ImportPreview",
    "preview_of",
    "read_sent",
    "write_preview",
]

WRITING = Lock()
"""One import is written at a time; a second one sees what the first one left."""


class ChangedMeanwhile(InputError):  # noqa: N818  (what happened)
    """What would be written is not what was shown; `fresh` is what it would be now."""

    def __init__(self, fresh: ImportPreview) -> None:
        super().__init__(
            "import",
            "the household has changed since the preview",
            "nothing was written",
            "look at it again",
        )
        self.fresh = fresh


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """Files as read, which account each is of where a person said so, and what they come to.

    `day` is that of files that do not tell their own; `merged` is none where no file could be
    taken; `digest` is a hash of all that would be written; `troubles` are what would have to be
    mended before anything is planned again.
    """

    outcomes: tuple[Outcome, ...]
    accounts: Mapping[str, str]
    day: date
    merged: Merge | None
    digest: str
    troubles: tuple[InputError, ...] = ()


def read_sent(sent: Sequence[Sent], folder: Path) -> tuple[Outcome, ...]:
    """What each file says, under the name that it came with.

    Refuses: a format file of the household's own that is wrong.
    """
    formats = known_formats(folder)
    with tempfile.TemporaryDirectory(prefix="trimtab-import-") as place:
        paths = [Path(place) / f"{number:03}" for number in range(len(sent))]
        for path, one in zip(paths, sent, strict=True):
            path.write_bytes(one.data)
        outcomes = read_files(paths, formats)
    return tuple(_named(one, its.name) for one, its in zip(outcomes, sent, strict=True))


def _named(outcome: Outcome, name: str) -> Outcome:
    """The outcome of a file under the name that people know, our own folder nowhere in it."""
    error, own = outcome.error, str(outcome.path)
    if error is not None:
        parts = (error.subject, error.fact, error.bound, error.remedy)
        subject, fact, bound, remedy = (text.replace(own, name) for text in parts)
        error = InputError(subject, fact, bound, remedy, file=name, line=error.line)
    statement = replace(outcome.statement, file=name)
    return Outcome(Path(name), statement, error)


def preview_of(
    folder: Path, outcomes: Sequence[Outcome], accounts: Mapping[str, str], today: date
) -> ImportPreview:
    """What importing these files would come to now; nothing is written but an import that was
    interrupted before, which is finished first.

    A file that cannot be read is left out: its outcome says why.  `accounts` say which of the
    household's a broker's account is.
    Refuses: files of the household that cannot be read, and accounts that are none.
    """
    finish_pending(folder)
    statements = [one.statement for one in outcomes if one.error is None]
    if not statements:
        return ImportPreview(tuple(outcomes), dict(accounts), today, None, "")
    merged = merge(folder, statements, today=today, accounts=accounts)
    troubles = troubles_after(folder, merged.texts, today)
    return ImportPreview(tuple(outcomes), dict(accounts), today, merged, _digest(merged), troubles)


def write_preview(folder: Path, shown: ImportPreview) -> Merge:
    """Write what was shown, all or nothing.

    Refuses: what has become something else since, with the new preview.
    """
    must(shown.merged is not None, "a preview that is written has something to write")
    fresh = preview_of(folder, shown.outcomes, shown.accounts, shown.day)
    if fresh.merged is None or fresh.digest != shown.digest:
        raise ChangedMeanwhile(fresh)
    commit(folder, fresh.merged.entries, fresh.merged.texts, fresh.merged.after)
    return fresh.merged


def _digest(merged: Merge) -> str:
    """A hash of the entries and texts that would be written, and of where the journal ends."""
    told = hashlib.sha256(merged.after.encode())
    for entry in merged.entries:
        told.update(entry_text(entry).encode() + b"\n")
    for name, text in sorted(merged.texts.items()):
        told.update(f"\0{name}\0".encode() + text.encode())
    return told.hexdigest()

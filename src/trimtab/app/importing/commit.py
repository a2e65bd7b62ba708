"""Write an import in one step: all of it, also where the machine stops in the middle, or nothing.

What is to be written stands in one file first (`imports/pending.json`, renamed into place).  From
then on every command finishes it before anything else; doing a part of it twice changes nothing.
Errors: `InputError` where the folder cannot be written.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from trimtab.app.journal_folder import FolderJournal
from trimtab.app.text_files import write_text
from trimtab.books.entry_json import entry_from, entry_json
from trimtab.model.entries import Entry
from trimtab.model.errors import InputError

__all__ = ["commit", "finish_pending"]

PENDING = "imports/pending.json"


def commit(folder: Path, entries: Sequence[Entry], texts: Mapping[str, str]) -> None:
    """Append entries to the folder's journal and write its files, all or none.

    Refuses: a folder that cannot be written.
    """
    try:
        (folder / PENDING).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fact = f"it cannot be made ({error.strerror or error})"
        raise InputError(f"folder {str(folder)!r}", fact, "", "name another folder") from None
    told = {"entries": [entry_json(entry) for entry in entries], "texts": dict(texts)}
    write_text(folder / PENDING, json.dumps(told, ensure_ascii=False))
    finish_pending(folder)


def finish_pending(folder: Path) -> bool:
    """Finish what an interrupted import began; whether there was any.

    Refuses: a file that was damaged since it was written.
    """
    path = folder / PENDING
    if not path.exists():
        return False
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        entries = [entry_from(one) for one in told["entries"]]
        texts = {str(name): str(text) for name, text in told["texts"].items()}
    except (ValueError, KeyError, AttributeError) as error:
        raise InputError(
            "interrupted import",
            f"what it was to write is damaged ({error})",
            "",
            "remove the file and import again",
            file=str(path),
        ) from None
    journal = FolderJournal(folder)
    before = {entry.id for entry in journal.entries()} if journal.exists else set()
    journal.append(entry for entry in entries if entry.id not in before)
    for name, text in texts.items():
        write_text(folder / name, text)
    path.unlink()
    return True

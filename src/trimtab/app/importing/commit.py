"""Write an import in one step: all of it, also where the machine stops in the middle, or nothing.

What is to be written stands in one file first (`imports/pending.json`, renamed into place).  From
then on every command finishes it before anything else; doing a part of it twice changes nothing.
Errors: `InputError` where the folder cannot be written.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from trimtab.app.journal_folder import FolderJournal, JournalMovedError
from trimtab.app.text_files import write_parts, write_text
from trimtab.books.entry_json import entry_from, entry_text
from trimtab.model.entries import Entry
from trimtab.model.errors import InputError

__all__ = ["PENDING", "commit", "finish_pending"]

PENDING = "imports/pending.json"


def commit(
    folder: Path, entries: Sequence[Entry], texts: Mapping[str, str], after: str | None = None
) -> None:
    """Append entries to the folder's journal and write its files, all or none.

    `after` is the journal's end when they were computed.
    Refuses: a folder that cannot be written; a journal that was added to since, and then nothing of
    this is written.
    """
    try:
        (folder / PENDING).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        fact = f"it cannot be made ({error.strerror or error})"
        raise InputError(f"folder {str(folder)!r}", fact, "", "name another folder") from None
    changed = {name: text for name, text in texts.items() if not _is_written(folder / name, text)}
    if entries or changed:
        told = [entry_text(entry) for entry in entries]
        write_parts(folder / PENDING, _pending_parts(told, changed))
        try:
            FolderJournal(folder).append_texts(told, after)
        except JournalMovedError:
            (folder / PENDING).unlink(missing_ok=True)
            raise
        _write_files(folder, changed)


def finish_pending(folder: Path) -> bool:
    """Finish what an interrupted import began; whether there was any.

    Refuses: a file that was damaged since it was written.
    """
    path = folder / PENDING
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        entries = [entry_from(one) for one in told["entries"]]
        texts = {_own(name): str(text) for name, text in told["texts"].items()}
    except FileNotFoundError:
        return False
    except OSError as error:
        fact = f"what it was to write cannot be read ({error.strerror or error})"
        raise InputError("interrupted import", fact, "", "mend it", file=str(path)) from None
    except (ValueError, KeyError, TypeError, AttributeError, InputError) as error:
        raise InputError(
            "interrupted import",
            f"what it was to write is damaged ({error})",
            "",
            "remove the file and import again",
            file=str(path),
        ) from None
    FolderJournal(folder).complete(entries)
    _write_files(folder, texts)
    return True


def _write_files(folder: Path, texts: Mapping[str, str]) -> None:
    """Write what stands beside the journal; then nothing is pending."""
    for name, text in texts.items():
        write_text(folder / name, text)
    try:
        (folder / PENDING).unlink(missing_ok=True)
    except OSError as error:
        fact = f"it cannot be removed ({error.strerror or error})"
        raise InputError(PENDING, fact, "", "allow it", file=str(folder / PENDING)) from None


def _own(name: str) -> str:
    """The name of a file of the household.

    Refuses: one that leads out of its folder.
    """
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise ValueError(f"{name!r} is no file of the household")
    return name


def _is_written(path: Path, text: str) -> bool:
    """Whether a file says this already."""
    try:
        return path.read_bytes() == text.encode("utf-8")
    except OSError:
        return False


def _pending_parts(entries: Sequence[str], texts: Mapping[str, str]) -> Iterator[str]:
    """What is to be done as JSON, one line an entry and one a file."""
    yield '{"entries":['
    for number, entry in enumerate(entries):
        yield f"{',' if number else ''}\n{entry}"
    yield '\n],"texts":{'
    for number, (name, text) in enumerate(texts.items()):
        yield f"{',' if number else ''}\n{json.dumps(name)}:"
        yield json.dumps(text, ensure_ascii=False)
    yield "\n}}\n"

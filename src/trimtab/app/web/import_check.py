"""Whether a household could still be read once an import were written: its files as they would be,
laid out in a folder that is thrown away.

Errors: none: what would be wrong is the answer.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from trimtab.app.config import MANDATE_NAME, read_mandate
from trimtab.app.household import load_folder
from trimtab.app.text_files import write_text
from trimtab.model.errors import InputError, InputErrors

__all__ = ["troubles_after"]

IMPORTS = "imports"


def troubles_after(folder: Path, texts: Mapping[str, str], day: date) -> tuple[InputError, ...]:
    """What every command would refuse once these texts were written; none where all could be read.

    `day` is the one that is looked at where the mandate names none.  Files that are not written
    anew are linked to, so that nothing large is copied.
    """
    with tempfile.TemporaryDirectory(prefix="trimtab-check-") as place:
        made = Path(place)
        (made / IMPORTS).mkdir()
        for name, text in texts.items():
            if name.partition("/")[0] in {IMPORTS, *_files(texts)}:
                write_text(made / name, text)
        for path in folder.iterdir():
            if path.name != IMPORTS and not path.name.startswith(".") and path.name not in texts:
                os.symlink(path, made / path.name)
        try:
            load_folder(made, read_mandate(made / MANDATE_NAME).as_of or day)
        except InputErrors as several:
            return tuple(_shown(one, made, folder) for one in several.errors)
        except InputError as error:
            return (_shown(error, made, folder),)
    return ()


def _files(texts: Mapping[str, str]) -> set[str]:
    """Names of the household's own files, which stand in no folder."""
    return {name for name in texts if "/" not in name}


def _shown(error: InputError, made: Path, folder: Path) -> InputError:
    """The error by the names that the household's files have."""

    def named(text: str) -> str:
        for place in (made, folder):
            text = text.replace(f"{place}/", "").replace(str(place), "the household's folder")
        return text

    parts = (error.subject, error.fact, error.bound, error.remedy)
    subject, fact, bound, remedy = (named(text) for text in parts)
    file = None if error.file is None else named(error.file)
    return InputError(subject, fact, bound, remedy, file=file, line=error.line)

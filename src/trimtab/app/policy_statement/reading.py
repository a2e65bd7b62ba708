"""The statement of a mandate in a file, with what the household's live settings add.

Errors: `InputErrors` of either file, with the line of each mistake.
"""

from __future__ import annotations

from pathlib import Path

from trimtab.app.live.settings import LIVE_NAME, read_live
from trimtab.app.policy_statement.statement import Statement, statement_of
from trimtab.app.text_files import read_text
from trimtab.model.errors import InputError, InputErrors

__all__ = ["statement_in"]


def statement_in(folder: Path, path: Path) -> Statement:
    """The statement of the mandate at `path`, of the household in `folder`.

    Who approves stands in the folder's live settings; a folder without them says nothing of it.
    Refuses: whatever is wrong in the files, all mistakes of one at once.
    """
    try:
        text = read_text(path, "mandate", "name a file like mandate.toml")
    except InputError as error:
        raise InputErrors([error]) from None
    live = read_live(folder) if (folder / LIVE_NAME).exists() else None
    return statement_of(text, path, live)

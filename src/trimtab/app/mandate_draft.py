"""A mandate that is not saved yet: what is wrong with it, and what would be another.

Everything is asked of the household's other files as they are, so that a lot whose account is gone
or an instrument without a price is found before anything is written.

Errors: none of the draft itself: its mistakes are part of the review.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import unified_diff
from pathlib import Path
from typing import TYPE_CHECKING

from trimtab.app.config import MANDATE_NAME, MandateFile, parse_mandate
from trimtab.app.household import LoadedHousehold, load_folder
from trimtab.app.policy_choice import policy_from
from trimtab.model.errors import InputError, InputErrors

if TYPE_CHECKING:
    from trimtab.app.policy_statement.difference import Change
    from trimtab.model.plans import Decision

__all__ = ["DraftReview", "changed_lines", "review_of", "statement_changes"]


@dataclass(frozen=True, slots=True)
class DraftReview:
    """What was found: every mistake, or the household under the draft and its decision today.

    `doubt` says why there is no decision where the draft itself is sound.
    """

    errors: tuple[InputError, ...]
    loaded: LoadedHousehold | None = None
    decision: Decision | None = None
    doubt: str = ""

    @property
    def may_be_saved(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.errors


def review_of(folder: Path, text: str, as_of: date) -> DraftReview:
    """What a text would mean as the household's mandate on a day.

    A day that the text itself names is the one that counts, as for every command.
    """
    from trimtab.app.api import decide

    path = folder / MANDATE_NAME
    try:
        draft = parse_mandate(text, path)
    except InputErrors as several:
        return DraftReview(_shown(several.errors, path))
    mistakes = _choices(draft)
    if mistakes:
        return DraftReview(_shown(mistakes, path))
    try:
        loaded = load_folder(folder, draft.as_of or as_of, draft)
    except InputErrors as several:
        return DraftReview(_shown(several.errors, path))
    if loaded.snapshot.value <= 0:
        return DraftReview((), loaded, None, "the household holds neither lots nor cash")
    try:
        return DraftReview((), loaded, decide(loaded))
    except (InputError, InputErrors) as error:
        return DraftReview((), loaded, None, str(error))


def changed_lines(old: str, new: str) -> tuple[str, ...]:
    """The lines that differ, with three around them, as `diff -u` writes them."""
    found = unified_diff(old.splitlines(), new.splitlines(), "saved", "draft", lineterm="")
    return tuple(found)


def statement_changes(old: str, new: str, folder: Path) -> tuple[Change, ...]:
    """The sentences of the policy statement that differ.

    Refuses: a text that is no mandate.
    """
    from trimtab.app.policy_statement.difference import differences
    from trimtab.app.policy_statement.statement import statement_of

    path = folder / MANDATE_NAME
    return differences(statement_of(old, path), statement_of(new, path))


def _choices(draft: MandateFile) -> list[InputError]:
    """What is wrong with the plug-ins that are named, and the line where each is."""
    from trimtab.app.api import guards_of, regime_of, target_source_of

    mandate = draft.mandate
    found: list[InputError] = []
    for section, check in (
        ("policy", lambda: policy_from(mandate.policy)),
        ("guards", lambda: guards_of(mandate)),
        ("tax", lambda: regime_of(mandate)),
        ("target_source", lambda: target_source_of(mandate)),
    ):
        try:
            check()
        except InputErrors as several:
            found += [one.at(str(draft.path), draft.line(section)) for one in several.errors]
        except InputError as error:
            found.append(error.at(str(draft.path), draft.line(section)))
    return found


def _shown(errors: Sequence[InputError], path: Path) -> tuple[InputError, ...]:
    """The errors in the order of lines, files by their names alone."""
    told = [
        InputError(
            one.subject, one.fact, one.bound, one.remedy,
            file=None if one.file in (None, str(path)) else Path(str(one.file)).name,
            line=one.line,
        )
        for one in errors
    ]  # fmt: skip
    return tuple(sorted(told, key=lambda one: (one.file or "", one.line or 0)))

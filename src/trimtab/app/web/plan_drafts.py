"""Drafts of a mandate: made from what is saved or from another draft, reviewed once, and saved only
on top of the text that they were made from.

Errors: `MandateMoved` where the saved one is another by now; `InputError` for a text that cannot be
edited by the form.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from trimtab.app.choosing.today import TodayLine, line_of
from trimtab.app.config import MANDATE_NAME, read_mandate
from trimtab.app.mandate_draft import DraftReview, changed_lines, review_of, statement_changes
from trimtab.app.mandate_form import MandateForm, form_of
from trimtab.app.mandate_history import versions
from trimtab.app.mandate_writing import mandate_text_of
from trimtab.model.errors import InputError, InputErrors

if TYPE_CHECKING:
    from trimtab.app.policy_statement.difference import Change
    from trimtab.app.web.households import ServedHousehold, View
    from trimtab.app.web.security.gate import Seen

__all__ = [
    "TEXT_MAX",
    "Draft",
    "Mistake",
    "draft_from",
    "form_shown",
    "lines_of",
    "mistakes_of",
    "moved_lines",
    "reviewed",
    "sentences_of",
    "today_lines",
    "typed_text",
    "view_now",
]

TEXT_MAX = 300_000
LINE_MAX = 120


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that is not saved: `base` is the digest of the saved text that it was made from.

    `review` was made of the household's files of `files_digest`.
    """

    text: str
    base: str
    review: DraftReview
    files_digest: str


@dataclass(frozen=True, slots=True)
class Mistake:
    """A mistake, and the line of the draft that it is in, where it is in the draft."""

    error: InputError
    line: int | None
    row: str


def draft_from(seen: Seen, text: str, base: str) -> Draft:
    """A draft of a text, made from the saved text of digest `base`, reviewed.

    Refuses: a text that is too long.
    """
    saved, digest = mandate_text_of(seen.one.folder)
    plain = typed_text(text, "\r\n" if "\r\n" in saved else "\n")
    if len(plain) > TEXT_MAX:
        fact, bound = f"it has {len(plain):,} characters", f"at most {TEXT_MAX:,}"
        raise InputError("mandate", fact, bound, "is it the right text?")
    files = seen.one.digest()
    review = review_of(seen.one.folder, plain, day_of(seen))
    return Draft(plain, base or digest, review, files)


def typed_text(text: str, ending: str) -> str:
    """A text as a form sends it, with the line ends that the file has."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\n", ending)


def reviewed(seen: Seen, draft: Draft) -> Draft:
    """The draft, reviewed anew where the household's files have changed since."""
    files = seen.one.digest()
    if files == draft.files_digest:
        return draft
    review = review_of(seen.one.folder, draft.text, day_of(seen))
    return replace(draft, review=review, files_digest=files)


def form_shown(text: str) -> MandateForm | None:
    """The fields of a text; none where it is no TOML, and only the text itself can be mended."""
    try:
        return form_of(text)
    except InputError:
        return None


def mistakes_of(draft: Draft) -> list[Mistake]:
    """What is wrong with a draft, each with the line that it is in."""
    rows = draft.text.splitlines() or [""]
    found = []
    for error in draft.review.errors:
        line = None if error.file is not None or error.line is None else error.line
        line = None if line is None else max(1, min(line, len(rows)))  # the end counts as the last
        row = "" if line is None else rows[line - 1].strip()[:LINE_MAX]
        found.append(Mistake(error, line, row))
    return found


def sentences_of(seen: Seen, saved: str, draft: Draft) -> tuple[Change, ...]:
    """The sentences of the policy statement that differ; none where either text is no mandate."""
    try:
        return statement_changes(saved, draft.text, seen.one.folder)
    except (InputError, InputErrors):
        return ()


def lines_of(old: str, new: str) -> list[tuple[str, str]]:
    """The lines that differ between two texts, each with a word for its kind."""
    kinds = {"+": "added", "-": "removed", "@": "place"}
    return [(kinds.get(row[:1], "same"), row) for row in changed_lines(old, new)[2:]]


def moved_lines(seen: Seen, saved: str, digest: str, draft: Draft) -> list[tuple[str, str]] | None:
    """What somebody else changed since the draft's text was read; none where nobody did.

    Where the text that the draft was made from was not kept, no line can be named.
    """
    if draft.base == digest:
        return None
    texts = {one.digest: one.text for one in versions(seen.one.folder)}
    return lines_of(texts[draft.base], saved) if draft.base in texts else []


def today_lines(view: View | None, draft: Draft | None) -> list[tuple[str, TodayLine]]:
    """What today's plan comes to under the saved mandate and under the draft."""
    found = []
    if view is not None:
        found.append(("saved", line_of(view.loaded, view.decision)))
    if draft is not None and draft.review.decision is not None and draft.review.loaded is not None:
        found.append(("draft", line_of(draft.review.loaded, draft.review.decision)))
    return found


def view_now(household: ServedHousehold) -> tuple[View | None, str]:
    """The household as it is, or why it cannot be shown; a broken mandate opens to be mended."""
    try:
        return household.view(), ""
    except (InputError, InputErrors) as error:
        return None, str(error).replace(f"{household.folder}/", "")


def day_of(seen: Seen) -> date:
    """The day that a draft is asked about where it names none."""
    view, _ = view_now(seen.one)
    if view is not None:
        return view.loaded.snapshot.as_of
    try:
        pinned = read_mandate(seen.one.folder / MANDATE_NAME).as_of
    except InputErrors:
        pinned = None
    return pinned or seen.world.clock().date()

"""A signed-in person's word on a question, edited where they took something out.

Errors: `InputError` as `asking.say` and `editing.edit_question`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trimtab.model.edits import Edits
from trimtab.model.errors import InputError, must
from trimtab.model.live import ApprovalRequest, ApprovalWord

if TYPE_CHECKING:
    from trimtab.app.live.service import Service
    from trimtab.app.web.investor.proposal_desk import Proposal

__all__ = ["say_to"]

NOTE_MAX = 2_000


def say_to(
    service: Service,
    found: Proposal,
    word: ApprovalWord,
    note: str,
    person: str,
    edits: Edits,
) -> ApprovalRequest:
    """Record the word; an approval of an edited plan asks about that plan first, and is to it.

    Refuses: a note that is too long; as `asking.say` and `editing.edit_question`.
    """
    from trimtab.app.live.asking import say
    from trimtab.app.live.editing import edit_question

    question = found.question
    must(question is not None, "a word is said to a question")
    name = question.id  # type: ignore[union-attr]
    if len(note) > NOTE_MAX:
        raise InputError("note", f"it has {len(note)} letters", f"at most {NOTE_MAX}")
    is_edited = found.edited(edits).edits != found.decision.edits
    if word is ApprovalWord.APPROVE and is_edited:
        name = edit_question(service, name, edits, note, person).id
    return say(service, name, word, note, person, is_proven=True)

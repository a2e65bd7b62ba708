"""What becomes of questions to people: words are recorded, and questions lapse by the facts.

Errors: `InputError` for a question that there is not, and for a word that does not count.
"""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from dataclasses import replace
from functools import lru_cache
from getpass import getuser
from hashlib import sha256
from pathlib import Path

from trimtab.app.config import MANDATE_NAME
from trimtab.app.household import LoadedHousehold
from trimtab.app.live.service import Service
from trimtab.app.text_files import read_text
from trimtab.books import entries as plain
from trimtab.cycle.approvals import (
    Basis,
    basis_of,
    check_word,
    edits_shown,
    status_of,
    why_lapsed,
)
from trimtab.model.entries import Entry
from trimtab.model.errors import InputError, nearest
from trimtab.model.live import Approval, ApprovalRequest, ApprovalStatus, ApprovalWord, Lease

__all__ = [
    "as_it_stands",
    "basis_now",
    "digest_of",
    "find_request",
    "mandate_digest",
    "person_here",
    "questions_of",
    "say",
    "settle",
]

OVERRIDE = "override "
"""How the ids of those questions begin that let a rule of sending pass."""
KEPT_MAX = 32
"""So many hashes are kept: every look at a question asks for that of the same text."""
OPEN = (ApprovalStatus.WAITING, ApprovalStatus.HELD)


def mandate_digest(folder: Path) -> str:
    """A hash of what the mandate says; comments and the order of keys are no part of it."""
    return digest_of(read_text(folder / MANDATE_NAME, "mandate"))


@lru_cache(maxsize=KEPT_MAX)
def digest_of(mandate: str) -> str:
    """A hash of what a mandate's text says, as `mandate_digest`."""
    said = tomllib.loads(mandate)
    return sha256(json.dumps(said, sort_keys=True, default=str).encode()).hexdigest()


def basis_now(loaded: LoadedHousehold) -> Basis:
    """What a plan made now would rest on."""
    return basis_of(loaded.snapshot, mandate_digest(loaded.folder))


def person_here() -> str:
    """The user at this machine."""
    try:
        return getuser()
    except (KeyError, OSError):  # a container whose user has no name
        return "unknown"


def find_request(service: Service, request_id: str) -> ApprovalRequest:
    """The question of an id, as it stands now.

    Refuses: an id that none has, with the nearest.
    """
    requests = {one.id: one for one in service.store.requests(service.household)}
    if request_id not in requests:
        waiting = [one.id for one in requests.values() if one.status in OPEN]
        remedy = nearest(request_id, waiting) if waiting else "nothing waits for people"
        raise InputError(f"approval {request_id!r}", "there is none of this id", "", remedy)
    return settle(service, requests[request_id])


def questions_of(service: Service, cycle_id: str) -> tuple[ApprovalRequest, ...]:
    """The questions about a cycle's plan; the last one counts, and those before it were edited."""
    asked = service.store.requests(service.household)
    return tuple(
        one for one in asked if one.cycle_id == cycle_id and not one.id.startswith(OVERRIDE)
    )


def settle(service: Service, request: ApprovalRequest) -> ApprovalRequest:
    """The question with what has become of it, which is recorded where it is new.

    A question whose plan a person edited is over whatever was said to it: people are asked anew.
    """
    found = as_it_stands(service, request)
    if found != request:
        service.store.put_request(found, None)
    return found


def as_it_stands(service: Service, request: ApprovalRequest) -> ApprovalRequest:
    """The question with what has become of it, and nothing recorded: for those who only look."""
    if request.status not in OPEN:
        return request
    rules = service.settings.approvals
    status, reason = status_of(request, service.store.approvals(request.id), rules)
    replaced = _why_replaced(service, request)
    if replaced:
        status, reason = ApprovalStatus.LAPSED, replaced
    elif status is not ApprovalStatus.REJECTED:
        lapsed = why_lapsed(request, service.clock(), basis_now(service.loaded), rules)
        if lapsed:
            status, reason = ApprovalStatus.LAPSED, lapsed
    return replace(request, status=status, reason=reason)


def _why_replaced(service: Service, request: ApprovalRequest) -> str:
    """Whether a question was edited, or its edits came after its cycle was over."""
    every = questions_of(service, request.cycle_id)
    ids = [one.id for one in every]
    if request.id in ids[:-1]:
        later = every[ids.index(request.id) + 1]
        _, edited = edits_shown(later)
        return f"{'' if edited is None else edited.person} edited its plan: {later.id} asks instead"
    if edits_shown(request)[1] is None:
        return ""
    kinds = {one.kind for one in service.store.answers(request.cycle_id)}
    return "its cycle was over before it was asked" if "authorise" in kinds else ""


def say(
    service: Service,
    request_id: str,
    word: ApprovalWord,
    note: str,
    name: str = "",
    *,
    is_proven: bool = False,
) -> ApprovalRequest:
    """Record a person's word on a question, and say what the question has come to.

    The person is this machine's user, or who the user says to be: then both are recorded, unless
    it `is_proven` that the word is theirs, by their having signed in.
    Refuses: a question that is answered or lapsed, a person who may not, a missing note.
    """
    request = find_request(service, request_id)
    person, now = name or person_here(), service.clock()
    check_word(request, service.settings.approvals, person, note, now)
    if name and not is_proven:
        note = f"{note.strip()} [said as user {person_here()}]"
    said = Approval(request.id, person, word, now, request.bound_to, note.strip())
    service.store.put_approval(said)
    return settle(service, request)


def record_words(service: Service, lease: Lease) -> None:
    """Put every word that people said into the household's chain, with a hash of what they saw.

    A word counts from the moment that it is said; the chain has it from the next run on.
    """
    store = service.store
    entries: list[Entry] = []
    for request in store.requests(service.household):
        names = Counter[str]()
        for word in store.approvals(request.id):
            details = {
                "question": request.id,
                "cycle": request.cycle_id,
                "person": word.person,
                "word": word.word.value,
                "at": word.at.isoformat(),
                "note": word.note,
                "bound_to": word.bound_to,
                "shown": sha256(request.seen.encode()).hexdigest(),
            }
            name = f"word {request.id} {word.person} {word.at.isoformat()}"
            names[name] += 1  # recorded days stand still: one person may say two words in a moment
            name = name if names[name] == 1 else f"{name} {names[name]}"
            entries.append(plain.decision(name, service.sessions.day_of(word.at), details))
    store.append(entries, lease)

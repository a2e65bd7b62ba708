"""A request with an `Idempotency-Key` is carried out once, however often it is sent.

The answer is kept with a hash of the request and told again; the same key with another request is
refused.  Twins that come at once wait for the first.  What a refusal said is kept too; a defect
keeps nothing, so that the request may be sent again.

Errors: `Problem` for a key of another request, and for one whose request never came to an end.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

from fastapi import Header
from pydantic import BaseModel
from starlette.responses import Response

from trimtab.app.web.api_v1.problems import (
    MEDIA,
    Problem,
    conflict,
    problem_response,
    refusal,
)
from trimtab.model.errors import InputError, InputErrors, LeaseLost
from trimtab.model.web_board import KeptAnswer

if TYPE_CHECKING:
    from trimtab.app.web.security.gate import Seen

__all__ = ["IdempotencyKey", "created", "once"]

KEPT = timedelta(days=1)
WAIT_SECONDS_MAX = 30.0
STEP_SECONDS = 0.05
REPLAYED = "Idempotency-Replayed"

IdempotencyKey = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=120,
        pattern=r"^[A-Za-z0-9._:-]+$",
        description="Yours, new for each request; sent again with it, the request is not repeated.",
    ),
]


def created(answer: BaseModel, status: int = 201) -> Response:
    """An answer as JSON, to be kept."""
    return Response(answer.model_dump_json(by_alias=True), status, media_type="application/json")


def once(seen: Seen, key: str, body: BaseModel | None, make: Callable[[], Response]) -> Response:
    """What `make` answers, or what it answered when the request came before.

    Refuses: a key that another request had.
    """
    store, who, now = seen.world.store.kept_answers, seen.principal.name, seen.world.clock()
    mark = _mark(seen, body)
    kept = store.begin(KeptAnswer(who, key, mark, now))
    if kept is not None and kept.at + KEPT < now and kept.status:
        store.clear(now - KEPT)
        kept = store.begin(KeptAnswer(who, key, mark, now))
    if kept is not None:
        return _told_again(seen, key, mark, kept)
    try:
        answer = make()
    except (Problem, InputError, InputErrors, LeaseLost) as error:
        answer = problem_response(seen.request, error)
    except BaseException:
        store.forget(who, key)
        raise
    headers = "\n".join(f"{n}: {v}" for n, v in answer.headers.items() if n in ("etag", "location"))
    store.finish(who, key, answer.status_code, f"{headers}\n\n{bytes(answer.body).decode()}")
    return answer


def _mark(seen: Seen, body: BaseModel | None) -> str:
    """A hash of all that the request says."""
    request = seen.request
    told = "" if body is None else body.model_dump_json()
    parts = (request.method, str(request.url.path), str(request.url.query))
    condition = request.headers.get("if-match", "")
    return hashlib.sha256("\n".join((*parts, condition, told)).encode()).hexdigest()


def _told_again(seen: Seen, key: str, mark: str, kept: KeptAnswer) -> Response:
    """What was kept, waited for where its request is under way.

    Refuses: a key of another request; one that is not answered in time.
    """
    if kept.request_hash != mark:
        bound = "a key belongs to one request"
        raise refusal(
            422, "header.Idempotency-Key", "another request had it", bound, "make a new one"
        )
    store, who = seen.world.store.kept_answers, seen.principal.name
    ends = time.monotonic() + WAIT_SECONDS_MAX
    found: KeptAnswer | None = kept
    while found is not None and not found.status and time.monotonic() < ends:
        time.sleep(STEP_SECONDS)
        found = store.begin(kept)
        if found is None:  # the first came to a defect: nothing was done, and we took its place
            store.forget(who, key)
    if found is None or not found.status:
        fact = "a request with this key is under way, or was cut short"
        raise conflict("header.Idempotency-Key", fact, "look what became of it, then use a new key")
    head, _, body = found.body.partition("\n\n")
    headers = dict(line.split(": ", 1) for line in head.splitlines())
    media = MEDIA if found.status >= 400 else "application/json"
    return Response(body, found.status, headers | {REPLAYED: "true"}, media)

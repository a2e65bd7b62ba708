"""Refusals as `application/problem+json` (RFC 9457): status, title, and what to do about it.

Whatever a person caused keeps its parts (subject, fact, bound, remedy) under `errors`; paths of
this machine are cut to the file's name.  A defect says nothing of the code: its number is in the
log.

Errors: `Problem` is one, and becomes the answer.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import PurePath
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from trimtab.app.web.api.values import Answer
from trimtab.model.errors import InputError, InputErrors, InvariantError, LeaseLost

__all__ = [
    "MEDIA",
    "Mistake",
    "Problem",
    "ProblemAnswer",
    "conflict",
    "mistake_of",
    "not_found",
    "problem",
    "problem_of",
    "problem_response",
    "refusal",
]

MEDIA = "application/problem+json"
KINDS = "urn:trimtab:problem:"
_KINDS = {
    400: ("bad-request", "The request cannot be read"),
    401: ("not-signed-in", "Who asks is not known"),
    403: ("not-allowed", "This is not yours to do"),
    404: ("not-found", "There is no such thing"),
    405: ("method-not-allowed", "This cannot be done with it"),
    408: ("too-slow", "The request did not come in time"),
    409: ("conflict", "It is not in a state for that"),
    412: ("changed-since", "It was changed since you read it"),
    413: ("too-large", "The request is too large"),
    414: ("address-too-long", "The address is too long"),
    415: ("media-type", "The body is of another kind"),
    421: ("wrong-name", "This name is not served here"),
    422: ("invalid", "What was given cannot be used"),
    428: ("condition-required", "Say which version you change"),
    429: ("too-many", "Too many requests"),
    500: ("defect", "Trimtab hit a defect"),
    503: ("not-available", "It cannot be asked just now"),
}


class Mistake(Answer):
    """One thing that is wrong, and what mends it."""

    subject: str = Field(description="What it is about.", examples=["cash flow 'roof'"])
    fact: str = Field(description="What is the case.", examples=["there is none of this name"])
    bound: str = Field(description="The rule that it breaks; empty where there is none.")
    remedy: str = Field(description="What mends it; empty where nothing does.")
    file: str | None = Field(description="The file's name, where it stands in one.")
    line: int | None = Field(description="The line in it, from 1.")


class ProblemAnswer(Answer):
    """Why a request was refused (RFC 9457)."""

    type: str = Field(description="The kind of problem.", examples=[f"{KINDS}not-found"])
    title: str = Field(description="The kind in a sentence, the same each time.")
    status: int = Field(description="The status of HTTP.", ge=400, le=599)
    detail: str = Field("", description="What is wrong this time.")
    instance: str = Field("", description="The path that was asked.")
    errors: list[Mistake] = Field([], description="Each mistake by its parts.")


@dataclass(eq=False)
class Problem(Exception):  # noqa: N818  (the RFC's word)
    """A request that is refused; `headers` go with the answer."""

    status: int
    errors: tuple[InputError, ...]
    headers: Mapping[str, str] = field(default_factory=dict)


def refusal(status: int, subject: str, fact: str, bound: str = "", remedy: str = "") -> Problem:
    """A problem with one mistake."""
    return Problem(status, (InputError(subject, fact, bound, remedy),))


def not_found(subject: str, remedy: str = "") -> Problem:
    """There is no such thing."""
    return refusal(404, subject, "there is none of this name", "", remedy)


def conflict(subject: str, fact: str, remedy: str = "") -> Problem:
    """It is not in a state for that."""
    return refusal(409, subject, fact, "", remedy)


def problem_of(error: Exception) -> Problem:
    """Any error as a problem; one that is nobody's fault is a defect, of which nothing is said."""
    match error:
        case Problem():
            return error
        case InputErrors(errors=errors):
            return Problem(422, errors)
        case InputError():
            return Problem(422, (error,))
        case LeaseLost():
            return conflict("household", "another process works it", "ask again in a moment")
        case RequestValidationError():
            return _invalid(error)
        case HTTPException():
            return _of_http(error)
        case _:
            kind = "a broken promise" if isinstance(error, InvariantError) else "an error"
            fact = f"{kind} of the code, and no fault of yours"
            return refusal(500, "the service", fact, "", "its log says more; report it")


def _of_http(error: HTTPException) -> Problem:
    status = error.status_code if 400 <= error.status_code < 600 else 500
    title = HTTPStatus(status).phrase.lower() if status in set(HTTPStatus) else "refused"
    fact = str(error.detail).removesuffix(".") or title
    found = refusal(status, "request", fact)
    found.headers = dict(error.headers or {})
    return found


def _invalid(error: RequestValidationError) -> Problem:
    """What pydantic found: a body that is no JSON is 400, else 422."""
    found = error.errors()
    mistakes = tuple(InputError(_place(one["loc"]), _fact(one)) for one in found)
    kinds = {(tuple(one["loc"]), one["type"]) for one in found}
    if (("header", "If-Match"), "missing") in kinds:
        return Problem(428, mistakes)
    is_json = all(kind != "json_invalid" for _, kind in kinds)
    return Problem(422 if is_json else 400, mistakes)


def _place(where: Sequence[str | int]) -> str:
    """`body.amount` for what pydantic calls ("body", "amount")."""
    return ".".join(map(str, where)) or "request"


def _fact(found: Mapping[str, Any]) -> str:
    words = str(found["msg"]).removeprefix("Value error, ")
    return words[:1].lower() + words[1:]


def problem_response(request: Request, error: Exception) -> Response:
    """The answer to a request that is refused for an error."""
    found = problem_of(error)
    return problem(request, found.errors, found.status, found.headers)


def problem(
    request: Request, errors: Sequence[InputError], status: int, headers: Mapping[str, str]
) -> Response:
    """The answer to a request that is refused for some mistakes."""
    known = _KINDS.get(status, (f"status-{status}", "The request was refused"))
    shown = _shown(errors)
    told = ProblemAnswer(
        type=f"{KINDS}{known[0]}",
        title=known[1],
        status=status,
        detail=" ".join(map(str, shown)) or known[1],
        instance=request.url.path,
        errors=[mistake_of(one) for one in shown],
    )
    return Response(json.dumps(told.model_dump()), status, dict(headers), MEDIA)


def _shown(errors: Iterable[InputError]) -> tuple[InputError, ...]:
    """The errors with the names of files alone: where they lie is nobody's business."""
    return tuple(
        one
        if one.file is None
        else InputError(
            *(one.subject, one.fact, one.bound, one.remedy),
            file=PurePath(one.file).name,
            line=one.line,
        )
        for one in errors
    )


def mistake_of(error: InputError) -> Mistake:
    """A mistake by its parts."""
    return Mistake(
        subject=error.subject,
        fact=error.fact,
        bound=error.bound,
        remedy=error.remedy,
        file=error.file,
        line=error.line,
    )

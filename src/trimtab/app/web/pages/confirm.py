"""`/confirm`: proving once more who one is, before what needs a recent sign-in.

Errors: none of its own; who does not fit sees the page again.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Form
from fastapi.responses import JSONResponse, RedirectResponse, Response

from trimtab.app.web.rendering import page
from trimtab.app.web.security.addresses import own_address
from trimtab.app.web.security.audit import Outcome, audit
from trimtab.app.web.security.gate import Seen, ViewingAll
from trimtab.app.web.security.limits import is_tried_too_often, signed_in
from trimtab.app.web.security.passkeys import asking, proven
from trimtab.app.web.security.sessions import renew_session, set_session_cookie
from trimtab.app.web.security.signing_in import Comer, confirm_password
from trimtab.model.errors import InputError

__all__ = ["ROUTER"]

ROUTER = APIRouter()
SEE_OTHER, UNAUTHORIZED, TOO_MANY = 303, 401, 429
SECRET_MAX, NAME_MAX = 512, 200


@ROUTER.get("/confirm")
def confirm(seen: ViewingAll, next: str = "/") -> Response:
    """Ask for the password, the code or the passkey once more."""
    return _page(seen, next)


@ROUTER.post("/confirm")
def confirmed(
    seen: ViewingAll,
    password: Annotated[str, Form(max_length=SECRET_MAX)] = "",
    code: Annotated[str, Form(max_length=NAME_MAX)] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Renew the session where the password and the code fit."""
    comer = Comer(seen.address, seen.request.headers.get("user-agent", ""))
    token = confirm_password(seen.world, seen.principal, password, code, comer)
    if token is None:
        words = "That did not fit, or there were too many tries."
        return _page(seen, next, words, UNAUTHORIZED)
    answer = RedirectResponse(own_address(next), SEE_OTHER)
    set_session_cookie(answer, seen.world.settings, token)
    return answer


@ROUTER.post("/confirm/passkey/options")
def ask_passkey(seen: ViewingAll) -> Response:
    """What the browser's script needs to sign with a passkey of this person."""
    if is_tried_too_often(seen.world, seen.principal.name, seen.address):
        return JSONResponse({"words": "Too many tries; wait a quarter of an hour."}, TOO_MANY)
    return JSONResponse(asking(seen.world, seen.principal.name))


@ROUTER.post("/confirm/passkey")
def confirmed_by_passkey(
    seen: ViewingAll,
    ceremony: Annotated[str, Body(max_length=NAME_MAX)],
    answer: Annotated[dict[str, object], Body()],
    next: Annotated[str, Body()] = "/",
) -> Response:
    """Renew the session where a passkey of this person signed."""
    world, name = seen.world, seen.principal.name
    try:
        proven(world, ceremony, answer, str(seen.request.state.origin), name)
    except InputError as error:
        audit(world, name, "confirm", "passkey", Outcome.FAILED, {}, address=seen.address)
        return JSONResponse({"words": str(error)}, UNAUTHORIZED)
    audit(world, name, "confirm", "passkey", Outcome.DONE, {}, address=seen.address)
    signed_in(world, name, seen.address)
    token = renew_session(world, seen.principal, is_strong=True)
    if token is None:
        return JSONResponse({"words": "The session ended meanwhile."}, UNAUTHORIZED)
    told = JSONResponse({"next": own_address(next)})
    set_session_cookie(told, world.settings, token)
    return told


def _page(seen: Seen, place: str, words: str = "", status: int = 200) -> Response:
    person = seen.world.store.people.named(seen.principal.name)
    context = {
        "place": own_address(place),
        "words": words,
        "has_password": person is not None and bool(person.password),
        "has_totp": person is not None and bool(person.totp),
        "has_passkeys": bool(seen.world.store.passkeys.of(seen.principal.name)),
        "has_issuer": person is not None and bool(person.issued),
        "is_local": seen.principal.is_local,
    }
    return page(seen, "confirm.html", context, status)

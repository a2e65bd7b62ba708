"""`/login`, `/first`, `/logout`: coming in and going out.

Errors: none of its own; who does not get in sees the same page again.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Form
from fastapi.responses import JSONResponse, RedirectResponse, Response

from trimtab.app.web.rendering import plain_page
from trimtab.app.web.security.addresses import own_address
from trimtab.app.web.security.audit import Outcome, audit
from trimtab.app.web.security.errands import onward
from trimtab.app.web.security.first_token import take_first
from trimtab.app.web.security.gate import ViewingAll
from trimtab.app.web.security.limits import is_tried_too_often, signed_in
from trimtab.app.web.security.passkeys import asking, proven
from trimtab.app.web.security.sessions import clear_session_cookie
from trimtab.app.web.security.signing_in import UNKNOWN, came, sign_in
from trimtab.app.web.security.visitors import Visiting, Visitor
from trimtab.model.errors import InputError
from trimtab.model.web import Via

__all__ = ["ROUTER", "login_page"]

ROUTER = APIRouter()
SEE_OTHER = 303
UNAUTHORIZED, TOO_MANY = 401, 429
SECRET_MAX, NAME_MAX = 512, 200


def login_page(visitor: Visitor, place: str, words: str = "", status: int = 200) -> Response:
    """The page to sign in at, with what went wrong before."""
    world = visitor.world
    oidc = world.settings.oidc
    context = {
        "csrf": visitor.csrf,
        "place": own_address(place),
        "words": words,
        "issuer": "" if oidc is None else oidc.label,
        "is_by_link": world.settings.is_local and not world.store.people.any(),
    }
    return visitor.keep(plain_page("login.html", context, status))


@ROUTER.get("/login")
def login(visitor: Visiting, next: str = "/") -> Response:
    """Where somebody signs in; who is signed in already goes on."""
    if visitor.principal is not None:
        return RedirectResponse(own_address(next), SEE_OTHER)
    return login_page(visitor, next)


@ROUTER.post("/login")
def log_in(
    visitor: Visiting,
    name: Annotated[str, Form(max_length=NAME_MAX)] = "",
    password: Annotated[str, Form(max_length=SECRET_MAX)] = "",
    code: Annotated[str, Form(max_length=NAME_MAX)] = "",
    next: Annotated[str, Form()] = "/",
) -> Response:
    """Sign in by name and password, and a code where there is an authenticator."""
    token = sign_in(visitor.world, name, password, code, visitor.comer)
    if token is None:
        words = (
            "That did not fit, or there were too many tries. With an authenticator, "
            "give its newest code as well; after several tries, wait a quarter of an hour."
        )
        return login_page(visitor, next, words, UNAUTHORIZED)
    return visitor.let_in(RedirectResponse(own_address(next), SEE_OTHER), token)


@ROUTER.post("/login/passkey/options")
def ask_passkey(visitor: Visiting) -> Response:
    """What the browser's script needs to sign with a passkey."""
    if is_tried_too_often(visitor.world, "", visitor.comer.address):
        return JSONResponse({"words": "Too many tries; wait a quarter of an hour."}, TOO_MANY)
    return JSONResponse(asking(visitor.world))


@ROUTER.post("/login/passkey")
def log_in_by_passkey(
    visitor: Visiting,
    ceremony: Annotated[str, Body(max_length=NAME_MAX)],
    answer: Annotated[dict[str, object], Body()],
    next: Annotated[str, Body()] = "/",
) -> Response:
    """Sign in by what a passkey signed."""
    world = visitor.world
    try:
        name = proven(world, ceremony, answer, visitor.origin)
    except InputError as error:
        address = visitor.comer.address
        audit(world, UNKNOWN, "login", "passkey", Outcome.FAILED, {}, address=address)
        return JSONResponse({"words": str(error)}, UNAUTHORIZED)
    person = world.store.people.named(name)
    if person is None or person.is_off:
        told = {"why": "the account is off"}
        audit(world, name, "login", "passkey", Outcome.DENIED, told, address=visitor.comer.address)
        return JSONResponse({"words": "This account cannot sign in."}, UNAUTHORIZED)
    signed_in(world, name, visitor.comer.address)
    token = came(world, person, Via.PASSKEY, visitor.comer, is_strong=True)
    return visitor.let_in(JSONResponse({"next": own_address(next)}), token)


@ROUTER.get("/first")
def first(visitor: Visiting, token: str = "") -> Response:
    """Sign in the machine's owner by the link that was printed; it is good once."""
    world, comer = visitor.world, visitor.comer
    taken = take_first(world, token, comer.address, comer.agent)
    who, session = taken or (UNKNOWN, "")
    # The right link is always good: it is too long to be guessed, and another site's page could
    # use the tries up.
    is_too_often = taken is None and is_tried_too_often(world, "", comer.address)
    told = {"why": "too many tries"} if is_too_often else {}
    outcome = Outcome.DENIED if is_too_often else Outcome.DONE if taken else Outcome.FAILED
    audit(world, who, "login", "one-time link", outcome, told, address=comer.address)
    if taken is None:
        words = "This link was used already, or its time is over."
        return login_page(visitor, "/", words, UNAUTHORIZED)
    return visitor.let_in(onward("/"), session)


@ROUTER.post("/logout")
def log_out(seen: ViewingAll) -> Response:
    """End this session, on the server as well."""
    seen.world.store.sessions.end(seen.principal.session)
    seen.world.hub.look_again(seen.principal.name)
    audit(
        *(seen.world, seen.principal.name, "logout", "session", Outcome.DONE),
        address=seen.address,
    )
    answer = RedirectResponse("/login", SEE_OTHER)
    clear_session_cookie(answer, seen.world.settings)
    return answer

"""`/login/oidc`: out to the issuer, and back with its word.

Errors: none of its own; an issuer's refusal is shown on the page to sign in at.
"""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from fastapi.responses import RedirectResponse, Response

from trimtab.app.web.pages.login import login_page
from trimtab.app.web.security.addresses import own_address
from trimtab.app.web.security.audit import Outcome, audit
from trimtab.app.web.security.errands import onward
from trimtab.app.web.security.limits import is_tried_too_often, signed_in
from trimtab.app.web.security.oidc import CALLBACK, account_of, begin_oidc, finish_oidc
from trimtab.app.web.security.signing_in import UNKNOWN, came
from trimtab.app.web.security.visitors import Visiting, Visitor
from trimtab.app.web.settings import OidcSettings
from trimtab.model.errors import InputError
from trimtab.model.web import Via

__all__ = ["ROUTER"]

ROUTER = APIRouter()
SEE_OTHER, UNAUTHORIZED, UNAVAILABLE = 303, 401, 503
COOKIE = "trimtab_oidc"
"""The state; it comes back from another site, so that the browser must send it from there."""
PATH = "/login/oidc"
COOKIE_SECONDS = 600


@ROUTER.get(PATH)
def leave(visitor: Visiting, next: str = "/") -> Response:
    """Send the browser to the issuer."""
    settings = _settings(visitor)
    if is_tried_too_often(visitor.world, "", visitor.comer.address):
        audit(
            *(visitor.world, UNKNOWN, "login", "oidc", Outcome.DENIED, {"why": "too many tries"}),
            address=visitor.comer.address,
        )
        return login_page(visitor, next, "Too many tries; wait a quarter of an hour.", UNAUTHORIZED)
    try:
        place, state = begin_oidc(
            *(visitor.world, settings, visitor.origin, own_address(next)),
            is_again=visitor.principal is not None,
        )
    except InputError as error:
        return login_page(visitor, next, str(error), UNAVAILABLE)
    answer = RedirectResponse(place, SEE_OTHER)
    answer.set_cookie(
        COOKIE, state, max_age=COOKIE_SECONDS, httponly=True, samesite="lax",
        secure=visitor.world.settings.is_secure, path=PATH,
    )  # fmt: skip
    return answer


@ROUTER.get(CALLBACK)
def come_back(visitor: Visiting) -> Response:
    """Sign in whom the issuer names, where they have an account here."""
    settings, world, request = _settings(visitor), visitor.world, visitor.request
    asked, cookie = dict(request.query_params), request.cookies.get(COOKIE, "")
    address = visitor.comer.address
    try:
        identity, place = finish_oidc(world, settings, visitor.origin, asked, cookie)
    except InputError as error:
        audit(world, UNKNOWN, "login", "oidc", Outcome.FAILED, {"why": error.fact}, address=address)
        return _without_cookie(login_page(visitor, "/", str(error), UNAUTHORIZED), visitor)
    person = account_of(world, identity)
    if person is None:
        why = {"why": "no account of this identity"}
        audit(world, UNKNOWN, "login", "oidc", Outcome.DENIED, why, address=address)
        words = "The issuer knows you, and there is no account for you here."
        return _without_cookie(login_page(visitor, "/", words, UNAUTHORIZED), visitor)
    signed_in(world, person.name, address)
    token = came(world, person, Via.OIDC, visitor.comer, is_strong=True)
    return _without_cookie(visitor.let_in(onward(place), token), visitor)


def _settings(visitor: Visitor) -> OidcSettings:
    """The issuer, where the settings name one."""
    found = visitor.world.settings.oidc
    if found is None:
        raise HTTPException(404, "There is no such page.")
    return found


def _without_cookie(answer: Response, visitor: Visitor) -> Response:
    is_secure = visitor.world.settings.is_secure
    answer.delete_cookie(COOKIE, httponly=True, samesite="lax", secure=is_secure, path=PATH)
    return answer

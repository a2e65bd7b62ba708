"""`/invite`: the first password of an account, by a link that is good once.

Errors: a password that is too easy to guess is shown on the page itself; the link stays good.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from trimtab.app.web.pages.login import login_page
from trimtab.app.web.rendering import plain_page
from trimtab.app.web.security.audit import Outcome, audit
from trimtab.app.web.security.limits import is_tried_too_often
from trimtab.app.web.security.passwords import LENGTH_MIN, hash_password, refuse_weak
from trimtab.app.web.security.sessions import hash_of
from trimtab.app.web.security.signing_in import UNKNOWN, came
from trimtab.app.web.security.visitors import Visiting, Visitor
from trimtab.model.errors import InputError
from trimtab.model.web import OneTimeKind, Person, Via

__all__ = ["ROUTER"]

ROUTER = APIRouter()
SEE_OTHER, UNAUTHORIZED, UNPROCESSABLE = 303, 401, 422
SECRET_MAX = 512
OVER = "This link was used already, or its time is over. Ask for another."


@ROUTER.get("/invite")
def invited(visitor: Visiting, token: str = "") -> Response:
    """Ask for a password; looking at the page does not use the link up."""
    person = _invited(visitor, token)
    if person is None:
        return login_page(visitor, "/", OVER, UNAUTHORIZED)
    return _page(visitor, person, token)


@ROUTER.post("/invite")
def accept(
    visitor: Visiting,
    token: Annotated[str, Form(max_length=SECRET_MAX)] = "",
    password: Annotated[str, Form(max_length=SECRET_MAX)] = "",
    again: Annotated[str, Form(max_length=SECRET_MAX)] = "",
) -> Response:
    """Set the password, use the link up, and sign in; other sessions of the account end."""
    world = visitor.world
    person = _invited(visitor, token)
    if person is None:
        return login_page(visitor, "/", OVER, UNAUTHORIZED)
    try:
        refuse_weak(password, person.name)
    except InputError as error:
        return _page(visitor, person, token, str(error), UNPROCESSABLE)
    if password != again:
        return _page(visitor, person, token, "The two passwords differ.", UNPROCESSABLE)
    taken = world.store.one_times.take(hash_of(token), OneTimeKind.INVITE, world.clock())
    if taken is None:
        return login_page(visitor, "/", OVER, UNAUTHORIZED)
    world.store.people.set_password(person.name, hash_password(password))
    world.store.sessions.end_all(person.name)
    audit(
        *(world, person.name, "password", "set by invitation", Outcome.DONE, {}),
        address=visitor.comer.address,
    )
    if person.totp:  # a link does not stand for the second factor that there is
        return login_page(visitor, "/", "The password is set. Sign in with it and your code.")
    session = came(world, person, Via.PASSWORD, visitor.comer, is_strong=False)
    return visitor.let_in(RedirectResponse("/account", SEE_OTHER), session)


def _invited(visitor: Visitor, token: str) -> Person | None:
    """Whose link it is, where it is good; guesses count as tries to sign in."""
    world = visitor.world
    found = world.store.one_times.look(hash_of(token), OneTimeKind.INVITE, world.clock())
    if found is None:
        is_too_often = is_tried_too_often(world, "", visitor.comer.address)
        told = {"why": "too many tries"} if is_too_often else {}
        outcome = Outcome.DENIED if is_too_often else Outcome.FAILED
        address = visitor.comer.address
        audit(world, UNKNOWN, "login", "invitation", outcome, told, address=address)
        return None
    person = world.store.people.named(found.person)
    return None if person is None or person.is_off else person


def _page(
    visitor: Visitor, person: Person, token: str, words: str = "", status: int = 200
) -> Response:
    context = {
        "csrf": visitor.csrf,
        "token": token,
        "person": person,
        "words": words,
        "least": LENGTH_MIN,
    }
    # Our usual referrer policy: with `no-referrer` browsers would send the form from `null`.
    return visitor.keep(plain_page("invite.html", context, status, {}))

"""`/account`: one's own password, second factors, sessions and tokens.

Errors: mistakes in a form are shown on the page itself.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from trimtab.app.web.account_tables import session_table, token_table
from trimtab.app.web.rendering import csv_of, page
from trimtab.app.web.security.audit import Outcome, audit
from trimtab.app.web.security.gate import Seen, needs
from trimtab.app.web.security.limits import is_tried_too_often, signed_in
from trimtab.app.web.security.passwords import (
    LENGTH_MIN,
    hash_password,
    password_fits,
    refuse_weak,
)
from trimtab.app.web.security.principal import Right
from trimtab.app.web.security.sessions import renew_session, set_session_cookie
from trimtab.model.errors import InputError

__all__ = ["ROUTER", "FreshViewing", "OwnViewing", "account_page"]

ROUTER = APIRouter()
SEE_OTHER, UNPROCESSABLE = 303, 422
SECRET_MAX, HASH_MAX = 512, 64
ACCOUNT = "/account"
DONE = {
    "password": "The password is changed; you are signed out everywhere else.",
    "factor": "The authenticator is set up.",
    "factor-gone": "The authenticator is taken away.",
    "passkey": "The passkey is kept.",
    "passkey-gone": "The passkey is forgotten.",
    "sessions": "You are signed out everywhere else.",
    "revoked": "The token is good for nothing now.",
}

OwnViewing = Annotated[Seen, needs(Right.VIEW, by_hand=True)]
FreshViewing = Annotated[Seen, needs(Right.VIEW, step_up=True, by_hand=True, own_factors=True)]
"""What changes how somebody signs in needs a recent sign-in, by the second factor that there is."""


def account_page(seen: Seen, words: str = "", status: int = 200, shown_token: str = "") -> Response:
    """The page of one's own account, with a mistake or a new token where there is one."""
    store, who, now = seen.world.store, seen.principal, seen.world.clock()
    sessions = store.sessions.of(who.name)
    tokens = [one for one in store.tokens.of(who.name) if one.revoked_at is None]
    tables = session_table(sessions, who.session or ""), token_table(tokens, now)
    if (text := csv_of(seen, tables)) is not None:
        return text
    context = {
        "person": store.people.named(who.name),
        "passkeys": store.passkeys.of(who.name),
        "sessions": sessions,
        "tokens": tokens,
        "tables": {one.id: one for one in tables},
        "rights": [one for one in Right if one in who.rights and one is not Right.ADMIN],
        "words": words,
        "done": DONE.get(seen.request.query_params.get("done", ""), ""),
        "shown_token": shown_token,
        "least": LENGTH_MIN,
        "now": now,
    }
    return page(seen, "account.html", context, status)


@ROUTER.get(ACCOUNT)
def account(seen: OwnViewing) -> Response:
    """One's own account."""
    return account_page(seen)


@ROUTER.post("/account/password")
def change_password(
    seen: OwnViewing,
    current: Annotated[str, Form(max_length=SECRET_MAX)] = "",
    password: Annotated[str, Form(max_length=SECRET_MAX)] = "",
    again: Annotated[str, Form(max_length=SECRET_MAX)] = "",
) -> Response:
    """Change one's password by the current one; every other session ends."""
    world, name = seen.world, seen.principal.name
    person = world.store.people.named(name)
    if person is None or not person.password:
        return account_page(seen, "There is no password to change.", UNPROCESSABLE)
    if is_tried_too_often(world, name, seen.address) or not password_fits(person.password, current):
        audit(world, name, "password", "change", Outcome.FAILED, {}, address=seen.address)
        return account_page(seen, "The current password did not fit.", UNPROCESSABLE)
    try:
        refuse_weak(password, name)
    except InputError as error:
        return account_page(seen, str(error), UNPROCESSABLE)
    if password != again:
        return account_page(seen, "The two new passwords differ.", UNPROCESSABLE)
    signed_in(world, name, seen.address)
    world.store.people.set_password(name, hash_password(password))
    world.store.sessions.end_all(name, but=seen.principal.session)
    world.hub.look_again(name)
    audit(world, name, "password", "change", Outcome.DONE, {}, address=seen.address)
    return renewed(seen, f"{ACCOUNT}?done=password", is_strong=False)


@ROUTER.post("/account/sessions/end")
def end_sessions(
    seen: OwnViewing, session: Annotated[str, Form(max_length=HASH_MAX)] = ""
) -> Response:
    """Sign out everywhere else, or at one place of one's own."""
    world, who = seen.world, seen.principal
    mine = [one.hash for one in world.store.sessions.of(who.name)]
    if session in mine:
        world.store.sessions.end(session)
    elif not session:
        world.store.sessions.end_all(who.name, but=who.session)
    world.hub.look_again(who.name)
    audit(world, who.name, "logout", "other sessions", Outcome.DONE, address=seen.address)
    return RedirectResponse(f"{ACCOUNT}?done=sessions", SEE_OTHER)


def renewed(seen: Seen, place: str, *, is_strong: bool) -> Response:
    """Go on with another cookie: what was known of the session before is worth nothing."""
    answer = RedirectResponse(place, SEE_OTHER)
    token = renew_session(seen.world, seen.principal, is_strong=is_strong)
    if token is not None:
        set_session_cookie(answer, seen.world.settings, token)
    return answer

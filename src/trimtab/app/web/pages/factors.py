"""`/account/factor`: setting up an authenticator and passkeys, and taking them away.

Errors: a code that does not fit is told on the page; the picture stays the same.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Body, Form, HTTPException
from fastapi.responses import JSONResponse, RedirectResponse, Response

from trimtab.app.web.pages.account import ACCOUNT, FreshViewing, renewed
from trimtab.app.web.rendering import page
from trimtab.app.web.security.audit import Outcome, audit
from trimtab.app.web.security.gate import Seen
from trimtab.app.web.security.limits import is_tried_too_often
from trimtab.app.web.security.passkeys import register, registering
from trimtab.app.web.security.sealing import sealer_of
from trimtab.app.web.security.sessions import hash_of, new_secret
from trimtab.app.web.security.totp import (
    code_step,
    keep_secret,
    new_totp,
    qr_picture,
    totp_address,
)
from trimtab.model.errors import InputError
from trimtab.model.web import OneTime, OneTimeKind, Person

__all__ = ["ROUTER"]

ROUTER = APIRouter()
SEE_OTHER, NOT_FOUND, UNPROCESSABLE = 303, 404, 422
SETUP_SPAN = timedelta(minutes=15)
TEXT_MAX = 200


@ROUTER.get("/account/factor")
def factor(seen: FreshViewing) -> Response:
    """Show a new secret as a picture, to be proven by a code of it."""
    person, world = _person(seen), seen.world
    token, secret, now = new_secret(), new_totp(), world.clock()
    sealed = sealer_of(world.settings).seal(secret, _about(person))
    ends = now + SETUP_SPAN
    kept = OneTime(hash_of(token), OneTimeKind.TOTP, person.name, ends, sealed)
    world.store.one_times.add(kept, now)
    return _page(seen, person, token, secret)


@ROUTER.post("/account/factor")
def prove_factor(
    seen: FreshViewing,
    setup: Annotated[str, Form(max_length=TEXT_MAX)] = "",
    code: Annotated[str, Form(max_length=TEXT_MAX)] = "",
) -> Response:
    """Keep the secret that was shown, where a code of it fits; the session is a strong one then."""
    person, world = _person(seen), seen.world
    now, hashed = world.clock(), hash_of(setup)
    kept = world.store.one_times.look(hashed, OneTimeKind.TOTP, now)
    if kept is None or kept.person != person.name:
        return RedirectResponse("/account/factor", SEE_OTHER)
    secret = sealer_of(world.settings).open(kept.data, _about(person))
    is_too_often = is_tried_too_often(world, person.name, seen.address)
    step = None if is_too_often else code_step(secret, code, now)
    if step is None or world.store.one_times.take(hashed, OneTimeKind.TOTP, now) is None:
        words = "This code did not fit. Is the clock of the device right?"
        return _page(seen, person, setup, secret, words, UNPROCESSABLE)
    keep_secret(world, person.name, secret, step)
    audit(world, person.name, "factor", "authenticator", Outcome.DONE, address=seen.address)
    return renewed(seen, f"{ACCOUNT}?done=factor", is_strong=True)


@ROUTER.post("/account/factor/remove")
def remove_factor(seen: FreshViewing) -> Response:
    """Take the authenticator away."""
    person = _person(seen)
    seen.world.store.people.set_totp(person.name, "")
    audit(
        *(seen.world, person.name, "factor", "authenticator removed", Outcome.DONE),
        address=seen.address,
    )
    return RedirectResponse(f"{ACCOUNT}?done=factor-gone", SEE_OTHER)


@ROUTER.post("/account/passkeys/options")
def ask_passkey(seen: FreshViewing) -> Response:
    """What the browser's script needs to make a passkey."""
    return JSONResponse(registering(seen.world, _person(seen)))


@ROUTER.post("/account/passkeys")
def keep_passkey(
    seen: FreshViewing,
    ceremony: Annotated[str, Body(max_length=TEXT_MAX)],
    answer: Annotated[dict[str, object], Body()],
    label: Annotated[str, Body(max_length=TEXT_MAX)] = "",
) -> Response:
    """Keep the passkey that the browser made; the session is a strong one then."""
    person, world = _person(seen), seen.world
    origin = str(seen.request.state.origin)
    try:
        key = register(world, person, ceremony, answer, label, origin)
    except InputError as error:
        audit(world, person.name, "factor", "passkey", Outcome.FAILED, address=seen.address)
        return JSONResponse({"words": str(error)}, UNPROCESSABLE)
    audit(
        *(world, person.name, "factor", f"passkey {key.label}", Outcome.DONE),
        address=seen.address,
    )
    told = renewed(seen, ACCOUNT, is_strong=True)
    answered = JSONResponse({"next": f"{ACCOUNT}?done=passkey"})
    answered.raw_headers += [one for one in told.raw_headers if one[0] == b"set-cookie"]
    return answered


@ROUTER.post("/account/passkeys/remove")
def remove_passkey(seen: FreshViewing, key: Annotated[str, Form(max_length=2_000)]) -> Response:
    """Forget a passkey of one's own."""
    person = _person(seen)
    if not seen.world.store.passkeys.remove(person.name, key):
        raise HTTPException(NOT_FOUND, "There is no such passkey of yours.")
    audit(
        *(seen.world, person.name, "factor", "passkey removed", Outcome.DONE),
        address=seen.address,
    )
    return RedirectResponse(f"{ACCOUNT}?done=passkey-gone", SEE_OTHER)


def _person(seen: Seen) -> Person:
    """The account of who asks; the machine's owner has none."""
    found = seen.world.store.people.named(seen.principal.name)
    if found is None or seen.principal.is_local:
        raise HTTPException(NOT_FOUND, "There is no account to set this up for.")
    return found


def _page(
    seen: Seen, person: Person, setup: str, secret: str, words: str = "", status: int = 200
) -> Response:
    context = {
        "setup": setup,
        "secret": secret,
        "picture": qr_picture(totp_address(secret, person.name)),
        "words": words,
        "has_totp": bool(person.totp),
    }
    return page(seen, "factor.html", context, status)


def _about(person: Person) -> str:
    return f"new authenticator of {person.name}"

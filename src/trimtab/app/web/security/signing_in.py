"""Signing in: a name with a password and where set up a code, a passkey, or an issuer's word.

Every try is counted before it is looked at and written down after; who does not get in is told the
same, whatever was wrong.

Errors: `InputError` of the store.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trimtab.app.web.security.accounts import known_name
from trimtab.app.web.security.audit import Outcome, audit
from trimtab.app.web.security.limits import is_tried_too_often, signed_in
from trimtab.app.web.security.passwords import hash_password, needs_rehash, password_fits
from trimtab.app.web.security.principal import Principal
from trimtab.app.web.security.sessions import begin_session, renew_session
from trimtab.app.web.security.totp import fits_and_uses
from trimtab.model.web import Person, Via

if TYPE_CHECKING:
    from trimtab.app.web.world import WebWorld

__all__ = ["UNKNOWN", "Comer", "came", "check_password", "confirm_password", "sign_in"]

UNKNOWN = "unknown name"
"""In place of a name that nobody has: some people type their password into its field."""


@dataclass(frozen=True, slots=True)
class Comer:
    """Where somebody comes from, as far as it is written down."""

    address: str
    agent: str


def sign_in(world: WebWorld, name: str, password: str, code: str, comer: Comer) -> str | None:
    """The new session's token for a name with its password; none where anything is wrong."""
    person = world.store.people.named(known_name(name))
    if is_tried_too_often(world, known_name(name), comer.address):
        audit(
            *(world, UNKNOWN if person is None else person.name, "login", "password"),
            *(Outcome.DENIED, {"why": "too many tries"}),
            address=comer.address,
        )
        return None
    if not check_password(world, person, password, code) or person is None:
        audit(
            *(world, UNKNOWN if person is None else person.name, "login", "password"),
            *(Outcome.FAILED, {}),
            address=comer.address,
        )
        return None
    signed_in(world, person.name, comer.address)
    return came(world, person, Via.PASSWORD, comer, is_strong=bool(person.totp))


def check_password(world: WebWorld, person: Person | None, password: str, code: str) -> bool:
    """Whether a password, and where there is an authenticator its code, are a person's.

    A hash that was made with less work than today's is made anew.
    """
    hashed = "" if person is None or person.is_off else person.password
    if not password_fits(hashed, password) or person is None:
        return False
    if person.totp and not fits_and_uses(world, person, code):
        return False
    if needs_rehash(person.password):
        world.store.people.set_password(person.name, hash_password(password))
    return True


def came(world: WebWorld, person: Person, via: Via, comer: Comer, *, is_strong: bool) -> str:
    """Begin the session of somebody who has proven who they are, and write it down."""
    token = begin_session(
        world, person.name, via, is_strong=is_strong, address=comer.address, agent=comer.agent
    )
    audit(
        *(world, person.name, "login", via.value, Outcome.DONE, {"agent": comer.agent}),
        address=comer.address,
    )
    return token


def confirm_password(
    world: WebWorld, principal: Principal, password: str, code: str, comer: Comer
) -> str | None:
    """The renewed session's token of somebody who proved again who they are; none otherwise."""
    person = world.store.people.named(principal.name)
    is_too_often = is_tried_too_often(world, principal.name, comer.address)
    is_right = not is_too_often and check_password(world, person, password, code)
    outcome = Outcome.DONE if is_right else Outcome.FAILED
    audit(world, principal.name, "confirm", "password", outcome, {}, address=comer.address)
    if not is_right or person is None:
        return None
    signed_in(world, principal.name, comer.address)
    return renew_session(world, principal, is_strong=bool(person.totp))

"""Whether somebody who began to listen may still: asked from time to time, and not counted as use.

An open page would keep its session alive for ever if its stream counted as use of it.

Errors: those of the store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trimtab.app.web.security.principal import (
    BY_TOKEN,
    Principal,
    owner_principal,
    person_principal,
    token_principal,
)
from trimtab.app.web.security.sessions import is_over
from trimtab.model.web import Via

if TYPE_CHECKING:
    from trimtab.app.web.world import WebWorld

__all__ = ["still_there"]


def still_there(world: WebWorld, principal: Principal) -> Principal | None:
    """What somebody may now; none where the session or token is over, or its account is off."""
    if principal.via == BY_TOKEN:
        return _by_token(world, principal)
    found = world.store.sessions.find(principal.session)
    if found is None or is_over(found[0], world.clock(), world.settings):
        return None
    session, person = found
    if session.via is Via.LOCAL:
        return owner_principal(session)
    return None if person is None or person.is_off else person_principal(session, person)


def _by_token(world: WebWorld, principal: Principal) -> Principal | None:
    kept = [one for one in world.store.tokens.of(principal.name) if one.id == principal.session]
    if not kept or kept[0].revoked_at is not None or world.clock() >= kept[0].ends_at:
        return None
    if kept[0].is_local:
        return token_principal(kept[0], None)
    person = world.store.people.named(principal.name)
    return None if person is None or person.is_off else token_principal(kept[0], person)

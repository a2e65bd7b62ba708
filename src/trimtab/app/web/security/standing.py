"""Whether somebody who began to listen may still: asked from time to time, and not counted as use.

An open page would keep its session alive for ever if its stream counted as use of it.

Errors: those of the store.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trimtab.app.web.security.principal import BY_TOKEN, Principal
from trimtab.app.web.security.sessions import standing_session
from trimtab.app.web.security.tokens import standing_token

if TYPE_CHECKING:
    from trimtab.app.web.world import WebWorld

__all__ = ["still_there"]


def still_there(world: WebWorld, principal: Principal) -> Principal | None:
    """What somebody may now; none where the session or token is over, or its account is off."""
    store = world.store
    if principal.via != BY_TOKEN:
        found = store.sessions.find(principal.session)
        return None if found is None else standing_session(world, *found)
    kept = [one for one in store.tokens.of(principal.name) if one.id == principal.session]
    return standing_token(world, kept[0], store.people.named(principal.name)) if kept else None

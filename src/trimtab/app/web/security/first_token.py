"""The one-time link by which the machine's owner comes in, where there are no accounts.

`serve` prints it; `trimtab web link` makes another.  It is good once and for some minutes, on this
machine alone, and no more as soon as there is an account.

Errors: `InputError` where accounts exist, or more than this machine can reach the dashboard.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from trimtab.app.live.asking import person_here
from trimtab.app.web.security.sessions import begin_session, hash_of, new_secret
from trimtab.app.web.settings import WebSettings
from trimtab.model.errors import InputError
from trimtab.model.web import OneTime, OneTimeKind, Via

if TYPE_CHECKING:
    from trimtab.app.web.world import WebWorld
    from trimtab.stores.sql.web_store import WebStore

__all__ = ["first_link", "new_first_link", "take_first"]


def first_link(world: WebWorld, address: str) -> str:
    """The address to open first: a one-time link, or the page to sign in at."""
    if not world.settings.is_local or world.store.people.any():
        return f"{address}/login"
    return new_first_link(world.store, world.settings, world.clock(), address)


def new_first_link(store: WebStore, settings: WebSettings, now: datetime, address: str) -> str:
    """A new link that signs the machine's owner in, once.

    Refuses: a dashboard that others reach, and one with accounts.
    """
    if not settings.is_local or store.people.any():
        fact = "people have accounts here" if settings.is_local else "others can reach it"
        remedy = f"sign in at {address}/login"
        raise InputError("one-time link", fact, "it is for this machine's owner alone", remedy)
    token = new_secret()
    ends = now + timedelta(minutes=settings.first_minutes)
    store.one_times.add(OneTime(hash_of(token), OneTimeKind.FIRST, person_here(), ends), now)
    return f"{address}/first?token={token}"


def take_first(world: WebWorld, token: str, address: str, agent: str) -> tuple[str, str] | None:
    """Use a link up; answers whose it is and the new session's token, none where it is no good."""
    if not world.settings.is_local or world.store.people.any():
        return None
    one_times, hashed, now = world.store.one_times, hash_of(token), world.clock()
    if one_times.look(hashed, OneTimeKind.FIRST, now) is None:  # which writes nothing
        return None
    taken = one_times.take(hashed, OneTimeKind.FIRST, now)
    if taken is None:
        return None
    who = taken.person
    return who, begin_session(world, who, Via.LOCAL, is_strong=True, address=address, agent=agent)

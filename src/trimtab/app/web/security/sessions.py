"""Sessions: begun at a sign-in, known by a cookie's token, kept on the server, over in time.

The cookie holds a token of 256 random bits, the store its hash.  Every sign-in and every renewed
proof gives a new token, so that one that was planted or seen before is worth nothing.

Errors: those of the store.
Source: OWASP ASVS 4.0.3, V3.
"""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import TYPE_CHECKING

from starlette.responses import Response

from trimtab.app.web.security.principal import Principal, owner_principal, person_principal
from trimtab.app.web.settings import WebSettings
from trimtab.model.web import Person, Via, WebSession

if TYPE_CHECKING:
    from trimtab.app.web.world import WebWorld

__all__ = [
    "begin_session",
    "clear_session_cookie",
    "cookie_name",
    "hash_of",
    "new_secret",
    "renew_session",
    "session_principal",
    "set_session_cookie",
    "standing_session",
]

SECRET_BYTES = 32
SEEN_STEP = timedelta(seconds=60)
"""A session's last use is written down no more often than so."""
AGENT_MAX = 120


def new_secret() -> str:
    """A secret that nobody guesses."""
    return token_urlsafe(SECRET_BYTES)


def hash_of(secret: str) -> str:
    """How a random secret is known to the store; it has no need of a slow hash."""
    return sha256(secret.encode()).hexdigest()


def cookie_name(settings: WebSettings) -> str:
    """The session's cookie; with TLS under a name that browsers bind to this host."""
    return "__Host-trimtab_session" if settings.is_secure else "trimtab_session"


def set_session_cookie(answer: Response, settings: WebSettings, token: str) -> None:
    """Give a browser its session; the cookie ends with the browser, the session in time."""
    answer.set_cookie(
        cookie_name(settings), token, httponly=True, samesite="strict",
        secure=settings.is_secure, path="/",
    )  # fmt: skip


def clear_session_cookie(answer: Response, settings: WebSettings) -> None:
    """Take a browser's session away."""
    answer.delete_cookie(
        cookie_name(settings), httponly=True, samesite="strict",
        secure=settings.is_secure, path="/",
    )  # fmt: skip


def begin_session(
    world: WebWorld, person: str, via: Via, *, is_strong: bool, address: str = "", agent: str = ""
) -> str:
    """Begin a session of a person who has just proven who they are; answers the cookie's token."""
    now, token, settings = world.clock(), new_secret(), world.settings
    world.store.sessions.clear(now)
    world.store.sessions.add(
        WebSession(
            hash=hash_of(token),
            person=person,
            via=via,
            started_at=now,
            seen_at=now,
            ends_at=now + timedelta(hours=settings.hours),
            fresh_until=now + timedelta(minutes=settings.fresh_minutes),
            strong=is_strong,
            address=address,
            agent=agent[:AGENT_MAX],
        )
    )
    return token


def renew_session(world: WebWorld, principal: Principal, *, is_strong: bool) -> str | None:
    """Give a session another token after its person proved again who they are.

    The old token is worth nothing from then on; none where the session ended meanwhile.
    """
    token = new_secret()
    fresh = world.clock() + timedelta(minutes=world.settings.fresh_minutes)
    strong = is_strong or principal.is_strong
    is_there = world.store.sessions.renew(principal.session, hash_of(token), fresh, strong)
    return token if is_there else None


def session_principal(world: WebWorld, token: str) -> Principal | None:
    """Who is signed in by a cookie's token, which counts as use; none where the session is over."""
    hashed = hash_of(token)
    found = world.store.sessions.find(hashed)
    if found is None:
        return None
    principal = standing_session(world, *found)
    if principal is None:
        world.store.sessions.end(hashed)
    elif world.clock() - found[0].seen_at >= SEEN_STEP:
        world.store.sessions.seen(hashed, world.clock())
    return principal


def standing_session(
    world: WebWorld, session: WebSession, person: Person | None
) -> Principal | None:
    """What a session is good for now, with its account as it is; none where for nothing.

    The session of the machine's owner ends with the first account.
    """
    now, settings = world.clock(), world.settings
    is_idle = now - session.seen_at >= timedelta(minutes=settings.idle_minutes)
    if is_idle or now >= session.ends_at:
        return None
    if session.via is Via.LOCAL:
        is_owners = settings.is_local and not world.store.people.any()
        return owner_principal(session) if is_owners else None
    return None if person is None or person.is_off else person_principal(session, person)

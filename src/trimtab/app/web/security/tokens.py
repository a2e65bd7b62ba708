"""Programs' tokens: `tt_…`, shown once, kept as a hash, good for one person's rights and a time.

They come in the header `Authorization: Bearer`, never in an address, and need no CSRF token:
no browser sends them by itself.

Errors: `InputError` for a token that would reach further than its person, or live too long.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from trimtab.app.web.security.principal import Principal, Right, token_principal
from trimtab.app.web.security.sessions import SEEN_STEP, hash_of, new_secret
from trimtab.model.errors import InputError
from trimtab.model.web import ApiToken, Person

if TYPE_CHECKING:
    from trimtab.app.web.world import WebWorld

__all__ = ["DAYS_MAX", "PREFIX", "holder_of", "make_token", "principal_of_token", "standing_token"]

PREFIX = "tt_"
DAYS_MAX = 365
APPROVING_DAYS_MAX = 1
"""A token that may approve stands for a recent sign-in, so it does not live long."""
ID_LETTERS = 10
LABEL_MAX = 60


def make_token(
    world: WebWorld,
    principal: Principal,
    label: str,
    right: Right,
    households: frozenset[str] | None,
    days: int,
) -> tuple[ApiToken, str]:
    """Make a token of somebody who is signed in: what is kept of it, and itself, to show once.

    Refuses: a right or household that the person does not have, `admin`, and too long a life.
    """
    label = " ".join(label.split())[:LABEL_MAX]
    if not label:
        raise InputError("label", "it is empty", "", "say which program it is for")
    if right is Right.ADMIN or right not in principal.rights:
        fact = f"a token that may {right} cannot be made"
        bound = "a program never makes people, and may no more than you"
        raise InputError("right", fact, bound, "choose a lower right")
    most = APPROVING_DAYS_MAX if right is Right.APPROVE else DAYS_MAX
    if not 1 <= days <= most:
        why = f"1 to {most} for a token that may {right}"
        raise InputError("days", f"is {days}", why, "choose fewer")
    if principal.households is not None:
        foreign = (households or frozenset()) - principal.households
        if foreign:
            raise InputError("households", f"there is no {min(foreign)!r}", "", "choose yours")
        households = principal.households if households is None else households
    token, now = f"{PREFIX}{new_secret()}", world.clock()
    hashed = hash_of(token)
    kept = ApiToken(
        *(hashed[:ID_LETTERS], hashed, principal.name, label, right, households, now),
        ends_at=now + timedelta(days=days),
        is_local=principal.is_local,
    )
    world.store.tokens.add(kept)
    return kept, token


def principal_of_token(world: WebWorld, token: str) -> Principal | None:
    """Whom a token stands for; none where it is unknown, over, revoked, or its person is gone."""
    if not token.startswith(PREFIX):
        return None
    found = world.store.tokens.find(hash_of(token))
    if found is None:
        return None
    kept, person = found
    principal, now = standing_token(world, kept, person), world.clock()
    if principal is not None and (kept.used_at is None or now - kept.used_at >= SEEN_STEP):
        world.store.tokens.used(kept.id, now)
    return principal


def holder_of(world: WebWorld, token: str) -> str:
    """Whose a token is or was, good or not; empty where nobody knows it."""
    found = world.store.tokens.find(hash_of(token))
    return "" if found is None else found[0].person


def standing_token(world: WebWorld, kept: ApiToken, person: Person | None) -> Principal | None:
    """What a token is good for now, with its account as it is; none where for nothing."""
    if kept.revoked_at is not None or world.clock() >= kept.ends_at:
        return None
    if kept.is_local:
        is_owners = world.settings.is_local and not world.store.people.any()
        return token_principal(kept, None) if is_owners else None
    return None if person is None or person.is_off else token_principal(kept, person)

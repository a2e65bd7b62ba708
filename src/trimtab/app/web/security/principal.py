"""Who asks: a person in a browser, or a program with a token, and what they may.

Errors: none.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from trimtab.model.web import ApiToken, Person, Right, Via, WebSession, rights_up_to

__all__ = ["Principal", "Right", "owner_principal", "person_principal", "token_principal"]

BY_SESSION: Literal["session"] = "session"
BY_TOKEN: Literal["token"] = "token"


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody who was recognised; `households` none means all.

    `session` names the session or the token, `fresh_until` until when what needs a recent sign-in
    is allowed, `is_strong` whether a second factor was shown, `is_local` the machine's owner.
    """

    name: str
    rights: frozenset[Right]
    households: frozenset[str] | None
    session: str
    fresh_until: datetime | None
    via: Literal["session", "token"] = BY_SESSION
    is_strong: bool = False
    is_local: bool = False

    def is_fresh(self, now: datetime) -> bool:
        """Whether the sign-in is recent enough for what needs that."""
        return self.fresh_until is not None and now < self.fresh_until


def person_principal(session: WebSession, person: Person) -> Principal:
    """Who is signed in, with what the account may now."""
    rights = rights_up_to(person.right)
    return Principal(
        *(person.name, rights, person.households, session.hash, session.fresh_until),
        is_strong=session.strong,
    )


def owner_principal(session: WebSession) -> Principal:
    """The machine's owner, who came by the one-time link; everything is theirs."""
    rights = rights_up_to(Right.ADMIN)
    return Principal(
        *(session.person, rights, None, session.hash, session.fresh_until),
        is_strong=session.via is Via.LOCAL,
        is_local=True,
    )


def token_principal(token: ApiToken, person: Person | None) -> Principal:
    """A program: what its token says, and never more than its person may now.

    A token that may approve was made with a recent sign-in and lives shortly, so it stays fresh.
    """
    rights, households = rights_up_to(token.right), token.households
    if person is not None:
        rights &= rights_up_to(person.right)
        if person.households is not None:
            own = person.households
            households = own if households is None else households & own
    return Principal(
        *(token.person, rights, households, token.id),
        fresh_until=token.ends_at if token.right is Right.APPROVE else None,
        via=BY_TOKEN,
        is_strong=True,
        is_local=token.is_local,
    )

"""Who may see and do what over the web: people, their sessions, their tokens, what is recorded.

Everything is plain data with its time.  A secret stands here only as a hash, or sealed so that the
database alone does not tell it, and no `repr` shows either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

__all__ = [
    "ApiToken",
    "AuditRecord",
    "OneTime",
    "OneTimeKind",
    "Outcome",
    "Passkey",
    "Person",
    "Right",
    "Via",
    "WebSession",
    "rights_up_to",
]


class Right(StrEnum):
    """What somebody may do; each right includes those before it."""

    VIEW = "view"
    """See households, decisions and the journal."""
    RUN = "run"
    """Ask for decisions, import files, run backtests; nothing is ordered by it."""
    TRADE = "trade"
    """Change what is ordered: edit and hold proposals, halt and resume."""
    APPROVE = "approve"
    """Say yes or no to what waits for people."""
    ADMIN = "admin"
    """Make people and say what they may; always of all households."""


def rights_up_to(highest: Right) -> frozenset[Right]:
    """A right with those that it includes."""
    order = list(Right)
    return frozenset(order[: order.index(highest) + 1])


@dataclass(frozen=True, slots=True)
class Person:
    """An account; `households` are those that it may see, none meaning all.

    `password` is an argon2 hash, `totp` a sealed secret, `totp_step` the last time step whose code
    was used; both are empty where the person has none.  `issued` is the identity at an OpenID
    issuer that the account is bound to.
    """

    name: str
    shown: str
    right: Right
    households: frozenset[str] | None
    made_at: datetime
    email: str = ""
    is_off: bool = False
    password: str = field(default="", repr=False)
    totp: str = field(default="", repr=False)
    totp_step: int = 0
    issued: str = ""


@dataclass(frozen=True, slots=True)
class Passkey:
    """A public key that a person's device signs with; `id` and `public_key` are base64url."""

    id: str
    person: str
    public_key: str
    sign_count: int
    label: str
    made_at: datetime
    used_at: datetime | None = None


class Via(StrEnum):
    """How somebody signed in."""

    LOCAL = "local"
    """The one-time link of the machine's owner, without an account."""
    PASSWORD = "password"
    PASSKEY = "passkey"
    OIDC = "oidc"


@dataclass(frozen=True, slots=True)
class WebSession:
    """Somebody signed in; `hash` is that of the cookie's token, which is kept nowhere.

    `fresh_until` is until when what needs a recent sign-in is allowed, `strong` whether a second
    factor was shown.
    """

    hash: str
    person: str
    via: Via
    started_at: datetime
    seen_at: datetime
    ends_at: datetime
    fresh_until: datetime
    strong: bool = False
    address: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A program's right: of one person, never more than that person's own.

    `id` may be shown, `hash` is that of the token, which is shown once and kept nowhere.
    """

    id: str
    hash: str
    person: str
    label: str
    right: Right
    households: frozenset[str] | None
    made_at: datetime
    ends_at: datetime
    is_local: bool = False
    used_at: datetime | None = None
    revoked_at: datetime | None = None


class OneTimeKind(StrEnum):
    """What a one-time secret is good for."""

    FIRST = "first"
    """Sign in the machine's owner."""
    INVITE = "invite"
    """Set the first password of an account."""
    PASSKEY_NEW = "passkey_new"
    PASSKEY_IN = "passkey_in"
    TOTP = "totp"
    OIDC = "oidc"


@dataclass(frozen=True, slots=True)
class OneTime:
    """Something that is good once and for a short time, known by the hash of its secret."""

    hash: str
    kind: OneTimeKind
    person: str
    ends_at: datetime
    data: str = field(default="", repr=False)


class Outcome(StrEnum):
    """What became of what somebody asked."""

    DONE = "done"
    DENIED = "denied"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """Who did or asked what, of what, and what became of it; `details` hold no secret."""

    at: datetime
    who: str
    what: str
    subject: str
    outcome: Outcome
    household: str = ""
    address: str = ""
    details: Mapping[str, str] = field(default_factory=dict)
    number: int = 0

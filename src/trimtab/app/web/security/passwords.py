"""Passwords: hashed with argon2id, compared in the same time whether or not the name exists.

No rules of signs and capitals: a password is long enough, not a common one and not the name.

Errors: `InputError` for a new password that is too easy to guess.
Source: OWASP Password Storage Cheat Sheet (argon2id); NIST SP 800-63B, 5.1.1.2.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from trimtab.app.web.security.guessed_first import what_remains
from trimtab.model.errors import InputError

__all__ = ["LENGTH_MIN", "hash_password", "needs_rehash", "password_fits", "refuse_weak"]

LENGTH_MIN, LENGTH_MAX = 12, 128
DIFFERENT_MIN = 5
MEMORY_KIB, PASSES, LANES = 47_104, 2, 1
AT_ONCE = BoundedSemaphore(2)
"""Each costs memory on purpose: so many at a time, and no more by any number of requests."""
_HASHER = PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)
REST_MIN = 6
"""So many letters remain where what is guessed first is left out."""


def hash_password(password: str) -> str:
    """The hash of a password, with its own salt."""
    with AT_ONCE:
        return _HASHER.hash(_plain(password))


def password_fits(hashed: str, password: str) -> bool:
    """Whether a password is that of a hash; without a hash it takes as long, and never is."""
    with AT_ONCE:
        try:
            _HASHER.verify(hashed or _nobodys(_HASHER), _plain(password))
        except (VerificationError, InvalidHashError):
            return False
    return bool(hashed)


def needs_rehash(hashed: str) -> bool:
    """Whether a hash was made with less work than today's."""
    return _HASHER.check_needs_rehash(hashed)


def refuse_weak(password: str, name: str) -> None:
    """Hold a new password against what is guessed first.

    Refuses: what is too short or long, has few different letters, or is a common one or the name.
    """
    given = _plain(password)
    bound = f"{LENGTH_MIN} to {LENGTH_MAX} letters"
    if not LENGTH_MIN <= len(given) <= LENGTH_MAX:
        raise InputError(
            "password", f"it has {len(given)} letters", bound, "several words are good"
        )
    is_little = len(what_remains(given, name)) < REST_MIN
    if len(set(given)) < DIFFERENT_MIN or is_little:
        fact = "it would be among the first that are guessed"
        raise InputError("password", fact, bound, "several words that do not belong together")


def _plain(password: str) -> str:
    """One text for one password, however a keyboard composes its letters."""
    return unicodedata.normalize("NFKC", password)[: 4 * LENGTH_MAX]


@cache
def _nobodys(hasher: PasswordHasher) -> str:
    return hasher.hash("the password that nobody has")

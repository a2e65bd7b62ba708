"""Webhooks as they are received: whether a delivery is from Trimtab, whole, and recent.

    from trimtab.client import verified

    body = verified(request.body, request.headers["Trimtab-Signature"], secret, time.time())

Errors: `SignatureError` for a delivery that is not to be believed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import Any

__all__ = ["HEADER", "Delivered", "SignatureError", "new_secret", "signature", "verified"]

HEADER = "Trimtab-Signature"
AGE_SECONDS_MAX = 300.0
SECRET_BYTES = 32


class SignatureError(Exception):
    """A delivery that is not to be believed."""


@dataclass(frozen=True, slots=True)
class Delivered:
    """An event: `id` is the same in every attempt, so that it is taken once."""

    id: str
    type: str
    household: str
    at: str
    data: dict[str, Any]


def new_secret() -> str:
    """A secret for a new webhook; keep it, the server never shows it."""
    return secrets.token_urlsafe(SECRET_BYTES)


def signature(body: bytes, secret: str, at: int) -> str:
    """The header of a delivery that is sent at a moment (seconds since 1970)."""
    told = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={told}"


def verified(
    body: bytes, header: str, secret: str, now: float, age_seconds_max: float = AGE_SECONDS_MAX
) -> Delivered:
    """The event of a delivery; `body` are its bytes as they came.

    Refuses: a signature that is not by this secret over this body, and a delivery that is too old.
    """
    parts = [one.partition("=") for one in header.split(",")]
    moments = [value for name, _, value in parts if name.strip() == "t"]
    if len(moments) != 1 or not (moments[0].isascii() and moments[0].isdecimal()):
        raise SignatureError("the header names no moment")
    at = int(moments[0])
    wanted = signature(body, secret, at).partition("v1=")[2]
    given = [value for name, _, value in parts if name.strip() == "v1"]
    if not any(hmac.compare_digest(wanted.encode(), one.encode()) for one in given):
        raise SignatureError("it is not signed with this secret, or was altered")
    if abs(now - at) > age_seconds_max:
        raise SignatureError(f"it was signed {abs(now - at):.0f} seconds from now")
    told = json.loads(body)
    return Delivered(told["id"], told["type"], told["household"], told["at"], told["data"])

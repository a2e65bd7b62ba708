"""Proof that a form was sent by our own page: a token that follows from the session's.

It is not stored: it is a keyed hash of the cookie's token, so it changes with every session and a
page of somebody else cannot know it.  Who has no session yet has a visitor's cookie instead.  What
a browser says of where a request comes from is held against our own address as well.

Errors: none; callers refuse.
Source: OWASP Cross-Site Request Forgery Prevention Cheat Sheet, HMAC-based tokens.
"""

from __future__ import annotations

import hmac
from hashlib import sha256

from starlette.datastructures import Headers
from starlette.requests import Request

from trimtab.app.web.security.forwarded import Origin

__all__ = ["FIELD", "HEADER", "csrf_of", "is_embedded", "is_foreign", "is_safe", "sent_token"]

FIELD = "csrf"
HEADER = "x-csrf-token"
SAFE = ("GET", "HEAD", "OPTIONS")
OUR_OWN = ("same-origin", "none")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_PURPOSE = b"trimtab csrf"


def is_safe(method: str) -> bool:
    """Whether a method changes nothing."""
    return method in SAFE


def csrf_of(secret: str) -> str:
    """The token that belongs to a cookie's secret; none where there is none."""
    if not secret:
        return ""
    return hmac.new(secret.encode(), _PURPOSE, sha256).hexdigest()


async def sent_token(request: Request) -> str:
    """The token that a request brought, in its header or as a field of its form."""
    given = request.headers.get(HEADER, "")
    if given:
        return given
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in FORMS:
        return ""
    field = (await request.form()).get(FIELD)
    return field if isinstance(field, str) else ""


def is_embedded(headers: Headers) -> bool:
    """Whether a browser says that another site's page has this within itself, or reads it.

    A link that leads here is none of it.
    Source: W3C Fetch Metadata Request Headers; the resource isolation policy of web.dev.
    """
    if headers.get("sec-fetch-site", "same-origin") in OUR_OWN:
        return False
    is_link = headers.get("sec-fetch-mode") == "navigate"
    return not is_link or headers.get("sec-fetch-dest", "document") != "document"


def is_foreign(headers: Headers, origin: Origin) -> bool:
    """Whether a browser says that another site's page sends this."""
    if headers.get("sec-fetch-site", "same-origin") not in OUR_OWN:
        return True
    sender = headers.get("origin")
    return sender is not None and sender.lower() != str(origin).lower()

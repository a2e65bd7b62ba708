"""Addresses that lead somewhere within the dashboard, and nowhere else.

Errors: none; a foreign address becomes the front page.
"""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from starlette.requests import Request

__all__ = ["own_address", "page_before", "with_next"]

FRONT = "/"
ADDRESS_MAX = 500


def own_address(address: str) -> str:
    """The address where it is a path of ours, else the front page.

    Refuses nothing: `//host`, `/\\host`, schemes and control characters lead to the front page.
    """
    is_path = address.startswith("/") and not address.startswith(("//", "/\\"))
    is_plain = address.isprintable() and "\\" not in address and len(address) <= ADDRESS_MAX
    if not is_path or not is_plain:
        return FRONT
    parts = urlsplit(address)
    return address if not parts.scheme and not parts.netloc else FRONT


def with_next(place: str, address: str) -> str:
    """A page that leads on to an address of ours when it is done."""
    own = own_address(address)
    return place if own == FRONT else f"{place}?next={quote(own, safe='')}"


def page_before(request: Request) -> str:
    """The page of ours that a form was sent from, for going back to it."""
    own, came_from = f"{request.state.origin}/", request.headers.get("referer", "")
    return own_address(came_from[len(own) - 1 :]) if came_from.startswith(own) else FRONT

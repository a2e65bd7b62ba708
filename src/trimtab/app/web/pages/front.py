"""`/`: where somebody comes in; and how they want figures shown.

Errors: none of its own.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response

from trimtab.app.web.preferences import COOKIE, Preferences, Shares, Theme
from trimtab.app.web.security.gate import ViewingAll, own_address

__all__ = ["ROUTER"]

ROUTER = APIRouter()
SEE_OTHER = 303
YEAR_SECONDS = 365 * 24 * 3600


@ROUTER.get("/")
def front(seen: ViewingAll) -> Response:
    """One household's home where there is one, else the board."""
    visible = seen.world.households.visible(seen.principal)
    place = f"/h/{visible[0].id}" if len(visible) == 1 else "/board"
    return RedirectResponse(place, SEE_OTHER)


@ROUTER.post("/preferences")
def prefer(
    seen: ViewingAll,
    shares: Annotated[Shares, Form()],
    amounts: Annotated[str, Form()],
    theme: Annotated[Theme, Form()],
    back: Annotated[str, Form()] = "/",
) -> Response:
    """Keep how figures are shown, and go back."""
    chosen = Preferences(shares, amounts == "hidden", theme)
    answer = RedirectResponse(own_address(back), SEE_OTHER)
    answer.set_cookie(
        COOKIE, chosen.cookie(), max_age=YEAR_SECONDS, httponly=True, samesite="strict",
        secure=seen.world.settings.is_secure,
    )  # fmt: skip
    return answer

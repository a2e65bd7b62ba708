"""`/account/tokens`: making tokens for programs, and taking them back.

Errors: mistakes in the form are shown on the account's page.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import RedirectResponse, Response

from trimtab.app.web.pages.account import ACCOUNT, FreshViewing, OwnViewing, account_page
from trimtab.app.web.security.accounts import scope_of, scope_words
from trimtab.app.web.security.audit import Outcome, audit
from trimtab.app.web.security.errands import FactorNeeded
from trimtab.app.web.security.gate import has_factor, lacks_factor
from trimtab.app.web.security.principal import Right
from trimtab.app.web.security.scopes import may
from trimtab.app.web.security.tokens import make_token
from trimtab.model.errors import InputError

__all__ = ["ROUTER"]

ROUTER = APIRouter()
SEE_OTHER, NOT_FOUND, UNPROCESSABLE = 303, 404, 422
TEXT_MAX, SCOPE_MAX = 200, 20_000


@ROUTER.post("/account/tokens")
def new_token(
    seen: FreshViewing,
    label: Annotated[str, Form(max_length=TEXT_MAX)],
    right: Annotated[Right, Form()],
    days: Annotated[int, Form()],
    households: Annotated[str, Form(max_length=SCOPE_MAX)] = "",
) -> Response:
    """Make a token and show it, this once."""
    world, who = seen.world, seen.principal
    if lacks_factor(world, who, right):  # a program shows none, so who makes its token does
        raise FactorNeeded(has_factor(world, who))
    among = scope_of(households)
    try:
        for name in sorted(among or ()):
            if not may(who, Right.VIEW, name) or world.households.find(name) is None:
                raise InputError("households", f"there is no {name!r}", "", "name yours")
        kept, token = make_token(world, who, label, right, among, days)
    except InputError as error:
        return account_page(seen, str(error), UNPROCESSABLE)
    scope = scope_words(kept.households)
    details = {"label": kept.label, "right": right.value, "households": scope}
    details["until"] = kept.ends_at.isoformat()
    audit(world, who.name, "token", kept.id, Outcome.DONE, details, address=seen.address)
    return account_page(seen, shown_token=token)


@ROUTER.post("/account/tokens/revoke")
def revoke_token(seen: OwnViewing, token: Annotated[str, Form(max_length=TEXT_MAX)]) -> Response:
    """Make a token of one's own good for nothing."""
    world, who = seen.world, seen.principal
    if not world.store.tokens.revoke(who.name, token, world.clock()):
        raise HTTPException(NOT_FOUND, "There is no such token of yours.")
    world.hub.look_again(who.name)
    audit(world, who.name, "token", f"{token} revoked", Outcome.DONE, address=seen.address)
    return RedirectResponse(f"{ACCOUNT}?done=revoked", SEE_OTHER)

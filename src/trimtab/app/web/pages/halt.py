"""Halt and resume, for one household or for all that somebody may trade.

A halt needs no recent sign-in: stopping must be quick.  Going on needs one.

Errors: those of the store; what could not be canceled is told to open pages and stands in the
orders.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from starlette.background import BackgroundTask

from trimtab.app.live.halting import cancel_standing
from trimtab.app.web.halts import halt_household, resume_household
from trimtab.app.web.households import ServedHousehold
from trimtab.app.web.security.audit import Outcome, audit
from trimtab.app.web.security.gate import Seen, Trading, TradingAll, needs
from trimtab.app.web.security.principal import Right
from trimtab.app.web.security.scopes import may
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.live import HaltKind

__all__ = ["ROUTER"]

ROUTER = APIRouter()
SEE_OTHER = 303
REASON_MAX = 300

FreshTrading = Annotated[Seen, needs(Right.TRADE, step_up=True)]
Reason = Annotated[str, Form(max_length=REASON_MAX)]


@ROUTER.post("/h/{household}/halt")
def halt(seen: Trading, kind: Annotated[HaltKind, Form()], reason: Reason = "") -> Response:
    """Stop the household; with `all`, what stands at its brokers is canceled afterwards."""
    _halt(seen, seen.one, kind, reason)
    after = BackgroundTask(_cancel, seen, [seen.one]) if kind is HaltKind.ALL else None
    return RedirectResponse(f"/h/{seen.one.id}/orders", SEE_OTHER, background=after)


@ROUTER.post("/h/{household}/resume")
def resume(seen: FreshTrading) -> Response:
    """Go on with the household."""
    one, who = seen.one, seen.principal
    lifted = resume_household(one.folder, who.name, seen.world.clock(), who.households is None)
    words = ", ".join(lifted) or "nothing was stopped"
    audit(
        *(seen.world, who.name, "resume", words, Outcome.DONE),
        household=one.id,
        address=seen.address,
    )
    seen.world.hub.publish("halt", one.id, {"is_halted": False})
    return RedirectResponse(f"/h/{one.id}/orders", SEE_OTHER)


@ROUTER.post("/halt")
def halt_all(seen: TradingAll, reason: Reason = "") -> Response:
    """Stop every household that somebody may trade, and have what stands canceled."""
    stopped, failed = list[ServedHousehold](), list[InputError]()
    for one in seen.world.households.visible(seen.principal):
        if not may(seen.principal, Right.TRADE, one.id):
            continue
        try:
            _halt(seen, one, HaltKind.ALL, reason)
            stopped.append(one)
        except InputErrors as several:
            failed += several.errors
        except InputError as error:
            failed.append(error)
    if failed:
        _cancel(seen, stopped)
        raise InputErrors(failed)
    return RedirectResponse("/orders", SEE_OTHER, background=BackgroundTask(_cancel, seen, stopped))


def _halt(seen: Seen, one: ServedHousehold, kind: HaltKind, reason: str) -> None:
    halt_household(one.folder, kind, seen.principal.name, seen.world.clock(), reason)
    audit(
        *(seen.world, seen.principal.name, "halt", kind.value, Outcome.DONE, {"reason": reason}),
        household=one.id,
        address=seen.address,
    )
    seen.world.hub.publish("halt", one.id, {"is_halted": True})


def _cancel(seen: Seen, stopped: list[ServedHousehold]) -> None:
    """See to what stands at the brokers, one household after the other, and tell of it."""
    for one in stopped:
        found = cancel_standing(one.folder, one.day)
        words = found.problem or f"{len(found.stood) - len(found.left)} orders were canceled"
        seen.world.hub.publish("live", one.id, words)

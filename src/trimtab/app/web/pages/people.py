"""`/people`: who has an account, what each may, and how many must approve.

Errors: mistakes in a form are shown on the page itself.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from fastapi.responses import RedirectResponse, Response

from trimtab.app.live.links import set_approvers
from trimtab.app.live.service import open_settings
from trimtab.app.web.account_tables import people_table
from trimtab.app.web.rendering import csv_of, page
from trimtab.app.web.security.accounts import INVITE_HOURS, Accounts, scope_of
from trimtab.app.web.security.audit import Outcome, audit
from trimtab.app.web.security.gate import Administering, Seen
from trimtab.app.web.security.principal import Right
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.web import Person

__all__ = ["ROUTER"]

ROUTER = APIRouter()
SEE_OTHER, NOT_FOUND, UNPROCESSABLE = 303, 404, 422
PEOPLE = "/people"
TEXT_MAX, SCOPE_MAX, APPROVERS_MAX = 200, 200_000, 100
DONE = {
    "changed": "What this account may is changed, from the next request on.",
    "removed": "The account is removed; the audit keeps its name.",
    "factors": "The second factors are taken away; its person sets up others.",
    "approvals": "Who must approve is changed; questions that wait keep their rule.",
}


@ROUTER.get(PEOPLE)
def people(seen: Administering, household: str = "") -> Response:
    """Everybody, and the approval rule of a household that is asked for."""
    if (text := csv_of(seen, lambda: [people_table(seen.world.store.people.all())])) is not None:
        return text
    return _page(seen, household=household)


@ROUTER.post(PEOPLE)
def add(
    seen: Administering,
    name: Annotated[str, Form(max_length=TEXT_MAX)],
    right: Annotated[Right, Form()],
    households: Annotated[str, Form(max_length=SCOPE_MAX)] = "",
    shown: Annotated[str, Form(max_length=TEXT_MAX)] = "",
    email: Annotated[str, Form(max_length=TEXT_MAX)] = "",
) -> Response:
    """Make an account, and show the link with which its person sets a password."""
    accounts, scope = _accounts(seen), scope_of(households)

    def made() -> Response:
        person = accounts.add(name, right, scope, shown, email.strip())
        _note(seen, "person", f"{person.name} made", {"right": right.value})
        link = accounts.invite(person.name, str(seen.request.state.origin))
        return _page(seen, link=link, invited=person.name)

    return _told(seen, made)


@ROUTER.post("/people/{name}")
def change(
    seen: Administering,
    name: str,
    act: Annotated[str, Form(max_length=TEXT_MAX)],
    right: Annotated[Right, Form()] = Right.VIEW,
    households: Annotated[str, Form(max_length=SCOPE_MAX)] = "",
    is_off: Annotated[bool, Form()] = False,
) -> Response:
    """Change an account: what it may, a new link, its factors, or that it is removed."""
    accounts, scope = _accounts(seen), scope_of(households)
    if seen.world.store.people.named(name) is None:
        raise HTTPException(NOT_FOUND, "There is no such account.")

    def changed() -> Response:
        if act == "invite":
            link = accounts.invite(name, str(seen.request.state.origin))
            _note(seen, "person", f"{name} invited", {})
            return _page(seen, link=link, invited=name)
        acts: dict[str, Callable[[], Person]] = {
            "changed": lambda: accounts.change(name, right, scope, is_off),
            "removed": lambda: accounts.remove(name),
            "factors": lambda: accounts.forget_factors(name),
        }
        if act not in acts:
            raise InputError("act", f"is {act!r}", f"one of {', '.join(acts)}, invite")
        acts[act]()
        seen.world.hub.look_again(name)
        details = {"right": right.value, "off": str(is_off)} if act == "changed" else {}
        _note(seen, "person", f"{name} {act}", details)
        return RedirectResponse(f"{PEOPLE}?done={act}", SEE_OTHER)

    return _told(seen, changed)


@ROUTER.post("/people/approvals/{household}")
def approvers(
    seen: Administering,
    needed: Annotated[int, Form(ge=1, le=APPROVERS_MAX)],
    names: Annotated[str, Form(max_length=SCOPE_MAX)] = "",
) -> Response:
    """Say how many must approve a household's trades, and who they are."""
    known = {one.name for one in _may_approve(seen, seen.one.id)}
    chosen = tuple(dict.fromkeys(names.replace(",", " ").split()))

    def changed() -> Response:
        for name in chosen:
            if known and name not in known:
                bound = "their account must be able to approve this household"
                raise InputError("approvals", f"{name!r} may not", bound, "change the account")
        set_approvers(open_settings(seen.one.folder), needed, chosen)
        details = {"needed": str(needed), "people": " ".join(chosen)}
        _note(seen, "approvers", seen.one.id, details, seen.one.id)
        return RedirectResponse(f"{PEOPLE}?done=approvals&household={seen.one.id}", SEE_OTHER)

    return _told(seen, changed, seen.one.id)


def _told(seen: Seen, act: Callable[[], Response], household: str = "") -> Response:
    """Do something, or show the page with what was wrong in the form."""
    try:
        return act()
    except InputError as error:
        return _page(seen, str(error), UNPROCESSABLE, household=household)
    except InputErrors as several:
        return _page(seen, str(several), UNPROCESSABLE, household=household)


def _page(
    seen: Seen,
    words: str = "",
    status: int = 200,
    *,
    link: str = "",
    invited: str = "",
    household: str = "",
) -> Response:
    known, known_people = seen.world.households.find(household), seen.world.store.people.all()
    rules = None if known is None else open_settings(known.folder).approvals
    context = {
        "people": known_people,
        "everybody": people_table(known_people),
        "rights": list(Right),
        "households": seen.world.households.names(),
        "words": words,
        "done": DONE.get(seen.request.query_params.get("done", ""), ""),
        "link": link,
        "invited": invited,
        "hours": INVITE_HOURS,
        "asked": "" if known is None else known.id,
        "rules": rules,
        "may_approve": [] if known is None else _may_approve(seen, known.id),
    }
    return page(seen, "people.html", context, status)


def _may_approve(seen: Seen, household: str) -> list[Person]:
    people = seen.world.store.people.all()
    return [
        one
        for one in people
        if one.right in (Right.APPROVE, Right.ADMIN)
        and not one.is_off
        and (one.households is None or household in one.households)
    ]


def _accounts(seen: Seen) -> Accounts:
    world = seen.world
    return Accounts(world.store, world.settings, world.households.names(), world.clock())


def _note(
    seen: Seen, what: str, subject: str, details: dict[str, str], household: str = ""
) -> None:
    audit(
        *(seen.world, seen.principal.name, what, subject, Outcome.DONE, details),
        household=household,
        address=seen.address,
    )

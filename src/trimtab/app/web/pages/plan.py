"""`/h/{household}/plan`: the mandate in an editor that says what every change would come to.

A change is a draft first: its mistakes with their lines, what differs, what today's plan would be,
and on request what its bands would have done.  Saving needs a recent sign-in, and is refused where
somebody else saved meanwhile.

Errors: those of the household's files; a mandate that is broken opens all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from threading import Lock
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form
from fastapi.responses import RedirectResponse, Response
from starlette.requests import Request

from trimtab.app.bands_past import YEARS
from trimtab.app.mandate_form import with_form
from trimtab.app.mandate_history import text_digest, version_of, versions
from trimtab.app.mandate_writing import MandateMoved, change_mandate, mandate_text_of
from trimtab.app.status import status_of
from trimtab.app.web.past_runs import PastQuestion, PastRuns
from trimtab.app.web.plan_drafts import (
    Draft,
    draft_from,
    form_shown,
    lines_of,
    mistakes_of,
    moved_lines,
    reviewed,
    sentences_of,
    today_lines,
    view_now,
)
from trimtab.app.web.rendering import csv_of, page
from trimtab.app.web.security.audit import Outcome, audit
from trimtab.app.web.security.gate import Approving, Running, Seen, Viewing
from trimtab.app.web.shelf import Room, Shelf, owner_of, shelf_of
from trimtab.app.web.upkeep.plan_figures import bands_figure, past_picture
from trimtab.app.web.upkeep.plan_tables import (
    sentence_table,
    target_table,
    today_table,
    version_table,
)
from trimtab.model.errors import InputError, InputErrors
from trimtab.plugins import names
from trimtab.policies.no_trade_zone import NoTradeZone

__all__ = ["ROUTER"]

ROUTER = APIRouter()
SEE_OTHER, CONFLICT, REFUSED = 303, 409, 422
ROOM = Room(each_max=3, all_max=24)
GONE = "The draft is not there any more: drafts are kept for half an hour. What is saved is shown."
VERSIONS_SHOWN = 12
_MAKING = Lock()


async def _typed(request: Request) -> Mapping[str, str]:
    """Every field of a form; those of the mandate's rules are named by its keys."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


@ROUTER.get("/h/{household}/plan")
def plan(seen: Viewing, draft: str = "", years: int = YEARS[0], done: str = "") -> Response:
    """The editor, with a draft where there is one."""
    return _page(seen, draft, years, done=done)


@ROUTER.post("/h/{household}/plan")
def look(
    seen: Running,
    fields: Annotated[Mapping[str, str], Depends(_typed)],
    how: Annotated[str, Form()],
    base: Annotated[str, Form(max_length=64)] = "",
    draft: Annotated[str, Form(max_length=100)] = "",
    text: Annotated[str, Form()] = "",
    version: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Make a draft of what was typed, of the form or the text, or of an earlier mandate."""
    try:
        if how == "text":
            made = draft_from(seen, text, base)
        elif how == "version":
            made = draft_from(seen, version_of(seen.one.folder, version).text, "")
        else:
            made = _of_form(seen, fields, draft, base)
    except (InputError, InputErrors) as error:
        return _page(seen, draft, errors=_errors(error), status=REFUSED)
    name = _shelf(seen).put(owner_of(seen), made, seen.world.clock())
    return _back(seen, draft=name)


@ROUTER.post("/h/{household}/plan/forget")
def forget(seen: Running, draft: Annotated[str, Form(max_length=100)]) -> Response:
    """Throw a draft away."""
    _shelf(seen).take(owner_of(seen), draft, seen.world.clock())
    return _back(seen)


@ROUTER.post("/h/{household}/plan/past")
def past(
    seen: Running,
    draft: Annotated[str, Form(max_length=100)] = "",
    years: Annotated[int, Form()] = YEARS[0],
) -> Response:
    """Begin to work out what the bands would have done; the page shows how far it is."""
    kept = _kept(seen, draft)
    try:
        if years not in YEARS:
            bound = "known are: " + ", ".join(map(str, YEARS))
            raise InputError("years", f"{years} are not offered", bound)
        question = _question(seen, kept, years)
        if question is None:
            remedy = "mend the mandate first"
            raise InputError("the past", "the household cannot be read", "", remedy)
        _runs(seen).start(question)
    except (InputError, InputErrors) as error:
        return _page(seen, draft, years, errors=_errors(error), status=REFUSED)
    told = {"years": str(years)} | ({"draft": draft} if kept is not None else {})
    return _back(seen, "#past", **told)


@ROUTER.post("/h/{household}/plan/save")
def save(seen: Approving, draft: Annotated[str, Form(max_length=100)]) -> Response:
    """Put a draft in the saved mandate's place; the old text is kept among its versions."""
    kept = _kept(seen, draft)
    if kept is None:
        return _page(seen, draft, status=REFUSED)
    kept = reviewed(seen, kept)
    if not kept.review.may_be_saved:
        return _page(seen, draft, status=REFUSED)
    who, now = seen.principal.name, seen.world.clock()
    try:
        change_mandate(seen.one.folder, kept.base, lambda _: kept.text, who, now)
    except MandateMoved as moved:
        _audited(seen, kept, Outcome.FAILED, str(moved))
        return _page(seen, draft, errors=[moved], status=CONFLICT)
    except (InputError, InputErrors) as error:
        return _page(seen, draft, errors=_errors(error), status=REFUSED)
    _shelf(seen).take(owner_of(seen), draft, now)
    _audited(seen, kept, Outcome.DONE, "")
    seen.world.hub.publish("files", seen.one.id, {"what": "mandate"})
    return _back(seen, done="saved")


def _of_form(seen: Seen, fields: Mapping[str, str], draft: str, base: str) -> Draft:
    """A draft of the form's fields, on top of the draft that they were shown with."""
    kept = _kept(seen, draft)
    text = mandate_text_of(seen.one.folder)[0] if kept is None else kept.text
    return draft_from(seen, with_form(text, fields), base)


def _page(
    seen: Seen,
    draft: str = "",
    years: int = YEARS[0],
    *,
    done: str = "",
    errors: list[InputError] | None = None,
    status: int = 200,
) -> Response:
    """The screen of what is saved, and of a draft where there is one."""
    kept = _kept(seen, draft)
    told = list(errors or [])
    if draft and kept is None and not told:
        told = [InputError("draft", GONE)]
    if kept is not None:
        kept = reviewed(seen, kept)
        _shelf(seen).replace(owner_of(seen), draft, kept, seen.world.clock())
    saved, digest = mandate_text_of(seen.one.folder)
    view, broken = view_now(seen.one)
    loaded = kept.review.loaded if kept is not None else view.loaded if view else None
    question = _question(seen, kept, years) if years in YEARS else None
    run = _runs(seen).find(question.key) if question is not None else None
    answer = run.answer if run is not None else None
    zones = {} if answer is None or answer.zone is None else answer.zone.classes
    figure = None
    if loaded is not None:
        known = {one.name: one for one in zones}
        figure = bands_figure(status_of(loaded).targets, known, _bands_caption(bool(zones)))
    picture = None if answer is None else past_picture(answer)
    kept_versions = versions(seen.one.folder)
    tables = {
        "today": today_table(today_lines(view, kept)),
        "versions": version_table(kept_versions[-VERSIONS_SHOWN:], seen.one.id),
    }
    if kept is not None:
        tables["sentences"] = sentence_table(sentences_of(seen, saved, kept))
    text = saved if kept is None else kept.text
    if (form := form_shown(text)) is not None:
        tables["targets"] = target_table(form.targets)
    listed = [*tables.values(), *([figure.table] if figure else [])]
    listed += [picture.targets, picture.figures] if picture is not None else []
    if asked := csv_of(seen, listed):
        return asked
    context = {
        "draft": draft if kept is not None else "",
        "kept": kept,
        "text": text,
        "rows": text.count("\n") + 1,
        "base_digest": digest,
        "moved": None if kept is None else moved_lines(seen, saved, digest, kept),
        "form": form,
        "policies": _policies(),
        "mistakes": [] if kept is None else mistakes_of(kept),
        "lines": [] if kept is None else lines_of(saved, kept.text),
        "is_same": kept is not None and kept.text == saved,
        "broken": broken,
        "bands": figure,
        "follows_zone": loaded is not None and loaded.mandate.policy.name == NoTradeZone.name,
        "tables": tables,
        "history": list(reversed(kept_versions[-VERSIONS_SHOWN:])),
        "years": years if years in YEARS else YEARS[0],
        "offered": YEARS,
        "run": run,
        "zone_doubt": "" if answer is None else answer.doubt,
        "picture": picture,
        "may_ask": question is not None,
        "errors": told,
        "done": done,
    }
    return page(seen, "plan.html", context, status)


@cache
def _policies() -> tuple[str, ...]:
    """The policies that are installed; they are looked up on the disk once."""
    return tuple(names("policies"))


def _bands_caption(with_zone: bool) -> str:
    zone = (
        " The narrow bar is the no-trade zone, within which trading costs more than drift."
        if (with_zone)
        else ""
    )
    return f"The bar is the band, the line the target, the dot the weight today.{zone}"


def _question(seen: Seen, kept: Draft | None, years: int) -> PastQuestion | None:
    """What is asked of the past; none where the household or the draft cannot be read."""
    view, _ = view_now(seen.one)
    if view is None or (kept is not None and kept.review.loaded is None):
        return None
    saved = mandate_text_of(seen.one.folder)[0]
    draft = None if kept is None or kept.text == saved else kept.review.loaded
    text = "" if draft is None or kept is None else kept.text
    key = PastQuestion.key_of(seen.one.id, view.digest, text, years)
    return PastQuestion(key, view.loaded, draft, years)


def _kept(seen: Seen, draft: str) -> Draft | None:
    return _shelf(seen).get(owner_of(seen), draft, seen.world.clock()) if draft else None


def _shelf(seen: Seen) -> Shelf[Draft]:
    return shelf_of(seen, "plans", ROOM)


def _runs(seen: Seen) -> PastRuns:
    state = seen.request.app.state
    with _MAKING:
        found: PastRuns | None = getattr(state, "past_runs", None)
        if found is None:
            found = state.past_runs = PastRuns()
        return found


def _back(seen: Seen, place: str = "", **told: str) -> Response:
    query = f"?{urlencode(told)}" if told else ""
    return RedirectResponse(f"/h/{seen.one.id}/plan{query}{place}", SEE_OTHER)


def _errors(error: InputError | InputErrors) -> list[InputError]:
    return list(error.errors) if isinstance(error, InputErrors) else [error]


def _audited(seen: Seen, kept: Draft, outcome: Outcome, why: str) -> None:
    details = {"from": kept.base[:16], "to": text_digest(kept.text)[:16]}
    details |= {"why": why} if why else {}
    audit(
        *(seen.world, seen.principal.name, "change the mandate", seen.one.id, outcome, details),
        household=seen.one.id,
        address=seen.address,
    )

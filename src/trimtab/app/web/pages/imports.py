"""`/h/{household}/import`: files that are dropped, what they would come to, the queue of breaks.

Files are read and previewed, and written only when somebody who saw the preview says so.  A preview
belongs to one session and one household and is forgotten after half an hour.

Errors: `InputError` for what is sent; those of the household's files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, File, Form, UploadFile
from fastapi.responses import RedirectResponse, Response

from trimtab.app.config import MANDATE_NAME, read_mandate
from trimtab.app.importing.causes import choices_of, given_of, is_only_left, likely_cause
from trimtab.app.importing.open_breaks import open_breaks
from trimtab.app.importing.work_queue import answer_from, answered, found_anew
from trimtab.app.values import read_day
from trimtab.app.web.import_preview import (
    WRITING,
    ChangedMeanwhile,
    ImportPreview,
    preview_of,
    read_sent,
    write_preview,
)
from trimtab.app.web.rendering import csv_of, page
from trimtab.app.web.security.audit import Outcome, audit
from trimtab.app.web.security.gate import Running, Seen, Viewing
from trimtab.app.web.shelf import Room, Shelf, owner_of, shelf_of
from trimtab.app.web.upkeep.answer_words import by_fields
from trimtab.app.web.upkeep.import_tables import breaks_table, preview_tables
from trimtab.app.web.uploads import USUAL, gathered
from trimtab.model.breaks import Break, BreakKind
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.lots import Lot

__all__ = ["ROUTER"]

ROUTER = APIRouter()
SEE_OTHER, REFUSED = 303, 422
ROOM = Room(each_max=1, all_max=8)
"""What files say lies in memory while it is shown."""
CARDS_SHOWN = 20
GONE = "The preview is not there any more: it is kept for half an hour. Send the files again."


@ROUTER.get("/h/{household}/import")
def imports(seen: Viewing, preview: str = "", done: str = "") -> Response:
    """Where files go in, a preview where there is one, and what waits for an answer."""
    return _page(seen, preview, done)


@ROUTER.post("/h/{household}/import")
def send(
    seen: Running,
    files: Annotated[list[UploadFile], File()],
    day: Annotated[str, Form()] = "",
) -> Response:
    """Read files, and show what they would come to; nothing is written."""
    folder = seen.one.folder
    try:
        sent = gathered((one.filename or "", one.file) for one in files)
        shown = preview_of(folder, read_sent(sent, folder), {}, _day(seen, day))
    except (InputError, InputErrors) as error:
        return _page(seen, errors=_errors(error), status=REFUSED)
    name = _shelf(seen).put(owner_of(seen), shown, seen.world.clock())
    return _back(seen, preview=name)


@ROUTER.post("/h/{household}/import/accounts")
def accounts(
    seen: Running, preview: Annotated[str, Form()], account: Annotated[list[str], Form()]
) -> Response:
    """Say which of the household's accounts those of the files are, and look again."""
    shelf, owner, now = _shelf(seen), owner_of(seen), seen.world.clock()
    shown = shelf.get(owner, preview, now)
    if shown is None or shown.merged is None:
        return _page(seen, errors=[InputError("import", GONE)], status=REFUSED)
    mapped = dict(shown.accounts)
    for one, chosen in zip(shown.merged.new_accounts, account, strict=False):
        if chosen:
            mapped[f"{one.broker} {one.stated.id}".strip()] = chosen
    try:
        fresh = preview_of(seen.one.folder, shown.outcomes, mapped, shown.day)
    except (InputError, InputErrors) as error:
        return _page(seen, preview, errors=_errors(error), status=REFUSED)
    shelf.replace(owner, preview, fresh, now)
    return _back(seen, preview=preview)


@ROUTER.post("/h/{household}/import/write")
def write(seen: Running, preview: Annotated[str, Form()]) -> Response:
    """Write what a preview showed, or say what has changed since."""
    shelf, owner, now = _shelf(seen), owner_of(seen), seen.world.clock()
    with WRITING:
        shown = shelf.get(owner, preview, now)
        if shown is None or shown.merged is None:
            return _page(seen, errors=[InputError("import", GONE)], status=REFUSED)
        try:
            merged = write_preview(seen.one.folder, shown)
        except ChangedMeanwhile as changed:
            shelf.replace(owner, preview, changed.fresh, now)
            return _page(seen, preview, errors=[changed], status=409)
        except (InputError, InputErrors) as error:
            return _page(seen, preview, errors=_errors(error), status=REFUSED)
        shelf.take(owner, preview, now)
    files = ", ".join(one.path.name for one in shown.outcomes)
    count = str(sum(merged.added.values()))
    _noted(seen, "import", files, {"files": str(len(shown.outcomes)), "entries": count})
    return _back(seen, done="import")


@ROUTER.post("/h/{household}/import/forget")
def forget(seen: Running, preview: Annotated[str, Form()]) -> Response:
    """Throw a preview away."""
    _shelf(seen).take(owner_of(seen), preview, seen.world.clock())
    return _back(seen)


@ROUTER.post("/h/{household}/import/look-again")
def look_again(seen: Running) -> Response:
    """Find the open breaks anew from all that was imported."""
    with WRITING:
        found_anew(seen.one.folder, _day(seen, ""))
    return _back(seen, done="looked")


@ROUTER.post("/h/{household}/import/answer")
def answer(
    seen: Running,
    id: Annotated[str, Form()],
    choice: Annotated[str, Form()] = "",
    basis: Annotated[str, Form()] = "",
    acquired: Annotated[str, Form()] = "",
    link: Annotated[str, Form()] = "",
    ratio: Annotated[str, Form()] = "",
    became: Annotated[str, Form()] = "",
    note: Annotated[str, Form()] = "",
) -> Response:
    """Answer one break; the answer is an entry of the journal."""
    told = {"basis": basis, "acquired": acquired, "link": link}
    told |= {"ratio": ratio, "became": became, "note": note[:500]}
    folder = seen.one.folder
    try:
        with WRITING:
            listed = open_breaks(folder)
            one = _named(listed, id)
            said = answer_from(given_of(one, choice, told))
            answered(folder, [one], said, listed, _day(seen, ""))
    except (InputError, InputErrors) as error:
        about = {"id": id, "choice": choice} | told
        errors = [by_fields(one) for one in _errors(error)]
        return _page(seen, errors=errors, about=about, status=REFUSED)
    _noted(seen, "answer a break", one.message, {"break": one.id, "answer": said.words})
    return _back(seen, done="answer")


@ROUTER.post("/h/{household}/import/leave")
def leave(seen: Running, kind: Annotated[BreakKind, Form()]) -> Response:
    """Leave every break of a kind as it is, where nothing else can be said of it."""
    folder = seen.one.folder
    try:
        with WRITING:
            listed = open_breaks(folder)
            chosen = [one for one in listed if one.kind is kind and is_only_left(one)]
            said = answer_from({"accept": "yes"})
            answered(folder, chosen, said, listed, _day(seen, ""))
    except (InputError, InputErrors) as error:
        return _page(seen, errors=_errors(error), status=REFUSED)
    told = {"kind": kind.value, "breaks": str(len(chosen)), "answer": said.words}
    _noted(seen, "answer breaks", f"{len(chosen)} of a kind", told)
    return _back(seen, done="answer")


def _leavable(listed: Sequence[Break]) -> list[tuple[BreakKind, int]]:
    """The kinds of which several are open that can only be left as they are, with how many."""
    count = Counter(one.kind for one in listed if is_only_left(one))
    return [(kind, some) for kind, some in count.items() if some > 1]


def _named(listed: Sequence[Break], name: str) -> Break:
    """The open break of an id.

    Refuses: an id that none has.
    """
    for one in listed:
        if one.id == name:
            return one
    raise InputError(f"break {name[:20]!r}", "it is not open", "", "load the page again")


def _page(
    seen: Seen,
    preview: str = "",
    done: str = "",
    *,
    errors: Sequence[InputError] = (),
    about: Mapping[str, str] = {},
    status: int = 200,
) -> Response:
    """The screen; `about` is the break that the errors are of, with what was typed."""
    shown = _shelf(seen).get(owner_of(seen), preview, seen.world.clock()) if preview else None
    if preview and shown is None and not errors:
        errors = [InputError("import", GONE)]
    listed = open_breaks(seen.one.folder)
    tables = {"breaks": breaks_table(listed)}
    if shown is not None:
        tables |= preview_tables(shown.outcomes, shown.merged, _lots(seen))
    if asked := csv_of(seen, tuple(tables.values())):
        return asked
    context = {
        "shown": shown,
        "preview": preview,
        "tables": tables,
        "queue": breaks_table(listed),
        "cards": [_card(one) for one in listed[:CARDS_SHOWN]],
        "count": len(listed),
        "leavable": _leavable(listed),
        "blocking": sum(one.blocks for one in listed),
        "accounts": _accounts(seen),
        "limits": USUAL,
        "day": _day(seen, ""),
        "errors": errors,
        "about": about,
        "done": done,
    }
    return page(seen, "import.html", context, status)


def _card(one: Break) -> dict[str, object]:
    """A break as the queue shows it."""
    choices = choices_of(one)
    return {
        "one": one,
        "kind": one.kind.value.replace("_", " "),
        "cause": likely_cause(one),
        "choices": choices,
        "fields": {field for choice in choices for field in choice.fields},
    }


def _day(seen: Seen, text: str) -> date:
    """The day of files that do not tell their own: the one given, else the household's, else today.

    Refuses: a day that is none.
    """
    if text.strip():
        return read_day(text.strip(), "day")
    try:
        pinned = read_mandate(seen.one.folder / MANDATE_NAME).as_of
    except InputErrors:
        pinned = None
    return pinned or seen.world.clock().date()


def _accounts(seen: Seen) -> list[tuple[str, str]]:
    """The household's accounts by id and label; none where the mandate cannot be read."""
    try:
        household = read_mandate(seen.one.folder / MANDATE_NAME).household
    except InputErrors:
        return []
    return [(account.id, account.label) for account in household.accounts]


def _lots(seen: Seen) -> tuple[Lot, ...]:
    """The lots of today; none where the household cannot be read yet."""
    try:
        return seen.one.view().loaded.snapshot.lots
    except (InputError, InputErrors):
        return ()


def _shelf(seen: Seen) -> Shelf[ImportPreview]:
    return shelf_of(seen, "imports", ROOM)


def _back(seen: Seen, **told: str) -> Response:
    query = f"?{urlencode(told)}" if told else ""
    return RedirectResponse(f"/h/{seen.one.id}/import{query}", SEE_OTHER)


def _errors(error: InputError | InputErrors) -> Sequence[InputError]:
    return error.errors if isinstance(error, InputErrors) else [error]


def _noted(seen: Seen, what: str, subject: str, details: Mapping[str, str]) -> None:
    """Write down who did it, and tell those who look at the household."""
    audit(
        *(seen.world, seen.principal.name, what, subject, Outcome.DONE, details),
        household=seen.one.id,
        address=seen.address,
    )
    seen.world.hub.publish("files", seen.one.id, {"what": what})

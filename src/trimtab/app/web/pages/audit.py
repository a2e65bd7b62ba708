"""`/audit`: who approved what on which data, who did what here, and whether the records are whole.

Errors: those of stores and journals; `InputError` for a checking key that is none.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, Form, Query
from fastapi.responses import Response, StreamingResponse

from trimtab.app.web.households import ServedHousehold, by_latest_news, told_apart
from trimtab.app.web.rendering import csv_answer, csv_of, page
from trimtab.app.web.security.audit import Outcome, audit
from trimtab.app.web.security.gate import Running, RunningAll, Seen, ViewingAll
from trimtab.app.web.security.principal import Right
from trimtab.app.web.tables import Column, Kind, Row, Table
from trimtab.app.web.trail import (
    Checked,
    Said,
    audit_checks,
    check_table,
    checks_of,
    said_in,
    trail_rows,
    trail_table,
)
from trimtab.books.audit_chain import sealed_json
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.web import AuditRecord
from trimtab.stores.sql._web_audit import Audit

__all__ = ["ROUTER"]

ROUTER = APIRouter()
PAGE_HOUSEHOLDS = 20
PAGE_RECORDS = 100
WORD_MAX = 80
KEY_MAX = 400
PAGE_MAX = 10_000
RECORD_COLUMNS = (
    Column("at", "When", Kind.MOMENT),
    Column("who", "Who"),
    Column("what", "What"),
    Column("subject", "Of what"),
    Column("household", "Household"),
    Column("outcome", "Outcome"),
    Column("address", "From"),
    Column("details", "Details"),
)

Word = Annotated[str, Query(max_length=WORD_MAX)]


@ROUTER.get("/audit")
def show_audit(
    seen: ViewingAll,
    who: Word = "",
    what: Word = "",
    household: Word = "",
    before: Annotated[int | None, Query(ge=1)] = None,
    at: Annotated[int, Query(alias="page", ge=1, le=PAGE_MAX)] = 1,
) -> Response:
    """The trail of approvals, and what people did over the web."""
    shown, count = _asked(seen, household, at)
    household = household and shown[0].id
    named = told_apart(shown)
    said, troubles = _said(shown, named, who, what)
    among = _among(seen, household)
    records = seen.world.store.audit.page(
        PAGE_RECORDS, before=before, who=who, what=what, among=among
    )
    tables = [trail_table(said), _records(records)]
    if (text := csv_of(seen, tables)) is not None:
        _exported(seen, "audit page", household)
        return text
    context = {
        "trail": tables[0],
        "records": tables[1],
        "troubles": troubles,
        "named": named,
        "chosen": household,
        "who": who,
        "what": what,
        "may_check": seen.may(Right.RUN),
        "at": at,
        "pages": max(1, -(-count // PAGE_HOUSEHOLDS)),
        "older": records[-1].number if len(records) == PAGE_RECORDS else None,
    }
    return page(seen, "audit.html", context)


@ROUTER.get("/audit/trail.json")
def export_trail(seen: ViewingAll, household: Word = "") -> Response:
    """The whole trail of all that somebody may see, as JSON: what was said, then what was done."""
    shown = _one(seen, household) if household else _visible(seen)
    household = household and shown[0].id
    _exported(seen, "trail.json", household)
    told = _json(shown, seen.world.store.audit, _among(seen, household))
    headers = {"Content-Disposition": 'attachment; filename="trail.json"'}
    return StreamingResponse(told, media_type="application/json", headers=headers)


@ROUTER.get("/h/{household}/audit/check")
def ask_check(seen: Running) -> Response:
    """The page that offers the check."""
    return page(seen, "audit_check.html", {"checks": None, "words": "", "key": ""})


@ROUTER.post("/h/{household}/audit/check")
def check(
    seen: Running,
    key: Annotated[str, Form(max_length=KEY_MAX)] = "",
    form: Annotated[Literal["page", "csv"], Form(alias="format")] = "page",
) -> Response:
    """Check the household's journals now, and say exactly what was checked."""
    checks = checks_of(seen.one.folder, key) + audit_checks(seen.world.store.audit.check())
    bad = [one for one in checks if one.is_well is False]
    audit(
        *(seen.world, seen.principal.name, "verify", "journals", Outcome.DONE),
        {"checked": str(len(checks)), "not well": str(len(bad))},
        household=seen.one.id,
        address=seen.address,
    )
    return _checked(seen, checks, form, "audit_check.html", {"key": key})


@ROUTER.get("/audit/check")
def ask_audit_check(seen: RunningAll) -> Response:
    """The page that offers to check what people did."""
    return page(seen, "audit_check_all.html", {"checks": None, "words": "", "noted": ""})


@ROUTER.post("/audit/check")
def check_audit(
    seen: RunningAll,
    noted: Annotated[str, Form(max_length=WORD_MAX)] = "",
    form: Annotated[Literal["page", "csv"], Form(alias="format")] = "page",
) -> Response:
    """Compute every hash of the audit again, and look for one that was noted earlier."""
    found = seen.world.store.audit.check(noted.strip().lower())
    told = {"records": str(found.count), "not well": str(len(found.findings))}
    audit(
        *(seen.world, seen.principal.name, "verify", "audit", Outcome.DONE, told),
        address=seen.address,
    )
    return _checked(seen, audit_checks(found), form, "audit_check_all.html", {"noted": noted})


def _checked(
    seen: Seen, checks: Sequence[Checked], form: str, template: str, asked: Mapping[str, str]
) -> Response:
    """What came of checks, as a page or as CSV; `asked` is what was typed."""
    table = check_table(checks)
    if form == "csv":
        return csv_answer(seen, table)
    return page(seen, template, {"checks": table, "words": _verdict(checks), **asked})


def _verdict(checks: Sequence[Checked]) -> str:
    bad = sum(one.is_well is False for one in checks)
    good = sum(one.is_well is True for one in checks)
    if bad:
        return f"{bad} of {len(checks)} checks found something wrong."
    left = len(checks) - good
    rest = f"; {left} could not be made" if left else ""
    made = "1 check was made" if good == 1 else f"{good} checks were made"
    return f"{made}, and everything is as it was written{rest}."


def _visible(seen: Seen) -> list[ServedHousehold]:
    return list(seen.world.households.visible(seen.principal))


def _one(seen: Seen, name: str) -> list[ServedHousehold]:
    """The household of a name, in addresses or for people.

    Refuses: one that somebody may not see, as one that is not there; a name that several have.
    """
    every = _visible(seen)
    if found := [one for one in every if one.id == name]:
        return found
    found = [one for one in every if one.name.casefold() == name.strip().casefold()]
    if not found:
        raise InputError(f"household {name!r}", "there is none", "", "choose one of the list")
    if len(found) > 1:
        ids = ", ".join(one.id for one in found)
        raise InputError(f"household {name!r}", "several are called so", ids, "name one of these")
    return found


def _asked(seen: Seen, name: str, at: int) -> tuple[list[ServedHousehold], int]:
    """The households of a page, those with the latest news first, and how many there are."""
    if name:
        return _one(seen, name), 1
    every = _visible(seen)
    live = {one.id: one for one in by_latest_news(every)}
    every = [*live.values(), *(one for one in every if one.id not in live)]
    start = (at - 1) * PAGE_HOUSEHOLDS
    return every[start : start + PAGE_HOUSEHOLDS], len(every)


def _said(
    shown: Sequence[ServedHousehold], named: Mapping[str, str], who: str, what: str
) -> tuple[list[Said], list[str]]:
    """What was said to questions of some households; one person's or one word alone if asked."""
    said, troubles = list[Said](), list[str]()
    for one in shown:
        try:
            words = said_in(one.folder, one.id, named[one.id])
            said += (one for one in words if who in ("", one.person) and what in ("", one.word))
        except (InputError, InputErrors) as error:
            troubles.append(f"{named[one.id]}: {error}")
    return trail_rows(said), troubles


def _among(seen: Seen, household: str) -> frozenset[str] | None:
    """Of which households records are shown; none for all, and for what is of no household.

    Sign-ins and the like are for those who administer.
    """
    if household:
        return frozenset({household})
    if seen.may(Right.ADMIN):
        return seen.principal.households
    return frozenset(one.id for one in _visible(seen))


def _records(records: Sequence[AuditRecord]) -> Table:
    rows = tuple(
        Row(
            (
                *(one.at, one.who, one.what, one.subject, one.household, one.outcome.value),
                one.address,
                "; ".join(f"{key}: {value}" for key, value in one.details.items()),
            ),
            "alert" if one.outcome is not Outcome.DONE else "",
        )
        for one in records
    )
    return Table("records", "What people did here", RECORD_COLUMNS, rows)


def _json(
    shown: Sequence[ServedHousehold], kept: Audit, among: frozenset[str] | None
) -> Iterator[str]:
    """The trail as one JSON object, written while it is read; what was done is of one moment."""
    yield '{"schema":1,"words":['
    comma = ""
    for one in shown:
        try:
            for said in trail_rows(said_in(one.folder, one.id, one.name)):
                row = asdict(said) | {"at": said.at.isoformat()}
                yield comma + json.dumps(row)
                comma = ","
        except (InputError, InputErrors) as error:
            yield comma + json.dumps({"household": one.id, "problem": str(error)})
            comma = ","
    yield '],"records":['
    with kept.chained(among) as (end, records):
        for number, record in enumerate(records):
            yield ("," if number else "") + json.dumps(sealed_json(record))
    chain = {"count": end.count, "hash": end.hash, "is_part": among is not None}
    yield f'],"chain":{json.dumps(chain)}}}'


def _exported(seen: Seen, what: str, household: str) -> None:
    audit(
        *(seen.world, seen.principal.name, "export", what, Outcome.DONE),
        household=household,
        address=seen.address,
    )

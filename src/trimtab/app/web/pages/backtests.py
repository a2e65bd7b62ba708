"""`/backtests` and `/h/{household}/backtests`: try policies on the past, watch, and compare.

Errors: `InputError` for policies and days that make no sense, before anything is run.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import FileResponse, RedirectResponse, Response

from trimtab.app.web.backtests.kept import FOLDER, BacktestAsked, RunState, StoredRun, remove_run
from trimtab.app.web.backtests.shown import (
    curve_table,
    figure_table,
    looks,
    run_table,
    wealth_chart,
)
from trimtab.app.web.households import told_apart
from trimtab.app.web.rendering import csv_of, page
from trimtab.app.web.security.audit import Outcome, audit
from trimtab.app.web.security.gate import Running, Seen, Viewing, ViewingAll
from trimtab.app.web.security.principal import Right
from trimtab.app.web.tables import Column, Kind, Row, Table
from trimtab.model.errors import InputError

__all__ = ["ROUTER"]

ROUTER = APIRouter()
SEE_OTHER = 303
POLICIES_MAX, POLICY_LETTERS = 8, 120
COMPARED_MAX = 4
PAGE_HOUSEHOLDS = 20
FILES = {"page": ("backtest.html", "text/html"), "tables": ("backtest.json", "application/json")}

Policies = Annotated[list[str], Form(max_length=POLICIES_MAX)]
Day = Annotated[str, Form(max_length=10)]


@ROUTER.get("/backtests")
def all_backtests(
    seen: ViewingAll, at: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1
) -> Response:
    """The households with their last runs, and where to ask for another."""
    every = seen.world.households.visible(seen.principal)
    start = (at - 1) * PAGE_HOUSEHOLDS
    rows = []
    shown = every[start : start + PAGE_HOUSEHOLDS]
    named = told_apart(shown)
    for one in shown:
        runs = seen.world.backtests.runs(one.folder)
        last = runs[0] if runs else None
        cells = (
            *(named[one.id], len(runs), None if last is None else last.asked_at),
            "" if last is None else last.state.value,
        )
        rows.append(Row(cells, link=f"/h/{one.id}/backtests"))
    columns = (
        Column("household", "Household"),
        Column("runs", "Backtests", Kind.NUMBER),
        Column("last", "The last one", Kind.MOMENT),
        Column("state", "It is"),
    )
    table = Table("households", "Backtests by household", columns, tuple(rows))
    if (text := csv_of(seen, [table])) is not None:
        return text
    pages = max(1, -(-len(every) // PAGE_HOUSEHOLDS))
    return page(seen, "backtests_all.html", {"households": table, "at": at, "pages": pages})


@ROUTER.get("/h/{household}/backtests")
def backtests(
    seen: Viewing,
    compare: Annotated[list[str], Query(max_length=COMPARED_MAX)] = [],  # noqa: B006 - copied
) -> Response:
    """The runs of a household, some of them side by side, and the form for another."""
    from trimtab.app.backtesting.policy_words import FIELD_POLICIES

    place = f"/h/{seen.one.id}/backtests"
    runs = seen.world.backtests.runs(seen.one.folder)
    compared = [run for run in runs if run.id in compare and run.outcome is not None]
    tables = [run_table(runs, place), figure_table(compared)]
    if (text := csv_of(seen, tables)) is not None:
        return text
    context = {
        "runs": runs,
        "run_table": tables[0],
        "figures": tables[1] if compared else None,
        "compared": [run.id for run in compared],
        "policies": FIELD_POLICIES,
        "may_run": seen.may(Right.RUN),
        "mine": [run for run in runs if not run.state.is_over],
        "compared_max": COMPARED_MAX,
    }
    return page(seen, "backtests.html", context)


@ROUTER.post("/h/{household}/backtests")
def ask(
    seen: Running,
    policy: Policies = [],  # noqa: B006 - copied
    other: Annotated[str, Form(max_length=POLICY_LETTERS)] = "",
    start: Day = "",
    end: Day = "",
) -> Response:
    """Ask for a run.

    Refuses: no policy, unknown ones, days that are none, and as `Backtests.ask`.
    """
    from trimtab.app.backtesting.policy_words import read_choices
    from trimtab.app.config import read_mandate
    from trimtab.app.folder_names import MANDATE_NAME

    named = tuple(dict.fromkeys(one.strip() for one in (*policy, other) if one.strip()))
    if not named:
        raise InputError("backtest", "no policy was chosen", "one at least", "choose some")
    mandate = read_mandate(seen.one.folder / MANDATE_NAME).mandate
    read_choices(named, mandate)
    asked = BacktestAsked(named, _day("from", start), _day("until", end))
    if asked.start is not None and asked.end is not None and asked.end <= asked.start:
        raise InputError("backtest", f"it would end on {asked.end}", f"after {asked.start}")
    run = seen.world.backtests.ask(seen.world, seen.one, seen.principal.name, asked)
    _record(seen, "backtest", run.id, ", ".join(named))
    return RedirectResponse(f"/h/{seen.one.id}/backtests/{run.id}", SEE_OTHER)


@ROUTER.get("/h/{household}/backtests/{run_id}")
def backtest(seen: Viewing, run_id: str) -> Response:
    """One run: how far it is, and what came of it."""
    run = _run(seen, run_id)
    tables: Sequence[Table] = ()
    if run.outcome is not None:
        tables = (figure_table([run]), curve_table(run.outcome))
        if (text := csv_of(seen, tables)) is not None:
            return text
    context = {
        "run": run,
        "tables": tables,
        "chart": None if run.outcome is None else wealth_chart(run.outcome),
        "looks": () if run.outcome is None else looks(run.outcome),
        "may_run": seen.may(Right.RUN),
        "has_files": run.state is RunState.DONE,
    }
    return page(seen, "backtest.html", context)


@ROUTER.get("/h/{household}/backtests/{run_id}/{file}")
def download(seen: Viewing, run_id: str, file: str) -> Response:
    """The page or the tables of a run, as a file to keep.

    Refuses: a run that is not done, another file.
    """
    run = _run(seen, run_id)
    if file not in FILES or run.state is not RunState.DONE:
        raise InputError(f"file {file!r}", "this run has no such file", "page or tables")
    name, kind = FILES[file]
    return FileResponse(
        seen.one.folder / FOLDER / run.id / name,
        media_type=kind,
        filename=f"{seen.one.id}-{run.id}-{name}",
        content_disposition_type="attachment",
    )


@ROUTER.post("/h/{household}/backtests/{run_id}/cancel")
def cancel(seen: Running, run_id: str) -> Response:
    """End a run."""
    run = _run(seen, run_id)
    if seen.world.backtests.cancel(seen.one.id, run.id):
        _record(seen, "cancel backtest", run.id, "")
    return RedirectResponse(f"/h/{seen.one.id}/backtests/{run.id}", SEE_OTHER)


@ROUTER.post("/h/{household}/backtests/{run_id}/remove")
def remove(seen: Running, run_id: str) -> Response:
    """Take a run away that is over."""
    run = _run(seen, run_id)
    if not run.state.is_over:
        raise InputError(f"backtest {run.id}", f"it is {run.state.value}", "", "cancel it first")
    remove_run(seen.one.folder, run.id)
    _record(seen, "remove backtest", run.id, "")
    return RedirectResponse(f"/h/{seen.one.id}/backtests", SEE_OTHER)


def _run(seen: Seen, run_id: str) -> StoredRun:
    return seen.world.backtests.run(seen.one.folder, run_id)


def _day(name: str, text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise InputError(name, f"{text!r} is no day", "as 2014-01-02", "leave it empty") from None


def _record(seen: Seen, what: str, run_id: str, words: str) -> None:
    audit(
        *(seen.world, seen.principal.name, what, run_id, Outcome.DONE, {"policies": words}),
        household=seen.one.id,
        address=seen.address,
    )

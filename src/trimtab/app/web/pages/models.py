"""`/models` and `/h/{household}/models`: learned models, their evidence and health, and promotion.

Promotion is the command's own function: it refuses a model that is not shown to beat the rule,
unless a person wants it all the same and says so.

Errors: `InputError` for a model that there is not, and as the registry raises them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import RedirectResponse, Response

from trimtab.app.models.card import coverage_words, evidence_words
from trimtab.app.models.health import Health
from trimtab.app.models.listing import ModelLine, checked, listed, problem_of
from trimtab.app.models.registry import (
    MODELS_FOLDER,
    Person,
    labelled,
    promote,
    registry_of,
    retire,
)
from trimtab.app.web.households import ServedHousehold, told_apart
from trimtab.app.web.rendering import csv_of, page
from trimtab.app.web.security.audit import Outcome, audit
from trimtab.app.web.security.gate import Administering, Running, Seen, Viewing, ViewingAll
from trimtab.app.web.security.principal import Right
from trimtab.app.web.tables import Column, Kind, Row, Table
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.models import Evidence, ModelManifest

__all__ = ["ROUTER"]

ROUTER = APIRouter()
SEE_OTHER = 303
REASON_MAX = 500
PAGE_HOUSEHOLDS = 20
DIGITS = 12
BASIS_POINTS = 1e4

Reason = Annotated[str, Form(max_length=REASON_MAX)]


@ROUTER.get("/models")
def all_models(
    seen: ViewingAll, at: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1
) -> Response:
    """The models of every household that somebody may see."""
    every = [
        one
        for one in seen.world.households.visible(seen.principal)
        if (one.folder / MODELS_FOLDER).is_dir()
    ]
    start = (at - 1) * PAGE_HOUSEHOLDS
    return _listed(seen, every[start : start + PAGE_HOUSEHOLDS], at, len(every))


@ROUTER.get("/h/{household}/models")
def models(seen: Viewing) -> Response:
    """The models of one household."""
    return _listed(seen, [seen.one], 1, 1)


@ROUTER.get("/h/{household}/models/check")
def check(seen: Running) -> Response:
    """How the household's models fare today: age, and whether their inputs drift."""
    found = checked(seen.one.folder, seen.one.day)
    table = _health(found)
    if (text := csv_of(seen, [table])) is not None:
        return text
    return page(seen, "models_check.html", {"table": table, "found": found})


@ROUTER.get("/h/{household}/models/{label}")
def model(seen: Viewing, label: str) -> Response:
    """The card of a version: purpose, data, evidence, limits, hashes, and who let it in."""
    registry = registry_of(seen.one.folder)
    manifest = labelled(registry, label)
    card = manifest.card
    tables = [
        _evidence("evidence", "Evidence against the rule", card.evidence),
        _evidence("beside", f"{card.beside} on the same data", card.beside_evidence),
        _ranges(manifest),
    ]
    if (text := csv_of(seen, tables)) is not None:
        return text
    context = {
        "manifest": manifest,
        "status": registry.status(manifest).value,
        "acts": tuple(act for act in registry.log() if act.digest == manifest.digest),
        "problem": problem_of(registry, manifest),
        "evidence": tables[0],
        "beside": tables[1] if card.beside else None,
        "ranges": tables[2],
        "sentences": _sentences(manifest),
        "may_promote": seen.may(Right.ADMIN),
    }
    return page(seen, "model.html", context)


@ROUTER.post("/h/{household}/models/{label}/promote")
def let_run(
    seen: Administering, label: str, reason: Reason, despite: Annotated[bool, Form()] = False
) -> Response:
    """Let a version decide; the one before it is retired.

    Refuses: no reason, and as `registry.promote`.
    """
    registry = registry_of(seen.one.folder)
    manifest = labelled(registry, label)
    promote(registry, manifest, _person(seen), _reason(reason), despite)
    words = "despite its evidence" if despite else ""
    return _done(seen, "promote", manifest, reason, words)


@ROUTER.post("/h/{household}/models/{label}/retire")
def let_go(seen: Administering, label: str, reason: Reason) -> Response:
    """Let a version decide no more; the rule decides in its place.

    Refuses: no reason, and one that is retired already.
    """
    registry = registry_of(seen.one.folder)
    manifest = labelled(registry, label)
    retire(registry, manifest, _person(seen), _reason(reason))
    return _done(seen, "retire", manifest, reason, "")


def _person(seen: Seen) -> Person:
    return Person(seen.principal.name, seen.world.clock())


def _reason(text: str) -> str:
    if not text.strip():
        raise InputError("reason", "there is none", "the log of models wants one", "say why")
    return text.strip()


def _done(seen: Seen, what: str, manifest: ModelManifest, reason: str, words: str) -> Response:
    audit(
        *(seen.world, seen.principal.name, f"{what} model", manifest.label, Outcome.DONE),
        {"reason": reason, "digest": manifest.digest, "words": words},
        household=seen.one.id,
        address=seen.address,
    )
    seen.world.hub.publish("model", seen.one.id, {"label": manifest.label})
    return RedirectResponse(f"/h/{seen.one.id}/models/{manifest.label}", SEE_OTHER)


def _listed(seen: Seen, shown: list[ServedHousehold], at: int, count: int) -> Response:
    names = seen.household is None
    named = told_apart(shown) if names else {}
    rows, troubles = list[Row](), list[str]()
    for one in shown:
        try:
            rows += [_line(one, line, named) for line in _lines(one.folder)]
        except (InputError, InputErrors) as error:
            troubles.append(f"{named.get(one.id, one.name)}: {error}")
    columns = (
        Column("model", "Model"),
        *((Column("household", "Household"),) if names else ()),
        Column("status", "Status"),
        Column("kind", "Kind"),
        Column("trained_until", "Trained until", Kind.DATE),
        Column("beats_the_rule", "Beats the rule"),
        Column("digest", "Digest"),
        Column("problem", "Problem"),
    )
    empty = "No model yet. The command trimtab train trains one and proposes it."
    table = Table("models", "Learned models", columns, tuple(rows), empty)
    if (text := csv_of(seen, [table])) is not None:
        return text
    pages = max(1, -(-count // PAGE_HOUSEHOLDS))
    context = {"table": table, "troubles": troubles, "at": at, "pages": pages}
    context["may_run"] = seen.may(Right.RUN)
    return page(seen, "models.html", context)


def _lines(folder: Path) -> tuple[ModelLine, ...]:
    """The versions of a household; a registry is not made for being asked."""
    return listed(registry_of(folder)) if (folder / MODELS_FOLDER).is_dir() else ()


def _line(one: ServedHousehold, line: ModelLine, named: Mapping[str, str]) -> Row:
    manifest = line.manifest
    cells = (
        *(line.label, *((named[one.id],) if named else ())),
        "refused" if line.status is None else line.status.value,
        "" if manifest is None else manifest.kind,
        None if manifest is None else manifest.card.trained_until,
        "" if manifest is None else "yes" if manifest.card.is_better else "not shown",
        "" if manifest is None else manifest.digest[:DIGITS],
        "" if line.problem is None else str(line.problem),
    )
    link = "" if manifest is None else f"/h/{one.id}/models/{line.label}"
    return Row(cells, "alert" if line.needs_attention else "", link)


def _evidence(name: str, caption: str, found: tuple[Evidence, ...]) -> Table:
    columns = (
        Column("world", "World"),
        Column("rule", "Against"),
        Column("difference", "Difference, bp", Kind.NUMBER),
        Column("low", "From, bp", Kind.NUMBER),
        Column("high", "To, bp", Kind.NUMBER),
        Column("level", "Interval", Kind.SHARE),
        Column("trials", "Trials", Kind.NUMBER),
        Column("better", "Shown to be better"),
    )
    rows = tuple(
        Row(
            (
                *(one.world, one.rule, round(one.difference * BASIS_POINTS, 3)),
                *(round(one.low * BASIS_POINTS, 3), round(one.high * BASIS_POINTS, 3)),
                *(one.level, one.trials, "yes" if one.is_better else "no"),
            )
        )
        for one in found
    )
    return Table(name, caption, columns, rows, "None: it has not been shown to beat any rule.")


def _ranges(manifest: ModelManifest) -> Table:
    columns = (
        Column("feature", "Feature"),
        Column("low", "From", Kind.NUMBER),
        Column("high", "To", Kind.NUMBER),
        Column("unit", "Unit"),
    )
    rows = tuple(
        Row((one.feature, f"{one.low:g}", f"{one.high:g}", one.unit))
        for one in manifest.card.ranges
    )
    return Table("ranges", "Training ranges; outside them the rule decides", columns, rows)


def _sentences(manifest: ModelManifest) -> list[str]:
    """The evidence in words, as the card has them."""
    card = manifest.card
    found = [evidence_words(one) for one in card.evidence]
    found += [] if card.coverage is None else [coverage_words(card.coverage)]
    return [one.removeprefix("- ").replace("**", "") for one in found]


def _health(found: tuple[Health, ...]) -> Table:
    columns = (
        Column("model", "Model"),
        Column("status", "Status"),
        Column("condition", "Condition"),
        Column("age", "Age in days", Kind.NUMBER),
        Column("watched", "Watched by"),
        Column("drifting", "Series that drift"),
        Column("findings", "Findings"),
    )
    rows = tuple(
        Row(
            (
                *(one.label, one.status.value, one.condition.value, one.age_days, one.tests),
                ", ".join(f"{s.subject} ({s.verdict.value})" for s in one.shifts),
                "; ".join(map(str, one.findings)),
            ),
            "alert" if one.needs_attention else "",
        )
        for one in found
    )
    return Table("health", "How the models fare today", columns, rows, "There is no model.")

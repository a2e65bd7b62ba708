"""Render the report's template and write the page.

Errors: `InputError` where the page cannot be written.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from trimtab.app.household import LoadedHousehold
from trimtab.app.report import words
from trimtab.app.report.glossary import TERMS, footnote
from trimtab.app.report.svg import Dot, Line, Rect, Text
from trimtab.app.report.templating import escaping_environment
from trimtab.app.report.view import gather
from trimtab.app.text_files import write_text
from trimtab.model.mandate import Mandate
from trimtab.model.plans import Decision
from trimtab.model.snapshots import Snapshot

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["render_report", "write_report"]

TEMPLATES = "trimtab.app.report.templates"
SHAPES = {Rect: "rect", Line: "line", Dot: "dot", Text: "text"}


def render_report(decision: Decision, snapshot: Snapshot, mandate: Mandate) -> str:
    """The decision as one HTML page that loads nothing from elsewhere."""
    money = words.money_in(snapshot.household.base_currency)
    return (
        _environment()
        .get_template("report.html")
        .render(
            report=gather(decision, snapshot, mandate, money),
            decision=decision,
            plan=decision.plan,
            snapshot=snapshot,
            mandate=mandate,
            household=snapshot.household,
            money=money,
            cents=words.money_in(snapshot.household.base_currency, 2),
            terms=TERMS,
        )
    )


def write_report(path: Path, loaded: LoadedHousehold, decision: Decision) -> None:
    """Write the page of a household's decision; a reader meets the old page or the new one.

    Refuses: a place that cannot be written.
    """
    write_text(path, render_report(decision, loaded.snapshot, loaded.mandate))


@cache
def _environment() -> Environment:
    """Jinja with the report's templates and what only they need."""
    environment = escaping_environment([TEMPLATES])
    environment.filters |= {
        "points": words.points,
        "bps": words.bps,
        "term_word": words.term_word,
        "shape": lambda shape: SHAPES[type(shape)],
        "px": lambda number: f"{number:.1f}".removesuffix(".0"),
    }
    environment.globals["footnote"] = footnote
    return environment

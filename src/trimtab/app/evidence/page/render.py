"""Render the page of a comparison and write it.

Errors: `InputError` where the page cannot be written.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from trimtab.app.evidence.about import About
from trimtab.app.evidence.comparison import Comparison
from trimtab.app.evidence.page.bars import share_points
from trimtab.app.evidence.page.view import gather
from trimtab.app.report import words
from trimtab.app.report.templating import escaping_environment
from trimtab.app.text_files import write_text

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["environment", "render_page", "write_page"]

TEMPLATES = ("trimtab.app.report.templates", "trimtab.app.evidence.page.templates")
"""The style sheet of the decision report is the base of this page's own."""


def render_page(comparison: Comparison, about: About) -> str:
    """The comparison as one HTML page that loads nothing from elsewhere."""
    return (
        environment()
        .get_template("comparison.html")
        .render(
            page=gather(comparison, about),
            comparison=comparison,
            about=about,
            money=words.money_in(about.currency),
            cents=words.money_in(about.currency, 2),
        )
    )


def write_page(path: Path, comparison: Comparison, about: About) -> None:
    """Write the page; a reader meets the old page or the new one.

    Refuses: a place that cannot be written.
    """
    write_text(path, render_page(comparison, about))


@cache
def environment() -> Environment:
    """Jinja with the templates of this page, the sweep's and the report's style sheet."""
    found = escaping_environment(TEMPLATES)
    found.filters["share_points"] = share_points
    return found

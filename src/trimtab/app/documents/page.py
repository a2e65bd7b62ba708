"""A document as HTML: one page that loads nothing from elsewhere, or its inside for a web page.

Every value is escaped.  The same HTML is what a PDF is made of.

Errors: those of Jinja, for a template that names what is not there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from trimtab.app.documents.document import Document
from trimtab.app.documents.tables import Table
from trimtab.app.documents.wording import Wording
from trimtab.app.report.svg import Dot, Line, Rect, Text
from trimtab.app.report.templating import escaping_environment

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

__all__ = ["inside_html", "page_html", "sheet_html"]

TEMPLATES = ("trimtab.app.report.templates", "trimtab.app.documents.templates")
SHAPES = {Rect: "rect", Line: "line", Dot: "dot", Text: "text"}

CsvAddress = Callable[[Table], str]
"""Where a table can be had as CSV; empty where it cannot."""


def page_html(document: Document, wording: Wording) -> str:
    """The document as a page for a browser."""
    return _render(document, wording, is_sheet=False)


def sheet_html(document: Document, wording: Wording) -> str:
    """The document as HTML for paper: `pdf.pdf_of` makes sheets of it."""
    return _render(document, wording, is_sheet=True)


def inside_html(document: Document, wording: Wording, csv_address: CsvAddress) -> Markup:
    """What the document shows below its title, for a page that has a frame of its own."""
    from markupsafe import Markup

    module = (
        _environment()
        .get_template("_sections.html")
        .make_module({"wording": wording, "csv_address": csv_address, "chart_style": ""})
    )
    text = module.inside(document)  # type: ignore[attr-defined]
    return Markup(text)  # a page's body, whose templates escape  # nosec B704


def _render(document: Document, wording: Wording, *, is_sheet: bool) -> str:
    package = files("trimtab.app.documents.templates")
    style = package.joinpath("chart_on_paper.css").read_text("utf-8") if is_sheet else ""
    return (
        _environment()
        .get_template("document.html")
        .render(
            document=document,
            wording=wording,
            csv_address=_nowhere,
            chart_style=style,
            is_sheet=is_sheet,
        )
    )


def _nowhere(_table: Table) -> str:
    return ""


@cache
def _environment() -> Environment:
    environment = escaping_environment(TEMPLATES)
    environment.filters |= {
        "shape": lambda shape: SHAPES[type(shape)],
        "px": lambda number: f"{number:.1f}".removesuffix(".0"),
    }
    return environment

"""Jinja as every page of ours uses it: all values escaped, and a missing one is an error.

Errors: those of Jinja, for a template that names what is not there.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.resources import files
from typing import TYPE_CHECKING

from trimtab.app.finding_words import numbers_of
from trimtab.app.report import words
from trimtab.app.report.view import gravity

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["escaping_environment"]


def escaping_environment(packages: Sequence[str]) -> Environment:
    """An environment with the templates and style sheets of some packages; later ones win.

    It has the filters that all pages share.  Jinja is imported here because only a page needs it.
    """
    from jinja2 import DictLoader, Environment, StrictUndefined

    texts = {
        entry.name: entry.read_text(encoding="utf-8")
        for package in packages
        for entry in files(package).iterdir()
        if entry.name.endswith((".html", ".css"))
    }
    environment = Environment(
        loader=DictLoader(texts),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": words.percent,
        "day": words.day,
        "quantity": words.quantity,
        "signed": words.signed,
        "gravity": gravity,
        "numbers_of": numbers_of,
    }
    return environment

"""The bands of a household as one HTML page that loads nothing from elsewhere.

Errors: `InputError` for a pair that names no two classes, and where the page cannot be written.
"""

from __future__ import annotations

from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from trimtab.app.bands.pictures import (
    costs_picture,
    interval_picture,
    plane_picture,
    zones_picture,
)
from trimtab.app.bands.question import Bands
from trimtab.app.bands.sentences import bands_sentences, basis_points, review_words
from trimtab.app.evidence.page.tables import Table
from trimtab.app.evidence.page.view import Pair, both
from trimtab.app.report import words
from trimtab.app.report.templating import escaping_environment
from trimtab.app.report.words import percent
from trimtab.app.text_files import write_text
from trimtab.model.errors import InputError, nearest

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["render_bands", "write_bands_page"]

TEMPLATES = (
    "trimtab.app.report.templates",
    "trimtab.app.evidence.page.templates",
    "trimtab.app.bands.templates",
)
NOTHING = "–"


def write_bands_page(path: Path, bands: Bands, pair: tuple[str, str] | None = None) -> None:
    """Write the page; a reader meets the old page or the new one.

    Refuses: a pair that names no two classes, and a place that cannot be written.
    """
    write_text(path, render_bands(bands, pair))


def render_bands(bands: Bands, pair: tuple[str, str] | None = None) -> str:
    """The page; `pair` are the classes of its plane, the two nearest their edges where left out.

    Refuses: a pair that names no two classes.
    """
    places = _pair(bands, pair)
    return (
        _environment()
        .get_template("bands.html")
        .render(
            bands=bands,
            sentences=bands_sentences(bands),
            review=review_words(bands.review_days),
            zones=both(partial(zones_picture, bands)),
            region=_region(bands, places),
            shown=[bands.classes[at].name for at in places],
            count=len(bands.classes),
            costs=both(partial(costs_picture, bands)),
            classes=_class_table(bands),
            rules=_rule_table(bands),
        )
    )


def _region(bands: Bands, pair: tuple[int, int]) -> Pair:
    """An interval for two classes, a plane for more."""
    if len(bands.classes) == 2:
        return both(partial(interval_picture, bands))
    return both(partial(plane_picture, bands, pair))


def _pair(bands: Bands, wanted: tuple[str, str] | None) -> tuple[int, int]:
    names = [one.name for one in bands.classes]
    if wanted is None:
        return _most_moved(bands)
    for name in wanted:
        if name not in names:
            bound = "the classes are " + ", ".join(names)
            raise InputError("--pair", f"there is no class {name!r}", bound, nearest(name, names))
    if wanted[0] == wanted[1]:
        raise InputError("--pair", f"names {wanted[0]!r} twice", "a plane has two classes")
    return names.index(wanted[0]), names.index(wanted[1])


def _most_moved(bands: Bands) -> tuple[int, int]:
    """The two classes that are most of their own zone away from its centre."""
    used = [
        abs(one.actual - one.centre) / max(one.upper - one.lower, 1e-12) for one in bands.classes
    ]
    second, first = np.argsort(used, kind="stable")[-2:].tolist()
    return first, second


def _class_table(bands: Bands) -> Table:
    rows = tuple(
        (
            one.name,
            percent(one.weight),
            percent(one.actual),
            f"{percent(one.lower)} to {percent(one.upper)}",
            *(
                NOTHING
                if width is None
                else f"{percent(max(0.0, one.weight - width))} to {percent(one.weight + width)}"
                for width in (one.five, one.five_25, one.two)
            ),
            basis_points(one.trading),
            basis_points(one.tax),
        )
        for one in bands.classes
    )
    heads = ("Class", "Target", "Now", "No-trade zone", "5 %", "5/25", "200/175")
    return Table(
        "Each class: where it may be", (*heads, "Trading cost, one way", "Tax of a sale"), rows
    )


def _rule_table(bands: Bands) -> Table:
    ordered = (bands.rules[0], *sorted(bands.rules[1:], key=lambda rule: rule.total))
    rows = tuple(
        (
            rule.name,
            basis_points(rule.total),
            basis_points(rule.trading),
            basis_points(rule.drift),
            basis_points(rule.error),
            percent(rule.turnover),
            f"{rule.trades:.1f}",
        )
        for rule in ordered
    )
    heads = ("Rule", "Together", "Trading", "Drift", "Standard error", "Turnover", "Trades")
    return Table("What each rule costs a year, simulated", heads, rows)


@cache
def _environment() -> Environment:
    """Jinja with the templates of this page and those that it shares."""
    found = escaping_environment(TEMPLATES)
    found.filters["points"] = words.points
    return found

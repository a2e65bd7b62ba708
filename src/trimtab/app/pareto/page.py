"""The front of a household as one HTML page that loads nothing from elsewhere.

Errors: `InputError` where the page cannot be written.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from trimtab.app.evidence.page.tables import Table
from trimtab.app.evidence.page.view import both
from trimtab.app.pareto.picture import front_picture
from trimtab.app.pareto.question import ParetoFront, PlanPoint
from trimtab.app.pareto.sentences import bp, money, pareto_sentences
from trimtab.app.report.templating import escaping_environment
from trimtab.app.text_files import write_text

__all__ = ["render_pareto", "write_pareto_page"]

HEADS = ("Tracking error", "Trading cost", "Tax", "In all", "Orders")


def write_pareto_page(path: Path, front: ParetoFront) -> None:
    """Write the page; a reader meets the old page or the new one.

    Refuses: a place that cannot be written.
    """
    write_text(path, render_pareto(front))


def render_pareto(front: ParetoFront) -> str:
    """The page."""
    names = [
        f"{one.policy} (yours)" if one.policy == front.own_policy else one.policy
        for one in front.policies
    ]
    plans = [
        f"{at}, least in all" if one is front.best else str(at)
        for at, one in enumerate(front.points, start=1)
    ]
    return (
        escaping_environment(PACKAGES)
        .get_template("pareto.html")
        .render(
            front=front,
            sentences=pareto_sentences(front),
            picture=both(partial(front_picture, front)),
            points=_table("Plans that no other beats", "Plan", plans, front.points),
            policies=_table("Where each policy stands", "Policy", names, front.policies),
        )
    )


PACKAGES = (
    "trimtab.app.report.templates",
    "trimtab.app.evidence.page.templates",
    "trimtab.app.pareto.templates",
)


def _table(caption: str, head: str, names: Sequence[str], points: Sequence[PlanPoint]) -> Table:
    rows = tuple(
        (
            name,
            bp(point.tracking_error),
            money(point.cost),
            money(point.tax),
            money(point.total),
            str(point.trades),
        )
        for name, point in zip(names, points, strict=True)
    )
    return Table(caption, (head, *HEADS), rows)

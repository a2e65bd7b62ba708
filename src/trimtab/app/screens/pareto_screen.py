"""The screen of `trimtab pareto`: the plans that no other beats, and where each policy stands.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from trimtab.app.pareto.question import ParetoFront, PlanPoint
from trimtab.app.pareto.sentences import bp, money, pareto_sentences, shown_points
from trimtab.app.screens.tables import plain_table, show_table
from trimtab.app.screens.words import console, heading, paragraph

__all__ = ["show_pareto"]


def show_pareto(front: ParetoFront) -> None:
    """Print the front and the policies."""
    out = console()
    out.print(Text(f"{front.household}, {front.as_of}", style="bold"))
    for sentence in pareto_sentences(front):
        paragraph(out, sentence)
    shown = shown_points(front)
    if shown:
        heading(out, "Plans that no other beats")
        labels = ["least in all" if point is front.best else "" for point in shown]
        _table(out, shown, labels, "")
        if len(shown) < len(front.points):
            paragraph(out, f"{len(shown)} of {len(front.points)}; --json has them all.", "dim")
    heading(out, "Where each policy stands")
    names = [
        f"{one.policy} (yours)" if one.policy == front.own_policy else one.policy
        for one in front.policies
    ]
    _table(out, front.policies, names, "Policy")
    out.print()
    paragraph(
        out,
        "Tax counts what losses carried into later years are worth; in all: cost, tax, what "
        "holding costs and what a year of the drift costs that is left. "
        f"{front.solved:,} candidates were solved.",
        "dim",
    )


def _table(out: Console, points: Sequence[PlanPoint], labels: Sequence[str], head: str) -> None:
    table = plain_table(
        ("Tracking error", "right"),
        ("Trading cost", "right"),
        ("Tax", "right"),
        ("In all", "right"),
        ("Orders", "right"),
        (head, "fold"),
    )
    for point, label in zip(points, labels, strict=True):
        table.add_row(
            bp(point.tracking_error),
            money(point.cost),
            money(point.tax),
            money(point.total),
            str(point.trades),
            Text(label),
        )
    show_table(out, table)

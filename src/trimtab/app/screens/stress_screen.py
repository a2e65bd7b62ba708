"""The screen of a stress test: scenario by scenario, what each policy lost and how long.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from rich.console import Console
from rich.text import Text

from trimtab.app.backtesting.stress import Stressed
from trimtab.app.evidence import About
from trimtab.app.evidence.stress_figures import StressFigures
from trimtab.app.evidence.stress_files import StressFiles
from trimtab.app.screens.tables import plain_table, show_table
from trimtab.app.screens.words import console, heading, money, paragraph, percent

__all__ = ["show_stress", "show_stress_files"]

UNKNOWN = "–"
LITTLE = 5e-4
"""A loss that is not shown as one."""


def show_stress(answers: Collection[Stressed], about: About) -> None:
    """Print each scenario with a row a policy."""
    out = console()
    out.print(Text(f"{about.household}, as it is today", style="bold"))
    for stressed in answers:
        scenario = stressed.scenario
        heading(out, f"{scenario.title} ({scenario.sessions:,} sessions)")
        if scenario.story:
            paragraph(out, scenario.story)
        _table(out, stressed.figures, about.currency)
        for finding in stressed.comparison.runs[0].findings:
            if finding.code == "stays_still":
                paragraph(out, f"{finding.subject}: {finding.message}.", "yellow", hang=2)


def _table(out: Console, figures: Sequence[StressFigures], currency: str) -> None:
    """A row a policy: when it stood lowest, when it was back, and the days outside a band."""
    table = plain_table(
        ("Policy", "fold"),
        ("Lowest", "right"),
        ("Session", "right"),
        ("Back by", "right"),
        ("At the end", "right"),
        ("Trades", "right"),
        ("Losses taken", "right"),
        ("Outside", "right"),
    )
    for one in figures:
        has_fallen = one.loss is not None and one.loss < -LITTLE
        back = one.sessions_to_recovery
        table.add_row(
            Text(one.policy),
            _change(one.loss),
            f"{one.sessions_to_bottom:,}" if has_fallen else UNKNOWN,
            UNKNOWN if back is None or not has_fallen else f"{back:,}",
            _change(one.change_at_end),
            f"{one.trades:,}",
            money(one.losses_taken, currency),
            f"{one.days_outside:,}",
        )
    show_table(out, table)


def _change(change: float | None) -> str:
    if change is None:
        return UNKNOWN
    words = percent(change)
    return words if change <= 0 else f"+{words}"


def show_stress_files(files: StressFiles) -> None:
    """Print where everything was written."""
    out = console()
    out.print()
    for one in files.scenarios:
        if one.page is not None:
            paragraph(out, f"The page to read: {one.page}")
    paragraph(out, f"For programs: {files.overview}")

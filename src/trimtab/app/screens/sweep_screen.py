"""The screen of a sweep: the winner, what choosing it was worth, and how far it can be trusted.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from trimtab.app.backtesting.entrants import Progress as Tell
from trimtab.app.evidence import About
from trimtab.app.evidence.sentences import plain
from trimtab.app.evidence.sweep_figures import SweepFigures
from trimtab.app.evidence.sweep_sentences import (
    lead_sentence,
    overfitting_sentence,
    sharpe_sentence,
    sweep_sentences,
)
from trimtab.app.report.words import money_in
from trimtab.app.screens.tables import plain_table, show_table
from trimtab.app.screens.words import (
    console,
    heading,
    messages,
    money,
    paragraph,
    percent,
    signed_money,
)

__all__ = ["show_sweep", "watch_trials"]

TRIALS_SHOWN_MAX = 10
UNKNOWN = "–"


@contextmanager
def watch_trials(out: Console | None = None) -> Iterator[Tell]:
    """Show how many trials are done, on a terminal's standard error only."""
    screen = messages() if out is None else out
    if not screen.is_terminal:
        yield lambda _done, _total: None
        return
    columns = (
        TextColumn("Trials", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=screen, transient=True) as bars:
        task = bars.add_task("trials", total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)


def show_sweep(figures: SweepFigures, about: About) -> None:
    """Print the winner beside what could have been known, the judgement, and the first trials."""
    out, sweep = console(), figures.sweep
    out.print(Text(f"{about.household}, {sweep.first} to {sweep.dates[-1]}", style="bold"))
    for sentence in sweep_sentences(figures, money_in(about.currency)):
        paragraph(out, plain(sentence))
    heading(out, "What it was worth to choose, a year after all tax")
    _entries(out, figures)
    heading(out, "How far the winner can be trusted")
    for judgement in (overfitting_sentence, lead_sentence, sharpe_sentence):
        words = judgement(figures)
        if words:
            paragraph(out, plain(words), hang=2)
    heading(out, f"The {min(TRIALS_SHOWN_MAX, len(sweep.trials))} that grew most")
    _trials(out, figures, about.currency)
    if about.source:
        out.print()
        paragraph(out, about.source, "dim")


def _entries(out: Console, figures: SweepFigures) -> None:
    table = plain_table(
        ("", "left"), ("Setting", "fold"), ("All days", "right"), ("Days judged", "right")
    )
    for one in figures.entries:
        table.add_row(
            Text(one.name), Text(one.setting, style="dim"), _rate(one.whole), _rate(one.judged)
        )
    show_table(out, table)


def _trials(out: Console, figures: SweepFigures, currency: str) -> None:
    sweep = figures.sweep
    table = plain_table(
        ("Setting", "fold"),
        ("After liquidation", "right"),
        ("Lead", "right"),
        ("A year", "right"),
        ("Tax paid", "right"),
        ("Trades", "right"),
    )
    usual = sweep.default.figures.after_liquidation_end
    for at in figures.order[:TRIALS_SHOWN_MAX]:
        one = sweep.trials[at].figures
        table.add_row(
            Text(figures.name(sweep.trials[at])),
            money(one.after_liquidation_end, currency),
            signed_money(one.after_liquidation_end - usual, currency),
            percent(float(figures.rates[at]), 2),
            money(one.taxes.paid, currency),
            f"{one.trades:,}",
        )
    show_table(out, table)


def _rate(fraction: float | None) -> str:
    return UNKNOWN if fraction is None else percent(fraction, 2)

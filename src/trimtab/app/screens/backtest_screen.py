"""The screens of a backtest: how far it is, how the policies ended, and where the files are.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

from trimtab.app.evidence import About, Comparison, EvidenceFiles, PolicyFigures
from trimtab.app.evidence.as_parquet import has_pyarrow
from trimtab.app.evidence.sentences import plain, result_sentences
from trimtab.app.evidence.unseen import OutOfSample
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

__all__ = ["RunProgress", "show_comparison", "show_files", "watch_runs"]

UPDATES_MAX = 200
"""Times that a bar is drawn again for one policy."""
WIDE_COLUMNS = 100
UNKNOWN = "–"


class RunProgress:
    """Counts the sessions of runs, and draws a bar where there is a terminal to draw it on."""

    def __init__(self, bars: Progress | None, clock: Callable[[], float] = perf_counter) -> None:
        self._bars, self._clock = bars, clock
        self._began = clock()
        self._done: dict[str, int] = {}

    def of(self, policy: str) -> Callable[[int, int], None]:
        """What a run of this policy calls after each session: sessions done, and of how many."""
        self._done[policy] = 0
        bar = None if self._bars is None else self._bars.add_task(policy, total=None, speed="")

        def tell(done: int, sessions: int) -> None:
            self._done[policy] = done
            step = max(1, sessions // UPDATES_MAX)
            if (
                self._bars is not None
                and bar is not None
                and (done % step == 0 or done == sessions)
            ):
                self._bars.update(bar, completed=done, total=sessions, speed=self.speed)

        return tell

    @property
    def household_days(self) -> int:
        """Sessions done, of all policies together."""
        return sum(self._done.values())

    @property
    def seconds(self) -> float:
        """The time since the first run began."""
        return self._clock() - self._began

    @property
    def speed(self) -> str:
        """Household-days a second, in words."""
        seconds = self.seconds
        return f"{self.household_days / seconds:,.0f} household-days/s" if seconds > 0 else ""

    @property
    def sentence(self) -> str:
        """What was done, and how fast."""
        days = self.household_days
        plural = "" if days == 1 else "s"
        return f"{days:,} household-day{plural} in {self.seconds:.1f} s, {self.speed}."


@contextmanager
def watch_runs(wanted: bool = True, out: Console | None = None) -> Iterator[RunProgress]:
    """Show how far runs are, on a terminal's standard error only; elsewhere they are counted."""
    screen = messages() if out is None else out
    if not wanted or not screen.is_terminal:
        yield RunProgress(None)
        return
    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[speed]}", style="dim"),
    )
    with Progress(*columns, console=screen, transient=True) as bars:
        yield RunProgress(bars)


def show_comparison(comparison: Comparison, about: About) -> None:
    """Print how the policies ended, in the order of the ranking, and how sure the order is."""
    out = console()
    first = comparison.first
    out.print(Text(f"{about.household}, {first.first} to {first.last}", style="bold"))
    for sentence in result_sentences(comparison, money_in(about.currency)):
        paragraph(out, plain(sentence))
    if len(comparison.figures) > 1:
        heading(out, f"In the order of {comparison.ranked_by.words}")
        _ranking(out, comparison, about.currency)
    else:
        heading(out, "Figures")
        _figures(out, first, about.currency)
    if comparison.unseen is not None:
        _out_of_sample(out, comparison.unseen, about.currency)
    if about.source:
        out.print()
        paragraph(out, about.source, "dim")


def _out_of_sample(out: Console, unseen: OutOfSample, currency: str) -> None:
    """Which days no training saw, and the policies on them."""
    heading(out, "Out of sample")
    paragraph(out, unseen.sentence)
    if not unseen.figures:
        return
    table = plain_table(
        ("Policy", "fold"), ("After all tax", "right"), ("Turnover", "right"), ("Tax", "right"),
        ("Cost", "right"),
    )  # fmt: skip
    for one in unseen.figures:
        table.add_row(
            Text(one.policy),
            _rate(one.gained),
            _rate(one.turnover, 1),
            money(one.tax, currency),
            money(one.cost, currency),
        )
    show_table(out, table)


def _ranking(out: Console, comparison: Comparison, currency: str) -> None:
    """Policies in their order; cost and turnover where the screen is wide enough."""
    over = "A year" if comparison.first.is_annual else "In all"
    columns = [
        ("Policy", "fold"),
        ("At the end", "right"),
        (f"Against {comparison.first.policy}", "right"),
        (over, "right"),
        ("Interval, points", "right"),
        ("Tax paid", "right"),
    ]
    more = [("Cost", "right"), ("Turnover", "right")] if out.width >= WIDE_COLUMNS else []
    table = plain_table(*columns, *more)
    for figures in comparison.ranking:
        cells = _ranked(figures, comparison, currency)
        table.add_row(*cells[: len(columns) + len(more)])
    show_table(out, table)


def _ranked(
    figures: PolicyFigures, comparison: Comparison, currency: str
) -> tuple[str | Text, ...]:
    """One policy's row."""
    first, difference = comparison.first, comparison.difference(figures.policy)
    ahead = figures.after_liquidation_end - first.after_liquidation_end
    interval = Text("")
    if difference is not None:
        words = f"{_points(difference.low)} to {_points(difference.high)}"
        interval = Text(words, style="bold" if difference.is_beyond_chance else "dim")
    is_first = figures.policy == first.policy
    return (
        Text(figures.policy),
        money(figures.after_liquidation_end, currency),
        Text("reference", style="dim") if is_first else signed_money(ahead, currency),
        _rate(figures.after_liquidation_return),
        interval,
        money(figures.taxes.paid, currency),
        money(figures.costs.total, currency),
        _rate(figures.turnover, 1),
    )


def _figures(out: Console, figures: PolicyFigures, currency: str) -> None:
    """One policy by itself."""
    over = "a year" if figures.is_annual else "in all"
    table = plain_table(("", "left"), ("", "right"))
    for name, words in (
        ("Value at the end", money(figures.value_end, currency)),
        ("After liquidation tax", money(figures.after_liquidation_end, currency)),
        (f"Return before tax, {over}", _rate(figures.time_weighted)),
        (f"Return after all tax, {over}", _rate(figures.after_liquidation_return)),
        (f"Money-weighted return, {over}", _rate(figures.money_weighted)),
        ("Volatility", _rate(figures.volatility)),
        ("Deepest drawdown", _rate(figures.drawdown_max, 1)),
        ("Tracking error", _rate(figures.tracking_error)),
        (f"Turnover, {over}", _rate(figures.turnover, 1)),
        ("Trades", f"{figures.trades:,}"),
        ("Tax paid", money(figures.taxes.paid, currency)),
        ("Tax deferred", money(figures.taxes.deferred, currency)),
        ("Cost", money(figures.costs.total, currency)),
        ("Days outside a band", f"{figures.days_outside:,}"),
        ("Lots at the end", f"{figures.lots_end:,}"),
    ):
        table.add_row(name, words)
    out.print(table)


def show_files(files: EvidenceFiles) -> None:
    """Print where everything was written."""
    out = console()
    out.print()
    if files.page is not None:
        paragraph(out, f"The page to read: {files.page}")
    if files.json is not None:
        paragraph(out, f"For programs: {files.json}")
    if files.parquet:
        count = len(files.parquet)
        paragraph(out, f"{count} Parquet tables in {files.parquet[0].parent}")
    elif not has_pyarrow():
        paragraph(out, "Parquet tables too, once pyarrow is there: `pip install pyarrow`.", "dim")


def _rate(fraction: float | None, digits: int = 2) -> str:
    return UNKNOWN if fraction is None else percent(fraction, digits)


def _points(fraction: float) -> str:
    value = round(fraction * 100, 2)
    sign = "−" if value < 0 else "+" if value > 0 else ""
    return f"{sign}{abs(value):.2f}"

"""The page of a sweep: the grid, its winner, and how far choosing it can be trusted.

Errors: `InputError` where the page cannot be written.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from trimtab.app.evidence.about import About
from trimtab.app.evidence.page.render import environment
from trimtab.app.evidence.page.sweep_charts import (
    POINTS_DRAWN_MAX,
    judged_chart,
    lead_over_time,
    scatter_chart,
)
from trimtab.app.evidence.page.sweep_grid import axis_chart, heat_map, plane_of
from trimtab.app.evidence.page.tables import Table
from trimtab.app.evidence.page.view import Pair, both, with_names
from trimtab.app.evidence.sweep_figures import SweepFigures, growth, shown, yearly
from trimtab.app.evidence.sweep_sentences import (
    lead_sentence,
    overfitting_sentence,
    sharpe_sentence,
    sweep_sentences,
)
from trimtab.app.report.words import Money, day, money_in, percent
from trimtab.app.text_files import write_text
from trimtab.quant.performance.criteria import Criterion
from trimtab.quant.performance.walk_forward import TrialLog

__all__ = ["render_sweep", "write_sweep_page"]

TRIALS_SHOWN_MAX = 500
WINDOWS_LOGGED_MAX = 30
UNKNOWN = "–"


def render_sweep(figures: SweepFigures, about: About) -> str:
    """What the settings came to, as one HTML page that loads nothing from elsewhere."""
    money, walk = money_in(about.currency), figures.sweep.walk
    plane = plane_of(figures)
    return (
        environment()
        .get_template("sweep.html")
        .render(
            figures=figures,
            sweep=figures.sweep,
            about=about,
            money=money,
            sentences=[with_names(one) for one in sweep_sentences(figures, money)],
            grid=_grid(figures),
            plane=plane,
            judged=None if walk is None else both(partial(judged_chart, figures, walk)),
            lead_over_time=None if walk is None else both(partial(lead_over_time, figures, walk)),
            scatter=None if walk is None else both(partial(scatter_chart, walk)),
            scatter_part=_scatter_part(figures),
            overfitting=with_names(overfitting_sentence(figures)),
            sharpe=with_names(sharpe_sentence(figures)),
            lead=with_names(lead_sentence(figures)),
            windows=_windows(figures),
            trials=_trials(figures, money),
            trials_left=max(0, len(figures.sweep.trials) - TRIALS_SHOWN_MAX),
            log=_log(figures),
            shown=shown,
        )
    )


def write_sweep_page(path: Path, figures: SweepFigures, about: About) -> None:
    """Write the page; a reader meets the old page or the new one.

    Refuses: a place that cannot be written.
    """
    write_text(path, render_sweep(figures, about))


def _grid(figures: SweepFigures) -> Pair | None:
    """The heat map of two settings, the line along one; none where nothing differs."""
    plane = plane_of(figures)
    if plane is not None:
        return both(partial(heat_map, figures, plane))
    return both(partial(axis_chart, figures, figures.axes[0])) if figures.axes else None


def _scatter_part(figures: SweepFigures) -> str:
    """What the scatter chart leaves out, if anything."""
    walk = figures.sweep.walk
    if walk is None or len(walk.log) <= POINTS_DRAWN_MAX:
        return ""
    return f"one in {-(-len(walk.log) // POINTS_DRAWN_MAX)} of {len(walk.log):,} shown"


def _windows(figures: SweepFigures) -> Table | None:
    """What was chosen window by window."""
    if not figures.windows:
        return None
    criterion, trials = figures.sweep.terms.criterion, figures.sweep.trials
    rows = tuple(
        (
            f"{day(one.held_from)} to {day(one.held_to)}",
            figures.values(trials[one.trial]),
            _score(one.in_sample, criterion),
            _score(one.out_of_sample, criterion),
            f"{one.place:,} of {len(trials):,}",
            figures.values(trials[one.ahead]),
        )
        for one in figures.windows
    )
    heads = ("Days held", "Chosen", "Learnt", "Held", "Place", "Ahead, known afterwards")
    axes = _axes(figures)
    return Table(f"What was chosen in each window ({axes}), and how it went", heads, rows)


def _axes(figures: SweepFigures) -> str:
    """The names of the settings that differ, above a column of their values."""
    return " · ".join(axis.name for axis in figures.axes) or "setting"


def _score(score: float, criterion: Criterion) -> str:
    return f"{score:.2f}" if criterion is Criterion.SHARPE else percent(score, 2)


def _trials(figures: SweepFigures, money: Money) -> Table:
    """Every trial, that which grew most first."""
    sweep = figures.sweep
    days = None if sweep.walk is None else sweep.walk.days
    rows = []
    for place, at in enumerate(figures.order[:TRIALS_SHOWN_MAX], start=1):
        trial, one = sweep.trials[at], sweep.trials[at].figures
        mark = " · winner" if at == sweep.winner_at else ""
        mark += " · as it stands" if trial is sweep.default else ""
        rows.append(
            (
                f"{place}. {figures.values(trial)}{mark}",
                money(one.after_liquidation_end),
                percent(float(figures.rates[at]), 2),
                UNKNOWN if days is None else percent(growth(trial.returns[days]), 2),
                _rate(one.volatility),
                _rate(one.drawdown_max),
                _rate(one.tracking_error),
                _rate(one.turnover),
                f"{one.trades:,}",
                money(one.costs.total),
                money(one.taxes.paid),
            )
        )
    heads = (
        *(_axes(figures), "After liquidation tax", "A year", "On the days judged", "Volatility"),
        *("Deepest drawdown", "Tracking error", "Turnover", "Trades", "Cost", "Tax paid"),
    )
    return Table("Every setting that was tried, that which grew most first", heads, tuple(rows))


def _rate(value: float | None) -> str:
    return UNKNOWN if value is None else percent(value, 2)


def _log(figures: SweepFigures) -> Table | None:
    """Every trial in the last windows: learnt and held."""
    walk = figures.sweep.walk
    if walk is None:
        return None
    count = len(figures.windows)
    shown = range(max(0, count - WINDOWS_LOGGED_MAX), count)
    rows = tuple(
        (figures.values(figures.sweep.trials[at]), *(_logged(walk.log, w, at) for w in shown))
        for at in figures.order[:TRIALS_SHOWN_MAX]
    )
    begins = [figures.windows[w].held_from for w in shown]
    heads = (_axes(figures), *(f"from {on:%b} {on.year}" for on in begins))
    return Table("Learnt → held in each window; ● was chosen", heads, rows)


def _logged(log: TrialLog, window: int, trial: int) -> str:
    """One trial in one window."""
    inside, outside = (
        _score(yearly(float(scores[window, trial]), log.criterion), log.criterion)
        for scores in (log.in_sample, log.out_of_sample)
    )
    return f"{inside} → {outside}" + (" ●" if int(log.chosen[window]) == trial else "")

"""The tables that a sweep is kept in, for JSON and Parquet: every trial, in every window too.

The settings that differ between trials are columns of their own, as numbers where all their values
are numbers.  A row without a `trial` is the policy as it stands, where the grid does not have it.
`docs/concepts/backtest-files.md` lists the columns for readers.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from trimtab.app.backtesting.sweep import Trial
from trimtab.app.evidence.records import Column, Kind, Table
from trimtab.app.evidence.rows import Row, Value
from trimtab.app.evidence.sweep_figures import Axis, SweepFigures, growth, yearly
from trimtab.model.mandate import Setting

__all__ = ["sweep_tables"]


def sweep_tables(figures: SweepFigures) -> tuple[Table[SweepFigures], ...]:
    """The tables of one sweep; their columns depend on its axes."""
    settings = tuple(Column(f"setting_{axis.name}", _kind(axis)) for axis in figures.axes)
    return (
        Table(
            "sweep_trials",
            (
                *_columns(Kind.COUNT, "trial"),
                *_columns(Kind.WORD, "name"),
                *settings,
                *_columns(Kind.YES_NO, "is_winner is_default"),
                *_columns(Kind.NUMBER, "growth_whole growth_judged"),
                *_columns(Kind.NUMBER, "value_end after_tax_end after_liquidation_end"),
                *_columns(Kind.NUMBER, "time_weighted after_liquidation_return volatility"),
                *_columns(Kind.NUMBER, "drawdown_max tracking_error turnover"),
                *_columns(Kind.COUNT, "trades"),
                *_columns(Kind.EXACT, "cost"),
                *_columns(Kind.NUMBER, "tax_paid tax_owed tax_deferred share_outside"),
            ),
            _trial_rows,
        ),
        Table(
            "sweep_windows",
            (
                *_columns(Kind.COUNT, "window"),
                *_columns(Kind.DAY, "learnt_from learnt_to held_from held_to"),
                *_columns(Kind.COUNT, "chosen"),
                *_columns(Kind.NUMBER, "in_sample out_of_sample"),
                *_columns(Kind.COUNT, "place ahead"),
            ),
            _window_rows,
        ),
        Table(
            "sweep_log",
            (
                *_columns(Kind.COUNT, "window trial"),
                *_columns(Kind.NUMBER, "in_sample out_of_sample"),
                *_columns(Kind.YES_NO, "chosen"),
            ),
            _log_rows,
        ),
        Table(
            "sweep_returns",
            (
                *_columns(Kind.COUNT, "trial"),
                *_columns(Kind.DAY, "on"),
                *_columns(Kind.NUMBER, "after_liquidation"),
            ),
            _return_rows,
        ),
    )


def _columns(kind: Kind, names: str) -> tuple[Column, ...]:
    return tuple(Column(name, kind) for name in names.split())


def _kind(axis: Axis) -> Kind:
    """How an axis is written: numbers as numbers, so that programs can draw them."""
    if all(isinstance(value, bool) for value in axis.values):
        return Kind.YES_NO
    if all(_is_number(value) for value in axis.values):
        return Kind.NUMBER
    return Kind.WORD


def _is_number(value: Setting) -> bool:
    return isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)


def _cell(value: Setting | None, kind: Kind) -> Value:
    if value is None:
        return None
    if kind is Kind.YES_NO:
        return bool(value)
    return float(str(value)) if kind is Kind.NUMBER else str(value)


def _runs(figures: SweepFigures) -> Iterator[tuple[int | None, Trial]]:
    """Every run with its number; the policy as it stands has none where it is no trial."""
    sweep = figures.sweep
    yield from enumerate(sweep.trials)
    if not figures.is_default_tried:
        yield None, sweep.default


def _trial_rows(figures: SweepFigures) -> Iterator[Row]:
    """One row a run, in the order of the grid."""
    sweep = figures.sweep
    days = None if sweep.walk is None else sweep.walk.days
    for at, trial in _runs(figures):
        one = trial.figures
        settings = trial.entrant.choice.settings
        yield (
            *(at, trial.entrant.shown),
            *(_cell(settings.get(axis.name), _kind(axis)) for axis in figures.axes),
            *(at == sweep.winner_at, trial is sweep.default),
            growth(trial.returns),
            None if days is None else growth(trial.returns[days]),
            *(one.value_end, one.after_tax_end, one.after_liquidation_end),
            *(one.time_weighted, one.after_liquidation_return, one.volatility),
            *(one.drawdown_max, one.tracking_error, one.turnover),
            *(one.trades, one.costs.total),
            *(one.taxes.paid, one.taxes.owed, one.taxes.deferred, one.share_outside),
        )


def _window_rows(figures: SweepFigures) -> Iterator[Row]:
    """One row a window."""
    for at, one in enumerate(figures.windows):
        yield (
            *(at, one.learnt_from, one.learnt_to, one.held_from, one.held_to),
            *(one.trial, one.in_sample, one.out_of_sample, one.place, one.ahead),
        )


def _log_rows(figures: SweepFigures) -> Iterator[Row]:
    """One row a trial in a window: everything that was tried is on the record."""
    walk = figures.sweep.walk
    if walk is None:
        return
    for one in walk.log:
        yield (
            *(one.window, one.trial, yearly(one.in_sample, walk.log.criterion)),
            *(yearly(one.out_of_sample, walk.log.criterion), bool(one.chosen)),
        )


def _return_rows(figures: SweepFigures) -> Iterator[Row]:
    """Daily returns of every run."""
    for at, trial in _runs(figures):
        for on, value in zip(figures.sweep.dates, trial.returns.tolist(), strict=True):
            yield at, on, value

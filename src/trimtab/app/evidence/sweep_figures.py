"""What a sweep comes to, in figures: its axes, and who would have earned what, judged on what days.

The days that a sweep is judged on are those of the walk-forward tests: on them, the setting chosen
on the past alone stands beside the winner, which was chosen knowing everything, beside the policy
as it stands without the grid, and beside the middle of all settings, which no choice could fall
behind by much.  All returns are of wealth after liquidation tax.

Errors: none of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from math import exp, expm1, sqrt

import numpy as np
import numpy.typing as npt

from trimtab.app.backtesting.sweep import Sweep, Trial
from trimtab.model.mandate import Setting
from trimtab.quant.performance.criteria import Criterion
from trimtab.quant.performance.sharpe_evidence import (
    DeflatedSharpe,
    deflated_sharpe_ratio,
    sharpe_moments,
)
from trimtab.quant.performance.walk_forward import WalkForward
from trimtab.quant.performance.windows import Window

__all__ = [
    "Axis",
    "ChosenIn",
    "Entry",
    "SweepFigures",
    "growth",
    "shown",
    "sweep_figures",
    "yearly",
]

Floats = npt.NDArray[np.float64]

SESSIONS_A_YEAR = 252


@dataclass(frozen=True, slots=True)
class Axis:
    """A setting that differs between trials, and its values in the order of the grid."""

    name: str
    values: tuple[Setting, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One way to have chosen a setting: its yearly return over all days, and over those judged.

    Unit: fractions of one a year (over the span where it is shorter than a year); `None` where
    there is none: before the first test, nothing was chosen on the past.
    """

    name: str
    setting: str
    whole: float | None
    judged: float | None


@dataclass(frozen=True, slots=True)
class ChosenIn:
    """What one window of the walk-forward test chose, and how it went.

    Unit: `in_sample` and `out_of_sample` as `yearly` gives them; `place` from 1, the highest score
    out of sample, to the number of trials.
    """

    learnt_from: date
    learnt_to: date
    held_from: date
    held_to: date
    trial: int
    in_sample: float
    out_of_sample: float
    place: int
    ahead: int
    """The trial that scored highest in the test, which nobody knew."""


@dataclass(frozen=True)
class SweepFigures:
    """A sweep's figures, each computed once.

    Shape: `table` (T, N), the daily returns of all trials side by side.
    """

    sweep: Sweep
    axes: tuple[Axis, ...]
    table: Floats

    @cached_property
    def rates(self) -> Floats:
        """Yearly return of every trial over all days.

        Shape: (N,).
        """
        return np.array([growth(column) for column in self.table.T])

    @cached_property
    def order(self) -> tuple[int, ...]:
        """The trials, that which grew most first; equal ones in the order of the grid."""
        return tuple(np.argsort(-self.rates, kind="stable").tolist())

    @property
    def default_rate(self) -> float:
        """Yearly return of the policy without the grid."""
        return growth(self.sweep.default.returns)

    @property
    def is_annual(self) -> bool:
        """Whether the days judged fill a year, so that their return is a yearly one."""
        walk = self.sweep.walk
        return walk is None or len(walk.returns) >= SESSIONS_A_YEAR

    def name(self, trial: Trial) -> str:
        """A trial by what sets it apart, as `absolute=0.05, destination=edge`."""
        settings = trial.entrant.choice.settings
        told = [f"{axis.name}={shown(settings[axis.name])}" for axis in self.axes]
        return ", ".join(told) or trial.entrant.shown

    def values(self, trial: Trial) -> str:
        """The same without the names of the settings, for columns that say them: `0.05 · edge`."""
        settings = trial.entrant.choice.settings
        return " · ".join(shown(settings[axis.name]) for axis in self.axes) or trial.entrant.shown

    @property
    def is_default_tried(self) -> bool:
        """Whether the policy as it stands is one of the grid."""
        return any(self.sweep.default is one for one in self.sweep.trials)

    @property
    def default_name(self) -> str:
        """The policy without the grid; by its place in the grid where it has one."""
        default = self.sweep.default
        return self.name(default) if self.is_default_tried else default.entrant.shown

    @cached_property
    def entries(self) -> tuple[Entry, ...]:
        """The ways to have chosen, that which knew everything first."""
        sweep, walk = self.sweep, self.sweep.walk
        days = None if walk is None else walk.days
        judged = None if days is None else [growth(column[days]) for column in self.table.T]
        found = [
            Entry("winner, known afterwards", self.name(sweep.winner),
                  float(self.rates[sweep.winner_at]),
                  None if judged is None else judged[sweep.winner_at]),
        ]  # fmt: skip
        if walk is not None:
            changes = len({int(trial) for trial in walk.log.chosen})
            plural = "s" if changes != 1 else ""
            words = f"{changes} setting{plural} in {len(walk.log.chosen)} windows"
            found.append(Entry("chosen on the past alone", words, None, growth(walk.returns)))
        usual = sweep.default.returns
        found.append(
            Entry("as it stands", self.default_name, growth(usual),
                  None if days is None else growth(usual[days]))
        )  # fmt: skip
        middle = None if judged is None else float(np.median(judged))
        words = f"of {len(sweep.trials):,} settings"
        found.append(Entry("the middle", words, float(np.median(self.rates)), middle))
        return tuple(found)

    @cached_property
    def windows(self) -> tuple[ChosenIn, ...]:
        """Window by window, what was chosen and how it went; none without a walk."""
        walk = self.sweep.walk
        if walk is None:
            return ()
        return tuple(self._window(walk, at, one) for at, one in enumerate(self.sweep.windows))

    def _window(self, walk: WalkForward, at: int, window: Window) -> ChosenIn:
        dates = self.sweep.dates
        inside, outside = walk.log.in_sample[at], walk.log.out_of_sample[at]
        trial = int(walk.log.chosen[at])
        return ChosenIn(
            learnt_from=dates[window.train.start],
            learnt_to=dates[window.train.stop - 1],
            held_from=dates[window.test.start],
            held_to=dates[window.test.stop - 1],
            trial=trial,
            in_sample=yearly(float(inside[trial]), walk.log.criterion),
            out_of_sample=yearly(float(outside[trial]), walk.log.criterion),
            place=1 + int((outside > outside[trial]).sum()),
            ahead=int(outside.argmax()),
        )

    @cached_property
    def lead(self) -> DeflatedSharpe | None:
        """The deflated Sharpe ratio of the winner's lead over the policy as it stands.

        All settings hold the same targets, so that what they earn together says nothing about the
        choice among them; the daily difference does.  None where they never differ.
        """
        away = self.table - self.sweep.default.returns[:, None]
        winner = away[:, self.sweep.winner_at]
        if len(winner) < 4 or self.table.shape[1] < 2 or np.ptp(winner) == 0.0:
            return None
        spread = away.std(axis=0, ddof=1)
        still = spread < 1e-14
        sharpe = np.where(still, 0.0, away.mean(axis=0) / np.where(still, 1.0, spread))
        return deflated_sharpe_ratio(
            sharpe_moments(winner), self.table.shape[1], float(sharpe.var(ddof=1))
        )


def sweep_figures(sweep: Sweep) -> SweepFigures:
    """The figures of a sweep."""
    return SweepFigures(
        sweep, _axes(sweep.trials), np.column_stack([one.returns for one in sweep.trials])
    )


def shown(value: Setting) -> str:
    """A setting as it is read: numbers without idle zeros."""
    if not isinstance(value, Decimal):
        return str(value)
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _axes(trials: tuple[Trial, ...]) -> tuple[Axis, ...]:
    """The settings that differ between trials, in the order in which the policy was given them."""
    every = [one.entrant.choice.settings for one in trials]
    found = []
    for name in every[0]:
        values: list[Setting] = []
        for settings in every:
            if settings[name] not in values:  # a setting may be a table, which has no hash
                values.append(settings[name])
        if len(values) > 1:
            found.append(Axis(name, tuple(values)))
    return tuple(found)


def growth(returns: Floats) -> float:
    """The yearly rate of daily returns; their sum over the span where it is shorter than a year."""
    logs = float(np.log1p(returns).sum())
    return expm1(logs * min(1.0, SESSIONS_A_YEAR / len(returns)))


def yearly(score: float, criterion: Criterion) -> float:
    """A score per day as a figure per year: growth and mean as rates, Sharpe ratios annualised."""
    if criterion is Criterion.GROWTH:
        return exp(SESSIONS_A_YEAR * score) - 1.0
    return score * (sqrt(SESSIONS_A_YEAR) if criterion is Criterion.SHARPE else SESSIONS_A_YEAR)

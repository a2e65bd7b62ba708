"""A sweep: one policy with many settings over one history, and how far its winner can be trusted.

Every trial is a whole backtest.  What choosing on the past alone would have earned is told beside
the winner, with the deflated Sharpe ratio and the probability that the winner is a product of the
search (`quant.performance`): a sweep that only shows its winner misleads.

Errors: those of the driver and of `walk_forward_windows`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial

import numpy as np
import numpy.typing as npt

from trimtab.app.backtesting.entrants import Entrant, Progress, check_entrants
from trimtab.app.backtesting.kept_trials import KeptTrials, Trial
from trimtab.app.backtesting.question import Stage
from trimtab.app.backtesting.running import map_entrants
from trimtab.app.evidence.figures import daily_returns, figures_of
from trimtab.app.policy_choice import policy_from
from trimtab.drivers.backtest.results import BacktestRun
from trimtab.model.errors import InputError
from trimtab.quant.performance.criteria import Criterion, daily_values, score, sums_of_days
from trimtab.quant.performance.walk_forward import WalkForward, choose_on_past
from trimtab.quant.performance.windows import Training, Window, walk_forward_windows

__all__ = ["Sweep", "Trial", "WalkForwardTerms", "judge_sweep", "run_sweep", "trial_of"]

Floats = npt.NDArray[np.float64]
SESSIONS_A_YEAR = 252


@dataclass(frozen=True, slots=True)
class WalkForwardTerms:
    """How parameters are chosen on the past.

    Unit: `train_years` before the first test, `test_years` each test; `purge` and `embargo` days
    left out between the two, so that nothing held over the border is learnt from.
    """

    training: Training = Training.EXPANDING
    train_years: float = 3.0
    test_years: float = 1.0
    purge: int = 5
    embargo: int = 5
    criterion: Criterion = Criterion.GROWTH


@dataclass(frozen=True, slots=True)
class Sweep:
    """All trials in the order of the grid, and the walk-forward test of choosing among them.

    `default` is the policy as it stands without the grid: one of the trials where the grid has it,
    else a run of its own, which counts for nothing in the judgement of the search.  `windows` are
    empty and `walk` is `None` where the history is too short or the trials never differ; `why_not`
    says so then.  `dates` are those of the returns.
    """

    trials: tuple[Trial, ...]
    default: Trial
    dates: tuple[date, ...]
    terms: WalkForwardTerms
    winner_at: int
    windows: tuple[Window, ...] = ()
    walk: WalkForward | None = None
    why_not: str = ""

    @property
    def first(self) -> date:
        """The first session; the first return is that of the second."""
        return self.default.figures.first

    @property
    def winner(self) -> Trial:
        """The trial that scores highest over all days: by default, that which grew most."""
        return self.trials[self.winner_at]


def run_sweep(
    stage: Stage,
    entrants: Sequence[Entrant],
    default: Entrant,
    terms: WalkForwardTerms | None = None,
    progress: Progress | None = None,
    workers: int | None = None,
    kept: KeptTrials | None = None,
) -> Sweep:
    """Run every trial and judge the choice among them; `progress` counts runs.

    With `kept`, trials that an earlier sweep finished are not run again.
    Refuses: no trial, two of one name, and settings that the policy does not have.
    """
    if not entrants:
        raise InputError("sweep", "there is no setting to try", remedy="give --grid setting=a,b,c")
    check_entrants(entrants)
    usual = policy_from(default.choice)
    at = next((k for k, one in enumerate(entrants) if policy_from(one.choice) == usual), None)
    every = (*entrants, *([default] if at is None else []))
    done = _trials(stage, every, progress, workers, kept)
    market, settings = stage.world.market, stage.settings
    sessions = market.sessions(settings.start, settings.end)
    dates = tuple(market.dates[sessions.start + 1 : sessions.stop])
    reference = done[-1 if at is None else at]
    return judge_sweep(done[: len(entrants)], reference, dates, terms or WalkForwardTerms())


def judge_sweep(
    trials: Sequence[Trial], default: Trial, dates: tuple[date, ...], terms: WalkForwardTerms
) -> Sweep:
    """The winner of trials over the same days, and what choosing on the past would have earned."""
    table = np.column_stack([trial.returns for trial in trials])
    scores = score(sums_of_days(daily_values(table, terms.criterion)), terms.criterion)
    windows, walk, why_not = _walked(table, terms)
    return Sweep(tuple(trials), default, dates, terms, int(scores.argmax()), windows, walk, why_not)


def _trials(
    stage: Stage,
    entrants: Sequence[Entrant],
    progress: Progress | None,
    workers: int | None,
    kept: KeptTrials | None,
) -> tuple[Trial, ...]:
    """A trial of every entrant, in their order; only what is not kept already is run."""
    if kept is None:
        return tuple(map_entrants(trial_of, entrants, stage, workers, progress))
    known = {one.shown: trial for one in entrants if (trial := kept.find(one)) is not None}
    missing = [one for one in entrants if one.shown not in known]

    def tell(done: int, _of: int) -> None:
        if progress is not None:
            progress(len(known) + done, len(entrants))

    run = map_entrants(partial(_run_and_kept, kept), missing, stage, workers, tell)
    known |= {one.shown: trial for one, trial in zip(missing, run, strict=True)}
    return tuple(known[one.shown] for one in entrants)


def _run_and_kept(kept: KeptTrials, entrant: Entrant, run: BacktestRun) -> Trial:
    """A run as a trial that a later sweep finds; another process does this as well."""
    trial = trial_of(entrant, run)
    kept.keep(trial)
    return trial


def trial_of(entrant: Entrant, run: BacktestRun) -> Trial:
    """A run as a trial.

    Refuses: one that is worth nothing on some day after liquidation tax.
    """
    returns = daily_returns(run.daily.after_liquidation, run.daily.flow)
    if returns is None:
        raise InputError(
            f"policy {entrant.shown!r}",
            "the household is worth nothing on some day, so that it has no returns",
            remedy="start with more, or withdraw less",
        )
    return Trial(entrant, figures_of(run), returns)


def _walked(
    table: Floats, terms: WalkForwardTerms
) -> tuple[tuple[Window, ...], WalkForward | None, str]:
    """The walk-forward test, or why there is none."""
    if table.shape[1] < 2:
        return (), None, "a single setting leaves nothing to choose"
    if (table == table[:, :1]).all():
        return (), None, "all settings did the same on every day"
    learnt = round(terms.train_years * SESSIONS_A_YEAR)
    if learnt + terms.purge + terms.embargo >= len(table):
        years = len(table) / SESSIONS_A_YEAR
        return (), None, (
            f"the first choice learns from {terms.train_years:g} years, and the history has "
            f"{years:.1f}; let it learn from fewer (--train), or take a longer history"
        )  # fmt: skip
    try:
        windows = walk_forward_windows(
            len(table),
            learnt,
            round(terms.test_years * SESSIONS_A_YEAR),
            training=terms.training,
            purge=terms.purge,
            embargo=terms.embargo,
        )
        return windows, choose_on_past(table, windows, terms.criterion), ""
    except InputError as error:
        return (), None, str(error)

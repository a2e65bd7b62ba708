"""What a mandate's rules would have done over a stretch of the past: weights day by day against
their bands, when there would have been trades, and what they would have cost.

The household begins on its targets; everything else is the backtest's, which runs the cycle that
plans today.

Errors: those of a backtest: days without prices, too short a history.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from trimtab.app.household import LoadedHousehold
from trimtab.model.errors import InputError

if TYPE_CHECKING:
    from trimtab.app.evidence.figures import PolicyFigures

__all__ = ["YEARS", "PastBands", "PastTarget", "past_of"]

Floats = npt.NDArray[np.float64]
Progress = Callable[[int, int], None]

YEARS = (1, 3, 5)
"""How far back may be asked for."""
DAYS_A_YEAR = 365.25


@dataclass(frozen=True, slots=True)
class PastTarget:
    """One target over the days.

    Shape: `weights` (T,): of the household's value, at each close.
    Unit: `weight` and `band` fractions of value; `outside` sessions outside the band.
    """

    name: str
    weight: float
    band: float
    weights: Floats
    outside: int


@dataclass(frozen=True, slots=True)
class PastBands:
    """What one mandate would have done; `traded` are the days on which it would have traded."""

    dates: tuple[date, ...]
    targets: tuple[PastTarget, ...]
    traded: tuple[date, ...]
    figures: PolicyFigures


def past_of(loaded: LoadedHousehold, years: int, progress: Progress | None = None) -> PastBands:
    """What a household's mandate would have done over the years before its day.

    `progress` is told sessions done and in all, and may end the run by raising.
    Refuses: a length that is not offered, and what a backtest refuses.
    """
    from trimtab.app.backtesting.api import stage_for
    from trimtab.app.backtesting.entrants import Entrant
    from trimtab.app.backtesting.running import run_entrants
    from trimtab.app.evidence.figures import figures_of
    from trimtab.app.solver_start import start_solver

    if years not in YEARS:
        bound = "known are: " + ", ".join(map(str, YEARS))
        raise InputError("years", f"{years} are not offered", bound)
    start_solver()
    last = loaded.snapshot.as_of
    first = last - timedelta(days=round(years * DAYS_A_YEAR))
    stage = stage_for(loaded, first, last)
    entrant = Entrant(loaded.mandate.policy)
    told = None if progress is None else (lambda name: progress)
    (run,) = run_entrants(stage, [entrant], told, workers=1)
    weights, dates = run.daily.weights, run.daily.dates
    targets = tuple(
        PastTarget(
            name,
            float(run.targets[at]),
            float(run.bands[at]),
            weights[:, at],
            int(np.sum(np.abs(weights[:, at] - run.targets[at]) > run.bands[at])),
        )
        for at, name in enumerate(run.target_names)
    )
    traded = tuple(dict.fromkeys(fill.on for fill in run.fills))
    return PastBands(dates, targets, traded, figures_of(run))

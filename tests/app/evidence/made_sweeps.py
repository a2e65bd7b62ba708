"""Sweeps over made-up returns: a common market, and an edge of their own for some settings."""

from dataclasses import replace
from decimal import Decimal
from itertools import product

import numpy as np

from tests.app.evidence.made_runs import made_run, sessions
from trimtab.app.backtesting.entrants import Entrant
from trimtab.app.backtesting.sweep import Sweep, Trial, WalkForwardTerms, judge_sweep
from trimtab.app.evidence.figures import figures_of
from trimtab.model.mandate import PlugInChoice, Setting

FIRST = sessions(made_run("5 %").daily.dates[0], 1)[0]
START = 1_000_000.0
TERMS = WalkForwardTerms(train_years=2.0)
BANDS = tuple(Decimal(text) for text in ("0.01", "0.02", "0.03", "0.05", "0.08"))
GRID: dict[str, tuple[Setting, ...]] = {"absolute": BANDS, "destination": ("target", "edge")}


def made_sweep(
    grid: dict[str, tuple[Setting, ...]] = GRID,
    *,
    days: int = 1260,
    edges: dict[int, float] | None = None,
    noise: float = 0.0004,
    seed: int = 3,
    default: int | None = 2,
    terms: WalkForwardTerms = TERMS,
) -> Sweep:
    """Trials of a grid over one market; `edges` are yearly and by trial, all else is noise.

    `default` is the trial that is the policy as it stands, `None` for a run of its own.
    """
    chance = np.random.default_rng(seed)
    market = chance.normal(0.0003, 0.008, days)
    settings = [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]
    trials = [
        _trial(one, market + chance.normal((edges or {}).get(at, 0.0) / 252, noise, days))
        for at, one in enumerate(settings)
    ]
    alone = _trial({}, market + chance.normal(0.0, noise, days))
    dates = sessions(FIRST, days)
    return judge_sweep(trials, alone if default is None else trials[default], dates, terms)


def _trial(settings: dict[str, Setting], returns: np.ndarray) -> Trial:
    entrant = Entrant(PlugInChoice("threshold", settings))
    left = START * float(np.prod(1.0 + returns))
    figures = replace(
        figures_of(made_run("5 %", 300)), policy=entrant.shown, after_liquidation_end=left
    )
    return Trial(entrant, figures, returns)

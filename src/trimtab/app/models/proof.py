"""The evidence of a trained zone: its cost against the rule's own, in returns it has not seen.

The simulator is not the one that training went through, and what is judged is the zone as it would
be used, drawn back towards the rule where it went too far.  Two worlds: returns drawn with the risk
that training knew, and the household's own history drawn again in blocks, with its storms and fat
tails, which training did not know.  Both zones live through the same returns.

Errors: none; a world for which the history is too short is left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trimtab.model.errors import InputError
from trimtab.model.models import Evidence
from trimtab.model.snapshots import PriceHistory
from trimtab.policies._zone import Zone
from trimtab.policies._zone_problem import SESSIONS_A_YEAR
from trimtab.quant.control.average_cost import Growth, followed, period_growth
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.control.tracking import Floats
from trimtab.quant.worlds.resampled import fit_resampled

__all__ = ["Trials", "evidence_of"]

PATHS, BEFORE, COUNTED = 4_096, 24, 240
"""Households, reviews until the start is forgotten, and reviews that count."""
RESAMPLED_PATHS, RESAMPLED_BEFORE, RESAMPLED_COUNTED = 256, 12, 120
SEED = 20_261_121
"""Of the returns: no training draws from it."""
NORMAL_95 = 1.959964


@dataclass(frozen=True, slots=True)
class Trials:
    """What the winner was chosen from: its seeds, the rule counted as one more."""

    seeds: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many candidates there were."""
        return len(self.seeds) + 1


def evidence_of(
    rule: Zone, learned: NoTradeRegion, history: PriceHistory, instruments: tuple[str, ...],
    trials: Trials, against: str,
) -> tuple[Evidence, ...]:  # fmt: skip
    """The paired difference in each world, learned less rule."""
    problem = rule.classes.problem
    drawn = period_growth(problem, PATHS, BEFORE, COUNTED, SEED)
    found = [_paired(rule, learned, drawn, "simulated returns", trials, against, mirrored=True)]
    again = _resampled(rule, history, instruments)
    if again is not None:
        name = "its own history, drawn again"
        found.append(_paired(rule, learned, again, name, trials, against, mirrored=False))
    return tuple(found)


def _paired(
    rule: Zone,
    learned: NoTradeRegion,
    growth: Growth,
    world: str,
    trials: Trials,
    against: str,
    mirrored: bool,
) -> Evidence:
    """Both zones through the same returns, household by household."""
    problem = rule.classes.problem
    apart = followed(problem, learned, growth) - followed(problem, rule.region, growth)
    if mirrored:  # every second half of the paths mirrors the first
        apart = 0.5 * (apart[: len(apart) // 2] + apart[len(apart) // 2 :])
    mean = float(apart.mean())
    error = NORMAL_95 * float(apart.std(ddof=1)) / float(np.sqrt(len(apart)))
    years = growth.counted.shape[0] * growth.counted.shape[1] * problem.review_years
    return Evidence(
        world,
        against,
        mean,
        mean - error,
        mean + error,
        seeds=trials.seeds,
        trials=trials.count,
        years=years,
    )


def _resampled(rule: Zone, history: PriceHistory, instruments: tuple[str, ...]) -> Growth | None:
    """Periods of the classes from the history's own sessions, in blocks."""
    returns = _class_returns(rule, history, instruments)
    sessions = max(1, round(rule.classes.problem.review_years * SESSIONS_A_YEAR))
    periods = RESAMPLED_BEFORE + RESAMPLED_COUNTED
    try:
        world = fit_resampled(returns)
    except InputError:
        return None
    drawn = world.draw(np.random.default_rng(SEED), RESAMPLED_PATHS, periods * sessions).returns
    shape = (RESAMPLED_PATHS, periods, sessions, returns.shape[1])
    growth = np.prod(1.0 + drawn.reshape(shape), axis=2)
    if rule.classes.has_cash:  # cash is worth what it is worth
        growth = np.concatenate([growth, np.ones((*growth.shape[:2], 1))], axis=2)
    return Growth(
        np.ascontiguousarray(growth[:, :RESAMPLED_BEFORE]),
        np.ascontiguousarray(growth[:, RESAMPLED_BEFORE:]),
    )


def _class_returns(rule: Zone, history: PriceHistory, instruments: tuple[str, ...]) -> Floats:
    """Simple returns of each class but cash, on days on which all instruments have one.

    Shape: (T, K).
    """
    closes = np.asarray(history.closes, dtype=np.float64).reshape(len(history.dates), -1)
    with np.errstate(invalid="ignore", divide="ignore"):
        moves = closes[1:] / closes[:-1] - 1.0
    place = {name: k for k, name in enumerate(history.instruments)}
    split = rule.classes.split
    found = []
    for row in split:
        members = [(place.get(instruments[i]), row[i]) for i in np.flatnonzero(row > 0.0)]
        parts = [
            np.full(len(moves), np.nan) if k is None else share * moves[:, k]
            for k, share in members
        ]
        found.append(np.sum(parts, axis=0))
    table = np.column_stack(found)
    return np.asarray(table[np.isfinite(table).all(axis=1)])

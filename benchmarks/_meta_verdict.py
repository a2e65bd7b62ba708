"""Whether a policy that listens ships, worked out from figures and from nothing else.

Costs of all policies in a world are over the same returns, so that their differences are paired.
An interval is Student's t over test worlds, of differences averaged over seeds, in per cent of the
rule's cost; it is widened for every form that was tried (Bonferroni).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

ERROR = 0.05
"""Joint chance that any of the intervals misses."""


@dataclass(frozen=True)
class Interval:
    """Per cent of the rule's cost; below zero is in the listener's favour."""

    mean: float
    low: float
    high: float


@dataclass(frozen=True)
class WorldCosts:
    """One test world; bps a year, but for `unit`: the rule's trading and tracking.

    `listening` and `deaf` are the network's costs with and without signals, seed by seed; the
    `fitted` ones know the world: told nothing, told the signals, told the mood.
    """

    world: int
    instruments: int
    unit: float
    rule: float
    listening: tuple[float, ...]
    deaf: tuple[float, ...]
    fitted: float
    fitted_signals: float
    fitted_mood: float


@dataclass(frozen=True)
class Verdict:
    """What a setting's figures say."""

    versus_deaf: Interval
    versus_rule: Interval
    versus_fitted: Interval
    bound_signals: Interval
    bound_mood: Interval
    seeds: tuple[float, ...]
    ships: bool
    words: str


def interval(shares: Sequence[float], trials: int) -> Interval:
    """Mean with its interval over worlds, widened for so many trials."""
    found = np.asarray(shares)
    error = float(found.std(ddof=1)) / len(found) ** 0.5
    reach = float(stats.t.ppf(1.0 - ERROR / (2.0 * trials), len(found) - 1)) * error
    mean = float(found.mean())
    return Interval(round(mean, 3), round(mean - reach, 3), round(mean + reach, 3))


def verdict(rows: Sequence[WorldCosts], trials: int) -> Verdict:
    """Ships where it beats the same network without ears, and the rule, beyond the intervals, and
    with every seed."""

    def against(ours: str, theirs: str) -> Interval:
        shares = [
            100.0 * float(np.mean(getattr(row, ours)) - np.mean(getattr(row, theirs))) / row.unit
            for row in rows
        ]
        return interval(shares, trials)

    deaf, rule = against("listening", "deaf"), against("listening", "rule")
    by_seed = tuple(
        round(
            float(
                np.mean([100.0 * (row.listening[seed] - row.deaf[seed]) / row.unit for row in rows])
            ),
            3,
        )
        for seed in range(len(rows[0].listening))
    )
    ships = deaf.high < 0.0 and rule.high < 0.0 and max(by_seed) < 0.0
    return Verdict(
        deaf,
        rule,
        against("listening", "fitted"),
        against("fitted_signals", "fitted"),
        against("fitted_mood", "fitted"),
        by_seed,
        ships,
        "ships" if ships else "does not ship",
    )

"""How sure a decision is, in a sense that can be checked: does it hang on luck in the history?

Risk is estimated from a few years of closes; another few years of the same market would have said
something else.  So the history is drawn again from itself, in blocks of about a month, and the same
policy is asked each time.  The confidence is the part of these histories in which it decides the
same, trade or hold.  It is *not* the chance that the trade will turn out well: nobody knows that.

Source: the circular block bootstrap, Politis and Romano (1992); Wilson (1927) for the interval.
Errors: none; without a history there is no confidence.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import sqrt

import numpy as np

from trimtab.app.explaining.asking import Asked, Question, ask
from trimtab.cycle.requests import Observation
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.snapshots import PriceHistory

__all__ = ["DEFINITION", "DRAWS", "Confidence", "confidence_of"]

DRAWS = 20
BLOCK_SESSIONS = 21
SEED = 20_261_121
SESSIONS_MIN = 63
NORMAL_95 = 1.959964
DEFINITION = (
    "the share of histories, drawn again from the household's own in blocks of a month, with which "
    "the same policy decides the same, trade or hold; not the chance that a trade turns out well"
)


@dataclass(frozen=True, slots=True)
class Confidence:
    """How many of how many histories decide the same; `low` and `high` a 95 % interval."""

    same: int
    draws: int

    @property
    def share(self) -> float:
        """The part of the histories that decides the same."""
        return self.same / self.draws

    @property
    def low(self) -> float:
        """The interval's lower end."""
        return self._interval()[0]

    @property
    def high(self) -> float:
        """The interval's upper end."""
        return self._interval()[1]

    def _interval(self) -> tuple[float, float]:
        n, p, z = self.draws, self.share, NORMAL_95
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)


def confidence_of(question: Question, today: Asked, draws: int = DRAWS) -> Confidence | None:
    """Ask with each history that was drawn again."""
    history = question.observation.history
    if draws < 1 or len(history.dates) <= SESSIONS_MIN:
        return None
    same, asked = 0, 0
    for number in range(draws):
        drawn = _drawn(history, np.random.default_rng((SEED, number)))
        seen = Observation(question.observation.snapshot, drawn)
        try:
            found = ask(replace(question, observation=seen))
        except (InputError, InputErrors):
            continue
        asked += 1
        same += found.acts == today.acts
    return Confidence(same, asked) if asked else None


def _drawn(history: PriceHistory, chance: np.random.Generator) -> PriceHistory:
    """The closes that the same sessions give in another order, ending where they end today."""
    closes = np.asarray(history.closes, dtype=np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        returns = np.diff(np.log(closes), axis=0)
    sessions = len(returns)
    starts = chance.integers(0, sessions, -(-sessions // BLOCK_SESSIONS))
    rows = (starts[:, None] + np.arange(BLOCK_SESSIONS)).ravel()[:sessions] % sessions
    steps = returns[rows]
    level = np.nancumsum(steps[::-1], axis=0)[::-1]
    last = np.array([_last(column) for column in closes.T])
    earlier = np.where(np.isfinite(steps), last * np.exp(-level), np.nan)
    return replace(history, closes=np.vstack([earlier, last]).tolist())


def _last(column: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
    known = column[np.isfinite(column)]
    return float(known[-1]) if len(known) else float("nan")

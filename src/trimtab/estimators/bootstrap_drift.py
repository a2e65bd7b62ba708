"""How far weights will wander until the next review, from what returns did together before.

Sessions of the past are strung together in blocks of random length, all instruments at once, so
that correlations, fat tails and the waves of volatility within a block stay as they were.  It knows
nothing of today's volatility: `lognormal_drift` does.  The draws repeat: their seed is a setting.

Errors: `InputError` where too few sessions have a return of every instrument.

Source: Politis & Romano (1994), The Stationary Bootstrap, J. American Statistical Association 89.
"""

from dataclasses import dataclass

import numpy as np

from trimtab.estimators._base import LEVEL, SESSIONS_MIN, Floats
from trimtab.estimators._weight_drift import forecasts_of
from trimtab.model.errors import InputError
from trimtab.model.estimates import Forecast

__all__ = ["BootstrapDrift"]


@dataclass(frozen=True, slots=True)
class BootstrapDrift:
    """Past sessions strung together in blocks.

    Unit: `review_sessions` until the next review; `block_sessions` the mean length of a block;
    `level` how often the interval should hold what comes.
    """

    review_sessions: int = 63
    block_sessions: float = 10.0
    level: float = LEVEL
    draws: int = 2_000
    seed: int = 0

    def __post_init__(self) -> None:
        for setting in ("review_sessions", "draws"):
            if not getattr(self, setting) > 0:
                raise ValueError(f"{setting} is {getattr(self, setting)}; must be above 0")
        if not self.block_sessions >= 1.0:
            raise ValueError(f"block_sessions is {self.block_sessions}; must be at least 1")
        if not 0.0 < self.level < 1.0:
            raise ValueError(f"level is {self.level}; must be above 0 and below 1")

    def drift(self, returns: Floats, weights: Floats) -> tuple[Forecast, ...]:
        """The change of each weight until the next review.

        Refuses: fewer than `SESSIONS_MIN` sessions on which every instrument has a return, and
        returns too wild to be drawn from.
        """
        if not len(weights):
            return ()
        whole = returns[np.isfinite(returns).all(axis=1)]
        if len(whole) < SESSIONS_MIN:
            raise InputError(
                "how far weights will wander",
                f"{len(whole)} sessions have a return of every instrument",
                f"bootstrap_drift needs {SESSIONS_MIN}",
                'give histories that overlap, or set [estimates] drift = "lognormal_drift"',
            )
        with np.errstate(invalid="ignore", divide="ignore"):  # `forecasts_of` refuses what is none
            logs = np.log1p(whole - whole.mean(axis=0))
        chance = np.random.default_rng(self.seed)
        at = chance.integers(0, len(logs), self.draws)
        total = np.zeros((self.draws, len(weights)))
        for _ in range(self.review_sessions):
            total += logs[at]
            fresh = chance.random(self.draws) < 1.0 / self.block_sessions
            at = np.where(fresh, chance.integers(0, len(logs), self.draws), (at + 1) % len(logs))
        return forecasts_of(weights, np.exp(total), self.level)


PLUGIN = BootstrapDrift

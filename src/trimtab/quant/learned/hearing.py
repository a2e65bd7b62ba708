"""What is heard of a market: two levels of volatility, fitted to its past and filtered, and costs.

The ear knows nothing of the market but closes: the average of its instruments, each in units of its
own volatility, is taken to come from one of two levels between which a hidden chain switches, as
the estimator `markov_switching` takes it.  Levels and chain are fitted once to a past, and the
probability of the louder level is then filtered forward, from sessions before the one it is for.
Levels that hardly differ, or a loud one that does not last, are no moods: that ear hears nothing.

Source: Hamilton (1989), Econometrica 57(2); Hamilton and Susmel (1994), J. of Econometrics 64.
Errors: as `fit_regimes` refuses a past that is too short or never moves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from trimtab.model.errors import InputError
from trimtab.quant.control.tracking import Floats
from trimtab.quant.learned._filter import filter_forward
from trimtab.quant.worlds.regimes import fit_regimes

__all__ = [
    "SIGNALS",
    "Ear",
    "belief_before",
    "heard_of",
    "likelihoods",
    "market_signals",
    "remembered_cost",
]

SIGNALS = ("storm_excess", "log_expected_volatility", "log_recent_cost")
"""Filtered probability of a storm less its usual share; log of the volatility to be expected ÷ the
usual; log of what trading cost lately ÷ the usual.  All are zero where nothing is unusual."""
MEMORY = 0.7
"""What is left after a review of what trading cost before."""
LEAST_FACTOR = 1e-6

VOLATILITY_RATIO_MIN, STAY_MIN = 1.5, 0.8
"""The estimator's own bounds: how many times louder a mood is, how likely it stays a session."""
UNIT = 0.01
"""A session of one usual volatility, as the return that `fit_regimes` is shown."""
LIKELIHOOD_MIN = 1e-300
STILL = 1e-7
"""Deviation of a session's return up to which something, such as cash, says nothing of moods."""


@dataclass(frozen=True, slots=True)
class Ear:
    """A fitted filter of two levels of volatility; equal levels hear nothing.

    Shape: `scale` (n,) of a session's log return, infinite of what never moves; `start` (2,)
    long-run shares, `change` (2, 2) from row to column, `mean` and `deviation` (2,) of the average
    instrument, calm before loud.
    """

    scale: Floats
    start: Floats
    change: Floats
    mean: Floats
    deviation: Floats

    @classmethod
    def fitted(cls, past: Floats) -> Ear:
        """The ear of a past.

        Shape: `past` (T, n), log returns of sessions.
        Refuses: as `fit_regimes`, but for a mood that died out: there is none then.
        """
        scale = np.sqrt((past**2).mean(axis=0))
        scale = np.where(scale > STILL, scale, np.inf)
        factor = (past / scale).mean(axis=1)
        deaf = cls(scale, np.array([0.5, 0.5]), np.full((2, 2), 0.5), np.zeros(2), np.ones(2))
        try:
            found = fit_regimes(np.expm1(UNIT * factor)[:, None])
        except InputError as error:
            if error.subject != "market states":
                raise
            return deaf
        deviation = found.roots[:, 0, 0] / UNIT
        if deviation[1] < VOLATILITY_RATIO_MIN * deviation[0] or found.change[1, 1] < STAY_MIN:
            return deaf
        return cls(scale, found.start, found.change, found.mean[:, 0] / UNIT, deviation)

    def heard(self, steps: Floats) -> Floats:
        """What is heard before each session, from the sessions before it.

        Shape: `steps` (T, B, n) log returns; the answer (T, B, 2) as `heard_of` gives it.
        """
        factor = (steps / self.scale).mean(axis=2, keepdims=True)
        roots = self.deviation[:, None, None]
        belief = belief_before(
            self.start, self.change, likelihoods(factor, self.mean[:, None], roots)
        )
        return heard_of(belief, self.start, self.deviation**2)


def market_signals(returns: Floats, cost_factors: Floats) -> Floats:
    """What a listening model is told of a household's market, in the order of `SIGNALS`.

    Shape: `returns` (T, n), log returns of the sessions up to the day; `cost_factors` (R,), what
    trading cost at the reviews before ÷ what is usual, the latest last, none where not known.
    Refuses: as `fit_regimes`.
    """
    # One session more, of which nothing is known: the signals before it are today's.
    steps = np.vstack([returns, np.zeros((1, returns.shape[1]))])[:, None, :]
    heard = Ear.fitted(returns).heard(steps)[-1, 0]
    unknown = np.append(cost_factors, 1.0)[:, None]
    return np.append(heard, remembered_cost(unknown)[-1, 0])


def remembered_cost(factor: Floats) -> Floats:
    """Log of what trading cost at the reviews before each, the latest weighing most.

    Shape: `factor` (R, B), what it cost ÷ what is usual; the answer the same.
    """
    recent = np.zeros_like(factor)
    for review in range(1, len(factor)):
        latest = np.log(np.maximum(factor[review - 1], LEAST_FACTOR))
        recent[review] = MEMORY * recent[review - 1] + (1.0 - MEMORY) * latest
    return recent


def heard_of(belief: Floats, usual: Floats, variance: Floats) -> Floats:
    """A storm's probability less its usual share, and log of the volatility to be expected ÷ usual.

    Shape: `belief` (T, B, K), `usual` and `variance` (K,); the answer (T, B, 2).
    """
    louder = 0.5 * np.log((belief @ variance) / float(usual @ variance))
    return np.stack([belief[:, :, -1] - usual[-1], louder], axis=2)


def belief_before(start: Floats, change: Floats, likely: Floats) -> Floats:
    """Probability of each mood *before* each session, from the sessions before it.

    Shape: `start` (K,), `change` (K, K), `likely` (T, B, K) → (T, B, K).
    """
    belief = np.empty_like(likely)
    filter_forward(start, change, likely, belief)
    return belief


def likelihoods(steps: Floats, middle: Floats, roots: Floats) -> Floats:
    """How likely each mood makes each session's returns, against the likeliest.

    Shape: `steps` (T, B, n), `middle` (K, n), `roots` (K, n, n) → (T, B, K).
    """
    logs = np.empty((*steps.shape[:2], len(middle)))
    for k, root in enumerate(roots):
        scaled = (steps - middle[k]) @ np.linalg.inv(root).T
        logs[:, :, k] = -0.5 * (scaled**2).sum(axis=2) - np.log(np.diag(root)).sum()
    return np.asarray(np.maximum(np.exp(logs - logs.max(axis=2, keepdims=True)), LIKELIHOOD_MIN))

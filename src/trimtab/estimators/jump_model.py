"""The market state by a statistical jump model: clusters in time that seldom change.

Each week is described by what is known at its end: volatility, concentration (how much one factor
moves) and trend of the average instrument.  Weeks are put into three clusters such that the squared
distance to the clusters' centres, plus `jump_penalty` for each change of cluster, is least; the
probability on the last week then comes from the forward filter of the same model, which uses no
later week.  A cluster that is wild *and* concentrated is a crisis, another whose trend stands out
from chance is the trend; a market that had no crisis gets no crisis.

Own NumPy code: no package needed.

Errors: `InputError` where there is too little history.

Source: Bemporad, Breschi, Piga & Boyd (2018), Fitting jump models, Automatica 96; Nystrup,
Lindström & Madsen (2020), Learning hidden Markov models with persistent states by penalizing jumps,
Expert Systems with Applications 150.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from trimtab.estimators._base import Floats
from trimtab.estimators._market_state import (
    CONCENTRATION_SESSIONS,
    STATE_SESSIONS_MIN,
    TREND_T_MIN,
    TREND_WINDOW_SESSIONS,
    concentration,
    market_factor,
    moving,
    percent,
)
from trimtab.model.errors import InputError
from trimtab.model.estimates import StateForecast

__all__ = ["JumpModel", "features", "filtered", "fitted_centres"]

STATES = 3
WEEK_SESSIONS = 5
VOLATILITY_SESSIONS = 21
ROUNDS_MAX = 50
FEATURE_MAX = 4.0
"""A feature counts at most as so many robust standard deviations."""
VOLATILITY, CONCENTRATION, TREND = range(3)
CALM_SHARE = 0.5
"""The quantile of each feature that is ordinary."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class JumpModel:
    """Three clusters of weeks that seldom change.

    Unit: `jump_penalty` in units of squared distance; `crisis_volatility_min` times the ordinary
    volatility.
    """

    jump_penalty: float = 4.0
    crisis_volatility_min: float = 1.5

    def __post_init__(self) -> None:
        if not self.jump_penalty >= 0.0:
            raise ValueError(f"jump_penalty is {self.jump_penalty}; must be at least 0")
        if not self.crisis_volatility_min > 1.0:
            raise ValueError(
                f"crisis_volatility_min is {self.crisis_volatility_min}; must exceed 1"
            )

    def state(self, returns: Floats) -> StateForecast:
        """How probable each state is on the last session.

        Refuses: less than a year and a half of returns that move.
        """
        weeks = features(moving(returns))
        middle = np.quantile(weeks, CALM_SHARE, axis=0)
        spread = np.maximum(np.quantile(np.abs(weeks - middle), 0.5, axis=0) * 1.4826, 1e-3)
        points = np.clip((weeks - middle) / spread, -FEATURE_MAX, FEATURE_MAX)
        centres = fitted_centres(points, self.jump_penalty)
        now = filtered(points, centres, self.jump_penalty)
        wildness = np.exp(centres[:, VOLATILITY] * spread[VOLATILITY])
        is_crisis = wildness >= self.crisis_volatility_min
        if np.ptp(weeks[:, CONCENTRATION]) > 0.0:  # else there are no correlations to break down
            is_crisis &= centres[:, CONCENTRATION] > 0.0
        strength = centres[:, TREND] * spread[TREND] + middle[TREND]
        trends = ~is_crisis & (strength >= TREND_T_MIN)
        crisis, trending = float(now[is_crisis].sum()), float(now[trends].sum())
        times = float(np.exp(weeks[-1, VOLATILITY] - middle[VOLATILITY]))
        words = (
            f"volatility {times:.1f} times the ordinary one; the first factor moves "
            f"{percent(weeks[-1, CONCENTRATION])} of everything "
            f"(usually {percent(middle[CONCENTRATION])}); trend |t| = {weeks[-1, TREND]:.1f}"
        )
        return StateForecast(max(0.0, 1.0 - crisis - trending), trending, crisis, words)


def features(scaled: Floats) -> Floats:
    """What is known at the end of each week: log volatility, concentration, |t| of the trend.

    Shape: weeks × 3, the last of them the last session; `scaled` as `moving` gives it.
    Refuses: too few sessions for a year of weeks.
    """
    factor = market_factor(scaled)
    seen = scaled[np.isfinite(scaled).any(axis=1)]
    if len(factor) < TREND_WINDOW_SESSIONS + STATE_SESSIONS_MIN:
        raise InputError(
            "the state of the market",
            f"{len(factor)} daily returns are too few",
            f"a jump model needs {TREND_WINDOW_SESSIONS + STATE_SESSIONS_MIN}",
            "give a longer price history, or leave out [estimates] state",
        )
    ends = range(len(factor), TREND_WINDOW_SESSIONS - 1, -WEEK_SESSIONS)
    rows = [_week(factor[:end], seen[:end]) for end in ends]
    return np.array(rows[::-1])


def _week(factor: Floats, scaled: Floats) -> tuple[float, float, float]:
    volatility = float(np.sqrt((factor[-VOLATILITY_SESSIONS:] ** 2).mean()))
    share = concentration(scaled[-CONCENTRATION_SESSIONS:])
    recent = factor[-TREND_WINDOW_SESSIONS:]
    spread = float(recent.std(ddof=1))
    t = float(recent.mean()) / spread * np.sqrt(len(recent)) if spread > 0.0 else 0.0
    return np.log(max(volatility, 1e-6)), share if np.isfinite(share) else 1.0, abs(t)


def fitted_centres(points: Floats, penalty: float) -> Floats:
    """The centres of the clusters, by turns: assign the weeks, move the centres.

    Shape: `points` weeks × features; the answer 3 × features.
    """
    best, centres = np.inf, points[:STATES]
    for start in _starts(points):
        assigned: Ints | None = None
        for _ in range(ROUNDS_MAX):
            cost, path = _assigned(points, start, penalty)
            if assigned is not None and np.array_equal(path, assigned):
                break
            assigned = path
            start = np.array(
                [points[path == k].mean(axis=0) if (path == k).any() else start[k]
                 for k in range(STATES)]
            )  # fmt: skip
        if cost < best:
            best, centres = cost, start
    return centres


def _starts(points: Floats) -> list[Floats]:
    """Where the search starts: the quantiles of each feature in turn; nothing is drawn."""
    starts = []
    for feature in range(points.shape[1]):
        order = np.argsort(points[:, feature], kind="stable")
        parts = np.array_split(order, STATES)
        starts.append(np.array([points[part].mean(axis=0) for part in parts]))
    return starts


def _assigned(points: Floats, centres: Floats, penalty: float) -> tuple[float, Ints]:
    """The cheapest sequence of clusters, by dynamic programming over the whole past."""
    loss = ((points[:, None, :] - centres[None]) ** 2).sum(axis=2) / 2.0
    jumps = penalty * (1.0 - np.eye(STATES))
    total, back = loss[0], np.zeros((len(points), STATES), dtype=np.int64)
    for t in range(1, len(points)):
        ways = total[:, None] + jumps
        back[t] = ways.argmin(axis=0)
        total = ways.min(axis=0) + loss[t]
    path = np.empty(len(points), dtype=np.int64)
    path[-1] = int(total.argmin())
    for t in range(len(points) - 1, 0, -1):
        path[t - 1] = back[t, path[t]]
    return float(total.min()), path


def filtered(points: Floats, centres: Floats, penalty: float) -> Floats:
    """The probability of each cluster in the last week, from that week and those before it.

    Shape: (3,).
    """
    likelihood = -((points[:, None, :] - centres[None]) ** 2).sum(axis=2) / 2.0
    moves = np.exp(-penalty * (1.0 - np.eye(STATES)))
    moves /= moves.sum(axis=1, keepdims=True)
    now = np.full(STATES, 1.0 / STATES)
    for row in likelihood:
        now = (now @ moves) * np.exp(row - row.max())
        now /= now.sum()
    return now


PLUGIN = JumpModel

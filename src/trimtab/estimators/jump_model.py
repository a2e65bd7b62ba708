"""The market state by a statistical jump model: clusters in time that seldom change.

Each week is described by what is known at its end: the volatility of the average instrument, and
concentration, which is how much one factor moves.  Weeks are put into three clusters such that the
squared distance to the clusters' centres, plus `jump_penalty` for each change of cluster, is least;
the probability on the last week then comes from the forward filter of the same model, which uses no
later week.  Clusters of high volatility are wild, and a market that had none gets none; a wild week
is a crisis as far as one factor moves more than it usually does.

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
    Reading,
    concentration,
    forecast_of,
    market_factor,
    moving,
    probability_of_breakdown,
    probability_of_trend,
)
from trimtab.model.errors import InputError
from trimtab.model.estimates import StateForecast

__all__ = ["JumpModel", "features", "filtered", "fitted_centres"]

STATES = 3
WEEK_SESSIONS = 5
VOLATILITY_SESSIONS = 21
ROUNDS_MAX = 50
START_SHARES = ((1 / 3, 2 / 3), (0.5, 0.9), (0.6, 0.97))
"""Where the search parts the weeks: evenly, and such that few of them are wild."""
FEATURE_MAX = 6.0
"""A feature counts at most as so many robust standard deviations."""
VOLATILITY = 0

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class JumpModel:
    """Three clusters of weeks that seldom change.

    Unit: `jump_penalty` in units of squared distance; `wild_volatility_min` times the ordinary
    volatility.
    """

    jump_penalty: float = 4.0
    wild_volatility_min: float = 1.5

    def __post_init__(self) -> None:
        if not self.jump_penalty >= 0.0:
            raise ValueError(f"jump_penalty is {self.jump_penalty}; must be at least 0")
        if not self.wild_volatility_min > 1.0:
            raise ValueError(f"wild_volatility_min is {self.wild_volatility_min}; must exceed 1")

    def state(self, returns: Floats) -> StateForecast:
        """How probable each state is on the last session.

        Refuses: fewer than 294 sessions of returns that move.
        """
        scaled = moving(returns)
        weeks = features(scaled)
        middle = np.median(weeks, axis=0)
        spread = np.maximum(np.median(np.abs(weeks - middle), axis=0) * 1.4826, 1e-3)
        points = np.clip((weeks - middle) / spread, -FEATURE_MAX, FEATURE_MAX)
        centres = fitted_centres(points, self.jump_penalty)
        now = filtered(points, centres, self.jump_penalty)
        wildness = np.exp(centres[:, VOLATILITY] * spread[VOLATILITY])
        wild = min(1.0, float(now[wildness >= self.wild_volatility_min].sum()))
        concentrated, correlation_words = probability_of_breakdown(scaled)
        trending, trend_words = probability_of_trend(market_factor(scaled))
        times = float(np.exp(weeks[-1, VOLATILITY] - middle[VOLATILITY]))
        words = f"volatility {times:.1f} times the ordinary one; {correlation_words}; {trend_words}"
        return forecast_of(Reading(wild, concentrated, trending, words))


def features(scaled: Floats) -> Floats:
    """What is known at the end of each week: log volatility, and concentration.

    Shape: weeks × 2, the last of them the last session; `scaled` as `moving` gives it.
    Refuses: too few sessions for a year of weeks.
    """
    factor = market_factor(scaled)
    seen = scaled[np.isfinite(scaled).any(axis=1)]
    if len(factor) < CONCENTRATION_SESSIONS + STATE_SESSIONS_MIN:
        raise InputError(
            "the state of the market",
            f"{len(factor)} daily returns are too few",
            f"a jump model needs {CONCENTRATION_SESSIONS + STATE_SESSIONS_MIN}",
            "give a longer price history, or leave out [estimates] state",
        )
    ends = range(len(factor), CONCENTRATION_SESSIONS - 1, -WEEK_SESSIONS)
    rows = [_week(factor[:end], seen[:end]) for end in ends]
    return np.array(rows[::-1])


def _week(factor: Floats, scaled: Floats) -> tuple[float, float]:
    volatility = float(np.sqrt((factor[-VOLATILITY_SESSIONS:] ** 2).mean()))
    share = concentration(scaled[-CONCENTRATION_SESSIONS:])
    return float(np.log(max(volatility, 1e-6))), share if np.isfinite(share) else 1.0


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
    """Where the search starts: parts of the weeks in the order of each feature; none is drawn."""
    starts = []
    for feature in range(points.shape[1]):
        order = np.argsort(points[:, feature], kind="stable")
        for shares in START_SHARES:
            parts = np.split(order, [max(1, int(share * len(order))) for share in shares])
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

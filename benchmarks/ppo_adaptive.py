"""Does an agent that hears the market trade better than the same agent without ears?

    python -m benchmarks.ppo_adaptive [--seeds 5] [--rollouts 40] [--json]

One world of two instruments whose market is calm or stormy: in a storm, which lasts some ten
months, both move three times as much.  Two agents learn in it from the same returns with the same
seed: one whose edges are constant, and one whose edges may move with the figures that a household
remembers of the market (realised volatility, common share, trend, costs paid), which see no return
that has not happened.  Both then live through the same 2,048 histories, which no agent has seen:
the paired difference of what they cost is the finding, by seed and over all seeds.

Drift is charged at the average risk of the world, so that a storm moves weights but does not make a
given drift dearer: that favours listening, as a band should then be wider in a storm.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np

from trimtab.drivers.env.choices import Choice
from trimtab.learning.ppo import PpoTerms, cube_root_bands, train_band
from trimtab.learning.vec_env import HouseholdVecEnv
from trimtab.quant.control.tracking import Floats, TrackingProblem
from trimtab.quant.learned.ppo_band import MARKET_SIGNALS, USUAL_MARKET, PpoBand
from trimtab.quant.worlds.household_layout import HouseholdWorld

__all__ = ["Row", "growth_of", "main", "row_of", "summary"]

BPS = 1e4
STORM_VOLATILITY = 3.0
STORM_MONTHS, CALM_MONTHS = 10.0, 40.0
TRAIN_PATHS, TEST_PATHS, PERIODS = 2_000, 2_048, 240
TEST_SEED = 20_261_123
FORGOTTEN = 24
"""Months of a test until the start is forgotten."""
STUDENT_95 = {2: 12.71, 3: 4.30, 4: 3.18, 5: 2.78, 6: 2.57, 7: 2.45, 8: 2.36, 9: 2.31, 10: 2.26}
"""Of as many seeds, for a 95 % interval."""
CALM = TrackingProblem(
    target=np.array([0.6, 0.4]),
    drift=np.array([0.06, 0.03]),
    covariance=np.diag([0.13**2, 0.05**2]),
    cost=np.array([0.002, 0.002]),
    risk_aversion=5.0,
    review_years=1.0 / 12.0,
)


@dataclass(frozen=True, slots=True)
class Row:
    """One seed; costs in bps a year, `difference` hearing less deaf, with its 95 % interval."""

    seed: int
    deaf: float
    hearing: float
    difference: float
    low: float
    high: float
    width_calm: float
    width_storm: float


def world_problem() -> TrackingProblem:
    """The problem at the average risk of calm and storm."""
    storm = STORM_MONTHS / (STORM_MONTHS + CALM_MONTHS)
    average = 1.0 - storm + storm * STORM_VOLATILITY**2
    return replace(CALM, covariance=average * CALM.covariance)


def growth_of(seed: int, paths: int) -> Floats:
    """Months of calm and storm; every second half of the paths mirrors the first.

    Shape: (paths, PERIODS, 2).
    """
    chance = np.random.default_rng(seed)
    half = paths // 2
    is_storm = np.empty((half, PERIODS), np.bool_)
    is_storm[:, 0] = chance.random(half) < STORM_MONTHS / (STORM_MONTHS + CALM_MONTHS)
    for t in range(1, PERIODS):
        drawn = chance.random(half)
        ends, begins = drawn < 1.0 / STORM_MONTHS, drawn < 1.0 / CALM_MONTHS
        is_storm[:, t] = np.where(is_storm[:, t - 1], ~ends, begins)
    scale = np.where(is_storm, STORM_VOLATILITY, 1.0)[:, :, None]
    variance = np.diag(CALM.covariance) * CALM.review_years * scale**2
    shocks = chance.standard_normal((half, PERIODS, 2)) * np.sqrt(variance)
    mean = CALM.drift * CALM.review_years - 0.5 * variance
    return np.exp(np.concatenate([mean + shocks, mean - shocks]))


def lived_through(band: PpoBand, problem: TrackingProblem, growth: Floats) -> Floats:
    """What a band costs each household, all through the same histories.

    Shape: (paths,).  Unit: fraction of value a year.
    """
    bands = np.concatenate([band.reference, np.full((1, 2), np.inf)])
    world = HouseholdWorld(
        *(problem.target, problem.cost, problem.covariance, growth, bands),
        *(problem.risk_aversion, problem.review_years),
        episode=PERIODS,
        spread=0.0,
    )
    households = HouseholdVecEnv(
        world, len(growth), choice=Choice.BAND_EDGE, seed=TEST_SEED, is_staggered=False
    )
    observed, cost = households.reset(), np.zeros(len(growth))
    for t in range(PERIODS):
        heard = observed[:, -len(MARKET_SIGNALS) :] - np.array(USUAL_MARKET)
        observed, _, _, _ = households.step(np.clip(band.bias + heard @ band.weight.T, -1.0, 1.0))
        if t >= FORGOTTEN:
            cost += households.outcome.trading + households.outcome.drift
    return cost / ((PERIODS - FORGOTTEN) * problem.review_years)


def row_of(seed: int, terms: PpoTerms, unseen: Floats) -> Row:
    """Train both agents with a seed, and let them live through what neither has seen."""
    problem = world_problem()
    learn = growth_of(seed, TRAIN_PATHS)
    start = cube_root_bands(problem)
    agents = [
        train_band(
            problem, replace(terms, is_adaptive=hears), seed=seed, start=start, growth=learn
        ).model
        for hears in (False, True)
    ]
    deaf, hearing = (lived_through(agent, problem, unseen) * BPS for agent in agents)
    apart = hearing - deaf
    error = 1.96 * float(apart.std(ddof=1)) / len(apart) ** 0.5
    mean = float(apart.mean())
    calm, storm = (
        float(agents[1].half_widths((volatility, *USUAL_MARKET[1:])).mean())
        for volatility in (0.6, 1.8)
    )
    costs = float(deaf.mean()), float(hearing.mean())
    return Row(seed, *costs, mean, mean - error, mean + error, calm, storm)


def summary(rows: Sequence[Row]) -> tuple[float, float, float]:
    """Mean difference in per cent of what the deaf agent costs, with its interval over seeds."""
    shares = np.array([100.0 * row.difference / row.deaf for row in rows])
    mean = float(shares.mean())
    error = STUDENT_95[len(rows)] * float(shares.std(ddof=1)) / len(rows) ** 0.5
    return mean, mean - error, mean + error


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, test, print."""
    parser = argparse.ArgumentParser(
        prog="benchmarks.ppo_adaptive",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seeds", type=int, default=5, choices=sorted(STUDENT_95))
    parser.add_argument("--rollouts", type=int, default=40)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    asked = parser.parse_args(arguments)
    unseen, rows = growth_of(TEST_SEED, TEST_PATHS), []
    for seed in range(asked.seeds):
        rows.append(row_of(seed, PpoTerms(rollouts=asked.rollouts), unseen))
        if not asked.json:
            print(in_words(rows[-1]), flush=True)
    mean, low, high = summary(rows)
    if asked.json:
        found = {"rows": [asdict(row) for row in rows], "percent": [mean, low, high]}
        json.dump(found, sys.stdout, indent=1)
    else:
        print(f"hearing less deaf: {mean:+.2f} % ({low:+.2f} to {high:+.2f} over seeds)")
    return 0


def in_words(row: Row) -> str:
    """A row for a screen."""
    return (
        f"seed {row.seed}: deaf {row.deaf:.3f} bps a year, hearing {row.hearing:.3f}, difference "
        f"{row.difference:+.3f} ({row.low:+.3f} to {row.high:+.3f}); half-width in calm "
        f"{row.width_calm:.4f}, in a storm {row.width_storm:.4f}"
    )


if __name__ == "__main__":
    raise SystemExit(main())

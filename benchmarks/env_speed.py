"""How many environment steps one CPU-second brings: `python -m benchmarks.env_speed --json`.

One step is one review of one household: act, trade, pay cost and tax, bear the drift, live through
a month of returns, be observed, start anew where the episode ends.  What is counted is
`VecEnv.step` as an agent calls it, by `time.process_time` of one thread; actions are drawn before,
returns come from paths drawn before.  Compilation is not counted and stated beside it.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence

import numpy as np

from trimtab.drivers.env.choices import Choice
from trimtab.learning.vec_env import HouseholdVecEnv
from trimtab.quant.worlds.household_layout import HouseholdWorld

REPEATS, ROUNDS, DRAWN = 7, 1_000, 32


def made_world(instruments: int, seed: int = 0) -> HouseholdWorld:
    """Correlated lognormal months, costs, taxed gains."""
    rng = np.random.default_rng(seed)
    volatility = np.linspace(0.08, 0.25, instruments)
    covariance = np.outer(volatility, volatility) * (0.4 + 0.6 * np.eye(instruments))
    root = np.linalg.cholesky(covariance / 12.0)
    growth = np.exp(0.004 + rng.standard_normal((512, 240, instruments)) @ root.T)
    target = rng.dirichlet(np.full(instruments, 8.0))
    bands = np.column_stack([0.2 * target, 0.2 * target])
    cost = np.linspace(0.0005, 0.003, instruments)
    return HouseholdWorld(
        target, cost, covariance, growth, bands, 4.0, tax_rate=0.15, episode=120, gain_most=0.5
    )


def measure(world: HouseholdWorld, choice: Choice, count: int, seed: int = 0) -> dict[str, object]:
    """Steps a CPU-second: the median of several runs, and all of them."""
    env = HouseholdVecEnv(world, count, choice=choice, seed=seed)
    env.action_space.seed(seed)
    actions = [np.array([env.action_space.sample() for _ in range(count)]) for _ in range(DRAWN)]
    began = time.process_time()
    env.reset()
    env.step(actions[0])
    compiled = time.process_time() - began
    rates = []
    for _ in range(REPEATS):
        began = time.process_time()
        for turn in range(ROUNDS):
            env.step(actions[turn % DRAWN])
        rates.append(ROUNDS * count / (time.process_time() - began))
    return {
        "choice": str(choice),
        "environments": count,
        "instruments": world.instruments,
        "steps_a_cpu_second": round(float(np.median(rates))),
        "all_runs": [round(rate) for rate in rates],
        "first_step_cpu_seconds": round(compiled, 2),
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks.env_speed", description=__doc__)
    parser.add_argument("--environments", type=int, default=256)
    parser.add_argument("--instruments", type=int, default=20)
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(arguments)
    world = made_world(given.instruments)
    results = [measure(world, choice, given.environments) for choice in Choice]
    if given.json:
        print(json.dumps(results, indent=1))
        return
    for one in results:
        print(f"{one['choice']:>13}: {one['steps_a_cpu_second']:>10,} steps a CPU-second")


if __name__ == "__main__":
    main()

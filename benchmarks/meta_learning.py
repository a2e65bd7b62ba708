"""Does a policy that hears the market's mood beat one that does not, in worlds it never saw?

    python -m benchmarks.meta_learning [--learn 32] [--test 16] [--steps 200] [--seeds 1] [--json]

A network that hears the filtered probability of a storm and what trading cost lately is trained
over worlds with moods of their own, and chosen in others.  In the test worlds, others again, it
meets the rule (control's region of the average market) and the hardest opponent without ears: a
region fitted by gradient to that very test world, of which the network knows nothing.  Each world
gives a paired difference over the same returns; the summary is over worlds, with its interval.
"""

import argparse
import json
import sys
from dataclasses import asdict, dataclass, replace

import numpy as np

from trimtab.learning.config import TrainingConfig
from trimtab.learning.draws import draw_regime_worlds
from trimtab.learning.measuring import compare
from trimtab.learning.network_training import train_network
from trimtab.learning.parameters import frozen_policy, rule_policy
from trimtab.learning.region_training import train_region
from trimtab.learning.scenarios import draw_scenario
from trimtab.learning.world import World
from trimtab.quant.control.no_trade_region import NoTradeRegion, calibrate
from trimtab.quant.learned.features import HouseholdState
from trimtab.quant.learned.models import RegionNetwork

BPS = 1e4
LEARN, CHOOSE, TEST = 11, 12, 13
"""Seeds of the worlds to learn in, to choose in and to test in."""
CHOOSE_WORLDS = 8
ROWS, PERIODS = 512, 120
"""Households and months of a test."""


@dataclass(frozen=True)
class WorldRow:
    """One test world; bps a year; a difference below zero is in the listener's favour."""

    seed: int
    world: int
    instruments: int
    rule_cost: float
    versus_rule: tuple[float, float, float]
    versus_fitted: tuple[float, float, float]


def ruled(world: World) -> tuple[World, NoTradeRegion]:
    """A world and the rule in it."""
    return world, calibrate(world.problem)


def rows_of(config: TrainingConfig, model: RegionNetwork, seed: int, tests: int) -> list[WorldRow]:
    """The model in worlds that it has never seen."""
    rows = []
    for place, world in enumerate(draw_regime_worlds(TEST, tests)):
        _, rule = ruled(world)
        own = replace(config, worlds=(world,), validation=(), rows=256, start=rule, steps_max=12)
        fitted, _ = train_region(replace(own, is_conditioned=False), seed, lambda progress: None)
        region = fitted.region(world.problem, HouseholdState.untaxed(world.problem.instruments))
        unseen = draw_scenario(world, (seed, TEST, place), rows=ROWS, periods=PERIODS)
        ours = frozen_policy(model, world, rule)
        versus = [
            compare(world, unseen, ours, rule_policy(world, other), 0) for other in (rule, region)
        ]
        spans = [
            tuple(round(x * BPS, 4) for x in (one.difference, one.low, one.high)) for one in versus
        ]
        rows.append(
            WorldRow(
                seed,
                place,
                world.problem.instruments,
                round(versus[0].rule_cost * BPS, 4),
                spans[0],
                spans[1],
            )
        )
        print(rows[-1], file=sys.stderr, flush=True)
    return rows


def summary(rows: list[WorldRow]) -> dict[str, tuple[float, float, float]]:
    """Mean difference in per cent of the rule's cost, with its 95 % interval over worlds."""
    found = {}
    for name in ("versus_rule", "versus_fitted"):
        shares = np.array([100.0 * getattr(row, name)[0] / row.rule_cost for row in rows])
        mean, error = float(shares.mean()), float(shares.std(ddof=1)) / len(shares) ** 0.5
        ends = (mean, mean - 1.96 * error, mean + 1.96 * error)
        found[name] = tuple(round(end, 3) for end in ends)
    return found


def main() -> int:
    """Train with each seed, test, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--learn", type=int, default=32, help="worlds to learn in")
    parser.add_argument("--test", type=int, default=16, help="worlds to test in")
    parser.add_argument("--steps", type=int, default=200, help="steps of the network")
    parser.add_argument("--seeds", type=int, default=1, help="networks to train")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    asked = parser.parse_args()
    config = TrainingConfig(
        "listener",
        draw_regime_worlds(LEARN, asked.learn),
        draw_regime_worlds(CHOOSE, CHOOSE_WORLDS),
        rows=64,
        periods=96,
        warm_up=0,
        steps_max=asked.steps,
        seconds_max=900.0,
        is_conditioned=True,
    )
    learnt, proof = (tuple(map(ruled, worlds)) for worlds in (config.worlds, config.validation))
    rows, told = [], []
    for seed in range(asked.seeds):
        model, evidence = train_network(config, learnt, proof, seed, lambda progress: None)
        found = rows_of(config, model, seed, asked.test)
        rows += found
        told.append((seed, evidence.cpu_seconds, evidence.chosen_step, summary(found)))
        print(told[-1], file=sys.stderr, flush=True)
    if asked.json:
        json.dump({"worlds": [asdict(row) for row in rows], "summary": told}, sys.stdout, indent=1)
        return 0
    for seed, seconds, step, differences in told:
        print(f"seed {seed}: {seconds:.0f} CPU s, best at step {step}")
        for name, (mean, low, high) in differences.items():
            words = name.replace("_", " ")
            print(f"  {words}: {mean:+.2f} % of the rule's cost ({low:+.2f} to {high:+.2f})")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

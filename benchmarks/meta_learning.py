"""Does a policy that hears the market's mood beat the same policy without ears, in unseen worlds?

    python -m benchmarks.meta_learning [--seeds 5] [--settings stated quoted capture]
        [--learn 24] [--test 20] [--steps 80] [--processes 1] [--json]

A network is trained twice with every seed over a distribution of worlds whose moods come and go:
once hearing what an ear fitted to each market's past makes of its closes, and what trading cost
lately; once hearing nothing.  Both are chosen in other worlds and judged in others again.  Three
settings: `quoted`, a trade is weighed at the day's cost; `stated`, at the usual cost, and the day's
is paid; `capture`, as `stated`, and the return expected of being off the target counts.  Regions
fitted to each test world itself, told nothing, the signals or the mood, say what could be gained.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, replace
from typing import Any

import torch

from benchmarks._meta_bound import fitted_costs
from benchmarks._meta_verdict import Interval, WorldCosts, verdict
from trimtab.learning.draws import draw_regime_worlds
from trimtab.learning.listening import (
    CHOOSE,
    CHOOSE_WORLDS,
    LEARN,
    LEARN_WORLDS,
    STEPS,
    listening_config,
)
from trimtab.learning.measuring import costs_of, mean_cost
from trimtab.learning.network_training import train_network
from trimtab.learning.parameters import Policy, frozen_policy, rule_policy
from trimtab.learning.scenarios import draw_scenario
from trimtab.learning.world import Scenario, World
from trimtab.quant.control.calibration import calibrate
from trimtab.quant.control.no_trade_region import NoTradeRegion

BPS = 1e4
TEST, FIT = 13, 14
"""Seeds of the worlds to test in, and of returns to fit bounds to."""
ROWS, PERIODS = 256, 120
"""Households and months of a test."""
SETTINGS: dict[str, Any] = {
    "quoted": {"is_cost_quoted": True, "return_capture": 0.0},
    "stated": {"is_cost_quoted": False, "return_capture": 0.0},
    "capture": {"is_cost_quoted": False, "return_capture": 1.0},
}
TRIALS_BEFORE = 1
"""Forms of listening that were tried and given up before these settings; each widens intervals."""


Ruled = tuple[World, NoTradeRegion]
"""A world and the rule in it: control's region of the average market."""


@dataclass(frozen=True)
class Drawn:
    """The worlds of a run: to learn in, to choose in, to test in."""

    learn: tuple[Ruled, ...]
    choose: tuple[Ruled, ...]
    test: tuple[Ruled, ...]

    @classmethod
    def of(cls, learn: int, test: int) -> "Drawn":
        """Draw them, and calibrate the rule in each; that takes a second a world."""
        counts = ((LEARN, learn), (CHOOSE, CHOOSE_WORLDS), (TEST, test))
        return cls(*(tuple(map(ruled, draw_regime_worlds(seed, n))) for seed, n in counts))

    def within(self, setting: str) -> "Drawn":
        """The same worlds as a setting has them."""
        how = SETTINGS[setting]

        def changed(worlds: tuple[Ruled, ...]) -> tuple[Ruled, ...]:
            return tuple((replace(world, **how), rule) for world, rule in worlds)

        return Drawn(changed(self.learn), changed(self.choose), changed(self.test))


@dataclass(frozen=True)
class Trained:
    """What a seed's two networks cost in each test world, fraction a year, and what it took."""

    setting: str
    seed: int
    listening: tuple[float, ...]
    deaf: tuple[float, ...]
    cpu_seconds: tuple[float, float]
    chosen_step: tuple[int, int]


@dataclass(frozen=True)
class Bound:
    """A test world without any network; fraction a year."""

    instruments: int
    unit: float
    rule: float
    fitted: dict[str, float]


def ruled(world: World) -> Ruled:
    """A world and the rule in it."""
    return world, calibrate(world.problem)


def unseen(world: World, place: int) -> Scenario:
    """The returns in which a test world is judged: the same for every policy."""
    return draw_scenario(world, (TEST, place), rows=ROWS, periods=PERIODS)


def trained(setting: str, drawn: Drawn, seed: int, steps: int) -> Trained:
    """Train with and without ears, and judge both."""
    torch.set_num_threads(1)
    config = replace(
        listening_config("listener", steps=steps, worlds=1),
        worlds=tuple(world for world, _ in drawn.learn),
        validation=tuple(world for world, _ in drawn.choose),
    )
    models, evidence = zip(
        *(
            train_network(
                replace(config, is_conditioned=hears),
                drawn.learn,
                drawn.choose,
                seed,
                lambda told: None,
            )
            for hears in (True, False)
        ),
        strict=True,
    )
    costs: tuple[list[float], list[float]] = ([], [])
    for place, (world, rule) in enumerate(drawn.test):
        returns = unseen(world, place)
        for found, model in zip(costs, models, strict=True):
            policy: Policy = frozen_policy(model, world, rule)
            with torch.no_grad():
                found.append(float(mean_cost(config, world, returns, policy)))
    first, second = evidence
    return Trained(
        setting,
        seed,
        tuple(costs[0]),
        tuple(costs[1]),
        (round(first.cpu_seconds, 1), round(second.cpu_seconds, 1)),
        (first.chosen_step, second.chosen_step),
    )


def bound(ruled: Ruled, place: int) -> Bound:
    """What the rule and fitted regions cost in one test world."""
    torch.set_num_threads(1)
    world, rule = ruled
    returns = unseen(world, place)
    with torch.no_grad():
        costs = costs_of(world, returns, rule_policy(world, rule), 0)
    return Bound(
        world.problem.instruments,
        float((costs.trading + costs.tracking).mean()),
        float(costs.total.mean()),
        fitted_costs(world, rule, returns, (FIT, place)),
    )


def world_costs(bounds: list[Bound], seeds: list[Trained]) -> Iterator[WorldCosts]:
    """A row for each test world, in bps."""

    def bps(cost: float) -> float:
        return round(cost * BPS, 4)

    for place, one in enumerate(bounds):
        yield WorldCosts(
            place,
            one.instruments,
            bps(one.unit),
            bps(one.rule),
            tuple(bps(seed.listening[place]) for seed in seeds),
            tuple(bps(seed.deaf[place]) for seed in seeds),
            bps(one.fitted["nothing"]),
            bps(one.fitted["signals"]),
            bps(one.fitted["mood"]),
        )


def words(name: str, found: Interval) -> str:
    """One line of a setting."""
    return f"  {name:34} {found.mean:+7.2f} %  ({found.low:+.2f} to {found.high:+.2f})"


def main() -> int:
    """Train every seed in every setting, judge, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=5, help="trainings of each setting")
    parser.add_argument("--settings", nargs="+", choices=SETTINGS, default=["stated", "quoted"])
    parser.add_argument("--learn", type=int, default=LEARN_WORLDS, help="worlds to learn in")
    parser.add_argument("--test", type=int, default=20, help="worlds to test in")
    parser.add_argument("--steps", type=int, default=STEPS, help="steps of each network")
    parser.add_argument("--processes", type=int, default=1, help="of this machine")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    asked = parser.parse_args()
    trials = len(SETTINGS) + TRIALS_BEFORE
    report: dict[str, object] = {"trials": trials}
    everywhere = Drawn.of(asked.learn, asked.test)
    with ProcessPoolExecutor(asked.processes) as pool:
        for setting in asked.settings:
            drawn = everywhere.within(setting)
            jobs = [
                pool.submit(trained, setting, drawn, seed, asked.steps)
                for seed in range(asked.seeds)
            ]
            bounds = [pool.submit(bound, one, place) for place, one in enumerate(drawn.test)]
            seeds = [job.result() for job in jobs]
            rows = list(world_costs([job.result() for job in bounds], seeds))
            found = verdict(rows, trials)
            report[setting] = {
                "verdict": asdict(found),
                "worlds": [asdict(row) for row in rows],
                "seeds": [asdict(seed) for seed in seeds],
            }
            told = sys.stderr if asked.json else sys.stdout
            print(f"{setting}: {found.words}; seeds {found.seeds}", file=told)
            for name, one in (
                ("the same network without ears", found.versus_deaf),
                ("the rule", found.versus_rule),
                ("a region fitted to the world", found.versus_fitted),
                ("fitted, signals over none", found.bound_signals),
                ("fitted, the mood over none", found.bound_mood),
            ):
                print(words(name, one), file=told, flush=True)
    if asked.json:
        json.dump(report, sys.stdout, indent=1)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""A network for many taxed households, against the no-trade zone, in households it never saw.

    python -m benchmarks.taxed_network [--seeds 5] [--learn 16] [--test 12] [--steps 60] [--json]

The network hears each instrument's embedded gain and the tax of its sale.  It learns in households
of two to eight instruments and is judged in others of ten, over ten years of monthly reviews that
begin with gains of 0 to 50 %, all policies through the same returns.  The zone is what
`no_trade_zone` draws for such a household: half of a sale's tax each way, widths by the cube root,
half of correlations relied upon; the network begins there.  It learns without the tax that is left
at the end; the differences are shown without that tax and with it, all sold on the last day.
"""

import argparse
import json
import sys
from dataclasses import asdict, dataclass, replace

import numpy as np
import torch

from benchmarks._meta_verdict import Interval, interval
from trimtab.learning.config import TrainingConfig
from trimtab.learning.draws import draw_worlds
from trimtab.learning.measuring import costs_of
from trimtab.learning.network_training import Ruled, train_network
from trimtab.learning.parameters import frozen_policy, zone_policy
from trimtab.learning.scenarios import draw_scenario
from trimtab.learning.world import World
from trimtab.policies._zone_region import TAXED_CORRELATION
from trimtab.quant.control.calibration import calibrate

BPS = 1e4
LEARN, CHOOSE, TEST = 21, 22, 23
CHOOSE_WORLDS = 4
ROWS, PERIODS = 128, 120
INSTRUMENTS = 10
GAINS = (0.0, 0.5)


@dataclass(frozen=True)
class Row:
    """A household; bps a year, seed by seed where the network's; `left` is tax of selling all."""

    household: int
    tax_rate: float
    zone: float
    unit: float
    network: tuple[float, ...]
    zone_left: float
    network_left: tuple[float, ...]

    def difference(self, seed: int, *, liquidated: bool) -> float:
        """Network less zone, per cent of what the zone costs, its tax taken as a cost."""
        apart = self.network[seed] - self.zone
        if liquidated:
            apart += self.network_left[seed] - self.zone_left
        return 100.0 * apart / self.unit


def taxed(seed: int, count: int, instruments: tuple[int, int]) -> tuple[Ruled, ...]:
    """Households with taxes and monthly reviews, with the region their zone begins from."""
    found = []
    for place, world in enumerate(draw_worlds(seed, count, instruments)):
        rate = (0.15, 0.238, 0.3)[place % 3]
        problem = replace(world.problem, review_years=1.0 / 12.0)
        alone = np.diag(np.diag(problem.covariance))
        kept = TAXED_CORRELATION * problem.covariance + (1.0 - TAXED_CORRELATION) * alone
        region = calibrate(replace(problem, covariance=kept))
        found.append((World(problem, tax_rate=rate), region))
    return tuple(found)


def main() -> int:
    """Train every seed, judge, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--seeds", type=int, default=5, help="networks to train")
    parser.add_argument("--learn", type=int, default=16, help="households to learn in")
    parser.add_argument("--test", type=int, default=12, help="households to test in")
    parser.add_argument("--steps", type=int, default=60, help="steps of each network")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    learnt, proof = taxed(LEARN, asked.learn, (2, 8)), taxed(CHOOSE, CHOOSE_WORLDS, (2, 8))
    config = TrainingConfig(
        "many taxed households",
        tuple(world for world, _ in learnt),
        tuple(world for world, _ in proof),
        rows=48,
        periods=72,
        warm_up=0,
        start_gain=GAINS,
        steps_max=asked.steps,
        seconds_max=600.0,
    )
    trained = []
    for seed in range(asked.seeds):
        trained.append(train_network(config, learnt, proof, seed, lambda told: None))
        evidence = trained[-1][1]
        told = f"seed {seed}: {evidence.cpu_seconds:.0f} CPU s, best at step {evidence.chosen_step}"
        print(told, file=sys.stderr, flush=True)
    rows = []
    for place, (world, rule) in enumerate(taxed(TEST, asked.test, (INSTRUMENTS, INSTRUMENTS))):
        returns = draw_scenario(world, (TEST, place), rows=ROWS, periods=PERIODS, start_gain=GAINS)
        policies = [zone_policy(world, rule)]
        policies += [frozen_policy(model, world, rule) for model, _ in trained]
        with torch.no_grad():
            costs = [costs_of(world, returns, policy, 0) for policy in policies]
        unit = costs[0].trading + costs[0].tracking + costs[0].tax.abs()
        totals = [round(float(one.total.mean()) * BPS, 4) for one in costs]
        size = round(float(unit.mean()) * BPS, 4)
        left = [round(float(one.deferred.mean()) * BPS, 4) for one in costs]
        rows.append(
            Row(place, world.tax_rate, totals[0], size, tuple(totals[1:]), left[0], tuple(left[1:]))
        )
        print(rows[-1], file=sys.stderr, flush=True)
    report: dict[str, object] = {"rows": [asdict(row) for row in rows]}
    for name, liquidated in (("left untaxed", False), ("sold at the end", True)):
        seeds = [
            round(float(np.mean([row.difference(seed, liquidated=liquidated) for row in rows])), 3)
            for seed in range(asked.seeds)
        ]
        found: Interval = interval(
            [
                float(
                    np.mean([row.difference(k, liquidated=liquidated) for k in range(len(seeds))])
                )
                for row in rows
            ],
            1,
        )
        report[name] = asdict(found) | {"seeds": seeds}
        words = (
            f"network − zone, {name}: {found.mean:+.2f} % ({found.low:+.2f} to {found.high:+.2f})"
        )
        print(f"{words}; seeds {seeds}", file=sys.stderr if asked.json else sys.stdout)
    if asked.json:
        json.dump(report, sys.stdout, indent=1)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

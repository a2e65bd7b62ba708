"""May a rule do without training what a network learns: wait while trading may be dearer?

    python -m benchmarks.market_patience [--test 20] [--json]

The rule's region, its metric divided by a factor that rises with what is heard of the market: with
the probability of a storm, or with the volatility to be expected.  Nothing is trained.  The worlds
and returns are the test worlds of `benchmarks.meta_learning`.  Three settings: `stated`, the
household knows the usual cost and pays the day's; `quoted`, it knows the day's; `even`, storms do
not make trading dearer, which is what waiting is for.  Intervals are widened for all forms tried.
"""

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict, replace

import numpy as np
import torch
from torch import Tensor

from benchmarks._meta_verdict import Interval, interval
from benchmarks.meta_learning import TEST, ruled, unseen
from trimtab.learning.draws import draw_regime_worlds
from trimtab.learning.measuring import costs_of
from trimtab.learning.parameters import Policy, rule_policy
from trimtab.learning.world import RegionBatch, View, World
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.learned.hearing import SIGNALS

EXCESS, LOUDER = SIGNALS.index("storm_excess"), SIGNALS.index("log_expected_volatility")
FACTOR_MAX = 4.0

Form = Callable[[Tensor, float], Tensor]
"""Signals (rows, k) and the usual share of storms to the factor of each row."""


def by_storm(most: float) -> Form:
    """So much in a storm that is certain, nothing where none is heard."""

    def factor(signals: Tensor, usual: float) -> Tensor:
        return 1.0 + (signals[:, EXCESS] + usual).clamp(0.0, 1.0) * (most - 1.0)

    return factor


def by_volatility(power: float) -> Form:
    """A power of the volatility to be expected ÷ the usual one."""
    return lambda signals, usual: torch.exp(power * signals[:, LOUDER])


FORMS: dict[str, Form] = {
    "storm, up to 1.5": by_storm(1.5),
    "storm, up to 2": by_storm(2.0),
    "volatility ^ 0.25": by_volatility(0.25),
    "volatility ^ 0.5": by_volatility(0.5),
    "volatility ^ -0.25": by_volatility(-0.25),
}


def patient(world: World, rule: NoTradeRegion, form: Form) -> Policy:
    """The rule, whose widths go with the factor."""
    centre, metric = torch.from_numpy(rule.centre.copy()), torch.from_numpy(rule.metric.copy())
    ear = world.market.ear if world.market is not None else None
    hears = ear is not None and ear.deviation[1] > ear.deviation[0]
    usual = float(ear.start[1]) if ear is not None and hears else 0.0

    def region(view: View) -> RegionBatch:
        factor = form(view.signals, usual).clamp(1.0 / FACTOR_MAX, FACTOR_MAX)
        stretch = factor[:, None].pow(-0.5).expand(len(factor), len(centre))
        return RegionBatch(centre, stretch, metric, torch.zeros_like(centre))

    return region


def as_set(world: World, setting: str) -> World:
    """A world as a setting has it."""
    market = world.market
    if setting == "even" and market is not None:
        market = replace(market, cost_factor=np.ones_like(market.cost_factor))
    return replace(world, market=market, is_cost_quoted=setting == "quoted")


def main() -> int:
    """Measure every form in every setting, and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--test", type=int, default=20, help="worlds")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    worlds = [ruled(world) for world in draw_regime_worlds(TEST, asked.test)]
    report: dict[str, dict[str, object]] = {}
    settings = ("stated", "quoted", "even")
    for setting in settings:
        shares: dict[str, list[float]] = {name: [] for name in FORMS}
        for place, (drawn, rule) in enumerate(worlds):
            world = as_set(drawn, setting)
            returns = unseen(world, place)
            with torch.no_grad():
                usual = float(costs_of(world, returns, rule_policy(world, rule), 0).total.mean())
                for name, form in FORMS.items():
                    policy = patient(world, rule, form)
                    cost = float(costs_of(world, returns, policy, 0).total.mean())
                    shares[name].append(100.0 * (cost - usual) / usual)
        for name, found in shares.items():
            span: Interval = interval(found, len(FORMS) * len(settings))
            report.setdefault(setting, {})[name] = asdict(span) | {"worlds": found}
            words = (
                f"{setting:7} {name:18} {span.mean:+6.2f} %  ({span.low:+.2f} to {span.high:+.2f})"
            )
            print(words, file=sys.stderr if asked.json else sys.stdout, flush=True)
    if asked.json:
        json.dump(report, sys.stdout, indent=1)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

"""Section (a): every policy over the optimum, on problems whose optimum is known.

Of two instruments (kind B) and three (E), given ones and drawn ones.  What is learned stands beside
the rules with every one of five seeds: the gradient on all problems, reinforcement (PPO) on those
of two instruments, either from the closed form of small costs, trained as a user would train it.
`benchmarks.learning` and `benchmarks.ppo_truth` run them from a plain band of 5 % as well.

Errors: those of the truth gate.
"""

from collections.abc import Mapping
from dataclasses import asdict
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks._processes import in_processes
from benchmarks.truth_gate import POLICIES, GateProblem, GateRow, Policy, gate, given
from benchmarks.truth_gate import drawn as draw
from trimtab.quant.control.average_cost import Bands, Calendar, Rule
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.control.small_cost import small_cost
from trimtab.quant.control.tracking import TrackingProblem

__all__ = ["truth"]

SECONDS = 60.0
"""CPU seconds of one training at most; the usual one takes a quarter of that."""
GRADIENT_SEEDS = (0, 1, 2, 3, 4)
PPO_SEEDS = (0, 1, 2, 3, 4)
PPO_KIND = "B"
"""Where a band is the whole policy."""
NEEDS = {"gradient": ("torch",), "ppo": ("torch", "stable_baselines3", "gymnasium")}
"""Packages of each way to learn."""


def truth(
    drawn: Mapping[str, int], cases: Path | None, *, learned: bool, processes: int = 1
) -> dict[str, Any]:
    """Problems drawn from seeds, as many of each kind as asked, and the given ones.

    Policies are made for each problem; their making is timed.  Problems are spread over processes.
    """
    problems = given(cases) if cases is not None else []
    for kind, count in drawn.items():
        problems += [draw(kind, seed) for seed in range(1, count + 1)]
    rows = [
        row
        for found in in_processes(partial(_gate, learned=learned), problems, processes)
        for row in found
    ]
    kinds = sorted({row.kind for row in rows})
    families = ("no_trade_zone", *(NEEDS if learned else ()))
    return {
        "rows": [asdict(row) for row in rows],
        "worst_no_trade_zone": _worst(rows, kinds, "no_trade_zone"),
        "worst": {family: _worst(rows, kinds, family) for family in families},
        "absent": _absent(learned),
    }


def _gate(each: GateProblem, *, learned: bool) -> list[GateRow]:
    return gate([each], dict(_policies()) | (_learned(each.kind) if learned else {}))


def _worst(rows: list[GateRow], kinds: list[str], family: str) -> dict[str, float]:
    """The worst ratio of a policy, of all its seeds, on each kind that it was run on."""
    found = {
        kind: [row.ratio for row in rows if row.kind == kind and row.policy.startswith(family)]
        for kind in kinds
    }
    return {kind: max(ratios) for kind, ratios in found.items() if ratios}


def _learned(kind: str) -> dict[str, Policy]:
    """What learns, where its packages are installed, on problems of a kind."""
    found = {}
    if not _missing("gradient"):
        found |= {f"gradient, seed {seed}": _gradient(seed) for seed in GRADIENT_SEEDS}
    if kind == PPO_KIND and not _missing("ppo"):
        found |= {f"ppo, seed {seed}": _ppo(seed) for seed in PPO_SEEDS}
    return found


def _missing(family: str) -> list[str]:
    return [package for package in NEEDS[family] if find_spec(package) is None]


def _absent(learned: bool) -> list[str]:
    """What could not be run here, and why."""
    if not learned:
        why = "their training takes minutes (run without --quick)"
        return [f"learned policies ({' and '.join(NEEDS)}): {why}"]
    return [
        f'{family}: not installed: {", ".join(lacking)} (pip install "trimtab[ai]")'
        for family in NEEDS
        if (lacking := _missing(family))
    ]


def _policies() -> Mapping[str, Policy]:
    more: dict[str, Policy] = {
        "never": lambda problem: Calendar(problem.target, NEVER),
        "quarterly": lambda problem: Calendar(problem.target, _reviews(problem, 0.25)),
        "3 % bands": lambda problem: Bands(problem.target, 0.03),
        "cube-root law": _law,
    }
    return {**POLICIES, **more}


NEVER = 1_000_000


def _reviews(problem: TrackingProblem, years: float) -> int:
    return max(1, round(years / problem.review_years))


def _law(problem: TrackingProblem) -> Rule:
    found = small_cost(problem)
    return NoTradeRegion(found.centre, found.metric, problem.cost)


def _gradient(seed: int) -> Policy:
    def make(problem: TrackingProblem) -> Rule:
        from trimtab.learning.config import TrainingConfig
        from trimtab.learning.train import train
        from trimtab.learning.world import World
        from trimtab.quant.learned.features import HouseholdState

        settings = TrainingConfig("gradient", (World(problem),), seeds=(seed,), seconds_max=SECONDS)
        state = HouseholdState.untaxed(len(np.asarray(problem.target)))
        return train(settings).model.region(problem, state)

    return make


def _ppo(seed: int) -> Policy:
    def make(problem: TrackingProblem) -> Rule:
        from trimtab.learning.ppo import PpoTerms, train_band
        from trimtab.quant.learned.features import HouseholdState

        model = train_band(problem, PpoTerms(seconds_max=SECONDS), seed=seed).model
        return model.region(problem, HouseholdState.untaxed(problem.instruments))

    return make

"""Section (a): every policy over the optimum, on problems whose optimum is known.

Errors: those of the truth gate.
"""

from collections.abc import Mapping
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import truth_gate
from trimtab.quant.control.average_cost import Bands, Calendar, Rule
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.control.small_cost import small_cost
from trimtab.quant.control.tracking import TrackingProblem

__all__ = ["truth"]

GRADIENT_SECONDS = 20.0
GRADIENT_SEEDS = (0,)
"""One seed, a third of a minute; `benchmarks.learning` runs five of a minute each."""


def truth(drawn: Mapping[str, int], cases: Path | None, *, learned: bool) -> dict[str, Any]:
    """Problems drawn from seeds, as many of each kind as asked, and the given ones.

    Policies are made for each problem; their making is timed.
    """
    problems = truth_gate.given(cases) if cases is not None else []
    for kind, count in drawn.items():
        problems += [truth_gate.drawn(kind, seed) for seed in range(1, count + 1)]
    policies = dict(_policies())
    if learned and find_spec("torch") is not None:
        policies |= {f"gradient, seed {seed}": _gradient(seed) for seed in GRADIENT_SEEDS}
    rows = truth_gate.gate(problems, policies)
    worst = {
        kind: max(row.ratio for row in rows if row.kind == kind and row.policy == "no_trade_zone")
        for kind in sorted({row.kind for row in rows})
    }
    return {"rows": [asdict(row) for row in rows], "worst_no_trade_zone": worst}


def _policies() -> Mapping[str, truth_gate.Policy]:
    more: dict[str, truth_gate.Policy] = {
        "never": lambda problem: Calendar(problem.target, NEVER),
        "quarterly": lambda problem: Calendar(problem.target, _reviews(problem, 0.25)),
        "3 % bands": lambda problem: Bands(problem.target, 0.03),
        "cube-root law": _law,
    }
    return {**truth_gate.POLICIES, **more}


NEVER = 1_000_000


def _reviews(problem: TrackingProblem, years: float) -> int:
    return max(1, round(years / problem.review_years))


def _law(problem: TrackingProblem) -> Rule:
    found = small_cost(problem)
    return NoTradeRegion(found.centre, found.metric, problem.cost)


def _gradient(seed: int) -> truth_gate.Policy:
    def make(problem: TrackingProblem) -> Rule:
        from trimtab.learning.config import TrainingConfig
        from trimtab.learning.train import train
        from trimtab.learning.world import World
        from trimtab.quant.learned.features import HouseholdState

        settings = TrainingConfig(
            "gradient", (World(problem),), seeds=(seed,), seconds_max=GRADIENT_SECONDS
        )
        state = HouseholdState.untaxed(len(np.asarray(problem.target)))
        return train(settings).model.region(problem, state)

    return make

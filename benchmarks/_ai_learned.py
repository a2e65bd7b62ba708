"""Learned policies among the evidence: regions found by gradient through a simulated household.

Training sees what the rules see: the household and the market as measured on training years.

Errors: `MissingLearning` with one sentence where PyTorch is not installed.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.util import find_spec

import numpy as np
import numpy.typing as npt

from benchmarks._ai_policies import LEARNED, MONTHS_A_YEAR, Family, Knowledge
from trimtab.quant.control.tracking import TrackingProblem
from trimtab.quant.learned.models import RegionModel
from trimtab.quant.worlds._rule_kernels import zone_destinations
from trimtab.quant.worlds.household import Household
from trimtab.quant.worlds.policy_paths import Holdings

__all__ = ["LearnedRegion", "MissingLearning", "gradient_families", "has_learning"]

Floats = npt.NDArray[np.float64]

SEEDS = (0, 1, 2, 3, 4)
GAINS = (0.0, 0.6)
"""Embedded gains at which a training household may start."""


class MissingLearning(Exception):  # noqa: N818  (said to the user, not a defect)
    """What learning needs is not installed."""


@dataclass(frozen=True, slots=True)
class LearnedRegion:
    """A region found in training, over many households at once.

    Shape: `centre`, `cost` (n,), `metric` (n, n).
    Unit: `deferral` the part of a gain's tax that makes buying dearer and selling cheaper.
    """

    name: str
    centre: Floats
    metric: Floats
    cost: Floats
    deferral: float
    every: int

    def looks(self, day: int) -> bool:
        """As often as the zone does."""
        return day % self.every == 0

    def destinations(self, holdings: Holdings, household: Household) -> Floats:
        """The weights held inside the region, its boundary outside.

        Shape: (paths, n).
        """
        tax = household.tax_rate * np.maximum(holdings.gains, 0.0)
        lean = self.deferral * tax
        buy = self.cost + lean
        wanted = np.empty_like(holdings.weights)
        zone_destinations(
            *(holdings.weights, np.broadcast_to(self.centre, wanted.shape), self.metric),
            *(np.ones_like(wanted), np.maximum(self.cost + tax - lean, -buy), buy, wanted),
        )
        return wanted


def has_learning() -> bool:
    """Whether PyTorch is there."""
    return find_spec("torch") is not None


def gradient_families(
    seeds: Sequence[int] = SEEDS, seconds: float = 20.0, rows: int = 256
) -> Callable[[Knowledge], Sequence[Family]]:
    """A maker of the learned family, of which every seed is a trial and a candidate.

    Unit: `seconds` of CPU a seed; `rows` households of a training scenario.
    Refuses: a Python without PyTorch.
    """
    if not has_learning():
        raise MissingLearning('learned policies need PyTorch: pip install "trimtab[ai]"')

    def make(known: Knowledge) -> Sequence[Family]:
        found = [_trained(known, seed, seconds, rows) for seed in seeds]
        return (Family("gradient-trained region", LEARNED, tuple(found)),)

    return make


def _trained(known: Knowledge, seed: int, seconds: float, rows: int) -> LearnedRegion:
    from trimtab.learning.config import TrainingConfig
    from trimtab.learning.train import train
    from trimtab.learning.world import World

    drift = known.risk_aversion * known.covariance @ known.target
    problem = TrackingProblem(
        *(known.target, drift, known.covariance, known.cost, known.risk_aversion),
        1.0 / MONTHS_A_YEAR,
    )
    world = World(problem, tax_rate=known.tax_rate)
    settings = TrainingConfig(
        "gradient", (world,), seeds=(seed,), rows=rows, start_gain=GAINS, seconds_max=seconds
    )
    model = train(settings).model
    if not isinstance(model, RegionModel):
        raise TypeError(f"one world trains a region, this is a {type(model).__name__}")
    name = f"seed {seed}, deferral {model.deferral:.2f}"
    return LearnedRegion(name, model.centre, model.metric, known.cost, model.deferral, known.month)

"""Learned policies among the evidence: regions found by gradient through a simulated household.

Training sees what the rules see: the household and the market as measured on training years.

Errors: `MissingLearning` with one sentence where PyTorch is not installed.
"""

from collections.abc import Callable, Sequence
from functools import cache
from importlib.util import find_spec

import numpy as np

from benchmarks._ai_policies import LEARNED, MONTHS_A_YEAR, Family, Knowledge
from trimtab.quant.control.tracking import TrackingProblem
from trimtab.quant.learned.models import RegionModel
from trimtab.quant.worlds.zone import Zone

__all__ = ["MissingLearning", "gradient_families", "has_learning"]

SEEDS = (0, 1, 2, 3, 4)
ONE_SEED = "one seed"
"""The role of a single seed that is shown beside the family: it challenges nobody."""


class MissingLearning(Exception):  # noqa: N818  (said to the user, not a defect)
    """What learning needs is not installed."""


def has_learning() -> bool:
    """Whether PyTorch is there."""
    return find_spec("torch") is not None


def gradient_families(
    seeds: Sequence[int] = SEEDS, seconds: float = 6.0, rows: int = 128, *, apart: bool = False
) -> Callable[[Knowledge], Sequence[Family]]:
    """A maker of the learned family, of which every seed is a trial and a candidate.

    Unit: `seconds` of CPU a seed; `rows` households of a training scenario; `apart` adds each seed
    by itself, to be shown.
    Refuses: a Python without PyTorch.
    """
    if not has_learning():
        raise MissingLearning('learned policies need PyTorch: pip install "trimtab[ai]"')

    def make(known: Knowledge) -> Sequence[Family]:
        found = tuple(_trained(known, seed, seconds, rows) for seed in seeds)
        whole = Family("gradient-trained region", LEARNED, found)
        alone = [Family(f"{whole.name}, {one.name}", ONE_SEED, (one,)) for one in found]
        return (whole, *alone) if apart else (whole,)

    return make


def _trained(known: Knowledge, seed: int, seconds: float, rows: int) -> Zone:
    """A region for what exchanges cost with half of the usual gain's tax on each side.

    Trained on what is measured, all of it believed, and widened from there with the gains that are
    met, as the zone is.
    """
    taxed = known.cost + 0.5 * known.tax_rate * known.gain
    arrays = known.target, known.drift, known.covariance, taxed
    learnt = tuple(tuple(part.ravel().tolist()) for part in arrays)
    model = _model(learnt, known.risk_aversion, seed, seconds, rows)
    back = np.cbrt(known.cost / taxed)
    metric = model.metric * np.outer(back, back)
    return Zone(f"seed {seed}", model.centre, metric, known.cost, 1.0, every=known.month)


@cache
def _model(
    arrays: tuple[tuple[float, ...], ...],
    risk_aversion: float,
    seed: int,
    seconds: float,
    rows: int,
) -> RegionModel:
    """Trained once for what was measured, which is the same for every world of one history."""
    from trimtab.learning.config import TrainingConfig
    from trimtab.learning.train import train
    from trimtab.learning.world import World

    target, drift, covariance, cost = (np.array(part) for part in arrays)
    matrix = covariance.reshape(len(target), len(target))
    problem = TrackingProblem(target, drift, matrix, cost, risk_aversion, 1.0 / MONTHS_A_YEAR)
    settings = TrainingConfig(
        "gradient", (World(problem),), seeds=(seed,), rows=rows, seconds_max=seconds
    )
    model = train(settings).model
    if not isinstance(model, RegionModel):
        raise TypeError(f"one world trains a region, this is a {type(model).__name__}")
    return model

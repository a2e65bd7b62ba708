"""Training: near the optimum where it is known, repeatable, and safe against what goes wrong."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from trimtab.learning import descent  # noqa: E402
from trimtab.learning.config import Progress, Stop, TrainingConfig  # noqa: E402
from trimtab.learning.measuring import compare  # noqa: E402
from trimtab.learning.parameters import rule_policy  # noqa: E402
from trimtab.learning.scenarios import draw_scenario  # noqa: E402
from trimtab.learning.train import train  # noqa: E402
from trimtab.learning.world import World  # noqa: E402
from trimtab.model.errors import InputError, InputErrors  # noqa: E402
from trimtab.quant.control.no_trade_region import NoTradeRegion  # noqa: E402
from trimtab.quant.control.tracking import TrackingProblem  # noqa: E402
from trimtab.quant.learned.features import HouseholdState  # noqa: E402


def stocks_and_bonds() -> TrackingProblem:
    """Two instruments whose best boundaries, 0.57865 and 0.61717, are known from grids."""
    return TrackingProblem(
        target=np.array([0.6, 0.4]),
        drift=np.array([0.07, 0.02]),
        covariance=np.diag([0.16**2, 0.05**2]),
        cost=np.array([0.0005, 0.0005]),
        risk_aversion=5.0,
        review_years=1 / 12,
    )


BEST = (0.57865, 0.61717)


def quick(problem: TrackingProblem | None = None) -> TrainingConfig:
    """A training of a second or two."""
    world = World(problem or stocks_and_bonds())
    return TrainingConfig("quick", (world,), rows=256, periods=144, steps_max=12)


def boundaries(region: NoTradeRegion) -> tuple[float, float]:
    """Where a household trades to that is far too low, and far too high."""
    low, high = region.destination(np.array([[0.01, 0.99], [0.99, 0.01]]))[:, 0]
    return float(low), float(high)


def best_region(problem: TrackingProblem) -> NoTradeRegion:
    """The region of the known boundaries."""
    middle, half = (BEST[0] + BEST[1]) / 2, (BEST[1] - BEST[0]) / 2
    curve = problem.cost.sum() / half
    return NoTradeRegion([middle, 1 - middle], np.diag([curve, 0.0]), problem.cost)


def test_training_comes_within_a_hundredth_of_the_known_optimum():
    problem, world = stocks_and_bonds(), World(stocks_and_bonds())
    trained = train(replace(quick(), rows=1024, periods=264))
    region = trained.model.region(problem, HouseholdState.untaxed(2))
    unseen = draw_scenario(world, 99, rows=2048, periods=264)
    versus = compare(
        world, unseen, rule_policy(world, region), rule_policy(world, best_region(problem)), 24
    )
    assert boundaries(best_region(problem)) == pytest.approx(BEST)
    assert versus.high < 0.01 * versus.rule_cost
    assert versus.low > -0.003 * versus.rule_cost  # nothing beats the optimum
    assert trained.evidence.comparisons[0].high < 0.0  # the closed form it began with is beaten


def test_the_same_seed_trains_the_same_model_and_another_seed_a_close_one():
    first, again = train(quick()), train(quick())
    other = train(replace(quick(), seeds=(7,)))
    assert np.array_equal(first.model.centre, again.model.centre)
    assert np.array_equal(first.model.metric, again.model.metric)
    assert not np.array_equal(first.model.metric, other.model.metric)
    state = HouseholdState.untaxed(2)
    ends = [boundaries(one.model.region(stocks_and_bonds(), state)) for one in (first, other)]
    assert ends[0] == pytest.approx(ends[1], abs=0.006)


def test_progress_is_told_and_every_seed_has_its_evidence():
    told: list[Progress] = []
    trained = train(replace(quick(), seeds=(1, 2)), told.append)
    assert {one.seed for one in told} == {1, 2}
    assert all(one.cost > 0 and one.seconds > 0 for one in told)
    assert [one.seed for one in trained.seeds] == [1, 2]
    chosen = min(trained.seeds, key=lambda one: one.validation_cost)
    assert trained.evidence == chosen


def test_time_that_is_up_stops_training_with_the_best_until_then():
    trained = train(replace(quick(), seconds_max=1e-6, steps_max=1000))
    assert trained.evidence.stopped == Stop.TIME
    assert len(trained.evidence.costs) <= 3 * descent.ROUND
    assert np.isfinite(trained.model.metric).all()


def test_a_cost_that_is_no_number_before_anything_is_learned_is_told():
    tensor = torch.zeros(2, dtype=torch.float64, requires_grad=True)
    with pytest.raises(InputError, match="no numbers before the first step"):
        descent.settle(
            [tensor],
            lambda: tensor.sum() * float("nan"),
            lambda: float("nan"),
            descent.Budget(4, 9.0, 0.0),
            lambda step, cost: None,
        )


@pytest.mark.parametrize("breaks_at", [1, 3, 6])
def test_a_cost_that_stops_being_a_number_leaves_the_best_parameters(breaks_at: int):
    tensor = torch.full((2,), 3.0, dtype=torch.float64, requires_grad=True)
    seen: list[float] = []

    def cost(step: int) -> torch.Tensor:
        value = (tensor**2).sum()
        return value * float("nan") if step == breaks_at else value

    def validate() -> float:
        seen.append(float((tensor.detach() ** 2).sum()))
        return seen[-1]

    budget = descent.Budget(10, 1e9, 0.0)
    course = descent.wander([tensor], cost, validate, budget, 0.1, 1, lambda step, cost: None)
    assert course.stopped == Stop.NOT_FINITE
    assert float((tensor.detach() ** 2).sum()) == min(seen) == course.best
    assert torch.isfinite(tensor).all()


BAD = {
    "no world": ({"worlds": ()}, "worlds"),
    "a seed twice": ({"seeds": (1, 1)}, "seeds"),
    "odd rows": ({"rows": 3}, "rows"),
    "all of it warm-up": ({"warm_up": 144}, "warm_up"),
    "no time": ({"seconds_max": 0.0}, "budget"),
    "a rate of zero": ({"learning_rate": 0.0}, "learning_rate"),
    "a gain of more than all": ({"start_gain": (0.0, 1.0)}, "start_gain"),
}


@pytest.mark.parametrize(("change", "subject"), BAD.values(), ids=BAD.keys())
def test_settings_that_cannot_be_trained_with_are_refused(change: dict, subject: str):
    with pytest.raises(InputErrors, match=subject):
        replace(quick(), **change)

"""The years in one step are the years period by period: the same costs, the same slopes."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from trimtab.learning.draws import draw_regime_worlds, draw_worlds  # noqa: E402
from trimtab.learning.measuring import costs_of  # noqa: E402
from trimtab.learning.parameters import (  # noqa: E402
    NetworkParameters,
    RegionParameters,
    rule_policy,
)
from trimtab.learning.scenarios import draw_scenario  # noqa: E402
from trimtab.learning.world import Costs, RegionBatch, View, World, simulate  # noqa: E402
from trimtab.model.errors import InputError  # noqa: E402
from trimtab.quant.control.no_trade_region import NoTradeRegion  # noqa: E402
from trimtab.quant.control.small_cost import small_cost  # noqa: E402
from trimtab.quant.learned.features import STATE_FEATURES, STATIC_FEATURES  # noqa: E402
from trimtab.quant.learned.hearing import SIGNALS  # noqa: E402

MOODY = draw_regime_worlds(5, 1, (3, 3))[0]
EVEN = replace(draw_worlds(5, 1, (3, 3))[0], tax_rate=0.0)
WORLDS = {
    "moods, costs quoted": MOODY,
    "moods, costs stated": replace(MOODY, is_cost_quoted=False),
    "moods, returns captured": replace(MOODY, return_capture=0.5),
    "no moods": EVEN,
}


def ruled(world: World) -> NoTradeRegion:
    """The region of the cube-root law: what is proved here holds of any rule to begin with."""
    law = small_cost(world.problem)
    return NoTradeRegion(law.centre, law.metric, world.problem.cost)


def learner(world: World) -> NetworkParameters | RegionParameters:
    """One that is away from the rule everywhere."""
    chance = np.random.default_rng(3)
    if world.market is None:
        parameters: NetworkParameters | RegionParameters = RegionParameters(3)
    else:
        features = len(STATIC_FEATURES) + len(STATE_FEATURES) + len(SIGNALS)
        parameters = NetworkParameters(
            (5,), SIGNALS, np.zeros(features), np.ones(features), 1, is_anchored=False
        )
    with torch.no_grad():
        for tensor in parameters.tensors():
            tensor.add_(
                torch.from_numpy(np.asarray(0.1 * chance.standard_normal(tuple(tensor.shape))))
            )
    return parameters


def slopes_of(costs: Costs, parameters: NetworkParameters | RegionParameters) -> list[np.ndarray]:
    """Of a cost that weighs every part differently, so that none may stand in for another."""
    mixed = (1.0 * costs.trading + 1.3 * costs.tracking - 0.7 * costs.captured).mean()
    for tensor in parameters.tensors():
        tensor.grad = None
    mixed.backward()
    return [tensor.grad.numpy() for tensor in parameters.tensors() if tensor.grad is not None]


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("warm_up", [0, 5])
def test_costs_and_slopes_are_those_of_the_years_period_by_period(name, warm_up):
    world = WORLDS[name]
    rule, parameters = ruled(world), learner(world)
    scenario = draw_scenario(world, 7, rows=16, periods=30)
    slow = simulate(world, scenario, parameters.policy(world, rule), warm_up)
    fast = costs_of(world, scenario, parameters.policy(world, rule), warm_up)
    for part in ("trading", "tax", "tracking", "captured"):
        ours, theirs = (getattr(one, part).detach().numpy() for one in (fast, slow))
        assert np.allclose(ours, theirs, rtol=1e-9, atol=1e-14)
    assert fast.trading.min() >= 0.0 < fast.trading.max()
    for ours, theirs in zip(slopes_of(fast, parameters), slopes_of(slow, parameters), strict=True):
        assert np.allclose(ours, theirs, rtol=1e-7, atol=1e-13)
        assert np.abs(theirs).max() > 0.0


def test_a_taxed_world_goes_period_by_period_because_gains_decide():
    world = replace(EVEN, tax_rate=0.2)
    rule = ruled(world)
    hurried = replace(rule, metric=1e3 * rule.metric)  # trades at every review
    scenario = draw_scenario(world, 7, rows=8, periods=12, start_gain=(0.2, 0.6))
    costs = costs_of(world, scenario, rule_policy(world, hurried), 0)
    assert costs.tax.min() > 0.0


def test_a_warm_up_as_long_as_the_years_is_refused():
    scenario = draw_scenario(EVEN, 7, rows=8, periods=12)
    with pytest.raises(InputError, match="12 periods"):
        costs_of(EVEN, scenario, rule_policy(EVEN, ruled(EVEN)), 12)


@pytest.mark.parametrize("name", WORLDS)
@pytest.mark.parametrize("tax_rate", [0.0, 0.2])
@pytest.mark.parametrize("times", [1e30, float("nan")])
def test_parameters_out_of_all_bounds_cost_more_than_any_number(name, tax_rate, times):
    world = replace(WORLDS[name], tax_rate=tax_rate)
    rule = rule_policy(world, ruled(world))
    scenario = draw_scenario(world, 7, rows=8, periods=12)

    def absurd(view: View) -> RegionBatch:
        region = rule(view)
        return replace(region, metric=region.metric * times)

    total = costs_of(world, scenario, absurd, 0).total.mean()
    assert not torch.isfinite(total)

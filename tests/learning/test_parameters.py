"""What is trained and what is frozen are the same policy, to the last digits."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from trimtab.learning.parameters import (  # noqa: E402
    NetworkParameters,
    RegionParameters,
    zone_policy,
)
from trimtab.learning.trade_step import trade  # noqa: E402
from trimtab.learning.world import View, World  # noqa: E402
from trimtab.quant.control.no_trade_region import NoTradeRegion  # noqa: E402
from trimtab.quant.control.small_cost import small_cost  # noqa: E402
from trimtab.quant.control.tracking import TrackingProblem  # noqa: E402
from trimtab.quant.learned.features import (  # noqa: E402
    STATE_FEATURES,
    STATIC_FEATURES,
    HouseholdState,
)
from trimtab.quant.learned.many import destinations_of_many  # noqa: E402

RATE = 0.2
SIGNALS = ("crisis", "recent_cost")
FEATURES = len(STATIC_FEATURES) + len(STATE_FEATURES) + len(SIGNALS)


def a_problem(n: int) -> TrackingProblem:
    chance = np.random.default_rng(n)
    spread = chance.uniform(0.05, 0.2, n)
    covariance = np.outer(spread, spread) * (0.6 * np.eye(n) + 0.4)
    target = chance.dirichlet(np.full(n, 4.0))
    drift, cost = chance.uniform(0.02, 0.08, n), chance.uniform(5e-4, 3e-3, n)
    return TrackingProblem(target, drift, covariance, cost, 4.0, 1 / 12)


def a_rule(problem: TrackingProblem) -> NoTradeRegion:
    """The region of the cube-root law: what is proved here holds of any rule to begin with."""
    law = small_cost(problem)
    return NoTradeRegion(law.centre, law.metric, problem.cost)


def a_network() -> NetworkParameters:
    """One that has moved away from its start."""
    chance = np.random.default_rng(5)
    middle, spread = chance.normal(size=FEATURES), chance.uniform(0.5, 2.0, FEATURES)
    network = NetworkParameters((8, 8), SIGNALS, middle, spread, seed=1)
    with torch.no_grad():
        for layer in network.tensors():
            layer += 0.3 * torch.from_numpy(chance.normal(size=tuple(layer.shape)))
    return network


@pytest.mark.parametrize("n", [2, 5, 30])
def test_the_frozen_network_answers_what_the_trained_one_does(n: int):
    problem, chance = a_problem(n), np.random.default_rng(n)
    rule, world = a_rule(problem), World(problem, tax_rate=RATE)
    network = a_network()
    gain, signals = chance.uniform(-0.3, 0.7, (4, n)), chance.uniform(0, 1, (4, 2))
    weights = chance.dirichlet(20.0 * problem.target, size=4)
    view = View(*(torch.from_numpy(array) for array in (weights, gain, signals)))
    batch = network.policy(world, rule)(view)
    model = network.frozen("ours")
    cost = torch.from_numpy(problem.cost.copy())
    reached = trade(
        view.weights,
        batch.centre,
        batch.stretch,
        batch.metric,
        cost + batch.lean,
        cost - batch.lean,
    )
    many = destinations_of_many(model, problem, rule, weights, gain, RATE, signals)
    dear = torch.maximum(cost + RATE * view.gain - batch.lean, -(cost + batch.lean))
    parts = (batch.centre, batch.stretch, batch.metric, cost + batch.lean, dear)
    assert np.abs(many - trade(view.weights, *parts).detach().numpy()).max() <= 1e-10
    for row in range(4):
        state = HouseholdState(gain[row], RATE, signals[row])
        region = model.region(problem, state, rule)
        stretch = batch.stretch[row].detach().numpy()
        metric = stretch[:, None] * rule.metric * stretch
        assert np.abs(region.metric - metric).max() <= 1e-10 * np.abs(metric).max()
        slope = metric @ (region.centre - batch.centre[row].detach().numpy())
        lean = batch.lean[row].detach().numpy()
        apart = slope + lean  # the lean as a move of the centre: equal but for a common part
        assert np.abs(apart - apart.mean()).max() <= 1e-10
        # The region of the rule stops at a looser tolerance than the trade of training.
        assert np.allclose(region.destination(weights[row]), reached[row].detach(), atol=1e-7)


@pytest.mark.parametrize("rate", [0.0, RATE])
def test_the_start_of_a_network_is_the_rule_as_taxes_widen_it(rate: float):
    problem = a_problem(4)
    rule, world = a_rule(problem), World(problem, tax_rate=rate)
    start = NetworkParameters((8,), (), np.zeros(11), np.ones(11), seed=3)
    ones = torch.ones((2, 4), dtype=torch.float64)
    view = View(ones / 4, 0.3 * ones, torch.zeros((2, 0)))
    region, zone = start.policy(world, rule)(view), zone_policy(world, rule)(view)
    assert np.array_equal(region.centre.detach()[0].numpy(), rule.centre)
    assert torch.equal(region.stretch, zone.stretch)
    assert torch.equal(region.lean, zone.lean)
    exchange = 1.0 + 0.5 * rate * 0.3 / problem.cost  # half of the tax each way, in costs
    assert np.allclose(zone.stretch[0] ** 3, exchange)
    assert np.allclose(zone.lean, 0.5 * rate * 0.3)


def test_a_loss_neither_widens_the_rule_nor_leans_it():
    problem = a_problem(4)
    world = World(problem, tax_rate=RATE)
    ones = torch.ones((2, 4), dtype=torch.float64)
    region = zone_policy(world, a_rule(problem))(View(ones / 4, -0.3 * ones, ones[:, :0]))
    assert torch.equal(region.stretch, ones)
    assert torch.equal(region.lean, 0.0 * ones)


def test_the_frozen_region_is_the_trained_one():
    problem = a_problem(4)
    rule, world = a_rule(problem), World(problem, tax_rate=RATE)
    parameters = RegionParameters(4)
    chance = np.random.default_rng(0)
    with torch.no_grad():
        parameters.stretch += torch.from_numpy(chance.normal(0, 0.2, 4))
        parameters.shift += torch.from_numpy(chance.normal(0, 0.2, 4))
        parameters.deferral += 0.5
    gain = chance.uniform(-0.3, 0.7, 4)
    seen = (problem.target.copy(), gain)
    view = View(*(torch.from_numpy(array)[None] for array in seen), torch.zeros((1, 0)))
    batch = parameters.policy(world, rule)(view)
    model = parameters.frozen("mine", world, rule, 0.1)
    assert np.array_equal(model.centre, batch.centre.detach().numpy())
    assert np.allclose(batch.lean.detach().numpy(), model.deferral * RATE * gain)
    assert np.array_equal(model.metric, batch.metric.detach().numpy())
    assert torch.equal(batch.stretch, torch.ones(4, dtype=torch.float64))
    signals, cost = np.zeros((1, 0)), torch.from_numpy(problem.cost.copy())
    held = chance.dirichlet(problem.target * 20.0)[None]
    many = destinations_of_many(model, problem, rule, held, gain[None], RATE, signals)
    buy, sell = cost + batch.lean, cost + RATE * view.gain - batch.lean
    parts = (batch.centre, batch.stretch, batch.metric, buy, torch.maximum(sell, -buy))
    assert np.array_equal(many, trade(torch.from_numpy(held), *parts).detach().numpy())


@pytest.mark.parametrize(("n", "free"), [(2, True), (6, True), (7, False), (30, False)])
def test_a_metric_is_free_in_all_its_numbers_where_there_are_few(n: int, free: bool):
    problem = a_problem(n)
    rule = a_rule(problem)
    parameters = RegionParameters(n)
    assert (parameters.mix.requires_grad, len(parameters.tensors())) == (free, 3 + free)
    with torch.no_grad():
        for tensor in parameters.tensors():
            tensor += 0.3 * torch.from_numpy(np.random.default_rng(n).normal(size=tensor.shape))
    metric = parameters.frozen("mine", World(problem), rule, 0.1).metric
    assert np.array_equal(metric, metric.T)
    assert np.linalg.eigvalsh(metric)[0] >= -1e-12 * np.abs(metric).max()

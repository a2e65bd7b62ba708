"""The simulated household: what it is charged, what it keeps, and slopes through all of it."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from trimtab.learning.parameters import RegionParameters, rule_policy  # noqa: E402
from trimtab.learning.scenarios import draw_scenario  # noqa: E402
from trimtab.learning.world import RegionBatch, Scenario, World, simulate  # noqa: E402
from trimtab.model.errors import InputError  # noqa: E402
from trimtab.quant.control.no_trade_region import NoTradeRegion  # noqa: E402
from trimtab.quant.control.tracking import TrackingProblem  # noqa: E402


def a_problem(cost: float = 0.002) -> TrackingProblem:
    return TrackingProblem(
        target=np.array([0.5, 0.5]),
        drift=np.array([0.06, 0.02]),
        covariance=np.diag([0.04, 0.01]),
        cost=np.array([cost, cost]),
        risk_aversion=4.0,
        review_years=1.0,
    )


def tensor(*rows: object) -> torch.Tensor:
    return torch.tensor(rows, dtype=torch.float64)


def one_household(growth: list[list[float]], gain: float = 0.0) -> Scenario:
    """From the target, with the given gain, through the given periods."""
    return Scenario(
        tensor(*growth)[:, None, :],
        tensor([0.5, 0.5]),
        tensor([1.0 - gain, 1.0 - gain]),
        *told_nothing(len(growth)),
    )


def told_nothing(periods: int) -> tuple[torch.Tensor, ...]:
    """No signals, one mood with the problem's own risk, trading at its usual cost."""
    return (
        torch.zeros((periods, 1, 0), dtype=torch.float64),
        torch.from_numpy(np.diag([0.04, 0.01]))[None],
        torch.zeros((periods, 1), dtype=torch.int64),
        torch.ones((periods, 1), dtype=torch.float64),
        torch.zeros((periods, 1, 2), dtype=torch.float64),
    )


def to_target(view: object) -> RegionBatch:
    """Everything back to target at every review: no region at all."""
    ones, zeros = torch.ones(2, dtype=torch.float64), torch.zeros(2, dtype=torch.float64)
    steep = 1e9 * torch.eye(2, dtype=torch.float64)
    return RegionBatch(tensor(0.5, 0.5), ones, steep, zeros)


def never(view: object) -> RegionBatch:
    flat = 1e-12 * torch.eye(2, dtype=torch.float64)
    ones, zeros = torch.ones(2, dtype=torch.float64), torch.zeros(2, dtype=torch.float64)
    return RegionBatch(tensor(0.5, 0.5), ones, flat, zeros)


def test_a_trade_back_to_target_costs_what_the_hand_says():
    # 0.5·1.5 : 0.5 → 0.6 : 0.4, so a tenth is sold and a tenth bought, at 20 bp each.
    costs = simulate(World(a_problem()), one_household([[1.5, 1.0], [1.0, 1.0]]), to_target)
    assert costs.trading.item() == pytest.approx((0.1 + 0.1) * 0.002 / 2, rel=1e-6)
    assert costs.tax.item() == 0.0


def test_drift_that_is_kept_is_charged_half_gamma_times_its_variance():
    costs = simulate(World(a_problem()), one_household([[1.5, 1.0], [1.0, 1.0]]), never)
    variance = 0.1**2 * (0.04 + 0.01)
    assert costs.tracking.item() == pytest.approx(0.5 * 4.0 * variance / 2)
    assert costs.trading.item() == 0.0


def test_a_sale_is_taxed_on_its_average_gain_and_a_purchase_raises_the_basis():
    # The gain after +50 % from a basis of value is a third of value; a tenth of the whole is sold.
    world = World(a_problem(), tax_rate=0.2)
    costs = simulate(world, one_household([[1.5, 1.0], [1.0, 1.0]]), to_target)
    assert costs.tax.item() == pytest.approx(0.2 * 0.1 / 3 / 2, rel=1e-6)
    # Then the second, a fifth of it bought just now, rises by half: its gain is a third as well.
    longer = simulate(world, one_household([[1.5, 1.0], [1.0, 1.5], [1.0, 1.0]]), to_target)
    assert longer.tax.item() * 3 == pytest.approx(2 * 0.2 * 0.1 / 3, rel=1e-6)


def test_a_flow_into_cash_is_invested_at_the_next_review():
    problem = TrackingProblem(
        target=np.array([1.0, 0.0]),
        drift=np.zeros(2),
        covariance=np.diag([0.04, 0.0]),
        cost=np.array([0.002, 0.0]),
        risk_aversion=4.0,
        review_years=1.0,
    )
    world = World(problem, cash=1, flow=0.1)
    start = Scenario(
        torch.ones((1, 1, 2), dtype=torch.float64),
        tensor([1.0, 0.0]),
        tensor([1.0, 1.0]),
        *told_nothing(1),
    )
    region = NoTradeRegion([1.0, 0.0], 1e9 * np.eye(2), problem.cost)
    costs = simulate(world, start, rule_policy(world, region))
    assert costs.trading.item() == pytest.approx(0.1 / 1.1 * 0.002, rel=1e-6)


def test_slopes_flow_through_years_of_trades_gains_and_taxes():
    problem = a_problem()
    world = World(problem, tax_rate=0.2)
    scenario = draw_scenario(world, 3, rows=8, periods=6, start_gain=(0.0, 0.5))
    rule = NoTradeRegion(problem.target, 0.3 * problem.covariance, problem.cost)
    parameters = RegionParameters(2)
    towards = [
        torch.tensor([0.3, -0.2]),
        torch.tensor([0.5, 0.1]),
        torch.tensor(0.4),
        torch.tensor([[0.2, -0.1], [0.3, 0.1]]),
    ]

    def cost() -> torch.Tensor:
        return simulate(world, scenario, parameters.policy(world, rule)).total.mean()

    def moved(step: float) -> float:
        with torch.no_grad():
            for parameter, way in zip(parameters.tensors(), towards, strict=True):
                parameter += step * way
            value = float(cost())
            for parameter, way in zip(parameters.tensors(), towards, strict=True):
                parameter -= step * way
        return value

    cost().backward()
    slope = sum(
        float((parameter.grad * way).sum())
        for parameter, way in zip(parameters.tensors(), towards, strict=True)
    )
    assert slope == pytest.approx((moved(1e-6) - moved(-1e-6)) / 2e-6, rel=1e-5)
    assert slope != 0.0


def test_paths_come_in_mirrored_pairs_with_the_stated_mean_and_variance():
    world = World(a_problem())
    growth = draw_scenario(world, 1, rows=20_000, periods=1).growth[0].numpy()
    logs = np.log(growth)
    middle = world.problem.drift - 0.5 * np.diag(world.problem.covariance)
    assert np.allclose((logs[:10_000] + logs[10_000:]) / 2, middle, atol=1e-12)
    assert np.allclose(np.cov(logs.T), world.problem.covariance, atol=0.001)


def test_worlds_that_cannot_be_are_refused():
    with pytest.raises(InputError, match="tax_rate"):
        World(a_problem(), tax_rate=1.0)
    with pytest.raises(InputError, match="no cash to arrive in"):
        World(a_problem(), flow=0.1)
    with pytest.raises(InputError, match="the scenario has 2 periods"):
        simulate(World(a_problem()), one_household([[1.0, 1.0]] * 2), never, warm_up=2)

"""The differentiable trade: the same destination as the region's, and the slopes of differences."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from trimtab.learning.trade_step import trade  # noqa: E402
from trimtab.quant.control.no_trade_region import NoTradeRegion  # noqa: E402

NAMES = ("weights", "centre", "stretch", "metric", "buy", "sell")


def a_batch(n: int, rows: int, seed: int = 0) -> dict[str, np.ndarray]:
    """Households some of which trade a little, some a lot, some not at all."""
    chance = np.random.default_rng(seed)
    root = chance.normal(size=(n, n))
    return {
        "weights": chance.dirichlet(np.full(n, 9.0), size=rows),
        "centre": np.tile(chance.dirichlet(np.full(n, 5.0)), (rows, 1)),
        "stretch": np.ones((rows, n)),
        "metric": 0.05 * root @ root.T / n + 0.02 * np.eye(n),
        "buy": np.tile(chance.uniform(5e-4, 3e-3, n), (rows, 1)),
    }


@pytest.mark.parametrize("n", [2, 3, 10, 30])
def test_the_trade_goes_where_the_no_trade_region_says(n: int):
    batch = a_batch(n, 50)
    region = NoTradeRegion(batch["centre"][0], batch["metric"], batch["buy"][0])
    given = {name: torch.from_numpy(array) for name, array in batch.items()}
    after = trade(**given, sell=given["buy"]).numpy()
    assert np.allclose(after, region.destination(batch["weights"]), rtol=0, atol=1e-8)
    assert np.abs(after.sum(axis=1) - 1.0).max() < 1e-14
    assert (after != batch["weights"]).any()


@pytest.mark.parametrize("n", [2, 3, 10])
@pytest.mark.parametrize("name", NAMES)
def test_slopes_are_those_of_small_differences(n: int, name: str):
    chance = np.random.default_rng(n)
    batch = a_batch(n, 20, seed=n)
    batch["stretch"] = chance.uniform(0.8, 1.3, (20, n))
    batch["sell"] = 1.5 * batch["buy"]
    later = torch.from_numpy(chance.normal(size=(20, n)))
    towards = chance.normal(size=batch[name].shape)
    if name == "weights":  # they sum to one, and so they move
        towards -= towards.mean(axis=1, keepdims=True)
    if name == "metric":
        towards += towards.T

    def cost(step: float) -> float:
        moved = batch | {name: batch[name] + step * towards}
        return float((trade(*(torch.from_numpy(moved[key]) for key in NAMES)) * later).sum())

    given = [torch.from_numpy(batch[key]).requires_grad_() for key in NAMES]
    (trade(*given) * later).sum().backward()
    slope = float((given[NAMES.index(name)].grad * torch.from_numpy(towards)).sum())
    differences = (cost(1e-8) - cost(-1e-8)) / 2e-8
    assert slope == pytest.approx(differences, rel=1e-5, abs=1e-6)


def test_a_household_inside_its_region_stays_and_its_slope_passes_through():
    centre = torch.tensor([[0.6, 0.4]], dtype=torch.float64)
    weights = torch.tensor([[0.61, 0.39]], dtype=torch.float64, requires_grad=True)
    ones, cost = torch.ones_like(centre), torch.full_like(centre, 0.01)
    after = trade(weights, centre, ones, 0.1 * torch.eye(2, dtype=torch.float64), cost, cost)
    after[0, 0].backward()
    assert torch.equal(after, weights)
    assert weights.grad.tolist() == [[1.0, 0.0]]


def test_what_is_dear_to_sell_is_sold_later():
    centre = torch.tensor([[0.6, 0.4]], dtype=torch.float64)
    weights = torch.tensor([[0.9, 0.1]], dtype=torch.float64)
    ones, cost = torch.ones_like(centre), torch.full_like(centre, 0.001)
    metric = torch.tensor([[0.02, 0.0], [0.0, 0.0]], dtype=torch.float64)
    cheap = trade(weights, centre, ones, metric, cost, cost)[0, 0]
    dear = trade(weights, centre, ones, metric, cost, 3 * cost)[0, 0]
    assert cheap.item() == pytest.approx(0.6 + 0.002 / 0.02, abs=1e-12)
    assert dear.item() == pytest.approx(0.6 + 0.004 / 0.02, abs=1e-12)

"""The long-run band: known cases, the eigenvalue of its generator, the edges of the input."""

import numpy as np
import pytest

from tests.quant.control.second_opinions import growth_of_band
from trimtab.model.errors import InputErrors
from trimtab.quant.control.bid_ask import BidAsk
from trimtab.quant.control.long_run_growth import LongRunProblem, solve_long_run

#  excess drift, volatility, risk aversion, buy cost, sell cost, half-gap, equivalent safe rate
TABLE = [
    (0.08, 0.16, 5.0, 0.000, 0.01, 0.043057688, 0.0248813463),
    (0.08, 0.16, 5.0, 0.010, 0.00, 0.042917863, 0.0248821156),
    (0.12, 0.20, 2.0, 0.001, 0.02, 0.162292673, 0.0889464435),
    (-0.03, 0.20, 3.0, 0.010, 0.02, 0.089012481, 0.0032746067),
]


@pytest.mark.parametrize(("mu", "sigma", "gamma", "buy", "sell", "half_gap", "rate"), TABLE)
def test_the_band_and_its_growth_are_the_known_ones(mu, sigma, gamma, buy, sell, half_gap, rate):
    answer = solve_long_run(LongRunProblem(mu, sigma, gamma, BidAsk(buy, sell)))
    assert answer.half_gap == pytest.approx(half_gap, abs=1e-8)
    assert answer.equivalent_safe_rate == pytest.approx(rate, abs=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_growth_is_the_eigenvalue_and_no_other_band_grows_faster(seed):
    chance = np.random.default_rng(seed)
    gamma, sigma = float(chance.uniform(1.5, 12.0)), float(chance.uniform(0.1, 0.4))
    weight = float(chance.choice([chance.uniform(0.1, 0.9), chance.uniform(1.1, 2.5)]))
    buy, sell = (float(cost) for cost in chance.uniform(0.0, 0.03, 2))
    mu = weight * gamma * sigma**2
    answer = solve_long_run(LongRunProblem(mu, sigma, gamma, BidAsk(buy, sell)))
    market = (mu, sigma, gamma, buy, sell)
    ends = np.array([answer.buy_at_ask, answer.sell_at_bid])
    best = growth_of_band(*market, *ends)
    assert best == pytest.approx(answer.equivalent_safe_rate, abs=1e-9)
    for moved in ([1, 0], [-1, 0], [0, 1], [0, -1]):
        assert growth_of_band(*market, *(ends + 0.1 * answer.half_gap * np.array(moved))) < best


def test_small_costs_reach_the_cube_root_law():
    answer = solve_long_run(LongRunProblem(0.08, 0.16, 5.0, BidAsk(0.0, 1e-9)))
    assert answer.half_gap == pytest.approx(answer.small_cost_half_gap, rel=1e-5)


def test_without_costs_the_band_has_no_width_and_growth_is_mertons():
    answer = solve_long_run(LongRunProblem(0.08, 0.16, 5.0, BidAsk(0.0, 0.0)))
    assert answer.buy_at_mid == answer.sell_at_mid == pytest.approx(0.625)
    assert answer.equivalent_safe_rate == pytest.approx(0.025)


@pytest.mark.parametrize(
    ("mu", "sigma", "gamma", "told"),
    [
        (float("nan"), 0.2, 2.0, "excess_drift: is nan"),
        (0.08, -0.2, 2.0, "volatility: is -0.2"),
        (0.08, 0.2, 0.0, "risk_aversion: is 0"),
        (0.0, 0.2, 2.0, "Merton weight: is 0"),
        (0.08, 0.2, 2.0, "Merton weight: is 1"),
    ],
)
def test_what_is_no_problem_is_refused_with_its_value(mu, sigma, gamma, told):
    with pytest.raises(InputErrors, match=told):
        LongRunProblem(mu, sigma, gamma, BidAsk(0.0, 0.01))


def test_costs_outside_their_range_are_refused_together():
    with pytest.raises(InputErrors) as refused:
        BidAsk(-0.01, 1.0)
    assert len(refused.value.errors) == 2

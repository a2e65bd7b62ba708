"""The band of a consumer: the known case, no better band by collocation, and its neighbours."""

import numpy as np
import pytest

from tests.quant.control.second_opinions import worth_of_consuming
from trimtab.model.errors import InputErrors
from trimtab.quant.control.bid_ask import BidAsk
from trimtab.quant.control.consumption import ConsumptionProblem, solve_consumption

#  safe rate, drift, volatility, risk aversion, impatience, buy, sell cost, buy at ask, sell at bid
TABLE = [
    (0.01, 0.06, 0.20, 2.5, 0.05, 0.005, 0.005, 0.42883261, 0.54289765),
    (0.01, 0.06, 0.20, 1.4, 0.05, 0.005, 0.005, 0.77766088, 0.89783221),
    (0.01, 0.06, 0.20, 1.0, 0.05, 0.005, 0.005, 1.07912746, 1.27535969),
    (0.01, 0.00, 0.20, 2.5, 0.05, 0.020, 0.005, -0.13505863, -0.05182934),
    # Merton weights next to 1 and beyond it, where implicit steps found the same band
    (0.034, 0.4, 0.171, 12.55, 0.01, 0.005, 0.0014, 0.91640126, 0.99734488),
    (0.003, 0.0585, 0.164, 2.06, 0.34, 0.0185, 0.0012, 0.68552317, 1.00170112),
    (0.012, 0.325, 0.16, 10.8, 0.01, 0.0, 0.013, 1.00186076, 1.13352188),
    (0.016, 0.047, 0.22, 0.52, 0.1, 0.0, 0.029, 0.66735769, 1.24092164),
]

#  the same columns but the ends: risky assets that are held short, of which some ended in an error
SHORT = [
    (0.03767, 0.03662, 0.1246, 0.43, 0.064, 0.0007, 0.0258),
    (0.02, 0.01, 0.15, 1.7, 0.08, 0.010, 0.010),
    (0.03, 0.01, 0.30, 0.6, 0.12, 0.000, 0.020),
]


@pytest.mark.parametrize(("r", "alpha", "sigma", "gamma", "delta", "buy", "sell"), SHORT)
def test_what_is_held_short_has_a_band_around_its_merton_weight(
    r, alpha, sigma, gamma, delta, buy, sell
):
    answer = solve_consumption(ConsumptionProblem(r, alpha, sigma, gamma, delta, BidAsk(buy, sell)))
    assert answer.buy_at_ask < answer.merton_weight < answer.sell_at_bid < 0.0


@pytest.mark.parametrize(
    ("r", "alpha", "sigma", "gamma", "delta", "buy", "sell", "low", "high"), TABLE
)
def test_the_band_is_the_known_one(r, alpha, sigma, gamma, delta, buy, sell, low, high):
    problem = ConsumptionProblem(r, alpha, sigma, gamma, delta, BidAsk(buy, sell))
    answer = solve_consumption(problem)
    assert (answer.buy_at_ask, answer.sell_at_bid) == pytest.approx((low, high), abs=1e-7)


@pytest.mark.parametrize("seed", range(6))
def test_no_other_band_is_worth_more(seed):
    chance = np.random.default_rng(seed)
    gamma, sigma = float(chance.uniform(1.5, 8.0)), float(chance.uniform(0.15, 0.3))
    weight, delta = float(chance.uniform(0.2, 0.8)), float(chance.uniform(0.02, 0.1))
    prices = BidAsk(*(float(cost) for cost in chance.uniform(0.002, 0.01, 2)))
    drift = 0.02 + weight * gamma * sigma**2
    problem = ConsumptionProblem(0.02, drift, sigma, gamma, delta, prices)
    answer = solve_consumption(problem)
    ends = np.array([answer.buy_at_ask, answer.sell_at_bid])
    step = 0.02 * (ends[1] - ends[0])
    for place, at in ((0, answer.buy_at_mid + step), (1, answer.sell_at_mid - step)):
        moved = step * np.eye(2)[place]
        below, here, above = (
            worth_of_consuming(problem, *(ends + way * moved), at) for way in (-1.0, 0.0, 1.0)
        )
        assert here > max(below, above)
        assert abs(above - below) < 0.5 * (2.0 * here - above - below)


def test_the_band_of_one_who_hardly_consumes_is_that_of_long_run_growth():
    from trimtab.quant.control.long_run_growth import LongRunProblem, solve_long_run

    prices = BidAsk(0.005, 0.005)
    # k = (δ − (1−γ)M)/γ is almost nothing at δ a little above (1−γ)M < 0 … so take γ below one.
    gamma, weight, sigma = 0.8, 0.5, 0.2
    drift = weight * gamma * sigma**2
    growth = 0.5 * gamma * sigma**2 * weight**2
    problem = ConsumptionProblem(0.0, drift, sigma, gamma, (1.0 - gamma) * growth + 1e-7, prices)
    consumer = solve_consumption(problem)
    grower = solve_long_run(LongRunProblem(drift, sigma, gamma, prices))
    assert consumer.buy_at_ask == pytest.approx(grower.buy_at_ask, abs=3e-4)
    assert consumer.sell_at_bid == pytest.approx(grower.sell_at_bid, abs=3e-4)


def test_where_nothing_is_consumed_at_a_weight_of_one_the_band_is_found_all_the_same():
    problem = ConsumptionProblem(0.0378, 0.0613, 0.1216, 13.1, 0.01, BidAsk(0.0, 0.0048))
    assert problem.consumption_rate(problem.safe_growth(1.0)) < 0.0
    answer = solve_consumption(problem)
    assert answer.buy_at_ask < answer.merton_weight < answer.sell_at_bid


def test_consumption_moves_the_centre_below_the_merton_weight():
    patient, hasty = (
        solve_consumption(ConsumptionProblem(0.01, 0.06, 0.2, 2.5, delta, BidAsk(0.01, 0.01)))
        for delta in (0.02, 0.3)
    )
    middle = [0.5 * (a.buy_at_mid + a.sell_at_mid) for a in (patient, hasty)]
    assert middle[1] < middle[0] < 0.5


def test_without_costs_the_band_has_no_width():
    answer = solve_consumption(ConsumptionProblem(0.0, 0.06, 0.2, 2.5, 0.05, BidAsk(0.0, 0.0)))
    assert answer.buy_at_mid == answer.sell_at_mid == pytest.approx(0.6)


def test_preferences_without_a_finite_value_are_refused():
    with pytest.raises(InputErrors, match="consumption must be positive"):
        ConsumptionProblem(0.05, 0.15, 0.2, 0.5, 0.01, BidAsk(0.01, 0.01))

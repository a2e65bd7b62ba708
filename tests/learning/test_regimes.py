"""Markets with moods: what is heard of them is right on average, and knows nothing of later."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch")

from trimtab.learning.draws import draw_regime_worlds
from trimtab.learning.regimes import RegimeMarket
from trimtab.model.errors import InputError
from trimtab.quant.learned.hearing import MEMORY, SIGNALS, Ear


def a_market() -> RegimeMarket:
    """Calm for two years, stormy for half of one."""
    calm = np.diag([0.02, 0.004])
    return RegimeMarket(
        change=np.array([[1 - 1 / 500, 1 / 500], [1 / 125, 1 - 1 / 125]]),
        drift=np.array([[0.08, 0.03], [-0.1, 0.02]]),
        covariance=np.stack([calm, 5.0 * calm]),
        cost_factor=np.array([0.8, 1.8]),
    )


def test_the_long_run_is_that_of_the_chain_and_the_average_follows():
    market = a_market()
    assert market.long_run == pytest.approx([0.8, 0.2])
    drift, covariance = market.average()
    assert drift == pytest.approx([0.8 * 0.08 - 0.2 * 0.1, 0.8 * 0.03 + 0.2 * 0.02])
    assert covariance == pytest.approx(np.diag([0.02, 0.004]) * (0.8 + 0.2 * 5.0))


def test_where_a_storm_is_heard_with_some_probability_there_is_one_so_often():
    path = a_market().path(np.random.default_rng(0), rows=400, periods=60, review_years=1 / 12)
    heard = path.signals[:, :, SIGNALS.index("storm_excess")] + a_market().long_run[1]
    is_storm = path.mood == 1
    for low, high in ((0.0, 0.1), (0.1, 0.5), (0.5, 0.9), (0.9, 1.0)):
        within = (heard >= low) & (heard < high)
        assert is_storm[within].mean() == pytest.approx(heard[within].mean(), abs=0.06)
    assert heard[is_storm].mean() > 0.7 > 0.2 > heard[~is_storm].mean()


def test_a_belief_does_not_change_with_what_comes_later():
    market, chance = a_market(), np.random.default_rng(1)
    likely = chance.uniform(0.01, 1.0, (50, 3, 2))
    changed = likely.copy()
    changed[30:] = chance.uniform(0.01, 1.0, (20, 3, 2))
    before, after = market.belief_before(likely), market.belief_before(changed)
    assert np.array_equal(before[:31], after[:31])  # session 30 hears only what came before it
    assert not np.allclose(before[31:], after[31:])


def test_what_trading_cost_lately_is_of_the_reviews_before():
    path = a_market().path(np.random.default_rng(2), rows=4, periods=12, review_years=1 / 12)
    recent = path.signals[:, :, SIGNALS.index("log_recent_cost")]
    assert np.array_equal(recent[0], np.zeros(4))
    assert recent[1] == pytest.approx((1 - MEMORY) * np.log(path.cost_factor[0]))
    assert recent[2] == pytest.approx(
        MEMORY * recent[1] + (1 - MEMORY) * np.log(path.cost_factor[1])
    )


def test_what_a_period_pays_is_what_its_moods_pay():
    market = a_market()
    path = market.path(np.random.default_rng(3), rows=200, periods=60, review_years=1 / 12)
    drift, _ = market.average()
    assert path.expected.mean(axis=(0, 1)) == pytest.approx(drift / 12, abs=0.0006)
    least, most = market.drift.min(axis=0) / 12, market.drift.max(axis=0) / 12
    assert np.all(path.expected >= least - 1e-12) and np.all(path.expected <= most + 1e-12)


def test_an_ear_hears_storms_though_it_knows_nothing_but_a_past():
    market, chance = a_market(), np.random.default_rng(0)
    past, _ = market.sessions(chance, 1, 2520, 1 / 252)
    listened = replace(market, ear=Ear.fitted(past[:, 0]))
    path = listened.path(chance, rows=50, periods=60, review_years=1 / 12)
    storm, excess = path.mood == 1, path.signals[:, :, SIGNALS.index("storm_excess")]
    assert excess[storm].mean() > 0.3 > 0.0 > excess[~storm].mean()


def test_drawn_worlds_know_their_market_on_average_and_trade_at_the_usual_cost_on_average():
    worlds = draw_regime_worlds(5, 6)
    assert [one.problem.instruments for one in worlds] == [
        one.problem.instruments for one in draw_regime_worlds(5, 6)
    ]
    for world in worlds:
        drift, covariance = world.market.average()
        assert np.allclose(world.problem.drift, drift)
        assert np.allclose(world.problem.covariance, covariance)
        assert world.market.long_run @ world.market.cost_factor == pytest.approx(1.0)
        calm, storm = world.market.covariance
        assert np.all(np.diag(storm) > np.diag(calm))


def test_markets_that_cannot_be_are_refused():
    for change, told in (
        ({"change": np.array([[0.9, 0.2], [0.5, 0.5]])}, "no probabilities"),
        ({"cost_factor": np.array([1.0, -1.0])}, "cost factors"),
        ({"drift": np.zeros((3, 2))}, "3 drifts"),
    ):
        with pytest.raises(InputError, match=told):
            replace(a_market(), **change)

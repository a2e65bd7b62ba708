"""The settings of a listening network: what it hears, and that a household can be told the same."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch")

from trimtab.learning.draws import draw_storms
from trimtab.learning.listening import household_listening, listening_config, unseen_worlds
from trimtab.learning.train import train
from trimtab.quant.control.calibration import calibrate
from trimtab.quant.control.tracking import TrackingProblem
from trimtab.quant.learned.features import HouseholdState
from trimtab.quant.learned.hearing import SIGNALS, market_signals


def test_a_household_with_stated_costs_learns_where_they_are_stated():
    for is_quoted in (True, False):
        config = listening_config("listener", is_cost_quoted=is_quoted, worlds=2)
        everywhere = (*config.worlds, *config.validation)
        assert {world.is_cost_quoted for world in everywhere} == {is_quoted}


def test_a_trained_listener_answers_what_a_household_hears():
    config = listening_config("listener", worlds=2, steps=6)
    config = replace(config, validation=config.validation[:1], rows=16, periods=24)
    model = train(config).model
    assert model.signals == SIGNALS
    problem = config.validation[0].problem
    n, rule = problem.instruments, calibrate(problem)
    chance = np.random.default_rng(0)
    loud = np.where(np.arange(1260) > 1100, 0.03, 0.008)[:, None]
    returns = loud * chance.standard_normal((1260, n))
    calm = market_signals(returns[:1000], np.ones(6))
    stormy = market_signals(returns, np.full(6, 3.0))
    regions = [
        model.region(problem, HouseholdState(np.zeros(n), 0.0, told), rule)
        for told in (calm, stormy)
    ]
    assert not np.allclose(regions[0].metric, regions[1].metric)


def own(with_cash: bool = False) -> TrackingProblem:
    """A household's own classes; cash costs nothing and never moves."""
    volatility = np.array([0.16, 0.18, 0.05, 0.0][: 3 + with_cash])
    correlation = np.eye(len(volatility))
    correlation[0, 1] = correlation[1, 0] = 0.8
    correlation[0, 2] = correlation[2, 0] = -0.2
    target = np.array([0.4, 0.2, 0.3, 0.1]) if with_cash else np.array([0.4, 0.3, 0.3])
    cost = np.where(volatility > 0.0, 5e-4, 0.0)
    covariance = np.outer(volatility, volatility) * correlation
    return TrackingProblem(target, 0.1 * volatility, covariance, cost, 15.0, 21 / 252)


@pytest.mark.parametrize("with_cash", [False, True], ids=["three classes", "with cash"])
def test_a_households_storms_have_its_own_risk_and_drift_on_average(with_cash):
    problem = own(with_cash)
    for world in draw_storms(3, 5, problem, past_sessions=500):
        assert world.problem.covariance == pytest.approx(problem.covariance, abs=1e-12)
        assert world.problem.drift == pytest.approx(problem.drift, abs=1e-12)
        assert world.market is not None and world.market.ear is not None
        calm, stormy = world.market.covariance
        assert np.linalg.eigvalsh(calm).min() > -1e-12
        assert np.trace(stormy) > 2.5 * np.trace(calm)
        assert np.isfinite(world.market.ear.heard(np.zeros((3, 1, 3 + with_cash)))).all()


def test_a_household_is_judged_in_worlds_that_its_network_did_not_learn_in():
    config = household_listening("listener", own(), 500)
    learnt = {world.problem.cost.tobytes() + repr(world.market).encode() for world in
              (*config.worlds, *config.validation)}  # fmt: skip
    for worlds in unseen_worlds(own(), 500, 3):
        assert len(worlds) == 3
        assert not learnt & {w.problem.cost.tobytes() + repr(w.market).encode() for w in worlds}

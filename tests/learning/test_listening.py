"""The settings of a listening network: what it hears, and that a household can be told the same."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch")

from trimtab.learning.listening import listening_config
from trimtab.learning.train import train
from trimtab.quant.control.no_trade_region import calibrate
from trimtab.quant.learned.features import HouseholdState
from trimtab.quant.learned.hearing import SIGNALS, market_signals


def test_a_household_with_stated_costs_learns_where_they_are_stated():
    for is_quoted in (True, False):
        config = listening_config("listener", is_cost_quoted=is_quoted, worlds=2)
        everywhere = (*config.worlds, *config.validation)
        assert {world.is_cost_quoted for world in everywhere} == {is_quoted}


def test_a_trained_listener_answers_what_a_household_hears():
    config = listening_config("listener", worlds=2, steps=6)
    model = train(replace(config, rows=16, periods=24)).model
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

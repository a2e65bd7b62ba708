"""A sweep over rules: the same to the last bit, whoever works on it and in whatever blocks."""

from dataclasses import fields

import numpy as np
import pytest

from trimtab.drivers.sweeps import sweep_values
from trimtab.quant.simulate.conventions import Convention
from trimtab.quant.simulate.net_asset_value import simulate_values
from trimtab.quant.simulate.rules import calendar, hold, no_trade, threshold, together

RULES = together(
    threshold(np.repeat([0.005, 0.01, 0.02], 5), np.tile([1, 2, 3, 5, 8], 3)),
    no_trade([0.01, 0.02], kept=0.5),
    calendar(np.arange(80) % 20 == 0),
    hold(),
)


def world():
    chance = np.random.default_rng(11)
    prices = 100.0 * np.exp(np.cumsum(chance.normal(0.0, 0.02, (80, 4)), axis=0))
    return prices, chance.dirichlet(np.ones(4), len(RULES))


@pytest.mark.parametrize(
    ("engine", "workers", "block"),
    [
        *(("serial", 1, block) for block in (4, 7, 64)),
        *(("threads", workers, block) for workers, block in ((1, 64), (2, 4), (3, 7))),
        ("processes", 2, 4),  # each of which has the kernels to load
    ],
)
def test_the_answer_does_not_depend_on_who_works(engine, workers, block):
    prices, targets = world()
    given = {"cost": 0.002, "convention": Convention.ORDER, "with_paths": True}
    whole = simulate_values(prices, targets, RULES, **given)
    shared = sweep_values(
        prices, targets, RULES, engine=engine, workers=workers, block=block, **given
    )
    for column in fields(whole):
        assert np.array_equal(getattr(whole, column.name), getattr(shared, column.name))


def test_costs_for_each_rule_stay_with_their_rules():
    prices, targets = world()
    costs = np.linspace(0.0, 0.01, len(RULES))[:, np.newaxis]
    shared = sweep_values(prices, targets[0], RULES, cost=costs, engine="serial", block=5)
    assert np.array_equal(
        shared.costs, simulate_values(prices, targets[0], RULES, cost=costs).costs
    )

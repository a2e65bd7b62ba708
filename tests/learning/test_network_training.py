"""A network for many households: it begins as the rule, is chosen where it did not train."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch")

from trimtab.learning.config import TrainedModel, TrainingConfig
from trimtab.learning.draws import draw_regime_worlds, draw_worlds
from trimtab.learning.parameters import frozen_policy, rule_policy
from trimtab.learning.scenarios import draw_scenario
from trimtab.learning.train import train
from trimtab.learning.world import simulate
from trimtab.model.errors import InputError, InputErrors
from trimtab.quant.control.calibration import calibrate
from trimtab.quant.learned.hearing import SIGNALS
from trimtab.quant.learned.models import RegionNetwork


def quick() -> TrainingConfig:
    """Four small taxed households to learn from, two to be chosen in; a second or two."""
    return TrainingConfig(
        "quick",
        draw_worlds(3, 4, (2, 2)),
        draw_worlds(4, 2, (2, 2)),
        rows=16,
        periods=24,
        warm_up=0,
        start_gain=(-0.1, 0.6),
        steps_max=8,
        hidden=(4,),
    )


@pytest.fixture(scope="module")
def trained() -> TrainedModel:
    """What the quick settings train; nothing changes it."""
    return train(quick())


def test_a_network_is_trained_chosen_and_judged_in_worlds_it_did_not_learn_in(trained):
    assert isinstance(trained.model, RegionNetwork)
    assert len(trained.evidence.costs) == 8
    assert [one.world for one in trained.evidence.comparisons] == [0, 1]
    assert np.all(trained.ranges[:, 0] <= trained.ranges[:, 1])
    gain = trained.ranges[trained.model.features.index("gain")]
    assert gain[0] < -0.05 and gain[1] > 0.55


def test_the_same_settings_train_the_same_network(trained):
    again = train(quick())
    for one, other in zip(trained.model.weights, again.model.weights, strict=True):
        assert np.array_equal(one, other)


def test_a_network_that_was_never_better_is_the_rule_it_began_as():
    hopeless = train(replace(quick(), learning_rate=1e3, steps_max=2))
    evidence = hopeless.evidence
    assert evidence.chosen_step == 0
    assert all(one.difference == 0.0 for one in evidence.comparisons)


def test_a_frozen_network_is_the_same_policy_when_it_is_thawed(trained):
    world = quick().validation[0]
    rule = calibrate(world.problem)
    unseen = draw_scenario(world, 8, rows=4, periods=12, start_gain=(0.0, 0.5))
    ours = simulate(world, unseen, frozen_policy(trained.model, world, rule)).total
    ruled = simulate(world, unseen, rule_policy(world, rule)).total
    assert trained.evidence.chosen_step == 0 or not np.allclose(ours.detach(), ruled)


def test_a_network_that_listens_names_its_signals():
    config = replace(
        quick(),
        worlds=draw_regime_worlds(3, 2, (2, 2)),
        validation=draw_regime_worlds(4, 1, (2, 2)),
        start_gain=(0.0, 0.0),
        is_conditioned=True,
        steps_max=2,
    )
    trained = train(config)
    assert trained.model.signals == SIGNALS
    storm = trained.ranges[trained.model.features.index("storm_excess")]
    assert -1.0 <= storm[0] < 0.0 < storm[1] <= 1.0


def test_what_a_network_cannot_be_trained_with_is_refused():
    with pytest.raises(InputErrors, match="worlds that it was not trained in"):
        replace(quick(), validation=())
    with pytest.raises(InputErrors, match="a world without moods has none"):
        replace(quick(), is_conditioned=True)
    with pytest.raises(InputError, match="at least one world"):
        draw_worlds(0, 0)

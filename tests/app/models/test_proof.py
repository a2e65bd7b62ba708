"""Evidence tells a better zone from a worse one, in returns that training has not seen."""

from dataclasses import replace

import numpy as np
import pytest

from tests.app.explaining.conftest import LOTS, MANDATE, prices
from tests.app.folders import write_household
from trimtab.app.explaining.asking import ask, question_of
from trimtab.app.household import load_folder
from trimtab.app.models.proof import Trials, evidence_of
from trimtab.policies.no_trade_zone import household_zone

TRIALS = Trials((0, 1, 2))


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """The rule's zone of a household, its history and its instruments."""
    lots = LOTS.format(joint=100, basis=6_000, roth=600, bonds=600)
    folder = tmp_path_factory.mktemp("proof") / "house"
    question = question_of(load_folder(write_household(folder, MANDATE, lots, prices())))
    situation = ask(question).situation
    zone = household_zone(situation, 21, None)
    return zone, question.observation.history, situation.index.instruments


def judged(place, region):
    zone, history, instruments = place
    return evidence_of(zone, region, history, instruments, TRIALS, "no_trade_zone")


def test_the_rules_own_zone_differs_from_itself_by_nothing(place):
    for one in judged(place, place[0].region):
        assert (one.low, one.difference, one.high) == (0.0, 0.0, 0.0)
        assert not one.is_better


@pytest.mark.parametrize("narrower", [0.1, 20.0])
def test_a_zone_far_too_wide_or_too_narrow_is_worse_in_every_world(place, narrower):
    rule = place[0].region
    found = judged(place, replace(rule, metric=narrower * rule.metric))
    assert [one.world for one in found] == ["simulated returns", "its own history, drawn again"]
    assert all(one.low > 0.0 for one in found)


def test_the_evidence_says_how_many_were_tried_and_how_long(place):
    one = judged(place, place[0].region)[0]
    assert (one.trials, one.seeds, one.rule) == (4, (0, 1, 2), "no_trade_zone")
    assert one.years == pytest.approx(4_096 * 20)


def test_the_same_zone_has_the_same_evidence(place):
    rule = place[0].region
    wider = replace(rule, metric=np.array(rule.metric) / 1.3)
    assert judged(place, wider) == judged(place, wider)

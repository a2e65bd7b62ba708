"""The verdict on listening follows from the figures alone."""

import pytest

pytest.importorskip("torch")

from benchmarks._meta_verdict import WorldCosts, interval, verdict


def worlds(gains: list[tuple[float, float]], rule: float = 10.0) -> list[WorldCosts]:
    """Two seeds; what listening saves in each world, bps, of a rule that costs ten."""
    return [
        WorldCosts(place, 3, rule, rule, (9.5 - first, 9.5 - second), (9.5, 9.5), 9.4, 9.0, 8.9)
        for place, (first, second) in enumerate(gains)
    ]


def test_it_ships_where_every_seed_and_the_interval_say_so():
    found = verdict(worlds([(0.4, 0.5), (0.3, 0.4), (0.5, 0.6), (0.4, 0.3)]), trials=1)
    assert found.words == "ships"
    assert found.versus_deaf.mean == pytest.approx(-4.25)
    assert found.seeds == pytest.approx((-4.0, -4.5))
    assert found.bound_mood.mean == pytest.approx(-5.0)


def test_it_does_not_ship_on_a_gain_that_may_be_luck():
    found = verdict(worlds([(2.0, 2.0), (-1.0, -0.9), (0.4, 0.3), (-0.2, 0.1)]), trials=1)
    assert found.versus_deaf.mean < 0.0 < found.versus_deaf.high
    assert found.words == "does not ship"


def test_it_does_not_ship_where_one_seed_lost():
    found = verdict(worlds([(0.8, -0.1), (0.9, -0.1), (0.8, -0.1), (0.9, -0.2)]), trials=1)
    assert found.versus_deaf.high < 0.0 < max(found.seeds)
    assert not found.ships


def test_it_does_not_ship_where_the_rule_is_cheaper():
    found = verdict(worlds([(0.4, 0.5), (0.3, 0.4), (0.5, 0.6)], rule=9.0), trials=1)
    assert found.versus_deaf.high < 0.0 < found.versus_rule.mean
    assert not found.ships


def test_every_trial_widens_the_interval():
    once, often = interval([1.0, 2.0, 3.0], 1), interval([1.0, 2.0, 3.0], 4)
    assert once.mean == often.mean == 2.0
    assert often.low < once.low < once.high < often.high
    assert once.high == pytest.approx(2.0 + 4.3027 / 3**0.5, abs=1e-3)

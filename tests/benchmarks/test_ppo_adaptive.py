"""The comparison of an agent that hears the market with one that does not is a paired one."""

import numpy as np
import pytest

pytest.importorskip("stable_baselines3")

from benchmarks.ppo_adaptive import (
    PERIODS,
    Row,
    growth_of,
    lived_through,
    summary,
    world_problem,
)
from trimtab.quant.learned.ppo_band import PpoBand

DEAF = PpoBand("deaf", np.array([[0.05, 0.05]]), np.zeros(2), np.zeros((2, 4)))


def test_storms_come_and_go_as_often_as_stated_and_paths_are_mirrored():
    growth = growth_of(1, 2_000)
    assert growth.shape == (2_000, PERIODS, 2)
    variance = np.log(growth).var(axis=(0, 1)) * 12.0
    assert variance == pytest.approx(np.diag(world_problem().covariance), rel=0.05)
    assert (growth == growth_of(1, 2_000)).all()


def test_a_band_with_other_names_and_the_same_edges_costs_the_same_in_every_history():
    growth, problem = growth_of(2, 64), world_problem()
    same = PpoBand("same", DEAF.reference, DEAF.bias, 1e-12 * np.ones((2, 4)))
    first, again = (lived_through(band, problem, growth) for band in (DEAF, same))
    assert first == pytest.approx(again, rel=1e-5)
    assert (first > 0.0).all()


def test_a_band_that_hears_costs_something_else():
    growth, problem = growth_of(2, 64), world_problem()
    hears = PpoBand("hears", DEAF.reference, DEAF.bias, np.tile([0.5, 0.0, 0.0, 0.0], (2, 1)))
    apart = lived_through(hears, problem, growth) - lived_through(DEAF, problem, growth)
    assert np.abs(apart).max() > 1e-6


def test_the_summary_is_a_mean_in_percent_with_an_interval_over_seeds():
    rows = [Row(k, 10.0, 10.0 + d, d, 0.0, 0.0, 0.0, 0.0) for k, d in enumerate((-1.0, 0.0, 1.0))]
    mean, low, high = summary(rows)
    assert mean == pytest.approx(0.0)
    assert high == pytest.approx(-low) == pytest.approx(4.30 * 10.0 / 3**0.5)

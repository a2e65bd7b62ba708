"""Proximal policy optimisation finds a band close to the best, and the same one from a seed."""

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("stable_baselines3")

import trimtab.learning.ppo as ppo
from benchmarks.truth_gate import drawn
from tests.quant.learned.test_ppo_band import PROBLEM, three_problem
from trimtab.learning.ppo import PpoTerms, cube_root_bands, drawn_growth, train_band
from trimtab.model.errors import InputError
from trimtab.quant.control.two_asset_band import band_cost, best_band
from trimtab.quant.learned.features import HouseholdState

SHORT = PpoTerms(stages_max=1, rollouts=3, households=32, periods=8, batch=128, epochs=1)


def over_optimum(widths: np.ndarray) -> float:
    first = PROBLEM.target[0]
    best = band_cost(PROBLEM, *best_band(PROBLEM, first - 0.04, first + 0.04)).total
    return band_cost(PROBLEM, first - widths[0, 0], first + widths[0, 1]).total / best


def either_side(width: float) -> np.ndarray:
    return np.array([[width, width], [np.inf, np.inf]])


def test_from_a_band_much_too_wide_it_comes_closer_to_the_optimum():
    terms = PpoTerms(stages_max=1, rollouts=12, households=128, periods=32, batch=1024)
    result = train_band(PROBLEM, terms, seed=0, start=either_side(0.12))
    assert over_optimum(result.course[0]) > 2.0
    assert over_optimum(result.model.half_widths()) < over_optimum(result.course[0]) - 0.3
    assert result.steps == 12 * 128 * 32


def test_another_stage_begins_only_where_an_edge_came_to_the_end_of_its_scale(monkeypatch):
    twice = replace(SHORT, stages_max=2)
    assert train_band(PROBLEM, twice).steps == 3 * 32 * 8
    monkeypatch.setattr(ppo, "NEAR_THE_END", 0.0)
    assert train_band(PROBLEM, twice).steps == 2 * 3 * 32 * 8


def test_a_training_whose_time_is_up_ends_with_what_it_has():
    told = []
    terms = PpoTerms(seconds_max=0.01)
    result = train_band(
        PROBLEM, terms, start=either_side(0.05), on_rollout=lambda *now: told.append(now)
    )
    assert [rollout for rollout, _ in told] == [0]
    assert result.model.half_widths() == pytest.approx(np.array([[0.05, 0.05]]))


def test_more_classes_than_two_have_edges_each():
    three = three_problem()
    result = train_band(three, SHORT, seed=0, start=np.full((3, 2), 0.05))
    assert result.model.half_widths().shape == (3, 2)
    assert result.model.region(three, HouseholdState.untaxed(3)).centre.sum() == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("odd", "told"),
    [
        ({"stages_max": 0}, "rollouts: are 0 times 60"),
        ({"rollouts": 0}, "rollouts: are 3 times 0"),
        ({"periods": 1}, "a rollout: has 1 periods"),
    ],
)
def test_terms_in_which_nothing_would_be_learned_are_refused(odd, told):
    with pytest.raises(InputError, match=told):
        PpoTerms(**odd)


@pytest.mark.parametrize("first", [0.15, 0.5, 0.85])
def test_whatever_the_target_households_begin_beyond_both_edges(first, monkeypatch):
    problem = replace(PROBLEM, target=np.array([first, 1.0 - first]))
    begun = []

    class Seen(ppo.BandView):
        def reset(self):
            observed = super().reset()
            begun.append(observed[:, 0])
            return observed

    monkeypatch.setattr(ppo, "BandView", Seen)
    train_band(problem, replace(SHORT, households=512, rollouts=1), start=either_side(0.03))
    assert 0.1 < (begun[0] < -1.0).mean() < 0.4
    assert 0.1 < (begun[0] > 1.0).mean() < 0.4


def test_a_band_that_takes_decades_to_cross_is_learned():
    """The slowest of many drawn problems, from a band of 5 %: a critic does not look so far."""
    slow = drawn("B", 2).problem
    terms = PpoTerms(stages_max=1, rollouts=16)
    widths = train_band(slow, terms, seed=0, start=either_side(0.05)).model.half_widths()[0]
    first = float(slow.target[0])
    optimum = band_cost(slow, *best_band(slow, first - 0.04, first + 0.03)).total
    assert band_cost(slow, first - widths[0], first + widths[1]).total < 1.03 * optimum


def test_the_same_seed_learns_the_same_band_and_another_a_different_one():
    first, again, other = (train_band(PROBLEM, SHORT, seed=seed) for seed in (3, 3, 4))
    assert (first.model.bias == again.model.bias).all()
    assert (first.model.bias != other.model.bias).any()


def test_only_an_adaptive_agent_looks_at_the_market():
    plain = train_band(PROBLEM, SHORT, seed=1)
    assert (plain.model.weight == 0.0).all()
    hearing = train_band(PROBLEM, replace(SHORT, is_adaptive=True), seed=1)
    assert (hearing.model.weight != 0.0).any()


@pytest.mark.parametrize(
    ("is_adaptive", "is_given", "is_heard"),
    [(False, False, False), (False, True, True), (True, False, True), (True, True, True)],
)
def test_values_hear_the_market_where_returns_are_given_and_may_remember(
    is_adaptive, is_given, is_heard, monkeypatch
):
    views = []

    class Seen(ppo.BandView):
        def __init__(self, *given, **named):
            super().__init__(*given, **named)
            views.append(self)

    monkeypatch.setattr(ppo, "BandView", Seen)
    terms = replace(SHORT, rollouts=1, is_adaptive=is_adaptive)
    growth = drawn_growth(PROBLEM, 1)[:50] if is_given else None
    learned = train_band(PROBLEM, terms, growth=growth)
    assert views[0].is_heard == is_heard
    assert learned.model.weight.any() == is_adaptive


def test_the_textbooks_band_is_the_cube_root():
    relative = 0.0324 + 0.0036 - 0.002
    spread = 0.45 * 0.55 * np.sqrt(relative)
    width = (3 * 0.005 * spread**2 / (2 * 4.0 * relative)) ** (1 / 3)
    bands = cube_root_bands(PROBLEM)
    assert bands[0] == pytest.approx([width, width])
    assert np.isinf(bands[1]).all()

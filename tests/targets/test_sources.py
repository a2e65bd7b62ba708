"""What each source gives, held against what is known of it by other means."""

from dataclasses import replace
from datetime import date
from itertools import product

import numpy as np
import pytest

from trimtab.model.errors import InputError
from trimtab.plugins import configure
from trimtab.targets._standard import blended_weights, bounds
from trimtab.targets.black_litterman import BlackLitterman, ClassView
from trimtab.targets.fixed import Fixed
from trimtab.targets.genetic import Genetic
from trimtab.targets.glide_path import GlidePath, GlidePoint
from trimtab.targets.hierarchical_risk_parity import HierarchicalRiskParity
from trimtab.targets.maximum_sharpe import MaximumSharpe
from trimtab.targets.mean_variance import MeanVariance
from trimtab.targets.minimum_variance import MinimumVariance
from trimtab.targets.risk_parity import RiskParity
from trimtab.testing.conform_targets import target_question

QUESTION = target_question()
STATED = QUESTION.stated.tolist()
NEED_SKFOLIO = pytest.mark.skipif(
    not __import__("importlib.util").util.find_spec("skfolio"), reason="skfolio is not installed"
)


def risk_shares(weights, covariance):
    """What each class adds to the variance, as a share of it."""
    return weights * (covariance @ weights) / (weights @ covariance @ weights)


def on_a_grid(score, steps=50, classes=4):
    """The best score over all mixes in steps of one fiftieth."""
    mixes = (np.array(m) / steps for m in product(range(steps + 1), repeat=classes - 1))
    return min(score(np.append(m, 1.0 - m.sum())) for m in mixes if m.sum() <= 1.0 + 1e-12)


# fixed and glide path


def test_fixed_is_the_stated_weights_or_a_mix_of_its_own():
    assert Fixed().weights(QUESTION).weights.tolist() == STATED
    mixed = Fixed({"A": 0.25, "D": 0.75}).weights(QUESTION)
    assert mixed.weights.tolist() == [0.25, 0.0, 0.0, 0.75]


def test_a_mix_that_names_no_class_of_the_household_is_told_with_the_near_name():
    answer = Fixed({"a": 1.0}).weights(QUESTION)
    assert answer.weights.tolist() == STATED
    assert "there is no target 'a'" in answer.findings[0].message


@pytest.mark.parametrize("mix", [{"A": 0.7}, {"A": 1.5, "B": -0.5}])
def test_a_mix_that_is_no_whole_is_refused_where_it_is_read(mix):
    with pytest.raises(InputError, match=r"sum to|below zero"):
        configure("targets", "fixed", {"mix": mix})


YOUNG, OLD = {"A": 0.9, "D": 0.1}, {"A": 0.3, "D": 0.7}


@pytest.mark.parametrize(
    ("day", "stocks"),
    [
        (date(2019, 1, 1), 0.9),
        (date(2020, 1, 1), 0.9),
        (date(2030, 1, 1), 0.6),
        (date(2040, 1, 1), 0.3),
        (date(2050, 1, 1), 0.3),
    ],
)
def test_a_glide_path_goes_in_a_straight_line_and_stands_still_at_its_ends(day, stocks):
    path = GlidePath((GlidePoint(YOUNG, on=date(2020, 1, 1)), GlidePoint(OLD, on=date(2040, 1, 1))))
    answer = path.weights(replace(QUESTION, as_of=day))
    assert answer.weights[0] == pytest.approx(stocks, abs=1e-4)
    assert answer.findings == ()


def test_a_glide_path_by_age_asks_for_a_birthday():
    points = (GlidePoint(YOUNG, age=40), GlidePoint(OLD, age=60))
    at_fifty = GlidePath(points, born=date(1974, 6, 28)).weights(QUESTION)
    assert at_fifty.weights[0] == pytest.approx(0.6, abs=1e-3)
    assert at_fifty.words == "age 50.0 of the glide path"
    with pytest.raises(ValueError, match="needs `born`"):
        GlidePath(points)


def test_a_glide_path_is_read_from_settings_as_a_mandate_writes_them():
    points = [{"on": "2020-01-01", "mix": YOUNG}, {"on": "2040-01-01", "mix": OLD}]
    path = configure("targets", "glide_path", {"points": points})
    assert path.points[1].on == date(2040, 1, 1)
    with pytest.raises(InputError, match="in order"):
        configure("targets", "glide_path", {"points": points[::-1]})


# optimisers


@NEED_SKFOLIO
def test_minimum_variance_is_the_least_of_all_mixes():
    answer = MinimumVariance().weights(QUESTION)
    least = on_a_grid(lambda w: w @ QUESTION.covariance @ w)
    assert answer.weights @ QUESTION.covariance @ answer.weights <= least + 1e-9


@NEED_SKFOLIO
def test_mean_variance_counts_the_uncertainty_of_its_means():
    aversion = 8.0
    predicted = QUESTION.covariance + QUESTION.mean_covariance

    def score(weights):
        return aversion / 2 * weights @ predicted @ weights - QUESTION.mean @ weights

    answer = MeanVariance(aversion).weights(QUESTION)
    assert score(answer.weights) <= on_a_grid(score) + 1e-8
    sure = replace(QUESTION, mean_covariance=None)
    unsure = replace(QUESTION, mean_covariance=np.diag([1.0, 0.0, 0.0, 0.0]))
    source = MeanVariance(aversion)
    assert source.weights(unsure).weights[0] < source.weights(sure).weights[0]


@NEED_SKFOLIO
def test_the_maximum_sharpe_ratio_is_the_highest_of_all_mixes():
    predicted = QUESTION.covariance + QUESTION.mean_covariance

    def ratio(weights):
        return -(QUESTION.mean - 0.01) @ weights / np.sqrt(weights @ predicted @ weights)

    answer = MaximumSharpe(cash_rate=0.01).weights(QUESTION)
    assert ratio(answer.weights) <= on_a_grid(ratio) + 1e-7


@NEED_SKFOLIO
@pytest.mark.parametrize("source", [MeanVariance(), MaximumSharpe()])
def test_without_expected_returns_the_mandate_is_told_how_to_estimate_them(source):
    answer = source.weights(replace(QUESTION, mean=None))
    assert answer.weights.tolist() == STATED
    assert "[estimates] mean" in answer.findings[0].remedy


@NEED_SKFOLIO
def test_no_class_that_beats_cash_leaves_the_stated_weights():
    answer = MaximumSharpe(cash_rate=0.5).weights(QUESTION)
    assert "50.0 %, that of cash" in answer.findings[0].message


@NEED_SKFOLIO
def test_risk_parity_shares_the_risk_out_equally_or_by_its_budget():
    equal = RiskParity().weights(QUESTION).weights
    assert risk_shares(equal, QUESTION.covariance) == pytest.approx([0.25] * 4, abs=1e-3)
    budget = {"A": 0.1, "B": 0.2, "C": 0.3, "D": 0.4}
    uneven = RiskParity(budget).weights(QUESTION).weights
    assert risk_shares(uneven, QUESTION.covariance) == pytest.approx([0.1, 0.2, 0.3, 0.4], abs=1e-3)


@NEED_SKFOLIO
def test_hierarchical_risk_parity_of_two_classes_weighs_by_the_inverse_variance():
    two = replace(
        QUESTION,
        classes=("A", "B"),
        stated=np.array([0.5, 0.5]),
        lower=np.zeros(2),
        upper=np.ones(2),
        returns=QUESTION.returns[:, :2],
        covariance=np.diag([0.04, 0.01]),
    )
    assert HierarchicalRiskParity().weights(two).weights == pytest.approx([0.2, 0.8], abs=1e-6)


@NEED_SKFOLIO
def test_the_household_s_own_covariance_counts_not_one_that_skfolio_estimates():
    diagonal = np.diag([0.04, 0.01, 0.01, 0.01])
    answer = MinimumVariance().weights(replace(QUESTION, covariance=diagonal))
    assert answer.weights == pytest.approx([1 / 13, 4 / 13, 4 / 13, 4 / 13], abs=1e-4)


@NEED_SKFOLIO
def test_black_litterman_moves_the_stated_weights_as_far_as_a_view_is_believed():
    assert BlackLitterman().weights(QUESTION).weights.tolist() == STATED
    weights = [
        BlackLitterman((ClassView("A", 0.01, confidence=sure),)).weights(QUESTION).weights[0]
        for sure in (1e-6, 0.2, 0.6)
    ]
    assert weights[0] == pytest.approx(0.4, abs=1e-3)
    assert weights[0] > weights[1] > weights[2]
    better = BlackLitterman((ClassView("D", 0.05, over="C"),)).weights(QUESTION)
    assert better.weights[3] > 0.1 and better.weights[2] < 0.2


@NEED_SKFOLIO
def test_a_view_on_an_unknown_class_is_told():
    answer = BlackLitterman((ClassView("E", 0.01),)).weights(QUESTION)
    assert "a view names the target 'E'" in answer.findings[0].message


# the genetic search


def test_breeding_finds_the_best_of_all_allowed_mixes():
    pytest.importorskip("pymoo")
    source = Genetic(classes_max=2, step=0.05)
    answer = source.weights(QUESTION).weights

    def score(weights):
        return weights @ QUESTION.covariance @ weights

    allowed = [
        np.array(m) / 20
        for m in product(range(21), repeat=4)
        if sum(m) == 20 and np.count_nonzero(m) <= 2
    ]
    assert np.count_nonzero(answer) <= 2
    assert answer * 20 == pytest.approx(np.round(answer * 20), abs=1e-9)
    assert score(answer) == pytest.approx(min(map(score, allowed)), rel=1e-9)


def test_breeding_says_where_no_mix_is_allowed():
    pytest.importorskip("pymoo")
    held = replace(QUESTION, lower=np.full(4, 0.2))
    answer = Genetic(classes_max=3).weights(held)
    assert "no mix in whole steps" in answer.findings[0].message


# what the household says about every source


def test_bounds_are_the_narrower_of_minimum_maximum_and_distance():
    stated = np.array([0.6, 0.3])
    lower, upper = bounds(stated, np.array([0.55, 0.0]), np.array([1.0, 0.32]), 0.1)
    assert lower == pytest.approx([0.55, 0.2])
    assert upper == pytest.approx([0.7, 0.32])


def test_a_blend_takes_a_share_of_the_way_from_the_stated_weights():
    source = Fixed({"A": 0.0, "B": 0.5, "C": 0.3, "D": 0.2})
    answer = blended_weights(source, QUESTION, 0.5)
    assert answer.weights == pytest.approx([0.2, 0.4, 0.25, 0.15])
    assert answer.words.startswith("50 % of the way from the stated weights")

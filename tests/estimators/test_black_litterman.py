"""Views against equilibrium: the published example, and what a view must and must not do."""

import numpy as np
import pytest

from trimtab.estimators._base import Market
from trimtab.estimators.black_litterman import BlackLitterman, View
from trimtab.model.errors import InputError

# He & Litterman (1999), Tables 1 and 2: seven countries, equilibrium at delta = 2.5.
COUNTRIES = ("AUS", "CAN", "FRA", "GER", "JPN", "UKG", "USA")
WEIGHTS = np.array([0.016, 0.022, 0.052, 0.055, 0.116, 0.124, 0.615])
VOLATILITY = np.array([0.160, 0.203, 0.248, 0.271, 0.210, 0.200, 0.187])
BELOW = """
.488
.478 .664
.515 .655 .861
.439 .310 .355 .354
.512 .608 .783 .777 .405
.491 .779 .668 .653 .306 .652
"""
EQUILIBRIUM = (0.039, 0.069, 0.084, 0.090, 0.043, 0.068, 0.076)


def correlations() -> np.ndarray:
    made = np.eye(7)
    for at, row in enumerate(BELOW.strip().splitlines(), start=1):
        made[at, :at] = made[:at, at] = [float(cell) for cell in row.split()]
    return made


COVARIANCE = correlations() * np.outer(VOLATILITY, VOLATILITY)
MARKET = Market(COUNTRIES, np.empty((0, 7)), COVARIANCE, WEIGHTS)
GERMANY_BEATS_FRANCE = View("GER", 0.05, over="FRA")


def test_without_views_the_published_equilibrium_comes_out() -> None:
    made = BlackLitterman().mean(MARKET)
    assert made.mean == pytest.approx(EQUILIBRIUM, abs=6e-4)
    assert np.array_equal(made.covariance, 0.05 * COVARIANCE)


@pytest.mark.parametrize(
    ("confidence", "share"), [(0.01, 0.01), (0.25, 0.25), (0.5, 0.5), (0.99, 0.99)]
)
def test_a_view_moves_its_own_expectation_by_its_confidence(
    confidence: float, share: float
) -> None:
    view = View("GER", 0.05, over="FRA", confidence=confidence)
    before = BlackLitterman().mean(MARKET).mean
    after = BlackLitterman((view,)).mean(MARKET).mean
    gap = before[3] - before[2]
    assert (after[3] - after[2] - gap) / (0.05 - gap) == pytest.approx(share)


def test_a_view_moves_what_correlates_with_it_and_is_surer_afterwards() -> None:
    before = BlackLitterman().mean(MARKET)
    after = BlackLitterman((View("USA", 0.12),)).mean(MARKET)
    moved = after.mean - before.mean
    assert np.argmax(moved) == 6
    assert (moved > 0).all()
    less = np.linalg.eigvalsh(before.covariance - after.covariance)
    assert less.min() > -1e-12
    assert less.max() > 1e-4


def test_the_posterior_is_that_of_the_other_textbook_form() -> None:
    views = (GERMANY_BEATS_FRANCE, View("USA", 0.10, confidence=0.7))
    made = BlackLitterman(views).mean(MARKET)
    picks = np.zeros((2, 7))
    picks[0, [3, 2]], picks[1, 6] = (1.0, -1.0), 1.0
    error = 0.05 * COVARIANCE
    noise = np.diag(np.diag(picks @ error @ picks.T) * [1.0, 0.3 / 0.7])
    prior = 2.5 * COVARIANCE @ WEIGHTS
    left = np.linalg.inv(np.linalg.inv(error) + picks.T @ np.linalg.inv(noise) @ picks)
    told = picks.T @ np.linalg.inv(noise) @ [0.05, 0.10]
    mean = left @ (np.linalg.inv(error) @ prior + told)
    assert made.mean == pytest.approx(mean)
    assert made.covariance == pytest.approx(left, abs=1e-12)


def test_a_view_on_what_is_not_there_is_refused_with_the_near_name() -> None:
    with pytest.raises(InputError, match=r"black_litterman on 'GRE'.*Did you mean 'GER'"):
        BlackLitterman((View("GRE", 0.05),)).mean(MARKET)


@pytest.mark.parametrize(
    ("view", "message"),
    [
        ({"confidence": 1.0}, "confidence is 1.0; must be above 0 and below 1"),
        ({"over": "USA"}, "compares 'USA' with itself"),
    ],
)
def test_a_view_that_cannot_be_meant_is_refused(view: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        View("USA", 0.1, **view)  # type: ignore[arg-type]


def test_a_singular_covariance_still_has_an_answer() -> None:
    copies = Market(("A", "B"), np.empty((0, 2)), np.full((2, 2), 0.04), np.array([0.5, 0.5]))
    made = BlackLitterman((View("A", 0.2),)).mean(copies)
    assert made.mean == pytest.approx([0.15, 0.15])

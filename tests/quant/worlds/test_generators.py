"""Worlds have the moments, tails and moods of what they were fitted to; chance is an argument."""

from collections.abc import Callable

import numpy as np
import pytest

from trimtab.model.errors import InputError
from trimtab.quant.worlds._base import World, compounded
from trimtab.quant.worlds.garch import GarchT, fit_garch
from trimtab.quant.worlds.lognormal import Lognormal, fit_lognormal, root_of
from trimtab.quant.worlds.moved import Moved, moved_correlation
from trimtab.quant.worlds.regimes import Regimes, fit_regimes
from trimtab.quant.worlds.resampled import fit_resampled

SESSIONS = 2_500
COVARIANCE = 1e-4 * np.array([[1.0, 0.5, -0.1], [0.5, 2.0, 0.0], [-0.1, 0.0, 0.3]])
MEAN = np.array([4e-4, 2e-4, 1e-4])
FITS: list[Callable[..., World]] = [fit_lognormal, fit_resampled, fit_garch, fit_regimes]


def history(seed: int = 3) -> np.ndarray:
    chance = np.random.default_rng(seed)
    return np.expm1(MEAN + chance.standard_normal((SESSIONS, 3)) @ root_of(COVARIANCE).T)


def stormy(seed: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Calm and crisis whose volatility is three times that of calm."""
    change = np.array([[0.985, 0.015], [0.05, 0.95]])
    roots = np.stack([root_of(COVARIANCE), 3.0 * root_of(COVARIANCE)])
    world = Regimes(np.array([10 / 13, 3 / 13]), change, np.stack([MEAN, -3 * MEAN]), roots)
    drawn = world.draw(np.random.default_rng(seed), 1, SESSIONS)
    assert drawn.states is not None
    return drawn.returns[0], drawn.states[0]


@pytest.mark.parametrize("fit", FITS)
def test_a_world_has_the_covariance_of_its_history(fit: Callable[..., World]) -> None:
    given = history()
    drawn = fit(given).draw(np.random.default_rng(1), 20, 2_000).returns.reshape(-1, 3)
    wanted = np.cov(np.log1p(given), rowvar=False)
    found = np.cov(np.log1p(drawn), rowvar=False)
    size = np.sqrt(np.outer(np.diag(wanted), np.diag(wanted)))
    assert np.abs((found - wanted) / size).max() < 0.08


@pytest.mark.parametrize("fit", FITS)
def test_the_same_chance_draws_the_same_world_and_other_chance_another(
    fit: Callable[..., World],
) -> None:
    world = fit(history())
    one, again, other = (
        world.draw(np.random.default_rng(seed), 2, 50).returns for seed in (1, 1, 2)
    )
    assert (one == again).all()
    assert not (one == other).any()


@pytest.mark.parametrize("fit", FITS)
@pytest.mark.parametrize(
    ("spoilt", "says"),
    [
        (np.zeros((100, 3)), "at least 250 sessions"),
        (np.full((300, 3), np.nan), "no numbers"),
        (np.full((300, 3), -1.5), "−100 %"),
        (np.column_stack([history()[:300, :2], np.zeros(300)]), "never moves"),
    ],
)
def test_a_history_that_cannot_be_fitted_is_refused(
    fit: Callable[..., World], spoilt: np.ndarray, says: str
) -> None:
    with pytest.raises(InputError, match=says):
        fit(spoilt)


def test_a_draw_of_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="at least one"):
        fit_lognormal(history()).draw(np.random.default_rng(1), 0, 10)


def test_garch_finds_the_rates_it_was_drawn_with() -> None:
    level, shock, memory = np.diag(COVARIANCE), np.full(3, 0.08), np.full(3, 0.90)
    world = GarchT(MEAN, level, shock, memory, np.eye(3), tails=7.0)
    found = fit_garch(world.draw(np.random.default_rng(5), 1, 6_000).returns[0])
    assert np.abs(found.shock - 0.08).max() < 0.03
    assert np.abs(found.shock + found.memory - 0.98).max() < 0.02
    assert 5.0 < found.tails < 10.0


def test_garch_has_storms_and_lognormal_has_none() -> None:
    world = GarchT(MEAN, np.diag(COVARIANCE), np.full(3, 0.1), np.full(3, 0.88), np.eye(3), 6.0)
    plain = Lognormal(MEAN, root_of(np.diag(np.diag(COVARIANCE))))

    def memory_of_squares(given: World) -> float:
        squares = given.draw(np.random.default_rng(6), 1, 20_000).returns[0, :, 0] ** 2
        return float(np.corrcoef(squares[1:], squares[:-1])[0, 1])

    assert memory_of_squares(world) > 0.1
    assert abs(memory_of_squares(plain)) < 0.03


def test_regimes_find_the_moods_that_were_hidden() -> None:
    returns, _ = stormy()
    world = fit_regimes(returns)
    assert np.abs(world.change - [[0.985, 0.015], [0.05, 0.95]]).max() < 0.03
    ratio = np.sqrt(np.trace(world.roots[1] @ world.roots[1].T) / np.trace(COVARIANCE))
    assert ratio == pytest.approx(3.0, rel=0.1)
    assert world.start.sum() == pytest.approx(1.0)


def test_a_draw_of_regimes_tells_which_mood_held() -> None:
    drawn = fit_regimes(stormy()[0]).draw(np.random.default_rng(7), 4, 2_000)
    assert drawn.states is not None
    calm, crisis = (drawn.returns[drawn.states == state].std() for state in (0, 1))
    assert crisis > 2.0 * calm


def test_a_mood_that_never_holds_is_refused() -> None:
    with pytest.raises(InputError, match="at least two"):
        fit_regimes(history(), states=1)


def test_resampling_keeps_days_whole() -> None:
    given = history()
    rows = {tuple(row) for row in given.round(9)}
    drawn = fit_resampled(given).draw(np.random.default_rng(8), 1, 300).returns[0]
    assert all(tuple(row) in rows for row in drawn.round(9))


@pytest.mark.parametrize(("towards", "part"), [(0.0, 0.5), (0.9, 0.5), (0.3, 1.0)])
def test_moved_correlations_keep_volatilities(towards: float, part: float) -> None:
    matrix = moved_correlation(COVARIANCE, towards, part)
    found = matrix @ COVARIANCE @ matrix.T
    assert np.diag(found) == pytest.approx(np.diag(COVARIANCE))
    before = COVARIANCE[0, 1] / np.sqrt(COVARIANCE[0, 0] * COVARIANCE[1, 1])
    after = found[0, 1] / np.sqrt(found[0, 0] * found[1, 1])
    assert after == pytest.approx((1 - part) * before + part * towards)


@pytest.mark.parametrize(("towards", "part"), [(0.5, 1.5), (-0.9, 0.5), (1.2, 0.5)])
def test_a_correlation_that_cannot_be_shared_is_refused(towards: float, part: float) -> None:
    with pytest.raises(InputError, match="move of correlations"):
        moved_correlation(COVARIANCE, towards, part)


def test_a_moved_world_moves_with_the_same_luck() -> None:
    world = fit_lognormal(history())
    moved = Moved(world, world.mean, 1.4 * np.eye(3), "wilder", np.zeros(3))
    plain = np.log1p(world.draw(np.random.default_rng(9), 2, 40).returns) - world.mean
    wild = np.log1p(moved.draw(np.random.default_rng(9), 2, 40).returns)
    assert wild == pytest.approx(1.4 * plain)


def test_months_are_the_sessions_in_them() -> None:
    returns = history()[None, :63]
    months = compounded(returns, 21)
    assert months.shape == (1, 3, 3)
    assert np.prod(1 + months, axis=1) == pytest.approx(np.prod(1 + returns, axis=1))

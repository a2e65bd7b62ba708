"""Spreads from daily bars, against prices whose spread is known."""

import numpy as np
import pytest

from trimtab.estimators._spreads import abdi_ranaldo, corwin_schultz


def bars(half_spread: float, sessions: int, volatility: float = 0.015) -> tuple[np.ndarray, ...]:
    """High, low and close of 390 trades a day, each at the bid or the ask of a walk."""
    chance = np.random.default_rng(31)
    steps = chance.normal(0, volatility / np.sqrt(390), (sessions, 390))
    middle = np.exp(np.cumsum(steps.ravel())).reshape(sessions, 390) * 100
    traded = middle * (1 + half_spread * chance.choice([-1.0, 1.0], (sessions, 390)))
    return traded.max(axis=1), traded.min(axis=1), traded[:, -1]


FOUND = [
    (abdi_ranaldo, 0.0025),
    (abdi_ranaldo, 0.005),
    (abdi_ranaldo, 0.01),
    (corwin_schultz, 0.005),  # what comes out below zero counts as none, so small ones look larger
    (corwin_schultz, 0.01),
]


@pytest.mark.parametrize(("estimator", "half_spread"), FOUND)
def test_a_known_spread_is_found(estimator, half_spread: float) -> None:  # type: ignore[no-untyped-def]
    found = estimator(*bars(half_spread, 2_000))
    assert found == pytest.approx(half_spread, rel=0.35)


def test_without_a_spread_little_is_found() -> None:
    assert abdi_ranaldo(*bars(0.0, 2_000)) < 0.002


@pytest.mark.parametrize("estimator", [abdi_ranaldo, corwin_schultz])
def test_too_few_bars_tell_nothing(estimator) -> None:  # type: ignore[no-untyped-def]
    assert np.isnan(estimator(*bars(0.01, 8)))
    holes = [np.where(np.arange(40) % 2, np.nan, column) for column in bars(0.01, 40)]
    assert np.isnan(estimator(*holes))

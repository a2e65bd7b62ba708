"""What is watched never looks past the day, and its residual knows no volatility."""

from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from trimtab.app.models.watch import RESIDUAL, kept_series, series_bytes, series_of
from trimtab.model.errors import InputError
from trimtab.model.mandate import Mandate, Target
from trimtab.model.snapshots import PriceHistory

MANDATE = Mandate(
    (
        Target("stocks", Decimal("0.6"), ("VTI",)),
        Target("bonds", Decimal("0.4"), ("BND",)),
    )
)
FIRST = date(2024, 1, 1)


def history(returns) -> PriceHistory:
    closes = 100.0 * np.exp(np.vstack([np.zeros(2), np.cumsum(returns, axis=0)]))
    days = tuple(FIRST + timedelta(day) for day in range(len(closes)))
    return PriceHistory(days, ("VTI", "BND"), closes.tolist(), "test")


def noise(seed: int, n: int, size: float):
    return size * np.random.default_rng(seed).standard_normal((n, 2))


def test_the_series_are_returns_and_one_residual():
    series = series_of(history(noise(1, 300, 0.01)), MANDATE)
    assert sorted(series) == [RESIDUAL, "returns of BND", "returns of VTI"]
    assert np.allclose(series["returns of VTI"], noise(1, 300, 0.01)[:, 0])


def test_days_up_to_a_training_are_left_out():
    whole = series_of(history(noise(1, 300, 0.01)), MANDATE)
    after = series_of(history(noise(1, 300, 0.01)), MANDATE, after=FIRST + timedelta(200))
    assert np.array_equal(after["returns of VTI"], whole["returns of VTI"][200:])
    assert np.array_equal(after[RESIDUAL], whole[RESIDUAL][-100:])


def test_a_later_day_changes_nothing_before_it():
    returns = noise(1, 300, 0.01)
    changed = returns.copy()
    changed[250:] *= 5.0
    before = series_of(history(returns), MANDATE)[RESIDUAL]
    after = series_of(history(changed), MANDATE)[RESIDUAL]
    assert np.array_equal(before[: 250 - 300], after[: 250 - 300])


def test_the_residual_is_of_one_size_in_calm_and_in_storm():
    calm = series_of(history(noise(2, 1_000, 0.005)), MANDATE)[RESIDUAL]
    storm = series_of(history(noise(2, 1_000, 0.05)), MANDATE)[RESIDUAL]
    assert np.allclose(calm, storm)
    assert calm.std() == pytest.approx(1.0, abs=0.08)


def test_kept_series_come_back_as_they_went():
    series = series_of(history(noise(1, 100, 0.01)), MANDATE)
    again = kept_series(series_bytes(series), "model band@1")
    assert all(np.array_equal(again[name], series[name]) for name in series)
    with pytest.raises(InputError, match="its arrays cannot be read"):
        kept_series(b"nothing", "model band@1")

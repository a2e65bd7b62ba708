"""The stationary bootstrap: its blocks, its coverage, and differences on common days."""

import numpy as np
import pytest

from tests.quant.performance.series import first_order
from trimtab.model.errors import InputError
from trimtab.quant.performance import bootstrap as module
from trimtab.quant.performance.bootstrap import IntervalKind, bootstrap, stationary_indices
from trimtab.quant.performance.drawdowns import maximum_drawdown
from trimtab.quant.performance.risk import sharpe_ratio


def mean(columns):
    return columns.mean(axis=0)


def block_lengths(days, column):
    """Lengths of the runs of consecutive days, the cut-off last one left out."""
    breaks = np.flatnonzero(np.diff(column) % days != 1) + 1
    return np.diff(np.concatenate(([0], breaks)))


@pytest.mark.parametrize("block", [1.0, 4.0, 25.0])
def test_blocks_have_the_mean_length_asked_for_and_a_geometric_spread(block):
    days = 20_000
    (column,) = stationary_indices(np.random.default_rng(1), days, block, 1).T
    lengths = block_lengths(days, column)
    error = 4 * block / np.sqrt(len(lengths))
    assert lengths.mean() == pytest.approx(block, abs=error + 1e-3)
    assert lengths.std() == pytest.approx(np.sqrt(block * (block - 1)), abs=2 * error + 0.05)


def test_every_day_is_equally_likely_at_every_place():
    days = stationary_indices(np.random.default_rng(2), 10, 5.0, 20_000)
    for place in (0, 4, 9):
        counts = np.bincount(days[place], minlength=10)
        assert np.abs(counts - 2_000).max() < 5 * np.sqrt(2_000)


def test_a_history_of_another_length_can_be_drawn():
    days = stationary_indices(np.random.default_rng(3), 100, 10.0, 7, length=250)
    assert days.shape == (250, 7)
    assert days.min() >= 0
    assert days.max() < 100


def test_the_same_chance_gives_the_same_answer_whatever_fits_into_memory(monkeypatch):
    returns = first_order(np.random.default_rng(4), 300, 0.2, 0.01)
    at_once = bootstrap(returns, mean, np.random.default_rng(9), resamples=100)
    monkeypatch.setattr(module, "DRAWS_AT_ONCE", 1_000)
    in_parts = bootstrap(returns, mean, np.random.default_rng(9), resamples=100)
    np.testing.assert_allclose(at_once.resampled, in_parts.resampled, rtol=1e-12)


@pytest.mark.parametrize(("memory", "kind"), [(0.0, "percentile"), (0.3, "basic"), (0.5, "basic")])
def test_a_ninety_percent_interval_of_the_mean_covers_it_about_nine_times_in_ten(memory, kind):
    chance, worlds, covered = np.random.default_rng(11), 300, 0
    for _ in range(worlds):
        returns = np.clip(first_order(chance, 400, memory, 0.01), -1.0, None)
        found = bootstrap(returns, mean, chance, resamples=400).interval(
            level=0.9, kind=IntervalKind(kind)
        )
        covered += found.low <= 0.0 <= found.high
    # Blocks cut some memory, so that coverage lies somewhat below nine in ten
    assert 0.82 <= covered / worlds <= 0.95


def test_independent_days_would_make_the_interval_of_a_series_with_memory_too_narrow():
    returns = first_order(np.random.default_rng(12), 1_000, 0.6, 0.01)
    blocks = bootstrap(returns, mean, np.random.default_rng(1)).interval()
    days = bootstrap(returns, mean, np.random.default_rng(1), block=1.0).interval()
    assert blocks.high - blocks.low > 1.5 * (days.high - days.low)  # theory: 1.6 ÷ 0.4 → ×2


def test_the_basic_interval_mirrors_the_percentile_interval():
    returns = np.random.default_rng(13).normal(0.001, 0.01, 200)
    found = bootstrap(returns, sharpe_ratio, np.random.default_rng(1), resamples=200)
    percentile, basic = found.interval(), found.interval(kind=IntervalKind.BASIC)
    assert basic.low == pytest.approx(2 * percentile.estimate - percentile.high)
    assert basic.high == pytest.approx(2 * percentile.estimate - percentile.low)


def test_common_days_tell_two_like_policies_apart_where_separate_ones_cannot():
    chance = np.random.default_rng(14)
    market = chance.normal(0.0003, 0.01, 1_000)
    dearer = market - 0.00002 + chance.normal(0.0, 0.0001, 1_000)
    found = bootstrap(np.column_stack([market, dearer]), mean, np.random.default_rng(1))
    paired = found.difference(0, 1)
    assert paired.interval.low > 0
    assert paired.p_value < 0.01
    alone = found.interval(0)
    assert alone.high - alone.low > 50 * (paired.interval.high - paired.interval.low)


def test_a_policy_differs_from_itself_by_nothing():
    returns = np.random.default_rng(15).normal(0.0, 0.01, 100)
    found = bootstrap(
        np.column_stack([returns, returns]), maximum_drawdown, np.random.default_rng(1)
    )
    assert found.difference(0, 1).p_value == 1.0
    assert found.difference(0, 1).interval.high == 0.0


def test_between_equal_policies_p_values_are_uniform():
    chance, small, worlds = np.random.default_rng(16), 0, 300
    for _ in range(worlds):
        pair = chance.normal(0.0, 0.01, (250, 2))
        small += bootstrap(pair, mean, chance, resamples=300).difference(0, 1).p_value <= 0.1
    assert 0.06 <= small / worlds <= 0.15


@pytest.mark.parametrize(
    ("measure", "complaint"),
    [
        (lambda chance: stationary_indices(chance, 10, 0.5, 3), "each is at least one"),
        (lambda chance: stationary_indices(chance, 0, 1.0, 3), "each is at least one"),
        (lambda chance: bootstrap([0.1, 0.2] * 20, mean, chance).interval(level=95), "0.95"),
        (
            lambda chance: bootstrap([0.0, 0.1], sharpe_ratio, chance, block=1.0).interval(),
            "not a number",
        ),
    ],
)
def test_what_cannot_be_resampled_is_refused(measure, complaint):
    with pytest.raises(InputError, match=complaint):
        measure(np.random.default_rng(1))

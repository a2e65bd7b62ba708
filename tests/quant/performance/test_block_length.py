"""Automatic block lengths: against theory, and against reference figures."""

import numpy as np
import pytest

from tests.quant.performance.series import first_order
from trimtab.model.errors import InputError
from trimtab.quant.performance.block_length import automatic_block_length


@pytest.mark.parametrize(("memory", "days"), [(0.5, 4_000), (0.7, 4_000), (0.9, 8_000)])
def test_the_length_of_a_first_order_series_is_near_what_theory_gives(memory, days):
    # For AR(1), b = (2φ/(1 − φ²))^⅔ · n^⅓ by the formula of the paper
    chance = np.random.default_rng(5)
    found = [
        automatic_block_length(first_order(chance, days, memory)).stationary for _ in range(40)
    ]
    theory = (2 * memory / (1 - memory**2)) ** (2 / 3) * days ** (1 / 3)
    assert np.median(found) == pytest.approx(theory, rel=0.2)


def test_a_series_without_memory_gets_short_blocks():
    chance = np.random.default_rng(6)
    found = [automatic_block_length(chance.normal(size=1_000)).stationary for _ in range(40)]
    assert np.median(found) < 5


def test_a_circular_block_is_longer_by_the_ratio_of_their_variances():
    length = automatic_block_length(first_order(np.random.default_rng(7), 1_000, 0.6))
    assert length.circular / length.stationary == pytest.approx(1.5 ** (1 / 3))


def test_it_is_no_longer_than_a_third_of_the_series():
    assert automatic_block_length(np.linspace(0.0, 1.0, 30)).stationary <= 10


@pytest.mark.parametrize(
    ("values", "complaint"), [([0.1] * 30, "throughout"), ([0.1, 0.2], "at least 20")]
)
def test_what_has_no_memory_to_measure_is_refused(values, complaint):
    with pytest.raises(InputError, match=complaint):
        automatic_block_length(values)

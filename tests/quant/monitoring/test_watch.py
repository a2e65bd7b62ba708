"""The monitor: drift of many households at once, and crossings that are told once."""

import numpy as np
import pytest

from trimtab.model.drift import Drift, TargetDrift
from trimtab.model.errors import InputError
from trimtab.quant.monitoring.watch import NOTHING, Level, Thresholds, Watched, watch

CALM, WARNING, CRITICAL = Level.CALM, Level.WARNING, Level.CRITICAL


def one_household(cash: float = 0.0) -> Watched:
    """60 % in the first instrument, 40 % in the second, at prices of one."""
    return Watched(
        quantities=np.array([[60.0, 40.0]]),
        instruments=np.array([[0, 1]]),
        targets=np.array([[0, 1]]),
        cash=np.array([cash]),
        weights=np.array([[0.6, 0.4]]),
    )


def levels(*prices: float) -> list[tuple[Level, bool]]:
    """The level after each price of the first instrument, and whether it rose with it."""
    watched, before, found = one_household(), np.zeros(1, dtype=np.int64), []
    for price in prices:
        read = watch(watched, np.array([price, 1.0]), Thresholds(0.03, 0.05), before)
        before = read.level
        found.append((Level(int(before[0])), bool(read.rose[0])))
    return found


def test_drift_is_that_of_the_model_to_the_last_digit() -> None:
    rng = np.random.default_rng(5)
    count, held, universe, classes = 50, 7, 12, 4
    weights = rng.dirichlet(np.ones(classes + 1), size=count)[:, :classes]
    instruments = np.stack([rng.permutation(universe)[:held] for _ in range(count)])
    targets = rng.integers(NOTHING, classes, size=(count, held))
    quantities = rng.integers(0, 90, size=(count, held)).astype(float)
    cash, prices = rng.uniform(1, 500, count), rng.uniform(1, 300, universe)
    watched = Watched(quantities, instruments, targets, cash, weights)
    before = np.zeros(count, dtype=np.int64)
    read = watch(watched, prices, Thresholds(), before)
    for row in range(count):
        worth = quantities[row] * prices[instruments[row]]
        value = worth.sum() + cash[row]
        actual = [worth[targets[row] == one].sum() / value for one in range(classes)]
        expected = Drift(
            tuple(
                TargetDrift(str(one), weights[row, one], actual[one], 0.0) for one in range(classes)
            ),
            0.0,
            worth[targets[row] == NOTHING].sum() / value,
            cash[row] / value,
        )
        farthest = max(expected.targets, key=lambda one: abs(one.drift))
        assert read.total[row] == pytest.approx(expected.total, abs=1e-12)
        assert read.farthest[row] == pytest.approx(abs(farthest.drift), abs=1e-12)
        assert str(read.target[row]) == farthest.name


def test_a_crossing_is_told_once_and_again_only_after_it_was_left() -> None:
    # drift of the first: 0, 2.9 %, 3.1 %, 2.9 % (still warned), 2.6 % (left), 3.1 % (again)
    assert levels(1.0, 1.128, 1.138, 1.128, 1.115, 1.138) == [
        (CALM, False),
        (CALM, False),
        (WARNING, True),
        (WARNING, False),
        (CALM, False),
        (WARNING, True),
    ]


def test_a_jump_past_both_thresholds_is_one_crossing_and_falls_back_in_steps() -> None:
    assert levels(1.3, 1.3, 1.19, 1.0) == [
        (CRITICAL, True),
        (CRITICAL, False),
        (WARNING, False),
        (CALM, False),
    ]


def test_a_drift_exactly_at_the_threshold_has_reached_it() -> None:
    watched = Watched(
        np.array([[63.0, 37.0]]), np.array([[0, 1]]), np.array([[0, 1]]), np.zeros(1),
        np.array([[0.6, 0.4]]),
    )  # fmt: skip
    read = watch(watched, np.ones(2), Thresholds(0.03, 0.05), np.zeros(1, dtype=np.int64))
    assert read.level[0] == WARNING


def test_a_household_without_value_is_calm() -> None:
    watched = one_household()
    empty = Watched(
        np.zeros((1, 2)), watched.instruments, watched.targets, watched.cash, watched.weights
    )
    read = watch(empty, np.ones(2), Thresholds(), np.zeros(1, dtype=np.int64))
    assert read.level[0] == CALM
    assert read.total[0] == 0.0


@pytest.mark.parametrize("price", [0.0, -1.0, np.nan, np.inf])
def test_a_held_instrument_needs_a_price(price: float) -> None:
    with pytest.raises(InputError, match="positive"):
        watch(one_household(), np.array([price, 1.0]), Thresholds(), np.zeros(1, dtype=np.int64))


@pytest.mark.parametrize(("warning", "critical"), [(0.0, 0.05), (0.06, 0.05), (0.03, 1.0)])
def test_thresholds_out_of_order_are_refused(warning: float, critical: float) -> None:
    with pytest.raises(InputError, match="thresholds"):
        Thresholds(warning, critical)


def test_arrays_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InputError, match="levels"):
        watch(one_household(), np.ones(2), Thresholds(), np.zeros(2, dtype=np.int64))
    with pytest.raises(InputError, match="has none"):
        watch(one_household(), np.ones(1), Thresholds(), np.zeros(1, dtype=np.int64))

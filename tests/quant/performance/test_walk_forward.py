"""Choosing on the past only, with every trial on the record."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.model.errors import InputError
from trimtab.quant.performance.criteria import Criterion
from trimtab.quant.performance.walk_forward import TrialRecord, choose_on_past
from trimtab.quant.performance.windows import Window, walk_forward_windows

# Three trials, six days, two windows. Trial 1 earns first, trial 2 later, trial 0 a little always.
TABLE = np.array(
    [
        # 0      1      2
        [0.01, 0.03, 0.00],
        [0.01, 0.03, 0.00],
        [0.01, -0.02, 0.09],
        [0.01, -0.02, 0.09],
        [0.01, -0.02, 0.06],
        [0.01, -0.02, 0.04],
    ]
)
WINDOWS = (Window(slice(0, 2), slice(2, 4)), Window(slice(0, 4), slice(4, 6)))


def worked():
    return choose_on_past(TABLE, WINDOWS, Criterion.MEAN, blocks=2)


def test_each_test_holds_what_was_best_in_its_training():
    found = worked()
    assert found.log.chosen.tolist() == [1, 2]
    np.testing.assert_allclose(found.returns, [-0.02, -0.02, 0.06, 0.04])
    assert found.days.tolist() == [2, 3, 4, 5]


def test_the_record_keeps_every_trial_of_every_window():
    records = list(worked().log)
    assert len(records) == len(worked().log) == 6
    assert records[0] == TrialRecord(0, 0, pytest.approx(0.01), pytest.approx(0.01), False)
    assert records[1] == TrialRecord(0, 1, pytest.approx(0.03), pytest.approx(-0.02), True)
    assert records[5] == TrialRecord(1, 2, pytest.approx(0.045), pytest.approx(0.05), True)


def test_beside_the_winner_stand_its_deflated_sharpe_ratio_and_the_probability_of_overfitting():
    found = worked()
    assert found.winner == 2
    assert found.deflated.trials == 3
    assert 0.0 < found.deflated.probability < 1.0
    assert found.overfitting.probability == 0.0  # trial 2 is the best of either half


@given(st.integers(0, 10_000), st.integers(60, 200))
def test_no_choice_knows_a_day_of_its_test_or_after(seed, days):
    chance = np.random.default_rng(seed)
    table = chance.normal(0.0, 0.01, (days, 6))
    windows = walk_forward_windows(days, 30, 15, purge=2, embargo=3)
    before = choose_on_past(table, windows, blocks=4)
    for number, one in enumerate(windows):
        changed = table.copy()
        changed[one.train.stop :] = chance.normal(0.0, 0.05, changed[one.train.stop :].shape)
        after = choose_on_past(changed, windows, blocks=4)
        assert after.log.chosen[: number + 1].tolist() == before.log.chosen[: number + 1].tolist()


def test_the_best_of_many_worthless_trials_is_seen_through():
    table = np.random.default_rng(8).normal(0.0, 0.01, (1_000, 200))
    found = choose_on_past(table, walk_forward_windows(1_000, 250, 125), blocks=8)
    assert found.deflated.probability < 0.95
    assert found.overfitting.probability > 0.25


def test_real_skill_is_recognised():
    table = np.random.default_rng(9).normal(0.0, 0.01, (1_000, 50))
    table[:, 13] += 0.003
    found = choose_on_past(table, walk_forward_windows(1_000, 250, 125), blocks=8)
    assert found.winner == 13
    assert set(found.log.chosen) == {13}
    assert found.deflated.probability > 0.99
    assert found.overfitting.probability < 0.01


@pytest.mark.parametrize(
    ("windows", "complaint"),
    [
        ((), "none"),
        ((Window(slice(0, 4), slice(3, 6)),), "training ends before its test begins"),
        ((*WINDOWS, WINDOWS[1]), "begins at 6 or later"),
        ((Window(slice(0, 4), slice(4, 7)),), "tests days 4 to 7 of 6"),
        ((Window(slice(0, 1), slice(4, 6)),), "at least 2 days"),
    ],
)
def test_windows_that_look_ahead_or_do_not_fit_are_refused(windows, complaint):
    with pytest.raises(InputError, match=complaint):
        choose_on_past(TABLE, windows, blocks=2)

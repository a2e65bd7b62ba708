"""The probability of backtest overfitting on tables whose truth is known."""

from itertools import combinations
from math import comb

import numpy as np
import pytest

from trimtab.model.errors import InputError
from trimtab.quant.performance import overfitting as module
from trimtab.quant.performance.criteria import Criterion
from trimtab.quant.performance.overfitting import probability_of_overfitting


def noise(seed, days=480, trials=20):
    return np.random.default_rng(seed).normal(0.0, 0.01, (days, trials))


def test_among_worthless_trials_the_best_is_below_the_median_as_often_as_not():
    found = [probability_of_overfitting(noise(seed), 10).probability for seed in range(60)]
    assert np.mean(found) == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize("trials", [2, 3, 4, 5, 9])
def test_luck_comes_to_one_half_whether_or_not_there_is_a_middle(trials):
    found = [
        probability_of_overfitting(noise(seed, 240, trials), 6).probability for seed in range(600)
    ]
    assert np.mean(found) == pytest.approx(0.5, abs=4 * np.std(found) / np.sqrt(600))
    assert np.mean(found) == pytest.approx(0.5, abs=0.04)


def test_the_middle_one_of_an_odd_number_counts_as_half():
    one = noise(5, 100, 1)
    assert probability_of_overfitting(np.hstack([one, one, one]), 4).probability == 0.5


def test_a_trial_that_dominates_is_never_overfitted():
    table = noise(1)
    table[:, 7] += 0.01
    found = probability_of_overfitting(table, 16)
    assert found.probability == 0.0
    assert found.probability_of_loss == 0.0
    assert set(found.chosen) == {7}
    assert len(found.chosen) == comb(16, 8)


def test_trials_that_win_one_half_and_lose_the_other_are_always_overfitted():
    # Each trial earns in one block and loses it again, spread over all the others.
    blocks, length = 6, 20
    table = np.random.default_rng(2).normal(0.0, 1e-5, (blocks * length, blocks))
    for trial in range(blocks):
        table[:, trial] -= 0.01 / (blocks - 1)
        table[trial * length : (trial + 1) * length, trial] += 0.01 * blocks / (blocks - 1)
    found = probability_of_overfitting(table, blocks, Criterion.MEAN)
    assert found.probability == 1.0
    assert found.probability_of_loss == 1.0


@pytest.mark.parametrize("criterion", Criterion)
@pytest.mark.parametrize("days", [60, 65])  # blocks of equal and of unequal length
def test_adding_up_blocks_gives_what_days_give_one_split_at_a_time(criterion, days):
    table, blocks = noise(3, days, 5), 6
    parts = np.array_split(np.arange(days), blocks)

    def scores(days):
        if criterion is Criterion.SHARPE:
            return days.mean(axis=0) / days.std(axis=0, ddof=1)
        return (np.log1p(days) if criterion is Criterion.GROWTH else days).mean(axis=0)

    found = probability_of_overfitting(table, blocks, criterion)
    for number, split in enumerate(combinations(range(blocks), blocks // 2)):
        inside = np.concatenate([parts[block] for block in split])
        learnt, judged = scores(table[inside]), scores(np.delete(table, inside, axis=0))
        best = int(learnt.argmax())
        assert found.chosen[number] == best
        assert found.in_sample[number] == pytest.approx(learnt[best], rel=1e-9)
        assert found.out_of_sample[number] == pytest.approx(judged[best], rel=1e-9)
        assert found.rank[number] == pytest.approx((1 + (judged < judged[best]).sum()) / 6)


def test_the_answer_does_not_depend_on_how_many_splits_fit_into_memory(monkeypatch):
    table = noise(4)
    at_once = probability_of_overfitting(table, 8)
    monkeypatch.setattr(module, "SCORES_AT_ONCE", 100)
    in_parts = probability_of_overfitting(table, 8)
    np.testing.assert_array_equal(at_once.rank, in_parts.rank)


def test_equal_trials_share_the_middle_rank():
    one = noise(5, 100, 1)
    found = probability_of_overfitting(np.hstack([one, one, one]), 4)
    np.testing.assert_allclose(found.rank, 0.5)
    np.testing.assert_allclose(found.logits, 0.0)


def test_what_looks_better_does_worse_among_worthless_trials_centred_on_nothing():
    table = noise(6)
    table -= table.mean(axis=0)  # what one half has more, the other has less
    assert probability_of_overfitting(table, 10, Criterion.MEAN).degradation == pytest.approx(-1.0)


@pytest.mark.parametrize(
    ("table", "blocks", "complaint"),
    [
        (noise(1, 100, 1), 4, "at least two trials"),
        (noise(1, 100, 3), 5, "an even number"),
        (noise(1, 20, 3), 16, "at least 2 returns"),
        (noise(1, 100, 3), 24, "2,704,156 splits"),
    ],
)
def test_what_cannot_be_split_is_refused(table, blocks, complaint):
    with pytest.raises(InputError, match=complaint):
        probability_of_overfitting(table, blocks)

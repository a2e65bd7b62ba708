"""Windows that walk forward, worked by hand and for any lengths."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from trimtab.model.errors import InputError
from trimtab.quant.performance.windows import Training, Window, walk_forward_windows


def test_expanding_windows_learn_from_all_of_the_past():
    assert walk_forward_windows(10, 4, 3, purge=1) == (
        Window(slice(0, 4), slice(5, 8)),
        Window(slice(0, 7), slice(8, 10)),
    )


def test_rolling_windows_forget_as_much_as_they_learn():
    assert walk_forward_windows(10, 4, 3, training=Training.ROLLING, purge=1) == (
        Window(slice(0, 4), slice(5, 8)),
        Window(slice(3, 7), slice(8, 10)),
    )


lengths = st.integers(1, 80)
gaps = st.integers(0, 30)


@given(st.integers(1, 400), lengths, lengths, st.sampled_from(Training), gaps, gaps)
def test_no_training_day_lies_within_purge_and_embargo_of_any_of_its_test_days(
    days, train, test, training, purge, embargo
):
    assume(train + purge + embargo < days)
    windows = walk_forward_windows(
        days, train, test, training=training, purge=purge, embargo=embargo
    )
    for one in windows:
        learnt, judged = range(days)[one.train], range(days)[one.test]
        assert min(judged) - max(learnt) > purge + embargo
        assert len(learnt) == train if training is Training.ROLLING else min(learnt) == 0
        assert len(learnt) >= train


@given(st.integers(1, 400), lengths, lengths, st.sampled_from(Training), gaps)
def test_the_tests_cover_every_day_after_the_first_training_once(
    days, train, test, training, purge
):
    assume(train + purge < days)
    windows = walk_forward_windows(days, train, test, training=training, purge=purge)
    judged = [day for one in windows for day in range(days)[one.test]]
    assert judged == list(range(train + purge, days))


@pytest.mark.parametrize(
    ("lengths", "complaint"),
    [
        ((10, 0, 3, 0), "each is at least one"),
        ((10, 3, 3, -1), "neither is negative"),
        ((10, 8, 3, 2), "the first test would begin on day 11 of 10"),
    ],
)
def test_windows_that_do_not_fit_are_refused(lengths, complaint):
    days, train, test, purge = lengths
    with pytest.raises(InputError, match=complaint):
        walk_forward_windows(days, train, test, purge=purge)

"""Which plans no other beats."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from trimtab.app.pareto.front import undominated


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        ([(1, 2), (2, 1)], [0, 1]),
        ([(1, 2), (1, 3)], [0]),
        ([(1, 3), (1, 2)], [1]),
        ([(1, 1), (1, 1), (0, 2)], [0, 2]),
        ([(2, 2), (1, 1), (3, 0)], [1, 2]),
    ],
)
def test_a_plan_stays_unless_another_is_as_good_in_all_and_better_in_one(rows, kept):
    assert undominated(np.array(rows, dtype=float)) == kept


@given(arrays(np.int64, st.tuples(st.integers(1, 30), st.just(3)), elements=st.integers(0, 5)))
def test_every_plan_left_out_is_beaten_or_equalled_by_one_that_stays(rows):
    points = rows.astype(float)
    kept = undominated(points)
    for at, row in enumerate(points):
        no_worse = [k for k in kept if (points[k] <= row).all()]
        assert (no_worse == [at]) if at in kept else no_worse

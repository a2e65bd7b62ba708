"""What a trial is judged by."""

import numpy as np
import pytest

from trimtab.quant.performance.criteria import Criterion, daily_values, score, sums_of_days

# mean 0.5 %, deviation √(3·10⁻⁴); the second never moves; the third loses everything
TABLE = np.array([[0.02, 0.001, 0.5], [-0.02, 0.001, -1.0], [0.01, 0.001, 3.0], [0.01, 0.001, 3.0]])


@pytest.mark.parametrize(
    ("criterion", "by_hand"),
    [
        (Criterion.MEAN, [0.005, 0.001]),
        (Criterion.SHARPE, [0.005 / np.sqrt(3e-4), 0.0]),
        (Criterion.GROWTH, [np.log(1.02 * 0.98 * 1.01**2) / 4, np.log(1.001)]),
    ],
)
def test_each_criterion_is_as_worked_by_hand(criterion, by_hand):
    np.testing.assert_allclose(
        score(sums_of_days(daily_values(TABLE, criterion)), criterion)[:2], by_hand, rtol=1e-12
    )


def test_a_total_loss_is_the_worst_growth_whatever_came_later():
    growth = score(sums_of_days(daily_values(TABLE, Criterion.GROWTH)), Criterion.GROWTH)
    assert np.isfinite(growth).all()
    assert growth.argmin() == 2

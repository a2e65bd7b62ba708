"""What cannot be used as a household is refused, with the array and the value."""

import dataclasses

import numpy as np
import pytest

from tests.quant.households import make_household
from trimtab.model.errors import InputErrors
from trimtab.quant.problem import TaxCurve

HOUSEHOLD = make_household(1, n=3, lots=6, accounts=2)


def changed(name, at, value):
    array = getattr(HOUSEHOLD, name).copy()
    array[at] = value
    return dataclasses.replace(HOUSEHOLD, **{name: array})


def test_a_sound_household_is_accepted():
    HOUSEHOLD.validate()


@pytest.mark.parametrize(
    ("problem", "says"),
    [
        (changed("lot_value", 2, -5.0), "lot_value[2]: is -5"),
        (changed("lot_gain", 0, np.nan), "lot_gain[0]: is nan"),
        (changed("lot_gain", 0, 1.5), "lot_gain[0]: is 1.5"),
        (changed("buy_cost", 1, 2.0), "buy_cost[1]: is 2"),
        (changed("reserve", 1, -1.0), "reserve[1]: is -1"),
        (changed("upper", 0, -1.0), "lower bound 0 is above upper bound -1"),
        (changed("lot_position", 0, 99), "lot_position: points at 99"),
        (changed("position_instrument", 0, 1), "name an (account, instrument) pair twice"),
        (changed("covariance", (0, 1), 9.0), "covariance: is not symmetric"),
        (changed("covariance", (0, 0), np.inf), "covariance: has entries that are not finite"),
        (dataclasses.replace(HOUSEHOLD, value=0.0), "value: is 0"),
        (dataclasses.replace(HOUSEHOLD, turnover_max=-0.1), "turnover_max: is -0.1"),
        (dataclasses.replace(HOUSEHOLD, target=np.ones(2)), "covariance: has shape (3, 3)"),
        (dataclasses.replace(HOUSEHOLD, cash=np.ones(1)), "flow: has shape (2,)"),
        (dataclasses.replace(HOUSEHOLD, tax=TaxCurve(0.2, 0.4)), "long_rate: 0.4 is above"),
        (dataclasses.replace(HOUSEHOLD, tax=TaxCurve(1.2, 0.4)), "short_rate: is 1.2"),
    ],
)
def test_what_cannot_be_used_is_named(problem, says):
    with pytest.raises(InputErrors) as refused:
        problem.validate()
    assert says in str(refused.value)


def test_all_faults_are_named_at_once():
    problem = dataclasses.replace(changed("lot_value", 0, -1.0), kappa=np.nan)
    with pytest.raises(InputErrors) as refused:
        problem.validate()
    assert len(refused.value.errors) == 2

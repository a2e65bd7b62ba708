"""What a forecast may be: probabilities that sum to one, intervals that hold their middle."""

import pytest

from trimtab.model.errors import InvariantError
from trimtab.model.estimates import Forecast, MarketState, StateForecast

LIKELIEST = [
    # calm  trending  crisis  likeliest
    (0.7, 0.2, 0.1, MarketState.CALM),
    (0.1, 0.2, 0.7, MarketState.CRISIS),
    (0.2, 0.5, 0.3, MarketState.TRENDING),
    (0.5, 0.5, 0.0, MarketState.CALM),  # of equals the first
]


@pytest.mark.parametrize(("calm", "trending", "crisis", "state"), LIKELIEST)
def test_the_likeliest_state_has_the_largest_probability(
    calm: float, trending: float, crisis: float, state: MarketState
) -> None:
    made = StateForecast(calm, trending, crisis)
    assert made.likeliest is state
    assert made.probability(state) == max(calm, trending, crisis)


@pytest.mark.parametrize("whole", [(0.5, 0.5, 0.5), (0.0, 0.0, 0.0), (float("nan"), 0.5, 0.5)])
def test_probabilities_that_do_not_sum_to_one_are_a_defect(
    whole: tuple[float, float, float],
) -> None:
    with pytest.raises(InvariantError, match="sum to one"):
        StateForecast(*whole)


@pytest.mark.parametrize(
    ("low", "middle", "high"), [(1.0, 0.0, 2.0), (0.0, 3.0, 2.0), (float("nan"), 0.0, 1.0)]
)
def test_an_interval_holds_its_middle(low: float, middle: float, high: float) -> None:
    with pytest.raises(InvariantError):
        Forecast(low, middle, high)

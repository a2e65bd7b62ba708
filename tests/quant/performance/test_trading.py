"""Implementation shortfall: worked by hand, and equal to the gap between two portfolios."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.model.errors import InputError
from trimtab.quant.performance.trading import Orders, annual_cost, implementation_shortfall


def orders(**columns):
    return Orders(**{name: np.asarray(values) for name, values in columns.items()})


# Buy 1,000 decided at 50.00. At the market the mid is 50.10, bid-ask 50.08-50.12. 700 fill at
# 50.20 for 7.00 of fees; the rest never fills and closes at 51.00.
#   delay        700 × (50.10 − 50.00)           =  70
#   spread       700 × 0.02                      =  14
#   impact       700 × (50.20 − 50.10 − 0.02)    =  56
#   commission                                        7
#   opportunity  300 × (51.00 − 50.00)           = 300
# Sell 200 decided at 20.00, seen at 19.90, all filled at 19.85, half-spread 0.01, fee 1.
#   delay 20, spread 2, impact 8, commission 1
TWO = orders(
    side=[1, -1],
    decision_price=[50.0, 20.0],
    arrival_price=[50.1, 19.9],
    fill_price=[50.2, 19.85],
    closing_price=[51.0, 19.0],
    half_spread=[0.02, 0.01],
    filled=[700.0, 200.0],
    unfilled=[300.0, 0.0],
    fees=[7.0, 1.0],
)


@pytest.mark.parametrize(
    ("kind", "by_hand"),
    [
        ("delay", [70, 20]),
        ("spread", [14, 2]),
        ("impact", [56, 8]),
        ("commission", [7, 1]),
        ("opportunity", [300, 0]),
        ("by_order", [447, 31]),
        ("paper_value", [50_000, 4_000]),
    ],
)
def test_each_part_of_the_shortfall_is_as_worked_by_hand(kind, by_hand):
    np.testing.assert_allclose(
        getattr(implementation_shortfall(TWO), kind), by_hand, rtol=1e-9, atol=1e-9
    )


def test_the_total_and_its_fraction_cover_all_orders():
    found = implementation_shortfall(TWO)
    assert found.total == pytest.approx(478)
    assert found.fraction == pytest.approx(478 / 54_000)


price = st.floats(1.0, 500.0)
amount = st.floats(0.0, 1e4)


@given(
    st.sampled_from([1, -1]), price, price, price, price, amount, amount, amount, st.floats(0, 1)
)
def test_the_parts_add_up_to_the_gain_of_the_paper_portfolio_less_the_real_one(
    side, decision, arrival, fill, close, filled, unfilled, fees, half_spread
):
    found = implementation_shortfall(
        orders(
            side=[side],
            decision_price=[decision],
            arrival_price=[arrival],
            fill_price=[fill],
            closing_price=[close],
            half_spread=[half_spread],
            filled=[filled],
            unfilled=[unfilled],
            fees=[fees],
        )
    )
    paper = side * (filled + unfilled) * (close - decision)
    real = side * filled * (close - fill) - fees
    assert found.total == pytest.approx(paper - real, abs=1e-6)


def test_cost_a_year_is_a_fraction_of_the_average_value_by_kind():
    cost = annual_cost(implementation_shortfall(TWO), [90_000.0, 110_000.0], years=2.0)
    assert cost.commission == pytest.approx(8 / 200_000)
    assert cost.paid == pytest.approx((16 + 64 + 8) / 200_000)
    assert cost.total == pytest.approx(478 / 200_000)


def test_no_orders_cost_nothing():
    none = implementation_shortfall(orders(**{name: [] for name in Orders.__slots__}))
    assert (none.total, none.fraction) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"side": [1, 0]}, r"\+1 buys and −1 sells"),
        ({"fill_price": [50.0, 0.0]}, "0 in row 1"),
        ({"unfilled": [-3.0, 0.0]}, "-3 in row 0"),
        ({"fees": [1.0]}, "must be equal"),
    ],
)
def test_columns_that_are_no_orders_are_refused(change, complaint):
    columns = {name: getattr(TWO, name) for name in Orders.__slots__} | change
    with pytest.raises(InputError, match=complaint):
        orders(**columns)

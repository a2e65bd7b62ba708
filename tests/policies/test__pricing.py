"""A proposal's costs are those of the situation, found out anew from the trades."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.model.taxes import TaxCurve
from trimtab.policies._pricing import price_trades
from trimtab.quant.solver import solve
from trimtab.testing.situations import PLAIN_RATES, situation
from trimtab.testing.worlds import world

NETTED = TaxCurve(0.35, 0.15, 0.3, 3_000.0, 0.1, 0.05, net_short=1_000.0)


def household(curve: TaxCurve = PLAIN_RATES, stocks: int = 700, basis: int = 150):
    return situation(
        world(
            f"""
            account  instrument  qty             basis             acquired    price  spread  yield
            taxable  VTI         {stocks}        {stocks * basis}  2019-03-04  100    10bp    2%
            taxable  VTI         100             9,000             2022-03-04  100    .       .
            taxable  BND         200             20,000            2019-03-04  100    20bp    4%
            roth     VTI         50              .                 2022-10-01  100    .       .
            .        ITOT        .               .                 .           100    10bp    2%
            """,
            targets="""
            target  weight  instruments
            stocks  60%     VTI,ITOT
            bonds   40%     BND
            """,
            accounts="account commission\ntaxable 5",
        ),
        curve=curve,
    )


def test_doing_nothing_costs_its_drift_and_its_place():
    at = household()
    parts = price_trades(at.problem, np.zeros(len(at.index.positions)), np.zeros(4))
    assert parts.drift == pytest.approx(at.problem.value * 7.5 * at.drift.tracking_error**2)
    assert parts.location == pytest.approx((80_000 * 0.02 + 20_000 * 0.04) * 0.15)
    assert (parts.trading, parts.tax) == (0.0, 0.0)


def test_a_gain_is_taxed_at_its_terms_rate():
    at = household()
    parts = price_trades(at.problem, np.zeros(6), np.array([0.0, 10_000.0, 0.0, 0.0]))
    assert parts.tax == pytest.approx(1_000 * 0.35)
    assert parts.spread == pytest.approx(10_000 * 0.001)
    assert parts.commission == 5.0


WASHED = [
    # sold at a loss of half its value, bought now, of which counts
    (10_000, 0, 5_000),  # the Roth bought 50 units a fortnight ago
    (10_000, 5_000, 0),  # and another 50 now
    (5_000, 0, 0),
    (20_000, 5_000, 10_000),
]


@pytest.mark.parametrize(("sold", "bought", "counts"), WASHED)
def test_as_many_dollars_of_loss_are_washed_as_were_bought(sold, bought, counts):
    at = household()
    buys = np.zeros(6)
    buys[at.index.positions.index(("roth", "VTI"))] = bought
    parts = price_trades(at.problem, buys, np.array([sold, 0.0, 0.0, 0.0]))
    assert parts.tax == pytest.approx(-0.5 * counts * 0.15)


def test_losses_are_netted_where_the_curve_nets():
    at = household(NETTED)
    parts = price_trades(at.problem, np.zeros(6), np.array([25_000.0, 0.0, 0.0, 0.0]))
    # 20,000 count: a loss of 10,000 meets 1,000 of short gains, 3,000 of income, the rest is kept
    assert parts.tax == pytest.approx(-(1_000 * 0.35 + 3_000 * 0.30 + 6_000 * 0.05))


@given(st.integers(0, 1_000), st.integers(50, 200), st.sampled_from([PLAIN_RATES, NETTED]))
def test_the_solvers_own_answer_is_priced_as_the_solver_prices_it(stocks, basis, curve):
    at = household(curve, stocks, basis)
    solution = solve(at.problem)
    parts = price_trades(at.problem, solution.bought, solution.sold)
    assert parts.total == pytest.approx(solution.parts.total, rel=1e-6, abs=0.05)

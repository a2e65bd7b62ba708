"""Markets for direct indexing: ends of periods, the index, and faults that are refused."""

from datetime import date

import numpy as np
import pytest

from tests.quant.simulate.direct_worlds import random_market, table_market
from trimtab.model.errors import InputError
from trimtab.model.lots import long_term_from
from trimtab.quant.simulate.direct_market import due_sessions, index_returns, world_of
from trimtab.quant.simulate.harvest_rule import Every

FRIDAY = date(2021, 12, 31)
SESSIONS = (date(2021, 9, 29), date(2021, 9, 30), date(2021, 10, 29), FRIDAY, date(2022, 1, 3))
ENDS = [
    (Every.NEVER, [False, False, False, False, False]),
    (Every.YEAR, [False, False, False, True, True]),
    (Every.QUARTER, [False, True, False, True, True]),
    (Every.MONTH, [False, True, True, True, True]),
    (Every.WEEK, [False, True, True, True, True]),
    (Every.DAY, [True, True, True, True, True]),
]


@pytest.mark.parametrize(("every", "ends"), ENDS)
def test_a_period_ends_with_its_last_session_and_the_last_of_all_ends_every_one(every, ends):
    assert due_sessions(SESSIONS)[every].tolist() == ends


def test_the_index_reinvests_dividends_at_the_weights_of_the_close_before():
    market = table_market(
        [date(2022, 1, 3), date(2022, 1, 4)],
        {"A": [10, 11], "B": [10, 9]},
        weights={"A": [0.8, 0.5], "B": [0.2, 0.5]},
        dividends={"B": [0, 0.5]},
    )
    assert index_returns(market) == pytest.approx([0.0, 0.8 * 0.10 + 0.2 * -0.05])


def test_the_first_long_term_day_is_that_of_the_books():
    world = world_of(random_market(1, count=30))
    first = int(world.edges[0])
    for day in (date(2015, 2, 28), date(2015, 6, 30), date(2016, 2, 29)):
        expected = long_term_from(day).toordinal()
        assert world.long_from[day.toordinal() - first] == expected


BAD_MARKETS = [
    ({"prices": {"A": [10, 0], "B": [10, 10]}}, "prices of A on 2022-01-04"),
    ({"dividends": {"A": [0, -1]}}, "dividends of A"),
    ({"weights": {"A": [0.5, 0.4]}}, "weights on 2022-01-04"),
    ({"days": [date(2022, 1, 4), date(2022, 1, 3)]}, "2022-01-03 follows"),
    ({"sectors": {"A": -1}}, "below 0"),
    ({"twins": {"A": "B"}, "weights": {"A": [0.5] * 2, "B": [0.5] * 2}}, "stands in|stand in"),
]


@pytest.mark.parametrize(("changed", "named"), BAD_MARKETS)
def test_a_market_with_a_fault_is_refused_by_place(changed, named):
    days = [date(2022, 1, 3), date(2022, 1, 4)]
    good = {"days": days, "prices": {"A": [10, 10], "B": [10, 10]}}
    with pytest.raises(InputError, match=named):
        table_market(**(good | changed))


def test_arrays_that_do_not_fit_each_other_are_refused():
    market = random_market(1, count=30)
    with pytest.raises(InputError, match="shape"):
        type(market)(
            names=market.names,
            dates=market.dates[1:],
            prices=market.prices,
            dividends=market.dividends,
            weights=market.weights,
            sectors=market.sectors,
            twins=np.full(len(market.names), -1),
        )

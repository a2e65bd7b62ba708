"""What is heard of a household's market: from its closes up to the day, and its recent orders."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest

from trimtab.estimators._heard import RecentCosts, heard_market, heard_returns
from trimtab.model.errors import InputError
from trimtab.model.mandate import Mandate, Target
from trimtab.model.snapshots import PriceHistory

MANDATE = Mandate(
    targets=(
        Target("stocks", Decimal("0.6"), ("VTI", "ITOT")),
        Target("bonds", Decimal("0.4"), ("BND",)),
    )
)
STORMS = [(0, 300), (400, 600), (690, 760)]
"""Sessions of calm; what lies between them moves three times as much."""


def tape(sessions: int = 900, names: tuple[str, ...] = ("VTI", "ITOT", "BND")) -> PriceHistory:
    chance = np.random.default_rng(3)
    calm = np.zeros(sessions, dtype=bool)
    for first, last in STORMS:
        calm[first:last] = True
    size = np.where(calm, 0.007, 0.021)[:, None]
    closes = 100.0 * np.exp(np.cumsum(size * chance.standard_normal((sessions, 3)), axis=0))
    dates = tuple(date(2020, 1, 1) + timedelta(days=k) for k in range(sessions))
    return PriceHistory(dates, names, tuple(map(tuple, closes.tolist())), "a test")


def upto(history: PriceHistory, day: int) -> PriceHistory:
    return replace(history, dates=history.dates[: day + 1], closes=history.closes[: day + 1])


def test_a_storm_is_heard_while_it_lasts():
    calm, storm = (heard_market(upto(tape(), day), MANDATE, RecentCosts()) for day in (755, 880))
    assert storm.storm_excess > 0.4 and storm.log_expected_volatility > 0.2
    assert calm.storm_excess < -0.1 and calm.log_expected_volatility < -0.1


@pytest.mark.parametrize("day", [500, 755, 880])
def test_shuffling_the_future_changes_nothing_that_is_heard(day):
    whole = tape()
    later = np.random.default_rng(day).permutation(np.array(whole.closes)[day + 1 :])
    shuffled = replace(whole, closes=(*whole.closes[: day + 1], *map(tuple, (9 * later).tolist())))
    heard = [heard_market(upto(one, day), MANDATE, RecentCosts()) for one in (whole, shuffled)]
    assert heard[0] == heard[1]


def test_orders_that_were_dear_lately_are_remembered_and_older_ones_forgotten():
    history = upto(tape(), 755)
    heard = [
        heard_market(history, MANDATE, RecentCosts(np.array(factors), 1)).log_recent_cost
        for factors in ([1.0, 1.0, 3.0], [3.0, 1.0, 1.0], [1.0, 1.0, 1.0])
    ]
    assert heard[0] == pytest.approx(0.3 * np.log(3.0))
    assert heard[0] > heard[1] > heard[2] == 0.0


def test_one_instrument_stands_for_each_target_and_what_never_moves_for_none():
    history = tape()
    assert heard_returns(history, MANDATE).shape == (899, 2)
    rows = [(a, b, 50.0) for a, b, _ in history.closes]
    assert heard_returns(replace(history, closes=tuple(rows)), MANDATE).shape == (899, 1)


def test_sessions_without_a_close_are_left_out():
    rows = [list(row) for row in tape().closes]
    rows[100][0] = float("nan")
    history = replace(tape(), closes=tuple(map(tuple, rows)))
    assert len(heard_returns(history, MANDATE)) == 897


def test_too_short_a_past_is_refused_with_what_it_needs():
    with pytest.raises(
        InputError, match=r"the most returns of one instrument are 200; at least 250"
    ):
        heard_market(upto(tape(), 200), MANDATE, RecentCosts())

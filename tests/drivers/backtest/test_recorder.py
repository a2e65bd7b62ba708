"""The record of the days, and the benchmark beside it."""

import pytest

from tests.drivers.backtest.replayed import flow, run

TARGETS = """
    target  weight  instruments
    stocks  60%     VTI
    bonds   30%     BND
"""
DAYS = """
    date        VTI  BND
    2020-01-02  100  .
    2020-01-03  110  50
    2020-01-06  110  55
"""


def test_the_benchmark_holds_the_targets_every_day_and_cash_for_what_is_not_listed():
    result = run("account instrument qty\njoint cash 1,000", DAYS, targets=TARGETS)
    # 60 % gain 10 %; then 30 % gain 10 %.
    assert result.benchmark.tolist() == pytest.approx([1_000, 1_060, 1_060 * 1.03])


def test_the_benchmark_has_the_same_flows_from_the_close_of_their_day():
    home = "account instrument qty\njoint cash 1,000"
    result = run(home, DAYS, targets=TARGETS, flows=(flow("500", "2020-01-03"),))
    assert result.benchmark.tolist() == pytest.approx([1_000, 1_560, 1_560 * 1.03])


def test_a_dividend_and_a_split_are_in_the_benchmark():
    events = "date instrument dividend split\n2020-01-03 VTI 10 2"
    days = DAYS.replace("110", "50")
    result = run("account instrument qty\njoint cash 1,000", days, events, targets=TARGETS)
    assert result.benchmark.tolist()[1] == pytest.approx(1_000 * (1 + 0.6 * 0.1))


def test_weights_and_lots_are_recorded_each_day():
    home = "account instrument qty basis acquired\njoint VTI 6 600 2018-03-01\njoint cash 400"
    result = run(home, DAYS, targets=TARGETS)
    assert result.daily.weights[0].tolist() == [0.6, 0.0]
    assert result.daily.lots.tolist() == [1, 1, 1]
    assert result.daily.cash.tolist() == [400, 400, 400]

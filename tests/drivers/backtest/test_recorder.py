"""The record of the days."""

from tests.drivers.backtest.replayed import run

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


def test_weights_and_lots_are_recorded_each_day():
    home = "account instrument qty basis acquired\njoint VTI 6 600 2018-03-01\njoint cash 400"
    result = run(home, DAYS, targets=TARGETS)
    assert result.daily.weights[0].tolist() == [0.6, 0.0]
    assert result.daily.lots.tolist() == [1, 1, 1]
    assert result.daily.cash.tolist() == [400, 400, 400]

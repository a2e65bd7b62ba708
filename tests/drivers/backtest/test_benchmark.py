"""The benchmark holds the targets as they are meant, and knows no later price."""

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
TWO = """
    date        AAA  CCC
    2020-01-02  100  100
    2020-01-03  120  100
    2020-01-06  120  150
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


@pytest.mark.parametrize(
    ("split", "worth"),
    [
        # all in the first
        ("first", [1_000, 1_200, 1_200]),
        # half and half every day: +10 %, then +25 %
        ("equal", [1_000, 1_100, 1_100 * 1.25]),
        # what is held, 3 of AAA to 1 of CCC, left alone: 300 + 100, 360 + 100, 360 + 150
        ("held", [1_000, 1_000 * 460 / 400, 1_000 * 510 / 400]),
    ],
)
def test_a_target_of_several_instruments_returns_what_its_split_does(split, worth):
    home = "account instrument qty basis acquired\njoint AAA 3 300 2018-03-01\n"
    home += "joint CCC 1 100 2018-03-01\njoint cash 600"
    targets = f"target weight instruments split\nstocks 100% AAA,CCC {split}"
    result = run(home, TWO, targets=targets)
    assert result.benchmark.tolist() == pytest.approx(worth)

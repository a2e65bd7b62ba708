"""A whole backtest, checked on paper; and how it is run."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.drivers.backtest.replayed import (
    PLAIN,
    D,
    backtest,
    cash,
    filled,
    flow,
    lots,
    run,
    stated_estimates,
    values,
    with_tax,
)
from trimtab.drivers.backtest.settings import Dividends, FillTiming
from trimtab.model.errors import InvariantError
from trimtab.model.mandate import CostRules
from trimtab.taxes.us_federal import UsFederal

HOME = """
    account  instrument  qty  basis  acquired    lot
    joint    VTI         60   4,800  2015-03-02  stocks
    joint    BND         80   4,000  2015-03-02  bonds
    joint    cash        10
"""
TARGETS = """
    target  weight  instruments  band
    stocks  60%     VTI          5%
    bonds   40%     BND          5%
"""
YEAR = """
    date        VTI  BND
    2020-01-02  100  50
    2020-03-16  70   52
    2020-03-17  75   51
    2020-06-30  90   51
    2020-12-31  130  50
    2021-04-15  135  50
    2021-04-16  135  50
"""


def test_a_year_of_a_threshold_policy_is_what_one_works_out_by_hand():
    """Falls below its band in March, rises above it in June and December; April asks for tax."""
    mandate = with_tax(
        replace(PLAIN, costs=CostRules(half_spread=D("0.001"), impact=D(0))),
        short_rate=D("0.35"),
        long_rate=D("0.15"),
    )
    test = backtest(
        HOME,
        YEAR,
        "date instrument dividend\n2020-06-30 BND 0.5",
        targets=TARGETS,
        policy="threshold",
        mandate=mandate,
        regime=UsFederal(),
    )
    result = test.run()
    assert filled(result) == [
        # 4,200 of 8,370 are 50.2 %: 822 are missing to 60 %.
        "2020-03-16 sell 16 BND @ 52.0",
        "2020-03-16 buy 12 VTI @ 70.0",
        # 64 BND pay 32.  6,480 of 9,776 are 66.3 %: 614 too much.
        "2020-06-30 sell 7 VTI @ 90.0",
        "2020-06-30 buy 12 BND @ 51.0",
        # 8,450 of 12,299 are 68.7 %: 1,071 too much.
        "2020-12-31 sell 8 VTI @ 130.0",
        "2020-12-31 buy 21 BND @ 50.0",
        # The tax of 2020 is due and there are 37 of cash.
        "2021-04-15 sell 2 BND @ 50.0",
    ]
    # A tenth of a percent of 832, 840, 630, 612, 1,040, 1,050 and 100.
    spreads = [fill.spread for fill in result.fills]
    assert spreads == [D(s) for s in ("0.83", "0.84", "0.63", "0.61", "1.04", "1.05", "0.10")]
    # 831.17 − 800; 629.37 − 7 × 80; 1,038.96 − 8 × 80, all of them held since 2015.
    year = result.tax_years[0]
    assert (year.short, year.long) == (0, D("31.17") + D("69.37") + D("398.96"))
    assert year.qualified_dividends == 32
    assert year.bill.tax == D("74.92") + D("4.80")  # 15 % of each, in cents
    # 79.72 for 2020, and a quarter of it towards 2021, which the cash of the day covers.
    assert result.daily.tax_paid.tolist() == [0, 0, 0, 0, 0, 19.93, 79.72]
    # 57 VTI at 135, 95 BND at 50, and 37.25.
    assert values(result)[-1] == 57 * 135 + 95 * 50 + 37.25


def test_value_is_what_is_held_at_each_close():
    result = run(HOME, YEAR, targets=TARGETS, policy="hold")
    assert values(result)[:2] == [60 * 100 + 80 * 50 + 10, 60 * 70 + 80 * 52 + 10]
    assert result.daily.cash.tolist() == [10.0] * 7


def test_a_policy_that_never_trades_pays_no_tax_and_keeps_its_lots():
    result = run(HOME, YEAR, targets=TARGETS, policy="hold")
    assert lots(result) == ["joint 60 VTI 4800 2015-03-02", "joint 80 BND 4000 2015-03-02"]
    assert result.daily.accrued_tax.tolist() == [0.0] * 7
    # Sold at the end: 60 × (135 − 80) of long-term gain at 15 %.
    assert result.daily.liquidation_tax[-1] == 60 * 55 * 0.15
    assert result.fills == ()


@pytest.mark.parametrize("moment", list(FillTiming))
@pytest.mark.parametrize("dividends", list(Dividends))
def test_every_convention_ends_with_books_that_balance(moment, dividends):
    test = backtest(
        HOME,
        YEAR,
        "date instrument dividend\n2020-06-30 BND 0.5",
        targets=TARGETS,
        policy="threshold",
        fill=moment,
        dividends=dividends,
        flows=(flow("1,000", "2020-03-17"), flow("-700", "2020-12-31")),
    )
    result = test.run()
    held = sum(lot.quantity * (135 if lot.instrument == "VTI" else 50) for lot in result.lots)
    assert float(held + result.cash["joint"]) == pytest.approx(result.daily.value[-1], abs=1e-6)
    assert result.daily.flow.sum() == 300


def test_a_result_may_be_asked_for_on_the_way():
    test = backtest(HOME, YEAR, targets=TARGETS, policy="threshold")
    for t in range(3):
        test.step(t)
    result = test.result()
    assert [day.isoformat() for day in result.daily.dates] == [
        "2020-01-02", "2020-03-16", "2020-03-17",
    ]  # fmt: skip
    assert len(result.benchmark) == 3
    assert len(test.run().daily.dates) == 7


def test_sessions_are_done_in_order():
    test = backtest(HOME, YEAR)
    with pytest.raises(InvariantError, match="in order"):
        test.step(2)
    with pytest.raises(InvariantError, match="first session"):
        test.result()


def test_progress_is_told_after_every_session():
    told = []
    backtest(HOME, YEAR).run(lambda done, every: told.append((done, every)))
    assert told == [(done, 7) for done in range(1, 8)]


def test_a_period_within_the_history_has_years_before_it_to_estimate_from():
    seen = []

    def watching(observation, mandate):
        seen.append(observation.history.dates)
        return stated_estimates(observation, mandate)

    home = HOME.replace("60 ", "90 ")
    result = run(
        home, YEAR, targets=TARGETS, policy="threshold", estimator=watching,
        start=date(2020, 3, 17), end=date(2020, 6, 30),
    )  # fmt: skip
    assert len(result.daily.dates) == 2
    assert [day.isoformat() for day in seen[0]] == ["2020-01-02", "2020-03-16", "2020-03-17"]


def test_accounts_of_several_people_are_traded_as_one_household():
    home = HOME + "    roth  BND  100  .  .\n    ira-bob  cash  2,000\n"
    accounts = "account owner fractional\njoint ann+bob no\nroth ann no\nira-bob bob no"
    result = run(home, YEAR, targets=TARGETS, policy="threshold", accounts=accounts)
    assert set(cash(result)) == {"joint", "roth", "ira-bob"}
    assert {fill.account for fill in result.fills} & {"roth", "ira-bob"}
    assert Decimal(0) <= min(result.cash.values())

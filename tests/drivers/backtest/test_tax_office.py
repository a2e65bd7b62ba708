"""Years are assessed, paid for on their days, and hand their losses on."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from tests.drivers.backtest.replayed import (
    PLAIN,
    D,
    backtest,
    entries,
    filled,
    flow,
    run,
    with_tax,
)
from trimtab.drivers.backtest.settings import TaxesPaid
from trimtab.model.entries import EntryKind
from trimtab.model.errors import InputError
from trimtab.model.taxes import RealizedGains
from trimtab.taxes.us_federal import UsFederal

US = with_tax(PLAIN, short_rate=D("0.35"), long_rate=D("0.15"), ordinary_income=D(100_000))


def years(*days, price=100):
    """A table of closes on these days."""
    return "date VTI BND\n" + "\n".join(f"{day} {price} 50" for day in days)


DAYS = (
    *("2019-12-02", "2019-12-31", "2020-01-02", "2020-01-15", "2020-04-15", "2020-04-16"),
    *("2020-06-15", "2020-09-15", "2020-12-31", "2021-01-15", "2021-04-15", "2021-04-16"),
)
HELD = """
    account  instrument  qty  basis  acquired    lot
    joint    VTI         100  6,000  2018-03-01  old
    joint    VTI         100  9,000  2019-06-03  new
    joint    VTI         100  14,000  2018-03-01  loss
    joint    cash        5,000
"""
SELL_OLD = "on account side qty instrument lot\n2019-12-02 joint sell 100 VTI old"


def us(orders, days=DAYS, home=HELD, mandate=US, **terms):
    return backtest(home, years(*days), orders=orders, mandate=mandate, regime=UsFederal(), **terms)


def payments(test):
    return [
        f"{entry.on} {-entry.postings[0].amount:,.2f}"
        for entry in entries(test, EntryKind.WITHDRAWAL)
    ]


def test_a_year_is_settled_on_15_april_and_its_tax_leaves_the_household():
    test = us(SELL_OLD, estimated_payments=False)
    assert payments(test) == ["2020-04-15 600.00"]  # 15 % of a long-term gain of 4,000
    year = test.result().tax_years[0]
    assert (year.year, year.long, year.bill.tax) == (2019, 4_000, 600)
    assert (year.settled, year.settled_on) == (600, date(2020, 4, 15))


def test_the_next_years_instalments_go_by_the_last_years_tax():
    test = us(SELL_OLD)
    # 600 for 2019; a quarter of it towards 2020 on each day, back when 2020 owes nothing.
    assert payments(test)[:2] == ["2020-04-15 600.00", "2020-04-15 150.00"]
    assert payments(test)[2:] == [
        "2020-06-15 150.00", "2020-09-15 150.00", "2021-01-15 150.00",
    ]  # fmt: skip
    (refund,) = entries(test, EntryKind.DEPOSIT)
    assert (refund.on, refund.postings[0].amount) == (date(2021, 4, 15), 600)


def test_tax_paid_is_no_flow_and_a_refund_is_tax_paid_back():
    daily = us(SELL_OLD).run().daily
    assert daily.flow.tolist() == [0.0] * len(DAYS)
    assert daily.tax_paid.sum() == pytest.approx(600)


def test_the_accrued_tax_is_what_is_owed_until_it_is_paid():
    daily = us(SELL_OLD, estimated_payments=False).run().daily
    assert daily.accrued_tax.tolist() == [600.0] * 4 + [0.0] * 8
    assert daily.after_tax.tolist() == (daily.value - daily.accrued_tax).tolist()


def test_tax_that_waits_for_its_money_is_still_owed():
    home = "account instrument qty basis acquired lot\njoint VTI 100 6,000 2018-03-01 old"
    orders = SELL_OLD + "\n2019-12-02 joint buy 200 BND ."
    test = us(orders, home=home, estimated_payments=False)
    daily = test.run().daily
    assert payments(test) == []  # nobody sells for it: the script does not
    assert set(daily.accrued_tax.tolist()) == {600.0}


def test_tax_is_sold_for_where_cash_is_short():
    home = "account instrument qty basis acquired lot\njoint VTI 100 6,000 2018-03-01 old"
    test = us("", home=home, flows=(flow("-3,000", "2019-12-02"),), policy="hold")
    assert filled(test.run())[0] == "2019-12-02 sell 30 VTI @ 100.0"
    assert filled(test.result())[1] == "2020-04-15 sell 3 VTI @ 100.0"  # 180, and 45 for 2020
    assert payments(test)[1] == "2020-04-16 180.00"


def test_taxes_paid_from_elsewhere_leave_the_household_alone_and_count_all_the_same():
    outside = us(SELL_OLD, taxes_paid=TaxesPaid.OUTSIDE, estimated_payments=False).run().daily
    inside = us(SELL_OLD, estimated_payments=False).run().daily
    assert outside.tax_paid.tolist() == [0.0] * len(DAYS)
    assert outside.accrued_tax.tolist() == [600.0] * len(DAYS)
    assert outside.after_tax.tolist() == pytest.approx(inside.after_tax.tolist())


def test_a_loss_beyond_3000_is_carried_into_the_next_year():
    orders = "on account side qty instrument lot\n2019-12-02 joint sell 100 VTI loss\n"
    orders += "2020-04-16 joint sell 100 VTI old"
    test = us(orders, estimated_payments=False)
    first, second = test.run().tax_years[:2]
    assert (first.long, first.bill.deduction, first.bill.carry_long) == (-4_000, 3_000, 1_000)
    assert second.bill.net_long == 3_000  # 4,000 less the 1,000 carried in
    assert second.bill.tax == 450


def test_what_the_household_had_realised_before_is_no_tax_of_the_backtest():
    mandate = with_tax(US, realized=RealizedGains(long=D(10_000)))
    year = us(SELL_OLD, mandate=mandate, estimated_payments=False).run().tax_years[0]
    assert year.bill.tax == 2_100
    assert us(SELL_OLD, mandate=mandate).run().daily.accrued_tax[0] == 600


def test_liquidating_taxes_every_gain_by_its_term():
    daily = us("").run().daily
    # Long-term 4,000 less 4,000, short-term 1,000 at 35 %; by June 2020 all of it is long-term.
    assert daily.liquidation_tax.tolist()[0] == 350.0
    assert daily.liquidation_tax.tolist()[6] == 150.0
    assert daily.after_liquidation[0] == daily.value[0] - 350


def test_lots_outside_taxable_accounts_are_not_taxed_at_all():
    home = HELD.replace("joint", "roth")
    test = us(SELL_OLD.replace("joint", "roth"), home=home)
    assert test.run().tax_years == ()
    assert set(test.result().daily.liquidation_tax.tolist()) == {0.0}


def dividend(home, orders, days=DAYS):
    test = backtest(
        home,
        years(*days),
        "date instrument dividend\n2019-12-31 VTI 1",
        orders=orders,
        mandate=US,
        regime=UsFederal(),
    )
    return test.run().tax_years[0]


HUNDRED = "account instrument qty basis acquired lot\njoint VTI 100 10,000 2019-12-01 A"


def test_a_dividend_is_qualified_once_its_holding_period_has_run():
    year = dividend(HUNDRED, "")
    assert (year.qualified_dividends, year.ordinary_dividends) == (100, 0)
    assert year.bill.tax == 15


def test_a_sale_within_the_holding_period_makes_the_dividend_ordinary_in_its_own_year():
    year = dividend(HUNDRED, "on account side qty instrument\n2020-01-15 joint sell 40 VTI")
    assert (year.qualified_dividends, year.ordinary_dividends) == (60, 40)
    assert year.bill.tax == 9 + 14


def test_dividends_of_retirement_accounts_are_not_taxed():
    assert (
        backtest(
            HUNDRED.replace("joint", "ira"),
            years(*DAYS),
            "date instrument dividend\n2019-12-31 VTI 1",
            mandate=US,
            regime=UsFederal(),
        )
        .run()
        .tax_years
        == ()
    )


def test_interest_is_ordinary_income():
    test = us("", home="account instrument qty\njoint cash 100,000", cash_rate=0.01)
    year = test.run().tax_years[0]
    assert year.interest == D("79.45")  # 29 days
    assert year.bill.tax == D("27.81")


def test_a_profile_that_no_year_can_be_assessed_with_is_refused_before_the_first_day():
    mandate = replace(PLAIN, tax=replace(PLAIN.tax, year=1905, ordinary_income=D(1)))
    with pytest.raises(InputError, match="1905"):
        us("", mandate=mandate)


def test_gains_of_lots_of_unknown_basis_are_in_no_year():
    home = "account instrument qty basis acquired\njoint VTI 100 . 2018-03-01\njoint cash 10"
    orders = "on account side qty instrument\n2019-12-02 joint sell 100 VTI"
    year = run(home, years(*DAYS), orders=orders).tax_years[0]
    assert (year.short, year.long) == (0, Decimal(0))

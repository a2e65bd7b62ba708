"""The flat regime: one rate on the year's net gain."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trimtab.model.accounts import Wrapper
from trimtab.model.errors import InputError
from trimtab.model.instruments import Instrument
from trimtab.model.taxes import RealizedGains, TaxProfile
from trimtab.taxes.flat import Flat

D = Decimal
TODAY = date(2025, 9, 1)
dollars = st.integers(-50_000, 50_000).map(Decimal)


@pytest.mark.parametrize(
    ("short", "long", "done", "tax", "carried"),
    [
        # short, long, realised (short, long, carried in), tax at 25 %, loss carried out
        ("1000", "3000", ("0", "0", "0"), "1000.00", ("0", "0")),
        ("1000", "-400", ("0", "0", "0"), "150.00", ("0", "0")),
        ("-1000", "400", ("0", "0", "0"), "0.00", ("600", "0")),
        ("0", "-900", ("0", "0", "0"), "0.00", ("0", "900")),
        ("2000", "0", ("500", "0", "1000"), "375.00", ("0", "0")),
    ],
)
def test_the_rate_applies_to_the_net_gain_and_a_net_loss_waits(short, long, done, tax, carried):
    profile = TaxProfile(realized=RealizedGains(D(done[0]), D(done[1]), D(done[2])))
    bill = Flat().assess(profile, D(short), D(long), TODAY)
    assert bill.tax == D(tax)
    assert (bill.carry_short, bill.carry_long) == tuple(map(D, carried))
    assert bill.deduction == 0


def test_where_losses_are_not_carried_they_are_worth_nothing():
    bill = Flat(carry_losses=False).assess(TaxProfile(), D(-1000), D(0), TODAY)
    assert (bill.tax, bill.carry_short, bill.carry_worth, bill.marginal_short) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    ("profile", "rate"),
    [
        (TaxProfile(), 0.25),
        (TaxProfile(short_rate=D("0.264")), 0.264),
        (TaxProfile(short_rate=D("0.2"), long_rate=D("0.2"), state_rate=D("0.05")), 0.25),
    ],
)
def test_the_profile_rate_goes_before_the_setting_and_the_state_comes_on_top(profile, rate):
    curve = Flat().curve(profile, TODAY)
    assert (curve.short_rate, curve.long_rate, curve.ordinary_limit) == (rate, rate, 0.0)


def test_two_rates_are_refused():
    with pytest.raises(InputError, match="flat regime has one rate"):
        Flat().curve(TaxProfile(short_rate=D("0.3"), long_rate=D("0.2")), TODAY)


def test_a_rate_of_100_percent_is_refused():
    with pytest.raises(ValueError, match="below 1"):
        Flat(rate=D(1))


@given(dollars, dollars, dollars, dollars, st.booleans())
def test_the_bill_is_what_the_curve_says_to_the_cent(done_short, done_long, short, long, carry):
    regime, profile = (
        Flat(carry_losses=carry),
        TaxProfile(realized=RealizedGains(done_short, done_long)),
    )
    before, after = (regime.assess(profile, s, n, TODAY) for s, n in ((D(0), D(0)), (short, long)))
    billed = (after.tax - after.carry_worth) - (before.tax - before.carry_worth)
    curve = regime.curve(profile, TODAY)
    said = curve.tax(float(short), float(long)) - curve.tax(0.0, 0.0)
    assert abs(float(billed) - said) <= 0.021


@pytest.mark.parametrize(("wrapper", "drag"), [("taxable", 0.01), ("roth", 0.0)])
def test_dividends_pay_the_rate_in_taxable_accounts(wrapper, drag):
    fund = Instrument("X", dividend_yield=D("0.04"))
    assert Flat().location_drag(TaxProfile(), fund, Wrapper(wrapper), TODAY) == pytest.approx(drag)

"""Every regime of the folder, a new file included, keeps what a tax regime promises."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from trimtab.model.accounts import Wrapper
from trimtab.model.instruments import Instrument
from trimtab.model.money import ZERO
from trimtab.model.taxes import RealizedGains, TaxProfile, YearIncome
from trimtab.testing import conform

D = Decimal
TODAY = date(2025, 9, 1)
PROFILES = [
    TaxProfile(ordinary_income=D(180_000), modified_agi=D(190_000)),
    TaxProfile(
        ordinary_income=D(180_000), realized=RealizedGains(D(-9_000), D(2_000), D(0), D(5_000))
    ),
]
every_regime = pytest.mark.parametrize(("name", "plugin"), conform.cases("taxes"))


@every_regime
def test_a_regime_is_a_plug_in(name, plugin):
    assert conform.faults("taxes", name) == ()
    assert conform.example(plugin).name == name


@every_regime
@pytest.mark.parametrize("profile", PROFILES)
def test_the_same_question_gets_the_same_answer(name, plugin, profile):
    regime = conform.example(plugin)
    assert conform.repeats(lambda: regime.assess(profile, D(700), D(-300), TODAY))
    assert conform.repeats(lambda: regime.curve(profile, TODAY))


@every_regime
@pytest.mark.parametrize("profile", PROFILES)
def test_the_lines_add_up_and_gains_never_save_tax(name, plugin, profile):
    regime = conform.example(plugin)
    bill = regime.assess(profile, D(10_000), D(10_000), TODAY)
    assert bill.tax == sum((line.amount for line in bill.lines), ZERO)
    assert bill.tax >= regime.assess(profile, ZERO, ZERO, TODAY).tax
    assert all(line.text for line in (*bill.lines, *bill.steps))


@every_regime
@pytest.mark.parametrize("profile", PROFILES)
def test_bill_and_curve_agree_around_today(name, plugin, profile):
    regime = conform.example(plugin)
    curve = regime.curve(profile, TODAY)
    before = regime.assess(profile, ZERO, ZERO, TODAY)
    for short, long in ((50, 0), (0, 50), (-50, 0), (0, -50)):
        after = regime.assess(profile, D(short), D(long), TODAY)
        billed = (after.tax - after.carry_worth) - (before.tax - before.carry_worth)
        assert float(billed) == pytest.approx(curve.tax(short, long) - curve.tax(0, 0), abs=0.03)


@every_regime
def test_shelters_have_no_yearly_drag(name, plugin):
    regime, fund = conform.example(plugin), Instrument("X", dividend_yield=D("0.05"))
    for wrapper in Wrapper:
        drag = regime.location_drag(PROFILES[0], fund, wrapper, TODAY)
        assert 0.0 <= drag <= 0.05
        assert wrapper.is_taxable or drag == 0.0


@every_regime
def test_the_answer_rests_on_the_profile_alone(name, plugin):
    regime = conform.example(plugin)
    again = replace(PROFILES[1])
    assert regime.assess(again, D(5), D(5), TODAY) == regime.assess(PROFILES[1], D(5), D(5), TODAY)


# --- whole years ---------------------------------------------------------------------------------

YIELD = YearIncome(D(0), D(0), D("1234.56"), D("700.07"), D("88.11"))


@every_regime
@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize(("short", "long"), [("0", "0"), ("900", "-50000"), ("-80000.5", "7")])
def test_a_year_without_dividends_and_interest_is_billed_like_its_gains(
    name, plugin, profile, short, long
):
    regime = conform.example(plugin)
    gains = regime.assess(profile, D(short), D(long), TODAY)
    year = regime.assess_year(profile, YearIncome(D(short), D(long)), TODAY)
    assert replace(year, steps=()) == replace(gains, steps=())


@every_regime
@pytest.mark.parametrize("profile", PROFILES)
def test_the_lines_of_a_year_add_up_and_what_is_paid_out_never_saves_tax(name, plugin, profile):
    regime = conform.example(plugin)
    bill = regime.assess_year(profile, YIELD, TODAY)
    assert bill.tax == sum((line.amount for line in bill.lines), ZERO)
    assert bill.tax >= regime.assess_year(profile, YearIncome(), TODAY).tax
    assert all(line.text for line in (*bill.lines, *bill.steps))


@every_regime
@pytest.mark.parametrize("profile", PROFILES)
def test_gains_cost_the_same_whether_dividends_stand_in_the_year_or_in_the_profile(
    name, plugin, profile
):
    regime = conform.example(plugin)
    known = profile.with_yield(YIELD)
    for short, long in ((D(5_000), D(3_000)), (D(-9_000), D(-700)), (D(-100), D(20_000))):
        together = regime.assess_year(profile, replace(YIELD, short=short, long=long), TODAY)
        apart = regime.assess_year(profile, YIELD, TODAY)
        gains = (
            regime.assess(known, short, long, TODAY).tax
            - regime.assess(known, ZERO, ZERO, TODAY).tax
        )
        assert together.tax - apart.tax == pytest.approx(gains, abs=D("0.04"))


@every_regime
def test_instalments_come_in_order_and_before_the_year_is_settled(name, plugin):
    regime = conform.example(plugin)
    paid = regime.instalments(PROFILES[0], 2024, D("1000.03"), D(170_000))
    days = [instalment.due for instalment in paid]
    assert days == sorted(set(days))
    assert all(date(2024, 1, 1) < day < regime.settlement_day(2024) for day in days)
    assert all(instalment.amount > 0 for instalment in paid)
    assert regime.instalments(PROFILES[0], 2024, None) == ()


@every_regime
def test_days_of_payment_are_moved_to_business_days(name, plugin):
    regime = conform.example(plugin)
    moved = {date(2025, 4, 15): date(2025, 4, 18)}
    assert regime.settlement_day(2024, lambda day: moved.get(day, day)) == date(2025, 4, 18)

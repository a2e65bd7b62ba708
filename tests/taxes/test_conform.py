"""Every regime of the folder, a new file included, keeps what a tax regime promises."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from trimtab.model.accounts import Wrapper
from trimtab.model.instruments import Instrument
from trimtab.model.money import ZERO
from trimtab.model.taxes import RealizedGains, TaxProfile
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

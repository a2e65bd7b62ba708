"""Dividends, withdrawals, relief orders, and profiles that cannot be used."""

from dataclasses import replace
from datetime import date

import pytest

from tests.taxes.us_parts import TODAY, US
from tests.taxes.worked import FEW, D
from trimtab.model.accounts import Wrapper
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.instruments import Instrument
from trimtab.model.lots import Lot
from trimtab.model.taxes import ReliefOrder, TaxProfile

# --- dividends, withdrawals, relief --------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrapper", "yield_", "qualified", "state", "drag"),
    [
        ("taxable", "0.02", "1", "0", 0.02 * 0.15),
        ("taxable", "0.04", "0", "0", 0.04 * 0.22),
        ("taxable", "0.03", "0.5", "0.05", 0.03 * (0.5 * 0.20 + 0.5 * 0.27)),
        ("traditional", "0.04", "0", "0.05", 0.0),
        ("roth", "0.04", "0", "0.05", 0.0),
        ("hsa", "0.04", "0", "0.05", 0.0),
        ("taxable", "0", "0", "0.05", 0.0),
    ],
)
def test_dividends_are_a_yearly_drag_in_taxable_accounts_only(
    wrapper, yield_, qualified, state, drag
):
    profile = TaxProfile(ordinary_income=D(90000), modified_agi=D(FEW), state_rate=D(state))
    fund = Instrument("X", dividend_yield=D(yield_), qualified_fraction=D(qualified))
    assert US.location_drag(profile, fund, Wrapper(wrapper), TODAY) == pytest.approx(drag)


@pytest.mark.parametrize(
    ("wrapper", "investment", "rate"),
    [
        ("traditional", "0", 0.37),
        ("workplace", "0", 0.37),
        ("roth", "0", 0.0),
        ("taxable", "0", 0.0),
        ("hsa", "0", 0.0),
        ("education", "0", 0.0),
        ("traditional", "99000", 0.408),  # lifts AGI, and with it the investment tax on the rest
    ],
)
def test_withdrawals_are_taxed_from_pre_tax_accounts_only(wrapper, investment, rate):
    profile = TaxProfile(
        ordinary_income=D(210000),
        modified_agi=D(230000),
        net_investment_income=D(investment),
        state_rate=D("0.05"),
    )
    assert US.withdrawal_rate(profile, Wrapper(wrapper), TODAY) == pytest.approx(rate)


def lot(name: str, acquired: date, unit_basis: str | None) -> Lot:
    basis = None if unit_basis is None else 10 * D(unit_basis)
    return Lot(name, "joint", "VTI", D(10), basis, acquired)


LOTS = (
    lot("old gain", date(2015, 5, 1), "60"),
    lot("unknown", date(2016, 5, 1), None),
    lot("new gain", date(2025, 5, 1), "95"),
    lot("old loss", date(2019, 5, 1), "130"),
    lot("new loss", date(2025, 4, 1), "125"),
)


@pytest.mark.parametrize(
    ("relief", "order"),
    [
        ("fifo", ["old gain", "old loss", "new loss", "new gain", "unknown"]),
        ("lifo", ["new gain", "new loss", "old loss", "old gain", "unknown"]),
        ("hifo", ["old loss", "new loss", "new gain", "old gain", "unknown"]),
        # per unit: new loss −25 × 22 % = −5.50; old loss −30 × 15 % = −4.50; +1.10; +6.00
        ("least_tax", ["new loss", "old loss", "new gain", "old gain", "unknown"]),
        ("specific", ["old gain", "new gain", "old loss", "new loss", "unknown"]),
    ],
)
def test_lots_go_in_the_order_of_the_profile(relief, order):
    profile = TaxProfile(ordinary_income=D(90000), modified_agi=D(FEW), relief=ReliefOrder(relief))
    assert [lot.id for lot in US.relief_order(profile, LOTS, D(100), TODAY)] == order


# --- what is refused -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "message"),
    [
        (TaxProfile(), "neither an income nor rates"),
        (TaxProfile(short_rate=D("0.3")), "short_rate is given without long_rate"),
        (TaxProfile(long_rate=D("0.2")), "long_rate is given without short_rate"),
        (TaxProfile(short_rate=D("0.15"), long_rate=D("0.24")), "never taxed higher"),
        (TaxProfile(ordinary_income=D(10), year=2030), "tax.year.*2030.*2021 to 2026"),
    ],
)
def test_a_profile_that_cannot_be_used_is_refused_with_a_remedy(profile, message):
    with pytest.raises((InputError, InputErrors), match=message):
        US.assess(profile, D(0), D(0), TODAY)
    with pytest.raises((InputError, InputErrors), match=message):
        US.curve(profile, TODAY)


def test_given_rates_serve_years_without_a_table():
    profile = TaxProfile(short_rate=D("0.39"), long_rate=D("0.15"), year=2010)
    assert US.assess(profile, D(100), D(100), TODAY).tax == D("54.00")


def test_the_year_of_the_profile_goes_before_that_of_the_day():
    profile = TaxProfile(ordinary_income=D(40000), modified_agi=D(FEW))
    in_2025 = US.assess(profile, D(0), D(20000), TODAY).tax
    in_2022 = US.assess(replace(profile, year=2022), D(0), D(20000), TODAY).tax
    assert (in_2025, in_2022) == (D("1747.50"), D("2748.75"))  # 0 % to 48,350 and to 41,675

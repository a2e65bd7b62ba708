"""Estimated tax: what is due on which day, and which prior tax makes it safe."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.taxes.us_parts import US
from trimtab.model.taxes import FilingStatus, TaxProfile

D = Decimal
PROFILE = TaxProfile(ordinary_income=D(100_000))


@pytest.mark.parametrize(
    ("year", "due", "settled"),
    [  # 15 April 2022 was Good Friday, 15 June 2025 a Sunday, 15 January 2023 one too
        (2022, ("2022-04-15", "2022-06-15", "2022-09-15", "2023-01-16"), "2023-04-17"),
        (2024, ("2024-04-15", "2024-06-17", "2024-09-16", "2025-01-15"), "2025-04-15"),
        (2025, ("2025-04-15", "2025-06-16", "2025-09-15", "2026-01-15"), "2026-04-15"),
    ],
)
def test_payments_fall_on_the_fifteenth_or_the_monday_after(year, due, settled):
    paid = US.instalments(PROFILE, year, D(4000))
    assert [str(instalment.due) for instalment in paid] == list(due)
    assert str(US.settlement_day(year)) == settled


@pytest.mark.parametrize(
    ("status", "agi", "prior", "all_four"),
    [
        ("single", "150000", "4000", "4000"),  # not more than 150,000
        ("single", "150000.01", "4000", "4400.00"),
        ("joint", "150000.01", "4000", "4400.00"),
        ("separate", "75000", "4000", "4000"),
        ("separate", "75000.01", "4000", "4400.00"),
        ("head", None, "4000", "4000"),
        ("single", "400000", "0.07", "0.08"),  # 0.077
        ("single", "400000", "0", "0"),
        ("single", "400000", "-350", "0"),  # a loss saved tax: nothing to prepay
    ],
)
def test_a_quarter_each_of_last_years_tax_or_of_a_tenth_more(status, agi, prior, all_four):
    profile = TaxProfile(filing_status=FilingStatus(status), ordinary_income=D(1))
    paid = US.instalments(profile, 2024, D(prior), None if agi is None else D(agi))
    assert sum(instalment.amount for instalment in paid) == D(all_four)


def test_without_last_years_agi_the_profiles_own_counts():
    rich = TaxProfile(ordinary_income=D(300_000), modified_agi=D(320_000))
    assert sum(instalment.amount for instalment in US.instalments(rich, 2024, D(100))) == 110


def test_the_first_year_prepays_nothing():
    assert US.instalments(PROFILE, 2024, None) == ()


@given(st.integers(1, 10**9))
def test_the_quarters_differ_by_a_cent_at_most_and_lose_none(prior_cents):
    prior = D(prior_cents).scaleb(-2)
    amounts = [instalment.amount for instalment in US.instalments(PROFILE, 2024, prior)]
    assert sum(amounts) == prior
    assert max(amounts) - min(amounts) <= D("0.01")


def test_a_calendar_with_holidays_moves_a_due_day_further():
    def after_the_holiday(day: date) -> date:
        return date(2023, 1, 17) if day == date(2023, 1, 15) else day  # Sunday, then a holiday

    last = US.instalments(PROFILE, 2022, D(4000), business_day=after_the_holiday)[-1]
    assert last.due == date(2023, 1, 17)

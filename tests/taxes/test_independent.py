"""The federal bill against an engine of other people.

`independent_cases.csv` holds random households whose tax with and without gains was computed by
Tax-Calculator 6.8.0 (PSLmodels, public domain): the difference in regular income tax before credits
and in net investment income tax.  Four kinds of year for each filing status and year: a net loss, a
short-term loss in a long-term gain, a long-term loss in a short-term gain, gains of both terms.
"""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from trimtab.model.money import total
from trimtab.model.taxes import FilingStatus, TaxProfile, YearIncome
from trimtab.taxes.us_federal import UsFederal

CASES = list(
    csv.DictReader((Path(__file__).parent / "independent_cases.csv").read_text().splitlines())
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['year']} {case['status']}")
def test_the_bill_agrees_with_tax_calculator_to_the_cent(case):
    profile = TaxProfile(
        filing_status=FilingStatus(case["status"]),
        ordinary_income=Decimal(case["ordinary_income"]),
        modified_agi=Decimal(case["modified_agi"]),
        net_investment_income=Decimal(case["investment_income"]),
        qualified_dividends=Decimal(case["qualified_dividends"]),
    )
    day = date(int(case["year"]), 7, 1)
    bill = UsFederal().assess(profile, Decimal(case["short"]), Decimal(case["long"]), day)
    invested = total(line.amount for line in bill.lines if "investment" in line.text)
    assert invested == pytest.approx(Decimal(case["investment_tax"]), abs=Decimal("0.01"))
    income_tax = Decimal(case["income_tax"])
    assert bill.tax - invested == pytest.approx(income_tax, abs=Decimal("0.02"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['year']} {case['status']}")
def test_gains_cost_the_same_on_dividends_that_the_year_itself_brought(case):
    paid = Decimal(case["qualified_dividends"])
    profile = TaxProfile(
        filing_status=FilingStatus(case["status"]),
        ordinary_income=Decimal(case["ordinary_income"]) - paid,
        modified_agi=Decimal(case["modified_agi"]) - paid,
        net_investment_income=Decimal(case["investment_income"]) - paid,
    )
    day, us = date(int(case["year"]), 12, 31), UsFederal()
    gains = YearIncome(Decimal(case["short"]), Decimal(case["long"]), qualified_dividends=paid)
    added = us.assess_year(profile, gains, day).tax
    added -= us.assess_year(profile, YearIncome(qualified_dividends=paid), day).tax
    both = Decimal(case["income_tax"]) + Decimal(case["investment_tax"])
    assert added == pytest.approx(both, abs=Decimal("0.03"))


def test_every_year_and_filing_status_is_among_the_cases():
    seen = {(case["year"], case["status"]) for case in CASES}
    assert len(seen) == 24

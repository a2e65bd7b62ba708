"""The float64 tax year against the exact one, on random households and years."""

from datetime import date
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from trimtab.model.errors import InputError
from trimtab.model.taxes import (
    FilingStatus,
    RealizedGains,
    TaxBill,
    TaxCurve,
    TaxProfile,
    TaxTable,
    YearIncome,
)
from trimtab.quant.simulate.tax_rows import TABLE_COLUMNS, table_rows
from trimtab.quant.simulate.tax_table import rates_of_years, tax_of_years
from trimtab.taxes.flat import Flat
from trimtab.taxes.none import Untaxed
from trimtab.taxes.us_federal import UsFederal

D = Decimal
ROUNDINGS = 0.005 * 3 + 1e-6
"""Each of the three taxes of a bill is rounded to cents; the kernel rounds nothing."""

regimes = st.sampled_from(
    [
        UsFederal(),
        UsFederal(),
        UsFederal(),
        UsFederal(),
        Flat(),
        Flat(carry_losses=False),
        Untaxed(),
    ]
)
cents_to = lambda most: st.integers(0, most * 100).map(lambda n: D(n).scaleb(-2))  # noqa: E731
gains = st.one_of(
    st.integers(-9_000_000, 9_000_000).map(lambda n: D(n).scaleb(-2)),
    st.integers(-800_000, 800_000).map(D),
    st.sampled_from([D(0), D(-3_000), D(-1_500), D(-40)]),
)
incomes = st.one_of(
    st.integers(-5_000, 900_000).map(D),
    cents_to(900_000),
    # at and around the edges of brackets, deductions and thresholds
    st.sampled_from(
        [D(n) for n in (0, 1_000, 2_999, 47_025, 47_100, 47_150, 48_400, 94_050, 100_525, 518_900)]
    ),
)


@st.composite
def profiles(draw: st.DrawFn) -> TaxProfile:
    income = draw(incomes)
    rates = draw(st.sampled_from([None, None, None, ("0.37", "0.20"), ("0.24", "0.15")]))
    knows_income = rates is None or draw(st.booleans())
    qualified = min(max(income, D(0)), draw(st.sampled_from([D(0), D(0), D(9_000)])))
    return TaxProfile(
        filing_status=draw(st.sampled_from(list(FilingStatus))),
        ordinary_income=income if knows_income else None,
        modified_agi=draw(st.sampled_from([None, income + 20_000, D(199_000)])),
        short_rate=None if rates is None else D(rates[0]),
        long_rate=None if rates is None else D(rates[1]),
        state_rate=draw(st.sampled_from([D(0), D("0.05"), D("0.093")])),
        state_long_rate=draw(st.sampled_from([None, D("0.03")])),
        net_investment_income=draw(st.sampled_from([D(0), D(2_000), D(30_000)])),
        qualified_dividends=qualified if knows_income else D(0),
        carry_value=draw(st.sampled_from([D("0.5"), D(0), D(1)])),
    )


@st.composite
def years(draw: st.DrawFn) -> YearIncome:
    paid = st.one_of(st.just(D(0)), cents_to(30_000), st.integers(0, 300_000).map(D))
    return YearIncome(draw(gains), draw(gains), draw(paid), draw(paid), draw(paid))


calendar = st.integers(2021, 2026)


def row_of(income: YearIncome) -> np.ndarray:
    amounts = income.short, income.long, income.qualified_dividends, income.ordinary_dividends
    return np.array([[float(amount) for amount in (*amounts, income.interest)]])


def billed(table: TaxTable, income: YearIncome) -> tuple[float, float, float]:
    taxes = np.empty((1, 3))
    tax_of_years(table_rows([table]), row_of(income), taxes)
    return tuple(taxes[0])


def rates(table: TaxTable, income: YearIncome) -> tuple[float, ...]:
    found = np.empty((1, 6))
    rates_of_years(table_rows([table]), row_of(income), found)
    return tuple(found[0])


@given(regimes, profiles(), calendar, years())
def test_the_bill_of_a_year_is_the_exact_one(regime, profile, year, income):
    assume(isinstance(regime, UsFederal) or profile.long_rate is None)
    exact: TaxBill = regime.assess_year(profile, income, date(year, 12, 31))
    tax, carry_short, carry_long = billed(regime.table(profile, year), income)
    assert tax == pytest.approx(float(exact.tax), abs=ROUNDINGS)
    carried = float(exact.carry_short), float(exact.carry_long)
    assert (carry_short, carry_long) == pytest.approx(carried, abs=1e-6)


@given(regimes, profiles(), calendar, years())
def test_the_rates_of_a_year_are_those_of_the_exact_curve(regime, profile, year, income):
    assume(isinstance(regime, UsFederal) or profile.long_rate is None)
    today = date(year, 12, 31)
    curve: TaxCurve = regime.curve(profile.with_yield(income), today, income.short, income.long)
    found = rates(regime.table(profile, year), income)
    wanted = curve.short_rate, curve.long_rate, curve.ordinary_rate, curve.ordinary_limit
    carried = curve.carry_short_rate, curve.carry_long_rate
    assert found == pytest.approx((*wanted, *carried), abs=1e-9)


@given(profiles(), years(), cents_to(50_000), cents_to(50_000))
def test_losses_carried_in_are_taken_off_before(profile, income, carry_short, carry_long):
    carrying = TaxProfile(
        filing_status=profile.filing_status,
        ordinary_income=D(90_000),
        realized=RealizedGains(carry_short=carry_short, carry_long=carry_long),
    )
    exact = UsFederal().assess_year(carrying, income, date(2024, 12, 31))
    less = YearIncome(
        income.short - carry_short,
        income.long - carry_long,
        income.qualified_dividends,
        income.ordinary_dividends,
        income.interest,
    )
    tax, *carried = billed(UsFederal().table(carrying, 2024), less)
    assert tax == pytest.approx(float(exact.tax), abs=ROUNDINGS)
    assert carried == pytest.approx((float(exact.carry_short), float(exact.carry_long)), abs=1e-6)


def test_a_batch_is_its_rows():
    us, profile = UsFederal(), TaxProfile(ordinary_income=D(80_000))
    tables = [us.table(profile, year) for year in range(2021, 2027)]
    income = YearIncome(D(4_000), D(30_000), D(2_000), D(500), D(70))
    taxes = np.empty((6, 3))
    tax_of_years(table_rows(tables), np.repeat(row_of(income), 6, axis=0), taxes)
    assert [tuple(row) for row in taxes] == [billed(table, income) for table in tables]
    assert table_rows(tables).shape == (6, TABLE_COLUMNS)


@pytest.mark.parametrize(
    ("edges", "ordinary"), [((1.0,), (0.1,)), (tuple(map(float, range(20))), (0.1,) * 21)]
)
def test_a_table_that_no_row_can_hold_is_refused(edges, ordinary):
    with pytest.raises(InputError, match=f"it has {len(ordinary)} rates and {len(edges)} edges"):
        table_rows([TaxTable(edges, ordinary, (), (0.0,), graduated=True)])

"""The federal tax of a year, by hand and in the large."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.taxes.us_parts import TODAY, US
from tests.taxes.worked import FEW, D, Worked
from tests.taxes.worked_gains import GAINS_AND_LOSSES
from tests.taxes.worked_other_taxes import OTHER_TAXES
from trimtab.model.money import total
from trimtab.model.taxes import FilingStatus, RealizedGains, TaxProfile

YEARS = [*GAINS_AND_LOSSES, *OTHER_TAXES]


@pytest.mark.parametrize("case", YEARS, ids=[case.title for case in YEARS])
def test_a_year_worked_by_hand(case: Worked):
    bill = US.assess(case.profile, D(case.short), D(case.long), date(case.year, 11, 1))
    assert bill.tax == D(case.tax), case.steps
    assert bill.deduction == D(case.deducted), case.steps
    assert (bill.carry_short, bill.carry_long) == tuple(map(D, case.carried_out)), case.steps


def test_the_bill_names_each_tax_and_its_rule():
    profile = TaxProfile(ordinary_income=D(500000), modified_agi=D(515750), state_rate=D("0.05"))
    bill = US.assess(profile, D(1000), D(100000), date(2025, 6, 2))
    assert [(line.text, str(line.amount), line.source) for line in bill.lines] == [
        ("short-term gain at ordinary rates", "350.00", "26 USC 1(j); Rev. Proc. 2024-40"),
        (
            "long-term gain of 32,400.00 at 15 %",
            "4860.00",
            "26 USC 1(h)(1); Rev. Proc. 2024-40",
        ),
        (
            "long-term gain of 67,600.00 at 20 %",
            "13520.00",
            "26 USC 1(h)(1); Rev. Proc. 2024-40",
        ),
        ("net investment income tax, 3.8 %", "3838.00", "26 USC 1411"),
        ("state tax", "5050.00", "rate given"),
    ]


def test_the_steps_lead_from_gains_to_what_is_taxed():
    realized = RealizedGains(D(4000), D(-1000), D(0), D(500))
    profile = TaxProfile(ordinary_income=D(100000), realized=realized)
    bill = US.assess(profile, D(-9000), D(0), date(2025, 6, 2))
    assert [(step.text, int(step.amount)) for step in bill.steps] == [
        ("short-term, year to date", 4000),
        ("short-term, this plan", -9000),
        ("long-term, year to date", -1000),
        ("long-term loss carried in", -500),
        ("net loss deducted from ordinary income", 3000),
        ("short-term loss carried out", 2000),
        ("long-term loss carried out", 1500),
    ]


def test_a_carried_loss_is_worth_its_share_of_the_rate_it_will_save():
    profile = TaxProfile(ordinary_income=D(100000), modified_agi=D(FEW), carry_value=D("0.5"))
    bill = US.assess(profile, D(-5000), D(-4000), date(2025, 6, 2))
    assert bill.carry_worth == D("0.5") * (2000 * D("0.22") + 4000 * D("0.15"))


@pytest.mark.parametrize(
    ("done", "short", "long"),
    [
        (("5000", "5000"), "0.22", "0.15"),  # gains of both terms
        (("-3000", "9000"), "0.15", "0.15"),  # a short gain frees a long one from its offset
        (("9000", "-3000"), "0.22", "0.22"),  # a long gain frees a short one
        (("-2000", "0"), "0.22", "0.22"),  # within the deduction: ordinary income is at stake
        (("-9000", "0"), "0.11", "0.11"),  # beyond it: a carried short loss at half its rate
        (("0", "-9000"), "0.075", "0.075"),  # a carried long loss
    ],
)
def test_one_more_dollar_costs_what_it_takes_up(done, short, long):
    profile = TaxProfile(
        ordinary_income=D(90000), modified_agi=D(FEW), realized=RealizedGains(*map(D, done))
    )
    bill = US.assess(profile, D(0), D(0), date(2025, 6, 2))
    assert (bill.marginal_short, bill.marginal_long) == (D(short), D(long))


# --- the curve -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("income", "agi", "investment", "state", "short", "long", "ordinary"),
    [
        ("30000", "40000", "0", "0", 0.12, 0.0, 0.12),
        ("100000", "110000", "0", "0", 0.22, 0.15, 0.22),
        ("240000", "260000", "5000", "0", 0.358, 0.188, 0.358),
        ("240000", "260000", "0", "0", 0.358, 0.188, 0.32),  # no investment income to reduce
        ("700000", "720000", "5000", "0.093", 0.501, 0.331, 0.501),
        ("48400", "60000", "0", "0", 0.12, 0.12, 0.12),  # the lower ordinary rate holds
    ],
)
def test_the_curve_gives_the_marginal_rates_of_the_year(
    income, agi, investment, state, short, long, ordinary
):
    profile = TaxProfile(
        ordinary_income=D(income),
        modified_agi=D(agi),
        net_investment_income=D(investment),
        state_rate=D(state),
    )
    curve = US.curve(profile, date(2025, 3, 3))
    assert (curve.short_rate, curve.long_rate) == pytest.approx((short, long), abs=1e-12)
    assert curve.ordinary_rate == pytest.approx(ordinary, abs=1e-12)
    assert curve.ordinary_limit == 3000.0


def test_the_curve_is_moved_to_where_a_plan_ends():
    profile = TaxProfile(ordinary_income=D(40000), modified_agi=D(FEW))
    today = US.curve(profile, date(2025, 3, 3))
    after = US.curve(profile, date(2025, 3, 3), long=D(20000))
    assert (today.long_rate, after.long_rate) == (0.0, 0.15)
    assert after.net_long == today.net_long == 0.0


def test_a_used_up_deduction_is_priced_at_the_bracket_it_lies_in():
    # 51,475 − 3,000 = 48,475, where 22 % begins: every dollar of the deduction saved 22 %
    done = RealizedGains(D(-10_000))
    profile = TaxProfile(ordinary_income=D(51_475), modified_agi=D(FEW), realized=done)
    assert US.curve(profile, TODAY).ordinary_rate == pytest.approx(0.22)


def test_where_a_long_term_dollar_costs_more_than_a_short_one_the_curve_takes_the_higher_rate():
    # income 48,400 lies above the 0 % bracket (48,350) and still in that of 12 % (48,475)
    done = RealizedGains(long=D(20_000))
    profile = TaxProfile(ordinary_income=D(48_400), modified_agi=D(FEW), realized=done)
    bill = US.assess(profile, D(0), D(0), TODAY)
    curve = US.curve(profile, TODAY)
    assert bill.marginal_long == D("0.15")
    assert (curve.short_rate, curve.long_rate) == pytest.approx((0.15, 0.15))


dollars = st.integers(-60_000, 60_000).map(Decimal)


losses = st.sampled_from([D(0), D(0), D(700), D(12_345), D(40_000)])


@st.composite
def profiles(draw: st.DrawFn) -> TaxProfile:
    income = draw(st.integers(0, 800_000).map(Decimal))
    rates = draw(st.sampled_from([None, None, None, ("0.37", "0.20"), ("0.24", "0.15")]))
    return TaxProfile(
        year=draw(st.integers(2021, 2026)),
        filing_status=draw(st.sampled_from(list(FilingStatus))),
        ordinary_income=income,
        modified_agi=draw(st.sampled_from([None, income + 20_000])),
        short_rate=None if rates is None else D(rates[0]),
        long_rate=None if rates is None else D(rates[1]),
        state_rate=draw(st.sampled_from([D(0), D("0.05"), D("0.093")])),
        state_long_rate=draw(st.sampled_from([None, D("0.03")])),
        net_investment_income=draw(st.sampled_from([D(0), D(2_000), D(30_000)])),
        qualified_dividends=min(income, draw(st.sampled_from([D(0), D(9_000)]))),
        realized=RealizedGains(draw(dollars), draw(dollars), draw(losses), draw(losses)),
    )


@given(profiles(), dollars, dollars, st.integers(1, 5_000).map(Decimal))
def test_more_gain_never_means_less_tax(profile, short, long, more):
    bill = US.assess(profile, short, long, TODAY)
    assert US.assess(profile, short + more, long, TODAY).tax >= bill.tax - D("0.02")
    assert US.assess(profile, short, long + more, TODAY).tax >= bill.tax - D("0.02")


@given(profiles(), dollars, dollars)
def test_the_tax_has_no_jumps(profile, short, long):
    bill = US.assess(profile, short, long, TODAY)
    for more_short, more_long in ((1, 0), (0, 1), (1, 1)):
        after = US.assess(profile, short + more_short, long + more_long, TODAY)
        assert abs(after.tax - bill.tax) <= D("0.70") * (more_short + more_long) + D("0.05")


@given(profiles(), dollars, dollars)
def test_every_dollar_of_loss_is_offset_deducted_or_carried(profile, short, long):
    bill = US.assess(profile, short, long, TODAY)
    net = bill.net_short + bill.net_long
    assert max(D(0), -net) == bill.deduction + bill.carry_short + bill.carry_long
    assert bill.carry_short <= max(D(0), -bill.net_short)
    assert bill.carry_long <= max(D(0), -bill.net_long)
    assert bill.deduction <= 3000


@given(profiles(), dollars, dollars)
def test_the_lines_add_up_to_the_tax(profile, short, long):
    bill = US.assess(profile, short, long, TODAY)
    assert bill.tax == total(line.amount for line in bill.lines)


@given(
    profiles(),
    st.integers(-400, 400).map(Decimal),
    st.integers(-400, 400).map(Decimal),
)
def test_for_small_changes_the_bill_is_what_the_curve_says_to_the_cent(profile, short, long):
    here, there = US.curve(profile, TODAY), US.curve(profile, TODAY, short, long)
    same = ("short_rate", "long_rate", "ordinary_rate")
    # Within one bracket; across an edge the rates of both ends differ and neither is the answer.
    assume(all(getattr(here, name) == getattr(there, name) for name in same))
    assume(
        all(getattr(here, name) == getattr(_halfway(profile, short, long), name) for name in same)
    )
    before, after = US.assess(profile, D(0), D(0), TODAY), US.assess(profile, short, long, TODAY)
    billed = (after.tax - after.carry_worth) - (before.tax - before.carry_worth)
    said = here.tax(float(short), float(long)) - here.tax(0.0, 0.0)
    roundings = 2 * max(len(before.lines), len(after.lines)) + 4
    assert abs(float(billed) - said) <= 0.005 * roundings


def _halfway(profile, short, long):
    return US.curve(profile, TODAY, short / 2, long / 2)


@given(profiles())
def test_the_curve_is_one_that_the_solver_takes(profile):
    curve = US.curve(profile, TODAY)
    assert 0.0 <= curve.long_rate <= curve.short_rate < 1.0
    assert 0.0 <= curve.ordinary_rate < 1.0
    assert curve.carry_long_rate <= curve.carry_short_rate <= curve.short_rate

"""The federal bill against years worked out by hand, and against its own curve.

Every row is a tax return in miniature: what the household has, what it realises, how the tax is
found, and what comes out.  Figures are those of the year's revenue procedure; single, 2025:
12 % to 48,475, 22 % to 103,350, 24 % to 197,300, 32 % to 250,525; gains 0 % to 48,350, 15 % to
533,400.
"""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from trimtab.model.accounts import Wrapper
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.instruments import Instrument
from trimtab.model.lots import Lot
from trimtab.model.money import total
from trimtab.model.taxes import FilingStatus, RealizedGains, ReliefOrder, TaxProfile
from trimtab.taxes.us_federal import UsFederal

D = Decimal
US = UsFederal()
FEW = "50000"
"""A modified AGI far below every threshold, where the investment tax is not the point."""


@dataclass(frozen=True)
class Worked:
    """One year by hand: what is given, the steps, and what comes out."""

    title: str
    steps: str
    tax: str
    income: str | None = "100000"
    agi: str | None = FEW
    short: str = "0"
    long: str = "0"
    year: int = 2025
    status: str = "single"
    done: tuple[str, str] = ("0", "0")
    carried_in: tuple[str, str] = ("0", "0")
    carried_out: tuple[str, str] = ("0", "0")
    deducted: str = "0"
    investment: str = "0"
    dividends: str = "0"
    state: tuple[str, str | None] = ("0", None)
    rates: tuple[str, str] | None = None
    profile: TaxProfile = field(init=False)

    def __post_init__(self) -> None:
        short_rate, long_rate = self.rates or (None, None)
        state_long = self.state[1]
        profile = TaxProfile(
            filing_status=FilingStatus(self.status),
            ordinary_income=None if self.income is None else D(self.income),
            modified_agi=None if self.agi is None else D(self.agi),
            short_rate=None if short_rate is None else D(short_rate),
            long_rate=None if long_rate is None else D(long_rate),
            state_rate=D(self.state[0]),
            state_long_rate=None if state_long is None else D(state_long),
            net_investment_income=D(self.investment),
            qualified_dividends=D(self.dividends),
            realized=RealizedGains(*map(D, self.done), *map(D, self.carried_in)),
        )
        object.__setattr__(self, "profile", profile)


YEARS = [
    Worked(
        "a short-term gain is taxed like wages",
        "3,000 × 22 %",
        short="3000",
        tax="660.00",
    ),
    Worked(
        "a short-term gain reaches into the next bracket",
        "3,350 × 22 % = 737, the other 6,650 × 24 % = 1,596",
        short="10000",
        tax="2333.00",
    ),
    Worked(
        "a long-term gain is taxed at 15 %",
        "10,000 × 15 %",
        long="10000",
        tax="1500.00",
    ),
    Worked(
        "a long-term gain fits into the 0 % bracket",
        "30,000 + 10,000 is below 48,350",
        income="30000",
        long="10000",
        tax="0.00",
    ),
    Worked(
        "a long-term gain crosses the line from 0 to 15 %",
        "8,350 × 0 %, the other 11,650 × 15 %",
        income="40000",
        long="20000",
        tax="1747.50",
    ),
    Worked(
        "the same in 2022 on a joint return",
        "0 % to 83,350: 3,350 × 0 %, 6,650 × 15 %",
        year=2022,
        status="joint",
        income="80000",
        long="10000",
        tax="997.50",
    ),
    Worked(
        "the same in 2026 as head of household",
        "0 % to 66,200: 6,200 × 0 %, 3,800 × 15 %",
        year=2026,
        status="head",
        income="60000",
        long="10000",
        tax="570.00",
    ),
    Worked(
        "a long-term gain crosses the line from 15 to 20 %, and investment tax is due",
        "33,400 × 15 % = 5,010; 66,600 × 20 % = 13,320; 100,000 × 3.8 % = 3,800",
        income="500000",
        agi="515750",
        long="100000",
        tax="22130.00",
    ),
    Worked(
        "a short-term gain pushes long-term gains out of the 0 % bracket",
        "5,000 × 12 % = 600; the long gain now starts at 45,000: 3,350 × 0 %, 5,000 × 15 % = 750",
        income="40000",
        short="5000",
        long="8350",
        tax="1350.00",
    ),
    Worked(
        "between the end of the 0 % and of the 12 % bracket the lower ordinary rate holds",
        "income 48,400: the worksheet says 50 × 15 % = 7.50, the schedule 50 × 12 % = 6.00",
        income="48400",
        long="50",
        tax="6.00",
    ),
    Worked(
        "a short-term loss absorbs a long-term gain",
        "10,000 − 4,000 = 6,000 long × 15 %",
        short="-4000",
        long="10000",
        tax="900.00",
    ),
    Worked(
        "a long-term loss absorbs a short-term gain, dollar for dollar at the higher rate",
        "10,000 − 7,000 = 3,000 short × 22 %",
        short="10000",
        long="-7000",
        tax="660.00",
    ),
    Worked(
        "of a net loss 3,000 reduce ordinary income and the rest is carried",
        "−3,000 × 22 %; 10,000 − 3,000 carried, short",
        short="-10000",
        tax="-660.00",
        deducted="3000",
        carried_out=("7000", "0"),
    ),
    Worked(
        "the deduction takes short-term losses first",
        "3,000 = 2,000 short + 1,000 long; 5,000 − 1,000 carried, long",
        short="-2000",
        long="-5000",
        tax="-660.00",
        deducted="3000",
        carried_out=("0", "4000"),
    ),
    Worked(
        "what is carried keeps both characters",
        "3,000 short deducted; 2,000 short and 4,000 long carried",
        short="-5000",
        long="-4000",
        tax="-660.00",
        deducted="3000",
        carried_out=("2000", "4000"),
    ),
    Worked(
        "a net loss across terms keeps the character of the larger loss",
        "−9,000 short + 2,000 long = −7,000 short; 3,000 deducted, 4,000 carried",
        short="-9000",
        long="2000",
        tax="-660.00",
        deducted="3000",
        carried_out=("4000", "0"),
    ),
    Worked(
        "married and filing separately, the limit is 1,500",
        "−1,500 × 22 %; 8,500 carried",
        status="separate",
        short="-10000",
        tax="-330.00",
        deducted="1500",
        carried_out=("8500", "0"),
    ),
    Worked(
        "where there is little income, only that much of the loss is used up",
        "1,000 × 10 %; 4,000 carried (26 USC 1212(b)(2)(B))",
        income="1000",
        short="-5000",
        tax="-100.00",
        deducted="1000",
        carried_out=("4000", "0"),
    ),
    Worked(
        "deductions that exceed the other income shelter gains",
        "60,000 − 5,000 = 55,000 taxable: 48,350 × 0 %, 6,650 × 15 %",
        income="-5000",
        long="60000",
        tax="997.50",
    ),
    Worked(
        "deductions come off wages first, so that dividends may exceed taxable income",
        "taxable 40,000, all of it dividends; the gain ends at 60,000: 8,350 × 0 %, 11,650 × 15 %",
        income="40000",
        dividends="45000",
        long="20000",
        tax="1747.50",
    ),
    Worked(
        "losses carried in offset gains of their own term first, then the other",
        "short 5,000 − 2,000 = 3,000; long 6,000 − 8,000 = −2,000; 1,000 short × 22 %",
        short="5000",
        long="6000",
        carried_in=("2000", "8000"),
        tax="220.00",
    ),
    Worked(
        "a carry-forward larger than the gains goes on into the next year",
        "−20,000 short + 5,000 long = −15,000; 3,000 deducted, 12,000 carried",
        long="5000",
        carried_in=("20000", "0"),
        tax="-660.00",
        deducted="3000",
        carried_out=("12000", "0"),
    ),
    Worked(
        "what the year has realised comes first",
        "short 4,000 − 10,000 = −6,000, long −1,000; 3,000 short deducted",
        done=("4000", "-1000"),
        short="-10000",
        tax="-660.00",
        deducted="3000",
        carried_out=("3000", "1000"),
    ),
    Worked(
        "investment tax on what modified AGI exceeds the threshold, where that is less",
        "20,000 × 15 % = 3,000; AGI 245,000 + 20,000 − 250,000 = 15,000 < 30,000; 15,000 × 3.8 %",
        status="joint",
        income="220000",
        agi="245000",
        investment="10000",
        long="20000",
        tax="3570.00",
    ),
    Worked(
        "investment tax on the investment income, where that is less",
        "20,000 × 15 % = 3,000; 20,000 < 170,000; 20,000 × 3.8 % = 760",
        status="joint",
        income="370000",
        agi="400000",
        long="20000",
        tax="3760.00",
    ),
    Worked(
        "married and filing separately, investment tax begins at 125,000",
        "10,000 × 15 % = 1,500; AGI 120,000 + 10,000 − 125,000 = 5,000; 5,000 × 3.8 % = 190",
        status="separate",
        income="104000",
        agi="120000",
        long="10000",
        tax="1690.00",
    ),
    Worked(
        "the deducted loss reduces investment income too",
        "−3,000 × 32 % = −960; investment income 8,000 → 5,000: −114",
        income="240000",
        agi="260000",
        investment="8000",
        short="-10000",
        tax="-1074.00",
        deducted="3000",
        carried_out=("7000", "0"),
    ),
    Worked(
        "investment income does not fall below zero",
        "−3,000 × 32 % = −960; investment income 1,000 → 0: −38",
        income="240000",
        agi="260000",
        investment="1000",
        short="-10000",
        tax="-998.00",
        deducted="3000",
        carried_out=("7000", "0"),
    ),
    Worked(
        "without a modified AGI, income plus the standard deduction stands for it",
        "10,000 × 15 % = 1,500; AGI 190,000 + 15,750 = 205,750 > 200,000; 10,000 × 3.8 % = 380",
        income="190000",
        agi=None,
        long="10000",
        tax="1880.00",
    ),
    Worked(
        "a state taxes both terms alike",
        "2,000 × 22 % = 440; 10,000 × 15 % = 1,500; 12,000 × 5 % = 600",
        short="2000",
        long="10000",
        state=("0.05", None),
        tax="2540.00",
    ),
    Worked(
        "a state with a rate of its own for long-term gains",
        "440 + 1,500; 2,000 × 5 % = 100; 10,000 × 3 % = 300",
        short="2000",
        long="10000",
        state=("0.05", "0.03"),
        tax="2340.00",
    ),
    Worked(
        "the deducted loss saves state tax too",
        "−3,000 × (22 % + 5 %)",
        short="-3000",
        state=("0.05", None),
        tax="-810.00",
        deducted="3000",
    ),
    Worked(
        "qualified dividends take up room in the 0 % bracket",
        "wages 40,000 + dividends 8,000 = 48,000: 350 × 0 %, 650 × 15 %",
        income="48000",
        dividends="8000",
        long="1000",
        tax="97.50",
    ),
    Worked(
        "losses do not offset qualified dividends, whose rate stays 15 %",
        "the deduction comes off the 80,000 of ordinary income: −3,000 × 22 %",
        dividends="20000",
        long="-50000",
        tax="-660.00",
        deducted="3000",
        carried_out=("0", "47000"),
    ),
    Worked(
        "rates that are given replace the brackets",
        "1,000 × 37 % + 1,000 × 20 %",
        income=None,
        agi=None,
        rates=("0.37", "0.20"),
        short="1000",
        long="1000",
        tax="570.00",
    ),
    Worked(
        "with rates given, losses are deducted at the short-term rate",
        "−3,000 × 37 %; 2,000 carried",
        income=None,
        agi=None,
        rates=("0.37", "0.20"),
        short="-5000",
        tax="-1110.00",
        deducted="3000",
        carried_out=("2000", "0"),
    ),
    Worked(
        "with rates given, investment tax comes on top where a modified AGI is given",
        "10,000 × 20 % = 2,000; AGI 195,000 + 10,000 − 200,000 = 5,000; 5,000 × 3.8 % = 190",
        income=None,
        agi="195000",
        rates=("0.37", "0.20"),
        long="10000",
        tax="2190.00",
    ),
]


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


TODAY = date(2025, 9, 1)


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

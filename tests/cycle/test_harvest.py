"""Losses worth a look: the tests, what is washed, what it would save, and in which order."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from trimtab.cycle.harvest import harvest_candidates
from trimtab.model.harvest import HarvestCandidate
from trimtab.model.mandate import HarvestRules, Mandate, WashSaleRules
from trimtab.model.taxes import TaxCurve
from trimtab.model.wash_readings import WashSaleReading
from trimtab.testing.situations import PLAIN_RATES
from trimtab.testing.worlds import world

TARGETS = """
    target  weight  instruments
    stocks  60%     VTI,ITOT
    bonds   40%     BND
"""
RULES = Mandate((), wash_sales=WashSaleRules(substitutes={"BND": ("AGG",)}))


def candidates(
    lots: str,
    *,
    mandate: Mandate = RULES,
    curve: TaxCurve = PLAIN_RATES,
    trades: str = "",
    rules: str = "",
    as_of: str = "2022-10-14",
) -> dict[str, HarvestCandidate]:
    """Candidates by lot, in their order."""
    lots += "\n. VTI . . . 200\n. ITOT . . . 80\n. BND . . . 70\n. AGG . . . 90"
    place = world(lots, targets=TARGETS, mandate=mandate, trades=trades, rules=rules, as_of=as_of)
    found = harvest_candidates(place.snapshot, place.mandate, curve)
    return {candidate.lot: candidate for candidate in found}


HEAD = "account instrument qty basis acquired price\n"

TESTS = [
    # basis    acquired      $ test  % test  days test       (worth $20,000; $200, 5 %, 30 days)
    ("21,053", "2022-03-01", True, True, True),
    ("21,052", "2022-03-01", True, False, True),  # 4.997 %
    ("20,150", "2022-03-01", False, False, True),
    ("30,000", "2022-09-14", True, True, True),  # day 30
    ("30,000", "2022-09-15", True, True, False),  # day 29
]


@pytest.mark.parametrize(("basis", "acquired", "amount", "fraction", "days"), TESTS)
def test_a_loss_is_held_against_three_tests(basis, acquired, amount, fraction, days):
    lot = candidates(HEAD + f"taxable VTI 100 {basis} {acquired} 200")["L1"]
    assert (lot.passes_amount, lot.passes_fraction, lot.passes_days) == (amount, fraction, days)
    assert lot.passes is (amount and fraction and days)


YEAR_END = [
    # as of        rising  a loss of $300 and 6 % passes
    ("2022-09-30", True, True),
    ("2022-10-03", True, False),  # $250, 6.25 %
    ("2022-12-01", True, False),  # $400, 10 %
    ("2022-12-01", False, True),
]


@pytest.mark.parametrize(("as_of", "rising", "passes"), YEAR_END)
def test_thresholds_rise_towards_year_end_if_the_mandate_says_so(as_of, rising, passes):
    mandate = replace(RULES, harvest=HarvestRules(rising_towards_year_end=rising))
    found = candidates(HEAD + "taxable VTI 23.5 5,000 2020-01-06 200", mandate=mandate, as_of=as_of)
    assert found["L1"].loss == 300
    assert found["L1"].passes is passes


NOT_LISTED = [
    "taxable VTI 100 15,000 2019-03-04 200",  # a gain
    "roth    VTI 100 30,000 2019-03-04 200",  # no tax there
    "taxable VTI 100 .      2019-03-04 200",  # basis unknown
    "taxable VTI 100 20,000 2019-03-04 200",  # neither gain nor loss
]


@pytest.mark.parametrize("row", NOT_LISTED)
def test_only_known_losses_in_taxable_accounts_are_listed(row):
    assert candidates(HEAD + row) == {}


def test_the_largest_tax_value_comes_first():
    found = candidates(
        """
        account  instrument  qty  basis   acquired    price  lot
        taxable  VTI         100  26,000  2019-03-04  200    long-6000
        taxable  BND         100  10,000  2022-03-01  70     short-3000
        taxable  ITOT        100  8,900   2019-03-04  80     long-900
        """
    )
    assert [(lot, one.tax_value) for lot, one in found.items()] == [
        ("short-3000", Decimal("1050.00")),  # 35 %
        ("long-6000", Decimal("900.00")),  # 15 %
        ("long-900", Decimal("135.00")),
    ]


NETTED = TaxCurve(
    short_rate=0.35,
    long_rate=0.15,
    ordinary_rate=0.30,
    ordinary_limit=3_000,
    carry_short_rate=0.10,
    carry_long_rate=0.05,
)
WORTH = [
    # realised so far     what a short-term loss of $5,000 saves
    ({"net_short": 10_000}, 5_000 * 0.35),
    ({"net_long": 10_000}, 5_000 * 0.15),
    ({}, 3_000 * 0.30 + 2_000 * 0.10),
    ({"net_short": 2_000}, 2_000 * 0.35 + 3_000 * 0.30),
    ({"net_short": -3_000}, 5_000 * 0.10),
]


@pytest.mark.parametrize(("realised", "saved"), WORTH)
def test_a_loss_is_worth_what_the_year_still_has_to_offset(realised, saved):
    curve = replace(NETTED, **realised)
    lot = candidates(HEAD + "taxable VTI 100 25,000 2022-03-01 200", curve=curve)["L1"]
    assert lot.tax_value == pytest.approx(Decimal(saved))


PURCHASES = [
    # bought where, what, how many, when          washed  free from
    ("roth-ann VTI  40  .      2022-09-24 200", 40, date(2022, 10, 25)),
    ("roth-ann VTI  40  .      2022-09-14 200", 40, date(2022, 10, 15)),  # day 30
    ("roth-ann VTI  40  .      2022-09-13 200", 0, None),  # day 31
    ("taxable  VTI  500 90,000 2022-10-01 200", 100, date(2022, 11, 1)),  # never more than the lot
    ("roth-ann ITOT 40  .      2022-10-01 80", 0, None),  # not the same thing
]


@pytest.mark.parametrize(("purchase", "washed", "free_on"), PURCHASES)
def test_recent_purchases_in_any_account_wash_as_many_units(purchase, washed, free_on):
    found = candidates(HEAD + f"taxable VTI 100 30,000 2019-03-04 200\n{purchase}")
    assert (found["L1"].washed_quantity, found["L1"].free_on) == (washed, free_on)


def test_only_what_is_not_washed_has_a_tax_value():
    found = candidates(
        """
        account   instrument  qty  basis   acquired    price
        taxable   VTI         100  30,000  2019-03-04  200
        roth-ann  VTI         40   .       2022-09-24  200
        """
    )
    lot = found["L1"]
    assert lot.tax_value == 900  # 60 of 100 units: $6,000 at 15 %
    assert lot.days_until_free(date(2022, 10, 14)) == 11
    assert "40 of 100 units would be washed by VTI bought in roth-ann on 2022-09-24" in lot.verdict


def test_a_lot_does_not_wash_itself():
    lot = candidates(HEAD + "taxable VTI 100 30,000 2022-10-01 200")["L1"]
    assert lot.is_free
    assert not lot.passes_days


def test_substitutes_are_of_the_class_or_named_and_may_be_bought():
    found = candidates(
        HEAD + "taxable VTI 100 30,000 2019-03-04 200\ntaxable BND 100 9,000 2019-03-04 70"
    )
    assert {lot: one.substitutes for lot, one in found.items()} == {
        "L1": ("ITOT",),
        "L2": ("AGG",),
    }


BARRED = [
    # a rule, or a loss taken lately, that bars the substitute
    ("clause kind instruments\nr never_own ITOT", ""),
    ("clause kind instruments\nr do_not_buy ITOT", ""),
    ("clause kind instruments accounts\nr do_not_buy ITOT taxable", ""),
    (
        "",
        "account instrument side on qty amount gain term\n"
        "taxable ITOT sell 2022-10-01 10 800 -200 long",
    ),
]


@pytest.mark.parametrize(("rules", "trades"), BARRED)
def test_what_may_not_be_bought_is_no_substitute(rules, trades):
    found = candidates(HEAD + "taxable VTI 100 30,000 2019-03-04 200", rules=rules, trades=trades)
    assert found["L1"].substitutes == ()
    assert "nothing may be bought in its place" in found["L1"].verdict


def test_the_same_thing_under_another_name_is_no_substitute():
    found = candidates(
        """
        account  instrument  qty  basis   acquired    price  group
        taxable  VTI         100  30,000  2019-03-04  200    us
        .        ITOT        .    .       .           80     us
        """
    )
    assert found["L1"].substitutes == ()


VERDICTS = [
    # rules                            basis     acquired      says
    (HarvestRules(), "30,000", "2019-03-04", "loss of $10,000 would save $1,500 of tax"),
    (HarvestRules(), "20,150", "2019-03-04", "the mandate asks for $200"),
    (HarvestRules(), "20,500", "2019-03-04", "the mandate asks for 5.0 % of its basis"),
    (HarvestRules(), "30,000", "2022-10-04", "bought 10 days ago, the mandate asks for 30"),
    (HarvestRules(enabled=False), "30,000", "2019-03-04", "switches harvesting off"),
]


@pytest.mark.parametrize(("harvest", "basis", "acquired", "says"), VERDICTS)
def test_the_verdict_says_what_stands_in_the_way(harvest, basis, acquired, says):
    row = HEAD + f"taxable VTI 100 {basis} {acquired} 200"
    assert says in candidates(row, mandate=replace(RULES, harvest=harvest))["L1"].verdict


def test_losses_are_judged_under_the_mandates_reading_of_the_law():
    lots = HEAD + "taxable VTI 100 30,000 2020-01-06 200\n401k VTI 40 10,000 2022-09-24 200"
    reading = WashSaleReading(workplace_counts=False)
    lenient = replace(RULES, wash_sales=replace(RULES.wash_sales, reading=reading))
    assert candidates(lots)["L1"].washed_quantity == 40
    assert candidates(lots, mandate=lenient)["L1"].washed_quantity == 0

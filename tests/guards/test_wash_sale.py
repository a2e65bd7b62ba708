"""Losses that a purchase of the same thing would take back, and what the answer covers."""

from dataclasses import replace
from datetime import date

import pytest

from tests.guards.one_world import (
    APPROVAL,
    HOME,
    LOTS,
    NOTE,
    REFUSAL,
    TARGETS,
    WARNING,
    D,
    check,
    codes,
    sells,
)
from tests.guards.planned import coverage, planned
from trimtab.guards.wash_sale import WashSale
from trimtab.model.lots import Term
from trimtab.model.mandate import WashSaleRules
from trimtab.model.plans import EarlierLoss
from trimtab.model.wash_readings import WashSaleReading
from trimtab.testing.worlds import world

# --- wash sale -----------------------------------------------------------------------------------


def test_a_plan_without_losses_says_nothing_of_wash_sales():
    assert check(WashSale(), planned(HOME, sells("old", 10), seen=None)) == ()


@pytest.mark.parametrize(
    ("disallowed", "severity"),
    [
        # the loss of 100 ITOT is 4,000; the larger of $100 and 10 % is let pass
        ("0", None),
        ("400", WARNING),
        ("401", REFUSAL),
        ("4000", REFUSAL),
    ],
)
def test_a_disallowed_loss_beyond_the_tolerance_is_refused(disallowed, severity):
    plan = planned(HOME, sells("loser", 100, "ITOT", f"harvest {disallowed} 0"))
    found = [finding for finding in check(WashSale(), plan) if finding.code == "wash_sale"]
    assert [finding.severity for finding in found] == ([] if severity is None else [severity])
    for finding in found:
        assert "within 30 days" in finding.message
        assert "before 2022-11-14" in finding.remedy  # 31 days after the sale


def test_a_disallowed_loss_asks_a_person_where_cash_must_be_raised():
    flows = {"taxable": "-14000"}
    plan = planned(HOME, sells("loser", 100, "ITOT", "flows 4000 0"), flows=flows)
    found = [finding for finding in check(WashSale(), plan) if finding.code == "wash_sale"]
    assert [finding.severity for finding in found] == [APPROVAL]


def test_the_answer_always_says_what_it_covers():
    plan = planned(HOME, sells("loser", 100, "ITOT"))
    (found,) = check(WashSale(), plan)
    assert (found.code, found.severity) == ("wash_sale_coverage", NOTE)
    assert "2 accounts loaded (taxable, ira)" in found.message


def test_accounts_that_are_not_loaded_are_a_warning_that_names_them():
    seen = coverage(HOME, not_loaded=("spouse's 401(k)",))
    (found,) = check(WashSale(), planned(HOME, sells("loser", 100, "ITOT"), seen=seen))
    assert found.severity is WARNING
    assert "not loaded: spouse's 401(k)" in found.message


def test_losses_that_nobody_checked_are_refused():
    found = check(WashSale(), planned(HOME, sells("loser", 100, "ITOT"), seen=None))
    assert codes(found) == [("wash_sale_coverage", REFUSAL)]


@pytest.mark.parametrize(
    ("bought", "overlooked"),
    [
        ("buy ira VTI 4", True),  # the same group, in the other spouse's account or any other
        ("buy taxable ITOT 4", True),
        ("buy taxable SCHX 4", False),  # a substitute that is not the same
    ],
)
def test_the_plans_own_purchases_are_looked_at_once_more(bought, overlooked):
    plan = planned(HOME, sells("loser", 100, "ITOT") + bought)
    found = [f for f in check(WashSale(), plan) if f.code == "wash_sale_overlooked"]
    assert [finding.severity for finding in found] == ([REFUSAL] if overlooked else [])


@pytest.mark.parametrize(
    ("on", "bought", "lost"),
    [
        # 50 ITOT were sold at a loss of 1,000; VTI is the same thing
        ("2022-10-03", "buy taxable VTI 25", "$500"),
        ("2022-10-03", "buy ira VTI 80", "$1,000"),
        ("2022-09-14", "buy taxable VTI 25", "$500"),  # 30 days ago: still inside
        ("2022-09-13", "buy taxable VTI 25", None),
        ("2022-10-03", "buy taxable SCHX 25", None),
    ],
)
def test_a_purchase_does_not_reach_back_to_a_loss_of_the_last_30_days(on, bought, lost):
    past = f"""
    account  instrument  side  on    qty  amount  gain    term
    taxable  ITOT        sell  {on}  50   5,000   -1,000  long
    """
    home = world(LOTS, targets=TARGETS, trades=past)
    plan = planned(home, "side account instrument qty\n" + bought)
    found = check(WashSale(), plan, home)
    assert codes(found) == ([] if lost is None else [("wash_sale_earlier", REFUSAL)])
    assert [finding.actual for finding in found] == ([] if lost is None else [lost])


def test_the_guard_reads_the_law_as_the_mandate_does():
    past = """
    account  instrument  side  on          qty  amount  gain    term
    taxable  ITOT        sell  2022-10-03  50   5,000   -1,000  long
    """
    lots = LOTS + "\n401k VTI 1 . . 250"
    home = world(lots, targets=TARGETS, trades=past)
    lenient = WashSaleRules(reading=WashSaleReading(workplace_counts=False))
    other = home.under(replace(home.mandate, wash_sales=lenient))
    for place, found in ((home, [("wash_sale_earlier", REFUSAL)]), (other, [])):
        plan = planned(place, "side account instrument qty\nbuy 401k VTI 25")
        assert codes(check(WashSale(), plan, place)) == found


def test_the_plans_own_figures_of_an_earlier_loss_are_told_exactly_and_once():
    past = """
    account  instrument  side  on          qty  amount  gain    term
    taxable  ITOT        sell  2022-10-03  50   5,000   -1,000  long
    """
    home = world(LOTS, targets=TARGETS, trades=past)
    loss = EarlierLoss(
        "loser sold", "taxable", "ITOT", date(2022, 10, 3), Term.LONG, D(490), "ira", "VTI", True
    )
    table = "side account instrument qty\nbuy ira VTI 25\nbuy taxable ITOT 1"
    plan = replace(planned(home, table), earlier_losses=(loss,))
    (found,) = check(WashSale(), plan, home)
    assert (found.actual, found.severity) == ("$490", REFUSAL)
    assert "buy VTI in ira" in found.subject
    assert "buy ITOT in taxable" in found.subject
    assert "does not count it" not in found.message
    (blind,) = check(WashSale(), planned(home, table), home)
    assert "the plan's bill does not count it" in blind.message


def test_crypto_is_no_security_and_cannot_wash():
    lots = """
    account  instrument  qty  basis   acquired    price  lot  kind
    taxable  BTC         1    40,000  2021-11-04  20000  coin crypto
    """
    home = world(lots)
    table = "side account instrument qty lot\nsell taxable BTC 1 coin\nbuy taxable BTC 1"
    assert check(WashSale(), planned(home, table), home) == ()

"""What each guard lets pass and what it does not, one world for all."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.guards.planned import bill, coverage, planned
from trimtab.guards._base import Strictness
from trimtab.guards.benefit import Benefit
from trimtab.guards.cash_floor import CashFloor
from trimtab.guards.drawdown_halt import DrawdownHalt
from trimtab.guards.improvement import Improvement
from trimtab.guards.price_age import PriceAge
from trimtab.guards.restricted_list import RestrictedList
from trimtab.guards.short_term_gain import ShortTermGain
from trimtab.guards.tax_budget import TaxBudget
from trimtab.guards.trade_size import TradeSize
from trimtab.guards.turnover import Turnover
from trimtab.guards.unknown_basis import UnknownBasis
from trimtab.guards.wash_sale import WashSale
from trimtab.model.findings import Finding, Severity
from trimtab.model.lots import Term
from trimtab.model.mandate import CashRules, Limits, Mandate, TradingRules, WashSaleRules
from trimtab.model.plans import EarlierLoss, Plan
from trimtab.model.proposals import CostParts
from trimtab.model.snapshots import Price
from trimtab.model.wash_readings import WashSaleReading
from trimtab.testing.worlds import World, world

D = Decimal
NOTE, WARNING, APPROVAL, REFUSAL = Severity

LOTS = """
account  instrument  qty  basis   acquired    price  lot      group  tags
taxable  VTI         200  40,000  2019-03-04  250    old      us     .
taxable  VTI         100  20,000  2021-10-26  250    young    us     .
taxable  ITOT        100  14,000  2020-01-06  100    loser    us     .
taxable  SCHX        100  9,000   2020-01-06  60     other    .      .
taxable  XOM         100  .       2010-01-04  100    unknown  .      fossil
taxable  cash        5,000
ira      BND         1860 .       .           50     bonds    .      .
ira      cash        1,000
"""
TARGETS = """
target  weight  instruments
stocks  40%     VTI,ITOT,SCHX
bonds   60%     BND
"""
HOME = world(LOTS, targets=TARGETS)  # 14 October 2022; $200,000 with $6,000 of cash in it
DAY = HOME.snapshot.as_of


def under(**rules: object) -> World:
    return HOME.under(replace(HOME.mandate, **rules))


def check(guard, plan: Plan, home: World = HOME) -> tuple[Finding, ...]:
    return guard.check(plan, home.snapshot, home.mandate)


def codes(findings: tuple[Finding, ...]) -> list[tuple[str, Severity]]:
    return [(finding.code, finding.severity) for finding in findings]


def sells(lot: str, quantity: int, name: str = "VTI", rest: str = "targets.stocks 0 0") -> str:
    return "side account instrument qty lot clause disallowed cost\n" + (
        f"sell taxable {name} {quantity} {lot} {rest}\n"
    )


def buys(account: str, name: str, quantity: int) -> str:
    return f"buy {account} {name} {quantity}\n"


# --- price age -----------------------------------------------------------------------------------


def priced(name: str, on: date | None) -> World:
    prices = dict(HOME.snapshot.prices)
    if on is None:
        del prices[name]
    else:
        prices[name] = Price(name, prices[name].amount, "USD", on)
    return replace(HOME, snapshot=replace(HOME.snapshot, prices=prices))


@pytest.mark.parametrize(
    ("age", "severity"), [(0, None), (5, None), (6, REFUSAL), (400, REFUSAL), (-1, REFUSAL)]
)
def test_a_traded_price_may_be_five_days_old_and_never_of_the_future(age, severity):
    plan = planned(HOME, sells("old", 10))
    found = check(PriceAge(), plan, priced("VTI", DAY - timedelta(age)))
    assert codes(found) == ([] if severity is None else [("price_age", severity)])


def test_a_stale_price_of_what_is_only_held_is_a_warning():
    stale = priced("BND", DAY - timedelta(9))
    found = check(PriceAge(), planned(HOME, sells("old", 10)), stale)
    assert codes(found) == [("price_age", WARNING)]
    assert found[0].subject == "BND"
    assert (found[0].actual, found[0].bound) == ("9 days", "5 days")
    assert check(PriceAge(held_too=False), planned(HOME, sells("old", 10)), stale) == ()


def test_a_missing_price_is_refused_whether_traded_or_held():
    assert codes(check(PriceAge(), planned(HOME), priced("XOM", None))) == [("price_age", REFUSAL)]


def test_the_mandate_sets_the_age():
    strict = priced("VTI", DAY - timedelta(2)).under(
        replace(HOME.mandate, limits=Limits(price_age_days_max=1))
    )
    assert codes(check(PriceAge(), planned(HOME, sells("old", 1)), strict)) == [
        ("price_age", REFUSAL)
    ]


# --- unknown basis -------------------------------------------------------------------------------


def test_a_lot_of_unknown_basis_is_not_sold_in_a_taxable_account():
    found = check(UnknownBasis(), planned(HOME, sells("unknown", 10, "XOM")))
    assert codes(found) == [("unknown_basis", REFUSAL)]
    assert "lot unknown is sold, but its basis is unknown" in found[0].message


def test_in_a_shelter_nobody_needs_the_basis():
    table = sells("old", 1) + "sell ira BND 10 bonds\n"
    assert check(UnknownBasis(), planned(HOME, table)) == ()


# --- restricted list -----------------------------------------------------------------------------

RULE = "clause kind instruments tags accounts minimum maximum\n"


@pytest.mark.parametrize(
    ("rule", "table", "code"),
    [
        ("r do_not_buy VTI", "buy taxable VTI 4", "restricted_list"),
        ("r do_not_buy VTI", "sell taxable VTI 4 old", None),
        ("r never_own . fossil", "buy taxable XOM 5", "restricted_list"),
        ("r never_own . fossil", "sell taxable XOM 5 unknown", None),
        ("r do_not_sell VTI", "sell taxable VTI 4 old", "restricted_list"),
        ("r do_not_sell VTI . ira", "sell taxable VTI 4 old", None),
        ("r do_not_buy VTI . ira", "buy ira VTI 4", "restricted_list"),
        # VTI is 75,000 of 200,000: 37.5 %; 10 shares are 1.25 points
        ("r hold_range VTI . . . 40%", "buy taxable VTI 12", None),
        ("r hold_range VTI . . . 38%", "buy taxable VTI 12", "hold_range"),
        ("r hold_range VTI . . 35%", "sell taxable VTI 10 old", None),
        ("r hold_range VTI . . 35%", "sell taxable VTI 40 old", "hold_range"),
        # already outside: going further is refused, coming nearer is not
        ("r hold_range VTI . . . 30%", "sell taxable VTI 10 old", None),
        ("r hold_range VTI . . . 30%", "buy taxable VTI 10", "hold_range"),
    ],
)
def test_what_a_restriction_forbids_is_refused_with_its_clause(rule, table, code):
    home = world(LOTS, targets=TARGETS, rules=RULE + rule)
    plan = planned(home, "side account instrument qty lot\n" + table)
    found = check(RestrictedList(), plan, home)
    assert codes(found) == ([] if code is None else [(code, REFUSAL)])
    assert all(finding.clause == "r" for finding in found)


def test_an_employers_list_freezes_both_sides():
    guard = RestrictedList(frozen=("vti",))
    table = "side account instrument qty lot\nsell taxable VTI 4 old\nbuy ira VTI 4\nbuy ira BND 4"
    found = check(guard, planned(HOME, table))
    assert [finding.subject for finding in found] == [
        "T1 sell VTI in taxable",
        "T2 buy VTI in ira",
    ]


# --- cash floor ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "cash", "flows", "expected"),
    [
        # taxable holds 5,000 of cash, the IRA 1,000
        ("buy taxable VTI 20", CashRules(), {}, []),
        ("buy taxable VTI 21", CashRules(), {}, [("account taxable", REFUSAL)]),
        ("buy taxable VTI 20 . . . 1", CashRules(), {}, [("account taxable", REFUSAL)]),
        (
            "buy taxable VTI 20",
            CashRules(account_reserve={"taxable": D(1)}),
            {},
            [("account taxable", REFUSAL)],
        ),
        ("buy taxable VTI 20", CashRules(reserve=D(1_001)), {}, [("household", REFUSAL)]),
        ("buy ira BND 10", CashRules(reserve=D(5_000)), {}, []),
        # sales that do not raise all that is needed are better than none
        (
            "sell taxable VTI 20 old",
            CashRules(),
            {"taxable": "-12000"},
            [("account taxable", WARNING)],
        ),
    ],
)
def test_no_account_spends_below_its_floor(table, cash, flows, expected):
    home = under(cash=cash)
    header = "side account instrument qty lot clause disallowed cost\n"
    found = check(CashFloor(), planned(home, header + table, flows=flows), home)
    assert [(finding.subject, finding.severity) for finding in found] == expected


# --- trade size ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "least", "severity"),
    [
        ("buy taxable VTI 1", "100", None),
        ("buy ira BND 4", "1000", REFUSAL),
        ("buy ira BND 19", "1000", None),  # 950: the next share makes it
        ("buy ira BND 18", "1000", REFUSAL),
        ("sell taxable SCHX 100 other", "10000", None),  # sold out
        ("sell taxable SCHX 99 other", "10000", REFUSAL),
        ("buy taxable VTI 200", "100", None),  # 50,000 of 200,000
        ("buy taxable VTI 201", "100", APPROVAL),
    ],
)
def test_a_trade_is_neither_too_small_nor_unusually_large(table, least, severity):
    home = under(trading=TradingRules(minimum_trade=D(least)))
    plan = planned(home, "side account instrument qty lot\n" + table)
    found = check(TradeSize(), plan, home)
    assert codes(found) == ([] if severity is None else [("trade_size", severity)])


# --- turnover ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "limit", "severity"),
    [
        # of 200,000; a share is 0.125 %
        ("sell taxable VTI 240 old", None, None),  # 30 %
        ("sell taxable VTI 241 old", None, APPROVAL),
        ("buy taxable VTI 300", None, None),  # purchases alone are a deposit at work
        ("sell taxable VTI 40 old", "0.0499", None),  # 5 %: whole shares cannot meet it exactly
        ("sell taxable VTI 41 old", "0.0499", REFUSAL),
        ("buy taxable VTI 41", "0.0499", REFUSAL),
        ("sell taxable VTI 241 old", "0.50", None),  # the owner allows it
    ],
)
def test_turnover_is_bounded_by_the_owner_or_asked_about(table, limit, severity):
    home = under(limits=Limits(turnover_max=None if limit is None else D(limit)))
    plan = planned(home, "side account instrument qty lot\n" + table)
    found = check(Turnover(), plan, home)
    assert codes(found) == ([] if severity is None else [("turnover", severity)])


# --- drawdown halt -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("high_water", "severity"),
    [  # the household is worth 200,000
        (None, None),
        ("150,000", None),
        ("250,000", None),  # 20 % below is the bound itself
        ("250,001", APPROVAL),
    ],
)
def test_a_fall_of_more_than_a_fifth_from_the_highest_value_asks_a_person(high_water, severity):
    mark = None if high_water is None else D(high_water.replace(",", ""))
    home = replace(HOME, snapshot=replace(HOME.snapshot, high_water=mark))
    plan = planned(HOME, sells("old", 10))
    wanted = [] if severity is None else [("drawdown_halt", severity)]
    assert codes(check(DrawdownHalt(), plan, home)) == wanted
    assert codes(check(DrawdownHalt(high_water=mark), plan)) == wanted


def test_the_higher_of_two_marks_counts_and_the_finding_shows_both_numbers():
    home = replace(HOME, snapshot=replace(HOME.snapshot, high_water=D(400_000)))
    guard = DrawdownHalt(high_water=D(210_000), strictness=Strictness.REFUSAL)
    (found,) = check(guard, planned(HOME, sells("old", 10)), home)
    assert (found.severity, found.actual, found.bound) == (REFUSAL, "50 %", "20 %")
    assert "$200,000" in found.message and "$400,000" in found.message


def test_a_fall_does_not_keep_cash_from_being_raised():
    forced = planned(HOME, sells("old", 40), flows={"taxable": "-9,000".replace(",", "")})
    (found,) = check(DrawdownHalt(high_water=D(400_000)), forced)
    assert found.severity is WARNING


def test_a_household_without_value_is_as_far_down_as_can_be():
    empty = replace(HOME, snapshot=replace(HOME.snapshot, lots=(), cash=()))
    (found,) = check(DrawdownHalt(high_water=D(1)), planned(HOME, sells("old", 10)), empty)
    assert found.actual == "100 %"


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


# --- short-term gain -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quantity", "rates", "days", "expected"),
    [
        # bought 26 October 2021, long-term from 27 October 2022: 13 days; $50 a share of gain
        (100, ("0.35", "0.15"), 30, "$1,000"),
        (100, ("0.35", "0.15"), 13, "$1,000"),
        (100, ("0.35", "0.15"), 12, None),
        (2, ("0.35", "0.15"), 30, None),  # $20 is not worth a word
        (100, ("0.15", "0.15"), 30, None),  # losses take the gain up anyway
    ],
)
def test_a_gain_near_its_anniversary_says_what_waiting_saves(quantity, rates, days, expected):
    plan = planned(HOME, sells("young", quantity), after=bill("0", *rates))
    found = check(ShortTermGain(days=days), plan)
    assert codes(found) == ([] if expected is None else [("short_term_gain", WARNING)])
    for finding in found:
        assert f"waiting 13 days would save about {expected}" in finding.message
        assert "long-term from 2022-10-27" in finding.message


def test_long_term_gains_and_losses_are_not_told_to_wait():
    table = sells("old", 10) + "sell taxable ITOT 10 loser\n"
    assert check(ShortTermGain(), planned(HOME, table)) == ()


def test_the_owner_may_refuse_such_sales():
    guard = ShortTermGain(strictness=Strictness.REFUSAL)
    assert codes(check(guard, planned(HOME, sells("young", 100)))) == [("short_term_gain", REFUSAL)]


# --- tax budget ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "budget", "refused"),
    [
        ("0", "1000", None, False),
        ("0", "1000", "1000", False),
        ("0", "1019", "1000", False),  # whole shares cannot meet it exactly
        ("0", "1021", "1000", True),
        ("5000", "4000", "1000", False),  # above the budget, but the plan brings it down
        ("-660", "-100", "0", False),
        ("0", "1", "0", True),
    ],
)
def test_the_years_bill_stays_within_the_budget(before, after, budget, refused):
    home = under(limits=Limits(tax_budget=None if budget is None else D(budget)))
    plan = planned(home, sells("old", 10), before=bill(before), after=bill(after))
    assert codes(check(TaxBudget(), plan, home)) == ([("tax_budget", REFUSAL)] if refused else [])


# --- improvement ---------------------------------------------------------------------------------

DRIFT_ONLY = (CostParts(drift=500.0), CostParts(drift=490.0, spread=20.0))


@pytest.mark.parametrize(
    ("quantity", "refused"),
    [
        # stocks 45.5 % against 40 %, bonds 46.5 % against 60 %: ½(5.5 + 13.5) = 9.5 points
        (10, True),  # ½(4.25 + 13.5) = 8.875: 6.6 % better
        (25, False),  # ½(2.375 + 13.5) = 7.9375: 16.4 % better
    ],
)
def test_a_rebalancing_brings_the_household_noticeably_nearer(quantity, refused):
    plan = planned(HOME, sells("old", quantity), parts=DRIFT_ONLY)
    found = check(Improvement(), plan)
    assert codes(found) == ([("improvement", REFUSAL)] if refused else [])


def test_a_plan_that_pays_for_itself_need_not_reduce_drift():
    parts = (CostParts(drift=500.0), CostParts(drift=520.0, spread=20.0, tax=-900.0))
    assert check(Improvement(), planned(HOME, sells("old", 1), parts=parts)) == ()


@pytest.mark.parametrize(
    ("bought", "refused"),
    [
        ("buy taxable VTI 4", True),  # stocks are overweight already
        ("buy ira BND 10", False),  # 500 of new bonds: nearer, though by far less than a tenth
    ],
)
def test_cash_put_to_work_only_has_to_come_nearer(bought, refused):
    plan = planned(HOME, f"side account instrument qty\n{bought}", parts=DRIFT_ONLY)
    assert codes(check(Improvement(), plan)) == ([("improvement", REFUSAL)] if refused else [])


def test_a_withdrawal_need_not_reduce_drift():
    flows = {"taxable": "-7000"}
    plan = planned(HOME, sells("old", 10), parts=DRIFT_ONLY, flows=flows)
    assert check(Improvement(), plan) == ()


# --- benefit -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "cost", "warned"),
    [
        # the objective after the plan has its costs in it; 10 % of the cost is asked on top
        (500.0, 400.0, 200, False),
        (500.0, 481.0, 200, True),
        (500.0, 480.0, 200, False),
        (500.0, 700.0, 200, True),
        (500.0, 500.0, 0, False),
    ],
)
def test_a_plan_is_worth_more_than_it_costs(before, after, cost, warned):
    parts = (CostParts(drift=before), CostParts(drift=after))
    plan = planned(HOME, sells("old", 10, rest=f"targets.stocks 0 {cost}"), parts=parts)
    assert codes(check(Benefit(), plan)) == ([("benefit", WARNING)] if warned else [])


def test_a_forced_plan_has_no_price_tag():
    parts = (CostParts(drift=500.0), CostParts(drift=900.0))
    plan = planned(HOME, sells("old", 40), parts=parts, flows={"taxable": "-7000"})
    assert check(Benefit(), plan) == ()
    home = world(LOTS, targets=TARGETS, rules=RULE + "screen never_own . fossil")
    plan = planned(home, sells("unknown", 100, "XOM", "screen 0 0"), parts=parts)
    assert check(Benefit(), plan, home) == ()


def test_a_mandate_without_rules_is_guarded_too():
    bare = HOME.under(Mandate(()))
    plan = planned(bare, sells("old", 10))
    for guard in (Turnover(), TradeSize(), Improvement(), RestrictedList(), TaxBudget()):
        assert check(guard, plan, bare) == ()

"""What the guards of prices, restrictions, cash, size and turnover let pass and what not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.guards.one_world import (
    APPROVAL,
    HOME,
    LOTS,
    REFUSAL,
    RULE,
    TARGETS,
    WARNING,
    D,
    check,
    codes,
    sells,
    under,
)
from tests.guards.planned import planned
from trimtab.guards._base import Strictness
from trimtab.guards.cash_floor import CashFloor
from trimtab.guards.drawdown_halt import DrawdownHalt
from trimtab.guards.price_age import PriceAge
from trimtab.guards.restricted_list import RestrictedList
from trimtab.guards.trade_size import TradeSize
from trimtab.guards.turnover import Turnover
from trimtab.guards.unknown_basis import UnknownBasis
from trimtab.model.mandate import CashRules, Limits, TradingRules
from trimtab.model.snapshots import Price
from trimtab.testing.worlds import World, world

DAY = HOME.snapshot.as_of


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

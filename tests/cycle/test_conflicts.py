"""What no set of trades can meet is answered with the clauses in conflict and a way out."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.cycle.driven import decided, withdrawal
from trimtab.model.mandate import CashRules, Limits
from trimtab.model.plans import Verdict
from trimtab.testing.worlds import World, world

LOTS = """
account  instrument  qty  basis   acquired    price  tags      lot
taxable  VTI         300  30,000  2019-03-04  200    .         old
taxable  BND         200  15,600  2020-01-06  70     .         bonds
taxable  XOM         100  5,000   2020-01-06  60     employer  oil
taxable  cash        4,000
ira      BND         200  .       .           70     .         ira.bonds
ira      cash        2,000
"""  # 100,000: VTI 60,000, BND 28,000, XOM 6,000, cash 6,000
TARGETS = """
target  weight  instruments
stocks  60%     VTI
bonds   40%     BND
"""
HEAD = "clause kind instruments tags accounts minimum maximum\n"


def home(rules: str, trades: str = "") -> World:
    return world(LOTS, targets=TARGETS, rules=HEAD + rules if rules else "", trades=trades)


CLASHES = [
    # rules, clauses that are named, words that must stand there, remedies
    (
        "min hold_range BND . . 50% .\nnobuy do_not_buy BND . . . .",
        {"min", "nobuy"},
        ("at least 50.0 % in BND: $50,000", "buy no BND; $28,000 held"),
        ("lower min to 28.0 %", "drop nobuy"),
    ),
    (
        "min hold_range BND . . 50% .\nnever never_own BND . . . .",
        {"min", "never"},
        ("$50,000", "own no BND; $28,000 held"),
        ("drop never",),
    ),
    (
        "max hold_range VTI . . . 10%\nkeep do_not_sell VTI . . . .",
        {"max", "keep"},
        ("at most 10.0 % in VTI: $10,000", "sell no VTI; $60,000 held"),
        ("raise max to 60.0 %", "drop keep"),
    ),
    (
        "max hold_range . employer . . 2%\nlocked do_not_sell XOM . . . .",
        {"max", "locked"},
        ("at most 2.0 % in tag employer: $2,000", "$6,000 held"),
        ("raise max to 6.0 %",),
    ),
    (
        "keep do_not_sell XOM . . . .\nnever never_own XOM . . . .",
        {"keep", "never"},
        ("own no XOM", "sell no XOM"),
        ("drop keep", "drop never"),
    ),
    (
        "a hold_range VTI . . 60% .\nb hold_range BND . . 60% .",
        {"a", "b"},
        ("at least 60.0 % in VTI", "at least 60.0 % in BND"),
        ("lower a to 3", "lower b to 3"),  # what is left of the other, after costs
    ),
    (
        "min hold_range XOM . . 20% .",
        {"min", "targets"},
        ("at least 20.0 % in XOM: $20,000",),
        ("lower min to 6.0 %", "name it in a target"),
    ),
    (
        "min hold_range BND . ira 30% .",  # the IRA holds 16,000 in all
        {"min"},
        ("at least 30.0 % in BND in ira: $30,000",),
        ("lower min to 15.9 %",),
    ),
]


@pytest.mark.parametrize("policy", ["cost_aware", "threshold", "hold"])
@pytest.mark.parametrize(("rules", "named", "words", "remedies"), CLASHES)
def test_clauses_that_contradict_each_other_are_all_that_is_named(
    policy, rules, named, words, remedies
):
    decision, _ = decided(home(rules), policy)
    assert (decision.verdict, decision.plan) == (Verdict.INFEASIBLE, None)
    (conflict,) = decision.proposal.conflicts
    assert set(conflict.clauses) == named
    for told in words:
        assert told in conflict.text
    for remedy in remedies:
        assert remedy in conflict.remedy
    assert {f.remedy for f in decision.findings if f.code == "infeasible"} == {conflict.remedy}


FORCED = [
    # rules, limits, cash rules, money needed, clauses that are named
    (
        "keep do_not_sell VTI,BND,XOM . . . .",
        Limits(),
        CashRules(),
        "10,000",
        {"flows", "keep"},
        "withdraw at most $4,000",
    ),
    (
        "keep do_not_sell VTI,BND,XOM . . . .",
        Limits(),
        CashRules(reserve=Decimal(9_000)),
        "",
        {"cash", "keep"},
        "keep at most $4,000",
    ),
    (
        "keep do_not_sell VTI,BND . . . .",
        Limits(),
        CashRules(reserve=Decimal(3_000)),
        "8,000",
        {"flows", "cash", "keep"},
        "withdraw at most $6,99",  # XOM and what is above the reserve
    ),
    (
        "",
        Limits(turnover_max=Decimal("0.05")),
        CashRules(),
        "20,000",
        {"flows", "limits.turnover_max"},
        "raise limits.turnover_max to 20.1 %",
    ),
    (
        "keep do_not_sell BND . . . .",
        Limits(tax_budget=Decimal(0)),
        CashRules(),
        "20,000",
        {"flows", "limits.tax_budget", "keep"},
        "raise limits.tax_budget by $",
    ),
]


@pytest.mark.parametrize("policy", ["cost_aware", "flows"])
@pytest.mark.parametrize(("rules", "limits", "cash", "needed", "named", "remedy"), FORCED)
def test_money_that_cannot_be_raised_names_what_asks_for_it_and_what_forbids_it(
    policy, rules, limits, cash, needed, named, remedy
):
    place = home(rules)
    place = place.under(replace(place.mandate, limits=limits, cash=cash))
    decision, _ = decided(place, policy, *([withdrawal(needed, "taxable")] if needed else []))
    assert decision.verdict is Verdict.INFEASIBLE
    (conflict,) = decision.proposal.conflicts
    assert set(conflict.clauses) == named
    assert remedy in conflict.remedy


def test_what_was_sold_at_a_loss_lately_may_be_what_stands_in_the_way():
    past = "account instrument side on qty amount gain term\n"
    past += "taxable BND sell 2022-10-03 50 3,500 -400 long"
    decision, _ = decided(home("min hold_range BND . . 50% .", past), "cost_aware")
    (conflict,) = decision.proposal.conflicts
    assert set(conflict.clauses) == {"min", "wash_sales"}
    assert "wait until the 30 days have passed" in conflict.remedy


def test_two_conflicts_that_have_nothing_in_common_are_both_named():
    rules = "min hold_range BND . . 50% .\nnobuy do_not_buy BND . . . .\n"
    rules += "max hold_range VTI . . . 10%\nkeep do_not_sell VTI . . . ."
    decision, _ = decided(home(rules), "cost_aware")
    found = [set(conflict.clauses) for conflict in decision.proposal.conflicts]
    assert sorted(found, key=min) == [{"max", "keep"}, {"min", "nobuy"}]


KEPT = [
    # a minimum that no single account could hold, or that other rules narrow
    "min hold_range BND . . 45% .",
    "min hold_range BND . . 45% .\nnobuy do_not_buy BND . ira . .",
    "min hold_range BND . . 30% .\nmax hold_range BND . ira . 10%",
    "stocks hold_range VTI . . 30% .\nbonds hold_range BND . . 45% .",
]


@pytest.mark.parametrize("policy", ["cost_aware", "threshold", "flows"])
@pytest.mark.parametrize("rules", KEPT)
def test_a_minimum_is_shared_over_the_accounts_that_may_hold_it(policy, rules):
    place = home(rules)
    decision, _ = decided(place, policy)
    assert decision.plan is not None, decision.sentence
    after = dict.fromkeys(("VTI", "BND"), Decimal(0))
    for lot in place.snapshot.lots:
        if lot.instrument in after:
            after[lot.instrument] += place.snapshot.lot_value(lot)
    for trade in decision.plan.trades:
        if trade.instrument in after:
            after[trade.instrument] += trade.amount if trade.side.value == "buy" else -trade.amount
    for rule in place.mandate.restrictions:
        if rule.minimum is not None:
            assert after[rule.instruments[0]] >= rule.minimum * 100_000 - 1

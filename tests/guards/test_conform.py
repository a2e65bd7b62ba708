"""Every guard of the folder, a new file included, keeps what a guard promises."""

import copy
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.guards.planned import bill, planned
from trimtab.guards import DEFAULT_ORDER
from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import CashRules, Limits, TradingRules
from trimtab.model.proposals import CostParts
from trimtab.model.snapshots import Price
from trimtab.plugins import configure, names
from trimtab.testing import conform
from trimtab.testing.worlds import world

D = Decimal
LOTS = """
account  instrument  qty  basis   acquired    price  lot      group
taxable  VTI         200  40,000  2019-03-04  250    old      us
taxable  VTI         100  20,000  2021-10-26  250    young    us
taxable  ITOT        100  14,000  2020-01-06  100    loser    us
taxable  XOM         100  .       .           100    unknown  .
ira      BND         500  .       .           72     bonds    .
"""
TARGETS = """
target  weight  instruments
stocks  50%     VTI,ITOT
bonds   50%     BND
"""
RULES = "clause kind instruments\nscreen do_not_sell XOM"
HOME = world(LOTS, targets=TARGETS, rules=RULES)
STALE = {
    name: Price(name, price.amount, "USD", HOME.snapshot.as_of - timedelta(99))
    for name, price in HOME.snapshot.prices.items()
}
HOSTILE_HOME = replace(
    HOME,
    snapshot=replace(
        HOME.snapshot,
        prices=STALE,
        high_water=2 * HOME.snapshot.value,
        blocked={"ira": "VTI on 2025-06-02: positions 10, lots –, journal 9"},
    ),
    mandate=replace(
        HOME.mandate,
        limits=Limits(turnover_max=D("0.01"), tax_budget=D(1)),
        cash=CashRules(reserve=D(1)),
        trading=TradingRules(minimum_trade=D(10_000)),
    ),
)
HOSTILE_PLAN = planned(
    HOSTILE_HOME,
    """
    side account instrument qty lot     clause         disallowed cost
    sell taxable VTI        20  young   targets.stocks .          50
    sell taxable ITOT       50  loser   targets.stocks 1,000      .
    sell taxable XOM        10  unknown targets.stocks .          .
    buy  ira     VTI        60  .       targets.stocks .          .
    """,
    after=bill("900"),
    parts=(CostParts(drift=500.0), CostParts(drift=499.0, spread=50.0)),
)
every_guard = pytest.mark.parametrize(("name", "plugin"), conform.cases("guards"))


def everything(name, plugin) -> tuple[Finding, ...]:
    guard = conform.example(plugin)
    return guard.check(HOSTILE_PLAN, HOSTILE_HOME.snapshot, HOSTILE_HOME.mandate)


@every_guard
def test_a_guard_is_a_plug_in(name, plugin):
    assert conform.faults("guards", name) == ()
    assert plugin() == configure("guards", name, {})
    assert plugin().name == name


@every_guard
def test_a_plan_without_trades_passes(name, plugin):
    assert plugin().check(planned(HOME), HOME.snapshot, HOME.mandate) == ()


@every_guard
def test_a_plan_that_breaks_every_rule_is_found_out(name, plugin):
    # As given, a reserve would be short without the plan; with plenty of cash nothing forces it.
    unforced = replace(HOSTILE_PLAN, cash_after=dict.fromkeys(HOSTILE_PLAN.cash_after, D(10**6)))
    found = [
        finding
        for plan in (HOSTILE_PLAN, unforced)
        for finding in plugin().check(plan, HOSTILE_HOME.snapshot, HOSTILE_HOME.mandate)
    ]
    assert found, "a guard that never speaks is no guard"
    assert max(finding.severity for finding in found) > Severity.NOTE


@every_guard
def test_findings_name_subject_numbers_remedy_and_clause(name, plugin):
    for finding in everything(name, plugin):
        assert isinstance(finding, Finding)
        assert all((finding.code, finding.subject, finding.message, finding.clause))
        assert finding.severity is Severity.NOTE or all(
            (finding.actual, finding.bound, finding.remedy)
        )
        assert not finding.message.endswith(".")


@every_guard
def test_a_guard_edits_nothing_and_answers_alike(name, plugin):
    plan, snapshot = copy.deepcopy(HOSTILE_PLAN), copy.deepcopy(HOSTILE_HOME.snapshot)
    assert conform.repeats(lambda: everything(name, plugin))
    assert plan == HOSTILE_PLAN
    assert snapshot == HOSTILE_HOME.snapshot


def test_every_guard_has_its_place_in_the_order_and_a_reason():
    assert set(DEFAULT_ORDER) == set(names("guards"))
    assert all(len(reason) > 20 for reason in DEFAULT_ORDER.values())


def test_facts_come_before_prohibitions_and_worth_comes_last():
    order = list(DEFAULT_ORDER)
    assert order[:3] == ["price_age", "open_breaks", "unknown_basis"]
    assert order.index("restricted_list") < order.index("turnover") < order.index("tax_budget")
    assert order[-1] == "benefit"


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("wash_sale", {"tolerance": 0, "tolerance_fraction": 0}),
        ("short_term_gain", {"days": 45, "strictness": "refusal"}),
        ("restricted_list", {"frozen": ["ACME"]}),
        ("benefit", {"multiple": 1.5, "strictness": "approval"}),
    ],
)
def test_a_mandate_can_set_a_guard_up_in_plain_words(name, settings):
    assert configure("guards", name, settings) != configure("guards", name, {})

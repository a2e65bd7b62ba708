"""What every policy promises, over every file of the folder: a new file is a new case."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from trimtab import plugins
from trimtab.model.mandate import CashRules, HarvestRules, Limits, Mandate, WashSaleRules
from trimtab.model.proposals import Action, Proposal, ProposalStatus, ProposedSale
from trimtab.quant.situation import Situation
from trimtab.testing import conform
from trimtab.testing.proposals import cash_after, faults, watch_faults
from trimtab.testing.situations import situation
from trimtab.testing.worlds import world

POLICIES = conform.cases("policies")
every_policy = pytest.mark.parametrize(
    "policy", [plugin() for _, plugin in POLICIES], ids=[name for name, _ in POLICIES]
)

TARGETS = """
    target  weight  instruments  band  split
    stocks  50%     VTI,ITOT     5/25  first
    world   20%     VXUS         5/25  first
    bonds   30%     BND,AGG      5/25  equal
"""

HOME = """
    account     instrument  qty  basis   acquired    price  tags
    joint       VTI         300  20,000  2017-03-04  200    .
    joint       VTI         100  26,000  2021-12-01  200    .
    joint       VXUS        500  32,000  2021-06-01  50     .
    joint       XOM         50   2,500   2020-10-30  100    oil
    joint       cash        3,000
    ira-ann     BND         200  .       .           75     .
    ira-ann     VTI         40   .       2022-09-24  200    .
    roth-bob    AGG         100  .       .           95     .
    .           ITOT        .    .       .           80     .
"""

PLACES = {
    # name: (rules, flows by account, mandate)
    "at rest": ("", {}, Mandate(())),
    "withdrawal": ("", {"joint": -30_000}, Mandate(())),
    "withdrawal from a shelter": ("", {"ira-ann": -5_000}, Mandate(())),
    "deposit": ("", {"joint": 15_000, "roth-bob": 6_000}, Mandate(())),
    "both": ("", {"joint": -20_000, "roth-bob": 6_000}, Mandate(())),
    "reserve": ("", {}, Mandate((), cash=CashRules(reserve=Decimal(10_000)))),
    "never own": ("clause kind tags\nscreen.oil never_own oil", {}, Mandate(())),
    "keep": ("clause kind instruments\nlegacy do_not_sell VTI", {"joint": -20_000}, Mandate(())),
    "turnover": ("", {}, Mandate((), limits=Limits(turnover_max=Decimal("0.05")))),
    "tax budget": ("", {}, Mandate((), limits=Limits(tax_budget=Decimal(500)))),
    "no harvest": ("", {"joint": -20_000}, Mandate((), harvest=HarvestRules(enabled=False))),
    "substitutes": (
        "",
        {},
        Mandate((), wash_sales=WashSaleRules(substitutes={"VXUS": ("ITOT",)})),
    ),
    "impossible": (
        "clause kind instruments accounts\nlegacy do_not_sell VTI,VXUS,XOM joint",
        {"joint": -20_000},
        Mandate(()),
    ),
}


def place(name: str) -> Situation:
    rules, flows, mandate = PLACES[name]
    accounts = "account fractional commission\njoint no 0\nira-ann yes 4.95"
    home = world(HOME, targets=TARGETS, rules=rules, mandate=mandate, accounts=accounts)
    return situation(home, flows=flows)


everywhere = pytest.mark.parametrize("name", PLACES)


@pytest.mark.parametrize("name", plugins.names("policies"))
def test_a_policy_is_a_plug_in_like_any_other(name):
    assert conform.faults("policies", name) == ()


@pytest.mark.parametrize(("name", "plugin"), POLICIES)
def test_a_policy_is_called_what_its_file_is_called(name, plugin):
    assert plugin.name == name


@everywhere
@every_policy
def test_a_proposal_keeps_what_every_policy_promises(policy, name):
    at = place(name)
    assert faults(at, policy.propose(at)) == ()


@everywhere
@every_policy
def test_a_policy_that_says_it_will_not_act_wants_no_more_than_the_duties(policy, name):
    assert watch_faults(policy, place(name)) == ()


@every_policy
@given(
    price=st.integers(150, 260),
    flow=st.sampled_from([0, 0, 5_000, -5_000]),
    day=st.sampled_from(["2022-10-14", "2022-10-03", "2022-07-01", "2022-01-03"]),
    traded=st.sampled_from(["2022-01-03", "2022-07-05", "2022-09-30"]),
)
@examples(30)
def test_what_a_look_says_of_a_day_is_what_the_whole_situation_would(
    policy, price, flow, day, traded
):
    lots = HOME.replace("  200", f"  {price}").replace("2022-09-24", "2021-09-24")
    trade = f"account instrument side on qty amount\njoint VTI buy {traded} 1 100"
    home = world(lots, targets=TARGETS, as_of=day, trades=trade)
    assert watch_faults(policy, situation(home, flows={"joint": float(flow)})) == ()


def test_a_policy_that_acts_where_it_said_it_would_not_is_found():
    class Sleepy:
        name = "sleepy"

        def may_act(self, look):
            return False

        def propose(self, situation):
            sale = ProposedSale(situation.index.lots[0], 1_000.0)
            return Proposal(Action.PARTIAL, ProposalStatus.SOLVED, "it sells", "policy", (sale,))

    (fault,) = watch_faults(Sleepy(), place("at rest"))
    assert fault.startswith("it says that it will not act and wants")


@everywhere
@every_policy
def test_the_same_situation_twice_is_the_same_proposal_twice(policy, name):
    at = place(name)
    assert conform.repeats(lambda: policy.propose(at))
    assert conform.same(policy.propose(at), policy.propose(place(name)))


@every_policy
@pytest.mark.parametrize("name", ["withdrawal", "withdrawal from a shelter", "both", "no harvest"])
def test_a_withdrawal_is_met_whatever_the_policy(policy, name):
    at = place(name)
    proposal = policy.propose(at)
    assert proposal.status is not ProposalStatus.HELD
    assert proposal.sales
    assert all(left >= -0.01 for left in cash_after(at, proposal).values())


@every_policy
def test_what_cannot_be_met_is_an_answer_that_names_the_clauses(policy):
    proposal = policy.propose(place("impossible"))
    assert proposal.status is ProposalStatus.INFEASIBLE
    assert proposal.conflicts
    assert not (proposal.sales or proposal.buys)


@every_policy
def test_a_broken_restriction_is_mended_whatever_the_policy(policy):
    at = place("never own")
    sold = {sale.lot: sale.amount for sale in policy.propose(at).sales}
    assert sold["L4"] == pytest.approx(5_000)


def all_settings() -> Iterator[tuple[str, dict[str, Any]]]:
    """Settings as a mandate's [policy] table gives them, numbers exact."""
    yield "threshold", {"absolute": Decimal("0.03"), "destination": Decimal("0.5")}
    yield "threshold", {"relative": Decimal("0.2"), "destination": "edge"}
    yield "calendar", {"frequency": "weekly"}
    yield "hybrid", {"frequency": "monthly", "absolute": 0.05, "catch_up_days": 3}
    yield "partial", {"fraction": Decimal("0.25"), "frequency": "annual"}
    yield "cost_aware", {"minimum_benefit": 25, "trend_delay": Decimal("0.1")}
    yield "harvest", {"minimum_benefit": 0, "correlation_min": Decimal("0.95")}
    yield "triggered", {"thresholds": {"total_drift": Decimal("0.05")}, "partial_fraction": 0.3}
    yield "hold", {"invest_deposits": False}
    yield "learned", {"model": "band@1", "review_days": 5}
    yield "no_trade_zone", {"review_days": 5, "risk_aversion": Decimal(4)}


@pytest.mark.parametrize(("name", "settings"), all_settings())
def test_a_policy_is_built_from_a_mandates_settings(name, settings):
    at = place("at rest")
    assert faults(at, plugins.configure("policies", name, settings).propose(at)) == ()


@every_policy
@given(
    stocks=st.integers(0, 400),
    bonds=st.integers(0, 400),
    basis=st.integers(20, 250),
    flow=st.integers(-20, 20),
    bought_days_ago=st.sampled_from(["2018-01-02", "2022-03-01", "2022-10-01"]),
)
def test_no_household_makes_a_policy_break_its_promises(
    policy, stocks, bonds, basis, flow, bought_days_ago
):
    home = world(
        f"""
        account  instrument  qty       basis             acquired           price
        joint    VTI         {stocks}  {stocks * basis}  {bought_days_ago}  100
        joint    BND         {bonds}   {bonds * 100}     2019-01-02         100
        joint    VXUS        100       12,000            2021-06-01         100
        roth     AGG         300       .                 .                  100
        joint    cash        100
        .        ITOT        .         .                 .                  80
        """,
        targets=TARGETS,
    )
    value = float(home.snapshot.account_value("joint"))
    at = situation(home, flows={"joint": max(flow * 1_000.0, -0.9 * value)})
    assert faults(at, policy.propose(at)) == ()

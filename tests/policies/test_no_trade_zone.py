"""Inside its zone a household is left alone; outside it goes to the edge and no further."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import examples
from trimtab.model.findings import Finding
from trimtab.model.mandate import CostRules, Mandate, WashSaleRules
from trimtab.model.proposals import Action, ProposalStatus
from trimtab.policies.no_trade_zone import NoTradeZone, household_zone
from trimtab.policies.threshold import Threshold
from trimtab.quant.situation import Situation
from trimtab.testing.proposals import class_weights, faults, traded
from trimtab.testing.situations import estimates_of, situation
from trimtab.testing.worlds import world

TARGETS = """
    target  weight  instruments
    stocks  60%     VTI,ITOT
    bonds   40%     BND
"""
HEAD = "account instrument qty basis acquired price spread\n"
USUAL = NoTradeZone()


def two_funds(stocks: int, basis: int = 100, account: str = "roth", spread: str = "0.003"):
    """$1,000,000, tenths of a percent of it in stocks, bought at a percentage of today's price."""
    bonds = 1_000 - stocks
    lots = (
        f"{account} VTI {10 * stocks} {10 * stocks * basis} 2019-03-04 100 {spread}\n"
        f"{account} BND {10 * bonds} {1000 * bonds} 2019-03-04 100 {spread}\n"
        f". ITOT . . . 100 {spread}"
    )
    return situation(world(HEAD + lots, targets=TARGETS))


def edges(at: Situation, policy: NoTradeZone = USUAL) -> tuple[float, float]:
    """The zone of stocks."""
    zone = household_zone(at, policy.review_days, policy.risk_aversion)
    assert not isinstance(zone, Finding)
    lower, upper = zone.edges()
    return float(lower[0]), float(upper[0])


@pytest.mark.parametrize("stocks", [600, 605, 615, 640, 700, 900, 590, 560, 300])
def test_it_trades_outside_the_zone_and_to_its_edge(stocks):
    at = two_funds(stocks)
    lower, upper = edges(at)
    assert 0.55 < lower < 0.59 < 0.61 < upper < 0.65
    proposal = NoTradeZone().propose(at)
    assert faults(at, proposal) == ()
    assert (proposal.action is not Action.NONE) is not (lower <= stocks / 1000 <= upper)
    if proposal.action is not Action.NONE:
        edge = upper if stocks > 600 else lower
        after = class_weights(at, proposal)
        assert after["stocks"] / sum(after.values()) == pytest.approx(edge, abs=0.0015)


def test_two_classes_have_the_half_width_of_the_cube_root():
    """(3κs²/2q)^⅓ in continuous time, κ the cost of both ways; monthly looks narrow it."""
    at = two_funds(600)
    daily = edges(at, NoTradeZone(review_days=1))
    monthly = edges(at, NoTradeZone(review_days=21))
    zone = household_zone(at, 1, None)
    assert not isinstance(zone, Finding)
    both_ways = float(zone.classes.problem.cost.sum())
    continuous = (1.5 * both_ways * (0.6 * 0.4) ** 2 / 15.0) ** (1 / 3)
    assert (daily[1] - daily[0]) / 2 == pytest.approx(continuous, rel=0.12)
    assert monthly[1] - monthly[0] < daily[1] - daily[0]


@pytest.mark.parametrize(("stocks", "leans"), [(0.12, "down"), (0.03, "nowhere"), (0.0, "up")])
def test_it_leans_against_what_is_expected_to_grow_faster(stocks, leans):
    """A mandate that has returns estimated has its zone moved by their differences, no further."""
    at = two_funds(600)
    mean = {"VTI": stocks, "ITOT": stocks, "BND": 0.03}
    told = replace(at, estimates=replace(at.estimates, mean=mean))
    middle, usual = sum(edges(told)) / 2, sum(edges(at)) / 2
    if leans == "nowhere":
        assert middle == pytest.approx(usual, abs=0.002)
    else:
        assert (middle < usual - 0.002) is (leans == "down")
    shifted = {name: value + 0.05 for name, value in mean.items()}
    assert edges(replace(at, estimates=replace(at.estimates, mean=shifted))) == edges(told)
    partly = replace(at, estimates=replace(at.estimates, mean={"BND": 0.03}))
    assert edges(partly) == edges(at), "what is known of one class alone says nothing"


HARVEST = """
    account  instrument  qty  basis   acquired    price  lot
    taxable  VTI         500  70,000  2019-03-04  100    deep-loss
    taxable  BND         333  30,000  2019-03-04  100    gain
    .        ITOT        .    .       .           100    .
"""
SUBSTITUTE = Mandate((), wash_sales=WashSaleRules(substitutes={"VTI": ("ITOT",)}))


def test_a_loss_is_taken_inside_the_zone_and_outside_it():
    for policy, sold in ((NoTradeZone(), ["deep-loss"]), (NoTradeZone(harvests=False), [])):
        at = situation(world(HARVEST, targets=TARGETS, mandate=SUBSTITUTE))
        proposal = policy.propose(at)
        assert faults(at, proposal) == ()
        assert [sale.lot for sale in proposal.sales] == sold
        assert ("takes losses" in proposal.reason) is bool(sold)
        assert "zone" in proposal.reason


def test_what_would_be_harvested_is_not_bought_to_reach_the_zone():
    """Stocks stand at 40 of 60 %: bonds go, but the purchase may not wash the loss."""
    lots = HARVEST.replace("333  30,000", "750  75,000") + "    roth BND 100 9,000 2019-03-04 100 r"
    at = situation(world(lots, targets=TARGETS, mandate=SUBSTITUTE))
    proposal = NoTradeZone().propose(at)
    assert faults(at, proposal) == ()
    moved = traded(at, proposal)
    assert moved["VTI"] < 0 < moved["ITOT"]
    assert not [buy for buy in proposal.buys if buy.instrument == "VTI"]
    alone = NoTradeZone(harvests=False).propose(at)
    assert [buy.instrument for buy in alone.buys] != []


WIDER = [
    # what is changed                             the zone is
    ({"spread": "0.024"}, NoTradeZone(), 1.5, 2.5),  # eight times the spread: about twice
    ({}, NoTradeZone(risk_aversion=15.0 / 8), 1.5, 2.5),  # an eighth of the aversion
    ({}, NoTradeZone(risk_aversion=15.0 * 8), 0.35, 0.75),
    ({}, NoTradeZone(review_days=63), 0.5, 0.98),
    ({"basis": 20, "account": "taxable"}, NoTradeZone(), 1.5, 6.0),  # 80 % of a sale is gain
    ({"basis": 120, "account": "taxable"}, NoTradeZone(), 0.99, 1.01),  # losses cost nothing
    ({"basis": 20, "account": "ira"}, NoTradeZone(), 0.99, 1.01),  # no tax in there
]


@pytest.mark.parametrize(("changed", "policy", "least", "most"), WIDER)
def test_how_wide_a_zone_is_follows_from_cost_tax_aversion_and_reviews(
    changed, policy, least, most
):
    usual, other = edges(two_funds(600)), edges(two_funds(600, **changed), policy)
    assert least < (other[1] - other[0]) / (usual[1] - usual[0]) < most


def test_its_words_name_the_class_where_it_is_and_its_zone():
    at = two_funds(700)
    lower, upper = edges(at)
    proposal = NoTradeZone().propose(at)
    zone = f"({lower * 100:.1f}–{upper * 100:.1f} %)"
    after = class_weights(at, proposal)["stocks"]
    assert proposal.reason == (
        f"stocks at 70.0 %, above the edge {upper * 100:.1f} % of its no-trade zone {zone}; "
        f"trades take it to {after * 100:.1f} % of the household"
    )
    assert proposal.clause == "targets.stocks"
    inside = NoTradeZone().propose(two_funds(602))
    assert inside.status is ProposalStatus.HELD
    assert inside.reason.startswith("every class is inside the no-trade zone; the nearest")


def test_shares_without_tax_are_sold_first():
    lots = (
        "taxable VTI 3500 100000 2015-03-04 100 0.003\nroth VTI 3500 . . 100 0.003\n"
        "taxable BND 1500 150000 2019-03-04 100 0.003\nroth BND 1500 . . 100 0.003\n"
        ". ITOT . . . 100 0.003"
    )
    at = situation(world(HEAD + lots, targets=TARGETS))
    proposal = NoTradeZone().propose(at)
    assert faults(at, proposal) == ()
    assert proposal.after.tax == pytest.approx(0.0, abs=1.0)
    assert traded(at, proposal)["VTI"] < -50_000


def test_a_substitute_counts_as_the_class_and_is_not_swapped_back():
    lots = "roth ITOT 6000 . . 100 0.003\nroth BND 4000 . . 100 0.003\nroth VTI 1 . . 100 0.003"
    at = situation(world(HEAD + lots, targets=TARGETS))
    assert NoTradeZone().propose(at).action is Action.NONE


def test_what_belongs_to_no_target_is_sold_where_its_risk_is_worth_more_than_its_sale():
    lots = (
        "roth VTI 5000 . . 100 0.003\nroth BND 4000 . . 100 0.003\nroth XOM 1000 . . 100 0.003\n"
        ". ITOT . . . 100 0.003"
    )
    at = situation(world(HEAD + lots, targets=TARGETS))
    proposal = NoTradeZone().propose(at)
    assert faults(at, proposal) == ()
    assert "XOM belongs to no target" in proposal.reason
    assert traded(at, proposal)["XOM"] < -80_000


@pytest.mark.parametrize(("cash", "acts"), [(5_000, False), (50_000, True)])
def test_idle_money_is_invested_beyond_a_percent(cash, acts):
    lots = (
        "roth VTI 6000 . . 100 0.003\nroth BND 4000 . . 100 0.003\n"
        f"roth cash {cash} . . . .\n. ITOT . . . 100 0.003"
    )
    at = situation(world(HEAD + lots, targets=TARGETS))
    proposal = NoTradeZone().propose(at)
    assert faults(at, proposal) == ()
    assert (proposal.action is not Action.NONE) is acts
    if acts:
        assert "lies idle in cash" in proposal.reason
        assert sum(traded(at, proposal).values()) > 0.95 * cash


def spoiled(kind: str) -> Situation:
    """A household of which no zone can be worked out."""
    at = two_funds(700)
    covariance = np.array(at.problem.covariance)
    if kind == "constant prices":
        covariance[:] = 0.0
    elif kind == "the same twice":
        covariance[:] = 0.04
    elif kind == "free trades":
        free = np.zeros_like(at.problem.buy_cost)
        return replace(at, problem=replace(at.problem, buy_cost=free, sell_cost=free, impact=free))
    return replace(at, problem=replace(at.problem, covariance=covariance))


SPOILED = [
    # what is wrong       the finding says
    ("constant prices", "neither ever moved"),
    ("the same twice", "moves exactly as bonds does"),
    ("free trades", "trading costs nothing"),
]


@pytest.mark.parametrize(("kind", "words"), SPOILED)
def test_where_no_zone_can_be_worked_out_the_mandates_bands_decide_and_it_is_said(kind, words):
    at = spoiled(kind)
    proposal, ruled = NoTradeZone().propose(at), Threshold().propose(at)
    (finding,) = proposal.findings
    assert words in finding.message and finding.code == "no_trade_zone"
    assert replace(proposal, findings=()) == ruled or (proposal.sales, proposal.buys) == (
        ruled.sales,
        ruled.buys,
    )


def test_a_risk_that_is_not_known_is_a_finding():
    at = two_funds(700)
    covariance = np.array(at.problem.covariance)
    covariance[0, 0] = np.nan
    zone = household_zone(replace(at, problem=replace(at.problem, covariance=covariance)), 21, None)
    assert isinstance(zone, Finding)
    assert "its risk is not known" in zone.message


ODD_TARGETS = [
    # targets                          the finding says
    ("all 100% VTI", "has 1 target"),
    ("a 100% VTI\nb 0% BND", "wanted is 100.0 %"),
    ("a 0% VTI\nb 100% BND", "wanted is 0.0 %"),
]


@pytest.mark.parametrize(("targets", "words"), ODD_TARGETS)
def test_targets_between_which_nothing_is_weighed_leave_it_to_the_bands(targets, words):
    lots = HEAD + "roth VTI 600 . . 100 0.003\nroth BND 400 . . 100 0.003"
    at = situation(world(lots, targets=f"target weight instruments\n{targets}"))
    proposal = NoTradeZone().propose(at)
    assert faults(at, proposal) == ()
    assert words in proposal.findings[0].message


def test_wanted_cash_is_a_class_of_its_own():
    targets = "target weight instruments\nstocks 60% VTI\nbonds 30% BND"
    rows = "roth VTI 6000 . . 100 0.003\nroth BND 3000 . . 100 0.003\nroth cash 100,000 . . . ."
    zone = household_zone(situation(world(HEAD + rows, targets=targets)), 21, None)
    assert not isinstance(zone, Finding)
    assert zone.classes.names == ("stocks", "bonds", "cash")
    assert zone.classes.problem.target == pytest.approx([0.6, 0.3, 0.1])


@given(
    stocks=st.integers(450, 750),
    volatility=st.floats(0.05, 0.4),
    correlation=st.floats(-0.5, 0.95),
    aversion=st.floats(1.0, 40.0),
)
@examples(40)
def test_the_target_lies_inside_its_own_zone_and_a_trade_ends_no_deeper_than_the_edge(
    stocks, volatility, correlation, aversion
):
    lots = (
        f"roth VTI {10 * stocks} . . 100 0.002\nroth BND {10_000 - 10 * stocks} . . 100 0.001\n"
        ". ITOT . . . 100 0.002"
    )
    home = world(
        HEAD + lots,
        targets=TARGETS,
        mandate=Mandate((), costs=CostRules(drift_aversion=Decimal(str(round(aversion, 6))))),
    )
    known = estimates_of(home, volatility=volatility, correlation=correlation)
    at = situation(home, estimates=known)
    zone = household_zone(at, 21, None)
    assert not isinstance(zone, Finding)
    lower, upper = zone.edges()
    assert (lower <= zone.classes.problem.target).all()
    assert (zone.classes.problem.target <= upper).all()
    proposal = NoTradeZone().propose(at)
    assert faults(at, proposal) == ()
    if proposal.action is not Action.NONE:
        after = class_weights(at, proposal)
        weights = np.array(list(after.values())) / sum(after.values())
        ratio = zone.place_of(weights).ratio
        assert 0.8 < ratio < 1.1 or abs(weights[0] - stocks / 1000) < 0.002


REFUSED = [
    ({"review_days": 0}, "review_days is 0; it must be from 1 to 504"),
    ({"review_days": 1000}, "it must be from 1 to 504"),
    ({"risk_aversion": 0.0}, "risk_aversion is 0.0; it must be above 0"),
]


@pytest.mark.parametrize(("given_settings", "words"), REFUSED)
def test_settings_that_make_no_sense_are_refused(given_settings, words):
    with pytest.raises(ValueError, match=words):
        NoTradeZone(**given_settings)

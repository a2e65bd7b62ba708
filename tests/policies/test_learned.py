"""A learned zone decides as the rule's would, near it, and only where its model may be trusted."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from tests.policies.learned_models import (
    ANYTHING,
    Failing,
    HandMade,
    Nonsense,
    NotANumber,
    in_use,
)
from trimtab.model.findings import Finding, Severity
from trimtab.model.proposals import Action
from trimtab.policies._learned_region import CENTRE_MAX, WIDTH_RATIO_MAX, bounded, learned_zone
from trimtab.policies.learned import Learned
from trimtab.policies.no_trade_zone import NoTradeZone, household_zone
from trimtab.quant.control.no_trade_region import NoTradeRegion
from trimtab.quant.learned.models import RegionModel
from trimtab.testing.proposals import faults
from trimtab.testing.situations import situation
from trimtab.testing.worlds import world


def household(stocks: float, spread: str = "0.001", bond: str = "BND"):
    """$100,000, wanted 60/40, in percent of stocks; nothing gained or lost yet."""
    bonds = 100 - stocks
    return situation(
        world(
            f"""
            account  instrument  qty       basis         acquired    price  spread
            roth     VTI         {stocks}  {stocks}000   2019-03-04  1000   {spread}
            roth     {bond}      {bonds}   {bonds}000    2019-03-04  1000   {spread}
            """,
            targets=f"""
            target  weight  instruments
            stocks  60%     VTI
            bonds   40%     {bond}
            """,
        )
    )


def taxed(stocks: float, basis: float):
    """The same in a taxable account; what the stocks cost is a part of what they are worth."""
    bonds = 100 - stocks
    return situation(
        world(
            f"""
            account  instrument  qty       basis                      acquired    price  spread
            taxable  VTI         {stocks}  {stocks * 1000 * basis}    2019-03-04  1000   0.001
            taxable  BND         {bonds}   {bonds * 1000}             2019-03-04  1000   0.001
            """,
            targets="""
            target  weight  instruments
            stocks  60%     VTI
            bonds   40%     BND
            """,
        )
    )


def going_along(wider: float = 1.2) -> RegionModel:
    """Learned beside the rule's zone: so many times as wide, whatever gains there are."""
    root = np.eye(2) / np.sqrt(wider)
    centre, metric, moved = np.array([0.6, 0.4]), np.eye(2), np.zeros(2)
    return RegionModel("band", centre, metric, 0.0, ANYTHING, root=root, moved=moved)


def seller_pays(deferral: float) -> RegionModel:
    """Trained with gains: the zone of costs alone, in whose world sellers pay all tax."""
    return replace(going_along(1.0), deferral=deferral)


def edge() -> float:
    """The upper edge of the rule's zone for stocks, in percent."""
    zone = household_zone(household(60), 21, None)
    return float(zone.edges()[1][0]) * 100.0


def learned(model, **about) -> Learned:
    return Learned("band", in_use=in_use(model, **about))


def codes(proposal) -> tuple[str, ...]:
    return tuple(finding.code for finding in proposal.findings)


def test_a_model_that_says_what_the_rule_says_decides_as_the_rule_does():
    for stocks in (50, 58, 60, 62, 66, 75):
        at = household(stocks)
        ours, rules = learned(HandMade()).propose(at), NoTradeZone().propose(at)
        assert (ours.sales, ours.buys, ours.findings) == (rules.sales, rules.buys, ())


def test_a_wider_zone_waits_where_the_rule_trades():
    beyond = household(round(edge() * 1.02, 2))
    assert NoTradeZone().propose(beyond).action is not Action.NONE
    assert learned(HandMade(wider=1.9)).propose(beyond).action is Action.NONE


def test_a_narrower_zone_trades_where_the_rule_waits():
    within = household(round(60 + 0.8 * (edge() - 60), 2))
    assert NoTradeZone().propose(within).action is Action.NONE
    proposal = learned(HandMade(wider=0.55)).propose(within)
    assert proposal.action is not Action.NONE
    assert faults(within, proposal) == ()


THE_RULE_DECIDES = [
    # (what is wrong with the model, the policy, the finding, words of it)
    ("no model was loaded", Learned("band"), "model_missing", "no model was loaded"),
    ("no model is named", Learned(), "model_missing", "no model is named"),
    (
        "it learned long ago",
        learned(HandMade(), trained_until=date(2021, 1, 1)),
        "model_stale",
        "it is stale: what it learned is 651 days old",
    ),
    (
        "an instrument it never saw",
        learned(HandMade(), instruments=("VTI", "VXUS")),
        "model_unseen_instrument",
        "BND was never seen in its training",
    ),
    (
        "a feature outside its training",
        learned(HandMade(least=-1.0)),
        "model_out_of_range",
        "which its training has not seen",
    ),
    ("it raises", learned(Failing()), "model_failed", "a layer has another shape"),
    ("it answers None", learned(Nonsense()), "model_failed", "NoneType"),
    ("it answers NaN", learned(NotANumber()), "model_failed", "metric is not a number everywhere"),
    (
        "it knows other classes",
        learned(Nonsense(answer=NoTradeRegion(np.full(3, 1 / 3), np.eye(3), np.full(3, 0.001)))),
        "model_failed",
        "it is of 3 classes, the household has 2",
    ),
    (
        "the application has its doubts",
        Learned(
            "band",
            in_use=in_use(HandMade(wider=1.9)),
            doubts=(Finding("model_drifting", Severity.WARNING, "model band@1", "volatility"),),
        ),
        "model_drifting",
        "volatility",
    ),
]


@pytest.mark.parametrize(
    ("policy", "code", "words"),
    [r[1:] for r in THE_RULE_DECIDES],
    ids=[r[0] for r in THE_RULE_DECIDES],
)
@pytest.mark.parametrize("stocks", [60, 75])
def test_the_rule_decides_where_the_model_cannot_be_trusted(policy, code, words, stocks):
    at = household(stocks)
    proposal, ruled = policy.propose(at), NoTradeZone().propose(at)
    assert (proposal.action, proposal.sales, proposal.buys) == (
        ruled.action,
        ruled.sales,
        ruled.buys,
    )
    (finding,) = proposal.findings
    assert finding.code == code and finding.severity is Severity.WARNING
    assert words in finding.message and finding.message.endswith("the rule decides")


def test_a_zone_far_from_the_rules_is_drawn_back_and_said():
    far = learned(HandMade(wider=10.0)).propose(household(75))
    assert codes(far) == ("model_clipped",)
    assert "10.00 times as wide as the rule's" in far.findings[0].message
    at_most = learned(HandMade(wider=WIDTH_RATIO_MAX)).propose(household(75))
    assert codes(at_most) == ()
    amounts = [sale.amount for sale in far.sales]
    assert amounts == pytest.approx([sale.amount for sale in at_most.sales], rel=1e-3)


@pytest.mark.parametrize("wider", [0.01, 0.4, 0.5, 1.0, 2.0, 2.5, 100.0])
@pytest.mark.parametrize("move", [-0.3, -0.01, 0.0, 0.01, 0.3])
def test_whatever_a_model_says_its_zone_stays_near_the_rules(wider, move):
    rule = household_zone(household(60), 21, None).region
    moved = np.array([move, -move])
    kept, share = bounded(rule, NoTradeRegion(rule.centre + moved, rule.metric / wider, rule.cost))
    ratio = kept.half_widths()[1] / rule.half_widths()[1]
    assert (ratio <= WIDTH_RATIO_MAX * 1.001).all() and (ratio >= 0.999 / WIDTH_RATIO_MAX).all()
    away = np.abs(kept.centre - rule.centre)
    assert (away <= CENTRE_MAX * rule.half_widths()[1] * 1.001).all()
    assert 0.0 <= share <= 1.0


def test_a_model_that_knows_the_future_says_so():
    proposal = learned(HandMade(), trained_until=date(2023, 1, 1)).propose(household(60))
    assert codes(proposal) == ("model_hindsight",)
    assert proposal.findings[0].severity is Severity.NOTE


COSTLESS = [("free trading", household(66, spread="0"))]


@pytest.mark.parametrize(("at"), [c[1] for c in COSTLESS], ids=[c[0] for c in COSTLESS])
def test_where_there_is_no_zone_the_rule_says_why(at):
    ours, rules = learned(HandMade()).propose(at), NoTradeZone().propose(at)
    assert ours == rules
    assert codes(ours) == ("no_trade_zone",)


def sold(proposal) -> float:
    return sum(sale.amount for sale in proposal.sales)


@pytest.mark.parametrize(
    "model", [going_along(), seller_pays(0.5), seller_pays(0.3)], ids=["along", "half", "less"]
)
def test_a_household_with_large_gains_trades_less_under_a_learned_policy(model):
    amounts = []
    for basis in (1.0, 0.8, 0.5, 0.1):
        at = taxed(75, basis)
        proposal = learned(model).propose(at)
        assert codes(proposal) in ((), ("model_clipped",)), "the model decides, not the rule"
        assert faults(at, proposal) == ()
        amounts.append(sold(proposal))
    assert amounts[0] > amounts[1] > amounts[2] > amounts[3]


def test_a_model_that_waits_only_while_gains_are_large_waits_for_them():
    rules_edge = 100.0 * float(household_zone(taxed(75, 1.0), 21, None).edges()[1][0])
    beyond = 60.0 + 1.6 * (rules_edge - 60.0)  # beyond the model's as well
    free, gained = taxed(round(beyond, 2), 1.0), taxed(round(beyond, 2), 0.3)
    assert learned(going_along()).propose(free).action is not Action.NONE
    assert learned(going_along()).propose(gained).action is Action.NONE


def test_half_of_the_tax_each_way_is_how_the_rules_zone_counts_it():
    """Deferring half of the tax is paying half of it each way: the zone is the rule's own kind."""
    rule = household_zone(taxed(75, 0.3), 21, None)
    zone, findings = learned_zone(rule, in_use(seller_pays(0.5)))
    assert findings == () or findings[0].code == "model_clipped"
    assert zone is not None
    assert zone.region.cost == pytest.approx(rule.region.cost)
    other, _ = learned_zone(rule, in_use(seller_pays(0.1)))
    assert other is not None  # who defers less buys sooner and sells later: centred higher
    assert other.region.centre[0] > zone.region.centre[0]

"""A model that listens decides by what it is told, or the rule does and a finding says why."""

from dataclasses import replace

import pytest

from tests.policies.learned_models import HandMade, in_use, listener
from tests.policies.test_learned import codes, edge, household, learned, taxed
from trimtab.model.estimates import HeardMarket
from trimtab.model.proposals import Action
from trimtab.policies._learned_region import learned_zone
from trimtab.policies._listening import heard_words
from trimtab.policies.no_trade_zone import NoTradeZone, household_zone

CALM = HeardMarket(-0.2, -0.2, 0.0, 755)
STORM = HeardMarket(0.7, 0.4, 0.3, 755, (1.0, 2.7), 1)


def told(situation, heard):
    return replace(situation, estimates=replace(situation.estimates, heard=heard))


def test_what_is_heard_moves_the_zone():
    rule = household_zone(household(60), 21, None)
    widths = []
    for heard in (CALM, STORM):
        zone, findings = learned_zone(rule, in_use(listener()), heard)
        assert zone is not None and findings == ()
        widths.append(float(zone.region.half_widths()[1][0]))
    assert widths[1] > 1.3 * widths[0]


def test_the_same_household_waits_in_a_storm_and_trades_in_calm():
    at = household(round(edge() * 1.005, 2))
    calm, storm = (learned(listener()).propose(told(at, heard)) for heard in (CALM, STORM))
    assert calm.action is not Action.NONE
    assert storm.action is Action.NONE


def test_the_reason_names_the_signals():
    reason = learned(listener()).propose(told(household(60), STORM)).reason
    assert "a storm 70 points more likely than usual" in reason
    assert "volatility 1.49 times the usual, trading 1.35 times as dear as usual" in reason


def test_a_cost_that_nobody_knows_is_said_to_count_as_usual():
    assert heard_words(CALM).endswith(
        "trading counted at its usual cost, as no recent orders are known"
    )


def test_a_model_that_does_not_listen_says_nothing_of_the_market():
    proposal = learned(HandMade()).propose(told(household(60), STORM))
    assert "heard of the market" not in proposal.reason


@pytest.mark.parametrize(
    ("at", "heard", "code", "words"),
    [
        (household(75), None, "model_unheard", "of which nothing could be heard"),
        (taxed(75, 0.5), STORM, "model_taxed", "selling stocks is taxed with"),
        (
            household(75),
            replace(STORM, storm_excess=0.9),
            "model_out_of_range",
            "storm excess of stocks is 0.9, which its training has not seen",
        ),
    ],
    ids=["nothing is heard", "a sale is taxed", "a storm beyond all of its training"],
)
def test_the_rule_decides_where_a_model_may_not_listen(at, heard, code, words):
    situation = told(at, heard)
    proposal = learned(listener(loudest=0.8)).propose(situation)
    ruled = NoTradeZone().propose(situation)
    assert (proposal.sales, proposal.buys, proposal.reason) == (
        ruled.sales,
        ruled.buys,
        ruled.reason,
    )
    assert codes(proposal) == (code,)
    (finding,) = proposal.findings
    assert words in finding.message and finding.message.endswith("the rule decides")


def test_a_household_that_could_be_taxed_but_has_no_gain_is_decided_by_the_model():
    proposal = learned(listener()).propose(told(taxed(75, 1.0), STORM))
    assert codes(proposal) == ()

"""Losses are taken, substitutes stand in, and nothing else changes much."""

from dataclasses import replace

import pytest

from trimtab.model.mandate import HarvestRules, Mandate, WashSaleRules
from trimtab.model.proposals import Action
from trimtab.policies.harvest import Harvest
from trimtab.testing.proposals import class_weights, faults, traded, trades
from trimtab.testing.situations import situation
from trimtab.testing.worlds import world

TARGETS = """
    target  weight  instruments
    stocks  60%     VTI
    bonds   40%     BND
"""
RULES = Mandate((), wash_sales=WashSaleRules(substitutes={"VTI": ("ITOT",)}))
HEAD = "account instrument qty basis acquired price lot group\n"
PRICES = "\n. VTI . . . 100 . .\n. ITOT . . . 100 . .\n. BND . . . 100 . ."


def household(
    lots: str,
    *,
    mandate: Mandate = RULES,
    flows: dict[str, float] | None = None,
    rules: str = "",
    trades: str = "",
):
    place = world(
        HEAD + lots + PRICES, targets=TARGETS, mandate=mandate, rules=rules, trades=trades
    )
    return situation(place, flows=flows)


HOME = """
taxable  VTI  500  70,000  2019-03-04  100  deep-loss
taxable  VTI  200  20,100  2020-03-04  100  small-loss
taxable  BND  300  20,000  2019-03-04  100  gain
"""


def test_the_loss_that_passes_is_sold_and_its_substitute_bought():
    at = household(HOME)
    proposal = Harvest().propose(at)
    assert faults(at, proposal) == ()
    assert [sale.lot for sale in proposal.sales] == ["deep-loss"]
    assert traded(at, proposal) == pytest.approx({"VTI": -50_000, "ITOT": 50_000}, rel=0.01)
    assert proposal.after.tax == pytest.approx(-20_000 * 0.15)
    assert "in 1 lot, which saves $3,000 of tax" in proposal.reason
    assert (proposal.clause, proposal.action) == ("harvest", Action.PARTIAL)


def test_drift_stays_what_it_was():
    at = household(HOME)  # stocks stand at 70 % of a wanted 60 %
    after = class_weights(at, Harvest().propose(at))
    assert after == pytest.approx({"stocks": 0.70, "bonds": 0.30}, abs=0.005)


WAITS = [
    # why nothing is done                  lots                                          says
    ("no loss at all", "taxable VTI 500 30,000 2019-03-04 100 . .", "no lot in a taxable account"),
    ("only in a shelter", "roth VTI 500 90,000 2019-03-04 100 . .", "no lot in a taxable account"),
    ("too small", "taxable VTI 500 50,150 2019-03-04 100 . .", "the largest is $150"),
    ("too shallow", "taxable VTI 500 51,000 2019-03-04 100 . .", "2.0 % of basis"),
    ("too recent", "taxable VTI 500 70,000 2022-10-01 100 . .", "30 days held"),
    ("no substitute", "taxable BND 500 70,000 2019-03-04 100 . .", "nothing may be bought"),
]


@pytest.mark.parametrize(("why", "lots", "says"), WAITS, ids=[row[0] for row in WAITS])
def test_it_waits_and_says_why(why, lots, says):
    at = household(lots)
    proposal = Harvest().propose(at)
    assert faults(at, proposal) == ()
    assert proposal.action is Action.NONE
    assert says in proposal.reason


NO_SUBSTITUTE = [
    # the substitute may not be bought              because
    ({"rules": "clause kind instruments\nscreen never_own ITOT"}, "the mandate screens it"),
    (
        {
            "trades": "account instrument side on qty amount gain term\n"
            "roth ITOT sell 2022-10-01 10 1000 . .\n"
            "taxable ITOT sell 2022-10-01 10 1000 -500 long"
        },
        "a loss in it was taken two weeks ago",
    ),
]


@pytest.mark.parametrize(("bars", "why"), NO_SUBSTITUTE, ids=[why for _, why in NO_SUBSTITUTE])
def test_without_a_substitute_that_may_be_bought_a_loss_is_left_alone(bars, why):
    at = household(HOME, **bars)
    assert Harvest(correlation_min=0.99).propose(at).action is Action.NONE


def test_the_same_thing_under_another_name_is_never_bought():
    same = HOME.replace("deep-loss", "deep-loss us").replace("small-loss", "small-loss us")
    place = world(
        HEAD + same + "\n. ITOT . . . 100 . us\n. SPY . . . 100 . .",
        targets=TARGETS.replace("VTI", "VTI,SPY"),
        mandate=RULES,
    )
    at = situation(place)
    moved = traded(at, Harvest().propose(at))
    assert "ITOT" not in moved
    assert moved["SPY"] == pytest.approx(50_000, rel=0.01)


COVERED = [
    # bought lately, where                    part of the loss of 500 units that counts
    ("roth-ann VTI 40  . 2022-10-01 100 . .", 460),
    ("roth-ann VTI 50  . 2022-10-01 100 . .", 450),  # a tenth
    ("roth-ann VTI 51  . 2022-10-01 100 . .", 0),  # more is left alone until it is free
    ("roth-ann VTI 200 . 2022-09-14 100 . .", 0),  # day 30
    ("roth-ann VTI 200 . 2022-09-13 100 . .", 500),  # day 31
]


@pytest.mark.parametrize(("purchase", "counts"), COVERED)
def test_purchases_of_the_last_thirty_days_in_any_account_cover_as_many_units(purchase, counts):
    at = household("taxable VTI 500 70,000 2019-03-04 100 . .\n" + purchase)
    proposal = Harvest().propose(at)
    assert faults(at, proposal) == ()
    assert proposal.after.tax == pytest.approx(-counts * 40 * 0.15, rel=0.01)
    if not counts:
        assert "purchases of the last 30 days would wash them" in proposal.reason


def test_what_was_sold_is_bought_nowhere_in_the_household():
    at = household(HOME + "roth cash 20,000 . . . . .")
    bought = {name for (_, name), amount in trades(at, Harvest().propose(at)).items() if amount > 0}
    assert bought == {"ITOT"}


def test_the_mandate_may_switch_it_off():
    off = replace(RULES, harvest=HarvestRules(enabled=False))
    proposal = Harvest().propose(household(HOME, mandate=off))
    assert proposal.action is Action.NONE
    assert proposal.reason == "the mandate switches harvesting off"


def test_a_withdrawal_comes_first():
    at = household(HOME, flows={"taxable": -10_000})
    proposal = Harvest().propose(at)
    assert faults(at, proposal) == ()
    assert proposal.clause == "flows"
    assert "pays out $10,000" in proposal.reason
    assert traded(at, proposal)["VTI"] == pytest.approx(-50_000, abs=10)


def test_losses_beyond_a_withdrawal_are_taken_with_it_and_none_is_bought_back():
    at = household(HOME, flows={"taxable": -10_000})
    proposal = Harvest().propose(at)
    assert traded(at, proposal)["ITOT"] == pytest.approx(40_000, rel=0.01)
    assert proposal.after.tax == pytest.approx(-20_000 * 0.15)
    assert "save" in proposal.reason


def test_a_withdrawal_is_met_alone_where_no_other_loss_is_worth_taking():
    at = household(HOME, mandate=Mandate(()), flows={"taxable": -10_000})
    proposal = Harvest().propose(at)
    assert proposal.buys == ()
    assert traded(at, proposal) == pytest.approx({"VTI": -10_000}, abs=10)
    assert "nothing may be bought in their place" in proposal.reason


def test_a_gain_too_small_for_the_asked_benefit_waits():
    proposal = Harvest(minimum_benefit=5_000.0).propose(household(HOME))
    assert proposal.action is Action.NONE
    assert "asked are $5,000" in proposal.reason


REFUSED = [
    ({"minimum_benefit": -1.0}, "minimum_benefit is -1"),
    ({"risk_aversion": -1.0}, "risk_aversion is -1"),
    ({"correlation_min": 1.5}, "between 0 and 1"),
]


@pytest.mark.parametrize(("settings", "message"), REFUSED)
def test_settings_without_sense_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        Harvest(**settings)

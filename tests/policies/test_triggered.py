"""The most urgent trigger decides how far to go."""

import pytest

from trimtab.model.mandate import Mandate, TradingRules
from trimtab.model.proposals import Action
from trimtab.policies.triggered import Triggered
from trimtab.quant.triggers import TriggerThresholds
from trimtab.testing.proposals import class_weights, faults, traded
from trimtab.testing.situations import situation
from trimtab.testing.worlds import world

TARGETS = """
    target  weight  instruments  band
    stocks  60%     VTI          5%
    bonds   40%     BND          5%
"""


def household(stocks: int):
    return situation(
        world(
            f"""
            account  instrument  qty             basis   acquired    price
            taxable  VTI         {stocks}        50,000  2019-03-04  1000
            taxable  BND         {100 - stocks}  30,000  2019-03-04  1000
            """,
            targets=TARGETS,
        )
    )


GRADES = [
    # stocks  action            stocks after
    (60, Action.NONE, 0.60),
    (64, Action.NONE, 0.64),
    (66, Action.PARTIAL, 0.63),  # out of its band: half-way
    (71, Action.FULL, 0.60),  # twice its band: to target
    (76, Action.IMMEDIATE, 0.60),  # a crisis drift
]


@pytest.mark.parametrize(("stocks", "action", "after"), GRADES)
def test_it_goes_as_far_as_the_trigger_asks(stocks, action, after):
    at = household(stocks)
    proposal = Triggered().propose(at)
    assert faults(at, proposal) == ()
    assert proposal.action is action
    assert class_weights(at, proposal)["stocks"] == pytest.approx(after, abs=1e-3)


def test_it_says_which_trigger_fired_with_both_numbers():
    proposal = Triggered().propose(household(76))
    assert proposal.reason.startswith(
        "crisis drift of stocks is 16.0 points, threshold 15.0 points: immediate rebalance"
    )
    assert proposal.clause == "targets.stocks"
    assert Triggered().propose(household(62)).reason == "no trigger fired"


def test_a_trigger_of_the_whole_household_cites_the_targets():
    policy = Triggered(TriggerThresholds(single_drift=1.0, total_drift=0.02, tracking_error=None))
    proposal = policy.propose(household(63))
    assert proposal.clause == "targets"
    assert "drift of the whole of household is 3.0 points, threshold 2.0 points" in proposal.reason


def immediate(harvest_loss: bool):
    """Stocks far over target; bonds stand at a loss and have a substitute."""
    basis = "60,000" if harvest_loss else "20,000"
    return situation(
        world(
            f"""
            account  instrument  qty  basis    acquired    price
            taxable  VTI         80   70,000   2019-03-04  1000
            taxable  BND         20   {basis}  2019-03-04  1000
            .        AGG         .    .        .           1000
            """,
            targets=TARGETS.replace("BND ", "BND,AGG"),
            mandate=Mandate((), trading=TradingRules()),
        )
    )


def test_with_everything_it_takes_losses_on_the_way():
    at = immediate(harvest_loss=True)
    moved = traded(at, Triggered().propose(at))
    assert moved["BND"] == pytest.approx(-20_000, abs=1)
    assert moved["AGG"] == pytest.approx(40_000, abs=60)


def test_without_losses_there_are_none_to_take():
    at = immediate(harvest_loss=False)
    assert set(traded(at, Triggered().propose(at))) <= {"VTI", "BND", "AGG"}
    assert all(sale.lot == "L1" for sale in Triggered().propose(at).sales)


def test_a_fraction_without_sense_is_refused():
    with pytest.raises(ValueError, match="partial_fraction is 0"):
        Triggered(partial_fraction=0.0)


def test_even_with_everything_the_mandates_least_trade_holds():
    home = world(
        """
        account  instrument  qty  basis  acquired    price
        joint    VTI         1    100    2017-03-04  200
        joint    cash        5
        .        BND         .    .      .           75
        """,
        targets="target weight instruments\nstocks 50% VTI\nbonds 50% BND",
    )
    assert home.mandate.trading.minimum_trade == 100
    proposal = Triggered().propose(situation(home))
    assert "immediate" in proposal.reason
    assert [sale.amount for sale in proposal.sales] == [pytest.approx(100)]  # 97.50 is on target
    assert all(buy.amount >= 100 for buy in proposal.buys)

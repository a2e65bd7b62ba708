"""It meets what must be met, and never rebalances."""

from dataclasses import replace

import numpy as np
import pytest

from trimtab.model.proposals import Action
from trimtab.policies.hold import Hold
from trimtab.testing.proposals import faults, trades
from trimtab.testing.situations import situation
from trimtab.testing.worlds import world

HOME = world(
    """
    account  instrument  qty  basis   acquired    price
    taxable  VTI         900  40,000  2019-03-04  100
    taxable  BND         100  9,000   2019-03-04  100
    """,
    targets="""
    target  weight  instruments
    stocks  60%     VTI
    bonds   40%     BND
    """,
)

CASES = [
    # invest deposits  flow      trades
    (True, 0, {}),
    (True, 5_000, {("taxable", "BND"): 5_000}),
    (False, 5_000, {}),
    (True, -5_000, {("taxable", "BND"): -5_000}),  # the least taxed, whatever the drift
    (False, -5_000, {("taxable", "BND"): -5_000}),
]


@pytest.mark.parametrize(("invest", "flow", "done"), CASES)
def test_only_flows_move_it(invest, flow, done):
    at = situation(HOME, flows={"taxable": flow})
    proposal = Hold(invest_deposits=invest).propose(at)
    assert faults(at, proposal) == ()
    assert trades(at, proposal) == pytest.approx(done, abs=10)
    assert (proposal.action is Action.NONE) is not done or done


def test_what_is_dear_to_hold_in_taxable_accounts_is_underweight_all_the_same():
    at = situation(HOME, flows={"taxable": 5_000})
    drag = np.array([0.0, 0.01])  # a year, on bonds: their interest
    at = replace(at, problem=replace(at.problem, location_cost=drag))
    assert at.index.positions == (("taxable", "VTI"), ("taxable", "BND"))
    proposal = Hold().propose(at)
    assert trades(at, proposal) == pytest.approx({("taxable", "BND"): 5_000}, abs=10)


def test_holding_states_what_the_drift_costs():
    proposal = Hold().propose(situation(HOME))
    assert proposal.reason == "this policy never rebalances"
    assert proposal.before == proposal.after
    assert proposal.before.drift > 0.0

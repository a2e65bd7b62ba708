"""Money that is due comes from the lots of least tax, although a rule wants to rebalance."""

import pytest

from trimtab.model.proposals import Proposal
from trimtab.policies.calendar import Calendar
from trimtab.policies.partial import Partial
from trimtab.policies.threshold import Threshold
from trimtab.policies.triggered import Triggered
from trimtab.quant.situation import Situation
from trimtab.testing.proposals import class_weights, faults
from trimtab.testing.situations import situation
from trimtab.testing.worlds import world

RULES = [Threshold(), Calendar(), Partial(), Triggered()]

LOTS = """
account  instrument  qty  basis   acquired    price  lot
taxable  XOM         100  5,500   2021-10-20  100    near
taxable  XOM         100  3,000   2019-03-04  100    old
taxable  JPM         150  26,000  2021-11-15  100    loss
taxable  BND         350  33,000  2019-03-04  100    bonds
ira      BND         200  .       .           100    ira.bonds
ira      BAC         100  .       .           100    ira.bank
"""  # 100,000 on 14 October 2022, 8,000 of it due; `near` is long-term in a week
TARGETS = """
target  weight  instruments  split
energy  10%     XOM          first
banks   30%     JPM,BAC      held
bonds   60%     BND          first
"""


def sold(proposal: Proposal) -> dict[str, float]:
    return {sale.lot: sale.amount for sale in proposal.sales}


def at(due: int) -> Situation:
    return situation(world(LOTS, targets=TARGETS), flows={"taxable": -due} if due else None)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_losses_pay_first_whatever_the_rule(rule):
    place = at(8_000)
    proposal = rule.propose(place)
    assert faults(place, proposal) == ()
    assert sold(proposal)["loss"] >= 8_000
    assert proposal.after.tax < 0


def test_the_rule_still_goes_to_its_target():
    place = at(8_000)
    weights = class_weights(place, Threshold().propose(place))
    assert weights["energy"] == pytest.approx(0.10, abs=0.005)


def test_without_money_due_losses_stay_that_nobody_asked_for():
    assert "loss" not in sold(Threshold().propose(at(0)))

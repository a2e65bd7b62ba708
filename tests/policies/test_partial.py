"""A part of the way at each due session."""

import pytest

from trimtab.model.proposals import Action
from trimtab.policies._schedule import Frequency
from trimtab.policies.partial import Partial
from trimtab.testing.proposals import class_weights, faults, traded
from trimtab.testing.situations import situation
from trimtab.testing.worlds import world

TARGETS = """
    target  weight  instruments
    stocks  60%     VTI
    bonds   40%     BND
"""


def household(lots: str, as_of: str = "2022-10-03", last_trade: str = "2022-06-01"):
    return situation(
        world(
            "account instrument qty basis acquired price\n" + lots,
            targets=TARGETS,
            as_of=as_of,
            trades=f"account instrument side on qty amount\ntaxable VTI buy {last_trade} 1 1000",
        )
    )


DRIFTED = "taxable VTI 80 40,000 2019-03-04 1000\ntaxable BND 20 20,000 2019-03-04 1000"

PARTS = [
    # fraction  stocks after, from 80 % to a target of 60 %
    (0.25, 0.75),
    (0.50, 0.70),
    (1.00, 0.60),
]


@pytest.mark.parametrize(("fraction", "stocks"), PARTS)
def test_it_closes_the_fraction_of_the_drift(fraction, stocks):
    at = household(DRIFTED)
    proposal = Partial(fraction).propose(at)
    assert faults(at, proposal) == ()
    assert class_weights(at, proposal)["stocks"] == pytest.approx(stocks, abs=1e-3)
    assert proposal.action is (Action.FULL if fraction == 1.0 else Action.PARTIAL)


def test_what_belongs_to_no_target_goes_by_the_same_fraction():
    at = household(
        "taxable VTI 48 40,000 2019-03-04 1000\n"
        "taxable BND 32 20,000 2019-03-04 1000\n"
        "taxable GME 20 20,000 2019-03-04 1000"
    )
    moved = traded(at, Partial(0.5).propose(at))
    assert moved["GME"] == pytest.approx(-10_000, abs=30)
    assert moved["VTI"] == pytest.approx(6_000, abs=30)
    assert moved["BND"] == pytest.approx(4_000, abs=30)


WHEN = [
    # as of         last trade    acts (quarterly: 3 October, 3 January)
    ("2022-10-03", "2022-09-30", True),
    ("2022-11-15", "2022-10-03", False),
    ("2023-01-03", "2022-10-03", True),
]


@pytest.mark.parametrize(("as_of", "last", "acts"), WHEN)
def test_it_moves_once_a_period(as_of, last, acts):
    proposal = Partial(frequency=Frequency.QUARTERLY).propose(household(DRIFTED, as_of, last))
    assert (proposal.action is Action.PARTIAL) is acts


@pytest.mark.parametrize("fraction", [0.0, -0.1, 1.1])
def test_a_fraction_without_sense_is_refused(fraction):
    with pytest.raises(ValueError, match="above 0 and at most 1"):
        Partial(fraction)

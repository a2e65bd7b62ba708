"""It looks on its calendar and acts on a breach: both are needed."""

from decimal import Decimal

import pytest

from trimtab.model.proposals import Action
from trimtab.policies._schedule import Frequency
from trimtab.policies.hybrid import Hybrid
from trimtab.testing.proposals import class_weights, faults
from trimtab.testing.situations import situation
from trimtab.testing.worlds import world


def household(as_of: str, stocks: int, last_trade: str = "2022-06-01"):
    return situation(
        world(
            f"""
            account  instrument  qty             basis   acquired    price
            taxable  VTI         {stocks}        40,000  2019-03-04  1000
            taxable  BND         {100 - stocks}  30,000  2019-03-04  1000
            """,
            targets="""
            target  weight  instruments  band
            stocks  60%     VTI          5%
            bonds   40%     BND          5%
            """,
            as_of=as_of,
            trades=f"account instrument side on qty amount\ntaxable VTI buy {last_trade} 1 1000",
        )
    )


LOOKS = [
    # as of         stocks  last trade    acts (monthly: 3 October, 1 November; band 5 points)
    ("2022-10-03", 66, "2022-06-01", True),
    ("2022-10-03", 64, "2022-06-01", False),  # a look, but no breach
    ("2022-10-07", 66, "2022-06-01", True),  # within the week in which a look is made up
    ("2022-10-10", 66, "2022-06-01", True),
    ("2022-10-11", 66, "2022-06-01", False),  # a breach, but no look until November
    ("2022-10-07", 66, "2022-10-05", False),  # the look was used
    ("2022-11-01", 66, "2022-10-05", True),
]


@pytest.mark.parametrize(("as_of", "stocks", "last", "acts"), LOOKS)
def test_it_acts_on_a_breach_at_a_look(as_of, stocks, last, acts):
    at = household(as_of, stocks, last)
    proposal = Hybrid(Frequency.MONTHLY).propose(at)
    assert faults(at, proposal) == ()
    assert (proposal.action is not Action.NONE) is acts


def test_it_says_which_of_the_two_is_missing():
    no_look = Hybrid(Frequency.MONTHLY).propose(household("2022-10-14", 70))
    assert "look of 2022-10-03 is past, next 2022-11-01" in no_look.reason
    no_breach = Hybrid(Frequency.MONTHLY).propose(household("2022-10-03", 62))
    assert "inside its band" in no_breach.reason
    assert "next look 2022-11-01" in no_breach.reason


def test_band_and_destination_work_as_in_the_threshold_policy():
    at = household("2022-10-03", 66)
    policy = Hybrid(Frequency.MONTHLY, absolute=Decimal("0.02"), destination="edge")
    assert class_weights(at, policy.propose(at))["stocks"] == pytest.approx(0.62, abs=1e-3)


REFUSED = [
    ({"absolute": Decimal(-1)}, "absolute is -1"),
    ({"destination": 2.0}, "between 0 .* and 1"),
    ({"catch_up_days": -1}, "catch_up_days is -1"),
]


@pytest.mark.parametrize(("settings", "message"), REFUSED)
def test_settings_without_sense_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        Hybrid(**settings)

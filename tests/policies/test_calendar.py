"""Back to target on the first session of each period, and only then."""

import pytest

from trimtab.model.proposals import Action
from trimtab.policies._schedule import Frequency
from trimtab.policies.calendar import Calendar
from trimtab.testing.proposals import class_weights, faults, traded
from trimtab.testing.situations import situation
from trimtab.testing.worlds import world

TARGETS = """
    target  weight  instruments
    stocks  60%     VTI
    bonds   40%     BND
"""


def household(as_of: str, last_trade: str | None = None, stocks: int = 70):
    """$100,000, stocks over their 60 %, last traded on a day."""
    trades = f"account instrument side on qty amount\ntaxable VTI buy {last_trade} 1 1000"
    return situation(
        world(
            f"""
            account  instrument  qty             basis   acquired    price
            taxable  VTI         {stocks}        40,000  2019-03-04  1000
            taxable  BND         {100 - stocks}  30,000  2019-03-04  1000
            """,
            targets=TARGETS,
            as_of=as_of,
            trades="" if last_trade is None else trades,
        )
    )


DUE = [
    # frequency    as of         last trade    trades
    ("monthly", "2022-10-03", "2022-09-15", True),  # the first session of October
    ("monthly", "2022-10-03", "2022-10-03", True),  # the session itself
    ("monthly", "2022-10-14", "2022-10-03", False),
    ("monthly", "2022-10-14", "2022-09-15", True),  # missed, and made up
    ("quarterly", "2022-12-30", "2022-10-03", False),
    ("quarterly", "2023-01-03", "2022-10-03", True),
    ("quarterly", "2023-01-02", "2022-10-03", False),  # New Year observed: no session
    ("annual", "2022-10-14", "2022-01-10", False),
    ("annual", "2022-10-14", "2021-12-30", True),
    ("annual", "2022-10-14", None, True),  # nothing known of any trade
    ("daily", "2022-10-14", "2022-10-13", True),
    ("weekly", "2022-10-14", "2022-10-11", False),
]


@pytest.mark.parametrize(("frequency", "as_of", "last", "trades"), DUE)
def test_it_trades_once_a_period(frequency, as_of, last, trades):
    at = household(as_of, last)
    proposal = Calendar(Frequency(frequency)).propose(at)
    assert faults(at, proposal) == ()
    assert proposal.action is (Action.FULL if trades else Action.NONE)


def test_it_goes_to_target_whatever_the_bands_say():
    at = household("2022-10-03", stocks=62)
    after = class_weights(at, Calendar(Frequency.MONTHLY).propose(at))
    assert after == pytest.approx({"stocks": 0.6, "bonds": 0.4}, abs=1e-3)


def test_it_pays_the_tax_that_this_takes():
    at = household("2022-10-03")
    proposal = Calendar(Frequency.MONTHLY).propose(at)
    assert traded(at, proposal)["VTI"] == pytest.approx(-10_000, abs=20)
    # $10,000 of lots with 3/7 of gain, at 15 %
    assert proposal.after.tax == pytest.approx(10_000 * 3 / 7 * 0.15, rel=2e-3)


def test_it_says_when_it_looks_next():
    held = Calendar(Frequency.QUARTERLY).propose(household("2022-10-14", "2022-10-03"))
    assert "quarterly session of 2022-10-03 was used, next 2023-01-03" in held.reason
    due = Calendar(Frequency.QUARTERLY).propose(household("2022-10-14", "2022-09-03"))
    assert "quarterly session of 2022-10-03 is due, next 2023-01-03" in due.reason
    assert due.clause in {"targets.stocks", "targets.bonds"}


def test_on_target_there_is_nothing_to_trade():
    proposal = Calendar().propose(household("2022-01-03", stocks=60))
    assert proposal.action is Action.NONE
    assert "no trade of the least size comes closer" in proposal.reason

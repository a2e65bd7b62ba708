"""Losses are not thrown away, whether a whole group or only what is sold of it would be washed."""

import pytest

from trimtab.policies.calendar import Calendar
from trimtab.policies.threshold import Threshold
from trimtab.testing.situations import situation
from trimtab.testing.worlds import world

TARGETS = """
target  weight  instruments  band
stocks  60%     VTI          1%
bonds   40%     BND          1%
"""


def sold_of_old(bought_units: int, bought_on: str, policy) -> float:
    """Dollars sold of a lot at a loss, beside bonds bought on a day; bonds are 5 points over."""
    at = situation(
        world(
            f"""
            account  instrument  qty             basis   acquired     price  lot
            taxable  VTI         100             20,000  2019-03-04   200    shares
            taxable  BND         200             23,000  2021-03-04   75     old
            ira      BND         {bought_units}  .       {bought_on}  75     other
            ira      VTI         5               .       2019-03-04   200    more
            """,
            targets=TARGETS,
            accounts="account owner wrapper\ntaxable self taxable\nira self traditional",
            rules="clause kind instruments accounts\nkeep do_not_sell BND ira",
        )
    )
    return sum(sale.amount for sale in policy.propose(at).sales if sale.lot == "old")


@pytest.mark.parametrize("policy", [Threshold(), Calendar()], ids=["threshold", "calendar"])
def test_a_small_sale_is_not_made_of_a_loss_that_a_small_purchase_washes(policy):
    # 15 units are a small part of the 200 that stand at a loss, and most of what would be sold.
    assert sold_of_old(15, "2022-10-03", policy) == 0.0
    assert sold_of_old(15, "2022-09-01", policy) > 1_000.0  # bought too long ago to wash it


def test_a_reinvested_dividend_does_not_stop_a_sale():
    assert sold_of_old(1, "2022-10-03", Threshold()) > 500.0

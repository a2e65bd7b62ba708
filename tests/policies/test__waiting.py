"""A gain that is about to become long-term waits where something else can be sold."""

import pytest

from trimtab.policies._waiting import near_long_term
from trimtab.policies.flows import Flows
from trimtab.policies.threshold import Threshold
from trimtab.testing.situations import situation
from trimtab.testing.worlds import world

TARGETS = """
target  weight  instruments
stocks  60%     VTI
bonds   40%     BND
"""


def place(acquired: str, old_basis: str, flows: dict[str, float] | None = None):
    """Stocks of 80,000: a short-term lot with a tenth of gain, and an old one."""
    lots = f"""
    account  instrument  qty  basis        acquired    price  lot
    taxable  VTI         400  36,000       {acquired}  100    young
    taxable  VTI         400  {old_basis}  2018-03-04  100    old
    taxable  BND         200  19,000       2018-03-04  100    bonds
    """
    return situation(world(lots, targets=TARGETS), flows=flows)


NEAR = [
    # acquired     near its anniversary on 14 October 2022
    ("2021-10-14", True),  # long-term from tomorrow
    ("2021-11-12", True),  # in 30 days
    ("2021-11-13", False),
    ("2021-10-13", False),  # long-term today
]


@pytest.mark.parametrize(("acquired", "near"), NEAR)
def test_a_lot_is_near_its_anniversary_for_thirty_days(acquired, near):
    assert near_long_term(place(acquired, "36,000")).tolist() == [near, False, False]


CHOICES = [
    # acquired     basis of the old lot   which lot of the two is sold first
    ("2022-05-02", "30,000", "young"),  # tax of 3.5 % now against 3.75 %
    ("2021-10-20", "30,000", "old"),  # 3.5 % now, and 1.5 % in a week
    ("2021-10-20", "20,000", "young"),  # the old one costs 7.5 %
]


@pytest.mark.parametrize(("acquired", "basis", "first"), CHOICES)
def test_a_rule_waits_for_an_anniversary_where_something_else_costs_little_more(
    acquired, basis, first
):
    proposal = Threshold().propose(place(acquired, basis))
    assert {sale.lot for sale in proposal.sales} == {first}


def test_money_out_waits_for_it_too():
    due = {"taxable": -5_000}
    proposal = Flows().propose(place("2021-10-20", "30,000", due))
    assert "young" not in {sale.lot for sale in proposal.sales}

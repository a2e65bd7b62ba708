"""A withdrawal that several accounts could pay comes from where it costs least."""

from decimal import Decimal

import pytest

from tests.cycle.driven import decided, withdrawal
from trimtab.model.plans import Verdict
from trimtab.testing.worlds import World, world

TARGETS = """
target  weight  instruments
stocks  60%     VTI
bonds   40%     BND
"""
ACCOUNTS = """
account  owner  wrapper
joint    self   taxable
solo     self   taxable
ira      self   traditional
"""


def home(rules: str = "", solo_basis: str = "24,000") -> World:
    """100,000 in joint, at a gain of 70,000; 24,000 in solo, at none; an IRA."""
    return world(
        f"""
        account  instrument  qty  basis         acquired    price  lot
        joint    VTI         300  20,000        2017-03-04  250    old
        joint    BND         300  10,000        2017-03-04  80     bonds
        joint    cash        1,000
        solo     VTI         64   {solo_basis}  2019-03-04  250    fresh
        solo     BND         100  8,000         2019-03-04  80     level
        ira      BND         300  .             .           80     sheltered
        """,
        targets=TARGETS,
        accounts=ACCOUNTS,
        rules=rules,
    )


@pytest.mark.parametrize("policy", ["hold", "flows", "cost_aware"])
def test_the_account_whose_lots_are_taxed_least_sells(policy: str) -> None:
    decision, asked = decided(home(solo_basis="16,000"), policy, withdrawal("9,000"))
    assert decision.plan is not None
    assert decision.plan.tax <= 0
    assert {trade.account for trade in decision.plan.trades} == {"solo"}
    assert asked > 1


def test_both_pay_where_the_untaxed_lots_of_one_do_not_reach() -> None:
    decision, _ = decided(home(solo_basis="16,000"), "hold", withdrawal("30,000"))
    assert decision.plan is not None
    sold = {
        account: sum(t.amount for t in decision.plan.trades if t.account == account)
        for account in ("joint", "solo")
    }
    assert sold["solo"] == Decimal(24_000)
    assert sold["joint"] == pytest.approx(Decimal(5_000), abs=100)
    assert all(cash >= 0 for cash in decision.plan.cash_after.values())


def test_an_account_that_may_not_sell_does_not_make_a_payable_withdrawal_impossible() -> None:
    rules = "clause kind instruments accounts\nlegacy do_not_sell VTI,BND joint"
    decision, _ = decided(home(rules), "hold", withdrawal("9,000"))
    assert decision.verdict is not Verdict.INFEASIBLE
    assert decision.plan is not None
    assert {trade.account for trade in decision.plan.trades} == {"solo"}


@pytest.mark.parametrize(
    ("amount", "account"),
    [
        ("900", None),  # idle cash is enough
        ("9,000", "joint"),  # the account is named
    ],
)
def test_where_there_is_no_choice_nothing_more_is_asked(amount: str, account: str | None) -> None:
    _, asked = decided(home(), "hold", withdrawal(amount, account))
    assert asked == 1


def test_what_is_paid_is_what_was_asked_for() -> None:
    before = home().snapshot.cash_value()
    for amount in ("5,000", "30,000", "90,000"):
        decision, _ = decided(home(), "hold", withdrawal(amount))
        assert decision.plan is not None
        sold = sum(trade.amount - trade.cost.total for trade in decision.plan.trades)
        paid = Decimal(amount.replace(",", ""))
        assert sum(decision.plan.cash_after.values()) == before + sold - paid

"""An account with open breaks: nothing is traded in it, the others are, and it is said."""

from dataclasses import replace

import pytest

from tests.cycle.driven import decided, withdrawal
from trimtab.guards.open_breaks import OpenBreaks
from trimtab.model.findings import Severity
from trimtab.model.mandate import CashFlow
from trimtab.model.plans import Verdict
from trimtab.testing.worlds import World, world

HOME = world(
    """
    account     instrument  qty   basis   acquired    price
    taxable     VTI         300   60,000  2019-03-04  250
    taxable     cash        2,000
    other       VTI         100   24,000  2019-03-04  250
    other       cash        1,000
    ira         VTI         200   .       .           250
    ira         BND         1     .       .           50
    ira         cash        500
    """,
    targets="""
    target  weight  instruments
    stocks  50%     VTI
    bonds   50%     BND
    """,
    accounts="""
    account  owner  wrapper
    taxable  self   taxable
    other    self   taxable
    ira      self   traditional
    """,
)


def blocked(*accounts: str) -> World:
    why = "VTI on 2024-06-28: positions 12, lots 10, journal 12"
    return replace(HOME, snapshot=replace(HOME.snapshot, blocked=dict.fromkeys(accounts, why)))


@pytest.mark.parametrize("policy", ["cost_aware", "threshold", "calendar"])
@pytest.mark.parametrize("accounts", [("ira",), ("taxable",), ("taxable", "other")])
def test_accounts_with_open_breaks_are_left_alone_and_the_others_trade(
    policy: str, accounts: tuple[str, ...]
) -> None:
    home = blocked(*accounts)
    decision, _ = decided(home, policy)
    assert decision.plan is not None
    traded = {trade.account for trade in decision.plan.trades}
    assert traded
    assert not traded & set(accounts)
    found = OpenBreaks().check(decision.plan, home.snapshot, home.mandate)
    assert {(one.subject, one.severity) for one in found} == {
        (f"account {one}", Severity.WARNING) for one in accounts
    }


def test_where_every_account_has_open_breaks_nothing_is_traded() -> None:
    decision, _ = decided(blocked("taxable", "other", "ira"), "cost_aware")
    assert decision.plan is None or not decision.plan.trades
    assert decision.verdict is not Verdict.REFUSED


@pytest.mark.parametrize("flow", [withdrawal("1,500"), CashFlow(withdrawal("1,500").amount * -1)])
def test_money_that_moves_leaves_such_an_account_alone(flow: CashFlow) -> None:
    decision, _ = decided(blocked("taxable"), "cost_aware", flow)
    assert decision.plan is not None
    assert "taxable" not in {trade.account for trade in decision.plan.trades}


def test_a_withdrawal_is_raised_where_trading_is_allowed() -> None:
    decision, _ = decided(blocked("taxable"), "cost_aware", withdrawal("9,000"))
    assert decision.verdict is not Verdict.INFEASIBLE
    assert decision.plan is not None
    assert {t.account for t in decision.plan.trades if t.account != "ira"} == {"other"}

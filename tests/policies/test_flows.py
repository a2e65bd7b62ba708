"""New money to the underweight, money out with the least tax, nothing else."""

import pytest

from trimtab.model.proposals import Action, ProposalStatus
from trimtab.policies.flows import Flows
from trimtab.testing.proposals import cash_after, faults, traded, trades
from trimtab.testing.situations import situation
from trimtab.testing.worlds import world

TARGETS = """
    target  weight  instruments
    stocks  60%     VTI
    bonds   40%     BND
"""
HEAD = "account instrument qty basis acquired price lot\n"


def household(lots: str, flows: dict[str, float], rules: str = ""):
    return situation(world(HEAD + lots, targets=TARGETS, rules=rules), flows=flows)


DRIFTED = """
taxable  VTI   700   40,000  2019-03-04  100  stocks
taxable  BND   300   28,000  2019-03-04  100  bonds
roth     VTI   100   .       .           100  roth-stocks
"""

DEPOSITS = [
    # into      how much  bought ($80,000 of stocks, $30,000 of bonds)
    ("taxable", 10_000, {("taxable", "BND"): 10_000}),
    ("roth", 6_000, {("roth", "BND"): 6_000}),
    ("taxable", 23_333, {("taxable", "BND"): 23_333}),  # to the target exactly: 53,333 to 80,000
    ("taxable", 40_000, {("taxable", "BND"): 30_000, ("taxable", "VTI"): 10_000}),  # beyond it
]


@pytest.mark.parametrize(("account", "amount", "bought"), DEPOSITS)
def test_a_deposit_goes_to_what_is_underweight_in_its_own_account(account, amount, bought):
    at = household(DRIFTED, {account: amount})
    proposal = Flows().propose(at)
    assert faults(at, proposal) == ()
    assert proposal.sales == ()
    assert trades(at, proposal) == pytest.approx(bought, abs=40)
    assert cash_after(at, proposal)[account] == pytest.approx(0.0, abs=1.0)


LOTS = """
taxable  VTI  100  4,000   2019-03-04  100  old-gain
taxable  VTI  50   4,900   2019-03-04  100  hardly-gained
taxable  BND  50   6,000   2019-03-04  100  loss
taxable  BND  50   4,000   2022-03-04  100  short-gain
taxable  VTI  50   5,500   2019-03-04  100  small-loss
"""
WITHDRAWALS = [
    # how much  sold, dearest last: tax per dollar −3.0 %, −1.5 %, 0.3 %, 7.0 %, 9.0 %
    (3_000, {"loss": 3_000}),
    (4_990, {"loss": 4_990}),
    (8_000, {"loss": 5_000, "small-loss": 3_000}),
    (12_000, {"loss": 5_000, "small-loss": 5_000, "hardly-gained": 2_000}),
    (17_000, {"loss": 5_000, "small-loss": 5_000, "hardly-gained": 5_000, "short-gain": 2_000}),
]


@pytest.mark.parametrize(("amount", "sold"), WITHDRAWALS)
def test_a_withdrawal_sells_the_least_taxed_lots_and_no_more_than_it_needs(amount, sold):
    at = household(LOTS, {"taxable": -amount})
    proposal = Flows().propose(at)
    assert faults(at, proposal) == ()
    assert proposal.buys == ()
    assert {sale.lot: sale.amount for sale in proposal.sales} == pytest.approx(sold, abs=15)
    assert cash_after(at, proposal)["taxable"] == pytest.approx(0.0, abs=1.0)


def test_in_a_shelter_no_lot_is_taxed_and_the_overweight_goes_first():
    at = household(
        """
        ira  VTI  700  .  .  100  stocks
        ira  BND  300  .  .  100  bonds
        """,
        {"ira": -8_000},
    )
    assert traded(at, Flows().propose(at)) == pytest.approx({"VTI": -8_000}, abs=5)


def test_cash_at_hand_pays_a_withdrawal_without_a_sale():
    at = household("taxable cash 10,000 . . . .\n" + DRIFTED, {"taxable": -8_000})
    proposal = Flows().propose(at)
    assert proposal.action is Action.NONE
    assert faults(at, proposal) == ()


def test_a_withdrawal_and_a_deposit_in_two_accounts_are_both_met():
    at = household(DRIFTED, {"taxable": -10_000, "roth": 6_000})
    proposal = Flows().propose(at)
    assert faults(at, proposal) == ()
    assert trades(at, proposal) == pytest.approx(
        {("taxable", "BND"): -10_000, ("roth", "BND"): 6_000}, abs=20
    )


def test_an_overdrawn_account_is_brought_back_to_nothing():
    at = household("taxable cash -500 . . . .\n" + DRIFTED, {})
    proposal = Flows().propose(at)
    assert faults(at, proposal) == ()
    assert proposal.clause == "cash"
    assert sum(sale.amount for sale in proposal.sales) == pytest.approx(500, abs=1)


def test_what_may_never_be_owned_goes_even_so_and_its_money_is_placed():
    rules = "clause kind instruments\nscreen.oil never_own XOM"
    at = household(DRIFTED + "\nroth XOM 50 . . 100 oil", {}, rules)
    proposal = Flows().propose(at)
    assert faults(at, proposal) == ()
    assert proposal.clause == "screen.oil"
    assert trades(at, proposal) == pytest.approx(
        {("roth", "XOM"): -5_000, ("roth", "BND"): 5_000}, abs=10
    )


def test_it_says_what_is_paid_and_what_is_lacking():
    at = household("taxable cash 2,000 . . . .\n" + DRIFTED, {"taxable": -8_000})
    proposal = Flows().propose(at)
    assert proposal.reason == "taxable pays out $8,000 and lacks $6,000 for it"
    assert (proposal.clause, proposal.action) == ("flows", Action.PARTIAL)


def test_without_a_flow_it_holds():
    proposal = Flows().propose(household(DRIFTED, {}))
    assert proposal.status is ProposalStatus.HELD
    assert proposal.reason == "there is no deposit or withdrawal to rebalance with"


def test_a_deposit_below_the_least_trade_waits():
    at = household(DRIFTED, {"taxable": 50})
    assert Flows().propose(at).action is Action.NONE


def test_a_withdrawal_that_no_sale_may_raise_names_the_clauses_that_clash():
    rules = "clause kind instruments accounts\nlegacy.keep do_not_sell VTI,BND taxable"
    proposal = Flows().propose(household(DRIFTED, {"taxable": -8_000}, rules))
    assert proposal.status is ProposalStatus.INFEASIBLE
    assert proposal.sales == proposal.buys == ()
    (conflict,) = proposal.conflicts
    assert "cash of taxable is short by" in conflict.text
    assert {"flows", "legacy.keep"} <= set(conflict.clauses)

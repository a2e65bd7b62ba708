"""A plan and its findings become a verdict: the gravest finding decides."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from trimtab.cycle.decide import decide
from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import Mandate
from trimtab.model.plans import Plan, Trade, TradeCost, Verdict
from trimtab.model.proposals import Action, ClauseConflict, CostParts, Proposal, ProposalStatus
from trimtab.model.snapshots import Side
from trimtab.model.taxes import TaxBill

ZERO = Decimal(0)
BILL = TaxBill(ZERO, ZERO, ZERO, ZERO, ZERO, ZERO)
TRADE = Trade(
    "T1",
    "taxable",
    "VTI",
    Side.BUY,
    Decimal(4),
    Decimal(250),
    Decimal(1_000),
    TradeCost(),
    "targets.stocks",
    "stocks are under their target",
)
PLAN = Plan((TRADE,), {}, BILL, BILL, CostParts(drift=50.0), CostParts(), {}, {})
SOLVED = Proposal(Action.FULL, ProposalStatus.SOLVED, "a test")
MANDATE = Mandate(targets=(), approval_above=None)


def finding(severity: Severity) -> Finding:
    return Finding("code", severity, "subject", "message")


@pytest.mark.parametrize(
    ("severity", "approval_above", "verdict"),
    [
        (Severity.NOTE, None, Verdict.TRADE),
        (Severity.WARNING, None, Verdict.TRADE),
        (Severity.APPROVAL, None, Verdict.APPROVAL),
        (Severity.REFUSAL, None, Verdict.REFUSED),
        (Severity.NOTE, Decimal(0), Verdict.APPROVAL),
        (Severity.NOTE, Decimal(1_000), Verdict.TRADE),
        (Severity.NOTE, Decimal(999), Verdict.APPROVAL),
        (Severity.REFUSAL, Decimal(0), Verdict.REFUSED),
    ],
)
def test_the_gravest_finding_and_the_amount_decide(
    severity: Severity, approval_above: Decimal | None, verdict: Verdict
) -> None:
    mandate = replace(MANDATE, approval_above=approval_above)
    made = decide("c", date(2022, 10, 14), mandate, SOLVED, PLAN, [finding(severity)])
    assert made.verdict is verdict


def test_a_plan_without_trades_is_a_hold_that_says_why() -> None:
    held = Proposal(Action.NONE, ProposalStatus.HELD, "all inside their bands")
    plan = replace(PLAN, trades=())
    made = decide("c", date(2022, 10, 14), MANDATE, held, plan, [])
    assert made.verdict is Verdict.HOLD
    assert made.sentence == "Nothing to do: all inside their bands."


def test_what_cannot_be_met_names_its_clauses() -> None:
    stuck = Proposal(
        Action.NONE,
        ProposalStatus.INFEASIBLE,
        "no set of trades",
        conflicts=(ClauseConflict(("cash",), "cash of taxable is short by $10.00"),),
    )
    made = decide("c", date(2022, 10, 14), MANDATE, stuck, None, [])
    assert made.verdict is Verdict.INFEASIBLE
    assert "cash of taxable is short by $10.00" in made.sentence
    assert [found.clause for found in made.findings] == ["cash"]


def test_the_sentence_says_what_doing_nothing_would_cost() -> None:
    made = decide("c", date(2022, 10, 14), MANDATE, SOLVED, PLAN, [])
    assert "doing nothing would cost $50 more over a year" in made.sentence


@pytest.mark.parametrize(
    ("trades", "tax_after", "words"),
    [
        (1, "0", "1 trade in 1 account takes no tax and $5 of trading cost;"),
        (1, "80", "1 trade in 1 account takes $80 of tax and $5 of trading cost;"),
        (2, "80", "2 trades in 1 account take $80 of tax and $10 of trading cost;"),
        (2, "-80", "2 trades in 1 account save $80 of tax at $10 of trading cost;"),
        (1, "-80", "1 trade in 1 account saves $80 of tax at $5 of trading cost;"),
    ],
)
def test_the_sentence_says_what_the_trades_save_and_what_they_cost(
    trades: int, tax_after: str, words: str
) -> None:
    trade = replace(TRADE, cost=TradeCost(spread=Decimal(5)))
    bill = replace(BILL, tax=BILL.tax + Decimal(tax_after))
    plan = replace(PLAN, trades=(trade,) * trades, bill_after=bill)
    assert decide("c", date(2022, 10, 14), MANDATE, SOLVED, plan, []).sentence.startswith(words)

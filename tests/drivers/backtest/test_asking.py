"""The cycle on a day of the past: what it is told, and what becomes of one that fails."""

from dataclasses import dataclass, replace
from typing import ClassVar

import pytest

from tests.drivers.backtest.replayed import (
    PLAIN,
    D,
    backtest,
    filled,
    found,
    lots,
    policy_named,
    run,
    said,
    stated_estimates,
)
from trimtab.model.errors import InputError, InvariantError
from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import Limits
from trimtab.model.plans import Verdict
from trimtab.model.proposals import Action, Proposal, ProposalStatus, ProposedSale

HOME = """
    account  instrument  qty  basis  acquired
    joint    VTI         90   4,500  2018-03-01
    joint    cash        1,000
"""
TARGETS = """
    target  weight  instruments  band
    stocks  50%     VTI          5%
    bonds   50%     BND          5%
"""
DAYS = """
    date        VTI  BND
    2020-01-02  100  50
    2020-01-03  100  50
    2020-01-06  100  50
"""


@dataclass(frozen=True)
class Failing:
    """Raises on one day, and rebalances on the others."""

    day: int
    error: Exception
    name: ClassVar[str] = "failing"

    def propose(self, situation):
        if situation.snapshot.as_of.day == self.day:
            raise self.error
        return policy_named("threshold").propose(situation)


def test_a_policy_that_raises_is_a_finding_with_its_day_and_the_household_holds():
    result = run(HOME, DAYS, targets=TARGETS, policy=Failing(2, RuntimeError("no model loaded")))
    assert [str(one) for one in found(result, "policy_raised")] == [
        "policy: it failed on 2020-01-02, so that nothing was traded: RuntimeError: no model loaded"
    ]
    assert filled(result)[0].startswith("2020-01-03 sell")


def test_a_policy_that_refuses_its_input_is_a_finding_too():
    policy = Failing(2, InputError("model", "has no weights"))
    assert (
        "InputError: model: has no weights"
        in said(run(HOME, DAYS, targets=TARGETS, policy=policy), "policy_raised")[0]
    )


@dataclass(frozen=True)
class Doubtful:
    """Says every day that it has no model, with another number each time."""

    name: ClassVar[str] = "doubtful"

    def propose(self, situation):
        fact = f"has no model on {situation.snapshot.as_of}"
        doubt = Finding("model_missing", Severity.WARNING, "policy", fact)
        return replace(policy_named("threshold").propose(situation), findings=(doubt,))


def test_what_a_policy_says_of_itself_is_told_once():
    result = run(HOME, DAYS, targets=TARGETS, policy=Doubtful())
    assert said(result, "model_missing") == ["policy: has no model on 2020-01-02"]


@dataclass(frozen=True)
class Overselling:
    """Sells a lot that nobody holds."""

    name: ClassVar[str] = "overselling"

    def propose(self, situation):
        sales = (ProposedSale("nobody's", 100.0),)
        return Proposal(Action.FULL, ProposalStatus.SOLVED, "it likes to", "policy", sales)


def test_a_policy_that_breaks_its_promise_stops_the_backtest():
    with pytest.raises(InvariantError, match="nobody's"):
        run(HOME, DAYS, targets=TARGETS, policy=Overselling())


@dataclass(frozen=True)
class No:
    """A guard that refuses every plan of a day."""

    day: int
    name: ClassVar[str] = "no"

    def check(self, plan, snapshot, mandate):
        if snapshot.as_of.day != self.day:
            return ()
        return (Finding("no", Severity.REFUSAL, "plan", "is not liked"),)


def test_a_plan_that_a_guard_refuses_is_not_traded_and_its_decision_is_kept():
    result = run(HOME, DAYS, targets=TARGETS, policy="threshold", guards=(No(2),))
    assert [decision.verdict for decision in result.decisions] == [Verdict.REFUSED, Verdict.TRADE]
    assert result.decisions[0].trades == 0
    assert result.decisions[0].findings[0].code == "no"
    assert filled(result)[0] == "2020-01-03 sell 40 VTI @ 100.0"


def test_a_plan_that_waits_for_approval_is_carried_out():
    mandate = replace(PLAIN, approval_above=D(0))
    result = run(HOME, DAYS, targets=TARGETS, policy="threshold", mandate=mandate)
    assert result.decisions[0].verdict is Verdict.APPROVAL
    assert len(result.fills) == 2


def test_a_limit_on_turnover_holds_each_time():
    mandate = replace(PLAIN, limits=Limits(turnover_max=D("0.1")))
    result = run(HOME, DAYS, targets=TARGETS, policy="threshold", mandate=mandate)
    sold = [fill.amount for fill in result.fills if fill.side == "sell"]
    assert sold
    assert max(sold) <= 1_000


def test_what_may_not_be_sold_is_not_sold():
    rules = "clause kind instruments\nlegacy do_not_sell VTI"
    result = run(HOME, DAYS, targets=TARGETS, policy="threshold", rules=rules)
    assert lots(result)[0] == "joint 90 VTI 4500 2018-03-01"


def test_prices_that_no_estimate_can_be_made_from_are_a_finding_with_the_day():
    def failing(seen, mandate):
        raise InputError("price history", "too few daily returns")

    result = run(HOME, DAYS, targets=TARGETS, policy="threshold", estimator=failing)
    assert said(result, "not_decided")[0].startswith(
        "household: no decision could be made on 2020-01-02, so that nothing was traded: price "
        "history: too few daily returns"
    )
    assert result.fills == ()


def test_an_estimate_sees_no_price_after_the_session_it_is_made_on():
    seen_until = []

    def watching(seen, mandate):
        seen_until.append((seen.snapshot.as_of.day, seen.history.dates[-1].day))
        return stated_estimates(seen, mandate)

    test = backtest(
        HOME, DAYS, targets=TARGETS, policy="threshold", estimator=watching,
        estimate_sessions=2, guards=(No(2), No(3), No(6)),
    )  # fmt: skip
    test.run()
    # Asked on the 2nd, 3rd and 6th; estimated anew on every second session.
    assert seen_until == [(2, 2), (6, 6)]


def test_risk_is_that_of_its_session_whichever_day_asked_first():
    seen_until = []

    def watching(seen, mandate):
        seen_until.append((seen.snapshot.as_of.day, seen.history.dates[-1].day))
        return stated_estimates(seen, mandate)

    home = "account instrument qty basis acquired\njoint VTI 50 4,000 2018-03-01\n"
    home += "joint BND 100 4,000 2018-03-01"
    late = DAYS.replace("2020-01-03  100", "2020-01-03  150")
    run(home, late, targets=TARGETS, policy="threshold", estimator=watching)
    assert seen_until == [(3, 2)]


def test_the_spreads_and_volumes_of_the_data_stand_in_for_the_defaults():
    test = backtest(
        HOME, DAYS, targets=TARGETS, policy="threshold", volume=1_000, half_spread=0.0003
    )
    test.run()
    assert test.asker.estimates.half_spread == {"VTI": 0.0003, "BND": 0.0003}
    assert test.asker.estimates.daily_volume == {"VTI": 100_000, "BND": 50_000}

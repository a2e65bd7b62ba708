"""Cash that stays, money that is known to come or to be needed, and what is owed.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Iterator

from trimtab.app.policy_statement.facts import Facts
from trimtab.app.policy_statement.plain import Clause, day, share
from trimtab.model.mandate import CashFlow, Liability

__all__ = ["cash", "flows", "liabilities"]


def cash(facts: Facts) -> Iterator[Clause]:
    """What must stay in cash."""
    rules = facts.mandate.cash
    reserve = facts.money(rules.reserve)
    yield Clause(
        "cash.reserve",
        f"{reserve} stays in cash, whatever else happens."
        if rules.reserve
        else "No amount of cash must stay in the household as a whole.",
    )
    for account, least in rules.account_reserve.items():
        text = f"{facts.money(least)} stays in cash in {facts.label(account)}."
        yield Clause(f"cash.account_reserve.{account}", text)


def flows(facts: Facts) -> Iterator[Clause]:
    """One sentence for each flow."""
    for flow in facts.mandate.flows:
        yield Clause(flow.clause, _flow(flow, facts))


def _flow(flow: CashFlow, facts: Facts) -> str:
    name = flow.clause.partition(".")[2]
    by = f" by {day(flow.due)}" if flow.due else ", with no day set"
    amount = facts.money(abs(flow.amount))
    if flow.amount < 0:
        where = f"out of {facts.label(flow.account)}" if flow.account else "out of any account"
        return f"{name[:1].upper()}{name[1:]}: {amount} is needed{by}, {where}."
    where = f"into {facts.label(flow.account)}" if flow.account else "into any account"
    return f"{name[:1].upper()}{name[1:]}: {amount} comes in{by}, {where}."


def liabilities(facts: Facts) -> Iterator[Clause]:
    """One sentence for each debt."""
    for debt in facts.mandate.liabilities:
        yield Clause(f"liabilities.{debt.name}", _debt(debt, facts))


def _debt(debt: Liability, facts: Facts) -> str:
    rate = f" at {share(debt.rate)} a year" if debt.rate is not None else ""
    due = f", the last of it due on {day(debt.due)}" if debt.due else ""
    return (
        f"{debt.name[:1].upper()}{debt.name[1:]}: {facts.money(debt.amount)} is owed{rate}{due}. "
        "It counts in the net worth and in nothing else."
    )

"""Cash that stays, and money that is known to come or to be needed.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Iterator

from trimtab.app.policy_statement.facts import Facts
from trimtab.app.policy_statement.plain import Clause, day
from trimtab.model.mandate import CashFlow

__all__ = ["cash", "flows"]


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

"""What a plan leaves: cash moved and holdings after it, counted from its trades alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from trimtab.model.mandate import Mandate
from trimtab.model.money import ZERO, total
from trimtab.model.plans import Plan
from trimtab.model.snapshots import Side, Snapshot

__all__ = ["bought_in", "cash_moved", "holdings", "is_forced", "value_after"]

Position = tuple[str, str]


def cash_moved(plan: Plan, account: str) -> Decimal:
    """What the trades add to an account's cash, their costs paid."""
    return total(
        (trade.amount if trade.side is Side.SELL else -trade.amount) - trade.cost.total
        for trade in plan.trades
        if trade.account == account
    )


def bought_in(plan: Plan, account: str) -> Decimal:
    """What the plan buys in an account."""
    return total(
        trade.amount for trade in plan.trades if trade.account == account and trade.side is Side.BUY
    )


def holdings(plan: Plan, snapshot: Snapshot, *, after: bool) -> Mapping[Position, Decimal]:
    """Value held per account and instrument, before or after the plan."""
    held: dict[Position, Decimal] = defaultdict(lambda: ZERO)
    for lot in snapshot.lots:
        held[lot.account, lot.instrument] += snapshot.lot_value(lot)
    if after:
        for trade in plan.trades:
            sign = 1 if trade.side is Side.BUY else -1
            held[trade.account, trade.instrument] += sign * trade.amount
    return held


def value_after(plan: Plan, snapshot: Snapshot) -> Decimal:
    """The household's value once flows and trades are done."""
    return total(holdings(plan, snapshot, after=True).values()) + total(plan.cash_after.values())


def is_forced(plan: Plan, mandate: Mandate) -> bool:
    """Whether doing nothing is no choice: cash is needed, or a restriction demands a sale."""
    short_of_cash = any(
        cash - cash_moved(plan, account) < mandate.cash.account_reserve.get(account, ZERO)
        for account, cash in plan.cash_after.items()
    )
    short_of_cash |= (
        total(plan.cash_after.values())
        - total(cash_moved(plan, account) for account in plan.cash_after)
        < mandate.cash.reserve
    )
    clauses = {restriction.clause for restriction in mandate.restrictions}
    demanded = any(trade.side is Side.SELL and trade.clause in clauses for trade in plan.trades)
    return short_of_cash or demanded

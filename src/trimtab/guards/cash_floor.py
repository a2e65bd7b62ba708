"""Cash that must stay: no account ends below zero or below its reserve."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from trimtab.guards._after import bought_in, cash_moved
from trimtab.guards._base import money
from trimtab.model.findings import Finding, Severity
from trimtab.model.mandate import Mandate
from trimtab.model.money import ZERO, total
from trimtab.model.plans import Plan
from trimtab.model.snapshots import Side, Snapshot

__all__ = ["PLUGIN", "CashFloor"]


@dataclass(frozen=True, slots=True)
class CashFloor:
    """Refuses a plan that spends cash below the floor.

    A plan that only sells and still does not fill the gap is warned about, not refused: without it
    the account would be shorter still.
    Unit: `buffer` base currency, kept in every account above its reserve.
    """

    name: ClassVar[str] = "cash_floor"
    buffer: Decimal = ZERO

    def check(self, plan: Plan, snapshot: Snapshot, mandate: Mandate) -> tuple[Finding, ...]:
        """One finding for each account that is short, and one for the household."""
        if not plan.trades:
            return ()
        return (*self._accounts(plan, mandate), *_household(plan, mandate))

    def _accounts(self, plan: Plan, mandate: Mandate) -> Iterator[Finding]:
        for account, cash in plan.cash_after.items():
            floor = mandate.cash.account_reserve.get(account, ZERO) + self.buffer
            spends = bought_in(plan, account) > 0 or cash_moved(plan, account) < 0
            if cash < floor:
                yield _finding(f"account {account}", cash, floor, spends, "cash.account_reserve")


def _household(plan: Plan, mandate: Mandate) -> Iterator[Finding]:
    cash, floor = total(plan.cash_after.values()), mandate.cash.reserve
    if cash < floor and floor > 0:  # below zero, the account that is short says so
        spends = plan.amount(Side.BUY) > plan.amount(Side.SELL) - plan.cost
        yield _finding("household", cash, floor, spends, "cash.reserve")


def _finding(subject: str, cash: Decimal, floor: Decimal, spends: bool, clause: str) -> Finding:
    return Finding(
        "cash_floor",
        Severity.REFUSAL if spends else Severity.WARNING,
        subject,
        f"ends with {money(cash)} of cash; {money(floor)} must stay",
        actual=money(cash),
        bound=money(floor),
        remedy="buy less there, sell more there, or lower the reserve",
        clause=clause,
    )


PLUGIN = CashFloor

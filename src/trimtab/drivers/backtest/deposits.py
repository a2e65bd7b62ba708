"""New money in a backtest: where it is booked.

Errors: none beyond those of the books.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from trimtab.books.entries import deposit
from trimtab.cycle.flows import allocate_flows
from trimtab.drivers.backtest.holdings import Holdings
from trimtab.model.mandate import CashFlow, Mandate
from trimtab.model.snapshots import Snapshot

__all__ = ["book_deposits"]


def book_deposits(
    holdings: Holdings, snapshot: Snapshot, mandate: Mandate, deposits: Sequence[CashFlow]
) -> None:
    """Put new money where the cycle counted it: the account named, else the largest."""
    plain = replace(mandate, flows=())
    for account, amount in allocate_flows(snapshot, plain, deposits).items():
        if amount > 0:
            entry_id = holdings.next_id(snapshot.as_of, f"deposit {account}")
            holdings.book(deposit(entry_id, snapshot.as_of, account, holdings.base, amount))

"""Cash flows: which account a deposit goes to, and which accounts a withdrawal comes from.

Money goes in where the caller says, else into the largest taxable account.  Money comes out of
taxable accounts first, since a withdrawal from a retirement account is itself taxed; those are
never touched unless the caller or the mandate names them.

Errors: a withdrawal larger than the accounts it may come from is `InputError`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal

from trimtab.model.errors import InputError
from trimtab.model.mandate import CashFlow, Mandate
from trimtab.model.money import ZERO, cents
from trimtab.model.snapshots import Snapshot

__all__ = ["FLOW_HORIZON_DAYS", "allocate_flows", "flows_due"]

FLOW_HORIZON_DAYS = 30
"""How far ahead a dated need of the mandate is met; settlement and a review fit in between."""


def flows_due(mandate: Mandate, as_of: date) -> tuple[CashFlow, ...]:
    """The mandate's flows from `as_of` to the horizon; undated ones are always due."""
    last = as_of + timedelta(days=FLOW_HORIZON_DAYS)
    return tuple(flow for flow in mandate.flows if flow.due is None or as_of <= flow.due <= last)


def _taxable_by_value(snapshot: Snapshot) -> list[str]:
    taxable = [a.id for a in snapshot.household.accounts if a.wrapper.is_taxable]
    return sorted(taxable, key=snapshot.account_value, reverse=True)


def _payers(snapshot: Snapshot, flow: CashFlow) -> list[str]:
    if flow.account is not None:
        return [snapshot.household.account(flow.account).id]
    taxable = _taxable_by_value(snapshot)
    if taxable:
        return taxable
    return sorted((a.id for a in snapshot.household.accounts), key=snapshot.account_value)[::-1]


def allocate_flows(
    snapshot: Snapshot, mandate: Mandate, extra: Iterable[CashFlow]
) -> Mapping[str, Decimal]:
    """The flow of every account: the mandate's that are due, and what the caller adds.

    Cash at hand is used first: of two taxable accounts the one with idle cash pays before the
    other has to sell.
    Unit: base currency, deposits positive.
    Refuses: a withdrawal that the accounts it may come from cannot pay.
    """
    flows = {account.id: ZERO for account in snapshot.household.accounts}
    for flow in (*flows_due(mandate, snapshot.as_of), *extra):
        payers = _payers(snapshot, flow)
        if flow.amount >= 0:
            flows[payers[0]] += cents(flow.amount)
            continue
        _withdraw(snapshot, mandate, flow, payers, flows)
    return flows


def _withdraw(
    snapshot: Snapshot,
    mandate: Mandate,
    flow: CashFlow,
    payers: list[str],
    flows: dict[str, Decimal],
) -> None:
    """Take from idle cash first, then from what could be sold, the largest account first."""
    missing = cents(-flow.amount)
    kept = mandate.cash.account_reserve
    for what in (snapshot.cash_value, snapshot.account_value):
        for account in payers:
            room = what(account) + flows[account] - kept.get(account, ZERO)
            part = min(missing, max(cents(room), ZERO))
            flows[account] -= part
            missing -= part
    if missing > 0:
        raise InputError(
            f"withdrawal of {-flow.amount:,.2f}",
            f"{', '.join(payers)} can pay {-flow.amount - missing:,.2f}",
            f"{missing:,.2f} is missing",
            "withdraw less, or name the account it comes from",
        )

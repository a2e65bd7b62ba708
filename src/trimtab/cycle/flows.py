"""Cash flows: which account a deposit goes to, and which accounts a withdrawal comes from.

Money goes in where the caller says, else into the largest taxable account.  Money comes out of
taxable accounts first, since a withdrawal from a retirement account is itself taxed; those are
never touched unless the caller or the mandate names them.  Which of several taxable accounts sells
is asked in `payers`.

Errors: a withdrawal larger than the accounts it may come from is `InputError`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType

from trimtab.model.errors import InputError
from trimtab.model.mandate import CashFlow, Mandate
from trimtab.model.money import ZERO, cents
from trimtab.model.snapshots import Snapshot

__all__ = ["FLOW_HORIZON_DAYS", "allocate_flows", "flows_due", "shared_payers", "still_missing"]

ASKED = "flows"
"""The clause of money that somebody asked about; dated money has one of its own."""
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
    payers = _taxable_by_value(snapshot)
    if not payers:
        every = (account.id for account in snapshot.household.accounts)
        payers = sorted(every, key=snapshot.account_value, reverse=True)
    # What an account with open breaks truly holds is not known: others pay, where there are any.
    return [account for account in payers if account not in snapshot.blocked] or payers


def shared_payers(
    snapshot: Snapshot, mandate: Mandate, extra: Iterable[CashFlow]
) -> tuple[str, ...]:
    """The accounts that a withdrawal may come from where none is named; none without one."""
    for flow in (*flows_due(mandate, snapshot.as_of), *extra):
        if flow.amount < 0 and flow.account is None:
            return tuple(_payers(snapshot, flow))
    return ()


def still_missing(
    snapshot: Snapshot, mandate: Mandate, flows: Mapping[str, Decimal], accounts: Iterable[str]
) -> Mapping[str, Decimal]:
    """What each account has to raise by selling, once its idle cash is used.

    Unit: base currency.
    """
    kept = mandate.cash.account_reserve
    return {
        account: max(
            ZERO,
            min(
                -flows[account],
                kept.get(account, ZERO) - snapshot.cash_value(account) - flows[account],
            ),
        )
        for account in accounts
    }


def allocate_flows(
    snapshot: Snapshot,
    mandate: Mandate,
    extra: Iterable[CashFlow],
    selling: Mapping[str, Decimal] = MappingProxyType({}),
) -> Mapping[str, Decimal]:
    """The flow of every account: the mandate's that are due, and what the caller adds.

    Cash at hand is used first: of two taxable accounts the one with idle cash pays before the
    other has to sell.  What is missing then comes from the accounts of `selling`, up to the amount
    that each is to raise, and the rest from the largest.
    Unit: base currency, deposits positive.
    Refuses: a withdrawal that the accounts it may come from cannot pay.
    """
    flows = {account.id: ZERO for account in snapshot.household.accounts}
    raised = dict(selling)
    for flow in (*flows_due(mandate, snapshot.as_of), *extra):
        payers = _payers(snapshot, flow)
        if flow.amount >= 0:
            flows[payers[0]] += cents(flow.amount)
            continue
        _withdraw(snapshot, mandate, flow, payers, flows, raised)
    return flows


def _withdraw(
    snapshot: Snapshot,
    mandate: Mandate,
    flow: CashFlow,
    payers: list[str],
    flows: dict[str, Decimal],
    raised: dict[str, Decimal],
) -> None:
    """Take from idle cash, then what accounts are to raise, then from the largest account."""
    missing = cents(-flow.amount)
    kept = mandate.cash.account_reserve

    def take(account: str, room: Decimal) -> Decimal:
        nonlocal missing
        part = min(missing, max(cents(room), ZERO))
        flows[account] -= part
        missing -= part
        return part

    def left(account: str, value: Decimal) -> Decimal:
        return value + flows[account] - kept.get(account, ZERO)

    for account in payers:
        take(account, left(account, snapshot.cash_value(account)))
    for account in payers:
        most = left(account, snapshot.account_value(account))
        wanted = raised.get(account, ZERO)
        raised[account] = wanted - take(account, min(wanted, most))
    for account in payers:
        take(account, left(account, snapshot.account_value(account)))
    if missing > 0:
        is_asked = flow.clause == ASKED
        raise InputError(
            f"{'withdrawal' if is_asked else flow.clause} of {-flow.amount:,.2f}",
            f"{', '.join(payers)} can pay {-flow.amount - missing:,.2f}",
            f"{missing:,.2f} is missing",
            f"{'withdraw less' if is_asked else 'lower it'}, or name the account it comes from",
        )

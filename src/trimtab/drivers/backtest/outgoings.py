"""Money that has to leave: withdrawals and taxes, paid as soon as settled cash covers them.

Errors: none; what cannot be paid within the patience of the settings is paid as far as it goes, and
a finding says what was missing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from trimtab.books.entries import withdrawal
from trimtab.drivers.backtest.holdings import Holdings
from trimtab.drivers.backtest.tax_office import TaxDue
from trimtab.model.findings import Finding, Severity
from trimtab.model.money import ZERO

__all__ = ["Outgoing", "Outgoings"]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Money on its way out.

    Unit: `amount` dollars, positive; `since` the session in which it fell due; `tax` where it is a
    payment of tax.
    """

    amount: Decimal
    account: str | None
    clause: str
    since: int
    tax: TaxDue | None = None


@dataclass(frozen=True, slots=True)
class Paid:
    """What left on a day: withdrawals in all, and the taxes."""

    withdrawn: Decimal
    taxes: tuple[TaxDue, ...]


class Outgoings:
    """What waits to leave, in the order in which it fell due."""

    def __init__(self, holdings: Holdings, patience_sessions: int) -> None:
        self.holdings, self.patience = holdings, patience_sessions
        self.waiting: list[Outgoing] = []
        self.findings: list[Finding] = []

    def add(self, one: Outgoing) -> None:
        """Let something wait for its money."""
        if one.amount > 0:
            self.waiting.append(one)

    def pay(self, t: int, on: date) -> Paid:
        """Pay what can be paid today."""
        withdrawn, taxes, left = ZERO, [], []
        for one in self.waiting:
            payers = self._payers(one)
            free = [(account, self._free(account)) for account in payers]
            available = sum((amount for _, amount in free), ZERO)
            is_last = t - one.since >= self.patience
            if available < one.amount and not is_last:
                left.append(one)
                continue
            amount = min(one.amount, available)
            self._pay(on, one, amount, free)
            if amount < one.amount:
                self._say_short(one, amount, on)
            if one.tax is None:
                withdrawn += amount
            else:
                taxes.append(replace(one.tax, amount=amount))
        self.waiting = left
        return Paid(withdrawn, tuple(taxes))

    def _payers(self, one: Outgoing) -> list[str]:
        """The account that is named, else taxable ones, the one with the most cash first."""
        if one.account is not None:
            return [one.account]
        household = self.holdings.household
        accounts = [a.id for a in household.accounts if a.wrapper.is_taxable]
        accounts = accounts or [a.id for a in household.accounts]
        return sorted(accounts, key=self.holdings.cash, reverse=True)

    def _free(self, account: str) -> Decimal:
        """Settled cash of an account."""
        cash = self.holdings.cash(account) - self.holdings.unsettled_cash(account)
        return max(ZERO, cash)

    def _pay(
        self, on: date, one: Outgoing, amount: Decimal, free: list[tuple[str, Decimal]]
    ) -> None:
        for account, available in free:
            part = min(amount, available)
            if part > 0:
                entry_id = self.holdings.next_id(on, f"out {one.clause}")
                base = self.holdings.base
                self.holdings.book([withdrawal(entry_id, on, account, base, part)])
                amount -= part

    def _say_short(self, one: Outgoing, paid: Decimal, on: date) -> None:
        what = "tax" if one.tax is not None else "withdrawal"
        self.findings.append(
            Finding(
                "not_enough_cash",
                Severity.WARNING,
                f"{what} of {one.amount:,.2f}",
                f"only {paid:,.2f} could be paid by {on}, {one.amount - paid:,.2f} is missing",
                actual=f"{paid:.2f}",
                bound=f"{one.amount:.2f}",
                remedy="withdraw less, or from an account that holds more",
                clause=one.clause,
            )
        )

"""Money that has to leave: withdrawals, taxes and fees, paid as soon as settled cash covers them.

Errors: none; what cannot be paid within the patience of the settings is paid as far as it goes, and
a finding says what was missing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from trimtab.books.entries import fee, withdrawal
from trimtab.drivers.backtest.holdings import Holdings
from trimtab.drivers.backtest.tax_office import TaxDue
from trimtab.model.accounts import Wrapper
from trimtab.model.findings import Finding, Severity
from trimtab.model.money import ZERO, total

__all__ = ["Outgoing", "OutgoingKind", "Outgoings", "Paid"]


class OutgoingKind(StrEnum):
    """What money leaves for."""

    WITHDRAWAL = "withdrawal"
    TAX = "tax"
    FEE = "fee"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Money on its way out.

    Unit: `amount` dollars, positive; `since` the session in which it fell due; `tax` where it is a
    payment of tax; `account` where it is fixed.
    """

    kind: OutgoingKind
    amount: Decimal
    account: str | None
    clause: str
    since: int
    tax: TaxDue | None = None


@dataclass(frozen=True, slots=True)
class Paid:
    """What left on a day, by kind."""

    withdrawn: Decimal = ZERO
    fees: Decimal = ZERO
    taxes: tuple[TaxDue, ...] = ()


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

    def charge(self, on: date, one: Outgoing) -> Decimal:
        """Take what there is at once, and let the rest wait; what was taken."""
        free = self._free(one)
        taken = min(one.amount, total(amount for _, amount in free))
        self._pay(on, one, taken, free)
        self.add(replace(one, amount=one.amount - taken))
        return taken

    def pay(self, t: int, on: date) -> Paid:
        """Pay what can be paid today."""
        if not self.waiting:
            return Paid()
        paid: list[Outgoing] = []
        left = []
        for one in self.waiting:
            free = self._free(one)
            available = total(amount for _, amount in free)
            if available < one.amount and t - one.since < self.patience:
                left.append(one)
                continue
            amount = min(one.amount, available)
            self._pay(on, one, amount, free)
            if amount < one.amount:
                self._say_short(one, amount, on)
            paid.append(replace(one, amount=amount))
        self.waiting = left
        taxes = (replace(one.tax, amount=one.amount) for one in paid if one.tax is not None)
        return Paid(_sum(paid, OutgoingKind.WITHDRAWAL), _sum(paid, OutgoingKind.FEE), tuple(taxes))

    def _free(self, one: Outgoing) -> list[tuple[str, Decimal]]:
        """Settled cash of the account that is named, else of taxable ones, the most cash first."""
        holdings = self.holdings
        if one.account is not None:
            return [(one.account, holdings.free_cash(one.account))]
        accounts = [a for a in holdings.accounts if a in holdings.taxable] or holdings.accounts
        free = [(account, holdings.free_cash(account)) for account in accounts]
        return sorted(free, key=lambda pair: pair[1], reverse=True)

    def _pay(
        self, on: date, one: Outgoing, amount: Decimal, free: list[tuple[str, Decimal]]
    ) -> None:
        holdings = self.holdings
        for account, available in free:
            part = min(amount, available)
            if part <= 0:
                continue
            entry_id = holdings.next_id(on, f"{one.kind} {one.clause}")
            where = entry_id, on, account, holdings.base, part
            if one.kind is OutgoingKind.FEE:
                holdings.book(fee(*where, one.clause))
            else:
                holdings.book(withdrawal(*where))
            amount -= part
            self._note_taxed(one, account, part, on)

    def _note_taxed(self, one: Outgoing, account: str, amount: Decimal, on: date) -> None:
        """Say where a withdrawal is income that no year of the backtest counts."""
        wrapper = self.holdings.household.account(account).wrapper
        pretax = wrapper in (Wrapper.TRADITIONAL, Wrapper.WORKPLACE)
        if one.kind is OutgoingKind.WITHDRAWAL and pretax:
            self.findings.append(
                Finding(
                    "withdrawal_untaxed",
                    Severity.WARNING,
                    account,
                    f"{amount:,.2f} was withdrawn on {on}; the income tax on it is not counted",
                    remedy="withdraw from a taxable account, or add the tax as a withdrawal",
                    clause=one.clause,
                )
            )

    def _say_short(self, one: Outgoing, paid: Decimal, on: date) -> None:
        missing = one.amount - paid
        self.findings.append(
            Finding(
                "not_enough_cash",
                Severity.WARNING,
                f"{one.kind} of {one.amount:,.2f} from {one.account or 'any account'}",
                f"only {paid:,.2f} could be paid by {on}, {missing:,.2f} is missing",
                actual=f"{paid:.2f}",
                bound=f"{one.amount:.2f}",
                remedy="withdraw less, or from an account that holds more",
                clause=one.clause,
            )
        )

    def still_waiting(self, last: date) -> tuple[Finding, ...]:
        """What had not left when the backtest ended."""
        return tuple(
            Finding(
                "still_waiting",
                Severity.NOTE,
                f"{one.kind} of {one.amount:,.2f} from {one.account or 'any account'}",
                f"had not left when the backtest ended on {last}",
                clause=one.clause,
            )
            for one in self.waiting
        )


def _sum(paid: Iterable[Outgoing], kind: OutgoingKind) -> Decimal:
    return total(one.amount for one in paid if one.kind is kind)

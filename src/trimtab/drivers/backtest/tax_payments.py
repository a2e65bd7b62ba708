"""Taxes as money: what falls due leaves the household, or is paid from elsewhere and counted.

Errors: none; a payment that cash does not cover waits as any outgoing does.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from trimtab.books.entries import deposit
from trimtab.drivers.backtest.holdings import Holdings
from trimtab.drivers.backtest.outgoings import Outgoing, OutgoingKind, Outgoings
from trimtab.drivers.backtest.settings import TaxesPaid
from trimtab.drivers.backtest.tax_office import TaxDue, TaxOffice
from trimtab.model.money import ZERO

__all__ = ["TaxPayments"]

TAXES = "taxes"


class TaxPayments:
    """Pays what the tax office asks, and takes what it gives back.

    Unit: `outside` is what was paid from elsewhere so far, refunds taken off, base currency.
    """

    def __init__(
        self, holdings: Holdings, office: TaxOffice, outgoings: Outgoings, paid: TaxesPaid
    ) -> None:
        self.holdings, self.office, self.outgoings = holdings, office, outgoings
        self.from_outside = paid is TaxesPaid.OUTSIDE
        self.outside = ZERO

    def fall_due(self, t: int, on: date) -> Decimal:
        """What falls due today: refunds arrive, payments join what waits; refunds, negative."""
        refunded = ZERO
        self.office.read_books()
        for due in self.office.due(on):
            if self.from_outside:
                self.office.was_paid(due)
                self.outside += due.amount
            elif due.amount > 0:
                out = Outgoing(OutgoingKind.TAX, due.amount, None, TAXES, t, due)
                self.outgoings.add(out)
            elif due.amount < 0:
                self._refund(on, due)
                refunded += due.amount
        return refunded

    def _refund(self, on: date, due: TaxDue) -> None:
        """Too much was paid: it comes back to the taxable account with the most cash."""
        base = self.holdings.base
        account = max(sorted(self.holdings.taxable), key=self.holdings.cash)
        entry_id = self.holdings.next_id(on, f"tax refund {due.year}")
        self.holdings.book(deposit(entry_id, on, account, base, -due.amount))
        self.office.was_paid(due)

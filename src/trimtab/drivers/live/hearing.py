"""Hearing: what a broker said goes into the books and the records, each thing once.

Errors: those of the store; an execution that cannot be booked stops its account.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from trimtab.cycle.blocks import BLOCK
from trimtab.cycle.orders import Slice
from trimtab.drivers.live.blotter import Blotter
from trimtab.drivers.live.booking import FillBook
from trimtab.drivers.live.desk import Desk, Heard
from trimtab.model.entries import Entry
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.findings import Finding, Severity
from trimtab.model.orders import Fill, Order
from trimtab.ports import LiveStore

__all__ = ["Hearing"]


class Hearing:
    """Takes reports and executions; `outside` are those of orders that are not ours."""

    def __init__(
        self, store: LiveStore, blotter: Blotter, book: FillBook, slices: Sequence[Slice]
    ) -> None:
        self.store, self.blotter, self.book = store, blotter, book
        self.outside: dict[str, Fill] = {}
        self._lots = {one.order.id: one.lots for one in slices}
        self._findings: list[Finding] = []
        self._blocks: dict[str, Order] = {}

    def take_blocks(self) -> tuple[Order, ...]:
        """Blocks of which executions were heard since the last call."""
        found = tuple(self._blocks.values())
        self._blocks.clear()
        return found

    def findings(self) -> list[Finding]:
        """What was noticed since the last call."""
        found, self._findings = self._findings, []
        return found

    def take(self, desk: Desk, heard: Heard) -> None:
        """Take all that was heard from one account's broker."""
        self._findings += heard.findings
        for report in (*heard.standing, *heard.reports):
            if self.is_ours(desk, report.order_id):
                self.blotter.record(report)
        for fill in heard.fills:
            self._fill(desk, fill)

    def is_ours(self, desk: Desk, order_id: str) -> bool:
        """Whether an order is one of ours, in this account."""
        if order_id not in self.blotter:
            return False
        return self.blotter.ticket(order_id).order.account == desk.account

    def _fill(self, desk: Desk, fill: Fill) -> None:
        """Book an execution, then record it: the other way round a crash would lose it."""
        if not self.is_ours(desk, fill.order_id):
            if fill.order_id in self.blotter:  # a block's, told in another account of it
                return
            if fill.execution_id not in self.outside:
                self.outside[fill.execution_id] = fill
                self._findings.append(_outside(desk, fill))
            return
        order = self.blotter.ticket(fill.order_id).order
        if order.trade == BLOCK:
            desk.is_current = False
            self._blocks[order.id] = order
        else:
            self.book_fill(desk, fill, order)
        self.blotter.record(fill)

    def book_fill(self, desk: Desk, fill: Fill, order: Order) -> None:
        """Book an execution unless it is booked; one that cannot be stops its account."""
        if self.book.has(fill, order.account):
            return
        desk.is_current = False
        for before in self.blotter.fills(order.id):  # the lots they took are not to be taken again
            self.book.recall(order.account, before.execution_id)
        try:
            entries = self.book.entries_of(fill, order, self._lots.get(order.id, ()))
        except InputError as error:
            desk.stopped = f"execution {fill.execution_id} cannot be booked: {error}"
            self._findings.append(_not_booked(desk, fill, error))
            entries = []
        self.append(entries)

    def book_washes(self, on: date) -> None:
        """Book what is a wash sale by now; trouble with it stops no trading."""
        try:
            while entries := self.book.washes_due(on):
                self.append(entries)
        except (InputError, InputErrors) as error:
            self._findings.append(_not_washed(error))

    def append(self, entries: Sequence[Entry]) -> None:
        """Add entries to the journal, and to the books."""
        if entries:
            self.store.append(entries, self.blotter.lease)
            self.book.take(entries)


def _outside(desk: Desk, fill: Fill) -> Finding:
    return Finding(
        "outside_trade",
        Severity.WARNING,
        f"{desk.account} {fill.instrument}",
        f"{fill.side.value} {fill.quantity} at {fill.price} is of no order of ours",
        remedy="reconcile the account; book the trade, or import it",
    )


def _not_washed(error: InputError | InputErrors) -> Finding:
    return Finding(
        "wash_sale_not_booked",
        Severity.WARNING,
        "wash sales",
        f"a disallowed loss cannot be booked: {error}",
        remedy="mend what it names; gains in the journal are before wash sales until then",
    )


def _not_booked(desk: Desk, fill: Fill, error: InputError) -> Finding:
    return Finding(
        "fill_not_booked",
        Severity.REFUSAL,
        f"{desk.account} {fill.instrument}",
        f"execution {fill.execution_id} cannot be booked: {error.fact}",
        remedy="reconcile the account",
    )

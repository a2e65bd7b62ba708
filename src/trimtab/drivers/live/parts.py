"""Parts of block orders: what becomes of the block becomes of them, and its fills are shared out.

A block leaves as one order; its parts are never sent by themselves.  Their records follow those of
the block: sent with it, taken or refused with it, absent with it.  Once the block has ended and
every execution of it was heard, each part is given its share of them as one execution at the
average price of the block.  Where more fills late, or something is taken back, the shares are made
anew, and an execution that corrects the last one is booked.

Everything is made from what is recorded, so that a crash anywhere in between is made up for by
doing it again.

Errors: those of the store; a share that cannot be booked stops its account.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from trimtab.books.order_states import Ticket
from trimtab.cycle.blocks import BLOCK, allocated
from trimtab.cycle.orders import Block
from trimtab.drivers.live.blotter import Blotter
from trimtab.drivers.live.desk import Desk
from trimtab.drivers.live.hearing import Hearing
from trimtab.model.money import ZERO
from trimtab.model.orders import (
    Absent,
    Ack,
    AckVerdict,
    Denied,
    Fill,
    Order,
    OrderRecord,
    OrderReport,
    OrderState,
    Sent,
)

__all__ = ["Parts"]

BlocksOf = Callable[[str], Sequence[Block]]
"""The blocks of a cycle, as they were stored with its orders."""


class Parts:
    """The parts of every block that anything is heard of."""

    def __init__(
        self, blotter: Blotter, hearing: Hearing, blocks: Sequence[Block], earlier: BlocksOf
    ) -> None:
        self.blotter, self.hearing, self._earlier = blotter, hearing, earlier
        self._blocks = {one.id: one for one in blocks}
        self._block_of = {part: one.id for one in blocks for part in one.parts}
        for ticket in tuple(blotter.unsettled()):
            if ticket.order.trade == BLOCK:
                self._known(ticket.order)

    def __contains__(self, order_id: str) -> bool:
        """Whether an order is a part, which is neither sent nor asked for by itself."""
        return order_id in self._block_of

    def is_block(self, order_id: str) -> bool:
        """Whether an order is a block."""
        return order_id in self._blocks

    def is_open(self, account: str) -> bool:
        """Whether a part of the account is out, so that its broker need not show what books do."""
        return any(
            ticket.order.account == account
            and ticket.order.id in self
            and ticket.state is not OrderState.PLANNED
            for ticket in self.blotter.unsettled()
        )

    def settle(self, desks: Mapping[str, Desk], now: datetime) -> None:
        """Bring the parts to where their blocks are."""
        for order in self.hearing.take_blocks():
            self._known(order)
        for block in self._blocks.values():
            if block.id in self.blotter:
                self._settle(self.blotter.ticket(block.id), desks, now)

    def _known(self, order: Order) -> None:
        """Take in a block of an earlier decision."""
        if order.id in self._blocks:
            return
        for block in self._earlier(order.cycle_id):
            self._blocks.setdefault(block.id, block)
            self._block_of |= dict.fromkeys(block.parts, block.id)

    def of(self, block: Block) -> list[Ticket]:
        """The parts that went into a block, in their order."""
        found = (self.blotter.ticket(part) for part in block.parts if part in self.blotter)
        return [ticket for ticket in found if ticket.state is not OrderState.DENIED]

    def _settle(self, block: Ticket, desks: Mapping[str, Desk], now: datetime) -> None:
        parts = self.of(self._blocks[block.order.id])
        fresh = [one for part in parts for one in _followed(block, part, now)]
        if fresh:
            self.blotter.record(*fresh)
        if not block.state.is_closed or block.missing or not parts:
            return
        for part in parts:
            self.blotter.record(*self._shared(block, part, [one.order for one in parts]))
            self._book(part.order, desks)
            now_is = self.blotter.ticket(part.order.id)
            if not now_is.state.is_closed:
                self.blotter.record(_ended(block, now_is, now))

    def _book(self, part: Order, desks: Mapping[str, Desk]) -> None:
        """Book what is recorded of a part: its executions are made here, and told by nobody."""
        desk = desks.get(part.account)
        for fill in self.blotter.fills(part.id):
            if desk is not None and not desk.stopped:
                self.hearing.book_fill(desk, fill, part)

    def _shared(self, block: Ticket, part: Ticket, wanted: Sequence[Order]) -> Iterator[Fill]:
        """What makes of the executions that a part has those that it should have."""
        step = self._blocks[block.order.id].step
        shares = allocated(wanted, block.fills, step)
        due = next((one for one in shares if one.order_id == part.order.id), None)
        has = part.fills[-1] if part.fills else None
        if _worth(due) == _worth(has):
            return
        number = len(self.blotter.fills(part.order.id)) + 1
        name = f"{block.order.id}/{part.order.id}/{number}"
        if due is not None:
            busts = "" if has is None else has.execution_id
            yield replace(due, execution_id=name, busts=busts)
        elif has is not None:
            yield replace(has, execution_id=name, busts=has.execution_id, quantity=ZERO, fee=ZERO)


def _worth(fill: Fill | None) -> tuple[Decimal, ...]:
    return () if fill is None else (fill.quantity, fill.price, fill.fee)


def _followed(block: Ticket, part: Ticket, now: datetime) -> Iterator[OrderRecord]:
    """What is recorded of a part because it is recorded of its block, but for how it ended."""
    name = part.order.id
    if part.attempts < block.attempts:
        yield Sent(name, now, block.attempts)
    elif part.said is block.said:
        return
    match block.said:
        case OrderState.WORKING:
            yield Ack(AckVerdict.ACCEPTED, name, now, block.broker_id)
        case OrderState.REJECTED:
            yield Ack(AckVerdict.REJECTED, name, now, block.broker_id, text=block.text)
        case OrderState.PLANNED:
            yield Absent(name, now)
        case OrderState.DENIED:
            yield Denied(name, now, block.text)


def _ended(block: Ticket, part: Ticket, now: datetime) -> OrderReport:
    """The end of a part that did not fill: the block's, or that it was canceled."""
    states = (OrderState.CANCELED, OrderState.EXPIRED)
    state = block.said if block.said in states else OrderState.CANCELED
    return OrderReport(part.order.id, block.broker_id, state, now, part.order.quantity, part.heard)

"""What an account's settled cash pays for: the order whole, less of it, or nothing.

Cash counts once: purchases that stand, may stand, or are about to leave keep what they can still
take at their limits.  What does not fit waits while more cash may come, or while what is kept may
turn out to be less; only then it is cut.

Errors: none; why an order is not paid for is an answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from trimtab.books.order_states import Ticket
from trimtab.cycle.blocks import BLOCK
from trimtab.cycle.orders import Slice, step_for
from trimtab.drivers.live.blotter import Blotter
from trimtab.drivers.live.desk import Desk, Pace
from trimtab.drivers.live.sending import Refused
from trimtab.model.brokers import BrokerInstrument
from trimtab.model.money import ZERO, cents, step_down, total
from trimtab.model.orders import Order, OrderState
from trimtab.model.snapshots import Side

__all__ = ["Purse", "least_order"]


class Purse:
    """The cash of each account, as far as one decision's purchases may take it."""

    def __init__(self, blotter: Blotter, slices: Mapping[str, Slice], pace: Pace) -> None:
        self.blotter, self._slices, self.pace = blotter, slices, pace

    def fitted(
        self,
        desk: Desk,
        order: Order,
        leaving: Sequence[Order],
        waiting: Sequence[Order],
        now: datetime,
    ) -> Order | Refused | None:
        """A purchase that the cash pays for, cut where nothing will bring more; none to wait.

        `leaving` are about to leave, `waiting` all that have not left.
        """
        if order.side is Side.SELL:
            return order
        price = self._price(order)
        if price is None or order.quantity is None:
            return Refused("cash", "it has neither limit nor price to reckon with")
        instrument = desk.broker.instrument(order.instrument)
        if instrument is None:
            return Refused("cash", "the broker does not trade it")
        cash = desk.spendable(instrument.currency, self._reserved(desk, order.id, leaving))
        if _cost(order.quantity, price) <= cash:
            return order
        if leaving or self._may_still_sell(desk, waiting) or self._is_unsure(desk, now):
            return None
        affordable = step_down(cash / price, step_for(instrument, order.time_in_force))
        if order.id in self.blotter or affordable < least_order(instrument):
            fact = f"{cash:,.2f} of settled cash do not pay for it"
            return Refused("cash", fact, "the next cycle looks again")
        return replace(order, quantity=affordable)

    def _price(self, order: Order) -> Decimal | None:
        """The most that a unit may cost."""
        planned = self._slices.get(order.id)
        return order.limit or (None if planned is None else planned.price)

    def _reserved(self, desk: Desk, but: str, leaving: Sequence[Order]) -> Decimal:
        """What our purchases that stand, may stand, or are about to, can still take."""
        standing = [
            (ticket.order, ticket.left or ZERO)
            for ticket in self._standing(desk, Side.BUY)
            if ticket.order.id != but
        ]
        about_to = [(one, one.quantity or ZERO) for one in leaving if one.side is Side.BUY]
        return total(
            _cost(left, self._price(order) or ZERO) for order, left in (*standing, *about_to)
        )

    def _standing(self, desk: Desk, side: Side) -> Iterator[Ticket]:
        for ticket in self.blotter.unsettled():
            if ticket.order.trade == BLOCK:
                continue  # its parts stand for it, each in its account
            is_there = ticket.attempts and ticket.state is not OrderState.PLANNED
            if is_there and ticket.order.account == desk.account and ticket.order.side is side:
                yield ticket

    def _may_still_sell(self, desk: Desk, waiting: Sequence[Order]) -> bool:
        """Whether a sale of the account stands or waits, so that more cash may come."""
        return any(self._standing(desk, Side.SELL)) or any(
            order.side is Side.SELL and order.account == desk.account for order in waiting
        )

    def _is_unsure(self, desk: Desk, now: datetime) -> bool:
        """Whether a purchase was sent so recently that what it costs may soon be known."""
        sent = (self.blotter.last_sent(one.order.id) for one in self._standing(desk, Side.BUY))
        return any(
            at is not None and 0 <= (now - at).total_seconds() < self.pace.fill for at in sent
        )


def _cost(quantity: Decimal, price: Decimal) -> Decimal:
    return cents(quantity * price)


def least_order(instrument: BrokerInstrument) -> Decimal:
    """The smallest quantity that the broker takes."""
    return max(instrument.minimum, instrument.quantity_step)

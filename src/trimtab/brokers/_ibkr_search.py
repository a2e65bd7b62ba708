"""Finding an order at Interactive Brokers by our id, or proving that it is not there.

There is no question by our id.  The list holds the orders of one session, so an order that is not
in it may still have been executed: absence needs two looks at the list, the first at a new one, and
one at the executions of a week.  An order that shows no reference and looks like ours is neither.

Errors: `BrokerError` where absence can be neither shown nor ruled out.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from trimtab.brokers._ibkr_acks import Known
from trimtab.brokers._ibkr_rest import DAY, TRADES_DAYS_MAX, IbkrRest
from trimtab.model.brokers import BrokerError, Trouble
from trimtab.model.money import ZERO
from trimtab.model.orders import Fill, OrderReport, OrderState

__all__ = ["Search"]


class Search:
    """Looks for one order at a time."""

    def __init__(self, rest: IbkrRest, known: Known, clock: Callable[[], datetime]) -> None:
        self._rest, self._known, self._clock = rest, known, clock

    def find(self, order_id: str) -> OrderReport | None:
        """The order of this id; none where there is proof that there is none."""
        for is_fresh in (True, False):
            for report in self._rest.orders(fresh=is_fresh):
                if self._is_it(report, order_id):
                    self._known.broker_ids[order_id] = report.broker_id
                    return replace(report, order_id=order_id)
        fills = self._rest.fills(self._clock() - TRADES_DAYS_MAX * DAY)
        own = [one for one in fills if one.order_id == order_id]
        if not own:
            return None
        self._known.broker_ids[order_id] = own[-1].broker_id
        return self._executed(order_id, own)

    def open_orders(self) -> tuple[OrderReport, ...]:
        """The open orders, ours by our ids."""
        ours = {theirs: name for name, theirs in self._known.broker_ids.items()}
        found = []
        for report in self._rest.orders():
            name = report.order_id or ours.get(report.broker_id, "")
            if name:
                self._known.broker_ids[name] = report.broker_id
            if not report.state.is_closed:
                found.append(replace(report, order_id=name))
        return tuple(found)

    def _is_it(self, report: OrderReport, order_id: str) -> bool:
        if report.order_id:
            return report.order_id == order_id
        ours = {theirs: name for name, theirs in self._known.broker_ids.items()}
        if report.broker_id in ours:
            return ours[report.broker_id] == order_id
        sent = self._known.sent.get(order_id)
        looks = (report.instrument, report.side, report.quantity)
        if sent is not None and looks != (sent.instrument, sent.side, sent.quantity):
            return False
        raise BrokerError(
            Trouble.UNREADABLE,
            f"the order {order_id} at IBKR",
            f"an order without a reference may be it: {report.broker_id}, {report.side} "
            f"{report.quantity} {report.instrument}",
            remedy="cancel that order or let it end; until then nothing is sent again",
        )

    def _executed(self, order_id: str, own: list[Fill]) -> OrderReport:
        """What executions say of an order that is no more in the list."""
        taken_back = {one.busts for one in own}
        counted = [one for one in own if one.execution_id not in taken_back]
        filled = sum((one.quantity for one in counted), ZERO)
        value = sum((one.quantity * one.price for one in counted), ZERO)
        sent = self._known.sent.get(order_id)
        quantity = sent.quantity if sent is not None else None
        is_whole = quantity is not None and filled >= quantity
        last = own[-1]
        return OrderReport(
            order_id=order_id,
            broker_id=last.broker_id,
            state=OrderState.FILLED if is_whole else OrderState.PARTIAL,
            at=last.at,
            quantity=quantity,
            filled=filled,
            average_price=value / filled if filled else None,
            text="told by its executions: it is not among the orders of this session",
            instrument=last.instrument,
            side=last.side,
        )

"""The cycles of a day, and the orders of each.

Errors: `InputError` for a day with more cycles than any has.
"""

from __future__ import annotations

import json
from datetime import date, datetime

from trimtab.app.live.overrides import overrides
from trimtab.app.live.service import Service
from trimtab.books.order_states import Ticket, fold
from trimtab.model.errors import InputError
from trimtab.model.live import OrdersAsked
from trimtab.model.money import ZERO
from trimtab.model.orders import OrderState
from trimtab.model.plans import Verdict

__all__ = ["CYCLES_MAX", "cycle_id_of", "cycle_of_today", "tickets_of"]

CYCLES_MAX = 1_000
"""More cycles than any day has."""


def cycle_of_today(service: Service, day: date) -> str:
    """The day's cycle: the one that waits or has orders, else the next.

    A cycle that came to nothing is over, and prices may have moved since.  One of whose orders our
    own rules refused some is over once a person has overridden a rule and the others are closed.
    """
    for number in range(1, CYCLES_MAX):
        cycle_id = cycle_id_of(service, day, number)
        kept = [one for one in service.store.answers(cycle_id) if one.kind == "authorise"]
        if not kept:
            return cycle_id
        is_trade = json.loads(kept[0].data)["verdict"] == Verdict.TRADE.value
        if is_trade and not _is_overridden(service, cycle_id, kept[0].at):
            return cycle_id
    raise InputError("cycle", f"the day has {CYCLES_MAX} already", "", "look at `trimtab orders`")


def cycle_id_of(service: Service, day: date, number: int) -> str:
    """The id of a day's cycle, the first of which is 1."""
    return f"{service.household} {day} {number}"


def tickets_of(service: Service, cycle_id: str) -> tuple[Ticket, ...]:
    """The orders of a cycle, as they stand."""
    store = service.store
    orders = store.some_orders(service.household, OrdersAsked(cycle=cycle_id)) if cycle_id else ()
    return tuple(fold(order, store.records(order.id)) for order in orders)


def _is_overridden(service: Service, cycle_id: str, decided_at: datetime) -> bool:
    """Whether a person overrode a rule after a cycle, which denied orders and has none open."""
    tickets = tickets_of(service, cycle_id)
    was_denied = any(one.state is OrderState.DENIED for one in tickets)
    if not was_denied or any(not one.state.is_closed or one.missing > ZERO for one in tickets):
        return False
    said = overrides(service).values()
    return any(one.after == cycle_id and one.at >= decided_at for one in said)

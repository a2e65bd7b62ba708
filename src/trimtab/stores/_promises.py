"""What every live store promises, where the promise is a comparison: said once for all of them.

Errors: `InvariantError` for what is there already and says something else; the others are returned,
to be raised where they arise.
"""

from __future__ import annotations

from dataclasses import replace

from trimtab.books.order_states import Ticket
from trimtab.model.errors import InputError, InvariantError, LeaseLost, must
from trimtab.model.live import ApprovalRequest, Lease, StoredAnswer
from trimtab.model.money import ZERO
from trimtab.model.orders import Order

__all__ = [
    "agree",
    "agree_cycle",
    "agree_order",
    "agree_request",
    "is_open",
    "lost",
    "no_order",
    "no_request",
]


def agree(there: StoredAnswer, answer: StoredAnswer) -> None:
    """A step is answered once: the same again changes nothing, anything else is a defect."""
    must(
        (there.kind, there.data) == (answer.kind, answer.data),
        f"step {answer.step} of cycle {answer.cycle_id} has one answer: "
        f"a {there.kind} is stored, another {answer.kind} came",
    )


def agree_cycle(cycle_id: str, there: str, household: str) -> None:
    """A cycle belongs to one household."""
    must(
        there == household,
        f"cycle {cycle_id} is of household {there}, its answer came with a lease of {household}",
    )


def agree_order(there_of: str, there: Order, household: str, order: Order) -> None:
    """An id is one order's for good: what it asks for never changes."""
    same = (there_of, there) == (household, order)
    must(same, f"order {order.id} is recorded as {there} of {there_of}; {order} came instead")


def agree_request(there: ApprovalRequest, request: ApprovalRequest) -> None:
    """Of a question, only what became of it changes."""
    same = replace(there, status=request.status, reason=request.reason) == request
    must(same, f"request {request.id} asks what it asked: only its status and reason change")


def is_open(ticket: Ticket) -> bool:
    """Whether an order still wants looking after: not closed, or executed without its fills."""
    return not ticket.state.is_closed or ticket.missing > ZERO


def lost(lease: Lease, last: Lease | None) -> LeaseLost:
    """A writer came with a lease that is not the household's last."""
    now = "nobody works it" if last is None or not last.holder else f"{last.holder} works it"
    fence = "none was ever given" if last is None else f"the last is {last.fence}"
    return LeaseLost(
        f"household {lease.household}: {lease.holder} came with fence {lease.fence}, {fence}: "
        f"{now} since; nothing was written, and nothing may be sent"
    )


def no_order(order_id: str, household: str) -> InvariantError:
    """A record came for an order whose intent was never recorded."""
    return InvariantError(f"order {order_id!r} is recorded in {household} before anything of it is")


def no_request(request: str) -> InputError:
    """A person answered a question that nobody asked."""
    fact = "no such question was asked"
    return InputError(f"request {request!r}", fact, "", "`trimtab approvals` lists those that wait")

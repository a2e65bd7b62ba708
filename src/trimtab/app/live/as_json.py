"""Orders, runs and looks at accounts as JSON.  Errors: none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trimtab.app.json_text import Json
from trimtab.app.live.syncing import AccountSync
from trimtab.books.order_states import Ticket

if TYPE_CHECKING:
    from trimtab.app.live.running import RunResult

__all__ = ["run_json", "sync_json", "ticket_json"]


def ticket_json(one: Ticket) -> dict[str, Json]:
    """An order and where it stands."""
    order = one.order
    return {
        "id": order.id,
        "cycle": order.cycle_id,
        "trade": order.trade,
        "account": order.account,
        "instrument": order.instrument,
        "side": order.side.value,
        "quantity": None if order.quantity is None else f"{order.quantity:f}",
        "limit": None if order.limit is None else f"{order.limit:f}",
        "state": one.state.value,
        "filled": f"{one.filled:f}",
        "attempts": one.attempts,
        "broker_id": one.broker_id,
        "text": one.text,
    }


def run_json(result: RunResult) -> dict[str, Json]:
    """What a run came to."""
    decision, asked = result.decision, result.asked
    return {
        "schema": 1,
        "verdict": None if decision is None else decision.verdict.value,
        "sentence": None if decision is None else decision.sentence,
        "approval": None if asked is None else {"id": asked.id, "status": asked.status.value},
        "market_opens": None if result.opens is None else result.opens.isoformat(),
        "orders": [ticket_json(one) for one in result.tickets],
        "findings": [
            {"code": one.code, "subject": one.subject, "message": one.message}
            for one in result.findings
        ],
        "accounts": [{"account": one.account, "agrees": one.agrees} for one in result.looks],
    }


def sync_json(one: AccountSync) -> dict[str, Json]:
    """One account after a look at its broker."""
    state = one.state
    return {
        "account": one.account,
        "broker": one.broker,
        "agrees": one.agrees,
        "problem": one.problem,
        "notes": list(one.notes),
        "complete": state is not None and state.is_complete,
        "positions": []
        if state is None
        else [{"instrument": p.instrument, "quantity": f"{p.quantity:f}"} for p in state.positions],
        "cash": []
        if state is None
        else [
            {"currency": c.currency, "settled": f"{c.settled:f}", "unsettled": f"{c.unsettled:f}"}
            for c in state.cash
        ],
        "breaks": [
            {
                "id": found.id,
                "kind": found.kind.value,
                "instrument": found.instrument,
                "message": found.message,
                "remedy": found.remedy,
                "facts": dict(found.facts),
            }
            for found in one.breaks
        ],
    }

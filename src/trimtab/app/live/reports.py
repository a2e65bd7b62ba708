"""The texts of alerts: plain facts, what the mandate's own policy makes of them, and what to type.

Nothing here advises: a plan is what the rules that the owner wrote come to.

Errors: none; a plan that cannot be made is a sentence.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from trimtab.app.household import LoadedHousehold
from trimtab.app.live.asking import OPEN
from trimtab.app.live.monitor import Standing
from trimtab.app.live.syncing import AccountSync
from trimtab.app.screens.words import money, percent, points, quantity
from trimtab.app.status import Status, status_of
from trimtab.books.order_states import Ticket
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.live import ApprovalRequest
from trimtab.model.plans import Decision, Plan, Verdict

__all__ = [
    "approval_text",
    "break_text",
    "decided",
    "drift_text",
    "drift_title",
    "orders_text",
    "orders_title",
    "plan_text",
    "weekly_text",
]

TRADES_SHOWN = 20


def drift_title(standing: Standing, bound: float) -> str:
    """How far the farthest target is, and past which threshold."""
    far = percent(standing.farthest, 2)
    return f"{standing.target} has drifted {far}; {percent(bound, 2)} are the threshold"


def drift_text(status: Status, standing: Standing) -> str:
    """Every target against what is held."""
    total = percent(standing.total, 2)
    return "\n".join([f"All drifts together come to {total} of the household.", *_targets(status)])


def weekly_text(loaded: LoadedHousehold, decision: Decision | None, why_none: str) -> str:
    """Current against target, and what the mandate's policy would trade now.

    `decision` and `why_none` are what `decided` answers.
    """
    status = status_of(loaded)
    currency = status.base_currency
    lines = [
        f"As of {status.as_of}: {money(status.value, currency)}, "
        f"{money(status.cash, currency)} of it cash. "
        f"All drifts together: {percent(status.drift_total, 2)}.",
        *_targets(status),
        "",
        _plan_words(loaded, decision, why_none),
        "Nothing of this is advice: it is what the rules in the mandate come to.",
    ]
    return "\n".join(lines)


def plan_text(loaded: LoadedHousehold) -> str:
    """What the mandate's policy comes to today."""
    return _plan_words(loaded, *decided(loaded))


def decided(loaded: LoadedHousehold) -> tuple[Decision | None, str]:
    """What the rules come to today; none, and why, where no plan can be made."""
    from trimtab.app.api import decide

    try:
        return decide(loaded), ""
    except (InputError, InputErrors) as error:
        return None, str(error)


def _plan_words(loaded: LoadedHousehold, decision: Decision | None, why_none: str) -> str:
    if decision is None:
        return f"No plan could be made: {why_none}"
    policy = loaded.mandate.policy.name
    lines = [f"What the mandate's policy ({policy}) comes to today: {decision.sentence}"]
    if decision.plan is not None and decision.verdict is not Verdict.HOLD:
        lines += _trades(decision.plan, loaded.household.base_currency)
    return "\n".join(lines)


def approval_text(request: ApprovalRequest, folder: str) -> str:
    """What is asked, as it was shown, and how to answer."""
    seen = json.loads(request.seen)
    if request.status not in OPEN:
        return f"{request.status.value}: {request.reason or 'as people said'}"
    lines = [str(seen["sentence"])]
    lines += [
        f"  {one['id']} {one['side']} {one['quantity']} {one['instrument']} in {one['account']} "
        f"[{one['clause']}]"
        for one in seen["trades"][:TRADES_SHOWN]
    ]
    lapses = f"{request.lapses_at:%Y-%m-%d %H:%M} UTC"
    lines += [
        f"It lapses at {lapses}, or when prices, positions or the mandate move.",
        f"trimtab approvals {folder}",
        f"trimtab approve {request.id} {folder}",
        f"trimtab reject {request.id} {folder}",
    ]
    return "\n".join(lines)


def orders_title(tickets: Sequence[Ticket]) -> str:
    """How many orders came to what."""
    counts: dict[str, int] = {}
    for one in tickets:
        counts[one.state.value] = counts.get(one.state.value, 0) + 1
    told = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
    return f"orders: {told}" if told else "orders: none"


def orders_text(tickets: Sequence[Ticket]) -> str:
    """Each order and what became of it."""
    lines = []
    for one in tickets:
        order = one.order
        wanted = "" if order.quantity is None else f" {quantity(order.quantity)}"
        words = f"{order.side.value}{wanted} {order.instrument} in {order.account}"
        told = f"  {words}: {one.state.value}, {quantity(one.filled)} executed"
        lines.append(f"{told}; {one.text}" if one.text else told)
    return "\n".join(lines)


def break_text(looks: Sequence[AccountSync]) -> str:
    """Every account that is not proven to agree, and why."""
    lines = []
    for one in looks:
        if one.problem:
            lines.append(f"{one.account} at {one.broker}: {one.problem}")
        for found in one.breaks:
            words = f"{found.message}. {found.remedy.capitalize()}."
            lines.append(f"{one.account} at {one.broker}: {words}")
    return "\n".join(lines)


def _targets(status: Status) -> list[str]:
    return [
        f"  {one.name}: {percent(one.actual)} held, {percent(one.weight)} wanted, "
        f"{points(one.drift)} points, {one.words}"
        for one in status.targets
    ]


def _trades(plan: Plan, currency: str) -> list[str]:
    lines = [
        f"  {one.id} {one.side.value} {quantity(one.quantity)} {one.instrument} in {one.account}, "
        f"about {money(one.amount, currency)} [{one.clause}]"
        for one in plan.trades[:TRADES_SHOWN]
    ]
    left = len(plan.trades) - len(lines)
    return [*lines, f"  and {left} more"] if left > 0 else lines

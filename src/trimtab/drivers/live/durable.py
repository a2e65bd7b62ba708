"""The durable cycle: answers go into the store before the cycle goes on, and come from it again.

A cycle that crashed is run again from its beginning: as far as it was answered, the answers are
read back, and neither broker, feed nor policy is asked; from there on it goes on as if nothing had
happened.  The cycle is a pure function of its answers, so that it comes to the same decision; where
it does not (another version runs it), it is refused.

Errors: `InputError` where stored answers do not fit; those of the store; whatever the world raises.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Protocol

from trimtab.books import entries as plain
from trimtab.cycle.flow import Cycle
from trimtab.cycle.orders import OrdersPlanned
from trimtab.cycle.requests import Answer, Authorise, Observation, Observe, Propose, Request
from trimtab.drivers.live.answer_json import from_text, to_text
from trimtab.model.edits import Edits
from trimtab.model.entries import Entry
from trimtab.model.errors import InputError, must
from trimtab.model.live import Lease, StoredAnswer
from trimtab.model.plans import Decision, Verdict
from trimtab.model.proposals import Proposal
from trimtab.ports import LiveStore

__all__ = [
    "ORDERS_STEP",
    "World",
    "begin",
    "decision_entry",
    "orders_kept",
    "orders_once",
    "plan_hash",
    "run_durable",
]

ORDERS_STEP = 1_000_000
"""The step under which a cycle's orders are stored, behind all that a cycle asks."""

EDITS = "edits"
"""The kind of answer by which people's edits of a plan are stored."""

Clock = Callable[[], datetime]


class World(Protocol):
    """Whoever answers a cycle that has no stored answer."""

    def observe(self, request: Observe) -> Observation:
        """The account as it is now."""
        ...

    def propose(self, request: Propose) -> Proposal:
        """What the policy wants."""
        ...

    def authorise(self, request: Authorise) -> Decision | Edits | None:
        """The decision as it stands, what people take out of it, or none while they are asked."""
        ...


@dataclass(frozen=True, slots=True)
class _Authorised:
    """The answer to an authorisation: the plan it was given for, and what became of it."""

    plan: str
    verdict: Verdict
    sentence: str


def run_durable(
    cycle_id: str, cycle: Cycle, world: World, store: LiveStore, lease: Lease, clock: Clock
) -> Decision | None:
    """Run a cycle to its decision; none while it waits for people, to be run again later.

    Refuses: stored answers of other requests than the cycle makes now.
    """
    stored = {answer.step: answer for answer in store.answers(cycle_id)}
    step = 0
    try:
        request = next(cycle)
        while True:
            kept = stored.get(step)
            answer = _asked(request, world) if kept is None else _told(request, kept)
            if answer is None:
                return None
            if kept is None:
                text = to_text(_kept(request, answer))
                made = StoredAnswer(cycle_id, step, _kind_of(request, answer), text, clock())
                store.put_answer(made, lease)
            request = cycle.send(answer)
            step += 1
    except StopIteration as end:
        decision: Decision = end.value
        return decision


def _kind(request: Request) -> str:
    return type(request).__name__.lower()


def _kind_of(request: Request, answer: Answer) -> str:
    return EDITS if isinstance(answer, Edits) else _kind(request)


def _asked(request: Request, world: World) -> Answer | None:
    match request:
        case Observe():
            return world.observe(request)
        case Propose():
            return world.propose(request)
        case Authorise():
            return world.authorise(request)


def _kept(request: Request, answer: Answer) -> object:
    """What is stored: of a decision its verdict, because the cycle makes the rest again."""
    if isinstance(request, Authorise) and isinstance(answer, Decision):
        return _Authorised(plan_hash(request.decision), answer.verdict, answer.sentence)
    return answer


def _told(request: Request, kept: StoredAnswer) -> Answer:
    if isinstance(request, Authorise) and kept.kind == EDITS:
        return from_text(kept.data, Edits)
    if kept.kind != _kind(request):
        raise InputError(
            f"cycle {kept.cycle_id}",
            f"step {kept.step} asks to {_kind(request)}, and an answer to {kept.kind} is stored",
            remedy="another version of Trimtab ran it: let it lapse and start a new cycle",
        )
    match request:
        case Observe():
            return from_text(kept.data, Observation)
        case Propose():
            return from_text(kept.data, Proposal)
        case Authorise():
            return _as_authorised(request.decision, kept)


def _as_authorised(decision: Decision, kept: StoredAnswer) -> Decision:
    stored = from_text(kept.data, _Authorised)
    if stored.plan != plan_hash(decision):
        raise InputError(
            f"cycle {kept.cycle_id}",
            "it comes to another plan than the one that was authorised",
            f"{plan_hash(decision)[:12]} instead of {stored.plan[:12]}",
            "another version of Trimtab ran it: let it lapse and start a new cycle",
        )
    return replace(decision, verdict=stored.verdict, sentence=stored.sentence)


def plan_hash(decision: Decision) -> str:
    """What authorisation is bound to: SHA-256 over the trades as canonical JSON."""
    trades = () if decision.plan is None else decision.plan.trades
    return sha256(to_text(trades).encode()).hexdigest()


def begin(
    decision: Decision,
    store: LiveStore,
    lease: Lease,
    clock: Clock,
    make: Callable[[], OrdersPlanned],
) -> OrdersPlanned:
    """Put an authorised decision into the journal and store its orders; nothing is sent yet.

    Run it again after a crash; the second time changes nothing.
    Refuses: a decision that is not to trade, with `InvariantError`.
    """
    verdict = decision.verdict
    must(verdict is Verdict.TRADE, f"cycle {decision.cycle_id} says {verdict}: nothing is ordered")
    store.append([decision_entry(decision)], lease)
    return orders_once(decision.cycle_id, store, lease, clock, make)


def orders_once(
    cycle_id: str,
    store: LiveStore,
    lease: Lease,
    clock: Clock,
    make: Callable[[], OrdersPlanned],
) -> OrdersPlanned:
    """A cycle's orders: made once, from the quotes of that moment, and read back ever after."""
    kept = orders_kept(cycle_id, store)
    if kept is not None:
        return kept
    planned = make()
    store.put_answer(
        StoredAnswer(cycle_id, ORDERS_STEP, "orders", to_text(planned), clock()), lease
    )
    return planned


def orders_kept(cycle_id: str, store: LiveStore) -> OrdersPlanned | None:
    """The orders that a cycle came to, none where it has not come to any."""
    for kept in store.answers(cycle_id):
        if kept.step == ORDERS_STEP:
            return from_text(kept.data, OrdersPlanned)
    return None


def decision_entry(decision: Decision) -> Entry:
    """The decision in the journal: every order names its cycle, and this is what it leads to."""
    trades = () if decision.plan is None else decision.plan.trades
    details = {
        "cycle": decision.cycle_id,
        "verdict": decision.verdict.value,
        "sentence": decision.sentence,
        "plan": plan_hash(decision),
        "trades": " ".join(trade.id for trade in trades),
    }
    return plain.decision(f"decision {decision.cycle_id}", decision.as_of, details)

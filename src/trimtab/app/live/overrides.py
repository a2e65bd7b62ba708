"""A person lets one rule of sending pass for the rest of a day: who, why and until when is kept.

It is a question that is answered as it is asked, beside those on plans: it needs no lease, so that
a service at work is no hindrance, and the next run has it in the journal before anything leaves.
What can be overridden are the owner's own caps and the guards; old quotes and prices, breaks, halts
and a lease never can.

Errors: `InputError` for a rule that cannot be overridden, and for an override without a reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from trimtab.app.live.asking import OVERRIDE
from trimtab.app.live.sending_settings import SENDING_KEYS
from trimtab.app.live.service import Service
from trimtab.books.entry_json import canonical
from trimtab.guards._defaults import DEFAULT_ORDER
from trimtab.model.errors import InputError, nearest
from trimtab.model.live import Approval, ApprovalRequest, ApprovalStatus, ApprovalWord

__all__ = ["Override", "override", "overrides"]

NEVER = frozenset({"open_breaks", "price_age"})
"""Without these nobody knows what is held, or what it is worth."""
RULES = (*SENDING_KEYS, *(name for name in DEFAULT_ORDER if name not in NEVER))


@dataclass(frozen=True, slots=True)
class Override:
    """A rule that does not count from a moment until another.

    `after` is the day's cycle at which it was said.  If that had been decided by then, and one of
    its orders was denied, the next cycle begins once all of them are closed.
    """

    rule: str
    after: str
    at: datetime
    until: datetime


def override(service: Service, rule: str, after: str, by: str, why: str) -> Override:
    """Let a rule pass until the session's end; said again, it is a further word on that.

    Refuses: a rule that there is not, and no reason.
    """
    if rule not in RULES:
        raise InputError(f"rule {rule!r}", "it cannot be overridden", "", nearest(rule, RULES))
    if not why.strip():
        raise InputError("override", "it has no reason", "a reason is kept with it", "give --why")
    now = service.clock()
    until = service.sessions.standing(now).closes
    sentence = f"{rule} does not count until {until:%Y-%m-%d %H:%M} UTC: {why.strip()}"
    day = service.sessions.day_of(now).isoformat()
    seen = canonical({"sentence": sentence, "as_of": day, "trades": [], "findings": []})
    bound_to = sha256(seen.encode()).hexdigest()
    said = next((one for one in _standing(service) if _rule_of(one) == rule), None)
    if said is None:
        said = ApprovalRequest(
            *(f"{OVERRIDE}{rule} after {after}", service.household, after, now, until),
            *(bound_to, 1, True, seen),
            status=ApprovalStatus.APPROVED,
        )
        service.store.put_request(said, None)
    word = Approval(said.id, by, ApprovalWord.APPROVE, now, said.bound_to, why.strip())
    service.store.put_approval(word)
    return Override(rule, said.cycle_id, said.asked_at, said.lapses_at)


def overrides(service: Service) -> dict[str, Override]:
    """The overrides that count now, by rule."""
    found = ((_rule_of(one), one) for one in _standing(service))
    return {rule: Override(rule, one.cycle_id, one.asked_at, one.lapses_at) for rule, one in found}


def _standing(service: Service) -> list[ApprovalRequest]:
    """The questions of the overrides that count now: one a rule."""
    now = service.clock()
    return [
        one
        for one in service.store.requests(service.household)
        if one.id.startswith(OVERRIDE) and one.asked_at <= now < one.lapses_at
    ]


def _rule_of(request: ApprovalRequest) -> str:
    return request.id.removeprefix(OVERRIDE).partition(" ")[0]

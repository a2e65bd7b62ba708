"""The questions of a household whose store is live: which one stands, and its plan made again.

A stored question is made again from the answers that its cycle was given, once: nothing that a
question rests on changes, so what was made is kept.

Errors: those of the store, and of a cycle that was not kept whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from trimtab.app.web.investor.kept import Kept

if TYPE_CHECKING:
    from trimtab.app.kept_cycles import KeptCycle, KeptPlan
    from trimtab.app.live.replaying import Replayed
    from trimtab.app.live.service import Service
    from trimtab.app.live.settings import LiveSettings
    from trimtab.app.web.households import ServedHousehold, View
    from trimtab.app.web.investor.past import PastWeights
    from trimtab.model.live import ApprovalRequest
    from trimtab.model.plans import Decision

__all__ = [
    "cycle_again",
    "last_question",
    "live_service",
    "made_again",
    "past_of",
    "plan_of",
    "standing_question",
    "waiting_questions",
]

_PLANS: Kept[KeptPlan] = Kept(64)
_QUESTIONS: Kept[Replayed] = Kept(64)
_CYCLES: Kept[tuple[KeptCycle, Decision]] = Kept(64)
_PASTS: Kept[PastWeights | None] = Kept(256)
_SETTINGS: Kept[LiveSettings] = Kept(1024)


def plan_of(one: ServedHousehold, view: View) -> KeptPlan:
    """The plan of the files as they are, with its answers."""
    from trimtab.app.kept_cycles import kept_plan

    return _PLANS.get((one.folder, view.digest), lambda: kept_plan(view.loaded))


def past_of(one: ServedHousehold, view: View) -> PastWeights | None:
    """What the holdings would have weighed over the past half year."""
    from trimtab.app.web.investor.past import past_weights

    return _PASTS.get((one.folder, view.digest), lambda: past_weights(view.loaded, view.status))


def made_again(one: ServedHousehold, service: Service, request_id: str) -> Replayed:
    """A question's plan as it was shown, and whether it comes out the same again."""
    from trimtab.app.kept_cycles import frozen
    from trimtab.app.live.replaying import replayed

    def make() -> Replayed:
        found = replayed(service.store, request_id, one.folder)
        return replace(found, cycle=frozen(found.cycle, found.decision))

    return _QUESTIONS.get((one.folder, request_id), make)


def cycle_again(
    one: ServedHousehold, service: Service, cycle_id: str
) -> tuple[KeptCycle, Decision]:
    """A cycle that asked nobody, and the decision that it comes to again.

    Refuses: a cycle of which an answer was not kept.
    """
    from trimtab.app.kept_cycles import decided_again, frozen
    from trimtab.app.live.replaying import kept_cycle_of
    from trimtab.model.edits import Edits

    def make() -> tuple[KeptCycle, Decision]:
        cycle = kept_cycle_of(service.store, cycle_id, one.folder)
        decision = decided_again(cycle, Edits())
        return frozen(cycle, decision), decision

    return _CYCLES.get((one.folder, cycle_id), make)


@contextmanager
def live_service(one: ServedHousehold) -> Iterator[Service | None]:
    """The household's service, none where no account is linked to a broker."""
    from trimtab.app.live.service import service_on

    settings = _settings_of(one)
    if settings is None or not settings.accounts:
        yield None
        return
    with service_on(one.view().loaded, settings, one.clock) as service:
        yield service


def _settings_of(one: ServedHousehold) -> LiveSettings | None:
    """The live settings, read anew where their file changed; none where there is no such file."""
    from trimtab.app.live.service import open_settings
    from trimtab.app.live.settings import LIVE_NAME

    file = one.folder / LIVE_NAME
    if not file.exists():
        return None
    stamp = file.stat()
    key = one.folder, stamp.st_mtime_ns, stamp.st_size
    return _SETTINGS.get(key, lambda: open_settings(one.folder))


def waiting_questions(service: Service) -> tuple[ApprovalRequest, ...]:
    """The questions that wait for people now; nothing is recorded."""
    from trimtab.app.live.asking import OPEN, as_it_stands

    every = (one for one in service.store.requests(service.household) if one.status in OPEN)
    return tuple(found for one in every if (found := as_it_stands(service, one)).status in OPEN)


def last_question(service: Service) -> ApprovalRequest | None:
    """What became of the question that was asked last; nothing is recorded."""
    from trimtab.app.live.asking import OVERRIDE, as_it_stands

    every = [
        one for one in service.store.requests(service.household) if not one.id.startswith(OVERRIDE)
    ]
    return as_it_stands(service, every[-1]) if every else None


def standing_question(service: Service) -> ApprovalRequest | None:
    """The question that the proposal screen shows: the last of those that wait."""
    waiting = waiting_questions(service)
    return waiting[-1] if waiting else None

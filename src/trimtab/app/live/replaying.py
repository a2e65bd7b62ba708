"""What an approver saw, made again from what was stored with the question.

With a cycle's answers (snapshot and prices, proposal) the mandate is kept as it was written.
Anybody with the store can so compute the decision anew, long after prices, lots and mandate moved
on, and hold it against the text that was shown.

Errors: `InputError` for a question that there is not, and for one whose cycle was not kept whole.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from trimtab.app import api
from trimtab.app.config import MANDATE_NAME, parse_mandate
from trimtab.app.estimating import estimates_of
from trimtab.app.kept_cycles import KeptCycle, decided_again
from trimtab.app.live.asking import digest_of
from trimtab.app.live.service import Service
from trimtab.app.text_files import read_text
from trimtab.cycle.approvals import ApprovalRules, basis_of, edits_shown, question
from trimtab.cycle.flow import CycleSetup
from trimtab.cycle.requests import Observation
from trimtab.drivers.live.answer_json import from_text, to_text
from trimtab.drivers.live.durable import ORDERS_STEP
from trimtab.model.errors import InputError, nearest
from trimtab.model.live import Approval, ApprovalRequest, Lease, StoredAnswer
from trimtab.model.plans import Decision
from trimtab.model.proposals import Proposal
from trimtab.model.snapshots import Snapshot
from trimtab.model.targets import CurrentTargets
from trimtab.ports import LiveStore

__all__ = [
    "KeptRules",
    "Replayed",
    "bound_mandate",
    "first_look",
    "keep_rules",
    "kept_cycle",
    "kept_cycle_of",
    "replayed",
]

RULES_STEP = ORDERS_STEP + 1
"""The first step under which a cycle's rules are kept, behind its orders."""
RULES = "rules"


@dataclass(frozen=True, slots=True)
class KeptRules:
    """The mandate as it was written, and the targets of the day where a source moves them."""

    mandate: str
    targets: CurrentTargets | None


@dataclass(frozen=True, slots=True)
class Replayed:
    """A question, people's words on it, and what its approvers would be shown by the replay.

    `differs` names the parts of `rebuilt` that are not what `request.seen` says; `decision` is the
    one that `cycle` comes to.
    """

    request: ApprovalRequest
    words: tuple[Approval, ...]
    rebuilt: str
    differs: tuple[str, ...]
    cycle: KeptCycle
    decision: Decision

    @property
    def is_same(self) -> bool:
        """Whether the replay comes to the text that was shown, to the last character."""
        return self.rebuilt == self.request.seen


def keep_rules(service: Service, setup: CycleSetup, lease: Lease) -> None:
    """Keep the rules that a cycle runs with; again where they were changed since it began."""
    text = read_text(service.loaded.folder / MANDATE_NAME, "mandate")
    data = to_text(KeptRules(text, setup.targets))
    kept = _kept(service.store, setup.cycle_id, RULES)
    if not kept or kept[-1].data != data:
        step = RULES_STEP + len(kept)
        answer = StoredAnswer(setup.cycle_id, step, RULES, data, service.clock())
        service.store.put_answer(answer, lease)


def replayed(store: LiveStore, request_id: str, folder: Path) -> Replayed:
    """Make the decision of a question again; `folder` holds the models that its mandate names.

    Refuses: an id that no question has, and a cycle of which an answer is not there.
    """
    requests = {one.id: one for one in store.requests()}
    if request_id not in requests:
        remedy = nearest(request_id, [*requests]) if requests else "nobody was ever asked"
        raise InputError(f"approval {request_id!r}", "there is none of this id", "", remedy)
    request = requests[request_id]
    cycle = kept_cycle(store, request, folder)
    edits, edited = edits_shown(request)
    decision = decided_again(cycle, edits)
    terms = ApprovalRules(request.needed)  # who may answer is no part of what is shown
    asked = request.asked_at, request.lapses_at
    basis = basis_of(cycle.observation.snapshot, bound_mandate(request))
    again = question(request.household, decision, basis, terms, *asked, edited)
    words = store.approvals(request.id)
    differs = _differs(request.seen, again.seen)
    return Replayed(request, words, again.seen, differs, cycle, decision)


def kept_cycle(store: LiveStore, request: ApprovalRequest, folder: Path) -> KeptCycle:
    """What the cycle of a question was answered before people were asked.

    Refuses: a cycle of which an answer, or the mandate that it is bound to, was not kept.
    """
    return _cycle(store, request.cycle_id, _rules_of(store, request), folder)


def kept_cycle_of(store: LiveStore, cycle_id: str, folder: Path) -> KeptCycle:
    """What a cycle was answered that nobody was asked about, under the last rules that it ran with.

    Refuses: a cycle of which an answer, or the mandate, was not kept.
    """
    rules = from_text(_kept_of(store, cycle_id, RULES)[-1], KeptRules)
    return _cycle(store, cycle_id, rules, folder)


def first_look(store: LiveStore, cycle_id: str) -> Snapshot | None:
    """What a cycle observed; none where it was not kept."""
    kept = _kept(store, cycle_id, "observe")
    return from_text(kept[0].data, Observation).snapshot if kept else None


def _cycle(store: LiveStore, cycle_id: str, rules: KeptRules, folder: Path) -> KeptCycle:
    observation = from_text(_kept_of(store, cycle_id, "observe")[0], Observation)
    proposals = [from_text(one, Proposal) for one in _kept_of(store, cycle_id, "propose")]
    setup = _setup(cycle_id, rules, observation, folder)
    return KeptCycle(setup, observation, tuple(proposals))


def bound_mandate(request: ApprovalRequest) -> str:
    """The digest of the mandate that a question is bound to."""
    return str(json.loads(request.seen)["basis"]["mandate"])


def _kept(store: LiveStore, cycle_id: str, kind: str) -> list[StoredAnswer]:
    return [one for one in store.answers(cycle_id) if one.kind == kind]


def _kept_of(store: LiveStore, cycle_id: str, kind: str) -> list[str]:
    kept = _kept(store, cycle_id, kind)
    if not kept:
        fact = f"what it was answered to {kind} is not in the store"
        raise InputError(f"cycle {cycle_id!r}", fact, "", "it cannot be rebuilt")
    return [one.data for one in kept]


def _rules_of(store: LiveStore, request: ApprovalRequest) -> KeptRules:
    """The rules that the question is bound to."""
    bound = bound_mandate(request)
    for one in _kept(store, request.cycle_id, RULES):
        rules = from_text(one.data, KeptRules)
        if digest_of(rules.mandate) == bound:
            return rules
    fact = "the mandate that it is bound to was not kept"
    raise InputError(f"approval {request.id}", fact, "", "an older Trimtab asked it")


def _setup(cycle_id: str, rules: KeptRules, observation: Observation, folder: Path) -> CycleSetup:
    mandate = parse_mandate(rules.mandate, folder / MANDATE_NAME).mandate
    return CycleSetup(
        cycle_id=cycle_id,
        as_of=observation.snapshot.as_of,
        mandate=mandate,
        regime=api.regime_of(mandate),
        estimator=partial(estimates_of, folder=folder),
        guards=api.guards_of(mandate),
        targets=rules.targets,
    )


def _differs(shown: str, rebuilt: str) -> tuple[str, ...]:
    before, after = json.loads(shown), json.loads(rebuilt)
    return tuple(name for name in before if before[name] != after.get(name))

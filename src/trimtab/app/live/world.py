"""What a live cycle is answered: the household's snapshot, its policy, and people.

Errors: those of the household's files and of the policy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from trimtab.app import api
from trimtab.app.estimating import estimates_of, history_of
from trimtab.app.household import LoadedHousehold
from trimtab.app.live.asking import OPEN, basis_now, mandate_digest, questions_of, settle
from trimtab.app.live.service import Service
from trimtab.cycle.approvals import Basis, basis_of, edits_shown, question, why_lapsed
from trimtab.cycle.flow import CycleSetup
from trimtab.cycle.requests import Authorise, Observation, Observe, Propose
from trimtab.drivers.live.answer_json import from_text
from trimtab.model.edits import Edits
from trimtab.model.errors import InputError
from trimtab.model.live import ApprovalRequest, ApprovalStatus, Lease
from trimtab.model.plans import Decision, Verdict
from trimtab.model.proposals import Proposal

__all__ = ["FolderWorld", "setup_of"]


def setup_of(loaded: LoadedHousehold, cycle_id: str) -> CycleSetup:
    """What a cycle of a household runs with.

    The mandate is the stated one: what is filled while the cycle runs is no part of what it saw.
    """
    return CycleSetup(
        cycle_id=cycle_id,
        as_of=loaded.snapshot.as_of,
        mandate=loaded.stated,
        regime=api.regime_of(loaded.mandate),
        estimator=partial(estimates_of, folder=loaded.folder),
        guards=api.guards_of(loaded.mandate),
        targets=api.targets_of(loaded),
    )


@dataclass(slots=True)
class FolderWorld:
    """Answers from the household's folder; `asked` is the question that people have, if one, and
    `edited` what the cycle was told that they took out."""

    service: Service
    loaded: LoadedHousehold
    lease: Lease
    asked: ApprovalRequest | None = None
    edited: Edits | None = None

    def observe(self, request: Observe) -> Observation:
        """The household as it is now, and the closes that estimates rest on."""
        history, _ = history_of(self.loaded, request.as_of, request.sessions)
        return Observation(self.loaded.snapshot, history)

    def propose(self, request: Propose) -> Proposal:
        """What the mandate's policy wants."""
        return api.policy_with_model(self.loaded).propose(request.situation)

    def authorise(self, request: Authorise) -> Decision | Edits | None:
        """The decision, what people took out of it, or none while they are asked.

        What they refused is not carried out.
        """
        decision = request.decision
        if decision.verdict is not Verdict.APPROVAL:
            return decision
        found = self.asked = self._question(decision)
        edits, _ = edits_shown(found)
        if edits != decision.edits and found.status in (*OPEN, ApprovalStatus.APPROVED):
            return self._told(found, edits)
        match found.status:
            case ApprovalStatus.APPROVED:
                words = decision.sentence.removeprefix("Waits for approval: ")
                return replace(decision, verdict=Verdict.TRADE, sentence=f"Approved: {words}")
            case ApprovalStatus.WAITING | ApprovalStatus.HELD:
                return None
        words = f"Not carried out: the question was {found.status.value}: {found.reason}."
        return replace(decision, verdict=Verdict.HOLD, sentence=words)

    def _told(self, found: ApprovalRequest, edits: Edits) -> Edits:
        """The edits that a question is about, once.

        Refuses: a cycle that comes to another plan than the one that was edited.
        """
        if edits == self.edited:
            fact = "the cycle comes to another plan than the one that was edited"
            raise InputError(f"approval {found.id}", fact, "", "let it lapse")
        self.edited = edits
        return edits

    def _planned(self, decision: Decision) -> Basis:
        """What the plan rests on: a cycle that was taken up planned with what it saw then."""
        answers = self.service.store.answers(decision.cycle_id)
        observed = next(one for one in answers if one.kind == "observe")
        snapshot = from_text(observed.data, Observation).snapshot
        return basis_of(snapshot, mandate_digest(self.loaded.folder))

    def _question(self, decision: Decision) -> ApprovalRequest:
        """The last question about a cycle's plan, as it stands; asked where none was."""
        service, store = self.service, self.service.store
        asked = questions_of(service, decision.cycle_id)
        rules, now = service.settings.approvals, service.clock()
        basis = basis_now(self.loaded)
        if not asked:
            closes = service.sessions.standing(now).closes
            made = question(
                service.household, decision, self._planned(decision), rules, now, closes
            )
            store.put_request(made, self.lease)
            return made
        found = settle(service, asked[-1])
        if found.status is ApprovalStatus.APPROVED:
            lapsed = why_lapsed(found, now, basis, rules)
            if lapsed:  # since people approved, and before anything was sent
                found = replace(found, status=ApprovalStatus.LAPSED, reason=lapsed)
                store.put_request(found, self.lease)
        return found

"""The proposal that a screen is about: the question that waits, or the plan as it is computed.

Edits always speak of the plan as its cycle made it; what a form changes of an edited plan is put on
top of what was taken out before.

Errors: `InputError` for a question that does not stand any more, and for edits that do not fit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from trimtab.app.kept_cycles import KeptCycle, decided_again
from trimtab.app.web.households import ServedHousehold
from trimtab.app.web.investor.desk import made_again, plan_of, standing_question
from trimtab.app.web.investor.edit_form import edits_of_form
from trimtab.model.edits import Edits
from trimtab.model.errors import InputError
from trimtab.model.findings import Finding
from trimtab.model.live import Approval, ApprovalRequest
from trimtab.model.mandate import Mandate
from trimtab.model.plans import Decision
from trimtab.model.snapshots import Snapshot

if TYPE_CHECKING:
    from trimtab.app.live.service import Service

__all__ = ["Proposal", "proposal_of"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A decision with the cycle that it came of.

    `question` is none where nobody is asked; `differs` names what does not come out again as its
    approvers were shown it.  `notes` are what was odd in files and history.
    """

    cycle: KeptCycle
    decision: Decision
    mandate: Mandate
    notes: tuple[Finding, ...] = ()
    question: ApprovalRequest | None = None
    words: tuple[Approval, ...] = ()
    differs: tuple[str, ...] = ()

    @property
    def snapshot(self) -> Snapshot:
        """What the decision rests on."""
        return self.cycle.observation.snapshot

    def edits(self, fields: Iterable[tuple[str, object]]) -> Edits:
        """All that is to be taken out of the cycle's plan: what was before, and what a form says.

        Refuses: fields that hold no quantity, or more than there is.
        """
        changes = edits_of_form(fields, self.decision)
        whole = {one.trade for one in changes.trades if not one.lot}
        places = {(one.trade, one.lot) for one in changes.trades}
        trades = {one.trade for one in changes.trades}
        before = [
            one
            for one in self.decision.edits.trades
            if one.trade not in whole
            and (one.trade, one.lot) not in places
            and (one.lot or one.trade not in trades)
        ]
        return Edits((*before, *changes.trades))

    def edited(self, edits: Edits) -> Decision:
        """What the plan comes to with edits.

        Refuses: edits that do not fit it.
        """
        found = decided_again(self.cycle, edits)
        return replace(found, findings=(*found.findings, *self.notes))


def proposal_of(one: ServedHousehold, service: Service | None, asked: str = "") -> Proposal:
    """The proposal of a household; `asked` is the question that a form was about.

    Refuses: a question that does not wait any more, saying what became of it.
    """
    question = None if service is None else standing_question(service)
    if asked and service is not None and (question is None or question.id != asked):
        from trimtab.app.live.asking import find_request

        was = find_request(service, asked)
        fact = f"it is {was.status.value}" + (f": {was.reason}" if was.reason else "")
        remedy = "look at the proposal as it stands now"
        raise InputError(f"question {asked}", fact, "your word was not recorded", remedy)
    if service is None or question is None:
        view = one.view()
        kept = plan_of(one, view)
        return Proposal(kept.cycle, kept.decision, view.loaded.mandate, kept.notes)
    made = made_again(one, service, question.id)
    words = service.store.approvals(question.id)
    mandate = made.cycle.setup.mandate
    return Proposal(made.cycle, made.decision, mandate, (), question, words, made.differs)

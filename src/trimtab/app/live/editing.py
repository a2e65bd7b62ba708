"""Edits of a plan that waits for people: what they come to, and the question that they become.

What a person takes out is counted by the cycle itself, from the very answers that the question's
cycle was given, and asked about anew: a new question takes the first one's place, nobody's earlier
word counts for it, and the cycle goes on with its plan alone.  It is one write that needs no lease,
so that a service at work is no hindrance and a crash leaves either question whole.

Errors: `InputError` for a question that is answered or lapsed, for edits that do not fit its plan,
and for an edited plan that a guard refuses.
"""

from __future__ import annotations

from decimal import Decimal

from trimtab.app.kept_cycles import decided_again
from trimtab.app.live.asking import find_request, person_here, settle
from trimtab.app.live.replaying import bound_mandate, kept_cycle
from trimtab.app.live.service import Service
from trimtab.cycle.approvals import EditedBy, basis_of, check_word, question
from trimtab.model.edits import Edits, TradeEdit
from trimtab.model.errors import InputError
from trimtab.model.live import ApprovalRequest
from trimtab.model.money import exact
from trimtab.model.plans import Decision, Verdict

__all__ = ["edit_question", "edited_decision", "edits_of_words"]


def edited_decision(service: Service, request: ApprovalRequest, edits: Edits) -> Decision:
    """What a question's plan comes to with these edits; nothing is written.

    Refuses: edits that do not fit the plan.
    """
    cycle = kept_cycle(service.store, request, service.loaded.folder)
    return decided_again(cycle, edits)


def edit_question(
    service: Service, request_id: str, edits: Edits, note: str, name: str = ""
) -> ApprovalRequest:
    """Ask people about an edited plan in place of a question; whose edits they are is kept.

    Refuses: as `edited_decision`; a question that is answered or lapsed; a person who may not
    answer it; edits that change nothing; an edited plan that may not be carried out.
    """
    request = find_request(service, request_id)
    rules, now, person = service.settings.approvals, service.clock(), name or person_here()
    check_word(request, rules, person, note, now)
    cycle = kept_cycle(service.store, request, service.loaded.folder)
    decision = decided_again(cycle, edits)
    if not decision.edits:
        raise InputError("edit", "it changes nothing", "", f"answer question {request.id} itself")
    if decision.verdict is not Verdict.APPROVAL:
        why = decision.sentence.rstrip(".")
        raise InputError("edit", f"its plan may not be carried out: {why}")
    edited = EditedBy(request.id, person, note.strip())
    asked = now, request.lapses_at
    basis = basis_of(cycle.observation.snapshot, bound_mandate(request))
    made = question(request.household, decision, basis, rules, *asked, edited)
    service.store.put_request(made, None)
    settle(service, request)
    return settle(service, made)


def edits_of_words(without: tuple[str, ...], reduce: tuple[str, ...]) -> Edits:
    """Edits as they are typed: `T3`, or `T3/lot`, and `T1=10`, or `T1/lot=10`.

    Refuses: words without a quantity, and quantities that are none.
    """
    made = [_edit(word, Decimal(0)) for word in without]
    for word in reduce:
        place, sign, left = word.rpartition("=")
        if not sign or not place:
            raise InputError(f"--reduce {word!r}", "it names no quantity", "", "write T1=10")
        made.append(_edit(place, exact(left, place)))
    return Edits(tuple(made))


def _edit(place: str, quantity: Decimal) -> TradeEdit:
    trade, _, lot = place.partition("/")
    return TradeEdit(trade, quantity, lot)

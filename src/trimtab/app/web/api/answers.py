"""What the API and its read-only sister answer about a household: views turned into shapes.

Nothing is computed here that the engine has not answered; both ways to ask share it.

Errors: those of a household's files; `Problem` for what there is not.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from trimtab.app.as_json import decision_json
from trimtab.app.folder_names import MANDATE_NAME
from trimtab.app.live.asking import OVERRIDE, as_it_stands
from trimtab.app.status_json import status_json
from trimtab.app.web.api.shapes_decision import Decision, DecisionLine, ShownDecision
from trimtab.app.web.api.shapes_household import (
    CashHeld,
    Household,
    HouseholdLine,
    LotHeld,
    PriceSeen,
    Snapshot,
    SnapshotLine,
)
from trimtab.app.web.api_v1.problems import not_found
from trimtab.cycle.requests import Observation
from trimtab.drivers.live.answer_json import from_text
from trimtab.model.errors import InputError
from trimtab.model.live import ApprovalRequest
from trimtab.model.money import total

if TYPE_CHECKING:
    from trimtab.app.live.service import Service
    from trimtab.app.web.households import ServedHousehold
    from trimtab.model import plans, snapshots
    from trimtab.model.lots import Lot

__all__ = [
    "CURRENT",
    "decision_answer",
    "decision_line",
    "household_answer",
    "household_line",
    "is_kept",
    "kept_snapshot",
    "object_of",
    "request_of",
    "shown_decision",
    "snapshot_answer",
    "snapshot_lines",
]

CURRENT = "current"
OBSERVED = "observe"
_NO_PART = ("schema", "household", "targets_current", "estimates")
"""Keys of the command line's JSON that the API has no use for."""


def household_line(served: ServedHousehold) -> HouseholdLine:
    """A household's names; a mandate that cannot be read costs it only the second."""
    try:
        document = tomllib.loads((served.folder / MANDATE_NAME).read_text("utf-8-sig"))
        name = document["household"]["name"]
    except (OSError, ValueError, KeyError, TypeError):
        name = ""
    return HouseholdLine(id=served.id, name=name if isinstance(name, str) and name else served.id)


def household_answer(served: ServedHousehold) -> Household:
    """Where a household stands, and what a plan made now comes to."""
    view = served.view()
    told = object_of(status_json(view.status))
    kept = {name: value for name, value in told.items() if name not in _NO_PART}
    owed = total(one.amount for one in view.loaded.mandate.liabilities)
    return Household.model_validate(
        {
            **kept,
            "id": served.id,
            "name": view.status.name or served.id,
            "verdict": view.decision.verdict.value,
            "sentence": view.decision.sentence,
            "owed": owed,
            "net_worth": view.status.value - owed,
        }
    )


def decision_answer(
    decision: plans.Decision, prices: Mapping[str, snapshots.Price] | None = None
) -> Decision:
    """A decision with its plan."""
    told = object_of(decision_json(decision, prices))
    for name in ("schema", "estimates", "targets"):
        told.pop(name)
    return Decision.model_validate(told)


def object_of(value: object) -> dict[str, Any]:
    """A JSON object as what it is; nothing for what is none."""
    return dict(value) if isinstance(value, Mapping) else {}


def snapshot_answer(snapshot: snapshots.Snapshot, name: str) -> Snapshot:
    """All that was known at a moment."""
    return Snapshot(
        id=name,
        as_of=snapshot.as_of,
        base_currency=snapshot.household.base_currency,
        lots=[_lot(snapshot, lot) for lot in snapshot.lots],
        cash=[
            CashHeld(
                account=one.account,
                currency=one.currency,
                amount=one.amount,
                unsettled=one.unsettled,
            )
            for one in snapshot.cash
        ],
        prices=[
            PriceSeen(
                instrument=one.instrument,
                amount=one.amount,
                currency=one.currency,
                on=one.on,
                source=one.source or None,
            )
            for one in snapshot.prices.values()
        ],
        rates=dict(snapshot.rates),
        blocked=dict(snapshot.blocked),
    )


def _lot(snapshot: snapshots.Snapshot, lot: Lot) -> LotHeld:
    value = snapshot.lot_value(lot) if lot.instrument in snapshot.prices else None
    term = lot.term(snapshot.as_of)
    return LotHeld(
        id=lot.id,
        account=lot.account,
        instrument=lot.instrument,
        quantity=lot.quantity,
        basis=lot.basis,
        acquired=lot.acquired,
        holding_start=lot.holding_start,
        term=None if term is None else term.value,
        value=value,
        gain=None if value is None or lot.basis is None else value - lot.basis,
    )


def request_of(service: Service, request_id: str) -> ApprovalRequest:
    """A question of this household, as it stands now; no other household's is found.

    Refuses: an id that none of its questions has.
    """
    for one in service.store.requests(service.household):
        if one.id == request_id and not one.id.startswith(OVERRIDE):
            return as_it_stands(service, one)
    raise not_found(f"question {request_id!r}", "the list of approvals has those that there are")


def decision_line(request: ApprovalRequest) -> DecisionLine:
    """A question in a list."""
    return DecisionLine(
        id=request.id,
        cycle_id=request.cycle_id,
        asked_at=request.asked_at,
        status=request.status.value,
        sentence=str(json.loads(request.seen)["sentence"]),
    )


def shown_decision(service: Service, request: ApprovalRequest) -> ShownDecision:
    """A question as its approvers saw it, replayed."""
    from trimtab.app.live.replaying import replayed

    seen = json.loads(request.seen)
    try:
        is_same = replayed(service.store, request.id, service.loaded.folder).is_same
    except InputError:  # its cycle was not kept whole: nothing can be said of it
        is_same = None
    return ShownDecision.model_validate(
        {
            **decision_line(request).model_dump(),
            "as_of": seen["as_of"],
            "reason": request.reason,
            "bound_to": request.bound_to,
            "trades": [
                one | {"lots": [{"lot": lot, "quantity": units} for lot, units in one["lots"]]}
                for one in seen["trades"]
            ],
            "findings": seen["findings"],
            "is_same": is_same,
        }
    )


def _observed(service: Service, cycle_id: str) -> snapshots.Snapshot | None:
    """What a cycle observed, where it was kept."""
    for answer in service.store.answers(cycle_id):
        if answer.kind == OBSERVED:
            return from_text(answer.data, Observation).snapshot
    return None


def snapshot_lines(service: Service) -> list[SnapshotLine]:
    """The snapshots that this household's questions rest on, the latest first."""
    days = {
        one.cycle_id: date.fromisoformat(json.loads(one.seen)["as_of"])
        for one in service.store.requests(service.household)
    }
    return [SnapshotLine(id=name, as_of=day) for name, day in reversed(days.items())]


def is_kept(service: Service, cycle_id: str) -> bool:
    """Whether what a cycle observed was kept; nothing of it is read."""
    return any(answer.kind == OBSERVED for answer in service.store.answers(cycle_id))


def kept_snapshot(service: Service, cycle_id: str) -> Snapshot:
    """The snapshot that a cycle of this household observed.

    Refuses: a cycle that asked none of this household's questions, or was not kept.
    """
    cycles = {one.cycle_id for one in service.store.requests(service.household)}
    found = _observed(service, cycle_id) if cycle_id in cycles else None
    if found is None:
        raise not_found(f"snapshot {cycle_id!r}", "the list of snapshots has those that there are")
    return snapshot_answer(found, cycle_id)

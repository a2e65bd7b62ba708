"""`/households/{household}/decisions`, `/proposals` and `/runs`: what to trade, and why.

Errors: problems.
"""

from __future__ import annotations

from starlette.responses import Response

from trimtab.app import api
from trimtab.app.live.asking import OVERRIDE
from trimtab.app.web.api.answers import (
    CURRENT,
    decision_answer,
    decision_line,
    request_of,
    shown_decision,
)
from trimtab.app.web.api.live import live_service
from trimtab.app.web.api.once import IdempotencyKey, created, once
from trimtab.app.web.api.paging import LIMIT_DEFAULT, Cursor, Limit, page_of
from trimtab.app.web.api.route import resource
from trimtab.app.web.api.shapes_decision import (
    Decision,
    DecisionPage,
    ProposalAsked,
    Run,
    ShownDecision,
)
from trimtab.app.web.api_v1.problems import conflict, not_found
from trimtab.app.web.security.audit import Outcome, audit
from trimtab.app.web.security.gate import Running, Seen, Viewing
from trimtab.model.money import ZERO

__all__ = ["ROUTER"]

ROUTER = resource("decisions", "/households/{household}")


@ROUTER.get("/decisions")
def list_decisions(
    seen: Viewing, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> DecisionPage:
    """Decisions that people were asked about, the latest first."""
    with live_service(seen.one) as service:
        kept = () if service is None else tuple(reversed(service.store.requests(service.household)))
    asked = [one for one in kept if not one.id.startswith(OVERRIDE)]
    found, behind = page_of(asked, lambda one: one.id, cursor, limit)
    return DecisionPage(items=[decision_line(one) for one in found], next_cursor=behind)


@ROUTER.get(f"/decisions/{CURRENT}")
def get_current_decision(seen: Viewing) -> Decision:
    """What a plan made now comes to, with its trades, taxes and reasons; nothing is traded."""
    view = seen.one.view()
    return decision_answer(view.decision, view.loaded.snapshot.prices)


@ROUTER.get("/decisions/{decision}")
def get_decision(seen: Viewing, decision: str) -> ShownDecision:
    """A decision as its approvers saw it, and whether a replay comes to the same."""
    with live_service(seen.one) as service:
        if service is None:
            raise not_found(f"decision {decision!r}", f"there is only {CURRENT!r}")
        return shown_decision(service, request_of(service, decision))


@ROUTER.post("/proposals", response_model=Decision)
def propose(seen: Viewing, body: ProposalAsked, key: IdempotencyKey) -> Response:
    """What a plan would come to with money that comes or is needed; nothing is kept or traded."""

    def make() -> Response:
        loaded = seen.one.view().loaded
        decision = api.decide(
            loaded,
            policy=body.policy,
            deposit=body.deposit or ZERO,
            withdraw=body.withdraw or ZERO,
            account=body.account,
        )
        return created(decision_answer(decision, loaded.snapshot.prices), 200)

    return once(seen, key, body, make)


@ROUTER.post("/runs", status_code=202, response_model=Run)
def start_run(seen: Running, key: IdempotencyKey) -> Response:
    """Run the household's cycle of the day: it decides, asks people, and sends approved orders."""

    def make() -> Response:
        if not seen.world.worker.run(seen.one):
            raise conflict("run", "one is under way", "look at it, and ask again when it ended")
        who = seen.principal.name
        place = {"household": seen.one.id, "address": seen.address}
        audit(seen.world, who, "run", "over the API", Outcome.DONE, {}, **place)
        return created(_run(seen), 202)

    return once(seen, key, None, make)


@ROUTER.get("/runs/latest")
def get_latest_run(seen: Viewing) -> Run:
    """The run that was asked for last, and what it came to."""
    return _run(seen)


def _run(seen: Seen) -> Run:
    work = seen.world.worker.work(seen.one.id)
    if work is None:
        raise not_found("run", "none was asked for since the service started")
    return Run(began=work.began, ended=work.ended, words=work.words, is_trouble=work.is_trouble)

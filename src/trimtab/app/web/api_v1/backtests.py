"""`/households/{household}/backtests`: what policies would have done, run in the background.

Errors: problems; 409 while a run of yours is not over, and where too many wait.
"""

from __future__ import annotations

from dataclasses import replace

from starlette.responses import Response

from trimtab.app.backtesting.policy_words import read_choices
from trimtab.app.config import MANDATE_NAME, read_mandate
from trimtab.app.web.api.once import IdempotencyKey, created, once
from trimtab.app.web.api.paging import LIMIT_DEFAULT, Cursor, Limit, page_of
from trimtab.app.web.api.route import resource
from trimtab.app.web.api.shapes_backtests import (
    Backtest,
    BacktestAsked,
    BacktestOutcome,
    BacktestPage,
    WealthCurve,
)
from trimtab.app.web.api_v1.problems import Problem, not_found, refusal
from trimtab.app.web.backtests import kept
from trimtab.app.web.security.audit import Outcome, audit
from trimtab.app.web.security.gate import Running, Seen, Viewing
from trimtab.model.errors import InputError

__all__ = ["ROUTER"]

ROUTER = resource("backtests", "/households/{household}/backtests")


@ROUTER.get("")
def list_backtests(
    seen: Viewing, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> BacktestPage:
    """Runs of the household, the latest first, without their outcomes."""
    runs = seen.world.backtests.runs(seen.one.folder)
    found, behind = page_of(runs, lambda one: one.id, cursor, limit)
    items = [_answer(replace(one, outcome=None)) for one in found]
    return BacktestPage(items=items, next_cursor=behind)


@ROUTER.post("", status_code=202, response_model=Backtest)
def start_backtest(seen: Running, body: BacktestAsked, key: IdempotencyKey) -> Response:
    """Ask for a run; it is queued, and its end is read with its id."""

    def make() -> Response:
        names = tuple(dict.fromkeys(body.policies))
        read_choices(names, read_mandate(seen.one.folder / MANDATE_NAME).mandate)
        if body.start is not None and body.end is not None and body.end <= body.start:
            fact, bound = f"it would end on {body.end}", f"after {body.start}"
            raise refusal(422, "body.end", fact, bound)
        asked = kept.BacktestAsked(names, body.start, body.end)
        try:
            run = seen.world.backtests.ask(seen.world, seen.one, seen.principal.name, asked)
        except InputError as error:
            raise Problem(409, (error,)) from None
        _note(seen, "backtest", run.id)
        return created(_answer(run), 202)

    return once(seen, key, body, make)


@ROUTER.get("/{backtest}")
def get_backtest(seen: Viewing, backtest: str) -> Backtest:
    """One run: how far it is, and what came of it."""
    return _answer(_run(seen, backtest))


@ROUTER.post("/{backtest}/cancel", response_model=Backtest)
def cancel_backtest(seen: Running, backtest: str, key: IdempotencyKey) -> Response:
    """End a run that waits or is at work; one that is over stays as it is."""

    def make() -> Response:
        if seen.world.backtests.cancel(seen.one.id, _run(seen, backtest).id):
            _note(seen, "cancel backtest", backtest)
        return created(_answer(_run(seen, backtest)), 200)

    return once(seen, key, None, make)


def _run(seen: Seen, name: str) -> kept.StoredRun:
    try:
        return seen.world.backtests.run(seen.one.folder, name)
    except InputError:
        raise not_found(f"backtest {name!r}", "the list has those that there are") from None


def _answer(run: kept.StoredRun) -> Backtest:
    outcome = run.outcome
    return Backtest(
        id=run.id,
        policies=list(run.asked.policies),
        start=run.asked.start,
        end=run.asked.end,
        person=run.person,
        asked_at=run.asked_at,
        ended_at=run.ended_at,
        state=run.state.value,
        done=run.done,
        of=run.of,
        words=run.words,
        outcome=None
        if outcome is None
        else BacktestOutcome(
            sentences=list(outcome.sentences),
            figures=[dict(one) for one in outcome.figures],
            days=list(outcome.days),
            curves=[WealthCurve(policy=o.policy, values=list(o.values)) for o in outcome.curves],
            currency=outcome.currency,
        ),
    )


def _note(seen: Seen, what: str, name: str) -> None:
    who, about = seen.principal.name, seen.one.id
    audit(seen.world, who, what, name, Outcome.DONE, household=about, address=seen.address)

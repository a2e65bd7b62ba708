"""`/h/{household}/cash`: money that comes or is needed, and what would follow, account by account.

Nothing is ordered from here: the answer says what the cycle makes of the money once it is there.

Errors: `InputError` for an amount that is none, shown beside the field.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from fastapi import APIRouter
from fastapi.responses import Response

from trimtab.app import api
from trimtab.app.kept_cycles import plan_with_idle_cash, plan_with_money
from trimtab.app.web.households import View
from trimtab.app.web.investor.cash_view import amount_of, answer_table
from trimtab.app.web.investor.desk import plan_of
from trimtab.app.web.investor.kept import Kept
from trimtab.app.web.investor.money import shown_money
from trimtab.app.web.investor.proposal_view import ProposalView, proposal_view
from trimtab.app.web.investor.standing import idle_cash_of
from trimtab.app.web.rendering import csv_of, page
from trimtab.app.web.security.gate import Seen, Viewing
from trimtab.app.web.tables import Table
from trimtab.model.errors import InputError, InputErrors
from trimtab.model.plans import Decision

__all__ = ["ROUTER"]

ROUTER = APIRouter()
_ANSWERS: Kept[Decision] = Kept(128)
UNPROCESSABLE = 422


class Way(StrEnum):
    """Which way the money goes."""

    HAVE = "have"
    NEED = "need"
    IDLE = "idle"
    """Cash that is there already."""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What would follow; `table` says it account by account."""

    amount: Decimal
    proposal: ProposalView
    table: Table | None


@ROUTER.get("/h/{household}/cash")
def cash(seen: Viewing, way: str = "", amount: str = "", account: str = "") -> Response:
    """The question, and the answer where an amount was given."""
    view, errors, answer = seen.one.view(), list[InputError](), None
    try:
        chosen = Way(way) if way else Way.HAVE
        if way and (amount or chosen is Way.IDLE or "amount" in seen.request.query_params):
            answer = _answered(seen, view, chosen, amount, account)
    except ValueError:
        chosen = Way.HAVE
        errors = [InputError("way", f"{way[:20]!r} is none", "have, need or idle")]
    except InputError as error:
        errors = [error]
    except InputErrors as several:
        errors = list(several.errors)
    if answer is not None:
        shown = [*answer.proposal.all_tables, *([answer.table] if answer.table else [])]
        if asked := csv_of(seen, shown):
            return asked
    context = {
        "view": view,
        "way": chosen.value,
        "amount": amount,
        "account": account,
        "accounts": view.loaded.household.accounts,
        "errors": errors,
        "answer": answer,
        "query": seen.request.url.query,
    }
    return page(seen, "cash.html", context, UNPROCESSABLE if errors else 200)


def _answered(seen: Seen, view: View, way: Way, text: str, account: str) -> _Answer:
    """The plan with the money.

    Refuses: an amount or an account that is none, and money that cannot be raised.
    """
    loaded, where = view.loaded, account or None
    if way is Way.IDLE:
        amount = idle_cash_of(view.status, loaded.mandate).idle.quantize(Decimal("0.01"))
        if amount <= 0:
            raise InputError("idle cash", "there is none")
    else:
        amount = amount_of(text, loaded.household.base_currency)
        if where is not None:
            loaded.household.account(where)
    key = seen.one.folder, view.digest, way, amount, where
    decision = _ANSWERS.get(key, lambda: _decided(seen, view, way, amount, where))
    return _shown(seen, view, amount, decision)


def _decided(seen: Seen, view: View, way: Way, amount: Decimal, account: str | None) -> Decision:
    kept = plan_of(seen.one, view)
    if way is Way.IDLE:
        return plan_with_idle_cash(kept, view.loaded, amount)
    coming, needed = (amount, Decimal(0)) if way is Way.HAVE else (Decimal(0), amount)
    return plan_with_money(kept, view.loaded, api.asked_flows(coming, needed, account))


def _shown(seen: Seen, view: View, amount: Decimal, decision: Decision) -> _Answer:
    loaded = view.loaded
    money = shown_money(seen, loaded.household.base_currency)
    shown = proposal_view(decision, loaded.snapshot, loaded.mandate, money)
    table = None if decision.plan is None else answer_table(decision.plan, loaded.snapshot)
    return _Answer(amount, shown, table)

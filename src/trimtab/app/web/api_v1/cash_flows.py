"""`/households/{household}/cash-flows`: dated money that comes or is needed.

They are `[[flows]]` of the mandate; plans raise or place the money by the day it is due.

Errors: problems; 409 for a name that is taken, 412 where the mandate was changed since.
"""

from __future__ import annotations

from starlette.responses import Response

from trimtab.app.config import MANDATE_NAME, parse_mandate
from trimtab.app.mandate_file.text import Toml
from trimtab.app.web.api.etags import IfMatch, mandate_now, tag_of
from trimtab.app.web.api.lists import MandateList
from trimtab.app.web.api.once import IdempotencyKey, created, once
from trimtab.app.web.api.paging import LIMIT_DEFAULT, Cursor, Limit, page_of
from trimtab.app.web.api.route import resource
from trimtab.app.web.api.shapes_platform import (
    CashFlow,
    CashFlowGiven,
    CashFlowNew,
    CashFlowPage,
)
from trimtab.app.web.security.gate import Seen, Trading, Viewing

__all__ = ["ROUTER"]

ROUTER = resource("cash_flows", "/households/{household}/cash-flows")
LIST = MandateList("flows", "name", "cash flow")


@ROUTER.get("")
def list_cash_flows(
    seen: Viewing, response: Response, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> CashFlowPage:
    """Cash flows in the mandate's order; the `ETag` is the version that a change has to name."""
    every = _answers(seen, mandate_now(seen, response))
    found, behind = page_of(every, lambda one: one.name, cursor, limit)
    return CashFlowPage(items=found, next_cursor=behind)


@ROUTER.post("", status_code=201, response_model=CashFlow)
def add_cash_flow(
    seen: Trading, body: CashFlowNew, if_match: IfMatch, key: IdempotencyKey
) -> Response:
    """Add a cash flow under a name that is free."""

    def make() -> Response:
        text, digest = LIST.put(seen, if_match, body.name, _values(body), is_new=True)
        answer = created(_answer(seen, text, body.name))
        answer.headers.update(tag_of(digest))
        return answer

    return once(seen, key, body, make)


@ROUTER.get("/{cash_flow:path}")
def get_cash_flow(seen: Viewing, response: Response, cash_flow: str) -> CashFlow:
    """One cash flow."""
    return _answer(seen, mandate_now(seen, response), cash_flow)


@ROUTER.put("/{cash_flow:path}")
def put_cash_flow(
    seen: Trading, response: Response, cash_flow: str, body: CashFlowGiven, if_match: IfMatch
) -> CashFlow:
    """Add a cash flow or change it."""
    text, digest = LIST.put(seen, if_match, cash_flow, _values(body), is_new=False)
    response.headers.update(tag_of(digest))
    return _answer(seen, text, cash_flow)


@ROUTER.delete("/{cash_flow:path}", status_code=204)
def delete_cash_flow(seen: Trading, cash_flow: str, if_match: IfMatch) -> Response:
    """Take a cash flow out."""
    return Response(None, 204, tag_of(LIST.remove(seen, if_match, cash_flow)))


def _values(body: CashFlowGiven) -> dict[str, Toml | None]:
    return {"amount": body.amount, "due": body.due, "account": body.account}


def _answers(seen: Seen, text: str) -> list[CashFlow]:
    """The mandate's cash flows, as it means them."""
    flows = parse_mandate(text, seen.one.folder / MANDATE_NAME).mandate.flows
    return [
        CashFlow(name=name, amount=one.amount, due=one.due, account=one.account)
        for name, one in zip(LIST.entries(text), flows, strict=True)
    ]


def _answer(seen: Seen, text: str, name: str) -> CashFlow:
    LIST.entry(text, name)
    return next(one for one in _answers(seen, text) if one.name == name)

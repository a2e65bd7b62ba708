"""`/households/{household}/liabilities`: what the household owes, for its net worth alone.

They are `[[liabilities]]` of the mandate; no plan looks at them.

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
    Liability,
    LiabilityGiven,
    LiabilityNew,
    LiabilityPage,
)
from trimtab.app.web.security.gate import Seen, Trading, Viewing

__all__ = ["ROUTER"]

ROUTER = resource("liabilities", "/households/{household}/liabilities")
LIST = MandateList("liabilities", "name", "liability")


@ROUTER.get("")
def list_liabilities(
    seen: Viewing, response: Response, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> LiabilityPage:
    """Liabilities in the mandate's order; the `ETag` is the version that a change has to name."""
    every = _answers(seen, mandate_now(seen, response))
    found, behind = page_of(every, lambda one: one.name, cursor, limit)
    return LiabilityPage(items=found, next_cursor=behind)


@ROUTER.post("", status_code=201, response_model=Liability)
def add_liability(
    seen: Trading, body: LiabilityNew, if_match: IfMatch, key: IdempotencyKey
) -> Response:
    """Add a liability under a name that is free."""

    def make() -> Response:
        text, digest = LIST.put(seen, if_match, body.name, _values(body), is_new=True)
        answer = created(_answer(seen, text, body.name))
        answer.headers.update(tag_of(digest))
        return answer

    return once(seen, key, body, make)


@ROUTER.get("/{liability:path}")
def get_liability(seen: Viewing, response: Response, liability: str) -> Liability:
    """One liability."""
    return _answer(seen, mandate_now(seen, response), liability)


@ROUTER.put("/{liability:path}")
def put_liability(
    seen: Trading, response: Response, liability: str, body: LiabilityGiven, if_match: IfMatch
) -> Liability:
    """Add a liability or change it."""
    text, digest = LIST.put(seen, if_match, liability, _values(body), is_new=False)
    response.headers.update(tag_of(digest))
    return _answer(seen, text, liability)


@ROUTER.delete("/{liability:path}", status_code=204)
def delete_liability(seen: Trading, liability: str, if_match: IfMatch) -> Response:
    """Take a liability out."""
    return Response(None, 204, tag_of(LIST.remove(seen, if_match, liability)))


def _values(body: LiabilityGiven) -> dict[str, Toml | None]:
    return {"amount": body.amount, "due": body.due, "rate": body.rate}


def _answers(seen: Seen, text: str) -> list[Liability]:
    """The mandate's liabilities, as it means them."""
    owed = parse_mandate(text, seen.one.folder / MANDATE_NAME).mandate.liabilities
    return [
        Liability(name=name, amount=one.amount, due=one.due, rate=one.rate)
        for name, one in zip(LIST.entries(text), owed, strict=True)
    ]


def _answer(seen: Seen, text: str, name: str) -> Liability:
    LIST.entry(text, name)
    return next(one for one in _answers(seen, text) if one.name == name)

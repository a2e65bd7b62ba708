"""`/households/{household}/accounts`: pull accounts with what they hold, push their settings.

Errors: problems; 412 where the mandate was changed since it was read.
"""

from __future__ import annotations

from starlette.responses import Response

from trimtab.app.config import MANDATE_NAME, parse_mandate
from trimtab.app.web.api.etags import IfMatch, mandate_now, tag_of
from trimtab.app.web.api.lists import MandateList
from trimtab.app.web.api.paging import LIMIT_DEFAULT, Cursor, Limit, page_of
from trimtab.app.web.api.route import resource
from trimtab.app.web.api.shapes_platform import Account, AccountGiven, AccountPage
from trimtab.app.web.api_v1.problems import conflict
from trimtab.app.web.security.gate import Seen, Trading, Viewing
from trimtab.model.errors import InputError, InputErrors

__all__ = ["ROUTER"]

ROUTER = resource("accounts", "/households/{household}/accounts")
LIST = MandateList("accounts", "id", "account")


@ROUTER.get("")
def list_accounts(
    seen: Viewing, response: Response, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> AccountPage:
    """Accounts in the mandate's order; the `ETag` is the version that a change has to name."""
    every = _answers(seen, mandate_now(seen, response))
    found, behind = page_of(every, lambda one: one.id, cursor, limit)
    return AccountPage(items=found, next_cursor=behind)


@ROUTER.get("/{account:path}")
def get_account(seen: Viewing, response: Response, account: str) -> Account:
    """One account with what it holds now."""
    return _answer(seen, mandate_now(seen, response), account)


@ROUTER.put("/{account:path}")
def put_account(
    seen: Trading, response: Response, account: str, body: AccountGiven, if_match: IfMatch
) -> Account:
    """Add an account or change its settings."""
    values = {
        "name": body.name,
        "owner": body.owner,
        "wrapper": body.wrapper.value,
        "currency": body.currency,
        "fractional": body.fractional,
        "commission": body.commission,
    }
    text, digest = LIST.put(seen, if_match, account, values, is_new=False)
    response.headers.update(tag_of(digest))
    return _answer(seen, text, account)


@ROUTER.delete("/{account:path}", status_code=204)
def delete_account(seen: Trading, account: str, if_match: IfMatch) -> Response:
    """Take out an account that holds nothing."""
    snapshot = seen.one.view().loaded.snapshot
    held = [lot.instrument for lot in snapshot.lots if lot.account == account]
    held += [one.currency for one in snapshot.cash if one.account == account]
    if held:
        raise conflict(f"account {account!r}", f"it holds {', '.join(sorted(set(held)))}")
    return Response(None, 204, tag_of(LIST.remove(seen, if_match, account)))


def _answer(seen: Seen, text: str, name: str) -> Account:
    LIST.entry(text, name)
    return next(one for one in _answers(seen, text) if one.id == name)


def _answers(seen: Seen, text: str) -> list[Account]:
    """The mandate's accounts; what they hold where the household's other files say it."""
    try:
        standing = {one.account.id: one for one in seen.one.view().status.accounts}
    except (InputError, InputErrors):
        standing = {}
    found = []
    for one in parse_mandate(text, seen.one.folder / MANDATE_NAME).household.accounts:
        now = standing.get(one.id)
        found.append(
            Account(
                id=one.id,
                name=one.label,
                owner=one.owner,
                wrapper=one.wrapper.value,
                currency=one.currency,
                fractional=one.fractional,
                commission=one.commission,
                value=None if now is None else now.value,
                cash=None if now is None else now.cash,
                lots=None if now is None else now.lots,
            )
        )
    return found

"""`/webhooks`: signed messages to a program of yours when something happens.

Each is its person's alone, and hears only of what that person may see.

Errors: problems; a webhook of somebody else is not there.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.responses import Response

from trimtab.app.web import webhooks as courier
from trimtab.app.web.api.once import IdempotencyKey, created, once
from trimtab.app.web.api.paging import LIMIT_DEFAULT, Cursor, Limit, page_of
from trimtab.app.web.api.route import resource
from trimtab.app.web.api.shapes_webhooks import (
    Webhook,
    WebhookDelivery,
    WebhookDeliveryPage,
    WebhookNew,
    WebhookPage,
)
from trimtab.app.web.api_v1.problems import conflict, not_found, refusal
from trimtab.app.web.security.audit import Outcome, audit
from trimtab.app.web.security.gate import Seen, TradingAll
from trimtab.app.web.security.principal import Right
from trimtab.app.web.security.scopes import may
from trimtab.app.web.security.sealing import sealer_of
from trimtab.app.web.webhook_places import place_of
from trimtab.model import web_board

__all__ = ["ROUTER"]

ROUTER = resource("webhooks", "/webhooks")
WEBHOOKS_MAX = 20
"""Of one person."""


@ROUTER.get("")
def list_webhooks(
    seen: TradingAll, cursor: Cursor = None, limit: Limit = LIMIT_DEFAULT
) -> WebhookPage:
    """Your webhooks, the oldest first."""
    found, behind = page_of(_mine(seen), lambda one: one.id, cursor, limit)
    return WebhookPage(items=[_answer(one) for one in found], next_cursor=behind)


@ROUTER.post("", status_code=201, response_model=Webhook)
def add_webhook(seen: TradingAll, body: WebhookNew, key: IdempotencyKey) -> Response:
    """Have events sent to an address; it is looked up now and again before each delivery."""

    def make() -> Response:
        if len(_mine(seen)) >= WEBHOOKS_MAX:
            raise conflict("webhooks", f"you have {WEBHOOKS_MAX} already", "take one out")
        place_of(body.url, seen.world.settings)
        name = seen.world.ids()
        hook = web_board.Webhook(
            id=name,
            person=seen.principal.name,
            url=body.url,
            secret=sealer_of(seen.world.settings).seal(body.secret, courier.seal_name(name)),
            events=None if body.events is None else frozenset(body.events),
            households=_scope(seen, body.households),
            made_at=seen.world.clock(),
        )
        seen.world.store.hooks.add(hook)
        _note(seen, "webhook.added", hook)
        return created(_answer(hook))

    return once(seen, key, body, make)


@ROUTER.get("/{webhook}")
def get_webhook(seen: TradingAll, webhook: str) -> Webhook:
    """One of your webhooks."""
    return _answer(_one(seen, webhook))


@ROUTER.delete("/{webhook}", status_code=204)
def delete_webhook(seen: TradingAll, webhook: str) -> Response:
    """Send nothing more to an address, and forget its secret."""
    hook = _one(seen, webhook)
    seen.world.store.hooks.remove(hook.id)
    _note(seen, "webhook.removed", hook)
    return Response(None, 204)


@ROUTER.post("/{webhook}/ping", status_code=202, response_model=Webhook)
def ping_webhook(seen: TradingAll, webhook: str, key: IdempotencyKey) -> Response:
    """Send an event of the kind `ping`, to try the address and the signature."""

    def make() -> Response:
        hook, now = _one(seen, webhook), seen.world.clock()
        text = courier.event_text(seen.world.ids(), courier.PING, "", now, "{}")
        seen.world.store.hooks.send(hook.id, courier.PING, text, now)
        return created(_answer(hook), 202)

    return once(seen, key, None, make)


@ROUTER.get("/{webhook}/deliveries")
def get_webhook_deliveries(
    seen: TradingAll, webhook: str, limit: Limit = LIMIT_DEFAULT
) -> WebhookDeliveryPage:
    """What was sent to an address and what came back, the newest first."""
    hook = _one(seen, webhook)
    return WebhookDeliveryPage(
        items=[
            WebhookDelivery(
                number=one.number,
                event=one.event,
                made_at=one.made_at,
                state=one.state.value,
                attempts=one.attempts,
                next_at=one.next_at,
                answer=one.answer,
            )
            for one in seen.world.store.hooks.deliveries(hook.id, limit)
        ]
    )


def _mine(seen: Seen) -> tuple[web_board.Webhook, ...]:
    """The webhooks of who asks."""
    every = seen.world.store.hooks.all()
    return tuple(one for one in every if one.person == seen.principal.name)


def _one(seen: Seen, name: str) -> web_board.Webhook:
    for one in _mine(seen):
        if one.id == name:
            return one
    raise not_found(f"webhook {name!r}", "the list has yours")


def _scope(seen: Seen, asked: list[str] | None) -> frozenset[str] | None:
    """The households that a webhook hears of: never more than who asks may see.

    Refuses: a household that is not there for them.
    """
    if asked is None:
        return seen.principal.households
    for name in asked:
        is_there = seen.world.households.find(name) is not None
        if not is_there or not may(seen.principal, Right.VIEW, name):
            fact = f"there is no household {name!r}"
            raise refusal(422, "body.households", fact, "", "the list of households has yours")
    return frozenset(asked)


def _answer(hook: web_board.Webhook) -> Webhook:
    return Webhook(
        id=hook.id,
        url=hook.url,
        events=None if hook.events is None else sorted(hook.events),
        households=None if hook.households is None else sorted(hook.households),
        made_at=hook.made_at,
        is_off=hook.is_off,
    )


def _note(seen: Seen, what: str, hook: web_board.Webhook) -> None:
    # The host alone: many services put a secret into the path.
    who, told = seen.principal.name, {"host": urlsplit(hook.url).netloc}
    audit(seen.world, who, what, hook.id, Outcome.DONE, told, address=seen.address)

"""Signed messages when something happens.

Written by `tools/make_client.py` from the API's description; do not edit.

Errors: `ProblemError` for what is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from trimtab.client._transport import Transport, place

__all__ = [
    "Webhook",
    "WebhookDelivery",
    "WebhookDeliveryPage",
    "WebhookNew",
    "WebhookPage",
    "WebhooksResource",
]


@dataclass(frozen=True, slots=True)
class Webhook:
    """A webhook of yours."""

    id: str
    url: str
    events: tuple[str, ...] | None  # null for all kinds.
    households: tuple[str, ...] | None  # null for all that you may see.
    made_at: datetime
    is_off: bool


@dataclass(frozen=True, slots=True)
class WebhookPage:
    """Your webhooks, the oldest first."""

    next_cursor: str | None  # Ask for the next page with it; null on the last.
    items: tuple[Webhook, ...]


@dataclass(frozen=True, slots=True)
class WebhookNew:
    """Where to send what happens."""

    url: str  # By https; no redirect is followed.
    secret: str  # Yours, 32 characters or more: it signs deliveries and is never shown.
    events: tuple[Literal["files", "live", "work", "summary", "backtest"], ...] | None = None
    households: tuple[str, ...] | None = None  # Of which households; all of yours where left out.


@dataclass(frozen=True, slots=True)
class WebhookDelivery:
    """An event on its way, and how far it came."""

    number: int
    event: str
    made_at: datetime
    state: str  # due, done or given_up.
    attempts: int
    next_at: datetime  # When it is tried next, where it is due.
    answer: str  # What came back last.


@dataclass(frozen=True, slots=True)
class WebhookDeliveryPage:
    """A webhook's deliveries, the newest first: those of the last 30 days."""

    items: tuple[WebhookDelivery, ...]


@dataclass(frozen=True, slots=True)
class WebhooksResource:
    """Signed messages when something happens."""

    transport: Transport

    def list_webhooks(self, *, cursor: str | None = None, limit: int = 50) -> WebhookPage:
        """Your webhooks, the oldest first.

        Needs the right `trade`.
        """
        return self.transport.ask(
            WebhookPage, "GET", "/api/v1/webhooks", query={"cursor": cursor, "limit": limit}
        )

    def add_webhook(self, body: WebhookNew, *, idempotency_key: str | None = None) -> Webhook:
        """Have events sent to an address; it is looked up now and again before each delivery.

        Needs the right `trade`.
        """
        return self.transport.ask(
            Webhook,
            "POST",
            "/api/v1/webhooks",
            headers={"Idempotency-Key": idempotency_key},
            body=body,
        )

    def get_webhook(self, webhook: str) -> Webhook:
        """One of your webhooks.

        Needs the right `trade`.
        """
        return self.transport.ask(Webhook, "GET", place("/api/v1/webhooks/{}", webhook))

    def delete_webhook(self, webhook: str) -> None:
        """Send nothing more to an address, and forget its secret.

        Needs the right `trade`.
        """
        self.transport.ask(type(None), "DELETE", place("/api/v1/webhooks/{}", webhook))

    def ping_webhook(self, webhook: str, *, idempotency_key: str | None = None) -> Webhook:
        """Send an event of the kind `ping`, to try the address and the signature.

        Needs the right `trade`.
        """
        return self.transport.ask(
            Webhook,
            "POST",
            place("/api/v1/webhooks/{}/ping", webhook),
            headers={"Idempotency-Key": idempotency_key},
        )

    def get_webhook_deliveries(self, webhook: str, *, limit: int = 50) -> WebhookDeliveryPage:
        """What was sent to an address and what came back, the newest first.

        Needs the right `trade`.
        """
        return self.transport.ask(
            WebhookDeliveryPage,
            "GET",
            place("/api/v1/webhooks/{}/deliveries", webhook),
            query={"limit": limit},
        )

"""Webhooks as the API takes and answers them; a secret is taken and never answered.

Errors: none.
"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from trimtab.app.web.api.values import Answer, Body, NameGiven, PageOf

__all__ = ["Webhook", "WebhookDelivery", "WebhookDeliveryPage", "WebhookNew", "WebhookPage"]

EventKind = Literal["files", "live", "work", "summary", "backtest"]


class WebhookNew(Body):
    """Where to send what happens."""

    url: str = Field(
        description="By https; no redirect is followed.",
        min_length=8,
        max_length=500,
        pattern=r"^https?://[!-~]+$",
    )
    secret: str = Field(
        description="Yours, 32 characters or more: it signs deliveries and is never shown.",
        min_length=32,
        max_length=200,
        pattern=r"^[!-~]+$",
    )
    events: list[EventKind] | None = Field(
        None, description="Which kinds; all where left out.", min_length=1, max_length=5
    )
    households: list[NameGiven] | None = Field(
        None, description="Of which households; all of yours where left out.", min_length=1
    )


class Webhook(Answer):
    """A webhook of yours."""

    id: str
    url: str
    events: list[str] | None = Field(description="null for all kinds.")
    households: list[str] | None = Field(description="null for all that you may see.")
    made_at: datetime
    is_off: bool


class WebhookPage(PageOf):
    """Your webhooks, the oldest first."""

    items: list[Webhook]


class WebhookDelivery(Answer):
    """An event on its way, and how far it came."""

    number: int
    event: str
    made_at: datetime
    state: str = Field(description="due, done or given_up.")
    attempts: int
    next_at: datetime = Field(description="When it is tried next, where it is due.")
    answer: str = Field(description="What came back last.")


class WebhookDeliveryPage(Answer):
    """A webhook's deliveries, the newest first: those of the last 30 days."""

    items: list[WebhookDelivery]

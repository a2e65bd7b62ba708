"""Webhooks with their deliveries, and answers kept for idempotency keys, in a database.

Errors: none of their own.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Engine, delete, insert, select, update

from trimtab.model.web_board import Delivery, DeliveryState, KeptAnswer, Webhook
from trimtab.stores.sql._leases import take_turn
from trimtab.stores.sql._web_tables import DELIVERIES, KEPT_ANSWERS, WEBHOOKS
from trimtab.stores.sql.engine import reading, writing

__all__ = ["Hooks", "KeptAnswers"]

_W, _D, _K = WEBHOOKS.c, DELIVERIES.c, KEPT_ANSWERS.c
_WEBHOOKS = select(
    *(_W.id, _W.person, _W.url, _W.secret, _W.events, _W.households, _W.made_at, _W.is_off)
)
_DELIVERIES = select(
    *(_D.number, _D.webhook, _D.event, _D.body, _D.made_at, _D.next_at, _D.state, _D.attempts),
    _D.answer,
)
_KEPT = select(_K.principal, _K.key, _K.request_hash, _K.at, _K.status, _K.body)


class Hooks:
    """Where events go, and how far each came."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def all(self) -> tuple[Webhook, ...]:
        """Every webhook, the oldest first."""
        with reading(self.engine) as connection:
            asked = _WEBHOOKS.order_by(_W.made_at, _W.id)
            return tuple(Webhook(*row) for row in connection.execute(asked))

    def find(self, name: str) -> Webhook | None:
        """The webhook of an id."""
        with reading(self.engine) as connection:
            row = connection.execute(_WEBHOOKS.where(_W.id == name)).one_or_none()
        return None if row is None else Webhook(*row)

    def add(self, hook: Webhook) -> None:
        """Keep a webhook."""
        row = {column.name: getattr(hook, column.name) for column in WEBHOOKS.columns}
        with writing(self.engine) as connection:
            connection.execute(insert(WEBHOOKS), row)

    def switch(self, name: str, is_off: bool) -> None:
        """Stop sending to a webhook, or go on."""
        with writing(self.engine) as connection:
            connection.execute(update(WEBHOOKS).where(_W.id == name).values(is_off=is_off))

    def remove(self, name: str) -> bool:
        """Remove a webhook and what was on its way; whether there was one."""
        with writing(self.engine) as connection:
            connection.execute(delete(DELIVERIES).where(_D.webhook == name))
            return connection.execute(delete(WEBHOOKS).where(_W.id == name)).rowcount == 1

    def send(self, webhook: str, event: str, body: str, at: datetime) -> int:
        """Put an event on its way; answers the delivery's number."""
        row = {"webhook": webhook, "event": event, "body": body, "made_at": at, "next_at": at}
        row |= {"state": DeliveryState.DUE, "attempts": 0, "answer": ""}
        with writing(self.engine) as connection:
            made = connection.execute(insert(DELIVERIES), row).inserted_primary_key
        return 0 if made is None else int(made[0])

    def due(self, now: datetime, limit: int) -> tuple[Delivery, ...]:
        """Deliveries whose time has come, the longest due first."""
        waiting = (_D.state == DeliveryState.DUE) & (_D.next_at <= now)
        with reading(self.engine) as connection:
            asked = _DELIVERIES.where(waiting).order_by(_D.next_at, _D.number).limit(limit)
            return tuple(Delivery(*row) for row in connection.execute(asked))

    def claim(self, delivery: Delivery, until: datetime) -> bool:
        """Take a delivery for one attempt; false where another process was first."""
        mine = (_D.number == delivery.number) & (_D.attempts == delivery.attempts)
        mine &= _D.state == DeliveryState.DUE
        values = {"attempts": delivery.attempts + 1, "next_at": until}
        with writing(self.engine) as connection:
            return connection.execute(update(DELIVERIES).where(mine).values(values)).rowcount == 1

    def settle(self, number: int, state: DeliveryState, next_at: datetime, answer: str) -> None:
        """Say what became of an attempt, and when the next is due."""
        values = {"state": state, "next_at": next_at, "answer": answer}
        with writing(self.engine) as connection:
            connection.execute(update(DELIVERIES).where(_D.number == number).values(values))

    def deliveries(self, webhook: str, limit: int) -> tuple[Delivery, ...]:
        """A webhook's deliveries, the newest first."""
        with reading(self.engine) as connection:
            asked = _DELIVERIES.where(_D.webhook == webhook).order_by(_D.number.desc())
            return tuple(Delivery(*row) for row in connection.execute(asked.limit(limit)))

    def clear(self, before: datetime) -> None:
        """Forget deliveries that were made before and are over."""
        over = (_D.made_at < before) & (_D.state != DeliveryState.DUE)
        with writing(self.engine) as connection:
            connection.execute(delete(DELIVERIES).where(over))


class KeptAnswers:
    """Answers to requests with an idempotency key, told again when the request is."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    def begin(self, asked: KeptAnswer) -> KeptAnswer | None:
        """Note that a request is under way; answers what is kept where the key was used before."""
        mine = (_K.principal == asked.principal) & (_K.key == asked.key)
        with writing(self.engine) as connection:
            take_turn(connection, f"answer {asked.principal} {asked.key}")
            row = connection.execute(_KEPT.where(mine)).one_or_none()
            if row is None:
                columns = [column.name for column in KEPT_ANSWERS.columns]
                values = {name: getattr(asked, name) for name in columns}
                connection.execute(insert(KEPT_ANSWERS), values)
                return None
        return KeptAnswer(*row)

    def finish(self, principal: str, key: str, status: int, body: str) -> None:
        """Keep what a request was answered."""
        mine = (_K.principal == principal) & (_K.key == key)
        with writing(self.engine) as connection:
            put = update(KEPT_ANSWERS).where(mine).values(status=status, body=body)
            connection.execute(put)

    def forget(self, principal: str, key: str) -> None:
        """Let a key be used again: its request came to nothing."""
        with writing(self.engine) as connection:
            mine = (_K.principal == principal) & (_K.key == key)
            connection.execute(delete(KEPT_ANSWERS).where(mine))

    def clear(self, before: datetime) -> None:
        """Forget answers that are older."""
        with writing(self.engine) as connection:
            connection.execute(delete(KEPT_ANSWERS).where(_K.at < before))

"""Webhooks: what happens is signed and sent to those who asked for it, until they have it.

An event is put on its way in the store before anything is sent, so that a restart loses none that
was heard.  A delivery is tried a few times, further and further apart, then given up; the log says
what came back.  An event says what changed and never how much: who hears it asks the API, with a
token, and is asked in turn what it may see.

Errors: none leave the courier; what went wrong is in the log of the delivery.
"""

from __future__ import annotations

import asyncio
import json
import ssl
import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import httpx

from trimtab.app.exits import show_trace
from trimtab.app.web.security.sealing import Sealer, sealer_of
from trimtab.app.web.webhook_places import Resolve, place_of, resolved
from trimtab.client.signatures import HEADER, signature
from trimtab.model.errors import InputError
from trimtab.model.web_board import Delivery, DeliveryState, Webhook

if TYPE_CHECKING:
    from trimtab.app.web.events import Event
    from trimtab.app.web.world import WebWorld

__all__ = ["EVENTS", "PING", "Courier", "event_text", "may_hear", "seal_name"]

EVENTS = {
    "files": "its mandate, lots, trades or prices changed",
    "live": "a question, an order or an entry of its live store changed",
    "work": "a run that somebody asked for ended",
    "summary": "its standing against its bands changed",
    "backtest": "a backtest went on or ended",
}
"""What may be heard, and when."""
PING = "ping"
WAITS = tuple(timedelta(seconds=one) for one in (10, 60, 300, 1_800, 7_200, 21_600, 43_200, 86_400))
"""After each attempt that failed; behind the last it is given up."""
CLAIM = timedelta(seconds=60)
ATTEMPT_SECONDS_MAX = 15.0
AT_ONCE = 20
TICK_SECONDS = 0.5
KEPT = timedelta(days=30)
ANSWER_LENGTH_MAX = 200


def seal_name(webhook: str) -> str:
    """Whose the sealed secret is."""
    return f"webhook {webhook}"


def event_text(name: str, kind: str, household: str, at: datetime, data: str) -> str:
    """What is sent: one object of JSON; `data` is JSON too."""
    told = {"id": name, "type": kind, "household": household, "at": at.isoformat()}
    return json.dumps(told | {"data": json.loads(data)}, separators=(",", ":"))


def may_hear(world: WebWorld, hook: Webhook, household: str) -> bool:
    """Whether a webhook hears of a household: its own scope, and what its person may see now."""
    if hook.households is not None and household not in hook.households:
        return False
    person = world.store.people.named(hook.person)
    if person is None:  # the machine's owner, while nobody has an account
        return world.settings.is_local and not world.store.people.any()
    return not person.is_off and (person.households is None or household in person.households)


class Courier:
    """Hears what happens and delivers it, in a thread of its own from `start` to `close`."""

    def __init__(
        self,
        world: WebWorld,
        resolve: Resolve = resolved,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._world, self._resolve = world, resolve
        self._context = context or ssl.create_default_context()
        self._place = world.hub.last
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="trimtab-webhooks", daemon=True)

    def start(self) -> None:
        """Begin to listen and to deliver."""
        self._thread.start()

    def close(self) -> None:
        """End after what is being sent."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(ATTEMPT_SECONDS_MAX + 1)

    def hear(self) -> int:
        """Put what happened since the last call on its way; answers how many deliveries."""
        hub, count = self._world.hub, 0
        while True:
            reading = hub.after(self._place, lambda _: True, frozenset(EVENTS))
            hooks = self._world.store.hooks.all() if reading.events else ()
            for event in reading.events:
                count += self._put(event, hooks)
            if self._place == reading.reached:
                return count
            self._place = reading.reached

    def deliver(self) -> int:
        """Send what is due now; answers how many were tried."""
        now, hooks = self._world.clock(), self._world.store.hooks
        mine = [one for one in hooks.due(now, AT_ONCE) if hooks.claim(one, now + CLAIM)]
        if mine:
            sealer = sealer_of(self._world.settings)
            asyncio.run(self._all(mine, sealer))
        return len(mine)

    def _put(self, event: Event, hooks: Sequence[Webhook]) -> int:
        """Put one event on its way to all who may hear it."""
        world, count = self._world, 0
        name = world.hub.name_of(event.number)
        text = event_text(name, event.topic, event.household, world.clock(), event.data)
        for hook in hooks:
            is_wanted = hook.events is None or event.topic in hook.events
            if is_wanted and not hook.is_off and may_hear(world, hook, event.household):
                world.store.hooks.send(hook.id, event.topic, text, world.clock())
                count += 1
        return count

    async def _all(self, mine: Sequence[Delivery], sealer: Sealer) -> None:
        await asyncio.gather(*(self._one(one, sealer) for one in mine))

    async def _one(self, delivery: Delivery, sealer: Sealer) -> None:
        """One attempt, and what became of it."""
        store = self._world.store.hooks
        hook = store.find(delivery.webhook)
        try:
            if hook is None or hook.is_off:
                raise InputError("webhook", "it is switched off or gone")
            async with asyncio.timeout(ATTEMPT_SECONDS_MAX):
                status = await self._sent(hook, delivery, sealer)
            is_done, answer = 200 <= status < 300, f"status {status}"
        except TimeoutError:
            is_done, answer = False, f"no answer within {ATTEMPT_SECONDS_MAX:.0f} s"
        except (httpx.HTTPError, InputError, OSError) as error:
            is_done, answer = False, str(error) or type(error).__name__
        state, behind = DeliveryState.DONE, self._world.clock()
        if not is_done:
            is_last = delivery.attempts >= len(WAITS)
            state = DeliveryState.GIVEN_UP if is_last else DeliveryState.DUE
            behind += timedelta() if is_last else WAITS[delivery.attempts]
        store.settle(delivery.number, state, behind, answer[:ANSWER_LENGTH_MAX])

    async def _sent(self, hook: Webhook, delivery: Delivery, sealer: Sealer) -> int:
        """The status that came back; the body is never read, and no redirect is followed.

        Refuses: a place that it may not go to.
        """
        place = await asyncio.to_thread(place_of, hook.url, self._world.settings, self._resolve)
        secret, body = sealer.open(hook.secret, seal_name(hook.id)), delivery.body.encode()
        headers = {
            "Host": place.host_header,
            "Content-Type": "application/json",
            "User-Agent": "trimtab-webhooks",
            "Trimtab-Event": delivery.event,
            "Trimtab-Delivery": str(delivery.number),
            HEADER: signature(body, secret, int(self._world.clock().timestamp())),
        }
        client = httpx.AsyncClient(
            verify=self._context,
            trust_env=False,
            follow_redirects=False,
            timeout=ATTEMPT_SECONDS_MAX,
        )
        async with client:
            request = client.build_request(
                "POST",
                place.url,
                content=body,
                headers=headers,
                extensions={"sni_hostname": place.host},
            )
            answer = await client.send(request, stream=True, follow_redirects=False)
            await answer.aclose()
            return answer.status_code

    def _run(self) -> None:
        self._guarded(lambda: self._world.store.hooks.clear(self._world.clock() - KEPT))
        while not self._ended.wait(TICK_SECONDS):
            self._guarded(self.hear)
            self._guarded(self.deliver)

    def _guarded(self, act: Callable[[], object]) -> None:
        """One step; a defect or a database that is busy must not end the thread."""
        try:
            act()
        except Exception as error:
            show_trace(error)

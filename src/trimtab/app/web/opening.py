"""The dashboard beside the service: its world, its address, and the thread that serves it.

Errors: `InputError` for settings that may not start, an address that is taken, a store that cannot
be opened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from secrets import token_urlsafe
from threading import Thread
from typing import TYPE_CHECKING

from trimtab.model.errors import InputError, InputErrors

if TYPE_CHECKING:
    from socket import socket

    from trimtab.app.live.clocks import LiveClock
    from trimtab.app.web.households import Households
    from trimtab.app.web.settings import WebSettings
    from trimtab.app.web.world import WebWorld

__all__ = ["Dashboard", "look_once", "open_dashboard"]

PATIENCE_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A dashboard that is served; `link` signs one person in, once."""

    world: WebWorld
    address: str
    link: str


@contextmanager
def open_dashboard(
    folders: Sequence[Path],
    settings: WebSettings,
    today: Callable[[], date],
    *,
    clock: LiveClock | None = None,
    stewards: Mapping[Path, Callable[[], None]] | None = None,
) -> Iterator[Dashboard]:
    """Serve the households of some folders until the block ends.

    `today` tells the day of a household whose mandate names none, `clock` takes the system's place
    on recorded days; `stewards` run the cycle of the folders that the service works.
    Refuses: settings that may not start, an address that is taken.
    """
    from trimtab.app.web.application import application
    from trimtab.app.web.events import Hub
    from trimtab.app.web.households import Households
    from trimtab.app.web.security.first_token import first_link
    from trimtab.app.web.server import address_of, serving
    from trimtab.app.web.summaries import keeping
    from trimtab.app.web.webhooks import Courier
    from trimtab.app.web.working import Worker
    from trimtab.app.web.world import WebWorld
    from trimtab.stores.sql.web_store import open_web_store

    with ExitStack() as held:
        store = open_web_store(settings.store_place)
        held.callback(store.close)
        settings.check_may_start(store)
        households = Households(folders, today, clock)
        asked = {path.resolve(): ask for path, ask in (stewards or {}).items()}
        kept = {
            name: asked[one.folder]
            for name in households.names()
            if (one := households.find(name)) is not None and one.folder in asked
        }
        hub = Hub()
        worker = Worker(hub, _now, kept)
        held.callback(worker.close)
        world = WebWorld(settings, households, store, _now, hub, worker, lambda: token_urlsafe(24))
        held.callback(world.backtests.close)
        held.enter_context(keeping(world))
        bound = _bound(settings)
        held.callback(bound.close)
        address = address_of(settings, bound)
        courier = Courier(world)
        held.callback(courier.close)
        courier.start()
        held.enter_context(serving(application(world), settings, bound))
        held.callback(hub.close)  # the first to end: a server waits for streams that are open
        yield Dashboard(world, address, first_link(world, address))


def look_once(households: Households, is_over: Callable[[], bool]) -> None:
    """Make the view of the first household that has one, so that what it needs is compiled.

    Else the first page that somebody opens would stay white for a minute.  It looks beside this
    thread and is waited for, unless `is_over` says that there is no use any more.
    """

    def look() -> None:
        for name in households.names():
            one = households.find(name)
            with suppress(InputError, InputErrors):  # its pages say what is wrong with it
                if one is not None:
                    one.view()
                    return

    looking = Thread(target=look, name="first look", daemon=True)
    looking.start()
    while looking.is_alive() and not is_over():
        looking.join(PATIENCE_SECONDS)


def _bound(settings: WebSettings) -> socket:
    """The socket; the usual port may be another dashboard's of this machine, and any will do."""
    from trimtab.app.web.server import listening
    from trimtab.app.web.settings import PORT_DEFAULT

    try:
        return listening(settings.host, settings.port)
    except InputError:
        if not settings.is_local or settings.port != PORT_DEFAULT:
            raise
        return listening(settings.host, 0)


def _now() -> datetime:
    return datetime.now(UTC)

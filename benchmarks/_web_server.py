"""The server that `benchmarks.web` measures: one process, as `trimtab serve` runs it.

    python -m benchmarks._web_server FOLDER HOUSEHOLDS

It serves the household in FOLDER/home, with a board of so many households and people who are signed
in, and tells its port, their tokens and the addresses of its pages as one line of JSON.  Then
`publish N SECONDS` on its standard input publishes N events within so many seconds, and `cpu` tells
how much processor time it has used; its end ends the server.

Errors: those of the application.
"""

from __future__ import annotations

import json
import random
import resource
import sys
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from secrets import token_urlsafe

from fastapi.routing import APIRoute

from trimtab.app.live.clocks import SystemClock
from trimtab.app.web.application import application, routers_of
from trimtab.app.web.events import EVERYBODY, Hub
from trimtab.app.web.households import Households
from trimtab.app.web.security.sessions import begin_session, cookie_name
from trimtab.app.web.server import listening, serving
from trimtab.app.web.settings import WebSettings
from trimtab.app.web.summaries import Keeper
from trimtab.app.web.working import Worker
from trimtab.app.web.world import WebWorld
from trimtab.brokers.paper.sessions import nyse_sessions
from trimtab.model.web import Person, Right, Via
from trimtab.model.web_board import ANYBODY, BoardFlag, Summary
from trimtab.stores.sql.web_store import open_web_store

__all__ = ["main"]

SEED = 7
PEOPLE = 50
PAGES = ("trimtab.app.web.pages",)
NO_PAGES = ("/events", "/logout")
TARGETS = ("stocks", "bonds", "energy", "real estate")


def main() -> None:
    """Serve until the standard input ends."""
    _raise_limit()
    folder, count = Path(sys.argv[1]), int(sys.argv[2])
    bound = listening("127.0.0.1", 0)
    world = _world(folder, bound.getsockname()[1])
    Keeper(world).look()
    world.store.board.put(_rows(count))
    tokens = [_signed_in(world, f"person-{number}") for number in range(PEOPLE)]
    with serving(application(world), world.settings, bound):
        told = {
            "port": bound.getsockname()[1],
            "cookie": cookie_name(world.settings),
            "tokens": tokens,
            "pages": _addresses(),
        }
        print(json.dumps(told), flush=True)
        for line in sys.stdin:
            match line.split():
                case ["publish", events, seconds]:
                    _publish(world.hub, int(events), float(seconds))
                case ["cpu"]:
                    print(time.process_time(), flush=True)
        world.hub.close()
    world.worker.close()
    world.store.close()


def _raise_limit() -> None:
    """A thousand streams need as many files."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _world(folder: Path, port: int) -> WebWorld:
    clock, hub, sessions = SystemClock(), Hub(), nyse_sessions()
    return WebWorld(
        WebSettings(folder, port=port),
        Households([folder / "home"], lambda: sessions.day_of(clock())),
        open_web_store(str(folder / "web.db")),
        clock,
        hub,
        Worker(hub, clock),
        lambda: token_urlsafe(24),
    )


def _signed_in(world: WebWorld, name: str) -> str:
    person = Person(name, name.title(), Right.ADMIN, None, world.clock())
    world.store.people.add(person)
    return begin_session(world, name, Via.PASSWORD, is_strong=True)


def _rows(count: int) -> list[Summary]:
    """Households as an adviser may have them."""
    rng, now = random.Random(SEED), datetime.now(UTC)
    rows = []
    for at in range(count):
        band, drift = 0.02 + 0.03 * rng.random(), rng.gauss(0.0, 0.025)
        flags = {flag for flag in BoardFlag if rng.random() < 0.08}
        flags |= {BoardFlag.OUT_OF_BAND} if abs(drift) > band else set()
        rows.append(
            Summary(
                f"house-{at:06}", f"{rng.choice('ABCDEFGHIKLMNOPRSTW')}. Household {at:06}", now,
                Decimal(rng.randrange(50_000, 9_000_000)), "USD", drift, band, rng.choice(TARGETS),
                rng.random() * 0.1, Decimal(rng.randrange(0, 9_000)), "All inside the bands.",
                frozenset(flags),
                frozenset({ANYBODY} if BoardFlag.WAITING in flags else ()),
            )
        )  # fmt: skip
    return rows


def _addresses() -> list[str]:
    """Every page that a signed-in person may open, with the demo in the household's place."""
    found = []
    for router in routers_of(PAGES):
        for route in router.routes:
            if isinstance(route, APIRoute) and route.methods and "GET" in route.methods:
                path = route.path.replace("{household}", "home")
                if "{" not in path and path not in NO_PAGES:
                    found.append(path)
    return sorted(set(found))


def _publish(hub: Hub, events: int, seconds: float) -> None:
    began = time.monotonic()
    for number in range(events):
        ahead = began + seconds * number / events - time.monotonic()
        if ahead > 0:
            time.sleep(ahead)
        hub.publish("summary", EVERYBODY, {"at": number})


if __name__ == "__main__":
    main()

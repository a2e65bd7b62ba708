"""A dashboard's world for tests of who may come in: two households, a clock that is set by hand."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from fastapi import FastAPI
from starlette.testclient import TestClient

from tests.app.web.served import fresh_store
from trimtab.app.web.security.gate import (
    Administering,
    Approving,
    Running,
    Viewing,
    ViewingAll,
    guarded,
)
from trimtab.app.web.security.sessions import begin_session, cookie_name
from trimtab.app.web.settings import WebSettings
from trimtab.model.web import Person, Right, Via
from trimtab.stores.sql.web_store import WebStore

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LOCAL = "http://127.0.0.1:8765"
PUBLIC = "https://trimtab.example"


@dataclass
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def on(self, **spans: float) -> None:
        self.now += timedelta(**spans)


@dataclass
class World:
    """What the gate asks of a world."""

    settings: WebSettings
    store: WebStore
    clock: Clock = field(default_factory=Clock)
    households: Any = None

    def __post_init__(self) -> None:
        known = {name: SimpleNamespace(id=name) for name in ("rivera", "smith")}
        self.households = SimpleNamespace(find=known.get, names=lambda: tuple(known))

    def person(
        self, name: str, right: Right, households: Iterable[str] | None = None, **more: Any
    ) -> Person:
        among = None if households is None else frozenset(households)
        made = replace(Person(name, name.title(), right, among, self.clock()), **more)
        self.store.people.add(made)
        return made

    def session(self, name: str, via: Via = Via.PASSWORD, is_strong: bool = True) -> str:
        return begin_session(self, name, via, is_strong=is_strong)  # type: ignore[arg-type]

    def client(self, token: str = "", base: str = "", app: Any = None) -> TestClient:
        base = base or (LOCAL if self.settings.is_local else PUBLIC)
        served = guarded(app or small_application(), self)  # type: ignore[arg-type]
        client = TestClient(served, base, follow_redirects=False)
        if token:
            client.cookies.set(cookie_name(self.settings), token)
        return client


def world_in(folder: Path, **settings: Any) -> World:
    """A world whose store lies in a folder."""
    made = WebSettings(folder, **settings)
    return World(made, fresh_store(Path(made.store_place)))


def public_settings(**more: Any) -> dict[str, Any]:
    """Settings of a dashboard beyond this machine, behind a proxy that has TLS."""
    return {"proxy": True, "public_url": PUBLIC, "proxy_addresses": ("testclient",)} | more


def small_application() -> FastAPI:
    """One route for each thing that a route may need."""
    app = FastAPI()

    @app.get("/")
    def front(seen: ViewingAll) -> dict[str, str]:
        return {"who": seen.principal.name, "csrf": seen.csrf}

    @app.get("/h/{household}")
    def home(seen: Viewing) -> dict[str, str]:
        return {"household": seen.one.id}

    @app.post("/h/{household}/run")
    def run(seen: Running) -> dict[str, str]:
        return {"ran": seen.one.id}

    @app.post("/h/{household}/approve")
    def approve(seen: Approving) -> dict[str, str]:
        return {"approved": seen.one.id}

    @app.get("/people")
    def people(seen: Administering) -> dict[str, str]:
        return {"who": seen.principal.name}

    return app

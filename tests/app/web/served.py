"""A dashboard for tests: households in folders, people, and a browser that is signed in."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from secrets import token_hex
from tempfile import TemporaryDirectory

from fastapi.testclient import TestClient

from trimtab.app.demo import DEMO_FILES, DEMO_FOLDER
from trimtab.app.web.application import application
from trimtab.app.web.events import Hub
from trimtab.app.web.households import Households
from trimtab.app.web.security.sessions import begin_session, cookie_name
from trimtab.app.web.settings import WebSettings
from trimtab.app.web.working import Worker
from trimtab.app.web.world import WebWorld
from trimtab.model.web import Person, Right, Via
from trimtab.stores.sql.web_store import WebStore, open_web_store

ADDRESS = "http://127.0.0.1:8765"
TODAY = date(2022, 10, 11)
CSRF = re.compile(r'name="csrf" value="([^"]+)"')


def demo_house(folder: Path) -> Path:
    """The demo's household in a folder of its own; its mandate names its day."""
    folder.mkdir(parents=True)
    for name in DEMO_FILES:
        shutil.copy(DEMO_FOLDER / name, folder / name)
    return folder


@cache
def _nothing_stored() -> bytes:
    """A store's database that remembers nothing; the migrations make it once for all tests."""
    with TemporaryDirectory() as place:
        made = Path(place) / "web.db"
        open_web_store(made).close()
        assert [one.name for one in Path(place).iterdir()] == ["web.db"], "all is in the one file"
        return made.read_bytes()


def fresh_store(path: Path) -> WebStore:
    """A store of one's own at a path; where there is one already, that one."""
    if not path.exists():
        path.write_bytes(_nothing_stored())
    return open_web_store(path)


def world_of(place: Path, *folders: Path, **settings: object) -> WebWorld:
    """The world of some households; its own database lies in `place`."""
    place.mkdir(parents=True, exist_ok=True)
    store = fresh_store(place / "web.db")
    hub = Hub()
    return WebWorld(
        WebSettings(place, **settings),  # type: ignore[arg-type]
        Households(folders, lambda: TODAY),
        store,
        lambda: datetime.now(UTC),
        hub,
        Worker(hub, lambda: datetime.now(UTC)),
        token_hex,
    )


def browser_of(
    world: WebWorld,
    right: Right | None = None,
    households: frozenset[str] | None = None,
    name: str = "ada",
) -> TestClient:
    """A browser that is signed in: the machine's owner, or somebody with a right."""
    client = stranger_at(world)
    if right is None:
        token = begin_session(world, name, Via.LOCAL, is_strong=True)
    else:
        world.store.people.add(Person(name, name.title(), right, households, datetime.now(UTC)))
        token = begin_session(world, name, Via.PASSWORD, is_strong=True)
    client.cookies.set(cookie_name(world.settings), token)
    return client


def stranger_at(world: WebWorld) -> TestClient:
    """A browser that nobody has signed in with; it follows no redirect by itself."""
    return TestClient(
        application(world), ADDRESS, raise_server_exceptions=False, follow_redirects=False
    )


def csrf_of(client: TestClient, address: str = "/h/home") -> str:
    """The token that the forms of a page carry."""
    found = CSRF.search(client.get(address).text)
    assert found, f"{address} has a form"
    return found[1]


def send(client: TestClient, address: str, data: Mapping[str, str], page: str = "/h/home"):
    """Send a form of a page."""
    return client.post(address, data={**data, "csrf": csrf_of(client, page)})

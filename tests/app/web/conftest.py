"""The demo's household on a dashboard, made once for all tests that only look."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from tests.app.web.served import browser_of, demo_house, world_of
from trimtab.app.web.security import passwords
from trimtab.app.web.world import WebWorld


@pytest.fixture(scope="module", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Passwords cost next to nothing here; the tests of passwords have them as they are shipped."""
    with pytest.MonkeyPatch.context() as patched:
        cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
        patched.setattr(passwords, "_HASHER", cheap)
        yield


@pytest.fixture(scope="session")
def shown_world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebWorld]:
    """The demo's household as `home`; tests that change it make their own."""
    place = tmp_path_factory.mktemp("shown")
    world = world_of(place, demo_house(place / "home"))
    yield world
    world.worker.close()
    world.store.close()


@pytest.fixture
def owner(shown_world: WebWorld) -> TestClient:
    """The machine's owner, signed in."""
    return browser_of(shown_world)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[WebWorld]:
    """The demo's household as `home`, for one test alone."""
    made = world_of(tmp_path, demo_house(tmp_path / "home"))
    yield made
    made.worker.close()
    made.store.close()

"""Households of the investor's screens, made once and copied where a test changes them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.app.web.pages.homes import asked_house, copied
from tests.app.web.served import browser_of, world_of
from trimtab.app.web.world import WebWorld


@pytest.fixture(scope="session")
def asked_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's household with its plan asked about; nobody answers it."""
    return asked_house(tmp_path_factory.mktemp("asked") / "home")


@pytest.fixture
def live_world(asked_once: Path, tmp_path: Path) -> Iterator[WebWorld]:
    """A world with a question that waits, for one test alone."""
    made = world_of(tmp_path / "web", copied(asked_once, tmp_path / "home"))
    yield made
    made.worker.close()
    made.store.close()


@pytest.fixture
def live_owner(live_world: WebWorld) -> TestClient:
    """The machine's owner at that world."""
    return browser_of(live_world)

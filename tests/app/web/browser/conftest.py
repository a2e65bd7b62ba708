"""A real browser over a served dashboard; skipped, saying why, where there is no Chromium.

Screenshots lie in `trimtab-out/screenshots` after a run, for people to look at.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.app.web.browser.dashboards import SHOTS, Opened, opened, signed_in
from tests.app.web.served import demo_house

OPTIONS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update"),
)

expect.set_options(timeout=20_000)  # other tests may run beside these


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, without a window.

    One a module: Playwright runs an event loop in this thread while it lives, and no test after it
    could have one of its own.
    """
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        pytest.skip("there is no Chromium on this machine")
    SHOTS.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(OPTIONS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """The demo's household, served on this machine; tests that change it make their own."""
    place = tmp_path_factory.mktemp("browsed")
    with opened(place, demo_house(place / "home")) as one:
        yield one


@pytest.fixture
def context(chromium: Browser, dashboard: Opened) -> Iterator[BrowserContext]:
    """A browser of the machine's owner, signed in by the one-time link."""
    with signed_in(chromium, dashboard) as one:
        yield one


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page of that browser."""
    return context.new_page()


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """The demo's household for one test alone."""
    return demo_house(tmp_path / "home")

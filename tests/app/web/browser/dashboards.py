"""Dashboards that are served for a browser, and browsers that are signed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from fastapi.routing import APIRoute
from playwright.sync_api import Browser, BrowserContext, Page

from trimtab.app.web.application import ROOMS, routers_of
from trimtab.app.web.opening import Dashboard, open_dashboard
from trimtab.app.web.security.first_token import new_first_link
from trimtab.app.web.security.passwords import hash_password
from trimtab.app.web.security.sessions import begin_session, cookie_name, hash_of, new_secret
from trimtab.app.web.settings import WebSettings
from trimtab.model.web import Person, Right, Via

SHOTS = Path("trimtab-out/screenshots")
TODAY = date(2022, 10, 11)
NO_PAGES = ("/api/", "/first", "/events", "/mcp", "/static", "/login/oidc")
DOWNLOADS = (".pdf", ".csv", ".ofx", ".json", ".svg")
WIDE, PHONE = (1280, 900), (360, 740)


@dataclass(frozen=True)
class Opened:
    """A dashboard that is being served."""

    dashboard: Dashboard

    @property
    def address(self) -> str:
        return self.dashboard.address

    def link(self) -> str:
        """A new link that signs the owner in."""
        world = self.dashboard.world
        return new_first_link(world.store, world.settings, world.clock(), self.address)


@contextmanager
def opened(place: Path, *folders: Path, **settings: object) -> Iterator[Opened]:
    """Serve the dashboard of some households."""
    place.mkdir(parents=True, exist_ok=True)
    given = WebSettings(place, port=0, **settings)  # type: ignore[arg-type]
    with open_dashboard(folders, given, lambda: TODAY) as dashboard:
        yield Opened(dashboard)


@contextmanager
def signed_in(
    chromium: Browser, one: Opened, size: tuple[int, int] = WIDE, colours: str = "light"
) -> Iterator[BrowserContext]:
    """A browser of its own, signed in as the owner."""
    context = chromium.new_context(
        base_url=one.address,
        viewport={"width": size[0], "height": size[1]},
        color_scheme=colours,  # type: ignore[arg-type]
        has_touch=size == PHONE,
    )
    try:
        page = context.new_page()
        page.goto(one.link())
        page.wait_for_url(lambda address: "/first" not in address)  # the page's script goes on
        # It stays open: closing the only page of a browser while it loads can hang Chromium.
        yield context
    finally:
        context.close()


@contextmanager
def as_person(
    chromium: Browser, one: Opened, name: str, right: Right, *, password: str = ""
) -> Iterator[BrowserContext]:
    """A browser of somebody with an account, who has just shown a second factor.

    With a password that was a while ago: what needs a recent sign-in asks for it.
    """
    world = one.dashboard.world
    world.store.people.add(Person(name, name.title(), right, None, world.clock()))
    token = begin_session(world, name, Via.PASSWORD, is_strong=True)
    if password:
        world.store.people.set_password(name, hash_password(password))
        newer, over = new_secret(), world.clock() - timedelta(minutes=1)
        world.store.sessions.renew(hash_of(token), hash_of(newer), over, True)
        token = newer
    context = chromium.new_context(base_url=one.address)
    context.add_cookies([{"name": cookie_name(world.settings), "value": token, "url": one.address}])
    try:
        yield context
    finally:
        context.close()


def shot(page: Page, name: str) -> None:
    """Keep what the page looks like."""
    page.screenshot(path=str(SHOTS / f"{name}.png"), full_page=True)


def screens(household: str = "home") -> list[str]:
    """The address of every page that a browser shows, of one household."""
    found = []
    for router in routers_of(ROOMS):
        for route in router.routes:
            if not isinstance(route, APIRoute) or "GET" not in route.methods:
                continue
            path = route.path
            if path.startswith(NO_PAGES) or path.endswith(DOWNLOADS) or path == "/":
                continue
            path = path.replace("{household}", household)
            if "{" not in path:
                found.append(path)
    return sorted(set(found))

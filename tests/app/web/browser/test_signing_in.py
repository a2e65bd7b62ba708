"""Who somebody is, in a real browser: invitation, authenticator, passkey, step-up, and all undone.

Chromium's own virtual authenticator takes the place of a finger on a sensor.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import update

from tests.app.web.browser.dashboards import Opened, opened, shot
from tests.app.web.served import demo_house
from trimtab.app.web.security.accounts import Accounts
from trimtab.app.web.world import WebWorld
from trimtab.model.web import Right
from trimtab.stores.sql._web_tables import PEOPLE, WEB_SESSIONS

PASSWORD = "seven purple kettles sing"
SENSOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Opened]:
    """A dashboard that wants second factors."""
    house = demo_house(tmp_path / "home")
    with opened(tmp_path / "web", house, second_factor=True) as one:
        yield one


def invitation(one: Opened) -> str:
    """A link for Ada, by the name to which a passkey can be bound."""
    world = one.dashboard.world
    accounts = Accounts(world.store, world.settings, None, world.clock())
    accounts.add("ada", Right.ADMIN)
    return accounts.invite("ada", one.address.replace("127.0.0.1", "localhost"))


def some_time_later(world: WebWorld) -> None:
    """Every sign-in lies too far back, and every code that was used is an old one."""
    with world.store.engine.begin() as connection:
        long_ago = world.clock() - timedelta(hours=1)
        connection.execute(update(WEB_SESSIONS).values(fresh_until=long_ago))
        connection.execute(update(PEOPLE).values(totp_step=0))


def code_of(secret: str, world: WebWorld) -> str:
    return pyotp.TOTP(secret).at(int(world.clock().timestamp()))


def test_a_life_of_signing_in(chromium: Browser, strict: Opened) -> None:
    world = strict.dashboard.world
    context = chromium.new_context(base_url=strict.address.replace("127.0.0.1", "localhost"))
    page = context.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": SENSOR})

    page.goto(invitation(strict))
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=again]").fill(PASSWORD)
    page.locator("main button").click()
    page.wait_for_url("**/account")

    page.goto("/people")  # who administers has shown a second factor
    expect(page).to_have_url(re.compile(r"/account/factor\?next=%2Fpeople$"))
    page.goto("/account")
    page.get_by_label("Name of the new passkey").fill("laptop")
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_text("The passkey is kept.")).to_be_visible()
    shot(page, "account-with-passkey")

    context.clear_cookies()
    page.goto("/login?next=/people")
    page.get_by_role("button", name="With a passkey").click()
    expect(page.get_by_role("heading", name="People")).to_be_visible()

    with_authenticator(page, world)

    some_time_later(world)
    page.goto("/people")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="People")).to_be_visible()

    some_time_later(world)
    page.goto("/account")
    page.get_by_role("button", name="Forget").click()
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/account")
    page.get_by_role("button", name="Forget").click()
    expect(page.get_by_text("The passkey is forgotten.")).to_be_visible()
    assert world.store.passkeys.of("ada") == ()
    context.close()
    doings = [(one.what, one.subject) for one in reversed(world.store.audit.page(50, who="ada"))]
    assert ("login", "passkey") in doings
    assert doings.count(("confirm", "passkey")) == 2
    assert world.store.audit.check().is_whole


def with_authenticator(page: Page, world: WebWorld) -> None:
    """Set an authenticator up, and sign in with it."""
    page.goto("/account/factor")
    shown = page.locator(".secret")
    expect(shown).to_be_visible()
    secret = str(shown.text_content()).replace(" ", "")
    page.locator("input[name=code]").fill(code_of(secret, world))
    page.locator("main form").get_by_role("button").click()
    expect(page.get_by_text("The authenticator is set up.")).to_be_visible()
    some_time_later(world)
    page.goto("/people")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=code]").fill(code_of(secret, world))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="People")).to_be_visible()

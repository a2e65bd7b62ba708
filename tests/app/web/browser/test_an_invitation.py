"""Somebody is invited, sets a password in a real browser, and signs in with it again."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.app.web.browser.dashboards import opened
from trimtab.app.web.security.accounts import Accounts
from trimtab.model.web import Right

PASSWORD = "seven green boats upriver"


@pytest.mark.slow
def test_an_invitation_leads_in_and_the_password_does_afterwards(
    chromium: Browser, house: Path, tmp_path: Path
) -> None:
    with opened(tmp_path / "web", house) as one:
        world = one.dashboard.world
        accounts = Accounts(world.store, world.settings, None, world.clock())
        accounts.add("ada", Right.ADMIN, None, "Ada", "")
        context = chromium.new_context(base_url=one.address)
        page = context.new_page()
        page.goto(accounts.invite("ada", one.address))
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_label("The same again").fill(PASSWORD)
        page.get_by_role("button", name="Set it and sign in").click()
        expect(page.locator("header")).to_contain_text("ada")
        context.clear_cookies()
        page.goto("/login")
        page.get_by_label("Name").fill("ada")
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.locator("header")).to_contain_text("ada")
        context.close()

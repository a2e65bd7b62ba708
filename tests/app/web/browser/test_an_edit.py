"""An edit of a proposal in a real browser: its effect at once, and only the edited plan ordered."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.app.commands_run import DONE, run
from tests.app.web.browser.dashboards import as_person, opened, shot, signed_in
from tests.app.web.pages.homes import asked_house, questions
from trimtab.model.web import Right


@pytest.mark.slow
def test_an_edit_shows_its_effect_at_once_and_alone_is_ordered(
    chromium: Browser, tmp_path: Path
) -> None:
    folder = asked_house(tmp_path / "home")
    with opened(tmp_path / "web", folder) as dashboard, signed_in(chromium, dashboard) as context:
        page = context.new_page()
        page.goto("/h/home/proposal")
        field = page.locator("#keep-T2")
        field.fill("100")
        effect = page.locator("#effect")
        expect(effect.get_by_role("heading", name="The effect of your edit")).to_be_visible()
        for words in ("Cash", "tax", "technology", "cost"):
            expect(page.locator("#told")).to_contain_text(words)
        expect(field).to_be_focused()
        expect(field).to_have_value("100")
        field.fill("a few")
        expect(effect.get_by_role("alert")).to_contain_text("a few")
        field.fill("100")
        expect(effect.get_by_role("heading", name="The effect of your edit")).to_be_visible()
        shot(page, "proposal-edited")
        page.emulate_media(media="print")
        expect(page.locator("table.trades").first).to_be_visible()
        expect(effect.get_by_role("heading", name="The effect of your edit")).to_be_visible()
        for control in ("#keep-T1", "#keep-T2-1", "#note", "button"):
            expect(page.locator(control).first).to_be_hidden()
        page.emulate_media(media="screen")
        page.locator("#note").fill("less of it")
        page.on("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_role("heading", name=re.compile("approved"))).to_be_visible()
        expect(page.locator("main")).to_contain_text("to the last character")
        shot(page, "decision-edited")
        dashboard.dashboard.world.worker.close()
    assert len(questions(folder)) == 2
    result = run("run", "--once", folder, "--json")
    assert result.exit_code == DONE
    orders = {one["trade"]: one["quantity"] for one in json.loads(result.stdout)["orders"]}
    assert orders["T2"] == "100"


def test_what_was_typed_is_there_again_after_a_sign_in_is_asked_for(
    chromium: Browser, tmp_path: Path
) -> None:
    password = "correct horse battery staple"
    folder = asked_house(tmp_path / "home")
    with (
        opened(tmp_path / "web", folder) as dashboard,
        as_person(chromium, dashboard, "ada", Right.APPROVE, password=password) as context,
    ):
        page = context.new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        page.goto("/h/home/proposal")
        page.locator("#keep-T2").fill("100")
        page.locator("#note").fill("less of it")
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_role("heading", name="Is it still you?")).to_be_visible()
        page.locator("#password").fill(password)
        page.get_by_role("button", name="Confirm").click()
        expect(page.locator("#told")).to_contain_text("here again")
        expect(page.locator("#keep-T2")).to_have_value("100")
        expect(page.locator("#note")).to_have_value("less of it")
        assert len(questions(folder)) == 1
        page.reload()
        expect(page.locator("#keep-T2")).not_to_have_value("100")
        page.locator("#keep-T2").fill("100")
        expect(page.get_by_role("heading", name="The effect of your edit")).to_be_visible()
        page.locator("#note").fill("less of it")
        page.get_by_role("button", name="Approve").click()
        expect(page.get_by_role("heading", name=re.compile("approved"))).to_be_visible()
        page.goto("/h/home/proposal")
        expect(page.locator("#told")).to_be_empty()
        dashboard.dashboard.world.worker.close()

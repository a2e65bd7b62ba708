"""The whole way in a real browser: from a broker's files to orders that are filled, and proven.

Import, proposal, edit, approval, paper fills, bands, journal; two approvers in two browsers; an
approval that came too late.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.app.commands_run import DONE, run
from tests.app.web.browser.dashboards import WIDE, Opened, as_person, opened, shot, signed_in
from trimtab.model.web import Right

POSITIONS = """\
Account,Symbol,Description,Quantity,Price,Market Value,Cost Basis,As Of
Ana's HSA,XOM,Exxon Mobil,40,101.00,4040.00,2400.00,2022-10-10
Ana's HSA,CASH,Cash,,,500.00,,2022-10-10
"""
LOTS = """\
Account,Symbol,Quantity,Cost Basis,Date Acquired
Ana's HSA,XOM,40,2400.00,2020-01-02
"""
WORK_MS = 120_000
"""A cycle compiles the solver where a machine is new."""


def linked(house: Path, **approvals: object) -> Path:
    """The household with a paper account for each of its accounts."""
    assert run("broker", "add", "paper", house).exit_code == DONE
    if approvals:
        rules = "\n".join(f"{key} = {value}" for key, value in approvals.items())
        with (house / "live.toml").open("a", encoding="utf-8") as file:
            file.write(f"\n[approvals]\n{rules}\n")
    return house


def wait_for_question(page: Page) -> None:
    """Have the cycle run, and wait until the page, which hears of it, asks."""
    page.goto("/h/home/proposal")
    page.get_by_role("button", name="Run the cycle now").click()
    asked = page.get_by_role("button", name="Approve", exact=True)
    expect(asked).to_be_visible(timeout=WORK_MS)


def approve(page: Page) -> None:
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Approve", exact=True).click()
    page.wait_for_url(re.compile("/history/"))


def wait_for_words(page: Page, address: str, words: str) -> None:
    """Load a page until it says something."""
    for _ in range(WORK_MS // 1_000):
        page.goto(address)
        if words in page.get_by_role("main").inner_text():
            return
        page.wait_for_timeout(1_000)
    raise AssertionError(page.get_by_role("main").inner_text()[:800])


def buy_on_later_days(page: Page, mandate: Path) -> None:
    """Approve what is asked on the next days, as the money of the sales comes in."""
    day = "2022-10-11"
    for later in ("2022-10-13", "2022-10-14", "2022-10-17"):
        text = mandate.read_text("utf-8").replace(f"as_of = {day}", f"as_of = {later}")
        mandate.write_text(text, "utf-8")
        day = later
        page.goto("/h/home")
        if "All inside" in page.get_by_role("heading", level=1).inner_text():
            return
        wait_for_question(page)
        approve(page)
        wait_for_words(page, "/h/home/proposal", "orders are filled")


@contextmanager
def browsers(chromium: Browser, one: Opened, *names: str) -> Iterator[list[BrowserContext]]:
    """A browser for each of some people who may approve."""
    with ExitStack() as held:
        yield [held.enter_context(as_person(chromium, one, name, Right.APPROVE)) for name in names]


@pytest.mark.slow
def test_from_a_brokers_file_to_filled_orders_and_a_proven_journal(
    chromium: Browser, house: Path, tmp_path: Path
) -> None:
    with opened(tmp_path / "web", house) as one, signed_in(chromium, one, WIDE) as context:
        page = context.new_page()
        page.goto("/h/home/import")
        files = [("positions.csv", POSITIONS), ("lots.csv", LOTS)]
        page.get_by_label("Positions, lots, transactions, realised gains").set_input_files(
            [
                {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
                for name, text in files
            ]
        )
        page.get_by_role("button", name="Show what they would come to").click()
        expect(page.get_by_role("heading", name="What these files would come to")).to_be_visible()
        assert "ana_s_hsa" not in (house / "mandate.toml").read_text("utf-8")
        page.get_by_role("button", name="Write it").click()
        expect(page.get_by_text("The files are imported")).to_be_visible()
        assert "ana_s_hsa" in (house / "mandate.toml").read_text("utf-8")
        shot(page, "way-1-imported")

        linked(house)
        page.goto("/h/home")
        expect(page.get_by_role("heading", level=1)).to_contain_text("nergy is outside its band")
        wait_for_question(page)
        shot(page, "way-2-asked")

        kept = page.get_by_label(re.compile("Units of T1 to sell")).first
        before = kept.input_value()
        kept.fill(str(int(before) - 10))
        expect(page.locator("#effect")).to_contain_text("T1", timeout=WORK_MS)
        shot(page, "way-3-edited")
        approve(page)
        shot(page, "way-4-approved")

        wait_for_words(page, "/h/home/orders", "filled")
        shot(page, "way-5-filled")
        wait_for_words(page, "/h/home/proposal", "orders are filled")
        page.goto("/h/home")
        expect(page.get_by_role("heading", level=1)).not_to_contain_text("nergy is outside")
        shot(page, "way-6-sold")

        buy_on_later_days(page, house / "mandate.toml")
        wait_for_words(page, "/h/home", "All inside the bands")
        shot(page, "way-7-inside")

        page.goto("/audit")
        page.get_by_role("link", name="Verify Ana and Ben Rivera").click()
        page.get_by_role("button", name="Verify").click()
        expect(page.get_by_role("heading", name="What was checked")).to_be_visible()
        found = page.locator("tbody td:first-of-type").all_inner_texts()
        assert "well" in found and "wrong" not in found
        shot(page, "way-8-verified")


@pytest.mark.slow
def test_two_people_approve_in_two_browsers_and_one_of_them_does_not_count_twice(
    chromium: Browser, house: Path, tmp_path: Path
) -> None:
    linked(house, needed=2, people='["ada", "ben"]')
    with (
        opened(tmp_path / "web", house) as one,
        browsers(chromium, one, "ada", "ben") as (ada, ben),
    ):
        first, second = ada.new_page(), ben.new_page()
        wait_for_question(first)
        approve(first)
        expect(first.get_by_role("main")).to_contain_text("ada")
        first.goto("/h/home/proposal")
        assert "approved" not in first.locator(".lead .verdict").inner_text().lower()
        again = first.get_by_role("button", name="Approve", exact=True)
        if again.count():
            first.once("dialog", lambda dialog: dialog.accept())
            again.click()
            expect(first.get_by_role("main")).to_contain_text("ada")
        second.goto("/h/home/proposal")
        expect(second.get_by_role("main")).to_contain_text("ada said approve")
        approve(second)
        wait_for_words(second, "/h/home/orders", "filled")


@pytest.mark.slow
def test_an_approval_of_what_has_changed_since_is_refused(
    chromium: Browser, house: Path, tmp_path: Path
) -> None:
    linked(house)
    with opened(tmp_path / "web", house) as one, signed_in(chromium, one, WIDE) as context:
        page = context.new_page()
        wait_for_question(page)
        mandate = house / "mandate.toml"
        text = mandate.read_text("utf-8")
        changed = text.replace("weight = 0.21", "weight = 0.22", 1)
        mandate.write_text(changed.replace("weight = 0.13", "weight = 0.12", 1), "utf-8")
        page.once("dialog", lambda dialog: dialog.accept())
        page.get_by_role("button", name="Approve", exact=True).click()
        expect(page.get_by_role("main")).to_contain_text(re.compile("lapsed|changed"))
        shot(page, "way-9-too-late")
        page.goto("/h/home/orders")
        expect(page.get_by_role("main")).not_to_contain_text("filled")

"""Files are dropped and imported, and the mandate is edited, in a real browser; also without a
script and by keyboard alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.app.web.browser.dashboards import PHONE, Opened, opened, shot, signed_in

IMPORT, PLAN = "/h/home/import", "/h/home/plan"
POSITIONS = """\
Account,Symbol,Description,Quantity,Price,Market Value,Cost Basis,As Of
Old broker,AAPL,<b>Apple</b>,10,140.00,1400.00,900.00,2022-10-10
"""
DROP = """([name, text]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([text], name, { type: "text/csv" }));
  const place = document.querySelector("form[data-drop]");
  for (const kind of ["dragover", "drop"])
    place.dispatchEvent(new DragEvent(kind, { dataTransfer: carried, bubbles: true }));
}"""

pytestmark = pytest.mark.slow


def dropped(page: Page, name: str, text: str) -> None:
    """Drop a file on the form, as a person does."""
    page.evaluate(DROP, [name, text])


def test_a_file_that_is_dropped_is_previewed_written_and_its_break_answered(
    chromium: Browser, house: Path, tmp_path: Path
) -> None:
    with opened(tmp_path / "web", house) as one, signed_in(chromium, one) as context:
        page = context.new_page()
        page.goto(IMPORT)
        dropped(page, "old broker <i>.csv", POSITIONS)
        expect(page.locator("[data-chosen] li")).to_have_text(["old broker <i>.csv, 1 KB"])
        page.get_by_role("button", name="Show what they would come to").click()
        expect(page.get_by_role("heading", name="What these files would come to")).to_be_visible()
        shot(page, "import-preview")
        page.get_by_role("button", name="Write it").click()
        expect(page.get_by_role("status").first).to_contain_text("The files are imported")
        page.get_by_text("Answer it").click()
        page.get_by_label("This is what it cost, and when it was bought").check()
        page.get_by_label("Day of purchase").fill("2020-02-03")
        shot(page, "import-break")
        page.get_by_role("button", name="Record the answer").click()
        expect(page.get_by_text("Nothing is open.").first).to_be_visible()
        assert "AAPL,10,900.00,2020-02-03" in (house / "lots.csv").read_text()


def test_files_are_imported_without_a_script_on_a_phone(
    chromium: Browser, house: Path, tmp_path: Path
) -> None:
    file = tmp_path / "positions.csv"
    file.write_text(POSITIONS)
    with opened(tmp_path / "web", house) as one, signed_in(chromium, one, PHONE) as with_script:
        state = json.loads(json.dumps(with_script.storage_state()))
        context = chromium.new_context(
            base_url=one.address,
            java_script_enabled=False,
            storage_state=state,
            viewport={"width": PHONE[0], "height": PHONE[1]},
        )
        page = context.new_page()
        page.goto(IMPORT)
        page.get_by_label("Positions, lots, transactions").set_input_files(file)
        page.get_by_role("button", name="Show what they would come to").click()
        page.get_by_role("button", name="Write it").click()
        expect(page.get_by_role("status").first).to_contain_text("The files are imported")
        context.close()
    assert "AAPL,10,900.00" in (house / "lots.csv").read_text()


def test_the_mandate_is_edited_by_keyboard_mended_and_saved(
    chromium: Browser, house: Path, tmp_path: Path
) -> None:
    with opened(tmp_path / "web", house) as one, signed_in(chromium, one) as context:
        page = context.new_page()
        page.goto(PLAN)
        text = page.get_by_label("mandate.toml")
        text.fill(text.input_value().replace("weight = 0.12", 'weight = "much"'))
        page.get_by_role("button", name="See what this changes").last.press("Enter")
        line = page.get_by_role("link", name="Line 49")
        expect(line).to_be_visible()
        shot(page, "plan-mistake")
        line.press("Enter")
        chosen = "const it = document.getElementById('text');"
        chosen += "it.value.slice(it.selectionStart, it.selectionEnd)"
        assert page.evaluate(chosen) == 'weight = "much"'
        page.keyboard.type("weight = 0.12")
        page.get_by_label("mandate.toml").press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_text("It says the same as what is saved.")).to_be_visible()
        page.get_by_label("absolute", exact=True).fill("4 %")
        page.get_by_label("absolute", exact=True).press("Enter")
        page.get_by_role("button", name="Save it as the mandate").press("Enter")
        expect(page.get_by_role("status").first).to_contain_text("The mandate is saved")
    assert (
        "absolute = 0.04          # five points of everything …"
        in (house / "mandate.toml").read_text()
    )


def test_the_past_is_worked_out_while_the_page_waits(page: Page, dashboard: Opened) -> None:
    page.goto(PLAN)
    page.get_by_label("Policy").select_option("threshold")
    page.get_by_role("button", name="See what this changes").first.click()
    expect(page.get_by_role("heading", name="The draft", exact=True)).to_be_visible()
    page.get_by_role("button", name="Work it out").click()
    expect(page.get_by_role("img", name="Weights over the past")).to_be_visible(timeout=120_000)
    expect(page.get_by_role("status").last).to_contain_text("The past is worked out")
    expect(page.locator("#bands-shown .zone").first).to_be_visible(timeout=20_000)
    shot(page, "plan-past")

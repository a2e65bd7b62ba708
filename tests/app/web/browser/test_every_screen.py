"""What holds for every screen: accessible in both themes, no sideways scrolling, nothing refused.

A new page is looked at by these tests without another edit.
"""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page

from tests.app.web.browser.dashboards import PHONE, WIDE, Opened, screens, shot, signed_in

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
REFUSED = {"/account/factor": 404, "/invite": 401}
"""What the owner of a machine without accounts is refused, and looks at the refusal's page."""
OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true })"
"""What is folded away, such as a picture's table, is held to the same."""
LOOKS = [
    pytest.param(WIDE, "light", id="wide, light"),
    pytest.param(PHONE, "dark", id="phone, dark"),
]


def name_of(address: str, size: tuple[int, int], colours: str) -> str:
    words = address.strip("/").replace("/", "-") or "front"
    return f"{words}-{'phone' if size == PHONE else 'wide'}-{colours}"


def visited(page: Page, address: str) -> list[str]:
    """Open a page; answers what the browser complained of."""
    complaints: list[str] = []

    def heard(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    answer = page.goto(address)
    assert answer is not None
    if answer.status == REFUSED.get(address):
        return []
    return complaints if answer.ok else [f"answered {answer.status}", *complaints]


@pytest.mark.slow
@pytest.mark.parametrize(("size", "colours"), LOOKS)
def test_every_screen_is_accessible_and_fits(
    chromium: Browser, dashboard: Opened, size: tuple[int, int], colours: str
) -> None:
    wrong: list[str] = []
    with signed_in(chromium, dashboard, size, colours) as context:
        page = context.new_page()
        addresses = screens()
        assert len(addresses) > 5
        for address in addresses:
            wrong += [f"{address}: {words}" for words in visited(page, address)]
            shot(page, name_of(address, size, colours))
            page.evaluate(OPEN_ALL)
            for found in (
                Axe().run(page, options={"runOnly": RULES["runOnly"]}).response["violations"]
            ):
                nodes = "; ".join(str(node["target"][0]) for node in found["nodes"][:3])
                wrong.append(f"{address}: {found['id']}: {found['help']}: {nodes}")
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > size[0]:
                wrong.append(f"{address}: {wide} pixels wide, {size[0]} are there")
    assert not wrong, "\n".join(wrong)


@pytest.mark.slow
def test_every_screen_has_one_heading_and_a_way_past_the_navigation(page: Page) -> None:
    for address in screens():
        visited(page, address)
        assert page.get_by_role("heading", level=1).count() == 1, address
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the content", address
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "content", address

"""Every table of every page is a file as well; what can be edited is veiled with the amounts."""

from __future__ import annotations

import html
import re

import pytest
from fastapi.testclient import TestClient

from tests.app.web.routes_walk import all_routes
from tests.app.web.served import browser_of, csrf_of
from trimtab.app.web.preferences import COOKIE, Preferences, Shares
from trimtab.app.web.world import WebWorld
from trimtab.model.web import Person, Right

TABLE, HEADING = re.compile(r"<table\b"), re.compile(r"<h[12]\b")
LINK = re.compile(r'href="([^"]*format=csv[^"]*)"')
OFFER = re.compile(r"format=csv|as CSV", re.I)
NO_PAGES = ("/api/", "/first", "/events", "/h/{household}/events", "/mcp", "/static", "/login/oidc")


def pages() -> list[str]:
    """Every page of one household, and those of all."""
    paths = {one.path for one in all_routes() if one.method == "GET"}
    shown = {path.replace("{household}", "home") for path in paths if not path.startswith(NO_PAGES)}
    return sorted(path for path in shown if "{" not in path and "." not in path)


def without_a_file(page: str) -> list[str]:
    """The captions of tables with no CSV before the next heading."""
    missing = []
    for found in TABLE.finditer(page):
        following = HEADING.search(page, found.end())
        part = page[found.start() : following.start() if following else len(page)]
        if not OFFER.search(part):
            caption = re.search(r"<caption[^>]*>(.*?)</caption>", part, re.S)
            missing.append(caption[1] if caption else part[:80])
    return missing


def test_every_table_of_every_page_is_a_file_as_well(owner: TestClient) -> None:
    seen, missing = 0, []
    for address in pages():
        answer = owner.get(address)
        if answer.status_code != 200:
            continue
        seen += len(TABLE.findall(answer.text))
        missing += [f"{address}: {caption}" for caption in without_a_file(answer.text)]
        for link in {html.unescape(one) for one in LINK.findall(answer.text)}:
            file = owner.get(link)
            assert file.status_code == 200, link
            assert file.headers["content-type"].startswith("text/csv"), link
            assert file.text.count("\r\n") >= 1, link
    assert not missing
    assert seen > 10


def test_accounts_are_a_table_and_a_file_without_secrets(world: WebWorld) -> None:
    admin = browser_of(world, Right.ADMIN)
    made = Person("eve", "=Eve", Right.VIEW, frozenset({"home"}), world.clock(), password="$argon2")
    world.store.people.add(made)
    assert not without_a_file(admin.get("/people").text)
    file = admin.get("/people?table=people&format=csv").text
    head, row = file.splitlines()[0], next(one for one in file.splitlines() if one[:4] == "eve,")
    assert head.startswith("name,shown,right,households")
    assert row.startswith("eve,'=Eve,view,home,set,none,")
    assert "argon2" not in file


def test_the_checks_of_a_journal_are_a_file_as_well(owner: TestClient) -> None:
    address = "/h/home/audit/check"
    asked = {"csrf": csrf_of(owner, address), "key": ""}
    assert not without_a_file(owner.post(address, data=asked).text)
    file = owner.post(address, data=asked | {"format": "csv"})
    assert file.text.splitlines()[0] == "what,result,found"
    assert len(file.text.splitlines()) > 2


@pytest.mark.parametrize(
    ("address", "field"),
    [("/h/home/plan", "text"), ("/h/home/plan", "trading.minimum_trade")],
)
def test_what_can_be_edited_is_veiled_where_amounts_are_hidden(
    owner: TestClient, address: str, field: str
) -> None:
    def classes() -> str:
        found = re.search(
            rf'<(?:input|textarea) id="{re.escape(field)}"[^>]*>', owner.get(address).text
        )
        assert found is not None
        return found[0]

    assert "veiled" not in classes()
    owner.cookies.set(COOKIE, Preferences(Shares.PERCENT, hides_amounts=True).cookie())
    assert "veiled" in classes()
    owner.cookies.delete(COOKIE)

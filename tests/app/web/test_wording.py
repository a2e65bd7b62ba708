"""What pages say in self-directed mode: no page advises, whatever it is about."""

import re

import pytest
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient

from tests.app.plain_words import advising
from tests.app.test_wording_made import words_of
from trimtab.app.web.application import ROOMS, routers_of
from trimtab.app.web.world import WebWorld

NO_PAGE = re.compile(r"\{|^/api/|\.pdf|events|/logout")
"""What is of something that has to be named, for a program, on paper, a stream, or a way out."""


def places() -> list[str]:
    """The addresses of every page that shows something, for the demo's household."""
    found = []
    for router in routers_of(ROOMS):
        for route in router.routes:
            if isinstance(route, APIRoute) and "GET" in route.methods:
                path = route.path.replace("{household}", "home")
                if not NO_PAGE.search(path):
                    found.append(path)
    return sorted(set(found))


@pytest.mark.parametrize("place", places())
def test_no_page_advises_in_self_directed_mode(
    shown_world: WebWorld, owner: TestClient, place: str
) -> None:
    assert shown_world.settings.is_self_directed
    answer = owner.get(place)
    assert answer.status_code < 500, place
    if "text/html" in answer.headers.get("content-type", ""):
        assert advising(words_of(answer.text)) == []

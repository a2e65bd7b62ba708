"""What may be asked of an address, and where a slash too many leads."""

import pytest

from tests.app.web.api_v1.programs import HOME, problem_in, program_of
from tests.app.web.served import ADDRESS, browser_of
from trimtab.app.web.world import WebWorld
from trimtab.model.web import Right


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/api/v1/households", "GET, HEAD, OPTIONS"),
        (f"{HOME}/cash-flows", "GET, HEAD, OPTIONS, POST"),
        (f"{HOME}/cash-flows/roof%20repair", "DELETE, GET, HEAD, OPTIONS, PUT"),
        (f"{HOME}/runs", "OPTIONS, POST"),
    ],
)
def test_an_address_tells_all_its_methods(world: WebWorld, path: str, allowed: str):
    program = program_of(world)
    asked = program.options(path)
    assert (asked.status_code, asked.headers["allow"], asked.content) == (204, allowed, b"")
    refused = program.request("PATCH", path)
    problem_in(refused, 405)
    assert refused.headers["allow"] == allowed


def test_an_address_of_nothing_has_no_methods(world: WebWorld):
    assert program_of(world).options("/api/v1/nothing").status_code == 404


def test_head_is_get_without_a_body(world: WebWorld):
    program = program_of(world)
    told, head = program.get(HOME), program.head(HOME)
    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-type", "content-length"):
        assert head.headers[name] == told.headers[name]
    assert program.head("/api/v1/households/nobody").status_code == 404


def test_a_slash_too_many_leads_to_the_address_without_it_and_names_no_host(world: WebWorld):
    program = program_of(world, Right.TRADE)
    answer = program.get(f"{HOME}/?a=1&b=%2F")
    assert (answer.status_code, answer.headers["location"]) == (307, f"{HOME}?a=1&b=%2F")
    answer = program.get(f"{HOME}/orders/a%20b/")
    assert (answer.status_code, answer.headers["location"]) == (307, f"{HOME}/orders/a%20b")
    assert program.get("/api/v1/nothing/").status_code == 404
    assert browser_of(world).get("/h/home/").headers["location"] == "/h/home"
    assert browser_of(world).get(f"{ADDRESS}//evil.example/").status_code == 404

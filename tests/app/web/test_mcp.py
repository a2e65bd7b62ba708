"""Assistants ask with a token, read what its person may see, and each call is written down."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client

from tests.app.web.api_v1.programs import problem_in, program_of, token_of, worked_house
from tests.app.web.served import ADDRESS, browser_of, demo_house, stranger_at, world_of
from trimtab.app.web.application import application
from trimtab.app.web.mcp_tools import TOOLS
from trimtab.app.web.security.audit import Outcome
from trimtab.app.web.server import listening, serving
from trimtab.app.web.world import WebWorld
from trimtab.model.web import Right

FOREIGN = frozenset({"other"})
ASKED = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
ACCEPT = {"Accept": "application/json, text/event-stream"}


@pytest.fixture
def open_world(tmp_path: Path) -> Iterator[WebWorld]:
    """A dashboard that lets assistants in."""
    made = world_of(tmp_path, demo_house(tmp_path / "home"), mcp=True)
    yield made
    made.worker.close()
    made.store.close()


@contextmanager
def served(world: WebWorld) -> Iterator[str]:
    bound = listening("127.0.0.1", 0)
    with serving(application(world), world.settings, bound):
        yield f"http://127.0.0.1:{bound.getsockname()[1]}/mcp"


def asked(world: WebWorld, token: str, *calls: tuple[str, dict[str, Any]]) -> list[Any]:
    """What mcp's own client is answered, over a real connection."""

    async def ask(url: str) -> list[Any]:
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            httpx2.AsyncClient(headers=headers, timeout=60) as http,
            Client(streamable_http_client(url, http_client=http)) as client,
        ):
            listed = await client.list_tools()
            return [listed, *[await client.call_tool(*call) for call in calls]]

    with served(world) as url:
        return anyio.run(ask, url)


def test_every_tool_reads_and_says_so_and_answers_its_shape(open_world: WebWorld):
    token = token_of(open_world, Right.VIEW)
    of_home = {"household": "home"}
    listed, *answers = asked(
        open_world,
        token,
        ("households", {}),
        ("status", of_home),
        ("proposal", of_home | {"withdraw": "1000"}),
        ("explain", of_home | {"trade": "T1"}),
        ("lots_and_tax", of_home),
        ("history", of_home),
    )
    assert {one.name for one in listed.tools} == set(TOOLS)
    assert all(one.annotations.read_only_hint for one in listed.tools)
    for tool, answer in zip(TOOLS.values(), answers, strict=True):
        assert not answer.is_error, answer
        tool.gives.model_validate(answer.structured_content)
    told = [one.structured_content for one in answers]
    assert told[0] == {"households": [{"id": "home", "name": "Ana and Ben Rivera"}]}
    assert told[1]["as_of"] == "2022-10-11"
    assert told[2]["plan"]["trades"]
    assert told[3]["why"]
    assert told[3]["trade"]["id"] == "T1"
    assert len(told[4]["lots"]) == 67
    assert told[5] == {"decisions": []}


def test_every_call_is_in_the_audit(open_world: WebWorld):
    home = open_world.settings.folder / "home"
    before = {path: path.read_bytes() for path in home.iterdir()}
    asked(
        open_world,
        token_of(open_world, Right.VIEW),
        ("status", {"household": "home"}),
        ("status", {"household": "elsewhere"}),
        ("status", {"household": 5}),
        ("trade", {"household": "home"}),
    )
    told = [(one.who, one.what, one.subject, one.outcome) for one in open_world.store.audit.page(4)]
    assert told == [
        ("ada", "mcp trade", "home", Outcome.FAILED),
        ("ada", "mcp status", "", Outcome.FAILED),
        ("ada", "mcp status", "elsewhere", Outcome.DENIED),
        ("ada", "mcp status", "home", Outcome.DONE),
    ]
    assert {one.address for one in open_world.store.audit.page(4)} == {"127.0.0.1"}
    assert {path: path.read_bytes() for path in before} == before


def test_a_foreign_household_is_not_there_in_any_tool(open_world: WebWorld):
    token = token_of(open_world, Right.VIEW, FOREIGN)
    calls = [(name, {"household": "home"}) for name in TOOLS if name != "households"]
    unknown = ("status", {"household": "nowhere"})
    _, listed, *answers, other = asked(open_world, token, ("households", {}), *calls, unknown)
    assert listed.structured_content == {"households": []}
    words = {one.content[0].text.replace("home", "X") for one in answers}
    assert all(one.is_error for one in answers)
    assert words == {other.content[0].text.replace("nowhere", "X")}


def test_what_a_tool_refuses_has_its_parts_and_no_trace(open_world: WebWorld):
    token = token_of(open_world, Right.VIEW)
    odd = {"household": "home", "withdraw": "900000000"}
    _, refused, misspelt = asked(
        open_world, token, ("proposal", odd), ("status", {"household": "home", "x": 1})
    )
    assert refused.is_error
    assert "withdraw" in json.loads(refused.content[0].text)["errors"][0]
    assert misspelt.is_error
    assert "Traceback" not in refused.content[0].text + misspelt.content[0].text


def test_it_is_off_unless_the_settings_say_so(world: WebWorld):
    problem = problem_in(program_of(world).post("/mcp", json=ASKED, headers=ACCEPT), 404)
    assert "`mcp = true` in web.toml" in problem["detail"]


def test_it_takes_tokens_alone(open_world: WebWorld):
    for client in (stranger_at(open_world), browser_of(open_world)):
        answer = client.post("/mcp", json=ASKED, headers=ACCEPT)
        problem_in(answer, 401)
        assert "Bearer" in answer.headers["www-authenticate"]


def test_a_foreign_name_of_the_host_is_refused(open_world: WebWorld):
    client = program_of(open_world)
    answer = client.post("/mcp", json=ASKED, headers=ACCEPT | {"Host": "evil.example"})
    assert answer.status_code == 421
    assert client.post(f"{ADDRESS}/mcp", json=ASKED, headers=ACCEPT).status_code in (200, 400)


@pytest.mark.slow
def test_history_has_what_people_were_asked(tmp_path: Path):
    world = world_of(tmp_path, worked_house(tmp_path / "home"), mcp=True)
    try:
        token = token_of(world, Right.VIEW)
        _, found = asked(world, token, ("history", {"household": "home", "limit": 5}))
    finally:
        world.worker.close()
        world.store.close()
    (line,) = found.structured_content["decisions"]
    assert line["status"] == "waiting"

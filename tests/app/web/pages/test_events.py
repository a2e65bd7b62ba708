"""`/events` over a real socket: a page hears its households, resumes, and is ended in time."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.app.web.served import browser_of, demo_house, stranger_at, world_of
from trimtab.app.web.application import application
from trimtab.app.web.security.sessions import cookie_name
from trimtab.app.web.server import listening, serving
from trimtab.app.web.world import WebWorld
from trimtab.model.web import Right

SECONDS = 10.0


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[WebWorld, str]]:
    bound = listening("127.0.0.1", 0)
    port = bound.getsockname()[1]
    houses = [demo_house(tmp_path / name) for name in ("smith", "jones")]
    world = world_of(tmp_path / "web", *houses, port=port)
    with serving(application(world), world.settings, bound):
        yield world, f"http://127.0.0.1:{port}"
        world.hub.close()
    world.store.close()


def token_of(world: WebWorld, *households: str) -> str:
    client = browser_of(world, Right.VIEW, frozenset(households) or None, "vic")
    return client.cookies[cookie_name(world.settings)]


@contextmanager
def stream(world: WebWorld, address: str, token: str, **asked: str) -> Iterator[Iterator[str]]:
    cookies = {cookie_name(world.settings): token}
    with (
        httpx.Client(cookies=cookies, timeout=SECONDS) as client,
        client.stream("GET", f"{address}/events", params=asked) as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        yield _events(answer.iter_lines())


def _events(lines: Iterator[str]) -> Iterator[str]:
    topic, place = "", ""
    for line in lines:
        key, _, value = line.partition(": ")
        if key == "event":
            topic = value
        elif key == "id":
            place = value
        elif key == "data":
            household = json.loads(value).get("household", "")
            yield f"{topic} {household} {place.rpartition('-')[2]}".replace("  ", " ")


def test_a_page_hears_its_households_alone_and_the_topics_it_asked_for(
    served: tuple[WebWorld, str],
) -> None:
    world, address = served
    token = token_of(world, "smith")
    with stream(world, address, token, topics="summary,halt") as events:
        assert next(events) == "hello 0"
        world.hub.publish("summary", "jones")
        world.hub.publish("live", "smith")
        world.hub.publish("summary", "smith")
        world.hub.publish("halt", "")
        assert next(events) == "summary smith 3"
        assert next(events) == "halt 4"


def test_a_page_that_comes_back_has_lost_nothing(served: tuple[WebWorld, str]) -> None:
    world, address = served
    token = token_of(world)
    place = world.hub.place
    for _ in range(5):
        world.hub.publish("summary", "smith")
    with stream(world, address, token, after=place) as events:
        assert next(events) == "hello 0"
        assert [next(events) for _ in range(5)] == [f"summary smith {at}" for at in range(1, 6)]
    with stream(world, address, token, after="another-7") as events:
        assert next(events) == "gap 5"


def test_the_place_on_a_page_is_from_before_it_was_made(served: tuple[WebWorld, str]) -> None:
    world, address = served
    cookies = {cookie_name(world.settings): token_of(world)}
    world.hub.publish("summary", "smith")
    text = httpx.get(f"{address}/board", cookies=cookies, timeout=SECONDS).text
    assert f'data-events="{world.hub.name_of(1)}"' in text


def test_a_stream_is_for_those_who_are_signed_in(served: tuple[WebWorld, str]) -> None:
    world, _ = served
    assert stranger_at(world).get("/events").status_code in (303, 307, 401)


def test_more_streams_than_a_person_may_have_are_refused_in_words(
    served: tuple[WebWorld, str],
) -> None:
    world, address = served
    world.hub.streams_each = 1
    token = token_of(world)
    cookies = {cookie_name(world.settings): token}
    with stream(world, address, token) as events:
        assert next(events) == "hello 0"
        refused = httpx.get(
            f"{address}/events", cookies=cookies, timeout=SECONDS,
            headers={"Accept": "text/event-stream"},
        )  # fmt: skip
    assert refused.status_code == 422
    assert "1 of one person" in refused.text


def test_a_server_that_stops_waits_for_no_stream(tmp_path: Path) -> None:
    bound = listening("127.0.0.1", 0)
    port = bound.getsockname()[1]
    world = world_of(tmp_path / "web", demo_house(tmp_path / "smith"), port=port)
    token, ended = token_of(world), threading.Event()
    address = f"http://127.0.0.1:{port}"
    with serving(application(world), world.settings, bound):
        heard = threading.Event()

        def listen() -> None:
            with stream(world, address, token) as events:
                for _ in events:
                    heard.set()
            ended.set()

        thread = threading.Thread(target=listen, daemon=True)
        thread.start()
        assert heard.wait(SECONDS)
        began = time.monotonic()
        world.hub.close()
    assert ended.wait(SECONDS)
    assert time.monotonic() - began < 2.5
    world.store.close()

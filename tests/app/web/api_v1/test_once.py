"""A request with an idempotency key is carried out once, however often it comes."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient

from tests.app.web.api_v1.programs import HOME, fresh_key, problem_in, program_of, tag_at
from trimtab.app import api
from trimtab.app.web.api import once as once_module
from trimtab.app.web.world import WebWorld
from trimtab.model.web import Right
from trimtab.model.web_board import KeptAnswer

CAR = {"name": "car", "amount": "-18000"}


@pytest.fixture
def trader(world: WebWorld) -> TestClient:
    return program_of(world, Right.TRADE)


def test_the_same_request_is_answered_the_same_and_done_once(trader: TestClient):
    sent = tag_at(trader) | fresh_key()
    first = trader.post(f"{HOME}/cash-flows", json=CAR, headers=sent)
    again = trader.post(f"{HOME}/cash-flows", json=CAR, headers=sent)
    assert (first.status_code, again.status_code) == (201, 201)
    assert (first.json(), first.headers["etag"]) == (again.json(), again.headers["etag"])
    assert again.headers["idempotency-replayed"] == "true"
    assert [one["name"] for one in trader.get(f"{HOME}/cash-flows").json()["items"]] == [
        "roof repair",
        "car",
    ]


def test_a_refusal_is_told_again_too(trader: TestClient):
    sent = tag_at(trader) | fresh_key()
    body = CAR | {"account": "nobody"}
    first = problem_in(trader.post(f"{HOME}/cash-flows", json=body, headers=sent), 422)
    assert problem_in(trader.post(f"{HOME}/cash-flows", json=body, headers=sent), 422) == first


def test_another_request_may_not_have_the_key(trader: TestClient):
    sent = tag_at(trader) | fresh_key()
    trader.post(f"{HOME}/cash-flows", json=CAR, headers=sent)
    other = CAR | {"amount": "-1"}
    told = problem_in(trader.post(f"{HOME}/cash-flows", json=other, headers=sent), 422)
    assert "another request had it" in told["detail"]
    problem_in(trader.post(f"{HOME}/proposals", json={}, headers=sent), 422)


def test_a_post_without_a_key_is_refused(trader: TestClient):
    told = problem_in(trader.post(f"{HOME}/proposals", json={}), 422)
    assert told["errors"][0]["subject"] == "header.Idempotency-Key"


def test_twins_that_come_at_once_are_one(
    trader: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    decide = api.decide

    def slow(*arguments: object, **options: object) -> object:
        calls.append(1)
        time.sleep(0.3)
        return decide(*arguments, **options)  # type: ignore[arg-type]

    trader.get(HOME)
    monkeypatch.setattr(api, "decide", slow)
    sent = fresh_key()

    def ask(_: int) -> tuple[int, str]:
        found = trader.post(f"{HOME}/proposals", json={"deposit": "500"}, headers=sent)
        return found.status_code, found.text

    with ThreadPoolExecutor(5) as pool:
        answers = set(pool.map(ask, range(5)))
    assert len(calls) == 1
    assert len(answers) == 1
    assert answers.pop()[0] == 200


def test_a_request_that_was_cut_short_is_not_done_again(
    world: WebWorld, trader: TestClient, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(once_module, "WAIT_SECONDS_MAX", 0.05)
    monkeypatch.setattr(once_module, "_mark", lambda *_: "the same")
    sent = fresh_key()
    world.store.kept_answers.begin(
        KeptAnswer("ada", sent["Idempotency-Key"], "the same", world.clock())
    )
    told = problem_in(trader.post(f"{HOME}/proposals", json={}, headers=sent), 409)
    assert "cut short" in told["detail"]


def test_a_defect_keeps_nothing(trader: TestClient, monkeypatch: pytest.MonkeyPatch):
    sent = fresh_key()
    trader.get(HOME)
    with monkeypatch.context() as broken:
        broken.setattr(api, "decide", lambda *_, **__: 1 / 0)
        problem_in(trader.post(f"{HOME}/proposals", json={}, headers=sent), 500)
    assert trader.post(f"{HOME}/proposals", json={}, headers=sent).status_code == 200


def test_a_key_may_be_used_anew_after_a_day(world: WebWorld, trader: TestClient):
    sent = fresh_key()
    long_ago = world.clock() - timedelta(days=2)
    key = sent["Idempotency-Key"]
    world.store.kept_answers.begin(KeptAnswer("ada", key, "other", long_ago))
    world.store.kept_answers.finish("ada", key, 200, "\n\n{}")
    assert trader.post(f"{HOME}/proposals", json={}, headers=sent).status_code == 200


def test_keys_of_two_people_are_two_keys(world: WebWorld, trader: TestClient):
    sent = fresh_key()
    world.store.kept_answers.begin(
        KeptAnswer("ben", sent["Idempotency-Key"], "other", world.clock())
    )
    assert trader.post(f"{HOME}/proposals", json={}, headers=sent).status_code == 200

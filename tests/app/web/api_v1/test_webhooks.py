"""Webhooks are made, tried and removed over the API, and nobody ever sees a secret again."""

import pytest
from fastapi.testclient import TestClient

from tests.app.web.api_v1.programs import fresh_key, problem_in, program_of
from tests.app.web.served import browser_of
from trimtab.app.web.api_v1 import webhooks as module
from trimtab.app.web.webhook_places import Place
from trimtab.app.web.world import WebWorld
from trimtab.model.web import Right

HOOKS = "/api/v1/webhooks"
SECRET = "s3cr3t-that-nobody-may-see-again!"
ASKED = {"url": "https://hooks.example/in", "secret": SECRET, "events": ["live", "work"]}


@pytest.fixture
def trader(world: WebWorld, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    real = module.place_of

    def known(url: str, settings: object) -> Place:
        return real(url, settings, lambda *_: ("93.184.215.14",))  # type: ignore[arg-type]

    monkeypatch.setattr(module, "place_of", known)
    return program_of(world, Right.TRADE)


def made(client: TestClient, **facts: object) -> dict[str, object]:
    answer = client.post(HOOKS, json=ASKED | facts, headers=fresh_key())
    assert answer.status_code == 201, answer.text
    told: dict[str, object] = answer.json()
    return told


def test_a_webhook_is_made_read_tried_and_removed(world: WebWorld, trader: TestClient):
    hook = made(trader)
    assert (hook["url"], hook["events"]) == (ASKED["url"], ["live", "work"])
    assert trader.get(f"{HOOKS}/{hook['id']}").json() == hook
    assert trader.get(HOOKS).json()["items"] == [hook]
    assert trader.post(f"{HOOKS}/{hook['id']}/ping", headers=fresh_key()).status_code == 202
    (sent,) = trader.get(f"{HOOKS}/{hook['id']}/deliveries").json()["items"]
    assert (sent["event"], sent["state"], sent["attempts"]) == ("ping", "due", 0)
    assert trader.delete(f"{HOOKS}/{hook['id']}").status_code == 204
    problem_in(trader.get(f"{HOOKS}/{hook['id']}"), 404)


def test_the_secret_is_nowhere_to_be_read(world: WebWorld, trader: TestClient):
    hook = made(trader)
    shown = trader.get(HOOKS).text + trader.get(f"{HOOKS}/{hook['id']}/deliveries").text
    assert SECRET not in shown
    kept = world.store.hooks.all()[0]
    assert SECRET not in kept.secret + repr(kept)
    for path in world.settings.folder.glob("web.db*"):
        assert SECRET.encode() not in path.read_bytes()


def test_somebody_else_s_webhook_is_not_there(world: WebWorld, trader: TestClient):
    hook = made(trader)
    other = browser_of(world, Right.TRADE, name="ben")
    problem_in(other.get(f"{HOOKS}/{hook['id']}"), 404)
    assert other.get(HOOKS).json()["items"] == []


def test_a_webhook_reaches_no_further_than_its_token(world: WebWorld, trader: TestClient):
    narrow = program_of(world, Right.TRADE, frozenset({"home"}))
    assert made(narrow)["households"] == ["home"]
    odd = ASKED | {"households": ["elsewhere"]}
    problem_in(narrow.post(HOOKS, json=odd, headers=fresh_key()), 422)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"url": "http://hooks.example/"}, "by https"),
        ({"url": "https://u:p@hooks.example/"}, "names a user"),
        ({"url": "ftp://hooks.example/"}, "body.url"),
        ({"secret": "short"}, "body.secret"),
        ({"events": ["everything"]}, "body.events"),
        ({"events": []}, "body.events"),
    ],
)
def test_what_cannot_be_is_refused(trader: TestClient, facts: dict[str, object], words: str):
    told = problem_in(trader.post(HOOKS, json=ASKED | facts, headers=fresh_key()), 422)
    assert words in told["detail"]
    assert SECRET not in str(told)


def test_an_address_near_us_is_refused(world: WebWorld):
    client = program_of(world, Right.TRADE)
    for url in ("https://10.0.0.1/", "https://169.254.169.254/latest", "http://[::ffff:10.1.1.1]/"):
        problem_in(client.post(HOOKS, json=ASKED | {"url": url}, headers=fresh_key()), 422)


def test_who_may_only_look_makes_none(world: WebWorld):
    problem_in(program_of(world).post(HOOKS, json=ASKED, headers=fresh_key()), 403)


def test_there_are_only_so_many_of_one_person(trader: TestClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "WEBHOOKS_MAX", 2)
    made(trader)
    made(trader)
    problem_in(trader.post(HOOKS, json=ASKED, headers=fresh_key()), 409)


def test_the_audit_says_where_a_webhook_leads_and_not_what_its_address_holds(
    world: WebWorld, trader: TestClient
):
    made(trader, url="https://hooks.example:8443/services/T0/planted-secret?key=planted-too")
    noted = world.store.audit.page(1)[0]
    assert (noted.what, noted.details) == ("webhook.added", {"host": "hooks.example:8443"})
    with world.store.audit.chained() as (_, records):
        assert "planted" not in str(list(records))

"""Accounts, liabilities and cash flows are pushed and pulled, and the mandate stays a person's."""

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from tests.app.web.api_v1.programs import HOME, fresh_key, problem_in, program_of, tag_at
from trimtab.app.config import MANDATE_NAME, read_mandate
from trimtab.app.mandate_history import versions
from trimtab.app.web.world import WebWorld
from trimtab.model.web import Right

CAR = {"name": "car", "amount": "-18000.50", "due": "2023-05-01", "account": "joint"}
HOUSE = {"amount": "240000.00", "due": "2041-06-30", "rate": "0.0325"}


@pytest.fixture
def trader(world: WebWorld) -> TestClient:
    return program_of(world, Right.TRADE)


def folder(world: WebWorld) -> Path:
    found = world.households.find("home")
    assert found
    return found.folder


def comments(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.lstrip().startswith("#")]


def test_a_cash_flow_is_added_read_changed_and_taken_out(world: WebWorld, trader: TestClient):
    path = folder(world) / MANDATE_NAME
    before = path.read_text("utf-8")
    made = trader.post(f"{HOME}/cash-flows", json=CAR, headers=tag_at(trader) | fresh_key())
    assert (made.status_code, made.json()) == (201, CAR)
    assert trader.get(f"{HOME}/cash-flows/car").json() == CAR
    assert read_mandate(path).mandate.flows[-1].amount == Decimal("-18000.50")
    changed = {"amount": "-9000"}
    put = trader.put(f"{HOME}/cash-flows/car", json=changed, headers=tag_at(trader))
    assert put.json() == {"name": "car", "amount": "-9000", "due": None, "account": None}
    gone = trader.delete(f"{HOME}/cash-flows/car", headers=tag_at(trader))
    assert (gone.status_code, gone.content) == (204, b"")
    problem_in(trader.get(f"{HOME}/cash-flows/car"), 404)
    assert path.read_text("utf-8") == before
    assert len(versions(path.parent)) == 4


def test_a_liability_lowers_the_net_worth_and_nothing_else(trader: TestClient):
    before = trader.get(HOME).json()
    put = trader.put(f"{HOME}/liabilities/mortgage", json=HOUSE, headers=tag_at(trader))
    assert put.json() == {"name": "mortgage"} | HOUSE
    assert trader.get(f"{HOME}/liabilities").json()["items"] == [put.json()]
    after = trader.get(HOME).json()
    assert Decimal(after["net_worth"]) == Decimal(before["net_worth"]) - 240000
    assert (after["value"], after["verdict"]) == (before["value"], before["verdict"])


def test_an_account_is_added_and_changed_and_its_comments_stay(world: WebWorld, trader: TestClient):
    path = folder(world) / MANDATE_NAME
    before = comments(path.read_text("utf-8"))
    given = {"name": "Ben's HSA", "owner": "Ben", "wrapper": "hsa", "fractional": True}
    put = trader.put(f"{HOME}/accounts/ben_hsa", json=given, headers=tag_at(trader))
    assert put.status_code == 200, put.text
    told = put.json()
    assert {name: told[name] for name in given} == given
    assert (told["currency"], told["commission"]) == ("USD", "0")
    assert trader.get(f"{HOME}/accounts/ben_hsa").json()["lots"] == 0
    assert comments(path.read_text("utf-8")) == before
    gone = trader.delete(f"{HOME}/accounts/ben_hsa", headers=tag_at(trader))
    assert gone.status_code == 204


def test_an_account_that_holds_something_stays(trader: TestClient):
    told = problem_in(trader.delete(f"{HOME}/accounts/joint", headers=tag_at(trader)), 409)
    assert "AAPL" in told["detail"]


def test_a_change_for_an_older_version_is_refused(trader: TestClient):
    seen = tag_at(trader)
    trader.put(f"{HOME}/liabilities/car", json={"amount": "1"}, headers=seen)
    told = problem_in(trader.put(f"{HOME}/cash-flows/x", json={"amount": "1"}, headers=seen), 412)
    assert told["errors"][0]["remedy"] == "read it again, and change that"
    problem_in(trader.get(f"{HOME}/cash-flows/x"), 404)


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("{now}", 200),
        ('"older", {now}', 200),
        ("*", 200),
        ("W/{now}", 412),
        ('"older", "oldest"', 412),
        ("older", 422),
        ("{now}, *", 422),
    ],
)
def test_a_version_may_be_one_of_several_and_a_weak_one_is_none(
    trader: TestClient, told: str, status: int
):
    headers = {"If-Match": told.format(now=tag_at(trader)["If-Match"])}
    answer = trader.put(f"{HOME}/cash-flows/x", json={"amount": "1"}, headers=headers)
    assert answer.status_code == status, answer.text


def test_a_change_says_which_version_it_is_for(trader: TestClient):
    problem_in(trader.put(f"{HOME}/cash-flows/x", json={"amount": "1"}), 428)
    for odd, status in (("abc", 422), ('"abc"', 412), ('W/"abc"', 412)):
        sent = {"If-Match": odd}
        problem_in(trader.put(f"{HOME}/cash-flows/x", json={"amount": "1"}, headers=sent), status)
    sent = {"If-Match": "*"}
    assert trader.put(f"{HOME}/cash-flows/x", json={"amount": "1"}, headers=sent).is_success


def test_of_many_who_saw_the_same_version_one_changes_it(trader: TestClient):
    seen = tag_at(trader)

    def put(number: int) -> int:
        path = f"{HOME}/cash-flows/flow {number}"
        return trader.put(path, json={"amount": "5"}, headers=seen).status_code

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(put, range(8))) == [200, *([412] * 7)]


@pytest.mark.parametrize(
    ("path", "body", "about"),
    [
        ("cash-flows/x", {"amount": -5}, "body.amount"),
        ("cash-flows/x", {"amount": "1e5"}, "body.amount"),
        ("cash-flows/x", {"amount": "NaN"}, "body.amount"),
        ("cash-flows/x", {"amount": "1", "account": "nobody"}, "account"),
        ("cash-flows/x", {"amount": "1", "due": "2022-13-01"}, "body.due"),
        ("cash-flows/x", {"amount": "1", "amonut": "2"}, "body.amonut"),
        ("liabilities/x", {"amount": "-1"}, "body.amount"),
        ("liabilities/x", {"amount": "1", "rate": "1.5"}, "body.rate"),
        ("accounts/x", {"wrapper": "offshore"}, "body.wrapper"),
        ("accounts/x", {"currency": "usd"}, "body.currency"),
        ("accounts/x", {"name": "two\nlines"}, "body.name"),
    ],
)
def test_what_cannot_be_is_refused_by_name_and_nothing_is_written(
    world: WebWorld, trader: TestClient, path: str, body: dict[str, object], about: str
):
    mandate = folder(world) / MANDATE_NAME
    before = mandate.read_text("utf-8")
    told = problem_in(trader.put(f"{HOME}/{path}", json=body, headers=tag_at(trader)), 422)
    assert about in str(told["errors"])
    assert mandate.read_text("utf-8") == before


def test_who_may_only_look_changes_nothing(world: WebWorld):
    viewer = program_of(world)
    sent = tag_at(viewer) | fresh_key()
    problem_in(viewer.post(f"{HOME}/cash-flows", json=CAR, headers=sent), 403)
    problem_in(viewer.put(f"{HOME}/accounts/x", json={}, headers=sent), 403)
    problem_in(viewer.delete(f"{HOME}/liabilities/x", headers=sent), 403)


def test_a_name_that_is_taken_is_a_conflict(trader: TestClient):
    sent = tag_at(trader) | fresh_key()
    again = CAR | {"name": "roof repair"}
    problem_in(trader.post(f"{HOME}/cash-flows", json=again, headers=sent), 409)


def test_every_change_is_in_the_audit(world: WebWorld, trader: TestClient):
    trader.put(f"{HOME}/liabilities/car", json={"amount": "1"}, headers=tag_at(trader))
    last = world.store.audit.page(1)[0]
    assert (last.who, last.what, last.subject, last.household) == (
        "ada",
        "mandate.liabilities.added",
        "car",
        "home",
    )

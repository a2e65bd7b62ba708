"""What a household is, holds, decided and asked brokers is read, and nobody reads another's."""

import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from tests.app.commands_run import run
from tests.app.web.api_v1.programs import (
    HOME,
    fresh_key,
    problem_in,
    program_of,
    question_at,
    worked_house,
)
from tests.app.web.served import world_of
from tests.app.web.traded import asked_house
from trimtab.app.web.api.paging import cursor_after
from trimtab.app.web.world import WebWorld
from trimtab.model.web import Right


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return worked_house(tmp_path_factory.mktemp("worked") / "house")


@pytest.fixture
def worked(tmp_path: Path, house: Path) -> Iterator[WebWorld]:
    """A household whose question waits, beside another of the same files."""
    homes = [shutil.copytree(house, tmp_path / name) for name in ("home", "other")]
    made = world_of(tmp_path, *homes)
    yield made
    made.worker.close()
    made.store.close()


@pytest.fixture
def viewer(worked: WebWorld) -> TestClient:
    return program_of(worked)


def pages(client: TestClient, path: str, limit: int) -> list[dict[str, object]]:
    """All entries of a list, so many at a time."""
    found: list[dict[str, object]] = []
    cursor = ""
    while True:
        told = client.get(f"{path}?limit={limit}{cursor}").json()
        assert len(told["items"]) <= limit
        found += told["items"]
        if told["next_cursor"] is None:
            return found
        cursor = f"&cursor={told['next_cursor']}"


def test_a_household_adds_up_exactly(viewer: TestClient):
    told = viewer.get(HOME).json()
    snapshot = viewer.get(f"{HOME}/snapshots/current").json()
    lots = sum(Decimal(one["value"]) for one in snapshot["lots"])
    assert lots + Decimal(told["cash"]) == Decimal(told["value"])
    assert Decimal(told["net_worth"]) == Decimal(told["value"]) - 240000
    assert sum(Decimal(one["value"]) for one in told["accounts"]) == Decimal(told["value"])


@pytest.mark.parametrize("limit", [1, 7, 200])
def test_a_list_comes_whole_whatever_the_page(viewer: TestClient, limit: int):
    every = pages(viewer, f"{HOME}/journal/entries", limit)
    count = viewer.get(f"{HOME}/journal").json()["entries"]
    assert [one["sequence"] for one in every] == list(range(1, count + 1))


@pytest.mark.parametrize("limit", [7, 200])
def test_a_journal_of_the_live_store_comes_in_the_same_pages(
    worked: WebWorld, viewer: TestClient, limit: int
):
    home = worked.households.find("home")
    assert home
    by_file = pages(viewer, f"{HOME}/journal/entries", 200)
    for name in ("journal.jsonl", "journal.head"):
        (home.folder / name).unlink()
    assert pages(viewer, f"{HOME}/journal/entries", limit) == by_file
    far = cursor_after("9" * 18)
    assert viewer.get(f"{HOME}/journal/entries?cursor={far}").json()["items"] == []
    problem_in(viewer.get(f"{HOME}/journal/entries?cursor={cursor_after('9' * 19)}"), 422)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=201", "limit=x", "cursor=!!", "cursor=abcd", "cursor="]
)
def test_a_page_that_cannot_be_is_refused(viewer: TestClient, query: str):
    problem_in(viewer.get(f"{HOME}/journal/entries?{query}"), 422)


def test_the_journal_is_checked_and_an_altered_one_is_told(worked: WebWorld, viewer: TestClient):
    assert viewer.get(f"{HOME}/journal").json()["is_whole"]
    home = worked.households.find("home")
    assert home
    path = home.folder / "journal.jsonl"
    path.write_text(path.read_text("utf-8").replace("QUAL", "SIZE", 1), "utf-8")
    told = viewer.get(f"{HOME}/journal").json()
    assert not told["is_whole"]
    assert told["findings"]


def test_a_decision_is_read_as_its_approvers_saw_it(viewer: TestClient):
    asked = question_at(viewer)
    told = viewer.get(f"{HOME}/decisions/{asked['id']}").json()
    assert (told["is_same"], told["bound_to"]) == (True, asked["bound_to"])
    assert len(told["trades"]) == 22
    assert all(one["clause"] for one in told["trades"])
    kept = viewer.get(f"{HOME}/snapshots/{told['cycle_id']}").json()
    assert kept["lots"]


@pytest.mark.parametrize("note", ["a\0b", "a\x1b[2J", "\x9f"])
def test_a_note_holds_nothing_that_cannot_be_seen(worked: WebWorld, note: str):
    approver = program_of(worked, Right.APPROVE)
    asked = question_at(approver)
    told = {"word": "hold", "bound_to": asked["bound_to"], "note": note}
    place = f"{HOME}/approvals/{asked['id']}/words"
    problem_in(approver.post(place, json=told, headers=fresh_key()), 422)
    told["note"] = "two\nlines"
    assert approver.post(place, json=told, headers=fresh_key()).status_code == 201


def test_a_snapshot_of_a_household_with_a_slash_in_its_name_is_found(tmp_path: Path):
    folder = asked_house(tmp_path / "home", name="Ana/Ben")
    viewer = program_of(world_of(tmp_path / "web", folder))
    name = viewer.get(f"{HOME}/snapshots").json()["items"][-1]["id"]
    assert "Ana/Ben" in name
    told = viewer.get(f"{HOME}/snapshots/{quote(name, safe='')}")
    assert (told.status_code, told.json()["id"]) == (200, name)


def test_an_approval_leads_to_orders_and_fills(worked: WebWorld):
    approver = program_of(worked, Right.APPROVE)
    asked = question_at(approver)
    word = {"word": "approve", "bound_to": asked["bound_to"], "note": "yes"}
    sent = fresh_key()
    path = f"{HOME}/approvals/{asked['id']}/words"
    said = approver.post(path, json=word, headers=sent)
    assert (said.status_code, said.json()["status"]) == (201, "approved")
    assert said.json()["words"][0]["person"] == "ada"
    assert approver.post(path, json=word, headers=sent).json() == said.json()
    problem_in(approver.post(path, json=word, headers=fresh_key()), 409)
    home = worked.households.find("home")
    assert home
    assert run("run", "--once", home.folder).exit_code == 0
    every = pages(approver, f"{HOME}/orders", 5)
    assert len(every) == 22
    name = next(one["id"] for one in every if one["state"] == "filled")
    filled = approver.get(f"{HOME}/orders/{name}").json()
    for odd in ("nobody", "a%00b", "%F0%9F%92%A9"):
        problem_in(approver.get(f"{HOME}/orders/{odd}"), 404)
    foreign = cursor_after("a\0b")
    problem_in(approver.get(f"{HOME}/orders?cursor={foreign}"), 422)
    assert sum(Decimal(one["quantity"]) for one in filled["fills"]) == Decimal(filled["filled"])
    audited = [one.what for one in worked.store.audit.page(5)]
    assert "approve" in audited


def test_a_plan_is_edited_looked_at_first_and_asked_about_anew(worked: WebWorld):
    approver = program_of(worked, Right.APPROVE)
    asked = question_at(approver)
    path = f"{HOME}/approvals/{asked['id']}"
    before = approver.get(f"{HOME}/decisions/{asked['id']}").json()["trades"]
    purchase = next(one for one in before if one["side"] == "buy")
    edits = {"trades": [{"trade": purchase["id"], "quantity": "0"}]}
    seen = approver.post(f"{path}/preview", json=edits, headers=fresh_key())
    assert seen.status_code == 200, seen.text
    assert purchase["id"] not in [one["id"] for one in seen.json()["plan"]["trades"]]
    assert question_at(approver) == asked
    body = edits | {"bound_to": asked["bound_to"], "note": "not now"}
    made = approver.post(f"{path}/edits", json=body, headers=fresh_key())
    assert made.status_code == 201, made.text
    assert question_at(approver)["id"] == made.json()["id"] != asked["id"]
    after = approver.get(f"{HOME}/decisions/{made.json()['id']}").json()
    assert len(after["trades"]) == len(before) - 1
    word = {"word": "approve", "bound_to": asked["bound_to"]}
    problem_in(approver.post(f"{path}/words", json=word, headers=fresh_key()), 409)
    odd = edits | {"bound_to": "0" * 64}
    problem_in(
        approver.post(f"{HOME}/approvals/{made.json()['id']}/edits", json=odd, headers=fresh_key()),
        409,
    )
    trader = program_of(worked, Right.TRADE)
    problem_in(trader.post(f"{path}/edits", json=body, headers=fresh_key()), 403)


def test_a_word_on_something_else_is_refused(worked: WebWorld):
    approver = program_of(worked, Right.APPROVE)
    asked = question_at(approver)
    word = {"word": "approve", "bound_to": "0" * 64}
    path = f"{HOME}/approvals/{asked['id']}/words"
    problem_in(approver.post(path, json=word, headers=fresh_key()), 409)
    assert question_at(approver)["words"] == []


@pytest.mark.parametrize("right", [Right.VIEW, Right.RUN, Right.TRADE])
def test_who_may_not_approve_does_not(worked: WebWorld, right: Right):
    program = program_of(worked, right)
    asked = question_at(program)
    word = {"word": "approve", "bound_to": asked["bound_to"]}
    path = f"{HOME}/approvals/{asked['id']}/words"
    problem_in(program.post(path, json=word, headers=fresh_key()), 403)


def test_a_run_is_asked_for_and_its_end_is_read(worked: WebWorld):
    runner = program_of(worked, Right.RUN)
    problem_in(runner.get(f"{HOME}/runs/latest"), 404)
    began = runner.post(f"{HOME}/runs", headers=fresh_key())
    assert began.status_code == 202
    worked.worker.close()
    told = runner.get(f"{HOME}/runs/latest").json()
    assert told["ended"]
    assert "approval" in told["words"]
    problem_in(program_of(worked).post(f"{HOME}/runs", headers=fresh_key()), 403)


def test_a_foreign_household_is_not_there_in_any_resource(worked: WebWorld):
    stranger = program_of(worked, Right.APPROVE, frozenset({"other"}))
    assert [one["id"] for one in stranger.get("/api/v1/households").json()["items"]] == ["other"]
    for path in (
        *("", "/snapshots", "/snapshots/current", "/decisions", "/decisions/current"),
        *("/approvals", "/orders", "/journal", "/journal/entries", "/models", "/accounts"),
        *("/cash-flows", "/liabilities", "/runs/latest"),
    ):
        foreign = problem_in(stranger.get(f"{HOME}{path}"), 404)
        unknown = problem_in(stranger.get(f"/api/v1/households/nowhere{path}"), 404)
        assert foreign["detail"] == unknown["detail"], path


def test_what_is_named_by_id_is_looked_for_in_its_own_household_alone(worked: WebWorld):
    everybody = program_of(worked)
    asked = question_at(everybody)
    other = "/api/v1/households/other"
    folder = worked.households.find("other")
    assert folder
    for name in ("live.db", "live.db-wal", "live.db-shm"):
        (folder.folder / name).unlink(missing_ok=True)
    problem_in(everybody.get(f"{other}/approvals/{asked['id']}"), 404)
    problem_in(everybody.get(f"{other}/decisions/{asked['id']}"), 404)
    problem_in(everybody.get(f"{other}/snapshots/{asked['cycle_id']}"), 404)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer tt_wrong", "Basic YTpi", "tt_wrong"])
def test_who_shows_no_good_token_is_told_to(worked: WebWorld, header: str):
    client = program_of(worked)
    del client.headers["Authorization"]
    told = client.get(HOME, headers={"Authorization": header} if header else {})
    assert told.status_code == 401
    assert told.headers["content-type"] == "application/problem+json"
    assert "bearer" in told.headers["www-authenticate"].lower()


def test_a_proposal_leaves_everything_as_it_was(worked: WebWorld, viewer: TestClient):
    home = worked.households.find("home")
    assert home
    before = {path: path.read_bytes() for path in home.folder.glob("*.*") if path.is_file()}
    body = {"withdraw": "20000", "account": "joint"}
    told = viewer.post(f"{HOME}/proposals", json=body, headers=fresh_key())
    assert told.status_code == 200
    assert {path: path.read_bytes() for path in before} == before
    odd = {"withdraw": "900000000"}
    refused = problem_in(viewer.post(f"{HOME}/proposals", json=odd, headers=fresh_key()), 422)
    assert "withdraw" in refused["detail"]

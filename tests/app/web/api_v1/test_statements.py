"""A platform pushes what accounts hold; it is checked and written as a broker's file is."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.app.web.api_v1.programs import HOME, fresh_key, problem_in, program_of
from trimtab.app.web.world import WebWorld
from trimtab.model.web import Right

PLACE = f"{HOME}/statements"
LOTS = [
    {"instrument": "MRK", "quantity": "40", "cost": "7120.00", "acquired": "2021-02-05"},
    {"instrument": "MRK", "quantity": "10.5", "cost": None, "acquired": "2022-02-07"},
]
CASH = [{"amount": "1204.55"}]


def stated(account: str = "hsa", as_of: str = "2022-10-07", **parts: Any) -> dict[str, Any]:
    """A statement of one account."""
    told = {"lots": LOTS, "cash": CASH} | parts
    return {"source": "platform", "as_of": as_of, "accounts": [{"account": account, **told}]}


@pytest.fixture
def program(world: WebWorld) -> TestClient:
    """A program that may push, of a household with an account that holds nothing yet."""
    client = program_of(world, Right.TRADE)
    told = {"wrapper": "hsa", "name": "Health savings", "owner": "Ana", "fractional": True}
    assert client.put(f"{HOME}/accounts/hsa", json=told, headers={"If-Match": "*"}).is_success
    return client


def push(program: TestClient, body: dict[str, Any], path: str = "") -> Any:
    """Push a statement with a key of its own."""
    return program.post(PLACE + path, json=body, headers=fresh_key())


def held(program: TestClient, account: str = "hsa") -> list[tuple[str, str, str | None]]:
    """The lots of an account now."""
    lots = program.get(f"{HOME}/snapshots/current").json()["lots"]
    return [(o["quantity"], o["instrument"], o["basis"]) for o in lots if o["account"] == account]


def test_an_account_is_opened_with_what_is_pushed(program: TestClient):
    body = stated(lots=[one | {"price": "180.17"} for one in LOTS])
    shown = push(program, body, "/preview").json()
    changes = [
        (o["instrument"], o["before"], o["after"], o["lots_after"]) for o in shown["holdings"]
    ]
    assert (shown["written"], changes) == (False, [("MRK", "0", "50.5", 2)])
    assert held(program) == []
    done = push(program, body | {"seen": shown["digest"]})
    assert (done.status_code, done.json()["written"]) == (201, True)
    assert done.json()["digest"] == shown["digest"]
    assert held(program) == [("40", "MRK", "7120.00"), ("10.5", "MRK", None)]
    account = program.get(f"{HOME}/accounts/hsa").json()
    assert (account["cash"], account["lots"]) == ("1204.55", 2)
    assert program.get(f"{HOME}/journal").json()["is_whole"]
    listed = program.get(PLACE).json()["items"]
    assert [(one["source"], one["accounts"], one["rows"]) for one in listed] == [
        ("platform", ["hsa"], 3)
    ]


def test_the_same_statement_twice_adds_nothing(program: TestClient):
    push(program, stated())
    again = push(program, stated()).json()
    assert (again["seen_before"], again["entries"], again["holdings"]) == (True, {}, [])


def test_transactions_are_booked_once_and_lists_are_held_against_the_books(program: TestClient):
    push(program, stated())
    bought = {
        "on": "2022-10-10",
        "action": "buy",
        "instrument": "MRK",
        "quantity": "5",
        "amount": "-890.00",
        "price": "178",
        "id": "t-1",
    }
    later = stated(
        as_of="2022-10-10",
        transactions=[bought],
        lots=None,
        positions=[{"instrument": "MRK", "quantity": "55.5"}],
        cash=[{"amount": "314.55"}],
    )
    done = push(program, later).json()
    assert [(o["instrument"], o["after"]) for o in done["holdings"]] == [("MRK", "55.5")]
    assert not [one for one in done["breaks"] if one["stops_trading"]]
    again = push(program, later | {"as_of": "2022-10-11"}).json()
    assert again["holdings"] == []


def test_what_does_not_agree_is_a_break_that_a_program_can_answer(program: TestClient):
    push(program, stated())
    later = stated(
        as_of="2022-10-10", lots=None, positions=[{"instrument": "MRK", "quantity": "30"}]
    )
    found = [one for one in push(program, later).json()["breaks"] if one["kind"] == "quantity"]
    assert [(one["account"], one["instrument"], one["facts"]["positions"]) for one in found] == [
        ("hsa", "MRK", "30")
    ]
    name = found[0]["id"]
    assert found[0]["since"] == "2022-10-11"  # the household's day
    assert program.get(f"{HOME}/breaks/{name}").json() == found[0]
    listed = program.get(f"{HOME}/breaks").json()["items"]
    assert name in [one["id"] for one in listed]
    place = f"{HOME}/breaks/{name}/answer"
    wrong = program.post(place, json={"choice": "ratio"}, headers=fresh_key())
    assert "is no answer to it" in problem_in(wrong, 422)["detail"]
    said = program.post(place, json={"choice": "positions", "note": "sold"}, headers=fresh_key())
    assert said.status_code == 200, said.text
    assert name not in [one["id"] for one in said.json()["items"]]
    assert sum(float(units) for units, *_ in held(program)) == 30
    gone = program.post(place, json={"choice": "positions"}, headers=fresh_key())
    problem_in(gone, 404)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (stated("hsaa"), "did you mean 'hsa'"),
        (stated(as_of="2999-01-01"), "is to come"),
        (stated(lots=None), "cash alone says that nothing else is held"),
        (stated(lots=None, positions=[], cash=None), "no cash is told"),
        (stated(lots=[]), "an empty list of lots says nothing"),
        (stated(lots=[{"instrument": "cash", "quantity": "1"}]), "cash stands among instruments"),
        ({**stated(), "accounts": stated()["accounts"] * 2}, "is named 2 times"),
        (stated(lots=[{"instrument": "MRK", "quantity": "-1"}]), "exact number"),
        (stated() | {"seen": "0" * 64}, "something else than the preview showed"),
    ],
)
def test_what_cannot_be_meant_is_refused_and_nothing_is_written(
    program: TestClient, body: dict[str, Any], says: str
):
    answer = push(program, body)
    assert says in problem_in(answer, answer.status_code)["detail"].lower(), answer.text
    assert answer.status_code in (409, 422)
    assert held(program) == []
    problem_in(program.get(f"{HOME}/journal"), 404)


def test_an_empty_list_of_positions_says_that_all_was_sold(program: TestClient):
    push(program, stated())
    sold = push(program, stated(as_of="2022-10-10", lots=None, positions=[])).json()
    found = [one for one in sold["breaks"] if one["kind"] == "quantity"]
    assert [(one["instrument"], one["facts"]["journal"]) for one in found] == [("MRK", "50.5")]


def test_what_nobody_could_plan_any_more_is_written_only_as_it_was_shown(program: TestClient):
    """An instrument without a price, of a symbol that no list of prices knows."""
    body = stated(lots=[{"instrument": "QQZZ", "quantity": "3", "cost": "30"}])
    shown = push(program, body, "/preview").json()
    assert shown["troubles"]
    assert "QQZZ" in problem_in(push(program, body), 422)["detail"]
    assert push(program, body | {"seen": shown["digest"]}).status_code == 201


def test_looking_is_not_enough_to_push_and_a_push_is_written_down(world: WebWorld):
    reader = program_of(world, Right.VIEW)
    problem_in(push(reader, stated("joint")), 403)
    problem_in(push(reader, stated("joint"), "/preview"), 403)
    assert reader.get(PLACE).json() == {"next_cursor": None, "items": []}
    assert reader.get(f"{HOME}/breaks").json() == {"next_cursor": None, "items": []}
    push(program_of(world, Right.RUN), stated("joint"))
    told = [(one.what, one.details.get("source")) for one in world.store.audit.page(5)]
    assert ("import", "platform") in told

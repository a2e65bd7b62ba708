"""A body is JSON that can be read in one way, or it is refused with what is wrong."""

import pytest

from tests.app.web.api_v1.programs import HOME, problem_in, program_of
from trimtab.app.web.world import WebWorld
from trimtab.model.web import Right

PLACE = f"{HOME}/cash-flows/x"
ANY = {"If-Match": "*"}


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b'{"amount": "1"', "no JSON at line 1"),
        (b'{"amount": "1", "amount": "100000"}', "the key 'amount' stands 2 times"),
        (b'{"amount": NaN}', "NaN is no number"),
        (b'{"amount": "1\xff"}', "no text in UTF-8"),
        (b"[" * 200_000, "nested too deeply"),
        (b'{"amount": ' + b"9" * 5_000 + b"}", "body"),
    ],
)
def test_what_is_no_json_or_says_two_things_is_refused(world: WebWorld, body: bytes, says: str):
    program = program_of(world, Right.TRADE)
    headers = ANY | {"Content-Type": "application/json"}
    assert says in problem_in(program.put(PLACE, content=body, headers=headers), 400)["detail"]
    assert program.get(PLACE).status_code == 404


@pytest.mark.parametrize("kind", ["text/xml", "application/x-www-form-urlencoded", ""])
def test_another_kind_of_body_is_refused_by_its_name(world: WebWorld, kind: str):
    program = program_of(world, Right.TRADE)
    answer = program.put(PLACE, content=b'{"amount": "1"}', headers=ANY | {"Content-Type": kind})
    assert "application/json is taken" in problem_in(answer, 415)["detail"]


@pytest.mark.parametrize("due", [1668902400, "1668902400", "2022-11-20T00:00:00", "2022-02-30"])
def test_a_day_is_a_day_and_nothing_that_could_stand_for_one(world: WebWorld, due: object):
    program = program_of(world, Right.TRADE)
    answer = program.put(PLACE, json={"amount": "1", "due": due}, headers=ANY)
    assert problem_in(answer, 422)["errors"][0]["subject"] == "body.due"


def test_true_is_true_and_no_word_for_it(world: WebWorld):
    program = program_of(world, Right.TRADE)
    told = {"fractional": "yes"}
    answer = program.put(f"{HOME}/accounts/new", json=told, headers=ANY)
    assert problem_in(answer, 422)["errors"][0]["subject"] == "body.fractional"


def test_a_refusal_says_which_household_and_which_right(world: WebWorld):
    program = program_of(world, Right.VIEW, frozenset({"home"}))
    foreign = problem_in(program.get("/api/v1/households/nobody"), 404)
    assert foreign["detail"].startswith("household: there is none of this name.")
    refused = problem_in(program.put(PLACE, json={"amount": "1"}, headers=ANY), 403)
    assert "a token with the right `trade`" in refused["detail"]


def test_a_token_that_is_not_good_is_refused_with_all_parts(world: WebWorld):
    program = program_of(world)
    scheme, token = program.headers["Authorization"].split()
    assert program.get(HOME, headers={"Authorization": f"bearer {token}"}).status_code == 200
    for bad in (f"Basic {token}", f"{scheme} tt_{'x' * 40}", "tt_x"):
        told = problem_in(program.get(HOME, headers={"Authorization": bad}), 401)
        assert told["errors"] and told["instance"] == HOME

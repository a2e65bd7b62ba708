"""Refusals are problem+json with their parts, and tell nothing of this machine."""

import json

import pytest
from fastapi import HTTPException
from starlette.requests import Request

from trimtab.app.web.api_v1.problems import (
    MEDIA,
    ProblemAnswer,
    conflict,
    not_found,
    problem,
    problem_response,
)
from trimtab.model.errors import InputError, InputErrors, InvariantError, LeaseLost

ASKED = Request({"type": "http", "method": "GET", "path": "/api/v1/x", "headers": []})


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (InputError("weight", "is 2", "at most 1", "lower it"), 422, "invalid"),
        (InputErrors([InputError("a", "b"), InputError("c", "d")]), 422, "invalid"),
        (not_found("order 'x'"), 404, "not-found"),
        (conflict("order 'x'", "it is filled"), 409, "conflict"),
        (LeaseLost("gone"), 409, "conflict"),
        (HTTPException(404, "There is no such page."), 404, "not-found"),
        (HTTPException(429, "slow down"), 429, "too-many"),
        (InvariantError("a promise"), 500, "defect"),
        (ZeroDivisionError("inside"), 500, "defect"),
    ],
)
def test_every_error_is_a_problem_of_its_kind(error: Exception, status: int, kind: str):
    answer = problem_response(ASKED, error)
    told = ProblemAnswer.model_validate_json(bytes(answer.body))
    assert (answer.status_code, answer.media_type) == (status, MEDIA)
    assert (told.status, told.instance) == (status, "/api/v1/x")
    assert told.type.endswith(f":{kind}")
    assert told.errors


def test_a_mistake_keeps_its_parts():
    answer = problem_response(ASKED, InputError("weight", "is 2", "at most 1", "lower it"))
    told = json.loads(bytes(answer.body))
    parts = {"subject": "weight", "fact": "is 2", "bound": "at most 1", "remedy": "lower it"}
    assert told["errors"] == [parts | {"file": None, "line": None}]
    assert told["detail"] == "weight: is 2; at most 1. Lower it."


def test_a_file_is_named_and_not_where_it_lies():
    error = InputError("weight", "is 2", file="/secret/place/mandate.toml", line=7)
    text = bytes(problem(ASKED, [error], 422, {}).body).decode()
    assert "secret" not in text
    assert (json.loads(text)["errors"][0]["file"], json.loads(text)["errors"][0]["line"]) == (
        "mandate.toml",
        7,
    )


def test_a_defect_says_nothing_of_the_code():
    text = bytes(problem_response(ASKED, KeyError("_private_name")).body).decode()
    assert "_private_name" not in text
    assert "KeyError" not in text

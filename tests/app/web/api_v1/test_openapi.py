"""The description says all that a program has to know, and examples are of their shapes."""

import json
from typing import Any

import pytest
from fastapi.testclient import TestClient

from tests.app.web.served import stranger_at
from trimtab.app.web.api import (
    shapes_backtests,
    shapes_decision,
    shapes_household,
    shapes_orders,
    shapes_platform,
    shapes_statements,
    shapes_webhooks,
)
from trimtab.app.web.api.describe import REFUSALS, TAGS
from trimtab.app.web.api.examples import EXAMPLES, PROBLEM_EXAMPLE
from trimtab.app.web.api_v1.openapi import description_text
from trimtab.app.web.api_v1.problems import ProblemAnswer
from trimtab.app.web.world import WebWorld

TOLD: dict[str, Any] = json.loads(description_text())
OPERATIONS = [
    (path, method, operation)
    for path, methods in TOLD["paths"].items()
    for method, operation in methods.items()
]
IDS = [one["operationId"] for _, _, one in OPERATIONS]


def test_it_is_openapi_3_1_with_its_ways_to_say_who_asks():
    assert TOLD["openapi"].startswith("3.1.")
    assert TOLD["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert len(set(IDS)) == len(IDS)


def test_it_is_served_to_anybody_and_names_no_other_host(shown_world: WebWorld):
    client: TestClient = stranger_at(shown_world)
    answer = client.get("/api/v1/openapi.json")
    assert (answer.status_code, answer.json()) == (200, TOLD)
    assert "http://" not in answer.text
    assert answer.text.count("https://") == answer.text.count("https://example.org")


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=IDS)
def test_each_operation_says_who_may_what_it_does_and_how_it_is_refused(
    path: str, method: str, operation: dict[str, Any]
):
    assert operation["tags"][0] in TAGS
    assert operation["description"].strip()
    if operation["operationId"] != "get_description":
        assert operation["security"] == [{"bearer": []}, {"session": []}]
        assert operation["x-right"] in ("view", "run", "trade", "approve")
    inside = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "path"}
    assert inside == {one.strip("{}") for one in path.split("/") if one.startswith("{")}
    wanted = {"401", "403", "422", "429", "500"} | ({"404"} if inside else set())
    wanted |= {"409", "413"} if method != "get" else set()
    headers = {one["name"] for one in operation.get("parameters", ()) if one["in"] == "header"}
    wanted |= {"412", "428"} if "If-Match" in headers else set()
    assert wanted <= operation["responses"].keys()
    assert ("Idempotency-Key" in headers) == (method == "post")
    for status, answer in operation["responses"].items():
        if not status.startswith("2"):
            assert answer == {"$ref": f"#/components/responses/Refused{status}"}


def test_every_refusal_is_described_as_a_problem():
    for status in REFUSALS:
        answer = TOLD["components"]["responses"][f"Refused{status}"]
        assert list(answer["content"]) == ["application/problem+json"]


def test_lists_have_bounds():
    for path, method, operation in OPERATIONS:
        known = {one["name"]: one["schema"] for one in operation.get("parameters", ())}
        if operation["operationId"].startswith("list_"):
            assert (known["limit"]["minimum"], known["limit"]["maximum"]) == (1, 200), path
            assert "cursor" in known, (path, method)


def test_money_is_never_a_number():
    def numbers(schema: Any, path: str) -> list[str]:
        if isinstance(schema, list):
            return [found for one in schema for found in numbers(one, path)]
        if not isinstance(schema, dict):
            return []
        here = [path] if schema.get("type") == "number" else []
        return here + [
            found for key, one in schema.items() for found in numbers(one, f"{path}.{key}")
        ]

    odd = [
        name
        for name in numbers(TOLD["components"]["schemas"], "")
        if any(word in name for word in ("amount", "value", "basis", "cash.", "proceeds"))
    ]
    assert odd == [".WealthCurve.properties.values.items"]  # simulated, for a chart


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_an_example_is_of_its_shape(name: str):
    homes = (shapes_decision, shapes_household, shapes_orders, shapes_platform)
    homes += (shapes_backtests, shapes_webhooks, shapes_statements)
    shape = next(getattr(home, name) for home in homes if hasattr(home, name))
    told = shape.model_validate(EXAMPLES[name]).model_dump(mode="json", exclude_unset=True)
    assert told == EXAMPLES[name]
    assert TOLD["components"]["schemas"][name]["examples"] == [EXAMPLES[name]]


def test_the_example_of_a_problem_is_one():
    assert ProblemAnswer.model_validate(PROBLEM_EXAMPLE).model_dump() == PROBLEM_EXAMPLE


def test_a_link_leads_to_an_operation_and_fills_its_parameters():
    operations = {
        one["operationId"]: one for methods in TOLD["paths"].values() for one in methods.values()
    }
    links = [
        (name, link)
        for operation in operations.values()
        for answer in operation["responses"].values()
        for name, link in answer.get("links", {}).items()
    ]
    assert len(links) >= 10
    for name, link in links:
        known = {one["name"] for one in operations[name]["parameters"] if one["in"] == "path"}
        assert set(link["parameters"]) == known, name

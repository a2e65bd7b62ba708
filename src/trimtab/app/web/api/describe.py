"""The API's description in OpenAPI 3.1, made from the routes themselves.

What the framework cannot know is added: how to show who asks, which right each operation needs,
every refusal as `application/problem+json`, the household in each path, and the versions that
answers name.

Errors: none.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from fastapi.routing import APIRoute

from trimtab import __version__
from trimtab.app.web.api.examples import EXAMPLES, PROBLEM_EXAMPLE
from trimtab.app.web.api_v1.problems import MEDIA, Mistake, ProblemAnswer
from trimtab.app.web.security.csrf import HEADER
from trimtab.app.web.security.gate import Needs

__all__ = ["TAGS", "description_of"]

Json = dict[str, Any]

ABOUT = """\
Money and quantities are decimal texts (`"1234.50"`); weights and rates are fractions of one; days
are `2026-03-31` and moments carry their zone. Lists come a page at a time. Every POST carries an
`Idempotency-Key` of yours; every change of the mandate names the version that it was made for with
`If-Match`. Keys are only ever added within `v1`."""
TAGS = {
    "households": "Where each household stands.",
    "snapshots": "All that was known at a moment: lots, cash, prices.",
    "decisions": "What to trade and why; proposals; runs.",
    "approvals": "What waits for people, and their words.",
    "orders": "What was asked of brokers.",
    "journal": "What was recorded, and whether it is whole.",
    "backtests": "What policies would have done.",
    "models": "Learned models with their evidence.",
    "accounts": "Accounts, pushed and pulled.",
    "liabilities": "What is owed, pushed and pulled.",
    "cash_flows": "Dated money, pushed and pulled.",
    "statements": "What accounts hold and what happened in them, pushed.",
    "breaks": "Where records do not agree, and answers.",
    "exports": "Files for other programs.",
    "webhooks": "Signed messages when something happens.",
    "description": "This description.",
}
REFUSALS = {
    400: "The request cannot be read.",
    401: "Nobody says who asks, or the token is not good.",
    403: "It is not yours to do, or needs a recent sign-in or a second factor.",
    404: "There is no such thing, or not for you.",
    408: "The request did not come in time.",
    409: "It is not in a state for that.",
    412: "It was changed since you read it.",
    413: "The body is too large.",
    414: "The address is too long.",
    415: "The body is of another kind than JSON.",
    421: "This name is not served here.",
    422: "What was given cannot be used; each mistake is named.",
    428: "The version that you change is not named.",
    429: "Too many tries.",
    500: "A defect of Trimtab.",
    503: "It cannot be asked just now.",
}
ALWAYS = (400, 401, 403, 408, 414, 421, 422, 429, 500, 503)
LINKS = {
    "add_cash_flow": ("cash_flow", "name", ("get_cash_flow", "put_cash_flow", "delete_cash_flow")),
    "add_liability": ("liability", "name", ("get_liability", "put_liability", "delete_liability")),
    "add_webhook": (
        "webhook", "id",
        ("get_webhook", "ping_webhook", "get_webhook_deliveries", "delete_webhook"),
    ),
    "edit_question": ("approval", "id", ("get_approval", "say_word")),
    "start_backtest": ("backtest", "id", ("get_backtest", "cancel_backtest")),
}  # fmt: skip
"""Where an answer leads: the parameter that its field fills, and the operations that take it."""
SECURITY: list[dict[str, list[str]]] = [{"bearer": []}, {"session": []}]
HOUSEHOLD = "The household's id, as the list of households has it."


def description_of(routers: Sequence[APIRouter]) -> Json:
    """The description of some routers' operations."""
    routes = [route for router in routers for route in router.routes]
    told: Json = get_openapi(
        title="Trimtab", version=__version__, summary="Portfolios held to their targets.",
        description=ABOUT, routes=routes,
        tags=[{"name": name, "description": text} for name, text in TAGS.items()],
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        servers=[{"url": "/", "description": "Where Trimtab serves."}],
    )  # fmt: skip
    for route in routes:
        if isinstance(route, APIRoute):
            for method in route.methods or ():
                _complete(told["paths"][route.path_format][method.lower()], route, method)
    schemas: Json = told.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for shape in (Mistake, ProblemAnswer):
        shown = shape.model_json_schema(ref_template="#/components/schemas/{model}")
        shown.pop("$defs", None)
        schemas[shape.__name__] = shown
    for name, example in EXAMPLES.items():
        schemas[name]["examples"] = [example]
    schemas[ProblemAnswer.__name__]["examples"] = [PROBLEM_EXAMPLE]
    told["components"]["schemas"] = dict(sorted(schemas.items()))
    problem = {MEDIA: {"schema": {"$ref": "#/components/schemas/ProblemAnswer"}}}
    told["components"]["responses"] = {
        f"Refused{status}": {"description": words, "content": problem}
        for status, words in REFUSALS.items()
    }
    told["components"]["securitySchemes"] = _schemes()
    return told


def _complete(operation: Json, route: APIRoute, method: str) -> None:
    """Add to one operation what the framework does not know."""
    right = _right_of(route)
    if right:
        operation["security"] = SECURITY
        operation["x-right"] = right
        operation["description"] = f"{operation['description']}\n\nNeeds the right `{right}`."
    else:
        operation["security"] = []
    known = {one["name"]: one for one in operation.setdefault("parameters", [])}
    if "{household}" in route.path_format and "household" not in known:
        told = {"type": "string", "minLength": 1, "maxLength": 40}
        told = {"name": "household", "in": "path", "required": True, "schema": told}
        operation["parameters"].insert(0, told | {"description": HOUSEHOLD})
    if not operation["parameters"]:
        del operation["parameters"]
    statuses = {*ALWAYS}
    if "{" in route.path_format:
        statuses.add(404)
    if method not in ("GET", "HEAD"):
        statuses |= {409, 413}
    if "requestBody" in operation:
        statuses.add(415)
    if "If-Match" in known:
        statuses |= {412, 428}
    answers: Json = operation["responses"]
    for status in sorted(statuses):
        answers[str(status)] = {"$ref": f"#/components/responses/Refused{status}"}
    operation["responses"] = dict(sorted(answers.items()))
    for code, answer in answers.items():
        if code in ("201", "202") and operation["operationId"] in LINKS:
            answer["links"] = _links(
                *LINKS[operation["operationId"]], "{household}" in route.path_format
            )
    if operation["tags"][0] in ("accounts", "cash_flows", "liabilities"):
        version = {"description": "The mandate's version.", "schema": {"type": "string"}}
        for code, answer in answers.items():
            if code.startswith("2"):
                answer["headers"] = {"ETag": version}


def _links(name: str, field: str, behind: Sequence[str], has_household: bool) -> Json:
    """What may be asked next about what was made: its name stands in the answer."""
    given = {"household": "$request.path.household"} if has_household else {}
    told = given | {name: f"$response.body#/{field}"}
    return {one: {"operationId": one, "parameters": told} for one in behind}


def _right_of(route: APIRoute) -> str:
    """The right that an operation needs, empty for none."""
    for one in route.dependant.dependencies:
        if isinstance(one.call, Needs):
            return one.call.right.value
    return ""


def _schemes() -> Json:
    return {
        "bearer": {
            "type": "http",
            "scheme": "bearer",
            "description": "A token, made by a person who is signed in: `tt_…`. It has one right "
            "(view, run, trade or approve), households, and an end.",
        },
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "trimtab_session",
            "description": "A browser's session (with TLS: `__Host-trimtab_session`); what changes "
            f"something also carries the page's token in `{HEADER}`.",
        },
    }

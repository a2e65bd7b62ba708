"""Programs that ask the API: each with a token of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

from fastapi.testclient import TestClient

from tests.app.commands_run import run
from tests.app.web.served import demo_house, stranger_at
from trimtab.app.web.security.principal import Principal
from trimtab.app.web.security.tokens import make_token
from trimtab.app.web.world import WebWorld
from trimtab.model.web import Right, rights_up_to

HOME = "/api/v1/households/home"
_KEYS = count(1)


def token_of(world: WebWorld, right: Right, households: frozenset[str] | None = None) -> str:
    """A token of the machine's owner."""
    everything = rights_up_to(Right.ADMIN)
    owner = Principal("ada", everything, None, "s", datetime.max.replace(tzinfo=UTC), is_local=True)
    return make_token(world, owner, "tests", right, households, 1)[1]


def program_of(
    world: WebWorld, right: Right = Right.VIEW, households: frozenset[str] | None = None
) -> TestClient:
    """A program with a right, over some households or all."""
    client = stranger_at(world)
    client.headers["Authorization"] = f"Bearer {token_of(world, right, households)}"
    return client


def fresh_key() -> dict[str, str]:
    """A header with an idempotency key that nobody has had."""
    return {"Idempotency-Key": f"test-key-{next(_KEYS)}"}


def tag_at(client: TestClient, path: str = "/cash-flows") -> dict[str, str]:
    """A header that names the mandate's version as it is now."""
    return {"If-Match": client.get(HOME + path).headers["etag"]}


def problem_in(answer: Any, status: int) -> dict[str, Any]:
    """The problem that an answer is; its status is the one expected."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    told: dict[str, Any] = answer.json()
    assert told["status"] == status
    return told


def worked_house(folder: Path) -> Path:
    """The demo's household with paper accounts, a journal, and a question that waits."""
    demo_house(folder)
    with open(folder / "mandate.toml", "a", encoding="utf-8") as file:
        file.write('\n[[liabilities]]\nname = "mortgage"\namount = 240000\n')
    for command in (("broker", "add", "paper"), ("journal", "open"), ("run", "--once")):
        done = run(*command, folder)
        assert done.exit_code == 0, done.output
    return folder


def question_at(client: TestClient) -> dict[str, Any]:
    """The question that waits for people."""
    found: dict[str, Any] = client.get(f"{HOME}/approvals?open_only=true").json()["items"][0]
    return found

"""Requests invented from the API's own description, against the API in this process.

    python -m benchmarks.api_fuzz --examples 500 --seed 1 --json

Each operation is asked with values that its schema allows and with values that it does not, by a
program that may do everything.  A failure is a status of 500 or more, a status that is not
described, or a body that is not of its schema.  The same seed asks the same.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.app.web.api_v1.programs import program_of, token_of, worked_house
from tests.app.web.served import ADDRESS, world_of
from trimtab.app.web.api_v1.openapi import description_text
from trimtab.app.web.application import application
from trimtab.app.web.world import WebWorld
from trimtab.model.web import Right

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
)
OPERATIONS = tuple(
    operation["operationId"]
    for methods in json.loads(description_text())["paths"].values()
    for operation in methods.values()
)
KNOWN_SHARE = 4
"""Of five requests four name what there is, so that they reach behind the first refusal."""
HOME = "/api/v1/households/home"
ACCOUNTS = ("joint", "ana_ira", "ben_roth")
"""Those of the household, for statements that are pushed."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one operation answered: how often which status, and what was wrong with it."""

    operation: str
    answers: Counter[int]
    failures: tuple[str, ...]


def known_names(client: TestClient) -> dict[str, str]:
    """Names that there are, by the parameters that take them."""
    approval = client.get(f"{HOME}/approvals").json()["items"][0]["id"]
    snapshot = client.get(f"{HOME}/snapshots").json()["items"][-1]["id"]
    names = {"household": "home", "account": "ben_roth", "cash_flow": "roof repair"}
    names |= {"liability": "mortgage", "snapshot": snapshot}
    return names | {"approval": approval, "decision": approval}


class Fuzzer:
    """Asks the API of one world, again and again, what its description allows and what not."""

    def __init__(self, world: WebWorld) -> None:
        self._described = schemathesis.openapi.from_dict(json.loads(description_text()))
        self._described.app = application(world)
        self._described.config.update(base_url=ADDRESS)
        self._headers = {"Authorization": f"Bearer {token_of(world, Right.APPROVE)}"}
        self._known = known_names(program_of(world))

    def ask(self, operation: str, examples: int, seed: int) -> Found:
        """Ask one operation with invented requests, so many of each kind."""
        answers: Counter[int] = Counter()
        failures: list[str] = []
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            strategy = self._operation(operation).as_strategy(generation_mode=mode)

            @hypothesis.seed(seed)
            @hypothesis.settings(
                max_examples=examples,
                database=None,
                deadline=None,
                phases=[Phase.explicit, Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @hypothesis.given(case=strategy, kind=hypothesis.strategies.integers(0, KNOWN_SHARE))
            def ask(case: Any, kind: int) -> None:
                if kind:
                    self._name_what_there_is(case)
                try:
                    answer = case.call(headers=self._headers)
                except Exception as error:  # a defect comes through where no server is between
                    failures.append(f"{case.method} {case.formatted_path}: {error!r}")
                    return
                answers[answer.status_code] += 1
                try:
                    case.validate_response(answer, checks=CHECKS)
                except BaseExceptionGroup as error:
                    failures.append(f"{case.method} {case.formatted_path}: {error.exceptions}")

            try:
                ask()
            except hypothesis.errors.Unsatisfiable:  # nothing could be sent that is wrong
                continue
        return Found(operation, answers, tuple(failures))

    def _operation(self, name: str) -> Any:
        every = (made.ok() for made in self._described.get_all_operations())
        return next(one for one in every if one.definition.raw["operationId"] == name)

    def _name_what_there_is(self, case: Any) -> None:
        """Put names that there are into a request, so that it comes behind the first refusal."""
        for name in case.path_parameters or ():
            if name in self._known:
                case.path_parameters[name] = self._known[name]
        if "If-Match" in (case.headers or {}):
            case.headers["If-Match"] = "*"
        accounts = case.body.get("accounts") if isinstance(case.body, dict) else None
        for told, name in zip(
            accounts if isinstance(accounts, list) else (), ACCOUNTS, strict=False
        ):
            if isinstance(told, dict) and "account" in told:
                told["account"] = name


def main(arguments: list[str]) -> int:
    """Ask every operation; 1 where anything is wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.api_fuzz", description=__doc__)
    parser.add_argument("--examples", type=int, default=200, help="of each kind, an operation")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--operation", action="append", choices=OPERATIONS)
    parser.add_argument("--json", action="store_true", dest="as_json")
    asked = parser.parse_args(arguments)
    begun = time.monotonic()
    found = []
    with tempfile.TemporaryDirectory() as place:
        house = worked_house(Path(place) / "house")
        for operation in asked.operation or OPERATIONS:
            home = shutil.copytree(house, Path(place) / operation / "home")
            world = world_of(home.parent, home)
            try:
                found.append(Fuzzer(world).ask(operation, asked.examples, asked.seed))
            finally:
                world.worker.close()
                world.backtests.close()
                world.store.close()
    told = {
        "seconds": round(time.monotonic() - begun, 1),
        "requests": sum(one.answers.total() for one in found),
        "failures": sum(len(one.failures) for one in found),
        "operations": {
            one.operation: {str(status): count for status, count in sorted(one.answers.items())}
            for one in found
        },
        "examples_of_failures": [text for one in found for text in one.failures[:3]],
    }
    if asked.as_json:
        print(json.dumps(told, indent=1))
    else:
        print(f"{told['requests']} requests, {told['failures']} failures, {told['seconds']} s")
        for text in told["examples_of_failures"]:  # type: ignore[attr-defined]
            print(text)
    return 1 if told["failures"] else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
